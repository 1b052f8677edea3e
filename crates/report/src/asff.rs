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
//! the list: [`omitted`] counts them, and the caller must report the count.
//!
//! Each account and Region has one more finding, about the run: PASSED if everything was evaluated and every result is in the
//! list, else WARNING. A list that lacks something so never reads as clean, and the next whole run resolves the finding.
//!
//! Source of the member names and limits: the ASFF syntax in the AWS Security Hub user guide,
//! <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html>.

use std::collections::BTreeMap;
use std::{fmt, io};

use rule_core::arn::partition_of_region;
use rule_core::text::{cut, one_line};
use rule_core::{Arn, ComplianceType, ResourceType};
use serde_json::{Map, Value, json};

use crate::nulls::without_nulls;
use crate::text::{self, TOOL, VERSION};
use crate::{Evaluation, Failure, Report, commands, fingerprint};

/// The number of findings that a call of BatchImportFindings accepts.
const BATCH_MAXIMUM: usize = 100;

/// Writes the list, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let findings: Vec<Value> = findings(report).into_values().flatten().collect();
    serde_json::to_writer_pretty(&mut *out, &findings)?;
    out.write_all(b"\n")
}

/// Findings that one call of BatchImportFindings accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The name of a file for them: `123456789012-eu-west-1-001.json`, by account, Region and number from 1.
    pub file_name: String,
    /// The JSON list of at most 100 findings of one account and Region.
    pub json: String,
}

/// Lists the findings in batches that BatchImportFindings accepts: the product is that of the account, so each account
/// imports its own, in the Region of the resources, at most 100 a call (API reference of Security Hub).
///
/// # Errors
/// Returns the error of the serializer.
pub fn batches(report: &Report) -> io::Result<Vec<Batch>> {
    let mut batches = Vec::new();
    for ((account, region), findings) in findings(report) {
        for (number, findings) in findings.chunks(BATCH_MAXIMUM).enumerate() {
            let file_name = format!("{account}-{region}-{:03}.json", number + 1);
            batches.push(Batch { file_name, json: serde_json::to_string_pretty(findings)? + "\n" });
        }
    }
    Ok(batches)
}

/// Lists the findings by account and Region: first that about the run.
fn findings(report: &Report) -> BTreeMap<(&str, &str), Vec<Value>> {
    let mut findings: BTreeMap<(&str, &str), Vec<Value>> = BTreeMap::new();
    for source in report.sources.iter().filter(|source| source.kind.is_live()) {
        if let Some((account, region)) =
            source.name.split_once(' ').filter(|(account, _)| is_account(account))
        {
            findings.entry((account, region)).or_default();
        }
    }
    for Failure { account_id, region, .. } in &report.failures {
        if let (Some(account), Some(region)) = (account_id.as_deref(), region.as_deref()) {
            findings.entry((account, region)).or_default();
        }
    }
    for place in report.evaluations.iter().filter_map(account_and_region) {
        findings.entry(place).or_default();
    }
    findings.retain(|(account, _), _| is_account(account));
    let run = RunFindings::new(report);
    for (place, findings) in &mut findings {
        findings.push(run.finding(*place));
    }
    for (id, evaluation) in fingerprint::worst_of_each(report) {
        if let Some(place) = account_and_region(evaluation) {
            findings.entry(place).or_default().push(finding(report, &id, evaluation, place));
        }
    }
    findings
}

/// The findings about a run, and what is the same in all of them.
struct RunFindings<'a> {
    report: &'a Report,
    /// The filter, if it hides what is NON_COMPLIANT.
    hiding: Option<String>,
    command_line: String,
    product_fields: Value,
}

impl<'a> RunFindings<'a> {
    fn new(report: &'a Report) -> Self {
        let facts = text::about(report).into_iter().filter(|(name, _)| !text::is_repeated(name));
        Self {
            report,
            hiding: text::filter(report).filter(|_| text::hidden(report) > 0),
            command_line: text::command_line(report),
            product_fields: product_fields(facts.map(|(name, value)| (name.replace(' ', ""), value))),
        }
    }

    /// Builds the finding about the run in one account and Region.
    fn finding(&self, (account, region): (&str, &str)) -> Value {
        let at = text::time(self.report.at);
        let is_about = |failure: &&Failure| {
            let other =
                |given: &Option<String>, here: &str| given.as_deref().is_some_and(|given| given != here);
            !other(&failure.account_id, account) && !other(&failure.region, region)
        };
        let failures = self.report.failures.iter().filter(is_about).map(Failure::text);
        let defects: Vec<String> = failures.chain(self.hiding.clone()).collect();
        let (status, severity, title) = if defects.is_empty() {
            ("PASSED", "INFORMATIONAL", "dms-rule evaluated every DMS resource of this account and Region.")
        } else {
            (
                "WARNING",
                "HIGH",
                "dms-rule did not evaluate or not report every DMS resource of this account and Region.",
            )
        };
        let description = if defects.is_empty() { self.command_line.clone() } else { defects.join("; ") };
        json!({
            "SchemaVersion": "2018-10-08",
            "Id": format!("{TOOL}/run/{account}/{region}"),
            "ProductArn": product(partition_of_region(region), region, account),
            "GeneratorId": format!("{TOOL}/run"),
            "AwsAccountId": account,
            "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
            "CreatedAt": at,
            "UpdatedAt": at,
            "Severity": { "Label": severity, "Original": severity },
            "Title": title,
            "Description": cut(&one_line(&description), 1024),
            "Resources": [{ "Type": "AwsAccount", "Id": format!("AWS::::Account:{account}"), "Region": region }],
            "Compliance": { "Status": status },
            "RecordState": "ACTIVE",
            "ProductFields": self.product_fields,
        })
    }
}

