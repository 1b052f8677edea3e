//! The parts of the page that do not need its script.

use std::cmp::Reverse;

use maud::{Markup, html};
use rule_core::{ErrorKind, Outcome, Severity};

use crate::text::{self, counted};
use crate::{Evaluation, Failure, NotEvaluated, Report, SourceSummary};

/// The maximum number of rows of the table for readers without a script.
const ROWS_MAXIMUM: usize = 1000;

/// The number of failures of a kind that are shown; the others are folded.
const UNFOLDED: usize = 5;

/// The outcomes in the order of the page, which its script numbers from 0: outcome, name, sign, class of the style.
pub(super) const OUTCOMES: [(Outcome, &str, &str, &str); 4] = [
    (Outcome::NonCompliant, "Not compliant", "✕", "bad"),
    (Outcome::Unknown, "Unknown", "?", "unknown"),
    (Outcome::Compliant, "Compliant", "✓", "good"),
    (Outcome::NotApplicable, "Not applicable", "–", "none"),
];

/// Describes the run: its command, time and sources.
pub(super) fn about(report: &Report) -> Markup {
    let resources: usize = report.sources.iter().map(|source| source.resources).sum();
    let evaluations = counted(report.evaluations.len(), "evaluation", "evaluations");
    let resources = counted(resources, "DMS resource", "DMS resources");
    let left_out = report.left_out().count();
    let sources = counted(report.sources.len() - left_out, "source", "sources");
    html! {
        p.when {
            (report.command.as_str()) " · started "
            time datetime=(report.at.to_rfc3339()) { (report.at.format("%Y-%m-%d %H:%M:%S UTC")) }
            " · " (evaluations) " of " (resources) " from " (sources)
            @if left_out > 0 { " · " (counted(left_out, "file or folder", "files and folders")) " left out" }
        }
        details.sources {
            summary { (sources) }
            ul {
                @for SourceSummary { name, kind, resources, superseded } in &report.sources {
                    li {
                        bdi { (name) } " "
                        span.muted {
                            (kind)
                            @if !kind.is_left_out() { ", " (counted(*resources, "resource", "resources")) }
                            @if *superseded > 0 { ", " (counted(*superseded, "older record", "older records")) }
                        }
                    }
                }
            }
        }
    }
}

/// Lists the rules that were not run on some resources.
pub(super) fn not_evaluated(report: &Report) -> Markup {
    html! {
        @if !report.not_evaluated.is_empty() {
            details.sources open {
                summary { "Not evaluated: some rules need data that a source never has" }
                ul {
                    @for NotEvaluated { rule, kind, resources, reason } in &report.not_evaluated {
                        li {
                            (rule.identifier) " "
                            span.muted { (kind) ", " (counted(*resources, "resource", "resources")) ": " (reason) }
                        }
                    }
                }
            }
        }
    }
}

/// Lists the failures of the run, or states that it is complete.
pub(super) fn failures(report: &Report) -> Markup {
    if report.failures.is_empty() && report.sources.is_empty() {
        return html! {
            section.incomplete role="alert" {
                h2 { "No source was read" }
                p { "This report has no results for any resource." }
            }
        };
    }
    if report.failures.is_empty() {
        return html! {
            p.complete {
                span aria-hidden="true" { "✓" } " The run is complete: all sources were read without errors."
            }
        };
    }
    html! {
        section.incomplete role="alert" {
            h2 { span aria-hidden="true" { "⚠" } " The report is not complete" }
            p { (text::failures(report)) ". Resources in those places are missing from this report." }
            @for kind in [ErrorKind::BadInput, ErrorKind::Denied, ErrorKind::Throttled, ErrorKind::Internal] {
                (failures_of_kind(kind, report))
            }
        }
    }
}

fn failures_of_kind(kind: ErrorKind, report: &Report) -> Markup {
    let failures: Vec<&Failure> = report.failures.iter().filter(|failure| failure.kind == kind).collect();
    let (shown, folded) = failures.split_at(failures.len().min(UNFOLDED));
    let (title, next) = match kind {
        ErrorKind::BadInput => ("The input is wrong", "correct it as the message describes, then run again."),
        ErrorKind::Denied => ("Access was denied", "allow what the message names, then run again."),
        ErrorKind::Throttled => ("AWS throttled the calls", "run again later."),
        ErrorKind::Internal => ("Unexpected errors", "run again; if it fails again, report the message."),
    };
    html! {
        @if !failures.is_empty() {
            div.failed {
                h3 { (title) " " span.tag { (kind) ", " (failures.len()) } }
                p { "Next: " (next) }
                ul { @for failure in shown { (item(failure)) } }
                @if !folded.is_empty() {
                    details {
                        summary { "and " (folded.len()) " more" }
                        ul { @for failure in folded { (item(failure)) } }
                    }
                }
            }
        }
    }
}

fn item(failure: &Failure) -> Markup {
    let place: Vec<&str> = [&failure.account_id, &failure.region]
        .into_iter()
        .filter_map(Option::as_deref)
        .filter(|part| !failure.source.contains(part))
        .collect();
    html! {
        li {
            strong { bdi { (failure.source) } }
            @if !place.is_empty() { " (" (place.join(" ")) ")" }
            ": " bdi { (failure.message) }
        }
    }
}

/// Counts the evaluations of each outcome, by severity.
pub(super) fn totals(report: &Report) -> Markup {
    let count = |outcome, severity: Option<Severity>| {
        let same = |one: &&Evaluation| {
            one.outcome() == outcome && severity.is_none_or(|severity| one.severity() == severity)
        };
        report.evaluations.iter().filter(same).count()
    };
    html! {
        @for (number, (outcome, name, sign, class)) in OUTCOMES.into_iter().enumerate() {
            div class={ "card " (class) } data-result=(number) {
                div.name { span.sign aria-hidden="true" { (sign) } (name) }
                div.count { (count(outcome, None)) }
                ul.by {
                    @for severity in Severity::ALL.into_iter().rev() {
                        @let count = count(outcome, Some(severity));
                        @if count > 0 { li { b { (count) } " " (severity.as_str().to_lowercase()) } }
                    }
                }
            }
        }
    }
}

/// Lists the worst NON_COMPLIANT resources for readers without a script.
pub(super) fn table(report: &Report) -> Markup {
    let mut rows: Vec<&Evaluation> =
        report.evaluations.iter().filter(|evaluation| evaluation.is_non_compliant()).collect();
    rows.sort_by_key(|evaluation| (Reverse(evaluation.severity()), evaluation.is_unknown()));
    let (shown, others) = rows.split_at(rows.len().min(ROWS_MAXIMUM));
    html! {
        table {
            thead {
                tr { @for name in ["Result", "Severity", "Resource", "Where", "Rule", "Why", "Fix"] { th { (name) } } }
            }
            tbody {
                @for evaluation in shown {
                    tr {
                        td { (name(evaluation.outcome())) }
                        td { (evaluation.severity()) }
                        td { (evaluation.resource.name) }
                        td { (text::place(&evaluation.source)) }
                        td { (evaluation.rule.identifier) }
                        td { (evaluation.annotation()) }
                        td { (evaluation.fix().unwrap_or_default()) }
                    }
                }
            }
        }
        @if !others.is_empty() { p { "and " (others.len()) " more that are not compliant." } }
    }
}

fn name(outcome: Outcome) -> &'static str {
    OUTCOMES.iter().find(|(listed, ..)| *listed == outcome).map_or("", |(_, name, ..)| name)
}
