use std::fmt;

use rule_core::ErrorKind;
use serde::Serialize;

use crate::Report;
use crate::failure::{self, Failure};
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
    for Failure { source, kind, cause, next, .. } in &report.failures {
        let next = next.as_deref();
        let is_same =
            |group: &&mut FailureGroup<'_>| (group.kind, group.cause, group.next) == (*kind, cause, next);
        match groups.iter_mut().find(is_same) {
            Some(group) => {
                group.failures += 1;
                if !group.sources.contains(&source.as_str()) {
                    group.sources.push(source);
                }
            }
            None => {
                groups.push(FailureGroup { kind: *kind, cause, next, failures: 1, sources: vec![source] });
            }
        }
    }
    // What is particular to the one failure of a cause, such as its request id, is of use.
    for group in groups.iter_mut().filter(|group| group.failures == 1) {
        let is_it = |failure: &&Failure| {
            (failure.kind, failure.cause.as_str(), failure.next.as_deref())
                == (group.kind, group.cause, group.next)
        };
        if let Some(failure) = report.failures.iter().find(is_it) {
            group.cause = &failure.message;
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.sources.len()));
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
