//! Plans the DMS resources of a template, with every possibility that a rule can distinguish.

use std::collections::BTreeMap;

use rule_core::{Configuration, Facts, Json, Possibility, ResourceType, tags};

use super::Template;
use super::evaluator::{Evaluator, is_generated, unless_repeated};
use crate::decisions::{Decisions, in_every_combination};
use crate::error::{Error, Position};
use crate::node::{Content, Member, Node};
use crate::plan::{Language, Plan, PlannedResource, item};
use crate::properties::Properties;
use crate::settings::Settings;

/// Transforms of AWS that do not change DMS resources (CloudFormation Template Reference, "Transforms").
const HARMLESS_TRANSFORMS: [&str; 5] = [
    "AWS::Serverless-2016-10-31",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::CodeDeployBlueGreen",
];

impl Template {
    /// Plans the DMS resources of the template.
    ///
    /// # Errors
    /// Returns an error if the template has no `Resources`. Parts that cannot be read are failures of the plan.
    pub fn plan(&self, settings: &Settings) -> Result<Plan, Error> {
        let planner = Planner { evaluator: Evaluator::new(&self.root, settings), macros: macros(&self.root) };
        let mut plan = Plan::default();
        let mut sections = self.root.get("Resources").peekable();
        if sections.peek().is_none() {
            return Err(Error::new("the template has no Resources"));
        }
        for section in sections {
            if !matches!(section.content, Content::Map(_)) {
                plan.failures.push(Error::new("Resources is not a map"));
            }
            section.members().iter().for_each(|member| planner.entry(member, &mut plan));
        }
        Ok(plan)
    }
}

/// Lists the macros of a template that may change its resources.
fn macros(root: &Node) -> Vec<String> {
    root.get("Transform")
        .chain(root.get("Fn::Transform"))
        .flat_map(|node| node.list().unwrap_or(std::slice::from_ref(node)))
        .map(|node| node.text().or_else(|| node.get("Name").find_map(Node::text)).unwrap_or("Fn::Transform"))
        .filter(|name| !HARMLESS_TRANSFORMS.contains(name))
        .map(|name| format!("the macro {name}"))
        .collect()
}

struct Planner<'a> {
    evaluator: Evaluator<'a>,
    macros: Vec<String>,
}

impl<'a> Planner<'a> {
    /// Plans one entry of `Resources`: a resource, or a loop that creates some.
    fn entry(&self, member: &'a Member, plan: &mut Plan) {
        let name = &member.name;
        let mut fail = |message: String| plan.failures.push(Error::at(member.at, message));
        if name.starts_with("Fn::ForEach") {
            // The body is planned once; the variable of the loop is undecided in it.
            let body = member.value.list().and_then(|list| list.get(2));
            let bodies = body.map(Node::members).unwrap_or_default();
            if bodies.is_empty() {
                fail(format!("{name} has no body"));
            }
            return bodies.iter().for_each(|inner| self.entry(inner, plan));
        }
        if name.starts_with("Fn::") {
            return fail(format!("{name} may create resources that cannot be evaluated"));
        }
        if !matches!(member.value.content, Content::Map(_)) {
            return fail(format!("{name} is not a resource"));
        }
        let mut types = member.value.get("Type").peekable();
        if types.peek().is_none() {
            fail(format!("{name} has no Type"));
        }
        for node in types {
            let mut fail = |message: String| plan.failures.push(Error::at(member.at, message));
            match node.text() {
                None => fail(format!("the Type of {name} is not text")),
                Some(text) if is_generated(text) => {
                    fail(format!(
                        "the Type of {name} comes from a loop, so its resources cannot be evaluated"
                    ));
                }
                Some(text) => {
                    if let Some(resource_type) = ResourceType::from_name(text.trim()) {
                        plan.resources.push(self.resource(member, resource_type));
                    }
                }
            }
        }
    }

