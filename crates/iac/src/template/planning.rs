//! Plans the DMS resources of a template, with every possibility that a rule can distinguish.

use std::collections::BTreeMap;

use rule_core::text::is_same_name;
use rule_core::{Choice, Configuration, Facts, Json, Possibility, ResourceType, tags};

use super::evaluator::{Evaluator, is_generated, misspelled, repeated, unless_repeated};
use super::{Template, loops};

use crate::contained::{Holder, HolderKind, is_unknown_type, mentions_creation};
use crate::decisions::{Decisions, in_every_combination};
use crate::error::{Error, Position};
use crate::node::{Content, Member, Node, UNCLEAR_MERGE, scalar_text};
use crate::plan::{Elsewhere, Language, Plan, PlannedResource, WrittenException, has_tags, item};
use crate::properties::Properties;
use crate::replacement::Existence;
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
    /// Plans the DMS resources of the template, and of the templates that its resources hold.
    ///
    /// # Errors
    /// Returns an error if the template has no `Resources`. Parts that cannot be read are failures of the plan.
    pub fn plan(&self, settings: &Settings) -> Result<Plan, Error> {
        plan_within(&self.root, settings, 0)
    }
}

/// Plans the DMS resources of a template that has this many templates around it.
///
/// # Errors
/// Returns an error if the template has no `Resources`.
pub(crate) fn plan_within(root: &Node, settings: &Settings, depth: usize) -> Result<Plan, Error> {
    let root = loops::expanded(root, settings);
    let evaluator = Evaluator::new(&root, settings);
    let planner = Planner { evaluator, macros: macros(&root), settings, depth };
    let mut plan = Plan::default();
    let mut sections = root.get("Resources").peekable();
    if sections.peek().is_none() {
        return Err(Error::new("the template has no Resources"));
    }
    if let Some(merge) = root.get(UNCLEAR_MERGE).next() {
        plan.failures.push(Error::at(merge.at, "the template may have more parts by its merges (<<)"));
    }
    let odd = |name: &str| name != "Resources" && is_same_name(name, "Resources");
    for member in root.members().iter().filter(|member| odd(&member.name)) {
        plan.failures.push(Error::at(member.at, format!("{} is another spelling of Resources", member.name)));
    }
    plan.elsewhere.extend(includes(&root));
    for section in sections {
        if !matches!(section.content, Content::Map(_)) {
            plan.failures.push(Error::new("Resources is not a map"));
        }
        section.members().iter().for_each(|member| planner.entry(member, &mut plan));
    }
    Ok(plan)
}

/// Lists the transforms of a template: each a name, or a map with one.
fn transforms(root: &Node) -> impl Iterator<Item = &Node> {
    let sections = root.get("Transform").chain(root.get("Fn::Transform"));
    sections.flat_map(|node| node.list().unwrap_or(std::slice::from_ref(node)))
}

/// Lists the parts of a template that its transforms include from elsewhere (`AWS::Include`).
fn includes(root: &Node) -> Vec<Elsewhere> {
    let included =
        transforms(root).filter(|node| node.get("Name").any(|name| name.text() == Some("AWS::Include")));
    included
        .map(|node| Elsewhere {
            resource: "Transform".to_owned(),
            location: node
                .get("Parameters")
                .flat_map(|parameters| parameters.get("Location"))
                .find_map(Node::text)
                .map(str::to_owned),
            position: Some(node.at),
        })
        .collect()
}

/// Lists the macros of a template that may change its resources.
fn macros(root: &Node) -> Vec<String> {
    transforms(root)
        .map(|node| node.text().or_else(|| node.get("Name").find_map(Node::text)).unwrap_or("Fn::Transform"))
        .filter(|name| !HARMLESS_TRANSFORMS.contains(name))
        .map(|name| format!("the macro {name}"))
        .collect()
}

/// Types of resources that make what a text in them describes.
const MAKERS: [&str; 6] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::Scheduler::Schedule",
    "AWS::Serverless::StateMachine",
    "AWS::SSM::Document",
    "AWS::StepFunctions::StateMachine",
    "Custom::",
];

/// Returns true for a resource of another type that calls DMS to create a resource, or holds a template with one.
fn makes_dms_resources(type_name: &str, resource: &Node) -> bool {
    MAKERS.iter().any(|maker| type_name.starts_with(maker)) && holds_dms_resources(resource)
}

fn holds_dms_resources(node: &Node) -> bool {
    match &node.content {
        Content::Scalar(scalar) => mentions_creation(&scalar_text(scalar)),
        Content::List(list) => list.iter().any(holds_dms_resources),
        Content::Map(members) => members.iter().any(|member| holds_dms_resources(&member.value)),
    }
}

/// The properties of a resource by their names.
type PropertyValues = Vec<(String, Json)>;

