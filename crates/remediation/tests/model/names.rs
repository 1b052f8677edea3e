//! The names and ARNs of the things of the model.

use crate::dms::Arn;

const PREFIX: &str = "arn:aws:dms:eu-west-1:123456789012:";

/// Returns the ARN of the old instance, 0, or of a generation of the new one.
pub(crate) fn instance_by_number(number: usize) -> String {
    if number == 0 { format!("{PREFIX}rep:OLD") } else { format!("{PREFIX}rep:NEW{number}") }
}

pub(crate) fn instance(arn: Arn) -> String {
    match arn {
        Arn::Old => instance_by_number(0),
        Arn::New(generation) => instance_by_number(usize::from(generation)),
    }
}

pub(crate) fn instance_number(arn: &str) -> Arn {
    match arn.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("rep:")) {
        Some("OLD") => Arn::Old,
        Some(new) => Arn::New(number(new, "NEW")),
        None => panic!("not the ARN of an instance: {arn}"),
    }
}

pub(crate) fn task(index: usize) -> String {
    format!("{PREFIX}task:T{index}")
}

pub(crate) fn task_number(arn: &str) -> u8 {
    number(arn, &format!("{PREFIX}task:T"))
}

pub(crate) fn endpoint(index: usize) -> String {
    format!("{PREFIX}endpoint:E{index}")
}

pub(crate) fn endpoint_number(arn: &str) -> u8 {
    number(arn, &format!("{PREFIX}endpoint:E"))
}

fn number(text: &str, prefix: &str) -> u8 {
    text.strip_prefix(prefix).and_then(|rest| rest.parse().ok()).unwrap_or_else(|| panic!("unknown: {text}"))
}

/// Returns the id of a run.
pub(crate) fn run(number: u8) -> &'static str {
    match number {
        0 => "run-a",
        1 => "run-b",
        _ => "runbook rep:OLD",
    }
}

pub(crate) fn run_number(run: &str) -> u8 {
    (0..3).find(|number| self::run(*number) == run).unwrap_or_else(|| panic!("unknown run: {run}"))
}
