//! The history as CSV: one row for each period, for each account with a rule, and for each failure, as the column `record` states.
//! Cells are protected from spreadsheets as in [the report of results](crate::csv).

use std::io;

use ::csv::{Terminator, WriterBuilder};
use chrono::TimeDelta;

use super::model::History;
use super::period::Period;
use super::resource_history::ResourceHistory;
use super::totals::Totals;
use crate::Failure;
use crate::csv::harmless;
use crate::text::time;

/// The names of the columns, in order.
pub const COLUMNS: [&str; 32] = [
    "record",
    "rule",
    "severity",
    "accountId",
    "region",
    "resourceType",
    "resourceId",
    "resourceName",
    "arn",
    "condition",
    "reason",
    "from",
    "startIsKnown",
    "to",
    "next",
    "seconds",
    "exact",
    "records",
    "firstSource",
    "firstStateId",
    "lastSource",
    "lastCapturedAt",
    "lastStateId",
    "resources",
    "exposures",
    "open",
    "lost",
    "unknown",
    "totalSeconds",
    "medianSecondsToFix",
    "longestSecondsToFix",
    "message",
];

type Row = [String; COLUMNS.len()];

/// Writes the header and the rows.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(history: &History, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    rows.write_record(COLUMNS)?;
    for resource in &history.resources {
        for period in &resource.periods {
            rows.write_record(self::period(resource, period).map(|cell| harmless(&cell)))?;
        }
    }
    for totals in history.totals() {
        rows.write_record(account(&totals).map(|cell| harmless(&cell)))?;
    }
    for failure in &history.failures {
        rows.write_record(self::failure(failure).map(|cell| harmless(&cell)))?;
    }
    rows.flush()
}

fn period(history: &ResourceHistory, period: &Period) -> Row {
    let ResourceHistory { rule, resource, .. } = history;
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    COLUMNS.map(|column| match column {
        "record" => "period".to_owned(),
        "rule" => rule.identifier.to_owned(),
        "severity" => rule.severity.as_str().to_owned(),
        "accountId" => optional(&resource.account_id),
        "region" => optional(&resource.region),
        "resourceType" => resource.resource_type.clone(),
        "resourceId" => resource.id.clone(),
        "resourceName" => resource.name.clone(),
        "arn" => optional(&resource.arn),
        "condition" => period.condition.to_string(),
        "reason" => period.first.reason.clone(),
        "from" => time(period.from),
        "startIsKnown" => period.is_start_known.to_string(),
        "to" => time(period.to),
        "next" => period.next.map(|next| next.to_string()).unwrap_or_default(),
        "seconds" => seconds(period.duration()),
        "exact" => period.is_exact().to_string(),
        "records" => period.records.to_string(),
        "firstSource" => period.first.source.clone(),
        "firstStateId" => optional(&period.first.state_id),
        "lastSource" => period.last.source.clone(),
        "lastCapturedAt" => time(period.last.at),
        "lastStateId" => optional(&period.last.state_id),
        _ => String::new(),
    })
}

fn account(totals: &Totals) -> Row {
    COLUMNS.map(|column| match column {
        "record" => "account".to_owned(),
        "rule" => totals.rule.identifier.to_owned(),
        "severity" => totals.rule.severity.as_str().to_owned(),
        "accountId" => totals.account_id.clone().unwrap_or_default(),
        "exact" => totals.is_exact.to_string(),
        "resources" => totals.resources.to_string(),
        "exposures" => totals.exposures.to_string(),
        "open" => totals.open.to_string(),
        "lost" => totals.lost.to_string(),
        "unknown" => totals.unknown.to_string(),
        "totalSeconds" => seconds(totals.total),
        "medianSecondsToFix" => totals.median.map(seconds).unwrap_or_default(),
        "longestSecondsToFix" => totals.longest.map(seconds).unwrap_or_default(),
        _ => String::new(),
    })
}

fn failure(failure: &Failure) -> Row {
    COLUMNS.map(|column| match column {
        "record" => "failure".to_owned(),
        "firstSource" => failure.source.clone(),
        "message" => failure.text(),
        _ => String::new(),
    })
}

fn seconds(duration: TimeDelta) -> String {
    duration.num_seconds().to_string()
}
