use serde_json::{Value, json};

use super::*;
use crate::Command;

fn written(report: &Report) -> Value {
    let mut out = Vec::new();
    write(report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn faults(document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(document).map(|error| error.to_string()).collect()
}

/// Returns the sample with an exception in force and the comparison with a run that found more.
fn compared() -> Report {
    let mut report = crate::sample::report().unwrap();
    let billing = crate::Exception {
        resource: "billing".to_owned(),
        account: None,
        ticket: Some("OPS-12".to_owned()),
        ..crate::Exception::clone(&report.exceptions[0].exception)
    };
    let mut earlier = written(&Report { failures: vec![], ..report.clone() });
    report.apply_exceptions(vec![billing], 365);
    earlier["totals"] = Value::Null; // a member that is not read may be missing
    let earlier = crate::EarlierRun::read("old.json", earlier.to_string().as_bytes()).unwrap();
    report.compare(earlier, Some(365)).unwrap();
    report
}

#[test]
fn exceptions_and_the_comparison_are_in_the_document() {
    let document = written(&compared());
    assert_eq!(faults(&document), Vec::<String>::new());
    assert_eq!(document["comparison"]["unchanged"], 7);
    assert_eq!(document["comparison"]["past"][0]["fate"], "exempt");
    let billing =
        document["results"].as_array().unwrap().iter().find(|one| one["resource"]["name"] == "billing");
    let exception = &billing.unwrap()["exception"];
    assert_eq!((&exception["ticket"], &exception["state"]), (&json!("OPS-12"), &Value::Null));
    assert_eq!(document["exceptions"][1]["state"], "in force");
}

#[test]
fn a_report_matches_the_schema() {
    let report = crate::sample::report().unwrap();
    assert_eq!(faults(&written(&report)), Vec::<String>::new());
    let complete = Report { failures: vec![], command: Command::Scan, ..report };
    assert_eq!(faults(&written(&complete)), Vec::<String>::new());
    assert_eq!(written(&complete)["complete"], true);
}

#[test]
fn the_schema_rejects_other_values() {
    let whole = written(&crate::sample::report().unwrap());
    for (pointer, value) in [
        ("/schemaVersion", json!(1)),
        ("/tool/name", json!("other")),
        ("/at", json!("yesterday")),
        ("/at", json!("2026-10-01T25:00:00.000Z")),
        ("/command", json!("check --all")),
        ("/complete", json!(true)),
        ("/failures", json!([])),
        ("/summary/unknown", json!(-1)),
        ("/summary/bySeverity/LOW", Value::Null),
        ("/results/0/severity", json!("critical")),
        ("/results/0/complianceType", json!("INSUFFICIENT_DATA")),
        ("/results/0/reason", json!("")),
        ("/results/0/id", json!("1")),
        ("/results/0/source/line", json!(0)),
        ("/results/0/source/column", json!(3)),
        ("/results/0/requirements/0/ids", json!([])),
        ("/failures/0/kind", json!("Unknown")),
    ] {
        let mut broken = whole.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        assert_ne!(faults(&broken), Vec::<String>::new(), "{pointer}");
    }
    let mut passed = whole;
    let unknown =
        passed["results"].as_array_mut().unwrap().iter_mut().find(|result| result["unknown"] == true);
    unknown.unwrap()["complianceType"] = "COMPLIANT".into();
    assert_ne!(faults(&passed), Vec::<String>::new());
}

/// Each member of each object is required, and no other is allowed.
#[test]
fn the_schema_is_strict_at_every_depth() {
    fn objects(pointer: &str, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                found.push(pointer.to_owned());
                members.iter().for_each(|(name, value)| objects(&format!("{pointer}/{name}"), value, found));
            }
            Value::Array(values) => {
                let numbered = values.iter().enumerate();
                numbered.for_each(|(i, value)| objects(&format!("{pointer}/{i}"), value, found));
            }
            _ => {}
        }
    }
    let mut small = written(&compared());
    for list in ["lookedAt", "failures", "causes", "exceptions"] {
        small[list].as_array_mut().unwrap().truncate(1);
    }
    small["results"].as_array_mut().unwrap().retain(|result| result["resource"]["name"] == "billing");
    let mut found = Vec::new();
    objects("", &small, &mut found);
    for pointer in found {
        let mut more = small.clone();
        more.pointer_mut(&pointer).unwrap()["other"] = Value::Null;
        assert_ne!(faults(&more), Vec::<String>::new(), "{pointer} allows an unknown member");
        let members: Vec<String> =
            small.pointer(&pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for member in members {
            let mut less = small.clone();
            less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(&member);
            assert_ne!(faults(&less), Vec::<String>::new(), "{pointer} does not require {member}");
        }
    }
}

#[test]
fn a_document_has_summary_sources_results_and_failures() {
    let document = written(&crate::sample::report().unwrap());
    let counts = |[non_compliant, unknown, compliant, not_applicable, exempt]: [usize; 5]| {
        json!({
            "nonCompliant": non_compliant, "unknown": unknown,
            "compliant": compliant, "notApplicable": not_applicable, "exempt": exempt,
        })
    };
    let mut summary = counts([7, 1, 4, 1, 1]);
    summary["bySeverity"] = json!({
        "CRITICAL": counts([5, 1, 3, 0, 1]), "HIGH": counts([0; 5]),
        "MEDIUM": counts([1, 0, 0, 1, 0]), "LOW": counts([1, 0, 1, 0, 0]),
    });
    assert_eq!(document["summary"], summary);
    assert_eq!(document["tool"], json!({ "name": "dms-rule", "version": env!("CARGO_PKG_VERSION") }));
    assert_eq!(document["at"], "2026-10-01T06:00:00.000Z");
    assert_eq!(document["complete"], false);
    assert_eq!(
        document["lookedAt"][1],
        json!({ "name": "config/snapshot 1.json", "kind": "AWS Config snapshot or history file", "resources": 4, "superseded": 0, "sha256": null, "isComplete": true })
    );
    let result = |name: &str| {
        let results = document["results"].as_array().unwrap();
        results.iter().find(|result| result["resource"]["name"] == name).unwrap().clone()
    };
    let crm = json!({
        "id": "e9fe3dd0d259d73f0d6ab4112b36aa9f08a0f982c073a37caa5e661d531fdeae",
        "rule": "dms-endpoint-ssl-configured",
        "severity": "MEDIUM",
        "complianceType": "NON_COMPLIANT",
        "unknown": false,
        "reason": "PLAINTEXT: SslMode=none",
        "evidence": ["engine mysql"],
        "fix": "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes",
        "commands": [concat!(
            "aws dms describe-endpoints --filters Name=endpoint-arn,Values=arn:aws:dms:eu-west-1:123456789012:rep:CRM ",
            "--region eu-west-1",
        )],
        "page": "dms-rule rules dms-endpoint-ssl-configured",
        "exempt": false,
        "exemption": null,
        "exception": null,
        "change": null,
        "annotation": concat!(
            "PLAINTEXT: SslMode=none; engine mysql; endpoint crm. ",
            "Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
        ),
        "resource": {
            "resourceType": "AWS::DMS::Endpoint",
            "id": "arn:aws:dms:eu-west-1:123456789012:rep:CRM",
            "name": "crm",
            "arn": "arn:aws:dms:eu-west-1:123456789012:rep:CRM",
            "accountId": "123456789012",
            "region": "eu-west-1",
        },
        "source": {
            "name": "config/snapshot 1.json",
            "kind": "AWS Config snapshot or history file",
            "line": null,
            "column": null,
            "recordedAt": "2026-09-30T21:15:00.250Z",
        },
        "requirements": [
            { "framework": "Security Hub", "ids": ["DMS.9"] },
            { "framework": "AWS Config managed rule", "ids": ["DMS_ENDPOINT_SSL_CONFIGURED"] },
            { "framework": "Control Tower", "ids": ["CT.DMS.PR.2"] },
            { "framework": "NIST SP 800-53 r5", "ids": ["AC-4", "SC-13", "SC-23"] },
            { "framework": "PCI DSS v4.0.1", "ids": ["4.2.1"] },
        ],
    });
    assert_eq!(result("crm"), crm);
    assert_eq!(result("lost")["unknown"], true);
    assert_eq!(result("lost")["complianceType"], "NON_COMPLIANT");
    assert_eq!(result("Orders")["source"]["line"], 12);
    assert_eq!(result("Orders")["source"]["column"], 7);
    assert_eq!(
        result("Orders")["fix"],
        "if new, set PubliclyAccessible: false; if it exists, that replaces it and its tasks: see dms-rule plan"
    );
    assert_eq!(result("exempt")["exemption"], "EXEMPT until 2026-12-31 (OPS-12, \"vendor\" cut-over)");
    let failure = json!({
        "source": "123456789012 us-east-1", "kind": "Denied", "accountId": "123456789012", "region": "us-east-1",
        "message": "dms:DescribeEndpoints is denied to role/audit; allow it",
        "cause": "dms:DescribeEndpoints is denied to role/audit; allow it", "next": null,
    });
    assert_eq!(document["failures"][1], failure);
}
