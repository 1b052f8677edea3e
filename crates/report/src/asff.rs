//! The report as findings in the AWS Security Finding Format, a JSON list.
//!
//! BatchImportFindings takes at most 100 of them a call. The product is the default one of the account that the
//! resource is in, so the call is made by that account, in that Region.
//!
//! COMPLIANT is there as PASSED, so that Security Hub resolves what it held; NON_COMPLIANT, known or not, is FAILED;
//! NOT_APPLICABLE is NOT_AVAILABLE and archived, as with Security Hub's own controls. A workflow status is never
//! written: Security Hub does not take back a suppression when the exemption is over.
//!
//! A finding needs an account and a Region. What has none, such as most of what is only planned, cannot be imported
//! and is not in the list: [`omitted`] counts it, and whoever writes the list must say so. Nor can the list tell what
//! could not be read or asked.

use std::io;

use rule_core::ComplianceType;
use serde_json::{Map, Value, json};

use crate::known::known;
use crate::{Judged, Report, fingerprint, words};

/// Writes the list, indented, with a line break at the end.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let worst = fingerprint::worst_of_each(report);
    let findings: Vec<Value> = worst
        .iter()
        .filter_map(|(id, judged)| Some(finding(report, id, judged, account_and_region(judged)?)))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &findings)?;
    out.write_all(b"\n")
}

/// How many results are not in the list, because their account (12 digits) or Region is not known.
#[must_use]
pub fn omitted(report: &Report) -> usize {
    report.judged.iter().filter(|judged| account_and_region(judged).is_none()).count()
}

fn account_and_region(judged: &Judged) -> Option<(&str, &str)> {
    let account = judged.resource.account_id.as_deref()?;
    let region = judged.resource.region.as_deref().filter(|region| !region.trim().is_empty())?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some((account, region))
}

fn finding(report: &Report, id: &str, judged: &Judged, (account, region): (&str, &str)) -> Value {
    let at = words::time(report.at);
    let (status, label, state) = match judged.compliance_type() {
        ComplianceType::NonCompliant => ("FAILED", judged.severity().as_str(), "ACTIVE"),
        ComplianceType::Compliant => ("PASSED", "INFORMATIONAL", "ACTIVE"),
        ComplianceType::NotApplicable => ("NOT_AVAILABLE", "INFORMATIONAL", "ARCHIVED"),
    };
    let mut requirements = words::requirements(judged.rule.requirements);
    requirements.truncate(32);
    let partition = partition(judged, region);
    let recommendation = judged.fix().map(|fix| words::cut(&words::one_line(&fix), 512));
    known(json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("{}/{}/{id}", words::TOOL, judged.rule.identifier),
        "ProductArn": format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default"),
        "GeneratorId": format!("{}/{}", words::TOOL, judged.rule.identifier),
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": { "Label": label, "Original": judged.severity().as_str() },
        "Title": words::cut(judged.rule.summary(), 256),
        "Description": words::cut(&words::all(judged), 1024),
        "Remediation": recommendation.map(|text| json!({ "Recommendation": { "Text": text } })),
        "Resources": [resource(judged, &partition, region)],
        "Compliance": { "Status": status, "RelatedRequirements": requirements },
        "RecordState": state,
        "ProductFields": product_fields(judged),
    }))
}

/// As in the ARN; else as the Region's name tells.
fn partition(judged: &Judged, region: &str) -> String {
    let of_arn = judged.resource.arn.as_deref().and_then(|arn| arn.strip_prefix("arn:")?.split(':').next());
    let by_prefix = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    let of_region = || by_prefix.iter().find(|(prefix, _)| region.starts_with(prefix)).map(|(_, name)| *name);
    of_arn.filter(|partition| !partition.is_empty()).or_else(of_region).unwrap_or("aws").to_owned()
}

fn resource(judged: &Judged, partition: &str, region: &str) -> Value {
    let of = &judged.resource;
    let id = of.arn.as_ref().unwrap_or(&of.id);
    let name = words::one_line(&of.name);
    let (kind, details) = match of.resource_type.as_str() {
        "AWS::DMS::ReplicationInstance" => {
            ("AwsDmsReplicationInstance", json!({ "ReplicationInstanceIdentifier": name }))
        }
        "AWS::DMS::Endpoint" => ("AwsDmsEndpoint", json!({ "EndpointIdentifier": name })),
        "AWS::DMS::ReplicationTask" => {
            ("AwsDmsReplicationTask", json!({ "ReplicationTaskIdentifier": name }))
        }
        other => ("Other", json!({ "ResourceType": other, "Name": name })),
    };
    // The format has its own words for some partitions and none for others.
    let word = match partition {
        "aws" | "aws-cn" | "aws-us-gov" => Some(partition),
        "aws-iso" => Some("aws-us-iso"),
        "aws-iso-b" => Some("aws-us-iso-b"),
        _ => None,
    };
    let details = (!name.is_empty()).then(|| json!({ kind: details }));
    known(json!({ "Type": kind, "Id": id, "Partition": word, "Region": region, "Details": details }))
}

