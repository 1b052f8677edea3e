//! The history as one JSON document.
//!
//! [`SCHEMA`] describes it. Every member is always present; a value that is not known is null. `schemaVersion` is raised when a
//! member is removed or changes its meaning, not when one is added.

use std::io;

use chrono::TimeDelta;
use serde::{Serialize, Serializer};

use super::condition::Condition;
use super::model::{End, History};
use super::observation::Observation;
use super::period::Period;
use super::resource_history::ResourceHistory;
use super::totals::Totals;
use crate::text::{TOOL, VERSION, time};
use crate::{Failure, Resource, SourceSummary};

/// The JSON Schema (2020-12) of the document that [`write()`] writes.
pub const SCHEMA: &str = include_str!("../history.schema.json");

const SCHEMA_VERSION: u32 = 1;

/// Writes the document, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(history: &History, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::new(history))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    command: &'static str,
    complete: bool,
    end: Option<String>,
    end_is_given: bool,
    later_records: usize,
    rules: Vec<&'static str>,
    at_end: AtEnd<'a>,
    accounts: Vec<AccountEntry>,
    resources: Vec<ResourceEntry<'a>>,
    sources: Vec<SourceEntry<'a>>,
    failures: &'a [Failure],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The number of resources of every condition at the end, also those that do not occur.
struct AtEnd<'a>(&'a History);

impl Serialize for AtEnd<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = Condition::ALL.into_iter().rev();
        serializer.collect_map(counts.map(|condition| (condition.as_str(), self.0.at_end(condition))))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountEntry {
    rule: &'static str,
    account_id: Option<String>,
    resources: usize,
    exposures: usize,
    open: usize,
    lost: usize,
    unknown: usize,
    total_seconds: i64,
    median_seconds_to_fix: Option<i64>,
    longest_seconds_to_fix: Option<i64>,
    exact: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceEntry<'a> {
    rule: &'static str,
    severity: &'static str,
    resource: &'a Resource,
    first_seen: Option<String>,
    last_seen: Option<String>,
    at_end: Option<&'static str>,
    periods: Vec<PeriodEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PeriodEntry<'a> {
    condition: &'static str,
    reason: &'a str,
    from: String,
    start_is_known: bool,
    to: String,
    next: Option<&'static str>,
    seconds: i64,
    exact: bool,
    records: usize,
    first: RecordEntry<'a>,
    last: RecordEntry<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordEntry<'a> {
    source: &'a str,
    captured_at: String,
    configuration_state_id: Option<&'a str>,
}

#[derive(Serialize)]
struct SourceEntry<'a> {
    name: &'a str,
    kind: String,
    records: usize,
    sha256: Option<&'a str>,
}

impl<'a> Document<'a> {
    fn new(history: &'a History) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: TOOL, version: VERSION },
            command: "check --history",
            complete: history.is_complete(),
            end: history.end.at().map(time),
            end_is_given: matches!(history.end, End::Given(_)),
            later_records: history.later_records,
            rules: history.rules.iter().map(|rule| rule.identifier).collect(),
            at_end: AtEnd(history),
            accounts: history.totals().into_iter().map(AccountEntry::new).collect(),
            resources: history.resources.iter().map(ResourceEntry::new).collect(),
            sources: history.sources.iter().map(SourceEntry::new).collect(),
            failures: &history.failures,
        }
    }
}

impl AccountEntry {
    fn new(totals: Totals) -> Self {
        let Totals { rule, account_id, resources, exposures, open, lost, unknown, .. } = totals;
        let seconds = |duration: TimeDelta| duration.num_seconds();
        Self {
            rule: rule.identifier,
            account_id,
            resources,
            exposures,
            open,
            lost,
            unknown,
            total_seconds: seconds(totals.total),
            median_seconds_to_fix: totals.median.map(seconds),
            longest_seconds_to_fix: totals.longest.map(seconds),
            exact: totals.is_exact,
        }
    }
}

impl<'a> ResourceEntry<'a> {
    fn new(history: &'a ResourceHistory) -> Self {
        Self {
            rule: history.rule.identifier,
            severity: history.rule.severity.as_str(),
            resource: &history.resource,
            first_seen: history.first_seen().map(time),
            last_seen: history.last_seen().map(time),
            at_end: history.at_end().map(Condition::as_str),
            periods: history.periods.iter().map(PeriodEntry::new).collect(),
        }
    }
}

impl<'a> PeriodEntry<'a> {
    fn new(period: &'a Period) -> Self {
        Self {
            condition: period.condition.as_str(),
            reason: &period.first.reason,
            from: time(period.from),
            start_is_known: period.is_start_known,
            to: time(period.to),
            next: period.next.map(Condition::as_str),
            seconds: period.duration().num_seconds(),
            exact: period.is_exact(),
            records: period.records,
            first: RecordEntry::new(&period.first),
            last: RecordEntry::new(&period.last),
        }
    }
}

impl<'a> RecordEntry<'a> {
    fn new(record: &'a Observation) -> Self {
        Self {
            source: &record.source,
            captured_at: time(record.at),
            configuration_state_id: record.state_id.as_deref(),
        }
    }
}

impl<'a> SourceEntry<'a> {
    fn new(source: &'a SourceSummary) -> Self {
        Self {
            name: &source.name,
            kind: source.kind.to_string(),
            records: source.resources + source.superseded,
            sha256: source.sha256.as_deref(),
        }
    }
}
