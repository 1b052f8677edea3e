use std::collections::HashSet;

use rule_core::{Configuration, Json, Possibility, ResourceType, resource_type};

use crate::intrinsic::{Template, is_unsettled, unless_lost};
use crate::node::{Kind, Member, Node, word};
use crate::planned::{
    Deployed, Language, Plan, Planned, Position, Settings, Unreadable, is_flag, item, matters, tags,
};
use crate::world::{World, in_every_way};

/// Transforms of AWS that leave DMS resources as they are.
const HARMLESS: [&str; 5] = [
    "AWS::Serverless-2016-10-31",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::CodeDeployBlueGreen",
];

/// Whether a text is a template: a map at whose top stands `Resources`, or the version of the format.
#[must_use]
pub fn looks_like_cloudformation(text: &str) -> bool {
    // Also a broken one, so that it is told where it breaks.
    let starts = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', '\t', '"', '\'']);
        line.starts_with("AWSTemplateFormatVersion") || line.starts_with("Resources")
    };
    match Node::read(text) {
        Ok(root) => root.members().iter().any(|member| {
            member.name == "AWSTemplateFormatVersion"
                || (member.name == "Resources" && (is_resources(&member.value)))
        }),
        Err(_) => text.lines().any(|line| starts(line) && !line.starts_with("      ")),
    }
}

/// A map with a resource in it, or an empty one.
fn is_resources(node: &Node) -> bool {
    let Kind::Map(members) = &node.kind else { return false };
    members.is_empty()
        || members
            .iter()
            .any(|member| member.name.starts_with("Fn::") || member.value.get("Type").next().is_some())
}

/// Reads a template, YAML or JSON.
///
/// # Errors
/// It cannot be parsed, or has no `Resources`.
pub fn cloudformation(text: &str, settings: &Settings) -> Result<Plan, Unreadable> {
    let root = Node::read(text)?;
    let template = template(&root, settings);
    let macros: Vec<String> = root
        .get("Transform")
        .chain(root.get("Fn::Transform"))
        .flat_map(|node| node.list().unwrap_or(std::slice::from_ref(node)))
        .map(|node| node.text().or_else(|| node.get("Name").find_map(Node::text)).unwrap_or("Fn::Transform"))
        .filter(|name| !HARMLESS.contains(name))
        .map(|name| format!("the macro {name}"))
        .collect();
    let mut plan = Plan::default();
    let mut has_resources = false;
    for resources in root.get("Resources") {
        has_resources = true;
        if !matches!(resources.kind, Kind::Map(_)) {
            plan.failures.push("Resources is no map".to_owned());
        }
        for member in resources.members() {
            read(member, &template, &macros, &mut plan);
        }
    }
    if !has_resources {
        return Err(Unreadable::new("the template has no Resources"));
    }
    Ok(plan)
}

fn template<'a>(root: &'a Node, settings: &'a Settings) -> Template<'a> {
    let section = |name: &'static str| -> Vec<(&'a str, &'a Node)> {
        let members = root.get(name).flat_map(Node::members);
        members.map(|member| (member.name.as_str(), &member.value)).collect()
    };
    Template {
        parameters: section("Parameters"),
        conditions: section("Conditions"),
        mappings: section("Mappings"),
        settings,
        flags: HashSet::new(),
    }
}

/// The logical ids and types of what a template may make, for names to be given to it.
///
/// # Errors
/// It cannot be parsed.
pub fn resources_of(text: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let root = Node::read(text)?;
    let members = root.get("Resources").flat_map(Node::members);
    let named = |member: &Member| {
        let resource_type = member.value.get("Type").find_map(Node::text)?;
        Some((member.name.clone(), resource_type.to_owned()))
    };
    Ok(members.filter_map(named).collect())
}

/// The parameters of a template, and the values that each allows; an empty list where it does not say.
///
/// # Errors
/// It cannot be parsed.
pub fn parameters_of(text: &str) -> Result<Vec<(String, Vec<String>)>, Unreadable> {
    let root = Node::read(text)?;
    let scalar = |node: &Node| match &node.kind {
        Kind::Scalar(scalar) => Some(word(scalar)),
        _ => None,
    };
    let declared = |member: &Member| {
        let allowed = member.value.get("AllowedValues").find_map(Node::list).unwrap_or_default();
        (member.name.clone(), allowed.iter().filter_map(scalar).collect())
    };
    Ok(root.get("Parameters").flat_map(Node::members).map(declared).collect())
}

