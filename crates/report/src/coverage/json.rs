//! The coverage as one JSON document. Every member is always present; a value that is not known is null.
//! `schemaVersion` is raised when a member is removed or changes its meaning, not when one is added.

use std::collections::BTreeSet;
use std::io;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::model::{Coverage, Group, Row};
use super::place::{DeployedRule, Facts, NotRead, Reading, Recorder};
use super::state::{Problem, State};
use crate::text::{TOOL, VERSION, time};

const SCHEMA_VERSION: u32 = 1;

/// Writes the document, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(coverage: &Coverage, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, coverage)?;
    out.write_all(b"\n")
}

impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rules: Vec<&str> = self.conditions.rules.iter().map(|rule| rule.identifier).collect();
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("schemaVersion", &SCHEMA_VERSION)?;
        document.serialize_entry("tool", &Tool { name: TOOL, version: VERSION })?;
        document.serialize_entry("at", &time(self.conditions.at))?;
        document.serialize_entry("command", "coverage")?;
        document.serialize_entry("complete", &self.is_complete())?;
        document.serialize_entry("healthy", &self.is_healthy())?;
        document.serialize_entry("maxAgeHours", &self.conditions.max_age.num_hours())?;
        document.serialize_entry("rules", &rules)?;
        document.serialize_entry("summary", &Totals(self.totals()))?;
        document.serialize_entry("causes", &self.groups().iter().map(CauseEntry::new).collect::<Vec<_>>())?;
        document.serialize_entry("notes", &self.notes)?;
        document.serialize_entry("places", &Places(self))?;
        document.end()
    }
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The number of rows of every state, also those that do not occur.
struct Totals(Vec<(State, usize)>);

impl Serialize for Totals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = |wanted| self.0.iter().find(|(state, _)| *state == wanted).map_or(0, |(_, count)| *count);
        serializer.collect_map(State::ALL.into_iter().map(|state| (state.as_str(), count(state))))
    }
}

#[derive(Serialize)]
struct CauseEntry<'a> {
    state: &'static str,
    cause: &'a str,
    places: usize,
    accounts: &'a BTreeSet<&'a str>,
    regions: &'a BTreeSet<&'a str>,
}

impl<'a> CauseEntry<'a> {
    fn new(group: &'a Group<'_>) -> Self {
        let Group { state, cause, rows, accounts, regions } = group;
        Self { state: state.as_str(), cause, places: *rows, accounts, regions }
    }
}

/// The rows, one after the other: of thousands of places with tens of rules, no second copy is made.
struct Places<'a>(&'a Coverage);

impl Serialize for Places<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows().iter().map(|row| PlaceEntry::new(self.0, row)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceEntry<'a> {
    state: &'static str,
    account_id: Option<&'a str>,
    account_name: Option<&'a str>,
    region: Option<&'a str>,
    problems: Vec<ProblemEntry<'a>>,
    recorder: Option<RecorderEntry<'a>>,
    rules: Option<Vec<RuleEntry<'a>>>,
    not_read: Vec<NotReadEntry<'a>>,
}

#[derive(Serialize)]
struct ProblemEntry<'a> {
    state: &'static str,
    cause: &'a str,
    detail: &'a str,
    next: Option<&'a str>,
}

#[derive(Serialize)]
struct NotReadEntry<'a> {
    operation: &'static str,
    kind: &'static str,
    message: &'a str,
    next: &'a str,
}

/// The recorder; all but `exists` are null if there is none.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct RecorderEntry<'a> {
    exists: bool,
    name: Option<&'a str>,
    recording: Option<bool>,
    last_status: Option<&'a str>,
    last_error: Option<&'a str>,
    not_recorded: Option<&'a [&'static str]>,
    recorded_daily: Option<&'a [&'static str]>,
    not_clear: Option<&'a [&'static str]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry<'a> {
    rule: &'static str,
    name: &'a str,
    on_change: bool,
    on_schedule: bool,
    has_status: Option<bool>,
    last_success: Option<String>,
    last_successful_evaluation: Option<String>,
    last_result: Option<String>,
    last_successful_invocation: Option<String>,
    last_failed_invocation: Option<String>,
    last_failed_evaluation: Option<String>,
    first_activated: Option<String>,
    last_error: Option<&'a str>,
}

