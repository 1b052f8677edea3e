//! The report as a JSON list of findings in the AWS Security Finding Format (ASFF).
//!
//! BatchImportFindings accepts at most 100 findings a call. The product is the default product of the account the
//! resource is in, so that account has to make the call, in the Region of the resource.
//!
//! COMPLIANT is PASSED, so that Security Hub resolves earlier findings. NON_COMPLIANT is FAILED, UNKNOWN included.
//! NOT_APPLICABLE is NOT_AVAILABLE and archived, as for Security Hub's own controls. No workflow status is written:
//! Security Hub would not undo a suppression when the exemption ends.
//!
//! A finding needs an account and a Region. Results without them, such as those of most planned resources, are not in
//! the list: [`omitted`] counts them, and the caller must report the count. The list has no failures either.
//!
//! Source of the member names and limits: the ASFF syntax in the AWS Security Hub user guide,
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html>.

use std::io;

use rule_core::arn::partition_of_region;
use rule_core::text::{cut, one_line};
use rule_core::{Arn, ComplianceType, ResourceType};
use serde_json::{Map, Value, json};

use crate::nulls::without_nulls;
use crate::text::{self, TOOL, VERSION};
use crate::{Evaluation, Report, fingerprint};

/// Writes the list, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let worst = fingerprint::worst_of_each(report);
    let findings: Vec<Value> = worst
        .iter()
        .filter_map(|(id, evaluation)| Some(finding(report, id, evaluation, account_and_region(evaluation)?)))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &findings)?;
    out.write_all(b"\n")
}

/// Counts the evaluations that are not in the list because their account (12 digits) or Region is not known.
#[must_use]
pub fn omitted(report: &Report) -> usize {
    report.evaluations.iter().filter(|evaluation| account_and_region(evaluation).is_none()).count()
}

fn account_and_region(evaluation: &Evaluation) -> Option<(&str, &str)> {
    let account = evaluation.resource.account_id.as_deref()?;
    let region = evaluation.resource.region.as_deref().filter(|region| !region.trim().is_empty())?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some((account, region))
}

fn finding(report: &Report, id: &str, evaluation: &Evaluation, (account, region): (&str, &str)) -> Value {
    let at = text::time(report.at);
    let severity = evaluation.severity().as_str();
    let (status, label, state) = match evaluation.compliance_type() {
        ComplianceType::NonCompliant => ("FAILED", severity, "ACTIVE"),
        ComplianceType::Compliant => ("PASSED", "INFORMATIONAL", "ACTIVE"),
        ComplianceType::NotApplicable => ("NOT_AVAILABLE", "INFORMATIONAL", "ARCHIVED"),
    };
    let rule = evaluation.rule;
    let mut requirements = text::requirements(rule.requirements);
    requirements.truncate(32);
    let partition = partition(evaluation, region);
    let remedy = evaluation.fix().map(|fix| cut(&one_line(&fix), 512));
    without_nulls(json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("{TOOL}/{}/{id}", rule.identifier),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "GeneratorId": format!("{TOOL}/{}", rule.identifier),
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": { "Label": label, "Original": severity },
        "Title": cut(rule.summary(), 256),
        "Description": cut(&evaluation.text(), 1024),
        "Remediation": remedy.map(|text| json!({ "Recommendation": { "Text": text } })),
        "Resources": [resource(evaluation, partition, region)],
        "Compliance": { "Status": status, "RelatedRequirements": requirements },
        "RecordState": state,
        "ProductFields": product_fields(evaluation),
    }))
}

/// Returns the partition of the ARN, or of the Region if the ARN is not known.
fn partition<'a>(evaluation: &'a Evaluation, region: &str) -> &'a str {
    let arn = evaluation.resource.arn.as_deref().and_then(Arn::parse);
    let known = arn.map(|arn| arn.partition).filter(|partition| !partition.is_empty());
    known.unwrap_or_else(|| partition_of_region(region))
}