/// The resources that one deployment makes, of any type.
///
/// # Errors
/// It cannot be parsed; it has no `Resources`; what is made depends on something that the settings do not decide, or
/// on a loop or a macro.
pub fn deployed(text: &str, settings: &Settings) -> Result<Vec<Deployed>, Unreadable> {
    let root = Node::read(text)?;
    let template = template(&root, settings);
    let mut made = Vec::new();
    let mut resources = root.get("Resources");
    let (Some(section), None) = (resources.next(), resources.next()) else {
        return Err(Unreadable::new("the template has no one Resources"));
    };
    for member in section.members() {
        let refused = |why: String| Unreadable { message: why, position: Some(member.at) };
        let name = &member.name;
        if is_unsettled(name) {
            return Err(refused(format!("{name} is not worked out here")));
        }
        let resource_type = member.value.get("Type").find_map(Node::text);
        let resource_type = resource_type.ok_or_else(|| refused(format!("{name} has no Type")))?.to_owned();
        let mut world = World::default();
        let is_made = world.quietly(|world| match member.value.get("Condition").next() {
            None => Some(true),
            Some(condition) => template.condition(condition.text()?, world, 0),
        });
        match is_made {
            None => return Err(refused(format!("whether {name} is made depends on more than is given"))),
            Some(false) => continue,
            Some(true) => {}
        }
        let properties = member.value.get("Properties").flat_map(Node::members).filter_map(|property| {
            let value = world.quietly(|world| template.value(&property.value, world, 0))?;
            Some((property.name.clone(), value))
        });
        let properties = properties.collect();
        made.push(Deployed { id: name.clone(), resource_type, properties });
    }
    Ok(made)
}

/// One entry of `Resources`: a resource, or a loop that makes some.
fn read(member: &Member, template: &Template<'_>, macros: &[String], plan: &mut Plan) {
    let Position { line, column } = member.at;
    if member.name.starts_with("Fn::ForEach") {
        // Its body once; what the loop puts in is undecided.
        let body = member.value.list().and_then(|list| list.get(2));
        let bodies = body.map(Node::members).unwrap_or_default();
        if bodies.is_empty() {
            plan.failures.push(format!("line {line}, column {column}: {} has no body", member.name));
        }
        bodies.iter().for_each(|inner| read(inner, template, macros, plan));
        return;
    }
    if member.name.starts_with("Fn::") {
        plan.failures.push(format!(
            "line {line}, column {column}: {} may make resources that are not seen",
            member.name
        ));
        return;
    }
    if !matches!(member.value.kind, Kind::Map(_)) {
        plan.failures.push(format!("line {line}, column {column}: {} is no resource", member.name));
        return;
    }
    let mut types = member.value.get("Type").peekable();
    if types.peek().is_none() {
        plan.failures.push(format!("line {line}, column {column}: {} has no Type", member.name));
    }
    for node in types {
        let Some(name) = node.text() else {
            plan.failures
                .push(format!("line {line}, column {column}: the Type of {} is no text", member.name));
            continue;
        };
        if is_unsettled(name) {
            plan.failures.push(format!(
                "line {line}, column {column}: the Type of {} is put together by a loop, so what is made is not seen",
                member.name
            ));
            continue;
        }
        let of = resource_type::ALL.into_iter().find(|of| of.name.eq_ignore_ascii_case(name.trim()));
        if let Some(of) = of {
            plan.resources.push(planned(member, of, template, macros));
        }
    }
}

