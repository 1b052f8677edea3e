//! The report as SARIF 2.1.0, for code scanning and editors.
//!
//! The results are the resources found to be NON_COMPLIANT, UNKNOWN included. Exempt resources are among them,
//! suppressed, with the exemption as justification. The failures of the run are notifications of its invocation, whose
//! `executionSuccessful` is then false: such a file without results does not mean that all resources comply. The rules that
//! were not run and the files that were left out are notifications of its configuration.
//!
//! A result in a file has the location of the file, with line and column if they are known. GitHub code scanning
//! rejects results without a file, so the location of a live resource is the path `aws/ACCOUNT/REGION/TYPE/NAME`, which
//! does not exist; its description states that. The logical location is the ARN.
//!
//! Sources: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> and, for code scanning,
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//!
//! Written with `json!`: `serde-sarif` generates its types with fifty crates that nothing else here needs, and
//! `zizmor-sarif` has no suppressions, fingerprints or notifications.

use std::io;

use rule_core::text::one_line;
use rule_core::{ComplianceType, Rule, Severity};
use serde_json::{Value, json};

use crate::nulls::without_nulls;
use crate::text::{self, TOOL, VERSION};
use crate::{Change, Evaluation, Failure, NotEvaluated, Report, SourceSummary, commands, fingerprint, path};

/// Writes the log, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    out.write_all(b"\n")
}

fn log(report: &Report) -> Value {
    let rules = report.rules();
    let is_found =
        |one: &&Evaluation| one.verdict.finding.outcome.compliance_type() == ComplianceType::NonCompliant;
    let results: Vec<Value> =
        report.shown().filter(is_found).map(|one| result(report, one, &rules)).collect();
    without_nulls(json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": TOOL,
                "semanticVersion": VERSION,
                "informationUri": report.docs_url,
                "rules": rules.iter().map(|rule| descriptor(report, rule)).collect::<Vec<_>>(),
            } },
            // Keeps the alerts of a check apart from those of a scan.
            "automationDetails": { "id": category(report) },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.is_complete(),
                "commandLine": text::command_line(report),
                "arguments": report.arguments,
                "account": report.caller,
                "startTimeUtc": text::time(report.at),
                "toolExecutionNotifications": report.failures.iter().map(notification).collect::<Vec<_>>(),
                "toolConfigurationNotifications": not_read(report),
            }],
            "results": results,
            "properties": text::about(report)
                .into_iter()
                .filter(|(name, _)| !text::is_repeated(name))
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect::<serde_json::Map<_, _>>(),
            "artifacts": report.sources.iter().filter(|source| !source.kind.is_live()).map(artifact).collect::<Vec<_>>(),
        }],
    }))
}

/// Returns the category of the results. Code scanning closes the alerts of a category that its newest file lacks, so a
/// filtered report has a category of its own.
fn category(report: &Report) -> String {
    let mut category = vec![TOOL.to_owned(), report.command.as_str().to_owned()];
    category.extend(report.only.iter().map(|only| format!("only-{}", only.name())));
    category.join("/") + "/"
}

fn artifact(source: &SourceSummary) -> Value {
    let hashes = source.sha256.as_ref().map(|sum| json!({ "sha-256": sum }));
    json!({
        "location": { "uri": uri(&source.name) },
        "hashes": hashes,
        "description": { "text": format!("{}, {}", source.kind, text::counted(source.resources, "resource", "resources")) },
    })
}

/// Lists the results that are not shown, the rules that were not run or met no resource, the accounts and Regions that
/// were read, and the files that were left out, as notes; a filter that hides what is not compliant is a warning.
fn not_read(report: &Report) -> Vec<Value> {
    let note = |text: String| json!({ "level": "note", "message": { "text": text } });
    let level = if text::hidden(report) > 0 { "warning" } else { "note" };
    let filter = text::filter(report).map(|filter| json!({ "level": level, "message": { "text": filter } }));
    let unmet = report.without_resources();
    let unmet = unmet.iter().map(|rule| note(format!("{} met no resource of its type", rule.identifier)));
    let live = report.sources.iter().filter(|source| source.kind.is_live()).map(|source| {
        let resources = text::counted(source.resources, "resource", "resources");
        note(format!("{}: {}, {resources}", source.name, source.kind))
    });
    let not_evaluated = report.not_evaluated.iter().map(|entry| {
        let NotEvaluated { rule, kind, resources, reason } = entry;
        let resources = text::unevaluated(*resources);
        note(format!("{} was not evaluated for {resources} ({kind}): {reason}", rule.identifier))
    });
    let left_out = report.left_out().map(|source| note(format!("{}: {}", source.name, source.kind)));
    let exceptions = text::each_exception(report).map(|(is_due, text)| {
        json!({ "level": if is_due { "warning" } else { "note" }, "message": { "text": format!("exception {text}") } })
    });
    let left_out = left_out.chain(exceptions);
    filter.into_iter().chain(not_evaluated).chain(unmet).chain(live).chain(left_out).collect()
}

fn descriptor(report: &Report, rule: &Rule) -> Value {
    let mut tags = vec!["security", "aws", "dms"];
    tags.extend(rule.requirements.iter().map(|requirement| requirement.framework));
    tags.dedup();
    let page: Vec<&str> = rule.page.lines().filter(|line| !line.starts_with("<!--")).collect();
    let description = section(rule.page, "Why it matters").unwrap_or_else(|| rule.summary().to_owned());
    json!({
        "id": rule.identifier,
        "shortDescription": { "text": rule.summary() },
        "fullDescription": { "text": description },
        "help": { "text": format!("{} Page: {}", rule.summary(), report.page(rule)), "markdown": page.join("\n") },
        // Without an address of pages there is none to name.
        "helpUri": report.docs_url.as_ref().map(|_| report.page(rule)),
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": tags, "security-severity": score(rule.severity), "precision": "very-high" },
    })
}

