//! The report as one JSON document: the format to build on.
//!
//! [`SCHEMA`] describes it. Every member is always there; what is not known is null. A member that is added later
//! leaves `schemaVersion` as it is; one that changes its meaning or goes raises it.

use std::io;

use rule_core::Severity;
use serde::Serialize;

use crate::{Report, Resource, Source, Summary, fingerprint, words};

/// The JSON Schema (2020-12) of what [`write()`] writes.
pub const SCHEMA: &str = include_str!("report.schema.json");

const SCHEMA_VERSION: u32 = 1;

/// Writes the report, indented, with a line break at the end.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::of(report))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    at: String,
    command: &'a str,
    complete: bool,
    summary: Counts,
    looked_at: Vec<LookedAt<'a>>,
    results: Vec<OneResult<'a>>,
    failures: Vec<OneFailure<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    #[serde(flatten)]
    all: Count,
    by_severity: BySeverity,
}

#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
struct BySeverity {
    critical: Count,
    high: Count,
    medium: Count,
    low: Count,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Count {
    non_compliant: usize,
    unknown: usize,
    compliant: usize,
    not_applicable: usize,
}

#[derive(Serialize)]
struct LookedAt<'a> {
    name: &'a str,
    kind: &'a str,
    resources: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneResult<'a> {
    id: String,
    rule: &'a str,
    severity: &'a str,
    compliance_type: &'a str,
    unknown: bool,
    reason: &'a str,
    evidence: Vec<String>,
    fix: Option<String>,
    exemption: Option<String>,
    annotation: String,
    resource: OneResource<'a>,
    source: OneSource<'a>,
    requirements: Vec<Requirement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneResource<'a> {
    resource_type: &'a str,
    id: &'a str,
    name: &'a str,
    arn: Option<&'a str>,
    account_id: Option<&'a str>,
    region: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneSource<'a> {
    name: &'a str,
    kind: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    recorded_at: Option<String>,
}

#[derive(Serialize)]
struct Requirement<'a> {
    framework: &'a str,
    ids: &'a [&'a str],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneFailure<'a> {
    source: &'a str,
    kind: &'a str,
    message: &'a str,
    account_id: Option<&'a str>,
    region: Option<&'a str>,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let looked_at = report.looked_at.iter();
        let failures = report.failures.iter();
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: words::TOOL, version: words::VERSION },
            at: words::time(report.at),
            command: report.command,
            complete: report.failures.is_empty(),
            summary: Counts::of(report),
            looked_at: looked_at
                .map(|looked| LookedAt { name: &looked.name, kind: looked.kind, resources: looked.resources })
                .collect(),
            results: report.judged.iter().map(OneResult::of).collect(),
            failures: failures
                .map(|failure| OneFailure {
                    source: &failure.source,
                    kind: failure.kind.as_str(),
                    message: &failure.message,
                    account_id: failure.account_id.as_deref(),
                    region: failure.region.as_deref(),
                })
                .collect(),
        }
    }
}

impl Counts {
    fn of(report: &Report) -> Self {
        let of = |severity| {
            let such = report.judged.iter().filter(|judged| judged.severity() == severity);
            Count::from(Summary::of(such))
        };
        Self {
            all: Summary::of(&report.judged).into(),
            by_severity: BySeverity {
                critical: of(Severity::Critical),
                high: of(Severity::High),
                medium: of(Severity::Medium),
                low: of(Severity::Low),
            },
        }
    }
}

impl From<Summary> for Count {
    fn from(summary: Summary) -> Self {
        let Summary { non_compliant, unknown, compliant, not_applicable } = summary;
        Self { non_compliant, unknown, compliant, not_applicable }
    }
}

