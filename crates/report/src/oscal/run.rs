//! The run as a finding, with what it lacks as observations.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::identity::uuid;
use super::words::{properties, string};
use crate::text::{self, TOOL};
use crate::{NotEvaluated, Report};

/// The framework whose ids are control ids of NIST's catalog.
const NIST: &str = "NIST SP 800-53 r5";

/// Returns the state of the run in words.
pub(super) fn state(report: &Report) -> String {
    let mut parts = Vec::new();
    if !report.is_complete() {
        parts.push(format!("The run is not complete: {}; resources may be missing", text::failures(report)));
    }
    if text::hidden(report) > 0 {
        parts.extend(text::filter(report).map(|filter| format!("The run is filtered: {filter}")));
    }
    if report.evaluations.is_empty() {
        parts.push("The run evaluated no resource".to_owned());
    }
    if parts.is_empty() { "The run is complete".to_owned() } else { parts.join(". ") }
}

/// Builds the finding about the run.
pub(super) fn finding(report: &Report, run: &str, observations: &[Value]) -> Value {
    let is_whole = report.is_complete() && text::hidden(report) == 0 && !report.evaluations.is_empty();
    let state = state(report);
    let status = if is_whole {
        json!({ "state": "satisfied", "reason": "pass", "remarks": string(&state) })
    } else {
        json!({ "state": "not-satisfied", "reason": "other", "remarks": string(&state) })
    };
    let related: Vec<Value> =
        observations.iter().map(|one| json!({ "observation-uuid": one["uuid"] })).collect();
    json!({
        "uuid": uuid(&format!("run/{}", run.split('/').next().unwrap_or(run))),
        "title": "Everything was evaluated, and every result is in this document",
        "description": format!("The run of {TOOL}. {}.", string(&state)),
        "target": { "type": "objective-id", "target-id": format!("{TOOL}-run"), "status": status },
        "related-observations": related,
    })
}

/// Lists the observation of the run, the failures, the rules that were not run and the files that were left out.
pub(super) fn observations(report: &Report, run: &str) -> Vec<Value> {
    let mut texts = vec![("run", format!("{}: {}", text::command_line(report), state(report)))];
    texts.extend(
        report.failures.iter().map(|failure| ("failure", format!("{}: {}", failure.source, failure.text()))),
    );
    texts.extend(report.not_evaluated.iter().map(|NotEvaluated { rule, kind, resources, reason }| {
        let resources = text::unevaluated(*resources);
        ("not-evaluated", format!("{} was not evaluated for {resources} ({kind}): {reason}", rule.identifier))
    }));
    texts.extend(report.left_out().map(|source| ("left-out", format!("{}: {}", source.name, source.kind))));
    let observation = |(number, (kind, text)): (usize, &(&str, String))| {
        json!({
            "uuid": uuid(&format!("observation/{run}/{number}")),
            "description": string(text),
            "props": properties(&[("record", kind)]),
            "methods": ["TEST"],
            "collected": text::time(report.at),
        })
    };
    texts.iter().enumerate().map(observation).collect()
}

/// Lists the controls of NIST that the rules of the run map to. Rules without one are in the description.
pub(super) fn reviewed_controls(report: &Report) -> Value {
    let requirements = report.selected.iter().flat_map(|selected| selected.rule.requirements);
    let ids: BTreeSet<String> = requirements
        .filter(|requirement| requirement.framework == NIST)
        .flat_map(|requirement| requirement.ids.iter().map(|id| control_id(id)))
        .collect();
    let controls: Vec<Value> = ids.iter().map(|id| json!({ "control-id": id })).collect();
    json!({ "control-selections": [{
        "description": string(&format!("The rules that ran: {}", text::rules(report))),
        "include-controls": (!controls.is_empty()).then_some(controls),
    }] })
}

/// Spells the id of a control as NIST's catalog in OSCAL does: `SC-7(11)` becomes `sc-7.11`.
fn control_id(id: &str) -> String {
    id.to_lowercase().replace('(', ".").replace(')', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_is_spelled_as_in_the_catalog() {
        assert_eq!(control_id("SC-7(11)"), "sc-7.11");
        assert_eq!(control_id("AC-4"), "ac-4");
    }
}
