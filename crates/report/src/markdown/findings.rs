//! The findings by rule, each remedy once, and the exempt resources; as many rows as there is room for, worst first.

use rule_core::{ComplianceType, Outcome, Rule};

use super::escape;
use crate::text::{self, counted};
use crate::{Evaluation, Report, Summary};

/// The sections, and the results that there was no room for.
pub(super) struct Findings {
    pub(super) text: String,
    /// The results of the rows that are left out.
    omitted: Summary,
}

impl Findings {
    /// Returns the line on the rows that are left out; empty if there are none.
    pub(super) fn omitted(&self) -> String {
        let Summary { non_compliant, unknown, compliant, not_applicable, .. } = self.omitted;
        let count = non_compliant + unknown + compliant + not_applicable;
        if count == 0 {
            return String::new();
        }
        let outcomes = text::outcomes(self.omitted).replace('_', "\\_");
        let rows = counted(count, "row is", "rows are");
        format!(
            "**{rows} not on this page, which has all that a comment takes: {outcomes}.** The counts are of all results; \
             the formats html and json have every row.\n\n"
        )
    }
}

/// The result, rule and remedy that rows under one heading have in common.
struct Kind<'a> {
    rule: &'static Rule,
    is_exempt: bool,
    fix: Option<String>,
    rows: Vec<&'a Evaluation>,
}

/// Writes the rows that a reader must know, as far as `room` bytes hold them: NON_COMPLIANT and exempt ones, and with a
/// filter all that it shows.
pub(super) fn sections(report: &Report, room: usize) -> Findings {
    let mut findings = Findings { text: String::new(), omitted: Summary::default() };
    let mut headed = None;
    for kind in kinds(report) {
        let of_heading = (kind.rule.identifier, kind.is_exempt);
        let mut head = if headed == Some(of_heading) { String::new() } else { heading(report, &kind) };
        head.push_str("| resource | place | result | reason |\n|---|---|---|---|\n");
        let fix = kind
            .fix
            .as_ref()
            .map(|fix| format!("\n**Fix:** {}\n", escape::long_text(fix, 1_000)))
            .unwrap_or_default();
        let mut is_open = false;
        for evaluation in &kind.rows {
            let row = row(report, evaluation);
            if findings.text.len() + head.len() + row.len() + fix.len() + 1 > room {
                findings.omitted.add(evaluation);
                continue;
            }
            findings.text.push_str(&std::mem::take(&mut head));
            headed = Some(of_heading);
            findings.text.push_str(&row);
            is_open = true;
        }
        if is_open {
            findings.text.push_str(&fix);
            findings.text.push('\n');
        }
    }
    findings
}

/// Sorts the results into kinds: those of a rule beside each other, the rules in the order of the report; what is exempt comes
/// last.
fn kinds(report: &Report) -> Vec<Kind<'_>> {
    let mut kinds: Vec<Kind<'_>> = Vec::new();
    let is_listed = |one: &&Evaluation| one.is_non_compliant() || one.is_exempt() || !report.only.is_empty();
    for evaluation in report.shown().filter(is_listed) {
        let is_exempt = evaluation.is_exempt() && !evaluation.is_non_compliant();
        let fix = evaluation.fix();
        let known = kinds.iter_mut().find(|kind| {
            (kind.rule.identifier, kind.is_exempt, &kind.fix) == (evaluation.rule.identifier, is_exempt, &fix)
        });
        match known {
            Some(kind) => kind.rows.push(evaluation),
            None => kinds.push(Kind { rule: evaluation.rule, is_exempt, fix, rows: vec![evaluation] }),
        }
    }
    let places: Vec<&str> = report.rules().iter().map(|rule| rule.identifier).collect();
    let place = |kind: &Kind<'_>| places.iter().position(|rule| *rule == kind.rule.identifier);
    kinds.sort_by_key(|kind| (kind.is_exempt, place(kind)));
    kinds
}

/// Returns the heading of a rule, with the counts of all its results under it.
fn heading(report: &Report, kind: &Kind<'_>) -> String {
    let rule = kind.rule;
    let of_rule = report.evaluations.iter().filter(|one| one.rule.identifier == rule.identifier);
    let summary = Summary::count(of_rule);
    let (title, count) = if kind.is_exempt {
        ("Exempt", counted(summary.exempt, "resource is exempt", "resources are exempt"))
    } else {
        (rule.severity.as_str(), text::outcomes(summary).replace('_', "\\_"))
    };
    let page = escape::page(rule.identifier, &report.page(rule), report.docs_url.is_some());
    format!(
        "## {title}: {}\n\n{count}. {} Page: {page}\n\n",
        escape::text(rule.identifier),
        escape::text(rule.summary()),
    )
}

fn row(report: &Report, evaluation: &Evaluation) -> String {
    let Evaluation { resource, source, .. } = evaluation;
    let place = match (source.position, &resource.account_id, &resource.region) {
        (Some(_), _, _) | (None, None, None) => text::place(source),
        (None, account, region) => {
            let file = (!source.kind.is_live()).then_some(&source.name);
            let parts = [account.as_ref(), region.as_ref(), file];
            parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
        }
    };
    let result = match evaluation.outcome() {
        Outcome::Compliant | Outcome::NotApplicable if evaluation.is_exempt() => "EXEMPT",
        Outcome::Unknown => "UNKNOWN",
        Outcome::NonCompliant => ComplianceType::NonCompliant.as_str(),
        Outcome::Compliant => ComplianceType::Compliant.as_str(),
        Outcome::NotApplicable => ComplianceType::NotApplicable.as_str(),
    };
    let result = match report.change(evaluation) {
        Some(change) => format!("{result}, {}", change.as_str()),
        None => result.to_owned(),
    };
    let mut reason = vec![evaluation.reason()];
    reason.extend(evaluation.evidence());
    reason.extend(evaluation.exemption());
    format!(
        "| {} | {} | {} | {} |\n",
        escape::code(&resource.name),
        escape::code(&place),
        result.replace('_', "\\_"),
        escape::text(&reason.join("; ")),
    )
}