/// At most 2048 characters each; an empty one is refused.
fn product_fields(judged: &Judged) -> Value {
    let unknown = judged.is_unknown().to_string();
    let (exemption, place) = (judged.exemption().unwrap_or_default(), words::place(&judged.source));
    let fields = [
        ("ComplianceType", judged.compliance_type().as_str()),
        ("Unknown", &unknown),
        ("Exemption", &exemption),
        ("Source", &place),
        ("SourceKind", judged.source.kind),
        ("Version", words::VERSION),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| {
        let value = words::cut(&words::one_line(value), 2048);
        (!value.is_empty()).then(|| (format!("{}/{name}", words::TOOL), value.into()))
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
    fn a_finding_is_as_security_hub_takes_it() {
        let expected = json!({
            "SchemaVersion": "2018-10-08",
            "Id": "dms-rule/dms-endpoint-ssl-configured/e9fe3dd0d259d73f0d6ab4112b36aa9f08a0f982c073a37caa5e661d531fdeae",
            "ProductArn": "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
            "GeneratorId": "dms-rule/dms-endpoint-ssl-configured",
            "AwsAccountId": "123456789012",
            "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
            "CreatedAt": "2026-10-01T06:00:00.000Z",
            "UpdatedAt": "2026-10-01T06:00:00.000Z",
            "Severity": { "Label": "MEDIUM", "Original": "MEDIUM" },
            "Title": "A DMS endpoint must connect with TLS where its engine has the setting SslMode.",
            "Description": "PLAINTEXT: SslMode=none; engine mysql; endpoint crm. Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
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
                "Text": "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes.",
            } },
            "ProductFields": {
                "dms-rule/ComplianceType": "NON_COMPLIANT",
                "dms-rule/Unknown": "false",
                "dms-rule/Source": "config/snapshot 1.json",
                "dms-rule/SourceKind": "AWS Config snapshot",
                "dms-rule/Version": env!("CARGO_PKG_VERSION"),
            },
        });
        assert_eq!(named("CRM"), expected);
    }

    #[test]
    fn unknown_fails_and_only_compliant_passes() {
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
        let words = "EXEMPT until 2026-12-31 (OPS-12, \"vendor\" cut-over): PUBLIC: PubliclyAccessible=true; no public IP; instance exempt.";
        assert_eq!(named("EXEMPT")["Description"], words);
        assert_eq!(named("SUBNETS")["Resources"][0]["Type"], "Other");
    }

    #[test]
    fn what_cannot_be_imported_is_counted() {
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
            let resource = &mut report.judged[2].resource;
            resource.account_id = account.map(str::to_owned);
            resource.region = region.map(str::to_owned);
            assert_eq!((omitted(&report), findings(&report).len()), (4, 9), "{account:?} {region:?}");
        }
    }

    #[test]
    fn each_partition_has_its_product() {
        let mut judged = crate::sample::report().unwrap().judged[2].clone();
        for (arn, region, expected, word) in [
            (Some("arn:aws-cn:dms:cn-north-1:123456789012:rep:A"), "cn-north-1", "aws-cn", Some("aws-cn")),
            (None, "us-gov-west-1", "aws-us-gov", Some("aws-us-gov")),
            (None, "us-iso-east-1", "aws-iso", Some("aws-us-iso")),
            (None, "eusc-de-east-1", "aws-eusc", None),
            (None, "us-east-1", "aws", Some("aws")),
        ] {
            judged.resource.arn = arn.map(str::to_owned);
            assert_eq!(partition(&judged, region), expected);
            let resource = resource(&judged, expected, region);
            assert_eq!(resource.get("Partition").and_then(Value::as_str), word);
        }
    }

    #[test]
    fn texts_are_cut_to_what_the_format_takes() {
        let mut report = crate::sample::report().unwrap();
        report.judged[2].verdict.finding.reason = "x".repeat(2000);
        report.judged[2].source.planned_fix = Some("é".repeat(600));
        report.judged[2].source.name = "f".repeat(3000);
        let finding = &findings(&report)[0];
        let length = |text: &Value| text.as_str().unwrap().chars().count();
        assert_eq!(length(&finding["Description"]), 1024);
        assert_eq!(length(&finding["Remediation"]["Recommendation"]["Text"]), 512);
        assert_eq!(length(&finding["ProductFields"]["dms-rule/Source"]), 2048);
    }
}
