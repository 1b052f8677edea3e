use std::borrow::Cow;

use maud::{Markup, html};

use super::{rule_page, state, totals};
use crate::text::{self, TOOL, VERSION, counted};
use crate::{NotEvaluated, Report, SelectedRule, SourceSummary};

/// Describes the run in one line: its command, time and sources.
pub(super) fn line(report: &Report) -> Markup {
    let resources: usize = report.sources.iter().map(|source| source.resources).sum();
    let left_out = report.left_out().count();
    html! {
        p.when {
            (report.command.as_str()) " · started "
            time datetime=(report.at.to_rfc3339()) { (report.at.format("%Y-%m-%d %H:%M:%S UTC")) }
            " · " (counted(report.evaluations.len(), "evaluation", "evaluations"))
            " of " (counted(resources, "DMS resource", "DMS resources"))
            " from " (counted(report.sources.len() - left_out, "source", "sources"))
            @if left_out > 0 { " · " (counted(left_out, "file or folder", "files and folders")) " left out" }
        }
    }
}

/// Builds the fold-out with all that repeats the run and that it covered.
pub(super) fn details(report: &Report) -> Markup {
    let unmet: Vec<&str> = report.without_resources().iter().map(|rule| rule.identifier).collect();
    let caller = report.caller.as_deref().unwrap_or("not known, or no call to AWS was made");
    html! {
        details #about {
            summary { "About this run" }
            dl {
                dt { "Program" } dd { (TOOL) " " (VERSION) }
                dt { "Command" } dd { code.copy { (text::command_line(report)) } }
                dt { "Settings" }
                dd {
                    @if report.settings.is_empty() { "none beside the command" }
                    @else { code { (report.settings) } }
                }
                dt { "Exceptions" }
                dd { (exceptions(report)) }
                dt { "Compared" }
                dd {
                    @match &report.comparison {
                        Some(comparison) => { (text::comparison(report, comparison)) ul { @for past in &comparison.past { li { (past.fate.as_str()) ": " (past) } } } },
                        None => "with no earlier run",
                    }
                }
                @if let Some(import) = &report.security_hub { dt { "Security Hub" } dd { (import) } }
                dt { "Caller of AWS" } dd { bdi { (caller) } }
                dt { "Evaluated at" } dd { (text::time(report.at)) ". Exemptions and certificates are evaluated at this time." }
                dt { "Complete" } dd { (complete(report)) }
                dt { "Results" } dd { (text::outcomes(state::summary(report))) }
                dt { "Listed" } dd { (text::filter(report).unwrap_or_else(|| "every result".to_owned())) }
                dt { "Without resources" }
                dd {
                    @if unmet.is_empty() { "Every rule that ran met a resource." }
                    @else { (counted(unmet.len(), "rule", "rules")) " that ran met no resource: " (unmet.join(", ")) }
                }
                dt { "Not evaluated" }
                dd { @if report.not_evaluated.is_empty() { "none" } @else { (entries(report)) } }
                dt { "Left out" }
                dd {
                    @if report.left_out().next().is_none() { "none" }
                    @else { ul { @for SourceSummary { name, kind, .. } in report.left_out() { li { bdi { (name) } ": " (kind) } } } }
                }
            }
            (rules(report))
            (sources(report))
        }
    }
}

/// Lists the exceptions with their states; those on which somebody must act are marked.
fn exceptions(report: &Report) -> Markup {
    html! {
        @match text::exceptions(report) {
            None => "none but exemption tags",
            Some(counts) => {
                (counts)
                ul {
                    @for (is_due, exception) in text::each_exception(report) {
                        li { @if is_due { strong { (exception) } } @else { (exception) } }
                    }
                }
            }
        }
    }
}

fn complete(report: &Report) -> Cow<'static, str> {
    match (report.is_complete(), report.sources.is_empty()) {
        (true, true) => Cow::from("no source was read"),
        (true, false) => Cow::from("yes, every source was read without errors"),
        (false, _) => Cow::from(format!("no: {}", text::failures(report))),
    }
}

fn rules(report: &Report) -> Markup {
    html! {
        details {
            summary { (counted(report.selected.len(), "rule", "rules")) " with parameters" }
            @if report.selected.is_empty() { p { "The rules that ran are not known." } }
            @else {
                div.scroll tabindex="0" role="region" aria-label="Rules that ran" {
                    table {
                        thead { tr { th scope="col" { "Rule" } th scope="col" { "Parameters that are not the default" } } }
                        tbody {
                            @for selected @ SelectedRule { rule, parameters } in &report.selected {
                                tr {
                                    td {
                                        (rule_page::link(report, rule))
                                        @if rule.severity != selected.default_severity() {
                                            div { "severity " (rule.severity) " instead of " (selected.default_severity()) }
                                        }
                                    }
                                    td {
                                        @if parameters.is_empty() { span.muted { "none" } }
                                        @for (name, value) in parameters { div { code { (name) "=" (value) } } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sources(report: &Report) -> Markup {
    let read: Vec<&SourceSummary> =
        report.sources.iter().filter(|source| !source.kind.is_left_out()).collect();
    let failed = totals::failed_sources(report);
    html! {
        details {
            summary { (counted(read.len(), "source", "sources")) }
            div.scroll.tall tabindex="0" role="region" aria-label="Sources" {
                table {
                    thead { tr { @for name in ["Source", "Kind", "Resources", "SHA-256"] { th scope="col" { (name) } } } }
                    tbody {
                        @for SourceSummary { name, kind, resources, superseded, sha256, is_complete } in read {
                            tr {
                                td { bdi { (name) } }
                                td { (kind) }
                                td {
                                    (resources)
                                    @if *superseded > 0 { " (" (counted(*superseded, "older record", "older records")) ")" }
                                    @if !is_complete || failed.contains(name.as_str()) { ", " strong { "not complete" } }
                                }
                                td { @if let Some(sum) = sha256 { code { (sum) } } }
                            }
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
            details #not-evaluated open {
                summary { "Not evaluated: some rules need data that a source never has" }
                (entries(report))
            }
        }
    }
}

fn entries(report: &Report) -> Markup {
    html! {
        ul {
            @for NotEvaluated { rule, kind, resources, reason } in &report.not_evaluated {
                li {
                    (rule.identifier) " "
                    span.muted { (kind) ", " (text::unevaluated(*resources)) ": " (reason) }
                }
            }
        }
    }
}
