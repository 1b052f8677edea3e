//! Notices that stand before any number: of an incomplete run, and of results that are not listed.

use maud::{Markup, html};
use rule_core::ErrorKind;

use super::state;
use crate::text::{self, counted};
use crate::{Command, Failure, FailureGroup, Report, Summary, by_cause};

/// Builds the notices on failures and filters. A run without failures is said to be complete, with what that leaves open.
pub(super) fn all(report: &Report) -> Markup {
    html! {
        @if !report.is_complete() { (failures(report)) }
        @else if report.sources.is_empty() {
            section #incomplete .incomplete role="alert" {
                h2 { "No source was read" }
                p { "This report has no results for any resource." }
            }
        }
        (filter(report))
        (let_through(report))
        @if report.is_complete() && !report.sources.is_empty() { (complete(report)) }
    }
}

/// States that results are not listed, if so, and how many of them are NON_COMPLIANT.
fn filter(report: &Report) -> Markup {
    let hidden = text::hidden(report);
    html! {
        @if let Some(filter) = text::filter(report) {
            section #filtered .incomplete role="alert" {
                h2 {
                    span aria-hidden="true" { "⚠ " }
                    @match hidden {
                        0 => "This report does not list every result",
                        1 => "1 NON_COMPLIANT result is not listed",
                        _ => { (hidden) " NON_COMPLIANT results are not listed" }
                    }
                }
                p { (filter) ". The totals count every result." }
            }
        }
    }
}

/// Counts the exceptions, lists those on which somebody must act, and states what changed since an earlier run.
fn let_through(report: &Report) -> Markup {
    let due: Vec<String> =
        text::each_exception(report).filter(|(is_due, _)| *is_due).map(|(_, exception)| exception).collect();
    html! {
        @if let Some(counts) = text::exceptions(report) {
            p.complete { "Exceptions: " (counts) @if !due.is_empty() { ". To act on:" } }
            @if !due.is_empty() { ul { @for exception in &due { li { bdi { (exception) } } } } }
        }
        @if let Some(comparison) = &report.comparison {
            p.complete { "Compared: " bdi { (text::comparison(report, comparison)) } }
        }
    }
}

/// States that the run had no errors, in the colour of success only if there is also nothing to correct.
fn complete(report: &Report) -> Markup {
    let Summary { non_compliant, unknown, exempt, .. } = state::summary(report);
    let is_clean = non_compliant + unknown + exempt == 0
        && !report.evaluations.is_empty()
        && report.only.is_empty()
        && report.not_evaluated.is_empty();
    let bad = counted(non_compliant + unknown, "result is NON_COMPLIANT", "results are NON_COMPLIANT");
    html! {
        p.complete.clean[is_clean] {
            @if is_clean { span aria-hidden="true" { "✓ " } }
            "The run is complete: every source was read without errors"
            @if report.evaluations.is_empty() { ", but no DMS resource was evaluated." }
            @else if non_compliant + unknown > 0 { ". That is no statement on compliance: " (bad) "." }
            @else { "." }
        }
    }
}

fn failures(report: &Report) -> Markup {
    let places = match report.command {
        Command::Check => "Resources in those files are missing from this report.",
        Command::Scan => "Resources in those places are missing from this report.",
    };
    html! {
        section #incomplete .incomplete role="alert" {
            h2 { span aria-hidden="true" { "⚠ " } "The report is not complete" }
            p { (text::failures(report)) ". " (places) }
            @for group in by_cause(report) { (cause(report, &group)) }
        }
    }
}

fn cause(report: &Report, group: &FailureGroup<'_>) -> Markup {
    let (title, next) = match group.kind {
        ErrorKind::BadInput => ("Wrong input", "correct it as the message describes, then run again"),
        ErrorKind::Denied => ("Access denied", "allow what the message names, then run again"),
        ErrorKind::Throttled => ("Throttled by AWS", "run again later"),
        ErrorKind::Internal => ("Unexpected error", "run again; if it fails again, report the message"),
    };
    html! {
        div.failed {
            h3 { span.tag { (title) } " " bdi { (group.cause) } }
            p { strong { "Next: " } bdi { (group.next.unwrap_or(next)) } }
            @match group.sources.as_slice() {
                [_] => p { strong { "Where: " } bdi { (one_place(report, group)) } },
                sources => details {
                    summary { (group.count()) ": " bdi { (group.places()) } }
                    ul { @for source in sources { li { bdi { (named(report, source)) } } } }
                },
            }
        }
    }
}

/// Names the one place of a group, with account and Region where its name does not have them, and the number of failures.
fn one_place(report: &Report, group: &FailureGroup<'_>) -> String {
    let is_it = |failure: &&Failure| group.sources.contains(&failure.source.as_str());
    let mut parts: Vec<String> = group.sources.iter().map(|source| named(report, source)).collect();
    if let Some(failure) = report.failures.iter().find(is_it) {
        let known = [&failure.account_id, &failure.region].into_iter().flatten();
        parts.extend(known.filter(|part| !failure.source.contains(part.as_str())).cloned());
    }
    if group.failures > 1 {
        parts.push(format!("({} failures)", group.failures));
    }
    parts.join(" ")
}

/// Adds the name of the account to a place that begins with its id.
fn named(report: &Report, source: &str) -> String {
    let name = source.split_once(' ').map_or(source, |(account, _)| account);
    match report.account_names.get(name) {
        Some(name) => format!("{source} ({name})"),
        None => source.to_owned(),
    }
}
