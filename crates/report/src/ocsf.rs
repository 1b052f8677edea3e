//! The report as a JSON list of events of the Open Cybersecurity Schema Framework (OCSF): Compliance Finding (class
//! 2003) of OCSF 1.8.0, also valid as 1.5.0 and later, with the profile `cloud` if account or Region is known.
//!
//! NON_COMPLIANT is Fail, UNKNOWN included; COMPLIANT is Pass; NOT_APPLICABLE is Other. An exempt resource has the
//! status Suppressed. Each failure of the run is an event too, with the compliance status Unknown, and so is the run: Pass if
//! everything was evaluated and every result is in the list, else Warning.
//!
//! Source of the member names and ids: <https://schema.ocsf.io/1.8.0/classes/compliance_finding>.

use std::io;

use rule_core::{ComplianceType, Severity};
use serde_json::{Value, json};

use crate::nulls::without_nulls;
use crate::text::{self, TOOL, VERSION};
use crate::{Evaluation, Failure, Report, commands, fingerprint};

const OCSF_VERSION: &str = "1.8.0";

/// Writes the list, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let worst = fingerprint::worst_of_each(report);
    let results = worst.iter().map(|(uid, evaluation)| result_event(report, uid, evaluation));
    let failures = report.failures.iter().map(|failure| failure_event(report, failure));
    let events: Vec<Value> = std::iter::once(run_event(report)).chain(results).chain(failures).collect();
    serde_json::to_writer_pretty(&mut *out, &events)?;
    out.write_all(b"\n")
}

/// Builds the event about the run: Pass if everything was evaluated and every result is in the list, else Warning.
fn run_event(report: &Report) -> Value {
    let is_whole = report.is_complete() && text::hidden(report) == 0;
    let (compliance_id, compliance) = if is_whole { (1, "Pass") } else { (2, "Warning") };
    let about: Vec<String> =
        text::about(report).iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let members = json!({
        "severity_id": 1,
        "severity": "Informational",
        "status_id": if is_whole { 4 } else { 1 },
        "status": if is_whole { "Resolved" } else { "New" },
        "message": if is_whole {
            "Every resource was evaluated, and every result is in this list."
        } else {
            "Resources or results are missing in this list."
        },
        "compliance": { "control": "run", "status_id": compliance_id, "status": compliance, "status_details": about },
        "finding_info": {
            "uid": fingerprint::of_run(report),
            "title": "The run of dms-rule.",
            "desc": text::command_line(report),
        },
    });
    event(report, None, None, members)
}

fn result_event(report: &Report, uid: &str, evaluation: &Evaluation) -> Value {
    let Evaluation { rule, verdict, resource, source, .. } = evaluation;
    let (compliance_id, compliance) = match evaluation.compliance_type() {
        ComplianceType::NonCompliant => (3, "Fail"),
        ComplianceType::Compliant => (1, "Pass"),
        ComplianceType::NotApplicable => (99, "Not Applicable"),
    };
    let (status_id, status) = match evaluation.compliance_type() {
        ComplianceType::NonCompliant => (1, "New"),
        ComplianceType::Compliant | ComplianceType::NotApplicable if verdict.exemption.is_in_force() => {
            (3, "Suppressed")
        }
        ComplianceType::Compliant | ComplianceType::NotApplicable => (4, "Resolved"),
    };
    let (severity_id, severity) = severity(evaluation);
    let (reason, text) = (evaluation.reason(), evaluation.text());
    let mut details = vec![reason.clone()];
    details.extend(evaluation.evidence());
    details.extend(evaluation.exemption());
    let frameworks: Vec<&str> = rule.requirements.iter().map(|requirement| requirement.framework).collect();
    let members = json!({
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_detail": reason,
        "message": text,
        "compliance": {
            "control": rule.identifier,
            "desc": rule.summary(),
            "standards": frameworks,
            "requirements": text::requirements(rule.requirements),
            "status_id": compliance_id,
            "status": compliance,
            "status_details": details,
        },
        "finding_info": {
            "uid": uid,
            "title": rule.summary(),
            "desc": text,
            "types": ["Software and Configuration Checks/AWS Security Best Practices"],
            "analytic": { "type_id": 1, "type": "Rule", "uid": rule.identifier, "name": rule.identifier },
            "data_sources": [source.kind.to_string()],
        },
        "resources": [{
            "uid": resource.arn.as_ref().unwrap_or(&resource.id),
            "name": resource.name,
            "type": resource.resource_type,
            "region": resource.region,
        }],
        "remediation": evaluation.fix().map(|fix| {
            json!({ "desc": fix, "references": report.docs_url.as_ref().map(|_| [report.page(rule)]) })
        }),
        "unmapped": {
            "severity_of_rule": rule.severity.as_str(),
            "compliance_type": evaluation.compliance_type().as_str(),
            "unknown": evaluation.is_unknown(),
            "exempt": evaluation.is_exempt(),
            "commands": commands(evaluation),
            "page": report.page(rule),
            "source": source.name,
            "line": source.position.map(|position| position.line),
            "column": source.position.map(|position| position.column),
            "recorded_at": source.recorded_at.map(text::time),
        },
    });
    event(report, resource.account_id.as_deref(), resource.region.as_deref(), members)
}