impl<'a> PlaceEntry<'a> {
    fn new(coverage: &'a Coverage, row: &'a Row) -> Self {
        let place = &row.place;
        let mut not_read = Vec::new();
        let facts: Option<&Facts> = known(&place.facts, &mut not_read);
        let recorder = facts.and_then(|facts| known(&facts.recorder, &mut not_read));
        let recorder = recorder.map(|recorder| RecorderEntry::new(recorder.as_ref(), &mut not_read));
        let rules = facts.and_then(|facts| known(&facts.rules, &mut not_read));
        let rules = rules.map(|rules| rules.iter().map(|rule| RuleEntry::new(rule, &mut not_read)).collect());
        Self {
            state: row.state().as_str(),
            account_id: place.account_id.as_deref(),
            account_name: place
                .account_id
                .as_ref()
                .and_then(|id| coverage.account_names.get(id))
                .map(String::as_str),
            region: place.region.as_deref(),
            problems: row.problems.iter().map(ProblemEntry::new).collect(),
            recorder,
            rules,
            not_read,
        }
    }
}

/// Returns what was read; else adds the reason.
fn known<'a, T>(reading: &'a Reading<T>, not_read: &mut Vec<NotReadEntry<'a>>) -> Option<&'a T> {
    match reading {
        Ok(value) => Some(value),
        Err(NotRead { operation, kind, message, next, .. }) => {
            not_read.push(NotReadEntry { operation, kind: kind.as_str(), message, next });
            None
        }
    }
}

impl<'a> ProblemEntry<'a> {
    fn new(Problem { state, cause, detail, next }: &'a Problem) -> Self {
        Self { state: state.as_str(), cause, detail, next: next.as_deref() }
    }
}

impl<'a> RecorderEntry<'a> {
    fn new(recorder: Option<&'a Recorder>, not_read: &mut Vec<NotReadEntry<'a>>) -> Self {
        let Some(Recorder { name, not_recorded, daily, unclear, status }) = recorder else {
            return Self::default();
        };
        let status = known(status, not_read).and_then(Option::as_ref);
        Self {
            exists: true,
            name: Some(name),
            recording: status.and_then(|status| status.recording),
            last_status: status.and_then(|status| status.last_status.as_deref()),
            last_error: status.and_then(|status| status.last_error.as_deref()),
            not_recorded: Some(not_recorded),
            recorded_daily: Some(daily),
            not_clear: Some(unclear),
        }
    }
}

impl<'a> RuleEntry<'a> {
    fn new(rule: &'a DeployedRule, not_read: &mut Vec<NotReadEntry<'a>>) -> Self {
        let runs = known(&rule.runs, not_read);
        Self {
            rule: rule.identifier,
            name: &rule.name,
            on_change: rule.on_change,
            on_schedule: rule.on_schedule,
            has_status: runs.map(|runs| runs.has_status),
            last_success: runs.and_then(|runs| runs.last_success().map(time)),
            last_successful_evaluation: runs.and_then(|runs| runs.successful_evaluation.map(time)),
            last_result: runs.and_then(|runs| runs.last_result.map(time)),
            last_successful_invocation: runs.and_then(|runs| runs.successful_invocation.map(time)),
            last_failed_invocation: runs.and_then(|runs| runs.failed_invocation.map(time)),
            last_failed_evaluation: runs.and_then(|runs| runs.failed_evaluation.map(time)),
            first_activated: runs.and_then(|runs| runs.first_activated.map(time)),
            last_error: runs.and_then(|runs| runs.last_error.as_deref()),
        }
    }
}
