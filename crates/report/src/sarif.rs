//! The report as SARIF 2.1.0, for code scanning and editors.
//!
//! Results are what is NON_COMPLIANT, known or not; exempt ones stand among them, suppressed with the words of the
//! exemption. What could not be read or asked are notifications of an invocation that was not successful: a file
//! without results and with `executionSuccessful: false` is no clean bill.
//!
//! A result in a file points to it, with line and column where they are known. Code scanning refuses a result that
//! points to no file, so one of a live resource points to the path `aws/ACCOUNT/REGION/TYPE/NAME`, which does not
//! exist and says so; its logical location is the ARN.

use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rule_core::{ComplianceType, Rule, Severity};
use serde_json::{Value, json};

use crate::known::known;
use crate::{Failure, Judged, Report, fingerprint, words};

// With serde_json: the crate serde-sarif generates its types with fifty crates that nothing else here needs.

/// Writes the log, indented, with a line break at the end.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    out.write_all(b"\n")
}

fn log(report: &Report) -> Value {
    let used = report.rules();
    let results: Vec<Value> = report
        .judged
        .iter()
        .filter(|judged| judged.verdict.finding.compliance_type == ComplianceType::NonCompliant)
        .map(|judged| result(judged, &used))
        .collect();
    known(json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": words::TOOL,
                "semanticVersion": words::VERSION,
                "rules": used.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            } },
            // Keeps the alerts of a check and those of a scan apart.
            "automationDetails": { "id": format!("{}/{}/", words::TOOL, report.command) },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.failures.is_empty(),
                "startTimeUtc": words::time(report.at),
                "toolExecutionNotifications": report.failures.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    }))
}

fn descriptor(rule: &Rule) -> Value {
    let mut tags = vec!["security", "aws", "dms"];
    tags.extend(rule.requirements.iter().map(|requirement| requirement.framework));
    tags.dedup();
    let page: Vec<&str> = rule.page.lines().filter(|line| !line.starts_with("<!--")).collect();
    json!({
        "id": rule.identifier,
        "shortDescription": { "text": rule.summary() },
        "fullDescription": { "text": section(rule.page, "Why it matters").unwrap_or(rule.summary().to_owned()) },
        "help": { "text": rule.summary(), "markdown": page.join("\n") },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": tags, "security-severity": score(rule.severity), "precision": "very-high" },
    })
}

