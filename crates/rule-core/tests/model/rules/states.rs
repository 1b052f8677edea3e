//! Rules on the state of tasks and subscriptions.

use crate::choices::Choices;
use crate::node::{Node, Word};
use crate::reading::{Given, Group, Term, Truth};
use crate::rules::dates::{days_to, time};
use crate::spec::{ROW, Spec, member};
use crate::world::{Expected, Source, World};

pub(crate) const SPECS: &[Spec] = &[
    Spec {
        identifier: "dms-replication-task-healthy",
        resource_type: "AWS::DMS::ReplicationTask",
        members: &[
            member(
                "Status",
                &[
                    Word::T("running"),
                    Word::T("stopped"),
                    Word::T("stopped"),
                    Word::T("failed"),
                    Word::T("failed-move"),
                    Word::T("deleting"),
                    Word::T("ready"),
                    Word::T("moving"),
                    Word::T("testing"),
                ],
            ),
            member(
                "StopReason",
                &[
                    Word::T("Stop Reason NORMAL"),
                    Word::T("Stop Reason FULL_LOAD_ONLY_FINISHED"),
                    Word::T("Stop Reason STOPPED_AT_SERVER_TIME"),
                    Word::T("Stop Reason FATAL_ERROR"),
                    Word::T("Stop Reason RECOVERABLE_ERROR"),
                    Word::T("because"),
                ],
            ),
        ],
        more: Some(statistics),
        parameters: &[("days", "1"), ("days", "30")],
        check: |world| of_dms(world, task),
        ..ROW
    },
    Spec {
        identifier: "dms-event-subscription-healthy",
        resource_type: "AWS::DMS::EventSubscription",
        members: &[
            member(
                "Status",
                &[
                    Word::T("active"),
                    Word::T("creating"),
                    Word::T("modifying"),
                    Word::T("topic-not-exist"),
                    Word::T("no-permission"),
                    Word::T("deleting"),
                ],
            ),
            member("Enabled", &[Word::B(true), Word::T("true"), Word::B(false), Word::T("False")]),
        ],
        check: |world| match world.source {
            Source::Planned => match world.properties().truth("Enabled", true) {
                _ if !matches!(world.properties(), Group::Members(_)) => Expected::AnythingButGood,
                Truth::Is(false) => Expected::Bad("DISABLED"),
                Truth::Missing | Truth::Is(true) => Expected::NotApplicable,
                Truth::Odd => Expected::AnythingButGood,
            },
            _ => of_dms(world, subscription),
        },
        ..ROW
    },
];

/// Returns the verdict on the resource as DMS describes it: a record is no proof.
fn of_dms(world: &World, check: fn(&World, Group) -> Expected) -> Expected {
    match &world.source {
        Source::Planned => match world.properties() {
            Group::Members(_) => Expected::NotApplicable,
            Group::Missing | Group::Odd => Expected::AnythingButGood,
        },
        Source::Listed => check(world, world.properties()),
        Source::Recorded => Expected::Unknown,
        Source::Described(description) => match world.properties() {
            Group::Members(_) => check(world, Group::read(description)),
            Group::Missing | Group::Odd => Expected::Open,
        },
    }
}

fn statistics(choices: &mut Choices) -> Vec<(String, Node)> {
    let days = choices.one(&[-3, -1, -6, -7, -30, -31, 2]);
    let date = vec![("StopDate".to_owned(), time(days, choices))];
    let statistics = match choices.oddity(12) {
        8 => Node::Null,
        9 => Node::Object(vec![]),
        10 => Node::List(vec![]),
        11 => return vec![],
        _ => Node::Object(date),
    };
    vec![("ReplicationTaskStats".to_owned(), statistics)]
}

fn task(world: &World, properties: Group) -> Expected {
    let Group::Members(_) = properties else { return Expected::Unknown };
    let Term::Is(status) = properties.term("Status") else { return Expected::Unknown };
    match status.as_str() {
        "running" | "starting" | "stopping" | "creating" | "modifying" | "moving" | "testing" | "ready" => {
            return Expected::Good("NOT STOPPED");
        }
        "failed" | "failed-move" => return Expected::Bad("FAILED"),
        "deleting" => return Expected::NotApplicable,
        "stopped" => {}
        _ => return Expected::Unknown,
    }
    match properties.term("StopReason") {
        Term::Odd | Term::Null => return Expected::Unknown,
        Term::Missing => {}
        Term::Is(reason) => match reason.strip_prefix("stop reason ") {
            Some("full_load_only_finished" | "stopped_at_server_time" | "stopped_at_commit_time") => {
                return Expected::Good("FINISHED");
            }
            Some("fatal_error" | "recoverable_error") => return Expected::Bad("FAILED"),
            Some("normal") => {}
            // A word that DMS does not document.
            _ => return Expected::NotGood,
        },
    }
    let most: i64 = world.parameter("days").map_or(7, |days| days.parse().unwrap());
    let Given::One(date) = properties.group("ReplicationTaskStats").one("StopDate") else {
        return Expected::Unknown;
    };
    match days_to(date) {
        _ if !world.has_time => Expected::Unknown,
        None => Expected::Unknown,
        Some(days) if days > 0 => Expected::Unknown,
        Some(days) if -days < most => Expected::Good("PAUSED"),
        Some(_) => Expected::Bad("STOPPED"),
    }
}

fn subscription(_: &World, properties: Group) -> Expected {
    let Group::Members(_) = properties else { return Expected::Unknown };
    let status = match properties.term("Status") {
        Term::Is(status) => status,
        _ => String::new(),
    };
    match (status.as_str(), properties.truth("Enabled", true)) {
        ("deleting", Truth::Is(true)) => Expected::NotApplicable,
        ("deleting", _) => Expected::AnythingButGood,
        ("topic-not-exist" | "no-permission", Truth::Is(false) | Truth::Missing | Truth::Odd) => {
            Expected::NotGood
        }
        ("topic-not-exist", _) => Expected::Bad("NO TOPIC"),
        ("no-permission", _) => Expected::Bad("NO PERMISSION"),
        ("active" | "creating" | "modifying", Truth::Is(true)) => Expected::Good("ACTIVE"),
        ("active" | "creating" | "modifying", Truth::Is(false)) => Expected::Bad("DISABLED"),
        (_, Truth::Is(false)) => Expected::NotGood,
        _ => Expected::Unknown,
    }
}
