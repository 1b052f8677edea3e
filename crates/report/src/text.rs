use chrono::{DateTime, SecondsFormat, Utc};
use rule_core::Requirement;

use crate::{Command, Report, Source};

/// The name of the tool in every format.
pub(crate) const TOOL: &str = "dms-rule";

/// The version of the tool.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the name of a source with its position, if it has one: `stack.yaml:12:7`.
pub(crate) fn place(source: &Source) -> String {
    match source.position {
        Some(position) => format!("{}:{}:{}", source.name, position.line, position.column),
        None => source.name.clone(),
    }
}

/// Lists the requirements as framework and id: `PCI DSS v4.0.1 1.4.4`.
pub(crate) fn requirements(requirements: &[Requirement]) -> Vec<String> {
    requirements
        .iter()
        .flat_map(|Requirement { framework, ids }| ids.iter().map(move |id| format!("{framework} {id}")))
        .collect()
}

/// Formats a time in UTC with milliseconds: `2026-10-01T15:03:11.636Z`.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns `count` with the noun in the singular or the plural: `1 resource`, `2 resources`.
pub(crate) fn counted(count: usize, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// Counts the failures of the run in words: `3 API calls failed` of a scan, `1 read error` of a check.
pub(crate) fn failures(report: &Report) -> String {
    let count = report.failures.len();
    match report.command {
        Command::Check => counted(count, "read error", "read errors"),
        Command::Scan => counted(count, "API call failed", "API calls failed"),
    }
}