fn planned(
    member: &Member,
    of: &'static ResourceType,
    template: &Template<'_>,
    macros: &[String],
) -> Planned {
    let resource = &member.value;
    let properties: Vec<&Member> = resource.get("Properties").flat_map(Node::members).collect();
    let is_odd = resource.get("Properties").any(|node| !matches!(node.kind, Kind::Map(_)));
    let is_twice = resource.get("Properties").count() > 1;
    let changes = properties.iter().any(|property| is_unsettled(&property.name) || property.name == "Ref")
        || resource.members().iter().any(|member| is_unsettled(&member.name));
    let mut template = template.clone();
    properties.iter().for_each(|property| flags(&property.name, &property.value, &mut template.flags));
    let template = &template;
    let ways = in_every_way(|world| {
        // Of several it cannot be known which holds.
        let mut conditions = resource.get("Condition").map(Node::text).peekable();
        let is_made = conditions.peek().is_none()
            || conditions
                .any(|name| name.is_none_or(|name| template.condition(name, world, 0) != Some(false)));
        if !is_made {
            return None;
        }
        let configuration = if is_odd {
            Configuration::Unreadable("Properties is no map".to_owned())
        } else if is_twice {
            Configuration::Unreadable("Properties is given twice".to_owned())
        } else if changes {
            Configuration::Unreadable("Fn::Transform or Fn::ForEach may change the properties".to_owned())
        } else if let Some(name) = macros.iter().find(|name| is_changed(name, world)) {
            Configuration::Unreadable(format!("{name} may change it"))
        } else {
            Configuration::Properties(worked_out(&properties, of, template, world))
        };
        let tags = match &configuration {
            Configuration::Properties(members) => {
                let mut lists = members.iter().filter(|(name, _)| name == "Tags").map(|(_, value)| value);
                let first = lists.next();
                if lists.next().is_some() { None } else { tags(first) }
            }
            _ => None,
        };
        Some(item(of, &member.name, configuration, tags))
    });
    let mut positions = vec![(String::new(), member.at)];
    for property in &properties {
        place(&property.name, property, &mut positions);
    }
    Planned {
        id: member.name.clone(),
        resource_type: of,
        ways: ways.into_iter().filter_map(|(when, item)| Some(Possibility { when, item: item? })).collect(),
        positions,
        language: Language::CloudFormation,
    }
}

/// A macro leaves a resource as it is, or does not.
fn is_changed(name: &str, world: &mut World) -> bool {
    world.decide(name, name, &["without effect".to_owned(), "changing it".to_owned()]) != Some(0)
}

/// The properties of which something depends, as they are in this way.
fn worked_out<'a>(
    properties: &[&'a Member],
    of: &ResourceType,
    template: &Template<'a>,
    world: &mut World,
) -> Vec<(String, Json)> {
    let mut members = Vec::new();
    for property in properties {
        // The identifier of an event subscription has another name than in the API.
        let name = match property.name.as_str() {
            "SubscriptionName" => "CustSubscriptionId",
            name => name,
        };
        if !matters(of, name) {
            continue;
        }
        let value = if name == of.identifier {
            world.quietly(|world| template.property(name, &property.value, world))
        } else {
            template.property(name, &property.value, world)
        };
        let is_twice = properties.iter().filter(|other| other.name == property.name).count() > 1;
        members.extend(unless_lost(value, is_twice).map(|value| (name.to_owned(), value)));
    }
    members
}

/// The parameters that stand where something is true or false, also within Fn::If.
fn flags<'a>(name: &str, node: &'a Node, found: &mut HashSet<&'a str>) {
    for member in node.members() {
        match (member.name.as_str(), &member.value) {
            ("Ref", value) if is_flag(name) => found.extend(value.text()),
            ("Fn::If", value) => {
                value.list().unwrap_or_default().iter().skip(1).for_each(|branch| flags(name, branch, found));
            }
            (inner, value) => flags(inner, value, found),
        }
    }
}

/// Where a property and the members of a group stand; of the branches of Fn::If, the first that has it.
fn place(path: &str, property: &Member, positions: &mut Vec<(String, Position)>) {
    if !positions.iter().any(|(known, _)| known == path) {
        positions.push((path.to_owned(), property.at));
    }
    let mut groups = vec![&property.value];
    while let Some(group) = groups.pop() {
        for member in group.members() {
            if member.name == "Fn::If" {
                groups.extend(member.value.list().unwrap_or_default().iter().skip(1).rev());
            } else if !member.name.starts_with("Fn::") && member.name != "Ref" {
                let inner = format!("{path}.{}", member.name);
                if !positions.iter().any(|(known, _)| *known == inner) {
                    positions.push((inner, member.at));
                }
            }
        }
    }
}
