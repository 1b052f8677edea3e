//! Inputs of a rule at random, with every kind of oddity that a person or a service may produce.

use crate::choices::Choices;
use crate::node::{Node, Word};
use crate::rules::{keys, logins};
use crate::spec::{Member, Spec};
use crate::world::{Database, Exemption, Key, Source, Status, Tags, Type, Version, World};

/// Returns the input that the choices make.
pub(crate) fn world(spec: &Spec, choices: &mut Choices) -> World {
    let configuration = configuration(spec, choices);
    let source = match choices.number(8) {
        0..=2 => Source::Listed,
        3 => Source::Described(described(spec, choices)),
        4 => Source::Recorded,
        5 => Source::Described(Node::Object(properties(spec, choices))),
        _ => Source::Planned,
    };
    let parameter = if choices.rarely(3) && !spec.parameters.is_empty() {
        Some(choices.one(spec.parameters))
    } else {
        None
    };
    let (tags, known_tags) = tags(choices);
    let exemption = choices
        .rarely(4)
        .then(|| Exemption { key: choices.one(&["Approved", "owner"]), is_compliant: choices.rarely(2) });
    World {
        status: status(choices),
        of_type: of_type(spec, choices),
        configuration,
        source,
        tags,
        known_tags,
        listed_tags: (!choices.rarely(4)).then(|| some_tags(choices)),
        may_get_more_tags: choices.rarely(5),
        key: (!choices.rarely(5)).then(|| Key {
            manager: choices.one(&[Some("CUSTOMER"), Some("CUSTOMER"), Some("AWS"), None]),
            arn: keys::KEY,
            aliases: if choices.rarely(3) { vec![] } else { vec![keys::ALIAS] },
        }),
        versions: (!choices.rarely(5)).then(|| versions(choices)),
        classes: (!choices.rarely(5)).then(|| classes(choices)),
        database: choices.one(&[Database::Private, Database::Public, Database::NotClear, Database::Denied]),
        exemption,
        parameter,
        has_time: !choices.rarely(8),
    }
}

fn status(choices: &mut Choices) -> Status {
    match choices.oddity(24) {
        18 | 19 => Status::ResourceDiscovered,
        20 => Status::ResourceNotRecorded,
        21 => Status::ResourceDeleted,
        22 => Status::ResourceDeletedNotRecorded,
        _ => Status::Ok,
    }
}

fn of_type(spec: &Spec, choices: &mut Choices) -> Type {
    let other = if spec.resource_type == "AWS::DMS::Endpoint" {
        "AWS::DMS::Certificate"
    } else {
        "AWS::DMS::Endpoint"
    };
    match choices.oddity(24) {
        20 => Type::InAnotherCase,
        21 => Type::Other(other),
        22 => Type::Other(choices.one(&[
            "AWS::EC2::Instance",
            "AWS::RDS::DBInstance",
            "AWS::DMS::MigrationProject",
        ])),
        23 => Type::Doubtful(choices.one(&[
            "AWS::DMS::Endpoints",
            "aws_dms_endpoint",
            "AWS.DMS.Thing",
            "AWS::DMS::Еndpoint",
        ])),
        _ => Type::OfTheRule,
    }
}

fn configuration(spec: &Spec, choices: &mut Choices) -> Option<Node> {
    let properties = Node::Object(properties(spec, choices));
    match choices.oddity(32) {
        22..=26 => Some(Node::Document(Box::new(properties))),
        27 => None,
        28 => Some(Node::Null),
        29 => Some(Node::List(vec![properties])),
        30 => Some(Node::Text(String::new())),
        31 => Some(Node::Document(Box::new(Node::Document(Box::new(properties))))),
        _ => Some(properties),
    }
}

/// Returns what DMS describes: without anything odd.
fn described(spec: &Spec, choices: &mut Choices) -> Node {
    let mut members: Vec<(String, Node)> = Vec::new();
    for Member { group, name, words } in spec.members {
        let member = ((*name).to_owned(), Node::from(choices.one(words)));
        if choices.rarely(5) {
            continue;
        }
        match members.iter_mut().find(|(name, _)| name == group) {
            Some((_, Node::Object(inner))) => inner.push(member),
            _ if group.is_empty() => members.push(member),
            _ => members.push(((*group).to_owned(), Node::Object(vec![member]))),
        }
    }
    if let Some(more) = spec.more {
        members.extend(more(choices));
    }
    Node::Object(members)
}

