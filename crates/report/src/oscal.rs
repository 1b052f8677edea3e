//! The report as assessment results of the Open Security Controls Assessment Language (OSCAL) 1.1.3 of NIST, in JSON.
//!
//! Each result is an observation, and a finding on the objective that has the name of the rule: `satisfied` if the resource
//! was found to be COMPLIANT, else `not-satisfied`, with a remark if it is UNKNOWN. A resource that is exempt keeps the finding
//! on what it is, and has a risk with the status `deviation-approved` until the exemption ends. A resource that a rule does not
//! apply to has no finding.
//!
//! One finding is about the run: `satisfied` only if everything was evaluated and every result is in the document. Failures, rules
//! that were not run and files that were left out are observations of it.
//!
//! The ids follow from the rule and the resource, or from the run, and the one time in the document is that of the run or of a
//! record. Sources: <https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/assessment-results/json-reference/>.

mod finding;
mod identity;
mod run;
mod words;

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use crate::nulls::without_nulls;
use crate::text::{self, TOOL, VERSION};
use crate::{Report, Summary, fingerprint};
use identity::uuid;
use words::{properties, string};

const OSCAL_VERSION: &str = "1.1.3";

/// Writes the document, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(report))?;
    out.write_all(b"\n")
}

fn document(report: &Report) -> Value {
    let run = format!("{}/{}", fingerprint::of_run(report), text::time(report.at));
    let plan = uuid("no plan");
    without_nulls(json!({ "assessment-results": {
        "uuid": uuid(&format!("document/{run}")),
        "metadata": {
            "title": "Results of the rules for AWS DMS",
            "last-modified": text::time(report.at),
            "version": text::time(report.at),
            "oscal-version": OSCAL_VERSION,
            "props": properties(&[("program", TOOL), ("program-version", VERSION)]),
        },
        "import-ap": { "href": format!("#{plan}") },
        "results": [result(report, &run)],
        "back-matter": { "resources": [{
            "uuid": plan,
            "title": "No assessment plan",
            "description": "The rules and resources of the run were chosen by its arguments, which the result has.",
        }] },
    } }))
}

fn result(report: &Report, run: &str) -> Value {
    let worst = fingerprint::worst_of_each(report);
    let mut items: BTreeMap<String, Value> = BTreeMap::new();
    let (mut observations, mut risks, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    let run_observations = run::observations(report, run);
    findings.push(run::finding(report, run, &run_observations));
    observations.extend(run_observations);
    for (fingerprint, evaluation) in &worst {
        let item = identity::of_resource(evaluation);
        items.entry(item.clone()).or_insert_with(|| finding::item(&item, evaluation));
        let entry = finding::Entry { report, fingerprint, evaluation, item: &item };
        observations.push(entry.observation());
        risks.extend(entry.risk());
        findings.extend(entry.finding());
    }
    let about: Vec<Value> = text::about(report)
        .iter()
        .map(|(name, value)| words::property(&name.replace(' ', "-"), value))
        .collect();
    json!({
        "uuid": uuid(&format!("result/{run}")),
        "title": "The rules for AWS DMS",
        "description": string(&format!(
            "{}: {}", run::state(report), text::outcomes(Summary::count(&report.evaluations)),
        )),
        "start": text::time(report.at),
        "props": about,
        "local-definitions": (!items.is_empty()).then(|| {
            json!({ "inventory-items": items.into_values().collect::<Vec<_>>() })
        }),
        "reviewed-controls": run::reviewed_controls(report),
        "observations": observations,
        "risks": (!risks.is_empty()).then_some(risks),
        "findings": findings,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::Filter;

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        let document: Value = serde_json::from_slice(&out).unwrap();
        document["assessment-results"]["results"][0].clone()
    }

    fn finding<'a>(result: &'a Value, words: &str) -> &'a Value {
        let findings = result["findings"].as_array().unwrap();
        findings.iter().find(|one| one["description"].as_str().unwrap().contains(words)).unwrap()
    }

    #[test]
    fn a_known_a_good_and_an_unknown_resource_have_their_state() {
        let result = written(&crate::sample::report().unwrap());
        let status = |words: &str| finding(&result, words)["target"]["status"].clone();
        assert_eq!(status("instance orders")["state"], "satisfied");
        assert_eq!(status("instance billing"), json!({ "state": "not-satisfied", "reason": "fail" }));
        let unknown = status("instance lost");
        assert_eq!(unknown["state"], "not-satisfied");
        assert!(unknown["remarks"].as_str().unwrap().starts_with("UNKNOWN: "), "{unknown}");
        let findings = result["findings"].as_array().unwrap();
        assert!(!findings.iter().any(|one| one["description"].to_string().contains("kinesis")));
    }

    #[test]
    fn an_exempt_resource_is_not_satisfied_with_an_approved_deviation_and_its_end() {
        let result = written(&crate::sample::report().unwrap());
        let exempt = finding(&result, "instance exempt");
        assert_eq!(exempt["target"]["status"]["state"], "not-satisfied");
        let risks = result["risks"].as_array().unwrap();
        assert_eq!(risks.len(), 1);
        assert_eq!(exempt["related-risks"][0]["risk-uuid"], risks[0]["uuid"]);
        assert_eq!(risks[0]["status"], "deviation-approved");
        assert_eq!(risks[0]["deadline"], "2026-12-31T23:59:59.000Z");
    }

    #[test]
    fn the_run_is_satisfied_only_if_it_is_whole() {
        let state = |report: &Report| finding(&written(report), "The run")["target"]["status"].clone();
        let mut report = crate::sample::report().unwrap();
        assert_eq!(state(&report)["state"], "not-satisfied");
        report.failures.clear();
        assert_eq!(state(&report)["state"], "satisfied");
        report.only = vec![Filter::Compliant];
        assert_eq!(state(&report)["state"], "not-satisfied");
        report.only.clear();
        report.evaluations.clear();
        assert_eq!(state(&report)["state"], "not-satisfied");
    }

    #[test]
    fn ids_are_unique_and_stay_from_run_to_run() {
        let report = crate::sample::report().unwrap();
        let mut later = report.clone();
        later.at += chrono::TimeDelta::days(1);
        let ids = |report: &Report, kind: &str| {
            let result = written(report);
            let all = result[kind].as_array().unwrap().clone();
            let ids: HashSet<String> = all.iter().map(|one| one["uuid"].to_string()).collect();
            assert_eq!(ids.len(), all.len(), "{kind}");
            ids
        };
        let new: Vec<_> = ids(&later, "findings").difference(&ids(&report, "findings")).cloned().collect();
        assert_eq!(new, Vec::<String>::new());
        assert!(ids(&later, "observations").is_disjoint(&ids(&report, "observations")));
    }
}
