use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fmt;

use rule_core::ErrorKind;
use serde::Serialize;

use crate::Report;
use crate::failure;
use crate::text::counted;

/// The number of sources that a text names.
const NAMED: usize = 5;

/// The failures of a run that have one cause and one next step. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureGroup<'a> {
    /// The kind of the failures.
    #[serde(serialize_with = "failure::name")]
    pub kind: ErrorKind,
    /// The cause of the failures.
    pub cause: &'a str,
    /// The next step, if the failures have one apart from their messages.
    pub next: Option<&'a str>,
    /// The number of failures.
    pub failures: usize,
    /// The files, or the accounts and Regions, of the failures, each once, in the order of the report.
    pub sources: Vec<&'a str>,
}

/// Lists the failures of a report by cause: the cause of most sources first, then in the order of the report.
#[must_use]
pub fn by_cause(report: &Report) -> Vec<FailureGroup<'_>> {
    let mut groups: Vec<FailureGroup<'_>> = Vec::new();
    let mut indices = HashMap::new();
    let mut known = HashSet::new();
    for failure in &report.failures {
        let (kind, cause, next) = failure.key();
        let index = *indices.entry(failure.key()).or_insert(groups.len());
        if index == groups.len() {
            // What is particular to the one failure of a cause, such as its request id, is of use.
            groups.push(FailureGroup {
                kind,
                cause: &failure.message,
                next,
                failures: 0,
                sources: Vec::new(),
            });
        }
        if let Some(group) = groups.get_mut(index) {
            group.failures += 1;
            if group.failures == 2 {
                group.cause = cause;
            }
            if known.insert((index, failure.source.as_str())) {
                group.sources.push(&failure.source);
            }
        }
    }
    groups.sort_by_key(|group| Reverse(group.sources.len()));
    groups
}

impl FailureGroup<'_> {
    /// Names the sources, the first of them if there are many: `a, b and 7 more`.
    #[must_use]
    pub fn places(&self) -> String {
        let named = self.sources.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        match self.sources.len().checked_sub(NAMED) {
            Some(more @ 1..) => format!("{named} and {more} more"),
            _ => named,
        }
    }

    /// Returns the number of sources and failures: `200 places, 1400 failures`; empty for one failure.
    #[must_use]
    pub fn count(&self) -> String {
        let places = counted(self.sources.len(), "place", "places");
        match (self.sources.len(), self.failures) {
            (_, 1) => String::new(),
            (places_count, failures) if places_count == failures => places,
            (_, failures) => format!("{places}, {failures} failures"),
        }
    }
}

impl fmt::Display for FailureGroup<'_> {
    /// Writes places, cause and next step: `a, b: CAUSE (2 places). Next: STEP`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.places(), self.cause)?;
        let count = self.count();
        if !count.is_empty() {
            write!(f, " ({count})")?;
        }
        match self.next {
            Some(next) => write!(f, ". Next: {next}"),
            None => Ok(()),
        }
    }
}