    fn resource(&self, member: &'a Member, resource_type: ResourceType) -> PlannedResource {
        let resource = &member.value;
        let properties = Properties::for_type(resource_type);
        let evaluator = self.evaluator.for_resource(&properties, resource);
        let members: Vec<&Member> = resource.get("Properties").flat_map(Node::members).collect();
        let unreadable = unreadable(resource, &members);
        let combinations = in_every_combination(|decisions| {
            if !may_exist(resource, &evaluator, decisions) {
                return None;
            }
            let changed_by = |decisions: &mut Decisions| {
                self.macros
                    .iter()
                    .find(|name| is_changed(name, decisions))
                    .map(|name| format!("{name} may change it"))
            };
            let configuration = match unreadable.map(str::to_owned).or_else(|| changed_by(decisions)) {
                Some(reason) => Configuration::Unreadable(reason),
                None => Configuration::Properties(values(
                    &members,
                    &properties,
                    resource_type,
                    &evaluator,
                    decisions,
                )),
            };
            let tags = tags_of(&configuration);
            Some(item(resource_type, &member.name, configuration, tags))
        });
        PlannedResource {
            id: member.name.clone(),
            resource_type,
            possibilities: combinations
                .into_iter()
                .filter_map(|(choices, item)| {
                    Some(Possibility { choices, item: item?, facts: Facts::planned() })
                })
                .collect(),
            positions: positions(member, &members),
            language: Language::CloudFormation,
        }
    }
}

/// Returns the reason why the properties of a resource cannot be read; `None` if they can.
fn unreadable(resource: &Node, properties: &[&Member]) -> Option<&'static str> {
    if resource.get("Properties").any(|node| !matches!(node.content, Content::Map(_))) {
        Some("Properties is not a map")
    } else if resource.get("Properties").count() > 1 {
        Some("Properties is given twice")
    } else if properties.iter().any(|member| is_generated(&member.name) || member.name == "Ref")
        || resource.members().iter().any(|member| is_generated(&member.name))
    {
        Some("Fn::Transform or Fn::ForEach may change the properties")
    } else {
        None
    }
}

/// Returns false if the condition of a resource is false. Of several conditions it cannot be known which one counts.
fn may_exist<'a>(resource: &'a Node, evaluator: &Evaluator<'a>, decisions: &mut Decisions) -> bool {
    let mut conditions = resource.get("Condition").map(Node::text).peekable();
    conditions.peek().is_none()
        || conditions
            .any(|name| name.is_none_or(|name| evaluator.condition(name, decisions, 0) != Some(false)))
}

/// Decides if a macro changes a resource.
fn is_changed(name: &str, decisions: &mut Decisions) -> bool {
    decisions.decide(name, name, &["without effect".to_owned(), "changing it".to_owned()]) != Some(0)
}

/// Evaluates the properties that rules read, by their names in the API.
fn values<'a>(
    members: &[&'a Member],
    properties: &Properties,
    resource_type: ResourceType,
    evaluator: &Evaluator<'a>,
    decisions: &mut Decisions,
) -> Vec<(String, Json)> {
    let mut values = Vec::new();
    for member in members {
        let Some(name) = properties.api_name(&member.name) else { continue };
        // An identifier only names the resource; nothing is decided for it.
        let value = if name == resource_type.identifier().path {
            decisions.without_deciding(|decisions| evaluator.property(name, &member.value, decisions))
        } else {
            evaluator.property(name, &member.value, decisions)
        };
        let is_repeated = members.iter().filter(|other| other.name == member.name).count() > 1;
        values.extend(unless_repeated(value, is_repeated).map(|value| (name.to_owned(), value)));
    }
    values
}

/// Returns the tags of a resource; `None` if they cannot be known.
fn tags_of(configuration: &Configuration) -> Option<BTreeMap<String, String>> {
    let Configuration::Properties(members) = configuration else { return None };
    let mut lists = members.iter().filter(|(name, _)| name == "Tags").map(|(_, value)| value);
    let list = lists.next();
    if lists.next().is_some() { None } else { list.map_or(Some(BTreeMap::new()), tags::read_list) }
}

/// Returns the positions of a resource, its properties and the members of its groups, by their paths; the resource
/// has the empty path. Of the branches of Fn::If, the first that has the member counts.
fn positions(resource: &Member, members: &[&Member]) -> Vec<(String, Position)> {
    let mut positions = vec![(String::new(), resource.at)];
    let mut add = |path: String, position| {
        if !positions.iter().any(|(known, _)| *known == path) {
            positions.push((path, position));
        }
    };
    for property in members {
        add(property.name.clone(), property.at);
        let mut groups = vec![&property.value];
        while let Some(group) = groups.pop() {
            for member in group.members() {
                if member.name == "Fn::If" {
                    groups.extend(member.value.list().unwrap_or_default().iter().skip(1).rev());
                } else if !member.name.starts_with("Fn::") && member.name != "Ref" {
                    add(format!("{}.{}", property.name, member.name), member.at);
                }
            }
        }
    }
    positions
}
