//! The rule on the validity of certificates.

use chrono::DateTime;

use crate::choices::Choices;
use crate::clock::in_days;
use crate::node::Node;
use crate::reading::{Given, Group};
use crate::spec::{ROW, Spec};
use crate::world::{Expected, Source, World};

pub(crate) const SPECS: &[Spec] = &[Spec {
    identifier: "dms-certificate-not-expiring",
    resource_type: "AWS::DMS::Certificate",
    more: Some(dates),
    parameters: &[("daysToExpiration", "0"), ("daysToExpiration", "90")],
    check: certificate,
    ..ROW
}];

/// Writes a time that is this many days from now, in one of the ways of AWS, or oddly.
pub(crate) fn time(days: i64, choices: &mut Choices) -> Node {
    let time = in_days(days);
    match choices.oddity(14) {
        0..=5 => Node::Text(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        6..=8 => Node::Number(time.timestamp()),
        9 => Node::Text(time.format("%Y-%m-%d").to_string()),
        10 => Node::Null,
        11 => Node::Text(String::new()),
        12 => Node::Bool(true),
        _ => Node::Number(-1),
    }
}

/// Returns the days from now to a time that is given, `None` if it is no time.
pub(crate) fn days_to(node: &Node) -> Option<i64> {
    let time = match node {
        Node::Text(text) => DateTime::parse_from_rfc3339(text).ok()?.to_utc(),
        Node::Number(seconds) if *seconds >= 0 => DateTime::from_timestamp(*seconds, 0)?,
        _ => return None,
    };
    Some((time - crate::clock::now()).num_days())
}

fn dates(choices: &mut Choices) -> Vec<(String, Node)> {
    let mut members = Vec::new();
    let end = choices.one(&[365, 31, 30, 29, 91, 90, 89, 3, -1, -400]);
    let begin = choices.one(&[-300, -1, 3]);
    if !choices.rarely(6) {
        members.push(("ValidToDate".to_owned(), time(end, choices)));
    }
    if choices.rarely(3) {
        members.push(("ValidFromDate".to_owned(), time(begin, choices)));
    }
    match choices.oddity(14) {
        10 => members.push(("validToDate".to_owned(), time(end, choices))),
        11 => members.push(("valid_to_date".to_owned(), time(400, choices))),
        12 => members.push(("ValidToDate".to_owned(), time(800, choices))),
        13 => members.push(("VALIDFROMDATE".to_owned(), time(-2, choices))),
        _ => {}
    }
    members
}

fn certificate(world: &World) -> Expected {
    let properties = world.properties();
    match (properties, properties.one("ValidToDate"), &world.source) {
        (Group::Missing | Group::Odd, ..) => Expected::Unknown,
        (_, Given::Missing, Source::Described(description)) => {
            let described = validity(world, Group::read(description));
            match properties.one("ValidFromDate") {
                Given::Missing => described,
                _ if matches!(described, Expected::Good(_) | Expected::Open) => Expected::Open,
                _ => Expected::NotGood,
            }
        }
        _ => validity(world, properties),
    }
}

fn validity(world: &World, properties: Group) -> Expected {
    let least: i64 = world.parameter("daysToExpiration").map_or(30, |days| days.parse().unwrap());
    let begin = match properties.one("ValidFromDate") {
        Given::Missing => Some(-1),
        Given::One(node) => days_to(node),
        Given::Odd => None,
    };
    if let (Given::Odd, Group::Members(members)) = (properties.one("ValidToDate"), properties) {
        let own = members.iter().filter(|(name, _)| matches!(name.as_str(), "ValidToDate" | "validToDate"));
        let days: Vec<_> = own.map(|(_, node)| days_to(node)).collect();
        // One time, written in two ways.
        if days.len() == 2 && days[0] == days[1] && days[0].is_some() {
            return Expected::Open;
        }
    }
    let end = match properties.one("ValidToDate") {
        Given::One(node) => days_to(node),
        Given::Missing | Given::Odd => None,
    };
    match (begin, end) {
        _ if !world.has_time => Expected::Unknown,
        (None, None) => Expected::Unknown,
        (None, Some(end)) if end < 0 => Expected::NotGood,
        (Some(begin), None) if begin > 0 => Expected::NotGood,
        (None, _) | (_, None) => Expected::Unknown,
        (Some(begin), Some(end)) if begin > 0 && end < least => Expected::NotGood,
        (Some(begin), _) if begin > 0 => Expected::Bad("NOT YET VALID"),
        (_, Some(end)) if end < 0 => Expected::Bad("EXPIRED"),
        (_, Some(end)) if end < least => Expected::Bad("EXPIRING"),
        _ => Expected::Good("VALID"),
    }
}
