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

mod archive;
mod product;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::{fmt, io};

use rule_core::arn::partition_of_region;
use rule_core::text::{cut, one_line};
use rule_core::{Arn, ComplianceType, ResourceType};
use serde_json::{Map, Value, json};

use product::{generator, product_arn};

use crate::nulls::without_nulls;
use crate::text::{self, TOOL, VERSION};
use crate::{Evaluation, Failure, Report, commands, fingerprint};

pub use archive::Archive;

/// The number of findings that a call of BatchImportFindings accepts.
const BATCH_MAXIMUM: usize = 100;

/// The number of bytes of the findings of a call: less than the 6 MB that it accepts.
const BATCH_BYTES: usize = 5_000_000;

/// The type of every finding. Type and severity are in `FindingProviderFields` too: BatchImportFindings changes those of a
/// finding that exists by these only (API reference of Security Hub).
const TYPE: &str = "Software and Configuration Checks/AWS Security Best Practices";

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
        for (number, findings) in split(findings).into_iter().enumerate() {
            let file_name = format!("{account}-{region}-{:03}.json", number + 1);
            batches.push(Batch { file_name, json: serde_json::to_string_pretty(&findings)? + "\n" });
        }
    }
    Ok(batches)
}

/// Splits findings into lists that one call of BatchImportFindings accepts.
#[must_use]
pub fn split(findings: Vec<Value>) -> Vec<Vec<Value>> {
    let mut lists: Vec<Vec<Value>> = Vec::new();
    let mut room = 0;
    for finding in findings {
        let bytes = serde_json::to_vec(&finding).map_or(BATCH_BYTES, |bytes| bytes.len() + 1);
        match lists.last_mut() {
            Some(list) if list.len() < BATCH_MAXIMUM && bytes <= room => list.push(finding),
            _ => {
                lists.push(vec![finding]);
                room = BATCH_BYTES;
            }
        }
        room = room.saturating_sub(bytes);
    }
    lists
}

/// The findings of places, by account and Region.
pub type ByPlace<'a, T> = BTreeMap<(&'a str, &'a str), T>;

/// Lists the findings by account and Region: first that about the run.
fn findings(report: &Report) -> ByPlace<'_, Vec<Value>> {
    let mut findings: ByPlace<'_, Vec<Value>> =
        run_findings(report).into_iter().map(|(place, finding)| (place, vec![finding])).collect();
    for (place, more) in result_findings(report) {
        findings.entry(place).or_default().extend(more);
    }
    findings
}

/// Lists the findings about results by account and Region.
#[must_use]
pub fn result_findings(report: &Report) -> ByPlace<'_, Vec<Value>> {
    let mut findings: ByPlace<'_, Vec<Value>> = BTreeMap::new();
    for (id, evaluation) in fingerprint::worst_of_each(report) {
        if let Some(place) = account_and_region(evaluation) {
            findings.entry(place).or_default().push(finding(report, &id, evaluation, place));
        }
    }
    findings
}

/// Builds the finding about the run for each account and Region that the report is about.
#[must_use]
pub fn run_findings(report: &Report) -> ByPlace<'_, Value> {
    let sources = report.sources.iter().filter(|source| source.kind.is_live());
    let read = sources.filter_map(|source| source.name.split_once(' '));
    let failed = report
        .failures
        .iter()
        .filter_map(|failure| Some((failure.account_id.as_deref()?, failure.region.as_deref()?)));
    let evaluated = report.evaluations.iter().filter_map(account_and_region);
    let places = read.chain(failed).chain(evaluated).filter(|(account, _)| is_account(account));
    let run = RunFindings::new(report);
    places.collect::<BTreeSet<_>>().into_iter().map(|place| (place, run.finding(place))).collect()
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
            "ProductArn": product_arn(partition_of_region(region), region, account),
            "GeneratorId": generator("run"),
            "AwsAccountId": account,
            "Types": [TYPE],
            "CreatedAt": at,
            "UpdatedAt": at,
            "Severity": { "Label": severity, "Original": severity },
            "FindingProviderFields": { "Severity": { "Label": severity, "Original": severity }, "Types": [TYPE] },
            "Title": title,
            "Description": cut(&one_line(&description), 1024),
            "Resources": [{ "Type": "AwsAccount", "Id": format!("AWS::::Account:{account}"), "Region": region }],
            "Compliance": { "Status": status },
            "RecordState": "ACTIVE",
            "ProductFields": self.product_fields,
        })
    }
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
        "ProductArn": product_arn(partition, region, account),
        "GeneratorId": generator(rule.identifier),
        "AwsAccountId": account,
        "Types": [TYPE],
        "CreatedAt": at,
        "UpdatedAt": at,
        "Severity": { "Label": label, "Original": severity },
        "FindingProviderFields": { "Severity": { "Label": label, "Original": severity }, "Types": [TYPE] },
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
