//! Rules on the logs of tasks and serverless replications.

use crate::choices::Choices;
use crate::node::Node;
use crate::reading::{Given, Group, Truth};
use crate::spec::{ROW, Spec};
use crate::world::{Expected, Source, World};

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-replication-task-sourcedb-logging",
        resource_type: "AWS::DMS::ReplicationTask",
        more: Some(|choices| {
            settings("ReplicationTaskSettings", ["SOURCE_CAPTURE", "SOURCE_UNLOAD"], choices)
        }),
        check: |world| settings_of(world, "ReplicationTaskSettings", ["SOURCE_CAPTURE", "SOURCE_UNLOAD"]),
        ..ROW
    },
    Spec {
        identifier: "dms-replication-task-targetdb-logging",
        resource_type: "AWS::DMS::ReplicationTask",
        more: Some(|choices| settings("ReplicationTaskSettings", ["TARGET_APPLY", "TARGET_LOAD"], choices)),
        check: |world| settings_of(world, "ReplicationTaskSettings", ["TARGET_APPLY", "TARGET_LOAD"]),
        ..ROW
    },
    Spec {
        identifier: "dms-serverless-sourcedb-logging",
        resource_type: "AWS::DMS::ReplicationConfig",
        may_be_owned: true,
        more: Some(|choices| settings("ReplicationSettings", ["SOURCE_CAPTURE", "SOURCE_UNLOAD"], choices)),
        check: |world| settings_of(world, "ReplicationSettings", ["SOURCE_CAPTURE", "SOURCE_UNLOAD"]),
        ..ROW
    },
    Spec {
        identifier: "dms-serverless-targetdb-logging",
        resource_type: "AWS::DMS::ReplicationConfig",
        may_be_owned: true,
        more: Some(|choices| settings("ReplicationSettings", ["TARGET_APPLY", "TARGET_LOAD"], choices)),
        check: |world| settings_of(world, "ReplicationSettings", ["TARGET_APPLY", "TARGET_LOAD"]),
        ..ROW
    },
];

const SEVERITIES: [&str; 8] = [
    "LOGGER_SEVERITY_DEFAULT",
    "LOGGER_SEVERITY_DEBUG",
    "LOGGER_SEVERITY_DETAILED_DEBUG",
    "LOGGER_SEVERITY_ERROR",
    "LOGGER_SEVERITY_WARNING",
    "LOGGER_SEVERITY_INFO",
    "logger_severity_default",
    "ALL",
];

fn component(id: &str, choices: &mut Choices) -> Node {
    let severity = if choices.rarely(3) { choices.one(&SEVERITIES) } else { SEVERITIES[0] };
    let mut members = vec![
        ("Id".to_owned(), Node::Text(id.to_owned())),
        ("Severity".to_owned(), Node::Text(severity.to_owned())),
    ];
    match choices.oddity(24) {
        19 => members.truncate(1),
        20 => members.push(("Severity".to_owned(), Node::Text("LOGGER_SEVERITY_ERROR".to_owned()))),
        21 => members.push(("severity".to_owned(), Node::Text(severity.to_owned()))),
        22 => return Node::Null,
        23 => members[1] = ("Severity".to_owned(), Node::Null),
        _ => {}
    }
    Node::Object(members)
}