fn severity(evaluation: &Evaluation) -> (u32, &'static str) {
    if !evaluation.is_non_compliant() {
        return (1, "Informational");
    }
    match evaluation.severity() {
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn failure_event(report: &Report, failure: &Failure) -> Value {
    let members = json!({
        "severity_id": 0,
        "severity": "Unknown",
        "status_id": 1,
        "status": "New",
        "status_code": failure.kind.as_str(),
        "status_detail": failure.text(),
        "message": format!("{}: {}", failure.source, failure.text()),
        "compliance": { "status_id": 0, "status": "Unknown", "status_details": [failure.text()] },
        "finding_info": {
            "uid": fingerprint::of_failure(failure),
            "title": "The run could not finish.",
            "desc": failure.text(),
        },
        "unmapped": { "source": failure.source },
    });
    event(report, failure.account_id.as_deref(), failure.region.as_deref(), members)
}

/// Builds an event: `members` beside the members that all events have.
fn event(report: &Report, account_id: Option<&str>, region: Option<&str>, members: Value) -> Value {
    let in_cloud = account_id.is_some() || region.is_some();
    let account = account_id.map(|account| json!({ "uid": account, "type_id": 10, "type": "AWS Account" }));
    let mut event = json!({
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "category_uid": 2,
        "category_name": "Findings",
        "activity_id": 1,
        "activity_name": "Create",
        "type_uid": 200_301,
        "type_name": "Compliance Finding: Create",
        "time": report.at.timestamp_millis(),
        "metadata": {
            "version": OCSF_VERSION,
            "product": { "name": TOOL, "vendor_name": TOOL, "version": VERSION },
            "profiles": in_cloud.then_some(["cloud"]),
        },
        "cloud": in_cloud.then(|| json!({ "provider": "AWS", "account": account, "region": region })),
    });
    if let (Value::Object(event), Value::Object(members)) = (&mut event, members) {
        event.extend(members);
    }
    without_nulls(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events() -> Vec<Value> {
        let mut out = Vec::new();
        write(&crate::sample::report().unwrap(), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn named(name: &str) -> Value {
        events().into_iter().find(|event| event["resources"][0]["name"] == name).unwrap()
    }

    #[test]
    fn a_result_is_a_compliance_finding() {
        let text = concat!(
            "PLAINTEXT: SslMode=none; engine mysql; endpoint crm. ",
            "Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
        );
        let expected = json!({
            "class_uid": 2003, "class_name": "Compliance Finding",
            "category_uid": 2, "category_name": "Findings",
            "activity_id": 1, "activity_name": "Create",
            "type_uid": 200_301, "type_name": "Compliance Finding: Create",
            "time": 1_790_834_400_000_i64,
            "severity_id": 3, "severity": "Medium",
            "status_id": 1, "status": "New", "status_detail": "PLAINTEXT: SslMode=none",
            "message": text,
            "metadata": {
                "version": "1.8.0",
                "product": { "name": "dms-rule", "vendor_name": "dms-rule", "version": env!("CARGO_PKG_VERSION") },
                "profiles": ["cloud"],
            },
            "cloud": {
                "provider": "AWS", "region": "eu-west-1",
                "account": { "uid": "123456789012", "type_id": 10, "type": "AWS Account" },
            },
            "compliance": {
                "control": "dms-endpoint-ssl-configured",
                "desc": "A DMS endpoint must connect with TLS where its engine has the setting SslMode.",
                "standards": [
                    "Security Hub", "AWS Config managed rule", "Control Tower", "NIST SP 800-53 r5", "PCI DSS v4.0.1",
                ],
                "requirements": [
                    "Security Hub DMS.9", "AWS Config managed rule DMS_ENDPOINT_SSL_CONFIGURED",
                    "Control Tower CT.DMS.PR.2", "NIST SP 800-53 r5 AC-4", "NIST SP 800-53 r5 SC-13",
                    "NIST SP 800-53 r5 SC-23", "PCI DSS v4.0.1 4.2.1",
                ],
                "status_id": 3, "status": "Fail",
                "status_details": ["PLAINTEXT: SslMode=none", "engine mysql"],
            },
            "finding_info": {
                "uid": "e9fe3dd0d259d73f0d6ab4112b36aa9f08a0f982c073a37caa5e661d531fdeae",
                "title": "A DMS endpoint must connect with TLS where its engine has the setting SslMode.",
                "desc": text,
                "types": ["Software and Configuration Checks/AWS Security Best Practices"],
                "analytic": {
                    "type_id": 1, "type": "Rule",
                    "uid": "dms-endpoint-ssl-configured", "name": "dms-endpoint-ssl-configured",
                },
                "data_sources": ["AWS Config snapshot or history file"],
            },
            "resources": [{
                "uid": "arn:aws:dms:eu-west-1:123456789012:rep:CRM", "name": "crm",
                "type": "AWS::DMS::Endpoint", "region": "eu-west-1",
            }],
            "remediation": {
                "desc": "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes",
            },
            "unmapped": {
                "severity_of_rule": "MEDIUM", "compliance_type": "NON_COMPLIANT", "unknown": false, "exempt": false,
                "commands": [concat!(
                    "aws dms describe-endpoints --filters ",
                    "Name=endpoint-arn,Values=arn:aws:dms:eu-west-1:123456789012:rep:CRM --region eu-west-1",
                )],
                "page": "dms-rule rules dms-endpoint-ssl-configured",
                "source": "config/snapshot 1.json", "recorded_at": "2026-09-30T21:15:00.250Z",
            },
        });
        assert_eq!(named("crm"), expected);
    }

    #[test]
    fn unknown_is_fail_and_only_compliant_is_pass() {
        for (name, compliance, status, severity) in [
            ("lost", 3, 1, 5),
            ("expired", 3, 1, 5),
            ("subnets", 3, 1, 2),
            ("orders", 1, 4, 1),
            ("exempt", 1, 3, 1),
            ("clicks", 99, 4, 1),
        ] {
            let event = named(name);
            assert_eq!(event["compliance"]["status_id"], compliance, "{name}");
            assert_eq!(event["status_id"], status, "{name}");
            assert_eq!(event["severity_id"], severity, "{name}");
        }
        let planned = named("Orders");
        assert_eq!((planned.get("cloud"), planned["metadata"].get("profiles")), (None, None));
        assert_eq!((&planned["unmapped"]["line"], &planned["unmapped"]["column"]), (&json!(12), &json!(7)));
    }

    #[test]
    fn a_failure_is_an_event_of_unknown_compliance() {
        let events = events();
        let failures: Vec<_> = events.iter().filter(|event| event["compliance"]["status_id"] == 0).collect();
        assert_eq!((events.len(), failures.len()), (18, 4));
        assert_eq!(failures[1]["status_code"], "Denied");
        assert_eq!(failures[1]["status_detail"], "dms:DescribeEndpoints is denied to role/audit; allow it");
        assert_eq!(failures[1]["cloud"]["region"], "us-east-1");
        assert_eq!(failures[1]["unmapped"]["source"], "123456789012 us-east-1");
    }

    #[test]
    fn a_list_that_lacks_something_is_no_clean_list() {
        let mut report = crate::sample::report().unwrap();
        let status = |report: &Report| {
            let mut out = Vec::new();
            write(report, &mut out).unwrap();
            let events: Vec<Value> = serde_json::from_slice(&out).unwrap();
            events[0]["compliance"]["status"].clone()
        };
        assert_eq!(status(&report), "Warning");
        report.failures.clear();
        assert_eq!(status(&report), "Pass");
        report.only = vec![crate::Filter::Compliant];
        assert_eq!(status(&report), "Warning");
    }
}