/// Returns the text under a heading of a rule's page, on one line. `None` if the page has no such text.
fn section(page: &str, heading: &str) -> Option<String> {
    let (_, after) = page.split_once(&format!("\n## {heading}\n"))?;
    let text = one_line(after.split("\n## ").next()?);
    (!text.is_empty()).then_some(text)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// Returns the severity on the scale of CVSS. Code scanning derives its own critical, high, medium and low from it:
/// above 9.0, from 7.0, from 4.0 and below.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

fn result(report: &Report, evaluation: &Evaluation, rules: &[&'static Rule]) -> Value {
    let Evaluation { rule, verdict, source, .. } = evaluation;
    let suppression = verdict.exemption.is_in_force().then(
        || json!({ "kind": "external", "status": "accepted", "justification": evaluation.exemption() }),
    );
    json!({
        "ruleId": rule.identifier,
        "ruleIndex": rules.iter().position(|listed| listed.identifier == rule.identifier),
        "kind": "fail",
        "level": level(rule.severity),
        "message": { "text": evaluation.text() },
        "locations": [location(evaluation)],
        "partialFingerprints": { "dmsRule/v1": fingerprint::of_evaluation(evaluation) },
        // Present in all results or in none (SARIF 2.1.0, 3.27.23).
        "baselineState": report.change(evaluation).map(Change::as_str),
        "suppressions": suppression.into_iter().collect::<Vec<_>>(),
        "properties": {
            "complianceType": evaluation.compliance_type().as_str(),
            "unknown": evaluation.is_unknown(),
            "recordedAt": source.recorded_at.map(text::time),
            "exempt": evaluation.is_exempt(),
            "fix": evaluation.fix(),
            "commands": commands(evaluation),
            "page": report.page(rule),
        },
    })
}

fn location(evaluation: &Evaluation) -> Value {
    let (resource, source) = (&evaluation.resource, &evaluation.source);
    let artifact = if source.kind.is_live() {
        let description = format!("No file: {} in {}", evaluation.verdict.subject, source.name);
        json!({ "uri": path::live(resource), "description": { "text": description } })
    } else {
        json!({ "uri": uri(&source.name) })
    };
    let region = match source.position {
        Some(position) => Some(json!({ "startLine": position.line, "startColumn": position.column })),
        // Code scanning shows a file at a line; a record or a plan is in no line that a person writes.
        None => (!source.kind.is_live()).then(|| json!({ "startLine": 1 })),
    };
    json!({
        "physicalLocation": { "artifactLocation": artifact, "region": region },
        "logicalLocations": [{
            "name": resource.name,
            "fullyQualifiedName": resource.arn.clone().unwrap_or_else(|| resource.unique_name()),
            "kind": "resource",
        }],
    })
}

/// Returns the URI of a path. A relative path stays relative to the working directory of the run, which in most CI
/// systems is the root of the repository.
fn uri(path: &str) -> String {
    let path = path::plain(path);
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", path::encoded(path))
}

fn notification(failure: &Failure) -> Value {
    json!({
        "level": "error",
        "descriptor": { "id": failure.kind.as_str() },
        "message": { "text": one_line(&format!("{}: {}", failure.source, failure.text())) },
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
    fn a_result_in_a_file_has_its_line() {
        let expected = json!({
            "ruleId": "dms-replication-not-public",
            "ruleIndex": 0,
            "kind": "fail",
            "level": "error",
            "message": { "text": concat!(
                "PUBLIC: PubliclyAccessible=true; exemption not applied: the tags are unknown ",
                "(nothing is known of it before deployment); instance Orders. Fix: if new, set PubliclyAccessible: false; if it exists, that replaces it and its tasks: see dms-rule plan.",
            ) },
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
            "properties": {
                "complianceType": "NON_COMPLIANT", "unknown": false, "exempt": false, "commands": [],
                "fix": "if new, set PubliclyAccessible: false; if it exists, that replaces it and its tasks: see dms-rule plan", "page": "dms-rule rules dms-replication-not-public",
            },
        });
        assert_eq!(result_of("Orders"), expected);
    }

    #[test]
    fn the_path_of_a_live_resource_is_described_as_no_file() {
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
    fn non_compliant_resources_are_results_and_exempt_ones_are_suppressed() {
        let run = run(&crate::sample::report().unwrap());
        assert_eq!(run["results"].as_array().unwrap().len(), 9);
        assert_eq!(result_of("lost")["properties"]["unknown"], true);
        assert_eq!(result_of("expired")["suppressions"], json!([]));
        let note = "EXEMPT until 2026-12-31 (OPS-12, \"vendor\" cut-over)";
        let suppressions = json!([{ "kind": "external", "status": "accepted", "justification": note }]);
        assert_eq!(result_of("exempt")["suppressions"], suppressions);
        assert_eq!(result_of("crm")["level"], "warning");
        assert_eq!(result_of("subnets")["level"], "note");
    }

    #[test]
    fn an_incomplete_run_is_not_successful() {
        let report = crate::sample::report().unwrap();
        let incomplete = run(&report);
        let invocation = &incomplete["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let denied = "123456789012 us-east-1: dms:DescribeEndpoints is denied to role/audit; allow it";
        assert_eq!(
            invocation["toolExecutionNotifications"][1],
            json!({ "level": "error", "descriptor": { "id": "Denied" }, "message": { "text": denied } })
        );
        assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 4);
        assert_eq!(invocation["toolConfigurationNotifications"].as_array().unwrap().len(), 6);
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
