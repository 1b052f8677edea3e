//! Rules on what DMS supports and offers today.

use chrono::NaiveDate;

use crate::clock;
use crate::node::{Node, Word};
use crate::reading::{Given, Group, Term};
use crate::spec::{ROW, Spec, member};
use crate::world::{Expected, World};

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-engine-version-supported",
        resource_type: "AWS::DMS::ReplicationInstance",
        members: &[member(
            "EngineVersion",
            &[
                Word::T("3.6.1"),
                Word::T("3.5.4"),
                Word::T("3.5.3"),
                Word::T("3.6.0"),
                Word::T("3.4.7"),
                Word::T("9.9.9"),
            ],
        )],
        parameters: &[("daysToEndOfLife", "0"), ("daysToEndOfLife", "365")],
        check: version,
        ..ROW
    },
    Spec {
        identifier: "dms-instance-class-supported",
        resource_type: "AWS::DMS::ReplicationInstance",
        members: &[member(
            "ReplicationInstanceClass",
            &[
                Word::T("dms.r6i.large"),
                Word::T("dms.t3.micro"),
                Word::T("dms.t2.micro"),
                Word::T("dms.c4.large"),
                Word::T("dms.r4.large"),
                Word::T("dms.x9.large"),
            ],
        )],
        check: class,
        ..ROW
    },
];

/// The ends of life that AWS's release notes gave.
const ENDS: [(&str, &str); 4] =
    [("3.5.4", "2027-03-31"), ("3.5.3", "2026-06-30"), ("3.6.0", "2026-07-27"), ("3.4.7", "2024-10-31")];

fn text(world: &World, name: &'static str) -> Result<Option<String>, Expected> {
    match (world.properties(), world.properties().one(name)) {
        (Group::Missing | Group::Odd, _) | (_, Given::Odd) => Err(Expected::Unknown),
        (_, Given::Missing) => Ok(None),
        (_, Given::One(Node::Text(text))) if !text.is_empty() && text.trim() == text => {
            Ok(Some(text.clone()))
        }
        (_, Given::One(_)) => Err(Expected::Unknown),
    }
}

fn version(world: &World) -> Expected {
    let version = match text(world, "EngineVersion") {
        Ok(Some(version)) => version,
        Ok(None) if world.is_planned() => return Expected::Good(""),
        Ok(None) => return Expected::Unknown,
        Err(unknown) => return unknown,
    };
    let least: i64 = world.parameter("daysToEndOfLife").map_or(90, |days| days.parse().unwrap());
    let by_end = |days: i64| match days {
        _ if !world.has_time => Expected::Unknown,
        days if days < 0 => Expected::Bad("PAST ITS LIFE"),
        days if days < least => Expected::Bad("NEAR ITS END"),
        _ => Expected::Good("SUPPORTED"),
    };
    let listed = world.versions.as_ref().filter(|_| !world.is_planned());
    let Some(listed) = listed else {
        let end = ENDS.iter().find(|(known, _)| *known == version);
        return match end.map(|(_, end)| {
            by_end((end.parse::<NaiveDate>().unwrap() - clock::now().date_naive()).num_days())
        }) {
            // A date that AWS may have moved proves nothing.
            Some(Expected::Good(_)) | None => Expected::Unknown,
            Some(bad) => bad,
        };
    };
    let Some(found) = listed.iter().find(|listed| listed.name == version) else {
        return Expected::Unknown;
    };
    let is_known = matches!(found.lifecycle, Some("ACTIVE" | "DEFAULT_VERSION" | "DEPRECATED"));
    match (found.days_to_end, found.days_to_last_new) {
        (Some(days), _) if is_known => by_end(days),
        (Some(_), _) => Expected::NotGood,
        (None, _) if !is_known || found.lifecycle == Some("DEPRECATED") => Expected::Unknown,
        (None, None) => {
            if world.has_time {
                Expected::Good("SUPPORTED")
            } else {
                Expected::Open
            }
        }
        (None, Some(days)) if world.has_time && days >= least => Expected::Good("SUPPORTED"),
        (None, Some(_)) => Expected::NotGood,
    }
}

fn class(world: &World) -> Expected {
    let Term::Is(class) = world.properties().term("ReplicationInstanceClass") else {
        return Expected::Unknown;
    };
    let family = class.split('.').nth(1).unwrap_or_default();
    let Some(listed) = world.classes.as_ref().filter(|_| !world.is_planned()) else {
        return match family {
            "t2" | "c4" | "r4" => Expected::Bad("NOT ORDERABLE"),
            "t3" | "c5" | "c6i" | "c7i" | "r5" | "r6i" | "r7i" if world.is_planned() => Expected::Good(""),
            _ => Expected::Unknown,
        };
    };
    if listed.iter().any(|listed| *listed == Some(&*class)) {
        // One without a class makes the list odd, and the class is there all the same.
        return if listed.contains(&None) { Expected::Open } else { Expected::Good("ORDERABLE") };
    }
    if listed.is_empty() || listed.contains(&None) {
        Expected::Unknown
    } else {
        Expected::Bad("NOT ORDERABLE")
    }
}
