use std::collections::BTreeSet;

use maud::{Markup, html};
use rule_core::{Outcome, Severity};

use super::rule_page;
use super::state::{self, EXEMPT, OUTCOMES};
use crate::{Failure, Group, Report, Summary, Totals};

/// Counts all results by outcome and severity, and the exempt ones among them.
pub(super) fn cards(report: &Report) -> Markup {
    let totals = Totals::count(report);
    let all = state::summary(report);
    html! {
        @for (number, (outcome, name, sign, class)) in OUTCOMES.into_iter().enumerate() {
            div class={ "card " (class) } data-field="result" data-is=(number) {
                div.name { span.sign aria-hidden="true" { (sign) } (name) }
                div.count { (count(&all, outcome)) }
                ul.by {
                    @for Group { key, summary, .. } in &totals.by_severity {
                        @let count = count(summary, outcome);
                        @if count > 0 { li { b { (count) } " " (key.to_lowercase()) } }
                    }
                    @let exempt = exempt(report, outcome);
                    @if exempt > 0 { li { b { (exempt) } " of them exempt" } }
                }
            }
        }
        @if all.exempt > 0 {
            div class="card exempt" data-field="exempt" data-is="yes" {
                div.name { span.sign aria-hidden="true" { (EXEMPT) } "Of them exempt" }
                div.count { (all.exempt) }
                ul.by {
                    @for severity in Severity::ALL.into_iter().rev() {
                        @let same = report.evaluations.iter().filter(|one| one.is_exempt() && one.severity() == severity);
                        @let count = same.count();
                        @if count > 0 { li { b { (count) } " " (severity.as_str().to_lowercase()) } }
                    }
                }
            }
        }
    }
}

fn count(summary: &Summary, outcome: Outcome) -> usize {
    match outcome {
        Outcome::NonCompliant => summary.non_compliant,
        Outcome::Unknown => summary.unknown,
        Outcome::Compliant => summary.compliant,
        Outcome::NotApplicable => summary.not_applicable,
    }
}

fn exempt(report: &Report, outcome: Outcome) -> usize {
    report.evaluations.iter().filter(|one| one.is_exempt() && one.outcome() == outcome).count()
}

/// Builds the tables of all results by account, Region, rule and framework, each folded.
pub(super) fn tables(report: &Report) -> Markup {
    let Totals { by_rule, by_account, by_region, by_framework, .. } = Totals::count(report);
    let by_account = with_failures(by_account, report, |failure| failure.account_id.as_deref());
    let by_region = with_failures(by_region, report, |failure| failure.region.as_deref());
    let without = |groups: Vec<Group>| groups.into_iter().map(|group| (group, 0)).collect::<Vec<_>>();
    html! {
        (table(report, "account", &by_account))
        (table(report, "Region", &by_region))
        (table(report, "rule", &without(by_rule)))
        (table(report, "framework", &without(by_framework)))
    }
}

/// Adds the number of failures to each group, and a group for what has failures and no results.
fn with_failures<'a>(
    groups: Vec<Group>,
    report: &'a Report,
    key: impl Fn(&'a Failure) -> Option<&'a str>,
) -> Vec<(Group, usize)> {
    let failed: Vec<&str> = report.failures.iter().filter_map(key).collect();
    let mut groups: Vec<(Group, usize)> = groups
        .into_iter()
        .map(|group| {
            let failures = failed.iter().filter(|key| **key == group.key).count();
            (group, failures)
        })
        .collect();
    for key in failed.iter().copied().collect::<BTreeSet<_>>() {
        if !groups.iter().any(|(group, _)| group.key == key) {
            let name = report.account_names.get(key).cloned();
            let group = Group { key: key.to_owned(), name, summary: Summary::default() };
            groups.push((group, failed.iter().filter(|one| **one == key).count()));
        }
    }
    groups
}

fn table(report: &Report, by: &str, groups: &[(Group, usize)]) -> Markup {
    let rules = report.rules();
    let any_failed = groups.iter().any(|(_, failures)| *failures > 0);
    html! {
        @if !groups.is_empty() {
            details {
                summary { "By " (by) " (" (groups.len()) ")" }
                div.scroll.tall tabindex="0" role="region" aria-label={ "Totals by " (by) } {
                    table {
                        thead {
                            tr {
                                th.first scope="col" { (by) }
                                @for (_, name, ..) in OUTCOMES { th.number scope="col" { (name) } }
                                th.number scope="col" { "Of them exempt" }
                                @if any_failed { th.number scope="col" { "Errors" } }
                            }
                        }
                        tbody {
                            @for (Group { key, name, summary }, failures) in groups {
                                tr {
                                    th scope="row" {
                                        @match rules.iter().find(|rule| rule.identifier == key) {
                                            Some(rule) => (rule_page::link(report, rule)),
                                            None => bdi { (key) },
                                        }
                                        @if let Some(name) = name { " " span.muted { bdi { (name) } } }
                                    }
                                    @for (outcome, ..) in OUTCOMES { td.number { (count(summary, outcome)) } }
                                    td.number { (summary.exempt) }
                                    @if any_failed { td.number { @if *failures > 0 { strong { (failures) } } @else { "0" } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Lists the names of the sources that have failures.
pub(super) fn failed_sources(report: &Report) -> BTreeSet<&str> {
    report.failures.iter().map(|failure| failure.source.as_str()).collect()
}