fn resource(evaluation: &Evaluation, partition: &str, region: &str) -> Value {
    let resource = &evaluation.resource;
    let id = resource.arn.as_ref().unwrap_or(&resource.id);
    let name = one_line(&resource.name);
    let (kind, details) = match ResourceType::from_name(&resource.resource_type) {
        Some(ResourceType::ReplicationInstance) => {
            ("AwsDmsReplicationInstance", json!({ "ReplicationInstanceIdentifier": name }))
        }
        Some(ResourceType::Endpoint) => ("AwsDmsEndpoint", json!({ "EndpointIdentifier": name })),
        Some(ResourceType::ReplicationTask) => {
            ("AwsDmsReplicationTask", json!({ "ReplicationTaskIdentifier": name }))
        }
        _ => ("Other", json!({ "ResourceType": resource.resource_type, "Name": name })),
    };
    // The values of ASFF's Partition differ from the partitions of ARNs; some partitions have none (API reference of
    // Security Hub, "Resource").
    let partition = match partition {
        "aws" | "aws-cn" | "aws-us-gov" => Some(partition),
        "aws-iso" => Some("aws-us-iso"),
        "aws-iso-b" => Some("aws-us-iso-b"),
        _ => None,
    };
    let details = (!name.is_empty()).then(|| json!({ kind: details }));
    json!({ "Type": kind, "Id": id, "Partition": partition, "Region": region, "Details": details })
}

