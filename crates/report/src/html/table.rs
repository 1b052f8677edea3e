use std::cmp::Reverse;

use maud::{Markup, html};

use super::{rule_page, state};
use crate::text::{self, counted};
use crate::{Evaluation, Report, commands};

/// The maximum number of rows.
const ROWS_MAXIMUM: usize = 1000;

/// Lists results for readers without a script, worst first: those that the report shows, if it does not show all; else
/// those that are NON_COMPLIANT or exempt.
pub(super) fn table(report: &Report) -> Markup {
    let is_listed = |one: &&Evaluation| !report.only.is_empty() || one.is_non_compliant() || one.is_exempt();
    let mut rows: Vec<&Evaluation> = report.shown().filter(is_listed).collect();
    let order = |one: &&Evaluation| {
        (state::number(one).max(1), Reverse(one.is_exempt()), Reverse(one.severity()), one.is_unknown())
    };
    rows.sort_by_key(order);
    let (shown, others) = rows.split_at(rows.len().min(ROWS_MAXIMUM));
    html! {
        @if !others.is_empty() {
            p {
                strong { "The table has the first " (shown.len()) " of " (rows.len()) " rows" }
                ", worst first: " (others.len()) " are not listed."
            }
        }
        @if rows.is_empty() { p { (none(report)) } }
        @else {
            div.scroll tabindex="0" role="region" aria-label="Results" {
                table.wide {
                    thead {
                        tr {
                            @for name in ["Result", "Resource", "Where", "Rule", "Reason, fix and commands"] {
                                th scope="col" { (name) }
                            }
                        }
                    }
                    tbody { @for evaluation in shown { (row(report, evaluation)) } }
                }
            }
        }
    }
}

/// Names what the table lists.
pub(super) fn title(report: &Report) -> &'static str {
    if report.only.is_empty() {
        "Not compliant, unknown and exempt"
    } else {
        "Results that this report lists"
    }
}

fn none(report: &Report) -> String {
    let all = report.evaluations.len();
    match (report.is_complete(), all) {
        (false, _) => "No result to list, but the report is not complete.".to_owned(),
        (true, 0) => "There are no results.".to_owned(),
        (true, _) => format!("{}, and none of them is to be listed here.", counted(all, "result", "results")),
    }
}

fn row(report: &Report, evaluation: &Evaluation) -> Markup {
    let place = text::place(&evaluation.source);
    html! {
        tr {
            td { (state::name(evaluation)) " " br; span.muted { (evaluation.severity()) } }
            td { bdi { (evaluation.resource.name) } }
            td { bdi { (place) } }
            td { a href=(rule_page::reference(report, evaluation.rule)) { (evaluation.rule.identifier) } }
            td {
                div { (evaluation.reason()) }
                @for line in evaluation.evidence() { div { (line) } }
                @if let Some(note) = evaluation.exemption() { div { (note) } }
                @if let Some(fix) = evaluation.fix() { div { strong { "Fix: " } (fix) } }
                @for command in commands(evaluation) { div { code { (command) } } }
            }
        }
    }
}
