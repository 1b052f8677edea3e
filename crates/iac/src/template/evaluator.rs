//! The value of each part of a template, in one combination of the decisions that deployment makes.

mod conditions;
mod functions;
mod parameters;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rule_core::Json;

use crate::decisions::Decisions;
use crate::node::{Content, Member, Node, UNCLEAR_MERGE, scalar_text};
use crate::properties::Properties;
use crate::settings::Settings;

/// The most values that one reference may have; with more, it is undecided.
const CANDIDATES_MAXIMUM: usize = 16;

/// The longest chain of conditions and defaults that lead from one to another.
const DEPTH_MAXIMUM: usize = 32;

/// How the name of a loop variable begins whose value is not known; the name of the variable follows.
pub(super) const LOOP_VARIABLE: &str = "the loop variable ";

/// The value of a property; `None` if the property is not set.
pub(super) type Value = Option<Json>;

/// The sections of a template that values refer to, and the settings of its deployment.
#[derive(Clone, Debug)]
pub(super) struct Evaluator<'a> {
    sections: Rc<Sections<'a>>,
    settings: &'a Settings,
    /// The properties whose outcomes are decided one by one; `None`: nothing is decided that a value does not need.
    properties: Option<&'a Properties>,
    /// Parameters used as booleans; only `true` and `false` are tried.
    flags: HashSet<&'a str>,
    /// True if a `${X}` outside of Fn::Sub, and a dynamic reference, are text: in a template within the template.
    is_verbatim: bool,
}

#[derive(Debug)]
struct Sections<'a> {
    parameters: Section<'a>,
    conditions: Section<'a>,
    mappings: Section<'a>,
    /// The definitions of each logical id.
    resources: HashMap<&'a str, Vec<&'a Node>>,
    /// True if a loop or macro defines more resources.
    has_more_resources: bool,
}

/// The members of one section of a template, repeated names included.
type Section<'a> = Vec<(&'a str, &'a Node)>;

impl<'a> Evaluator<'a> {
    pub(super) fn new(root: &'a Node, settings: &'a Settings) -> Self {
        let section = |name: &'static str| -> Section<'a> {
            let members = root.get(name).flat_map(Node::members);
            members.map(|member| (member.name.as_str(), &member.value)).collect()
        };
        let mut resources: HashMap<&str, Vec<&Node>> = HashMap::new();
        let section_of_resources = section("Resources");
        for (name, node) in &section_of_resources {
            resources.entry(name).or_default().push(node);
        }
        let sections = Sections {
            parameters: section("Parameters"),
            conditions: section("Conditions"),
            mappings: section("Mappings"),
            resources,
            has_more_resources: is_open(&section_of_resources),
        };
        Self {
            sections: Rc::new(sections),
            settings,
            properties: None,
            flags: HashSet::new(),
            is_verbatim: false,
        }
    }

    /// Returns an evaluator for texts that hold a template.
    pub(super) fn verbatim(&self) -> Self {
        Self { is_verbatim: true, ..self.clone() }
    }

    /// Returns an evaluator for the properties of one resource.
    pub(super) fn for_resource(&self, properties: &'a Properties, resource: &'a Node) -> Self {
        let mut flags = HashSet::new();
        for property in resource.get("Properties").flat_map(Node::members) {
            find_flags(&property.name, &property.value, properties, &mut flags);
        }
        Self { properties: Some(properties), flags, ..self.clone() }
    }

    /// Evaluates the property `name`. A flag that stays open is decided.
    pub(super) fn property(&self, name: &str, node: &'a Node, decisions: &mut Decisions) -> Value {
        let is_flag = self.properties.is_some_and(|properties| properties.is_flag(name));
        match self.value(node, decisions, 0) {
            Some(Json::Undecided(by) | Json::Created { by, .. }) if is_flag => {
                let question = format!("{name} by {by}");
                Some(decisions.decide_flag(&question, &by).map_or(Json::Undecided(by), Json::Bool))
            }
            value => value,
        }
    }

    pub(super) fn value(&self, node: &'a Node, decisions: &mut Decisions, depth: usize) -> Value {
        if depth > DEPTH_MAXIMUM {
            return undecided("values that lead to each other");
        }
        match &node.content {
            Content::Scalar(scalar) => Some(self.literal(scalar.clone())),
            Content::List(list) => {
                let values = list.iter().filter_map(|entry| self.value(entry, decisions, depth + 1));
                Some(Json::List(values.collect()))
            }
            Content::Map(members) => match members.as_slice() {
                [only] if only.name == "Ref" || only.name.starts_with("Fn::") => {
                    self.function(&only.name, &only.value, decisions, depth + 1)
                }
                _ if members.iter().any(|member| is_generated(&member.name)) => {
                    undecided("Fn::Transform, Fn::ForEach or an unclear merge")
                }
                _ => {
                    let mut object = Vec::new();
                    let repeated = repeated(members);
                    for member in members {
                        let is_read = self.properties.is_some_and(|all| all.has_member(&member.name));
                        let value = if is_read {
                            self.property(&member.name, &member.value, decisions)
                        } else {
                            decisions
                                .without_deciding(|decisions| self.value(&member.value, decisions, depth + 1))
                        };
                        let is_repeated = repeated.contains(member.name.as_str());
                        object.extend(self.properties.and_then(|all| misspelled(all, member, members)));
                        object.extend(
                            unless_repeated(value, is_repeated).map(|value| (member.name.clone(), value)),
                        );
                    }
                    Some(Json::Object(object))
                }
            },
        }
    }