/// Builds the product fields. A value has at most 2048 characters. An empty value is rejected, so its field is left
/// out.
fn product_fields(evaluation: &Evaluation) -> Value {
    let source = &evaluation.source;
    let fields = [
        ("ComplianceType", evaluation.compliance_type().as_str().to_owned()),
        ("Unknown", evaluation.is_unknown().to_string()),
        ("Exemption", evaluation.exemption().unwrap_or_default()),
        ("Source", text::place(source)),
        ("SourceKind", source.kind.to_string()),
        ("Version", VERSION.to_owned()),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| {
        let value = cut(&one_line(&value), 2048);
        (!value.is_empty()).then(|| (format!("{TOOL}/{name}"), value.into()))
    });
    fields.collect::<Map<String, Value>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(report: &Report) -> Vec<Value> {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn named(name: &str) -> Value {
        let all = findings(&crate::sample::report().unwrap());
        let arn = format!("arn:aws:dms:eu-west-1:123456789012:rep:{name}");
        all.into_iter().find(|finding| finding["Resources"][0]["Id"] == arn).unwrap()
    }

    #[test]
    fn a_finding_has_the_members_that_security_hub_accepts() {
        let expected = json!({
            "SchemaVersion": "2018-10-08",
            "Id": concat!(
                "dms-rule/dms-endpoint-ssl-configured/",
                "e9fe3dd0d259d73f0d6ab4112b36aa9f08a0f982c073a37caa5e661d531fdeae",
            ),
            "ProductArn": "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
            "GeneratorId": "dms-rule/dms-endpoint-ssl-configured",
            "AwsAccountId": "123456789012",
            "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
            "CreatedAt": "2026-10-01T06:00:00.000Z",
            "UpdatedAt": "2026-10-01T06:00:00.000Z",
            "Severity": { "Label": "MEDIUM", "Original": "MEDIUM" },
            "Title": "A DMS endpoint must connect with TLS where its engine has the setting SslMode.",
            "Description": concat!(
                "PLAINTEXT: SslMode=none; engine mysql; endpoint crm. ",
                "Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
            ),
            "Resources": [{
                "Type": "AwsDmsEndpoint",
                "Id": "arn:aws:dms:eu-west-1:123456789012:rep:CRM",
                "Partition": "aws",
                "Region": "eu-west-1",
                "Details": { "AwsDmsEndpoint": { "EndpointIdentifier": "crm" } },
            }],
            "Compliance": { "Status": "FAILED", "RelatedRequirements": [
                "Security Hub DMS.9", "AWS Config managed rule DMS_ENDPOINT_SSL_CONFIGURED",
                "Control Tower CT.DMS.PR.2", "NIST SP 800-53 r5 AC-4", "NIST SP 800-53 r5 SC-13",
                "NIST SP 800-53 r5 SC-23", "PCI DSS v4.0.1 4.2.1",
            ] },
            "RecordState": "ACTIVE",
            "Remediation": { "Recommendation": {
                "Text": "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes",
            } },
            "ProductFields": {
                "dms-rule/ComplianceType": "NON_COMPLIANT",
                "dms-rule/Unknown": "false",
                "dms-rule/Source": "config/snapshot 1.json",
                "dms-rule/SourceKind": "AWS Config snapshot or history file",
                "dms-rule/Version": env!("CARGO_PKG_VERSION"),
            },
        });
        assert_eq!(named("CRM"), expected);
    }

    #[test]
    fn unknown_is_failed_and_only_compliant_is_passed() {
        for (name, status, label, state) in [
            ("LOST", "FAILED", "CRITICAL", "ACTIVE"),
            ("EXPIRED", "FAILED", "CRITICAL", "ACTIVE"),
            ("ORDERS", "PASSED", "INFORMATIONAL", "ACTIVE"),
            ("EXEMPT", "PASSED", "INFORMATIONAL", "ACTIVE"),
            ("CLICKS", "NOT_AVAILABLE", "INFORMATIONAL", "ARCHIVED"),
        ] {
            let finding = named(name);
            assert_eq!(finding["Compliance"]["Status"], status, "{name}");
            assert_eq!(finding["Severity"]["Label"], label, "{name}");
            assert_eq!(finding["RecordState"], state, "{name}");
            assert_eq!(finding.get("Workflow"), None);
        }
        let text = concat!(
            "EXEMPT until 2026-12-31 (OPS-12, \"vendor\" cut-over): ",
            "PUBLIC: PubliclyAccessible=true; no public IP; instance exempt.",
        );
        assert_eq!(named("EXEMPT")["Description"], text);
        assert_eq!(named("SUBNETS")["Resources"][0]["Type"], "Other");
    }

    #[test]
    fn results_that_cannot_be_imported_are_counted() {
        let mut report = crate::sample::report().unwrap();
        assert_eq!(omitted(&report), 3);
        assert_eq!(findings(&report).len(), 10);
        for (account, region) in [
            (Some("12345678901"), Some("eu-west-1")),
            (Some("12345678901x"), Some("eu-west-1")),
            (Some("123456789012"), Some(" ")),
            (Some("123456789012"), None),
            (None, Some("eu-west-1")),
        ] {
            let resource = &mut report.evaluations[2].resource;
            resource.account_id = account.map(str::to_owned);
            resource.region = region.map(str::to_owned);
            assert_eq!((omitted(&report), findings(&report).len()), (4, 9), "{account:?} {region:?}");
        }
    }

    #[test]
    fn a_finding_of_each_partition_names_its_product() {
        let mut evaluation = crate::sample::report().unwrap().evaluations[2].clone();
        for (arn, region, expected, word) in [
            (Some("arn:aws-cn:dms:cn-north-1:123456789012:rep:A"), "cn-north-1", "aws-cn", Some("aws-cn")),
            (None, "us-gov-west-1", "aws-us-gov", Some("aws-us-gov")),
            (None, "us-iso-east-1", "aws-iso", Some("aws-us-iso")),
            (None, "eusc-de-east-1", "aws-eusc", None),
            (None, "us-east-1", "aws", Some("aws")),
        ] {
            evaluation.resource.arn = arn.map(str::to_owned);
            assert_eq!(partition(&evaluation, region), expected);
            let resource = resource(&evaluation, expected, region);
            assert_eq!(resource.get("Partition").and_then(Value::as_str), word);
        }
    }

    #[test]
    fn texts_are_cut_to_the_limits_of_the_format() {
        let mut report = crate::sample::report().unwrap();
        report.evaluations[2].verdict.finding.fact = "x".repeat(2000);
        report.evaluations[2].source.own_fix = Some("é".repeat(600));
        report.evaluations[2].source.name = "f".repeat(3000);
        let finding = &findings(&report)[0];
        let length = |text: &Value| text.as_str().unwrap().chars().count();
        assert_eq!(length(&finding["Description"]), 1024);
        assert_eq!(length(&finding["Remediation"]["Recommendation"]["Text"]), 512);
        assert_eq!(length(&finding["ProductFields"]["dms-rule/Source"]), 2048);
    }
}