fn properties(spec: &Spec, choices: &mut Choices) -> Vec<(String, Node)> {
    let mut members = Vec::new();
    let mut groups: Vec<&'static str> = Vec::new();
    for member in spec.members {
        if member.group.is_empty() {
            add(&mut members, member, choices);
        } else if !groups.contains(&member.group) {
            groups.push(member.group);
        }
    }
    for group in groups {
        let mut inner = Vec::new();
        for member in spec.members.iter().filter(|member| member.group == group) {
            add(&mut inner, member, choices);
        }
        add_group(&mut members, group, inner, choices);
    }
    if let Some(more) = spec.more {
        members.extend(more(choices));
    }
    if spec.may_be_owned {
        match choices.number(16) {
            12 => members.push(("IsReadOnly".to_owned(), Node::Bool(true))),
            13 => members.push(("IsReadOnly".to_owned(), Node::Bool(false))),
            14 => members.push(("isReadOnly".to_owned(), Node::Text("true".to_owned()))),
            15 => members.push(("IsReadOnly".to_owned(), choices.one(&[Word::T("yes"), Word::N(1)]).into())),
            _ => {}
        }
    }
    members
}

/// Returns the name in another spelling than AWS's.
fn misspelled(name: &str, choices: &mut Choices) -> String {
    match choices.number(6) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => format!("{name} "),
        3 => name
            .chars()
            .flat_map(|letter| if letter.is_uppercase() { vec!['_', letter] } else { vec![letter] })
            .collect(),
        4 => name
            .chars()
            .flat_map(|letter| if letter.is_uppercase() { vec!['-', letter] } else { vec![letter] })
            .collect(),
        _ => format!("{name}\u{200b}"),
    }
}

fn camel_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

fn value(words: &[Word], choices: &mut Choices) -> Node {
    let word = choices.one(words);
    match (choices.oddity(20), word) {
        (13, Word::T(text)) => Node::Text(text.to_uppercase()),
        (14, Word::T(text)) => Node::Text(format!(" {text}")),
        (15, _) => Node::Null,
        (16, _) => Node::Text(String::new()),
        (17, _) => choices.one(&[Word::N(0), Word::B(true), Word::B(false)]).into(),
        (18, _) => Node::List(vec![word.into()]),
        (19, Word::T(_)) => Node::Text("something".to_owned()),
        (19, _) => Node::Object(vec![]),
        _ => word.into(),
    }
}

fn add(members: &mut Vec<(String, Node)>, member: &Member, choices: &mut Choices) {
    let Member { name, words, .. } = *member;
    if choices.rarely(8) {
        return;
    }
    let given = value(words, choices);
    let mut add = |name: String, value: Node| members.push((name, value));
    match choices.oddity(24) {
        13 | 14 => {}
        15 => add(camel_case(name), given),
        16 => add(misspelled(name, choices), given),
        17 => {
            add(name.to_owned(), given.clone());
            add(camel_case(name), given);
        }
        18 => {
            add(name.to_owned(), given);
            add(name.to_owned(), value(words, choices));
        }
        19 => {
            add(camel_case(name), value(words, choices));
            add(name.to_owned(), given);
        }
        20 => {
            add(name.to_owned(), given);
            add(misspelled(name, choices), value(words, choices));
        }
        21 => add("Other".to_owned(), Node::Object(vec![(name.to_owned(), given)])),
        22 => {
            add(misspelled(name, choices), value(words, choices));
            add(name.to_owned(), given);
        }
        23 => add(format!("{name}Other"), given),
        _ => add(name.to_owned(), given),
    }
}

fn add_group(
    members: &mut Vec<(String, Node)>,
    name: &'static str,
    inner: Vec<(String, Node)>,
    choices: &mut Choices,
) {
    let group = Node::Object(inner);
    let mut add = |name: &str, value: Node| members.push((name.to_owned(), value));
    match choices.oddity(28) {
        15 | 16 => add(name, Node::Document(Box::new(group))),
        17 | 18 => {}
        19 => add(name, choices.one(&[Word::T(""), Word::T("text"), Word::N(1)]).into()),
        20 => add(name, Node::Null),
        21 => add(name, Node::Object(vec![])),
        22 => add(name, Node::List(vec![group])),
        23 => add(&misspelled(name, choices), group),
        24 => {
            add(name, group.clone());
            add(&camel_case(name), group);
        }
        25 => {
            add(name, group);
            add(name, Node::Object(vec![]));
        }
        26 => add(&camel_case(name), group),
        27 => {
            add(name, group);
            add(&misspelled(name, choices), Node::Null);
        }
        _ => add(name, group),
    }
}

