#![doc = include_str!("dms_replication_task_healthy.md")]

use chrono::TimeDelta;

use crate::parameter::days;
use crate::rules::date::{date, words};
use crate::rules::description::description;
use crate::setting::shown;
use crate::text::cut;
use crate::{
    Configuration, Finding, Input, Need, Parameter, Property, ResourceType, Rule, Setting, Severity, Stop,
    Theme, Unknown,
};

/// The rule `dms-replication-task-healthy`.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-task-healthy",
    resource_type: ResourceType::ReplicationTask,
    severity: Severity::Low,
    theme: Theme::Operation,
    property: Property::setting("Status", Some("status")),
    wanted: "running",
    reads: &[],
    needs: &[Need::List, Need::Describe],
    schedule_only: true,
    parameters: &[&DAYS],
    requirements: &[],
    page: include_str!("dms_replication_task_healthy.md"),
    unknown_fix: FIND_OUT,
    command: Some(
        "aws dms describe-replication-tasks --filters Name=replication-task-arn,Values={arn} --region {region}",
    ),
    check,
};

/// The parameter `days`.
pub static DAYS: Parameter = Parameter {
    name: "days",
    default: "7",
    meaning: "for how many days a task may be stopped: 1 to 3650",
    must_be: "a whole number of days from 1 to 3650",
    pattern: "|[1-9][0-9]{0,3}",
    read: |values, text| days(text, 1).map(|days| values.time_at_rest = days).is_some(),
};

const RESTART: &str = "read its log, correct the cause, and start-replication-task with resume-processing, or delete-replication-task";
const FIND_OUT: &str = "check Status and ReplicationTaskStats with describe-replication-tasks";

/// The reasons with which DMS stops a task that has done all that it was set to do, and those with which it stops one that
/// cannot go on (API reference of DMS, `ReplicationTask`, "StopReason").
const FINISHED: [&str; 3] = ["FULL_LOAD_ONLY_FINISHED", "STOPPED_AT_SERVER_TIME", "STOPPED_AT_COMMIT_TIME"];
const BROKEN: [&str; 5] = [
    "RECOVERABLE_ERROR",
    "FATAL_ERROR",
    "EXPRESS_LICENSE_LIMITS_REACHED",
    "STOPPED_DUE_TO_LOW_MEMORY",
    "STOPPED_DUE_TO_LOW_DISK",
];

/// The other reasons that DMS documents: the task waits for somebody, or starts again.
const PAUSED: [&str; 6] = [
    "NORMAL",
    "RECONFIGURATION_RESTART",
    "RECYCLE_TASK",
    "STOPPED_AFTER_CACHED_EVENTS",
    "STOPPED_AFTER_DDL_APPLY",
    "STOPPED_AFTER_FULL_LOAD",
];

/// The longest that the clock of DMS may be ahead of that of AWS Config.
const AHEAD: TimeDelta = TimeDelta::days(1);

fn check(input: &Input) -> Result<Finding, Stop> {
    if input.facts.planned {
        return Err(Stop::NotApplicable("it has no status before deployment".to_owned()));
    }
    let now = description(input, "Status")?.unwrap_or(input.configuration()?);
    let status = match Setting::read(now, "Status") {
        Setting::Is(status) => status,
        Setting::Absent => return Err(Unknown::new("Status is missing").into()),
        Setting::Unreadable(what) => return Err(Unknown::new(format!("Status is {what}")).into()),
    };
    Ok(match status.as_str() {
        "failed" | "failed-move" => {
            let finding = Finding::non_compliant("FAILED", format!("Status={status}"), RESTART);
            match now.text("LastFailureMessage") {
                Some(message) => finding.with_evidence("message", cut(message, 60)),
                None => finding,
            }
        }
        "stopped" => stopped(input, now)?,
        "deleting" => return Err(Stop::NotApplicable("Status=deleting".to_owned())),
        // The other words that DMS documents (`ReplicationTask`, "Status").
        "creating" | "modifying" | "moving" | "ready" | "running" | "starting" | "stopping" | "testing" => {
            Finding::compliant("NOT STOPPED", format!("Status={status}"))
        }
        other => Finding::unknown(format!("Status is {:?}, which DMS does not document", shown(other))),
    })
}

/// Returns the finding on a task that is stopped: how long is too long.
fn stopped(input: &Input, now: &Configuration) -> Result<Finding, Unknown> {
    let stop_reason = match Setting::read(now, "StopReason") {
        Setting::Is(reason) => Some(reason.to_uppercase()),
        Setting::Absent => None,
        Setting::Unreadable(what) => return Err(Unknown::new(format!("StopReason is {what}"))),
    };
    // DMS writes the reason alone, or behind the words "Stop Reason", and an error in more words.
    let stop_reason =
        stop_reason.as_deref().map(|reason| reason.strip_prefix("STOP REASON ").unwrap_or(reason));
    if let Some(reason) = stop_reason {
        let fact = format!("StopReason={}", shown(reason));
        if BROKEN.iter().any(|word| reason.contains(word)) {
            return Ok(Finding::non_compliant("FAILED", fact, RESTART));
        }
        if FINISHED.contains(&reason) {
            return Ok(Finding::compliant("FINISHED", fact));
        }
    }
    let statistics = now.group("ReplicationTaskStats");
    let since = date(statistics.readable("ReplicationTaskStats")?, "StopDate")?
        .ok_or_else(|| Unknown::new("the task is stopped, and StopDate is missing"))?;
    let at = input.at.ok_or_else(|| Unknown::new("the event carries no notification time"))?;
    if since > at + AHEAD {
        return Err(Unknown::new(format!("StopDate is {}, which is to come", words(since))));
    }
    let fact = format!("stopped since {}", words(since));
    let is_too_long = at - since >= input.parameters.time_at_rest;
    let finding = if is_too_long {
        Finding::non_compliant("STOPPED", fact, RESTART)
    } else if let Some(reason) = stop_reason.filter(|reason| !PAUSED.contains(reason)) {
        // It may be an error that DMS got since.
        return Err(Unknown::new(format!("StopReason is {:?}, which DMS does not document", shown(reason))));
    } else {
        Finding::compliant("PAUSED", fact)
    };
    let finding = finding.with_evidence("allowed days", input.parameters.time_at_rest.num_days().to_string());
    Ok(match stop_reason {
        Some(reason) => finding.with_evidence("reason", shown(reason)),
        None => finding,
    })
}