fn product(partition: &str, region: &str, account: &str) -> String {
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}

/// Counts the evaluations that are not in the list because their account (12 digits) or Region is not known.
#[must_use]
pub fn omitted(report: &Report) -> usize {
    report.evaluations.iter().filter(|evaluation| account_and_region(evaluation).is_none()).count()
}

fn account_and_region(evaluation: &Evaluation) -> Option<(&str, &str)> {
    let account = evaluation.resource.account_id.as_deref()?;
    let region = evaluation.resource.region.as_deref().filter(|region| !region.trim().is_empty())?;
    is_account(account).then_some((account, region))
}

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
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
    let remedy = evaluation.fix().map(|fix| {
        json!({ "Recommendation": {
            "Text": cut(&one_line(&fix), 512),
            "Url": report.docs_url.as_ref().map(|_| report.page(rule)),
        } })
    });
    without_nulls(json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("{TOOL}/{}/{id}", rule.identifier),
        "ProductArn": product(partition, region, account),
        "GeneratorId": format!("{TOOL}/{}", rule.identifier),
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": { "Label": label, "Original": severity },
        "Title": cut(rule.summary(), 256),
        "Description": cut(&evaluation.text(), 1024),
        "Remediation": remedy,
        "Resources": [resource(evaluation, partition, region)],
        "Compliance": { "Status": status, "RelatedRequirements": requirements },
        "RecordState": state,
        "ProductFields": fields(report, evaluation),
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

fn fields(report: &Report, evaluation: &Evaluation) -> Value {
    let source = &evaluation.source;
    product_fields([
        ("ComplianceType", evaluation.compliance_type().as_str().to_owned()),
        ("Unknown", evaluation.is_unknown().to_string()),
        ("Exemption", evaluation.exemption().unwrap_or_default()),
        ("Exempt", evaluation.is_exempt().to_string()),
        ("Source", text::place(source)),
        ("SourceKind", source.kind.to_string()),
        ("Commands", commands(evaluation).join("; ")),
        ("Page", report.page(evaluation.rule)),
        ("Version", VERSION.to_owned()),
    ])
}

/// Builds the product fields. A value has at most 2048 characters. An empty value is rejected, so its field is left
/// out.
fn product_fields(fields: impl IntoIterator<Item = (impl fmt::Display, String)>) -> Value {
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
        let all: Vec<Value> = serde_json::from_slice(&out).unwrap();
        all.into_iter().filter(|finding| finding["GeneratorId"] != "dms-rule/run").collect()
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
                "dms-rule/Exempt": "false",
                "dms-rule/Commands": concat!(
                    "aws dms describe-endpoints --filters ",
                    "Name=endpoint-arn,Values=arn:aws:dms:eu-west-1:123456789012:rep:CRM --region eu-west-1",
                ),
                "dms-rule/Page": "dms-rule rules dms-endpoint-ssl-configured",
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

    /// Returns the status of the finding about the run for each place of the list.
    fn runs(report: &Report) -> Vec<(String, String)> {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        let all: Vec<Value> = serde_json::from_slice(&out).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let runs = all.iter().filter(|finding| finding["GeneratorId"] == "dms-rule/run");
        runs.map(|run| (text(&run["Resources"][0]["Region"]), text(&run["Compliance"]["Status"]))).collect()
    }

    #[test]
    fn a_list_that_lacks_something_is_no_clean_list() {
        let mut report = crate::sample::report().unwrap();
        let warning = |region: &str| (region.to_owned(), "WARNING".to_owned());
        // Two files could not be read, which may be about any place.
        assert_eq!(runs(&report), ["eu-west-1", "us-east-1", "us-west-2"].map(warning));
        report.failures.retain(|failure| failure.account_id.is_some());
        assert_eq!(runs(&report)[0], ("eu-west-1".to_owned(), "PASSED".to_owned()));
        assert_eq!(runs(&report)[1..], ["us-east-1", "us-west-2"].map(warning));
        report.failures.clear();
        assert_eq!(runs(&report), [("eu-west-1".to_owned(), "PASSED".to_owned())]);
        report.only = vec![crate::Filter::Compliant];
        assert_eq!(runs(&report), [warning("eu-west-1")]);
    }

    #[test]
    fn a_batch_holds_what_one_call_accepts() {
        let mut report = crate::sample::report().unwrap();
        let one = report.evaluations[2].clone();
        for number in 0..250 {
            let mut other = one.clone();
            other.resource.id = format!("i-{number}");
            report.evaluations.push(other);
        }
        let mut elsewhere = one;
        elsewhere.resource.region = Some("eu-central-1".to_owned());
        report.evaluations.push(elsewhere);
        let batches = batches(&report).unwrap();
        let names: Vec<&str> = batches.iter().map(|batch| batch.file_name.as_str()).collect();
        let expected = [
            "eu-central-1-001",
            "eu-west-1-001",
            "eu-west-1-002",
            "eu-west-1-003",
            "us-east-1-001",
            "us-west-2-001",
        ];
        assert_eq!(names, expected.map(|name| format!("123456789012-{name}.json")));
        let all = findings(&report).len();
        let mut found = 0;
        for batch in &batches {
            let list: Vec<Value> = serde_json::from_str(&batch.json).unwrap();
            assert!(list.len() <= 100);
            let place = |finding: &Value| {
                (finding["AwsAccountId"].clone(), finding["Resources"][0]["Region"].clone())
            };
            assert!(list.windows(2).all(|two| place(&two[0]) == place(&two[1])), "{}", batch.file_name);
            found += list.iter().filter(|finding| finding["GeneratorId"] != "dms-rule/run").count();
        }
        assert_eq!(found, all);
    }
}