fn some_tags(choices: &mut Choices) -> Tags {
    let all = [
        ("owner", "a"),
        ("Team", ""),
        ("aws:x", "b"),
        ("Approved", "2026-10-01"),
        ("Approved", "2026-09-30 OPS-1"),
        ("Approved", "2026-10-02 OPS-1"),
        ("Approved", "2026-1-5"),
        ("Approved", "2099-12-31T"),
        ("approved", "2099-12-31"),
        ("owner", "2099-12-31"),
    ];
    let count = choices.number(4);
    let mut tags: Tags = Vec::new();
    for _ in 0..count {
        let (key, value) = choices.one(&all);
        if !tags.iter().any(|(known, _)| known == key) {
            tags.push((key.to_owned(), value.to_owned()));
        }
    }
    tags
}

/// Returns the member as it is written, and what it means.
fn tags(choices: &mut Choices) -> (Option<Node>, Option<Tags>) {
    let tags = some_tags(choices);
    let texts = |(key, value): &(String, String)| (key.clone(), Node::Text(value.clone()));
    let object = || Node::Object(tags.iter().map(texts).collect());
    let list = |key: &str, value: &str| {
        let entry = |(name, text): &(String, String)| {
            Node::Object(vec![
                (key.to_owned(), Node::Text(name.clone())),
                (value.to_owned(), Node::Text(text.clone())),
            ])
        };
        Node::List(tags.iter().map(entry).collect())
    };
    match choices.number(16) {
        6 => (Some(list("Key", "Value")), Some(tags)),
        7 => (Some(list("key", "value")), Some(tags)),
        8 => (None, None),
        9 => (Some(Node::Null), None),
        10 => (Some(Node::Text("owner".to_owned())), None),
        11 => (Some(Node::Number(1)), None),
        12 => {
            let twice = [("Approved", "2099-12-31"), ("Approved", "2020-12-31")];
            (
                Some(Node::Object(
                    twice.map(|(key, value)| (key.to_owned(), Node::Text(value.to_owned()))).into(),
                )),
                None,
            )
        }
        13 => {
            let entry = [("Key", "Approved"), ("Value", "2099-12-31"), ("Value", "")];
            let entry =
                Node::Object(entry.map(|(key, value)| (key.to_owned(), Node::Text(value.to_owned()))).into());
            (Some(Node::List(vec![entry])), None)
        }
        14 => (
            Some(Node::List(vec![Node::Object(vec![(
                "Value".to_owned(),
                Node::Text("2099-12-31".to_owned()),
            )])])),
            None,
        ),
        _ => (Some(object()), Some(tags)),
    }
}

fn versions(choices: &mut Choices) -> Vec<Version> {
    let names = ["3.6.1", "3.5.4", "3.5.3", "3.6.0"];
    let count = choices.number(5);
    let mut version = |name| Version {
        name,
        lifecycle: choices.one(&[
            Some("ACTIVE"),
            Some("DEFAULT_VERSION"),
            Some("DEPRECATED"),
            Some("active?"),
            None,
        ]),
        days_to_end: choices.one(&[None, Some(400), Some(365), Some(90), Some(89), Some(1), Some(-1)]),
        days_to_last_new: choices.one(&[None, Some(400), Some(20), Some(-5)]),
    };
    names.into_iter().take(4 - count.min(4)).map(&mut version).collect()
}

fn classes(choices: &mut Choices) -> Vec<Option<&'static str>> {
    let all = [Some("dms.r6i.large"), Some("dms.t3.micro"), Some("dms.t2.micro"), None];
    let count = choices.number(4);
    (0..3 - count.min(3)).map(|_| choices.one(&all)).collect()
}

/// Returns the DB instance that a world may know.
pub(crate) const DATABASE: &str = logins::HOST;