/// The most templates that one resource may hold, depending on what deployment decides.
const VARIANTS_MAXIMUM: usize = 16;

struct Planner<'a> {
    evaluator: Evaluator<'a>,
    macros: Vec<String>,
    settings: &'a Settings,
    /// The number of templates around this one.
    depth: usize,
}

impl<'a> Planner<'a> {
    /// Plans one entry of `Resources`: a resource, or a loop that creates some.
    fn entry(&self, member: &'a Member, plan: &mut Plan) {
        let name = &member.name;
        let mut fail = |message: String| plan.failures.push(Error::at(member.at, message));
        if name.starts_with("Fn::ForEach") {
            // The collection is not known: the body is planned once, with an undecided variable.
            let body = member.value.list().and_then(|list| list.get(2));
            let bodies = body.map(Node::members).unwrap_or_default();
            if bodies.is_empty() {
                fail(format!("{name} has no body"));
            }
            return bodies.iter().for_each(|inner| self.entry(inner, plan));
        }
        if name.starts_with("Fn::") || name == UNCLEAR_MERGE {
            return fail(format!("{name} may create resources that cannot be evaluated"));
        }
        if !matches!(member.value.content, Content::Map(_)) {
            return fail(format!("{name} is not a resource"));
        }
        let mut types = member.value.get("Type").peekable();
        if types.peek().is_none() {
            fail(format!("{name} has no Type"));
        }
        let is_odd = |other: &&Member| other.name != "Type" && is_same_name(&other.name, "Type");
        if let Some(odd) = member.value.members().iter().find(is_odd) {
            fail(format!("{name} has {}, which is another spelling of Type", odd.name));
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
                    let text = text.trim();
                    if let Some(resource_type) = ResourceType::from_name(text) {
                        plan.resources.push(self.resource(member, resource_type));
                    } else if let Some(kind) = HolderKind::from_type(text) {
                        self.holder(member, kind, plan);
                    } else if is_unknown_type(text) {
                        fail(format!(
                            "{name} is of the type {text}, which is no type of AWS DMS that is known"
                        ));
                    } else if makes_dms_resources(text, &member.value) {
                        fail(format!("{name} may create DMS resources, which are not evaluated"));
                    } else if member.value.get(UNCLEAR_MERGE).next().is_some() {
                        fail(format!("the Type of {name} may be another one by its merges (<<)"));
                    }
                }
            }
        }
    }

    /// Plans what a resource of another type holds. Its template may depend on decisions: then each one is planned.
    fn holder(&self, member: &'a Member, kind: HolderKind, plan: &mut Plan) {
        let resource = &member.value;
        let members: Vec<&Member> = resource.get("Properties").flat_map(Node::members).collect();
        if let Some(reason) = unreadable(resource, &members) {
            let message = format!("{} may hold a template that cannot be read: {reason}", member.name);
            plan.failures.push(Error::at(member.at, message));
            return;
        }
        let evaluator = self.evaluator.verbatim();
        let combinations = in_every_combination(|decisions| {
            may_exist(resource, &evaluator, decisions).then(|| {
                let read = members.iter().filter(|one| HolderKind::PROPERTIES.contains(&one.name.as_str()));
                let values = read.filter_map(|one| {
                    // A parameter that is not plain is left open in the inner template.
                    let value = if one.name == "Parameters" {
                        decisions.without_deciding(|decisions| evaluator.value(&one.value, decisions, 0))
                    } else {
                        evaluator.value(&one.value, decisions, 0)
                    };
                    Some((one.name.clone(), value?))
                });
                values.collect::<Vec<_>>()
            })
        });
        let mut planned: Vec<(Vec<Choice>, PropertyValues)> = Vec::new();
        for (choices, properties) in combinations {
            let is_new = |properties: &Vec<_>| !planned.iter().any(|(_, known)| known == properties);
            planned.extend(properties.filter(is_new).map(|properties| (choices, properties)));
        }
        if planned.len() > VARIANTS_MAXIMUM {
            let message = format!("{} may hold too many different templates to evaluate", member.name);
            plan.failures.push(Error::at(member.at, message));
            return;
        }
        // The AWS CDK names the file here, where the URL is one of its bucket.
        let mut metadata = resource.get("Metadata").flat_map(|metadata| metadata.get("aws:asset:path"));
        let file = metadata.find_map(Node::text).map(str::to_owned);
        let is_single = planned.len() == 1;
        let mut held = Plan::default();
        for (choices, properties) in &planned {
            let holder = Holder {
                id: &member.name,
                position: Some(member.at),
                kind,
                properties,
                file: file.clone(),
                depth: self.depth,
                settings: self.settings,
            };
            let mut variant = Plan::default();
            holder.add_to(&mut variant, plan_within);
            held.add_variant(variant, if is_single { &[] } else { choices });
        }
        plan.append(held);
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
            let tags = self.tags(&configuration, resource_type);
            Some(item(resource_type, &member.name, configuration, tags))
        });
        let more_tags = if !has_tags(resource_type) {
            Some(format!("CloudFormation cannot set tags of a {}", resource_type.noun()))
        } else if self.settings.stack_tags.is_none() {
            Some("the stack may add tags".to_owned())
        } else {
            None
        };
        let facts = Facts { more_tags, ..Facts::planned() };
        PlannedResource {
            id: member.name.clone(),
            resource_type,
            possibilities: combinations
                .into_iter()
                .filter_map(|(choices, item)| {
                    Some(Possibility { choices, item: item?, facts: facts.clone() })
                })
                .collect(),
            exceptions: written_exceptions(resource),
            positions: positions(member, &members),
            language: Language::CloudFormation,
            existence: Existence::Unknown,
        }
    }

    /// Returns the tags of a resource, with those of its stack, over which its own win; `None` if they cannot be known.
    fn tags(
        &self,
        configuration: &Configuration,
        resource_type: ResourceType,
    ) -> Option<BTreeMap<String, String>> {
        if !has_tags(resource_type) {
            return Some(BTreeMap::new());
        }
        let own = own_tags(configuration)?;
        let mut tags = self.settings.stack_tags.clone().unwrap_or_default();
        tags.extend(own);
        Some(tags)
    }
}