impl<'a> OneResult<'a> {
    fn of(judged: &'a crate::Judged) -> Self {
        let Resource { resource_type, id, name, arn, account_id, region } = &judged.resource;
        let Source { name: file, kind, position, recorded_at, planned_fix: _ } = &judged.source;
        let requirements = judged.rule.requirements.iter();
        Self {
            id: fingerprint::of(judged),
            rule: judged.rule.identifier,
            severity: judged.severity().as_str(),
            compliance_type: judged.compliance_type().as_str(),
            unknown: judged.is_unknown(),
            reason: judged.reason(),
            evidence: judged.evidence(),
            fix: judged.fix(),
            exemption: judged.exemption(),
            annotation: judged.verdict.annotation().to_string(),
            resource: OneResource {
                resource_type,
                id,
                name,
                arn: arn.as_deref(),
                account_id: account_id.as_deref(),
                region: region.as_deref(),
            },
            source: OneSource {
                name: file,
                kind,
                line: position.map(|position| position.line),
                column: position.map(|position| position.column),
                recorded_at: recorded_at.map(words::time),
            },
            requirements: requirements
                .map(|requirement| Requirement { framework: requirement.framework, ids: requirement.ids })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

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

    #[test]
    fn what_is_written_is_as_the_schema_says() {
        let report = crate::sample::report().unwrap();
        assert_eq!(faults(&written(&report)), Vec::<String>::new());
        let complete = Report { failures: vec![], command: "scan", ..report };
        assert_eq!(faults(&written(&complete)), Vec::<String>::new());
        assert_eq!(written(&complete)["complete"], true);
    }

    #[test]
    fn the_schema_takes_nothing_else() {
        let whole = written(&crate::sample::report().unwrap());
        for (pointer, value) in [
            ("/schemaVersion", json!(2)),
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

    /// Every object, at every depth: each member is needed, and no other is taken.
    #[test]
    fn the_schema_is_strict_everywhere() {
        fn objects(pointer: &str, value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => {
                    found.push(pointer.to_owned());
                    members
                        .iter()
                        .for_each(|(name, value)| objects(&format!("{pointer}/{name}"), value, found));
                }
                Value::Array(values) => {
                    let numbered = values.iter().enumerate();
                    numbered.for_each(|(i, value)| objects(&format!("{pointer}/{i}"), value, found));
                }
                _ => {}
            }
        }
        let mut small = written(&crate::sample::report().unwrap());
        for list in ["lookedAt", "results", "failures"] {
            small[list].as_array_mut().unwrap().truncate(1);
        }
        let mut found = Vec::new();
        objects("", &small, &mut found);
        for pointer in found {
            let mut more = small.clone();
            more.pointer_mut(&pointer).unwrap()["other"] = Value::Null;
            assert_ne!(faults(&more), Vec::<String>::new(), "{pointer} takes a member that is not described");
            let members: Vec<String> =
                small.pointer(&pointer).unwrap().as_object().unwrap().keys().cloned().collect();
            for member in members {
                let mut less = small.clone();
                less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(&member);
                assert_ne!(faults(&less), Vec::<String>::new(), "{pointer} does without {member}");
            }
        }
    }

    #[test]
    fn the_document_says_what_was_found() {
        let document = written(&crate::sample::report().unwrap());
        let counts = |all: [usize; 4]| json!({ "nonCompliant": all[0], "unknown": all[1], "compliant": all[2], "notApplicable": all[3] });
        let mut summary = counts([7, 1, 4, 1]);
        summary["bySeverity"] = json!({
            "CRITICAL": counts([5, 1, 3, 0]), "HIGH": counts([0; 4]),
            "MEDIUM": counts([1, 0, 0, 1]), "LOW": counts([1, 0, 1, 0]),
        });
        assert_eq!(document["summary"], summary);
        assert_eq!(document["tool"], json!({ "name": "dms-rule", "version": env!("CARGO_PKG_VERSION") }));
        assert_eq!(document["at"], "2026-10-01T06:00:00.000Z");
        assert_eq!(document["complete"], false);
        assert_eq!(
            document["lookedAt"][1],
            json!({ "name": "config/snapshot 1.json", "kind": "AWS Config snapshot", "resources": 4 })
        );
        let of = |name: &str| {
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
            "fix": "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
            "exemption": null,
            "annotation": "PLAINTEXT: SslMode=none; engine mysql; endpoint crm. Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
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
                "kind": "AWS Config snapshot",
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
        assert_eq!(of("crm"), crm);
        assert_eq!(of("lost")["unknown"], true);
        assert_eq!(of("lost")["complianceType"], "NON_COMPLIANT");
        assert_eq!(of("Orders")["source"]["line"], 12);
        assert_eq!(of("Orders")["source"]["column"], 7);
        assert_eq!(of("Orders")["fix"], "PubliclyAccessible: false");
        assert_eq!(of("exempt")["exemption"], "exempt until 2026-12-31 (OPS-12, \"vendor\" cut-over)");
        let failure = json!({
            "source": "123456789012 us-east-1", "kind": "Denied", "accountId": "123456789012", "region": "us-east-1",
            "message": "dms:DescribeEndpoints is denied to role/audit; allow it",
        });
        assert_eq!(document["failures"][1], failure);
    }
}
