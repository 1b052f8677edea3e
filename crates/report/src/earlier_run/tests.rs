use serde_json::{Value, json};

use super::*;
use crate::text;

/// Returns the sample without failures, as a report of an earlier run.
fn complete() -> Report {
    Report { failures: vec![], not_evaluated: vec![], ..crate::sample::report().unwrap() }
}

fn written(report: &Report) -> Value {
    let mut out = Vec::new();
    crate::json::write(report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// Counts the results of a document again, after a test changed them.
fn counted(document: &Value) -> Value {
    let mut document = document.clone();
    let results = document["results"].as_array().unwrap().clone();
    let count = |compliance_type: &str, unknown: bool| {
        let is_one = |one: &&Value| one["complianceType"] == compliance_type && one["unknown"] == unknown;
        json!(results.iter().filter(is_one).count())
    };
    document["summary"]["nonCompliant"] = count("NON_COMPLIANT", false);
    document["summary"]["unknown"] = count("NON_COMPLIANT", true);
    document["summary"]["compliant"] = count("COMPLIANT", false);
    document["summary"]["notApplicable"] = count("NOT_APPLICABLE", false);
    document["shown"]["allResults"] = json!(results.len());
    document
}

fn compared(earlier: &Value, mut now: Report) -> Report {
    let earlier = counted(earlier);
    let earlier = EarlierRun::read("old.json", earlier.to_string().as_bytes()).unwrap();
    now.compare(earlier, Some(365)).unwrap();
    now
}

#[test]
fn the_same_run_has_nothing_new_and_nothing_past() {
    let report = compared(&written(&complete()), complete());
    let comparison = report.comparison.as_ref().unwrap();
    assert_eq!(text::changes(&report, comparison), "0 new, 8 unchanged");
    assert!(comparison.past.is_empty());
}

#[test]
fn a_finding_is_new_unless_the_earlier_run_found_it_at_least_as_bad() {
    let mut earlier = written(&complete());
    for (index, change) in [
        ("billing", json!({ "complianceType": "COMPLIANT", "unknown": false })),
        ("expired", json!({ "complianceType": "NOT_APPLICABLE", "unknown": false })),
        ("crm", json!({ "complianceType": "NON_COMPLIANT", "unknown": true })),
    ] {
        let results = earlier["results"].as_array_mut().unwrap();
        let result = results.iter_mut().find(|result| result["resource"]["name"] == index).unwrap();
        change.as_object().unwrap().iter().for_each(|(name, value)| result[name] = value.clone());
    }
    let report = compared(&earlier, complete());
    for evaluation in &report.evaluations {
        let is_new = ["billing", "expired", "crm"].contains(&evaluation.resource.name.as_str());
        let change =
            evaluation.is_non_compliant().then_some(if is_new { Change::New } else { Change::Unchanged });
        assert_eq!(report.change(evaluation), change, "{}", evaluation.resource.name);
    }
}

#[test]
fn of_resources_with_one_id_no_more_are_known_than_the_earlier_run_found() {
    let billing = |report: &Report| {
        report.evaluations.iter().find(|one| one.resource.name == "billing").unwrap().clone()
    };
    let mut twice = complete();
    twice.evaluations.push(billing(&twice));
    for (earlier, now, expected) in [
        (complete(), twice.clone(), "2 new, 7 unchanged"),
        (twice.clone(), twice.clone(), "0 new, 9 unchanged"),
        (twice, complete(), "0 new, 8 unchanged"),
    ] {
        let report = compared(&written(&earlier), now);
        assert_eq!(text::changes(&report, report.comparison.as_ref().unwrap()), expected);
    }
    let mut nothing = written(&complete());
    nothing["results"] = json!([]);
    let report = compared(&nothing, complete());
    assert_eq!(text::changes(&report, report.comparison.as_ref().unwrap()), "8 new, 0 unchanged");
}

#[test]
fn a_past_finding_is_fixed_exempt_gone_or_not_known_and_never_better() {
    let fate = |change: &dyn Fn(&mut Report)| {
        let mut now = complete();
        change(&mut now);
        let report = compared(&written(&complete()), now);
        report.comparison.unwrap().past.iter().find(|one| one.resource == "billing").map(|one| one.fate)
    };
    let without = |report: &mut Report| report.evaluations.retain(|one| one.resource.name != "billing");
    assert_eq!(fate(&|_| {}), None);
    let fix = |report: &mut Report| {
        let billing = report.evaluations.iter_mut().find(|one| one.resource.name == "billing").unwrap();
        billing.verdict.compliance_type = ComplianceType::Compliant;
    };
    assert_eq!(fate(&fix), Some(Fate::Fixed));
    assert_eq!(fate(&without), Some(Fate::Gone));
    assert_eq!(
        fate(&|report| {
            without(report);
            report.failures = crate::sample::report().unwrap().failures;
        }),
        Some(Fate::NotKnown)
    );
    assert_eq!(
        fate(&|report| {
            without(report);
            report.sources.clear();
        }),
        Some(Fate::NotKnown)
    );
    assert_eq!(
        fate(&|report| {
            without(report);
            report.selected.clear();
        }),
        Some(Fate::NotKnown)
    );
}

#[test]
fn a_report_that_is_filtered_incomplete_of_another_schema_or_command_is_refused() {
    for (pointer, value, words) in [
        ("/schemaVersion", json!(1), "its schemaVersion is 1"),
        ("/schemaVersion", Value::Null, "it has no schemaVersion"),
        ("/complete", json!(false), "its run was not complete"),
        ("/failures", json!([{}]), "its run was not complete"),
        ("/shown/only", json!(["unknown"]), "it is filtered"),
        ("/shown/allResults", json!(20), "it is filtered"),
        ("/results", json!([]), "it is filtered"),
        ("/results/0/complianceType", json!("INSUFFICIENT_DATA"), "complianceType"),
        ("/results/0/id", Value::Null, "it is no JSON report"),
        ("/results", Value::Null, "it is no JSON report"),
        ("/tool/name", json!("other"), "it is a report of other"),
    ] {
        let mut document = written(&complete());
        *document.pointer_mut(pointer).unwrap() = value;
        let refusal = EarlierRun::read("old.json", document.to_string().as_bytes()).unwrap_err();
        assert!(refusal.contains(words), "{pointer}: {refusal}");
    }
    assert!(EarlierRun::read("old.json", b"").is_err());
    assert!(EarlierRun::read("old.json", b"[]").is_err());
    let scan = Report { command: crate::Command::Scan, ..complete() };
    let earlier = EarlierRun::read("old.json", written(&scan).to_string().as_bytes()).unwrap();
    assert!(complete().compare(earlier, Some(365)).unwrap_err().contains("dms-rule scan"));
}