/// The member of a resource's `Metadata` that holds its exceptions, and the list in it.
const EXCEPTIONS: [&str; 2] = ["dms-rule", "exceptions"];

/// Lists the exceptions in the metadata of a resource. A member that is no list of exceptions is one that cannot be read.
fn written_exceptions(resource: &Node) -> Vec<WrittenException> {
    let [member, list] = EXCEPTIONS;
    let own = resource.get("Metadata").flat_map(|metadata| metadata.get(member));
    let written =
        |node: &Node| WrittenException { rule: None, value: node.to_json(), position: Some(node.at) };
    own.flat_map(|own| match own.members() {
        [only] if only.name == list => match only.value.list() {
            Some(entries) => entries.iter().map(written).collect(),
            None => vec![written(&only.value)],
        },
        _ => vec![written(own)],
    })
    .collect()
}

/// Returns the reason why the properties of a resource cannot be read; `None` if they can.
fn unreadable(resource: &Node, properties: &[&Member]) -> Option<&'static str> {
    if resource.get("Properties").any(|node| !matches!(node.content, Content::Map(_))) {
        Some("Properties is not a map")
    } else if resource
        .members()
        .iter()
        .any(|member| member.name != "Properties" && is_same_name(&member.name, "Properties"))
    {
        Some("Properties is spelled in another way")
    } else if resource.get("Properties").count() > 1 {
        Some("Properties is given twice")
    } else if properties.iter().any(|member| member.name == UNCLEAR_MERGE)
        || resource.get(UNCLEAR_MERGE).next().is_some()
    {
        Some("merges (<<) may change the properties")
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
    let is_odd = |member: &Member| member.name != "Condition" && is_same_name(&member.name, "Condition");
    conditions.peek().is_none()
        || resource.members().iter().any(is_odd)
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
    let repeated = repeated(members.iter().copied());
    for member in members {
        let Some(name) = properties.api_name(&member.name) else {
            if properties.is_misspelled(&member.name) {
                let value = decisions
                    .without_deciding(|decisions| evaluator.property(&member.name, &member.value, decisions));
                values.extend(misspelled(properties, member, members.iter().copied()));
                values.extend(value.map(|value| (member.name.clone(), value)));
            }
            continue;
        };
        // An identifier only names the resource; nothing is decided for it.
        let value = if name == resource_type.identifier().path {
            decisions.without_deciding(|decisions| evaluator.property(name, &member.value, decisions))
        } else {
            evaluator.property(name, &member.value, decisions)
        };
        let is_repeated = repeated.contains(member.name.as_str());
        values.extend(unless_repeated(value, is_repeated).map(|value| (name.to_owned(), value)));
    }
    values
}

/// Returns the tags that the template gives a resource; `None` if they cannot be known.
fn own_tags(configuration: &Configuration) -> Option<BTreeMap<String, String>> {
    let Configuration::Properties(members) = configuration else { return None };
    let mut lists = members.iter().filter(|(name, _)| is_same_name(name, "Tags"));
    let list = lists.next();
    let is_odd = list.is_some_and(|(name, _)| name != "Tags");
    let list = list.map(|(_, value)| value);
    if is_odd || lists.next().is_some() { None } else { list.map_or(Some(BTreeMap::new()), tags::read_list) }
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