    /// Returns the value of a scalar; undecided if its text is completed at deployment.
    fn literal(&self, scalar: Json) -> Json {
        let Json::Text(text) = &scalar else { return scalar };
        if text.contains(LOOP_VARIABLE) && text.contains("${") {
            Json::Undecided("a loop variable in the text".to_owned())
        } else if self.is_verbatim {
            scalar
        } else if is_dynamic_reference(text) {
            Json::Undecided(DYNAMIC_REFERENCE.to_owned())
        } else if text.contains("${") || text.contains("&{") {
            Json::Undecided("a variable in the text".to_owned())
        } else {
            scalar
        }
    }
}

/// Returns the names that more than one of the members has.
pub(super) fn repeated<'a>(members: impl IntoIterator<Item = &'a Member>) -> HashSet<&'a str> {
    let mut known = HashSet::new();
    let names = members.into_iter().map(|member| member.name.as_str());
    names.filter(|name| !known.insert(*name)).collect()
}

/// Finds the parameters that are used as booleans, also within Fn::If.
fn find_flags<'a>(name: &str, node: &'a Node, properties: &Properties, found: &mut HashSet<&'a str>) {
    for member in node.members() {
        match (member.name.as_str(), &member.value) {
            ("Ref", value) if properties.is_flag(name) => found.extend(value.text()),
            ("Fn::If", value) => {
                let branches = value.list().unwrap_or_default().iter().skip(1);
                branches.for_each(|branch| find_flags(name, branch, properties, found));
            }
            (inner, value) => find_flags(inner, value, properties, found),
        }
    }
}

/// Returns true if a name is that of a function, or is generated by a loop or a merge. Its siblings may then be something
/// else than they seem.
pub(super) fn is_generated(name: &str) -> bool {
    name.starts_with("Fn::") || name.contains("${") || name.contains("&{") || name == UNCLEAR_MERGE
}

/// Returns the value of one of several members of the same name: a member that is not set gives no reason to go by
/// the others.
pub(super) fn unless_repeated(value: Value, is_repeated: bool) -> Value {
    value.or_else(|| if is_repeated { undecided("given twice, once as nothing") } else { None })
}

/// Returns an undecided value to stand beside that of a member that is spelled as AWS Config or the API may do, unless `members` have
/// the right spelling too. CloudFormation knows no such name, so the value must not pass.
pub(super) fn misspelled<'a>(
    properties: &Properties,
    member: &Member,
    members: impl IntoIterator<Item = &'a Member>,
) -> Option<(String, Json)> {
    let right = properties.right_spelling(&member.name)?;
    let is_given = members.into_iter().any(|other| other.name == right);
    (!is_given).then(|| (member.name.clone(), Json::Undecided(format!("spelled {}", member.name))))
}

#[expect(clippy::unnecessary_wraps, reason = "it is a value like the others")]
fn undecided(by: impl Into<String>) -> Value {
    Some(Json::Undecided(by.into()))
}

/// Finds the only member of that name; of two, it cannot be known which one counts.
fn only<'a>(section: &Section<'a>, name: &str) -> Option<&'a Node> {
    let mut found = section.iter().filter(|(known, _)| *known == name).map(|(_, node)| *node);
    found.next().filter(|_| found.next().is_none())
}

/// Returns true if a macro or a loop adds members to the section.
fn is_open(section: &Section<'_>) -> bool {
    section.iter().any(|(name, _)| is_generated(name))
}

/// The subject of a value that AWS Systems Manager or AWS Secrets Manager holds.
const DYNAMIC_REFERENCE: &str = "a dynamic reference";

fn is_dynamic_reference(text: &str) -> bool {
    text.contains("{{resolve:")
}

/// Returns the text of a scalar value.
///
/// # Errors
/// Returns what decides the value if it is undecided, and what it is if it is not a scalar.
pub(super) fn decided(value: &Json) -> Result<String, String> {
    match value {
        Json::Text(_) | Json::Bool(_) | Json::Number(_) => Ok(scalar_text(value)),
        Json::Undecided(by) | Json::Created { by, .. } => Err(by.clone()),
        other => Err(other.in_words()),
    }
}
