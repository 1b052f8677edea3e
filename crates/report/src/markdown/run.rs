//! The failures and the filter of a run, and all that repeats it.

use super::escape;
use crate::text::{self, TOOL, VERSION};
use crate::{Command, NotEvaluated, Report, by_cause};

/// The maximum number of causes of failures, of rules that were not run, and of files that are listed.
const LISTED: usize = 20;

/// Returns the failures of an incomplete run, and the filter.
pub(super) fn notices(report: &Report) -> String {
    let mut notices = String::new();
    let causes = by_cause(report);
    if !causes.is_empty() {
        let failures = text::failures(report);
        notices.extend([format!(
            "**The report is not complete: {failures}.** Resources may be missing, so what it does not list is unknown.\n\n\
             | could not be evaluated | kind | cause | next |\n|---|---|---|---|\n"
        )]);
        for group in causes.iter().take(LISTED) {
            let (places, cause) = (escape::text(&group.places()), escape::text(group.cause));
            let next = escape::text(group.next.unwrap_or_default());
            notices.extend([format!("| {places} | {} | {cause} | {next} |\n", group.kind)]);
        }
        if let Some(more @ 1..) = causes.len().checked_sub(LISTED) {
            notices.extend([format!("| and {more} more causes | | | |\n")]);
        }
        notices.push('\n');
    }
    if let Some(filter) = text::filter(report) {
        notices
            .extend([format!("**Filtered:** {}. The counts are of all results.\n\n", escape::text(&filter))]);
    }
    notices
}

/// Returns the rules that were not run, those without resources, and the files that were left out.
pub(super) fn not_evaluated(report: &Report) -> String {
    let mut lines: Vec<String> = report
        .not_evaluated
        .iter()
        .map(|NotEvaluated { rule, kind, resources, reason }| {
            let resources = text::unevaluated(*resources);
            let reason = escape::text(reason);
            format!("{} ({kind}, {resources}): {reason}", escape::code(rule.identifier))
        })
        .collect();
    lines.extend(report.left_out().map(|source| format!("{}: {}", escape::code(&source.name), source.kind)));
    if lines.is_empty() {
        return String::new();
    }
    let mut section = String::from("## Not evaluated\n\n");
    lines.iter().take(LISTED).for_each(|line| section.extend([format!("- {line}\n")]));
    if let Some(more @ 1..) = lines.len().checked_sub(LISTED) {
        section.extend([format!("- and {more} more\n")]);
    }
    section.push('\n');
    section
}

/// Returns the table of what repeats the run.
pub(super) fn table(report: &Report) -> String {
    let complete = if report.is_complete() { "yes" } else { "**no**" };
    let mut rows = vec![
        ("command", escape::code(&text::command_line(report))),
        ("version", format!("{TOOL} {VERSION}")),
        ("evaluated at", text::time(report.at)),
        ("complete", complete.to_owned()),
        ("rules", escape::long_text(&text::rules(report), 2_000)),
    ];
    if !report.settings.is_empty() {
        rows.push(("settings", escape::long_text(&report.settings.to_string(), 2_000)));
    }
    if let Some(comparison) = &report.comparison {
        rows.push(("compared", escape::text(&text::comparison(report, comparison))));
        let past = comparison.past.iter().map(|past| (past.fate.as_str(), escape::text(&past.to_string())));
        rows.extend(past.take(LISTED));
    }
    if let Some(exceptions) = text::exceptions(report) {
        rows.push(("exceptions", exceptions));
        let each = text::each_exception(report).map(|(_, exception)| ("exception", escape::text(&exception)));
        rows.extend(each.take(LISTED));
    }
    if report.command == Command::Scan {
        rows.push(("covered", text::coverage(report)));
    }
    rows.extend(report.caller.as_ref().map(|caller| ("caller", escape::code(caller))));
    rows.extend(report.security_hub.as_ref().map(|import| ("Security Hub", import.to_string())));
    let unmet: Vec<&str> = report.without_resources().iter().map(|rule| rule.identifier).collect();
    if !unmet.is_empty() {
        rows.push(("rules without resources", escape::long_text(&unmet.join(", "), 2_000)));
    }
    let (with, without): (Vec<_>, Vec<_>) =
        report.sources.iter().filter(|source| !source.kind.is_left_out()).partition(|one| one.resources > 0);
    let sources = [with, without].concat();
    for source in sources.iter().take(LISTED) {
        let resources = text::counted(source.resources, "resource", "resources");
        let sum = source.sha256.as_ref().map(|sum| format!(", SHA-256 {sum}")).unwrap_or_default();
        let part = if source.is_complete { "" } else { ", read in part" };
        let name = escape::code(&source.name);
        rows.push(("read", format!("{name}: {}, {resources}{part}{sum}", source.kind)));
    }
    if let Some(more @ 1..) = sources.len().checked_sub(LISTED) {
        rows.push(("read", format!("and {more} more")));
    }
    let rows: Vec<String> = rows.into_iter().map(|(name, value)| format!("| {name} | {value} |\n")).collect();
    format!("## Run\n\n| | |\n|---|---|\n{}", rows.concat())
}