fn settings(property: &str, ids: [&str; 2], choices: &mut Choices) -> Vec<(String, Node)> {
    let mut components = vec![component(ids[0], choices), component(ids[1], choices)];
    match choices.oddity(12) {
        7 => components.truncate(1),
        8 => components.clear(),
        9 => components.push(component(ids[1], choices)),
        10 => components.push(component("TRANSFORMATION", choices)),
        11 => components.swap(0, 1),
        _ => {}
    }
    let components = match choices.oddity(20) {
        17 => Node::Null,
        18 => Node::Text("SOURCE_CAPTURE".to_owned()),
        19 => Node::Object(vec![]),
        _ => Node::List(components),
    };
    let enabled = match choices.oddity(12) {
        6 => Node::Text("true".to_owned()),
        7 | 8 => Node::Bool(false),
        9 => Node::Null,
        10 => Node::Text("false".to_owned()),
        11 => Node::Number(1),
        _ => Node::Bool(true),
    };
    let mut logging = vec![("EnableLogging".to_owned(), enabled), ("LogComponents".to_owned(), components)];
    match choices.oddity(16) {
        11 => logging.remove(0).1 = Node::Null,
        12 => logging.remove(1).1 = Node::Null,
        13 => logging.push(("EnableLogging".to_owned(), Node::Bool(choices.number(2) == 0))),
        14 => logging.push(("LogComponents".to_owned(), Node::List(vec![component(ids[0], choices)]))),
        15 => logging[0].0 = "enable_logging".to_owned(),
        _ => {}
    }
    let logging = match choices.oddity(20) {
        17 => Node::Null,
        18 => Node::Text("none".to_owned()),
        19 => Node::List(vec![Node::Object(logging)]),
        _ => Node::Object(logging),
    };
    let mut settings = vec![("Logging".to_owned(), logging)];
    match choices.oddity(16) {
        13 => settings.clear(),
        14 => settings[0].0 = "LOGGING".to_owned(),
        15 => settings.push(("Logging".to_owned(), Node::Object(vec![]))),
        _ => {}
    }
    let settings = Node::Object(settings);
    let settings = match choices.oddity(16) {
        0..=7 => Node::Document(Box::new(settings)),
        13 => return vec![],
        14 => Node::Null,
        15 => Node::Text("{".to_owned()),
        _ => settings,
    };
    vec![(property.to_owned(), settings)]
}

fn settings_of(world: &World, property: &'static str, ids: [&str; 2]) -> Expected {
    match (world.properties(), world.properties().one(property), &world.source) {
        (Group::Members(_), Given::Missing | Given::One(Node::Null), Source::Recorded) => Expected::Unknown,
        (Group::Members(_), Given::Missing, Source::Described(description)) => {
            logged(Group::read(description).group(property), ids, world)
        }
        // A null may be what is not recorded.
        (Group::Members(_), Given::One(Node::Null), Source::Described(_)) => Expected::Open,
        _ => logged(world.properties().group(property), ids, world),
    }
}

fn logged(settings: Group, ids: [&str; 2], world: &World) -> Expected {
    let logging = settings.group("Logging");
    match logging.truth("EnableLogging", true) {
        Truth::Is(false) => return Expected::Bad("NOT LOGGED"),
        Truth::Is(true) => {}
        Truth::Missing | Truth::Odd => return Expected::Unknown,
    }
    let components = match logging.one("LogComponents") {
        Given::Missing if world.is_planned() => return Expected::Unknown,
        Given::Missing => return Expected::Bad("NOT LOGGED"),
        Given::One(Node::List(components)) => components,
        Given::Odd | Given::One(_) => return Expected::NotGood,
    };
    let mut is_loud = [false; 2];
    let mut is_quiet = false;
    let mut is_partial = false;
    for component in components {
        let Group::Members(_) = Group::read(component) else { return Expected::NotGood };
        // DMS writes the names in a text with a capital; those in an object may be AWS Config's own.
        if matches!(component, Node::Object(members) if members.iter().any(|(name, _)| name == "severity")) {
            return Expected::Open;
        }
        let component = Group::read(component);
        let Given::One(Node::Text(id)) = component.one("Id") else { return Expected::NotGood };
        let Some(index) = ids.iter().position(|wanted| wanted == id) else {
            match component.one("Severity") {
                Given::One(Node::Text(_)) => continue,
                // It is an entry that cannot be read, of a component that has no effect.
                _ => return Expected::Open,
            }
        };
        match component.one("Severity") {
            Given::One(Node::Text(severity)) => match severity.as_str() {
                "LOGGER_SEVERITY_DEFAULT" | "LOGGER_SEVERITY_DEBUG" | "LOGGER_SEVERITY_DETAILED_DEBUG" => {
                    is_loud[index] = true;
                }
                "logger_severity_default" => return Expected::Open,
                _ => is_quiet = true,
            },
            _ => is_partial = true,
        }
    }
    match (is_partial, is_quiet, is_loud) {
        (true, ..) => Expected::NotGood,
        (false, true, _) => Expected::Bad("NOT LOGGED"),
        (false, false, [true, true]) => Expected::Good("LOGGED"),
        (false, false, _) if world.is_planned() => Expected::Unknown,
        (false, false, _) => Expected::Bad("NOT LOGGED"),
    }
}