/// The text under a heading, on one line.
fn section(page: &str, heading: &str) -> Option<String> {
    let (_, after) = page.split_once(&format!("\n## {heading}\n"))?;
    let text = words::one_line(after.split("\n## ").next()?);
    (!text.is_empty()).then_some(text)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// On the scale of CVSS, from which code scanning makes critical, high, medium and low again.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

fn result(judged: &Judged, used: &[&'static Rule]) -> Value {
    let exempt = words::exempt(judged)
        .map(|words| json!({ "kind": "external", "status": "accepted", "justification": words }));
    json!({
        "ruleId": judged.rule.identifier,
        "ruleIndex": used.iter().position(|rule| rule.identifier == judged.rule.identifier),
        "kind": "fail",
        "level": level(judged.severity()),
        "message": { "text": words::all(judged) },
        "locations": [location(judged)],
        "partialFingerprints": { "dmsRule/v1": fingerprint::of(judged) },
        // Of all results or of none, says the standard.
        "suppressions": exempt.into_iter().collect::<Vec<_>>(),
        "properties": {
            "complianceType": judged.compliance_type().as_str(),
            "unknown": judged.is_unknown(),
            "recordedAt": judged.source.recorded_at.map(words::time),
        },
    })
}

fn location(judged: &Judged) -> Value {
    let (resource, source) = (&judged.resource, &judged.source);
    let artifact = if source.is_live() {
        let type_name = resource.resource_type.rsplit("::").next().unwrap_or_default();
        let unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        let segments =
            [&unknown(&resource.account_id), &unknown(&resource.region), type_name, &resource.name];
        let path: Vec<String> = segments.into_iter().map(|segment| encode(segment, SEGMENT)).collect();
        json!({
            "uri": format!("aws/{}", path.join("/")),
            "description": { "text": format!("No file: {} in {}", judged.verdict.subject, source.name) },
        })
    } else {
        json!({ "uri": uri(&source.name) })
    };
    let region =
        source.position.map(|position| json!({ "startLine": position.line, "startColumn": position.column }));
    json!({
        "physicalLocation": { "artifactLocation": artifact, "region": region },
        "logicalLocations": [{
            "name": resource.name,
            "fullyQualifiedName": resource.arn.as_ref().unwrap_or(&resource.id),
            "kind": "resource",
        }],
    })
}

/// All but what RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

fn encode(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

/// Of a path as it was given: relative to where the command ran, which is the root of the repository in most CI.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", encode(path, PATH))
}

fn notification(failure: &Failure) -> Value {
    json!({
        "level": "error",
        "descriptor": { "id": failure.kind.as_str() },
        "message": { "text": words::one_line(&format!("{}: {}", failure.source, failure.message)) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(log["version"], "2.1.0");
        log["runs"][0].clone()
    }

    fn result_of(name: &str) -> Value {
        let run = run(&crate::sample::report().unwrap());
        let named = |result: &&Value| result["locations"][0]["logicalLocations"][0]["name"] == name;
        run["results"].as_array().unwrap().iter().find(named).unwrap().clone()
    }

    #[test]
    fn a_result_in_a_file_points_to_its_line() {
        let expected = json!({
            "ruleId": "dms-replication-not-public",
            "ruleIndex": 0,
            "kind": "fail",
            "level": "error",
            "message": { "text": "PUBLIC: PubliclyAccessible=true; exemption not applied: the tags are unknown (nothing is known of it before deployment); instance Orders. Fix: PubliclyAccessible: false" },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": "templates/dms%20%C3%A9.yaml" },
                    "region": { "startLine": 12, "startColumn": 7 },
                },
                "logicalLocations": [{ "name": "Orders", "fullyQualifiedName": "Orders", "kind": "resource" }],
            }],
            "partialFingerprints": {
                "dmsRule/v1": "3fa4cf384c66f7d6b7688768bf65850322cea1e61fc8e2cc227d0e458209cf81",
            },
            "suppressions": [],
            "properties": { "complianceType": "NON_COMPLIANT", "unknown": false },
        });
        assert_eq!(result_of("Orders"), expected);
    }

    #[test]
    fn a_live_resource_points_to_a_path_that_says_it_is_none() {
        let expected = json!([{
            "physicalLocation": { "artifactLocation": {
                "uri": "aws/123456789012/eu-west-1/ReplicationInstance/billing",
                "description": { "text": "No file: instance billing in 123456789012 eu-west-1" },
            } },
            "logicalLocations": [{
                "name": "billing",
                "fullyQualifiedName": "arn:aws:dms:eu-west-1:123456789012:rep:BILLING",
                "kind": "resource",
            }],
        }]);
        assert_eq!(result_of("billing")["locations"], expected);
    }

    #[test]
    fn what_is_non_compliant_is_there_and_what_is_exempt_is_suppressed() {
        let run = run(&crate::sample::report().unwrap());
        assert_eq!(run["results"].as_array().unwrap().len(), 9);
        assert_eq!(result_of("lost")["properties"]["unknown"], true);
        assert_eq!(result_of("expired")["suppressions"], json!([]));
        let words = "exempt until 2026-12-31 (OPS-12, \"vendor\" cut-over)";
        let suppressions = json!([{ "kind": "external", "status": "accepted", "justification": words }]);
        assert_eq!(result_of("exempt")["suppressions"], suppressions);
        assert_eq!(result_of("crm")["level"], "warning");
        assert_eq!(result_of("subnets")["level"], "note");
    }

    #[test]
    fn a_run_that_did_not_see_everything_was_not_successful() {
        let report = crate::sample::report().unwrap();
        let whole = run(&report);
        let invocation = &whole["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let denied = "123456789012 us-east-1: dms:DescribeEndpoints is denied to role/audit; allow it";
        assert_eq!(
            invocation["toolExecutionNotifications"][1],
            json!({ "level": "error", "descriptor": { "id": "Denied" }, "message": { "text": denied } })
        );
        assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 4);
        let complete = run(&Report { failures: vec![], ..report });
        assert_eq!(complete["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn a_rule_is_described_by_its_page() {
        let run = run(&crate::sample::report().unwrap());
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), 4);
        assert_eq!(rules[0]["id"], "dms-replication-not-public");
        assert_eq!(rules[0]["properties"]["security-severity"], "9.5");
        assert_eq!(
            rules[0]["shortDescription"]["text"],
            "A DMS replication instance must not be publicly accessible."
        );
        assert!(rules[0]["fullDescription"]["text"].as_str().unwrap().starts_with("A publicly accessible"));
        let page = rules[0]["help"]["markdown"].as_str().unwrap();
        assert!(page.starts_with("# dms-replication-not-public\n") && !page.contains("<!--"));
    }

    #[test]
    fn a_path_becomes_a_uri() {
        for (path, expected) in [
            ("./a b.yaml", "a%20b.yaml"),
            ("../a#1.yaml", "../a%231.yaml"),
            ("C:x.yaml", "C%3Ax.yaml"),
            ("/srv/50%.yaml", "file:///srv/50%25.yaml"),
            ("-", "-"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
