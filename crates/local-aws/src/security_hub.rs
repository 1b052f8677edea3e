//! Security Hub, after the service model `securityhub/2018-10-26` and "AWS Security Finding Format (ASFF)" in the user guide.
//!
//! A finding that lacks a member or has an unknown one fails the call; one whose values are wrong is a failed finding, and
//! the others are imported. It is not documented which defects are of which kind.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::AwsError;
use crate::json_protocol::{Response, list_response};
use crate::paging::page;
use crate::partition::partition_of;
use crate::signature::Caller;

/// The most findings of a call, and of a page.
const BATCH_MAXIMUM: usize = 100;

/// The most bytes of a finding (API reference, `BatchImportFindings`).
const FINDING_BYTES: usize = 240 * 1024;

/// The members of a finding that a provider sends here. The model has more, which no program of this repository sends.
const MEMBERS: [&str; 17] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "Types",
    "CreatedAt",
    "UpdatedAt",
    "Severity",
    "Title",
    "Description",
    "Remediation",
    "ProductFields",
    "Resources",
    "Compliance",
    "RecordState",
    "FindingProviderFields",
];

/// The members that the model or the user guide requires.
const REQUIRED: [&str; 11] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "CreatedAt",
    "UpdatedAt",
    "Severity",
    "Title",
    "Description",
    "Resources",
];

/// The texts with the most characters of each (user guide, "Required top-level ASFF attributes").
const TEXTS: [(&str, usize); 6] = [
    ("Id", 512),
    ("ProductArn", 2048),
    ("GeneratorId", 512),
    ("Title", 256),
    ("Description", 1024),
    ("AwsAccountId", 12),
];

/// The filters of `GetFindings` that this server has.
const FILTERS: [&str; 8] =
    ["ProductArn", "GeneratorId", "AwsAccountId", "Region", "RecordState", "ProductName", "Title", "Id"];

/// Security Hub of one account in one Region.
#[derive(Clone, Debug)]
pub struct SecurityHub {
    /// False if it is not enabled there.
    pub is_enabled: bool,
    /// The findings by product and id, as `GetFindings` returns them.
    pub findings: BTreeMap<(String, String), Value>,
}

impl Default for SecurityHub {
    fn default() -> Self {
        Self { is_enabled: true, findings: BTreeMap::new() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct BatchImportFindings {
    findings: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetFindings {
    #[serde(default)]
    filters: BTreeMap<String, Vec<StringFilter>>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StringFilter {
    value: String,
    comparison: Comparison,
}

/// The comparisons of the model that this server has.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Comparison {
    Equals,
    Prefix,
}

/// Responds to an operation of Security Hub. The first `failures` findings of a batch are failed ones.
///
/// # Errors
/// Returns the error of AWS.
pub(crate) fn respond(
    operation: &str,
    parameters: &Value,
    hub: &mut SecurityHub,
    caller: &Caller,
    failures: usize,
) -> Response {
    if !hub.is_enabled {
        let message = format!("Account {} is not subscribed to AWS Security Hub", caller.account_id);
        return Err(AwsError::new(401, "InvalidAccessException", message));
    }
    match operation {
        "BatchImportFindings" => import(parameters, hub, caller, failures),
        "GetFindings" => list(parameters, hub),
        _ => Err(AwsError::unknown_operation()),
    }
}

fn read<'de, T: Deserialize<'de>>(parameters: &'de Value) -> Result<T, AwsError> {
    T::deserialize(parameters).map_err(|error| invalid(error.to_string()))
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::client("InvalidInputException", message)
}

fn import(parameters: &Value, hub: &mut SecurityHub, caller: &Caller, failures: usize) -> Response {
    let BatchImportFindings { findings } = read(parameters)?;
    if findings.is_empty() || findings.len() > BATCH_MAXIMUM {
        return Err(invalid("Findings must have from 1 to 100 items"));
    }
    for finding in &findings {
        if let Some(name) = finding.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(invalid(format!("a provider does not send {name}")));
        }
        if let Some(name) = REQUIRED.iter().find(|name| finding.get(**name).is_none_or(Value::is_null)) {
            return Err(invalid(format!("{name} is required")));
        }
    }
    let (mut accepted, mut failed) = (0, Vec::new());
    for (index, finding) in findings.into_iter().enumerate() {
        let defect = match (index < failures, defect(&finding, caller)) {
            (true, _) => Some("a fault".to_owned()),
            (false, defect) => defect,
        };
        let key = (text(&finding, "ProductArn").to_owned(), text(&finding, "Id").to_owned());
        if let Some(defect) = defect {
            failed.push(json!({"Id": key.1, "ErrorCode": "InvalidInput", "ErrorMessage": defect}));
            continue;
        }
        accepted += 1;
        let stored = hub.findings.remove(&key);
        hub.findings.insert(key, stored_finding(finding, stored, caller));
    }
    Ok(json!({"FailedCount": failed.len(), "SuccessCount": accepted, "FailedFindings": failed}))
}

fn text<'a>(finding: &'a Map<String, Value>, name: &str) -> &'a str {
    finding.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns what is wrong with the values of a finding that has all its members.
fn defect(finding: &Map<String, Value>, caller: &Caller) -> Option<String> {
    let Caller { account_id, region } = caller;
    let product = format!(
        "arn:{}:securityhub:{region}:{account_id}:product/{account_id}/default",
        partition_of(region)
    );
    if text(finding, "ProductArn") != product {
        return Some(format!("ProductArn must be {product}"));
    }
    if text(finding, "AwsAccountId") != account_id {
        return Some("AwsAccountId must be the account that calls".to_owned());
    }
    if text(finding, "SchemaVersion") != "2018-10-08" {
        return Some("SchemaVersion must be 2018-10-08".to_owned());
    }
    for (name, maximum) in TEXTS {
        let text = text(finding, name);
        if text.trim().is_empty() || text.chars().count() > maximum {
            return Some(format!("{name} must have from 1 to {maximum} characters"));
        }
    }
    for name in ["CreatedAt", "UpdatedAt"] {
        if time(text(finding, name)).is_none() {
            return Some(format!("{name} is not a time"));
        }
    }
    let word = |pointer: &str, words: &[&str]| {
        let value = Value::Object(finding.clone()).pointer(pointer).cloned();
        let is_word = value.is_none_or(|value| value.as_str().is_some_and(|text| words.contains(&text)));
        (!is_word).then(|| format!("{pointer} must be one of {}", words.join(", ")))
    };
    let labels = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
    let wrong = word("/Severity/Label", &labels)
        .or_else(|| word("/FindingProviderFields/Severity/Label", &labels))
        .or_else(|| word("/Compliance/Status", &["PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"]))
        .or_else(|| word("/RecordState", &["ACTIVE", "ARCHIVED"]));
    if wrong.is_some() {
        return wrong;
    }
    let resources = finding.get("Resources").and_then(Value::as_array);
    let is_resource =
        |one: &Value| ["Type", "Id"].iter().all(|name| one.get(*name).is_some_and(Value::is_string));
    if !resources.is_some_and(|list| (1..=32).contains(&list.len()) && list.iter().all(is_resource)) {
        return Some("Resources must have from 1 to 32 items with Type and Id".to_owned());
    }
    if let Some(fields) = finding.get("ProductFields") {
        let is_field = |(name, value): (&String, &Value)| {
            let length = value.as_str().map_or(0, |value| value.chars().count());
            (1..=128).contains(&name.chars().count())
                && !name.starts_with("aws/")
                && (1..=2048).contains(&length)
        };
        if !fields.as_object().is_some_and(|fields| fields.len() <= 50 && fields.iter().all(is_field)) {
            return Some("ProductFields must be 50 texts at most, of which none is of AWS".to_owned());
        }
    }
    let bytes = serde_json::to_vec(finding).map_or(usize::MAX, |bytes| bytes.len());
    (bytes > FINDING_BYTES).then(|| "a finding has 240 KB at most".to_owned())
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
}

/// Returns the finding as `GetFindings` returns it: with members that Security Hub adds. An older update has no effect.
fn stored_finding(mut finding: Map<String, Value>, stored: Option<Value>, caller: &Caller) -> Value {
    let updated = |finding: &Map<String, Value>| time(text(finding, "UpdatedAt"));
    if let Some(Value::Object(stored)) = stored {
        if updated(&stored) > updated(&finding) {
            return Value::Object(stored);
        }
        for name in ["CreatedAt", "Workflow", "WorkflowState"] {
            finding.extend(stored.get(name).map(|value| (name.to_owned(), value.clone())));
        }
    }
    let mut add = |name: &str, value: Value| {
        finding.entry(name).or_insert(value);
    };
    add("RecordState", "ACTIVE".into());
    add("ProductName", "Default".into());
    add("CompanyName", "Personal".into());
    add("Region", caller.region.clone().into());
    add("Workflow", json!({"Status": "NEW"}));
    add("WorkflowState", "NEW".into());
    let id = format!("{}/{}", text(&finding, "ProductArn"), text(&finding, "Id"));
    if let Some(Value::Object(fields)) = finding.get_mut("ProductFields") {
        fields.insert("aws/securityhub/FindingId".to_owned(), id.into());
        fields.insert("aws/securityhub/ProductName".to_owned(), "Default".into());
    }
    Value::Object(finding)
}

fn list(parameters: &Value, hub: &SecurityHub) -> Response {
    let GetFindings { filters, next_token, max_results } = read(parameters)?;
    let size = max_results.unwrap_or(BATCH_MAXIMUM);
    if !(1..=BATCH_MAXIMUM).contains(&size) {
        return Err(invalid("MaxResults must be from 1 to 100"));
    }
    if let Some(name) = filters.keys().find(|name| !FILTERS.contains(&name.as_str())) {
        return Err(invalid(format!("this server has no filter {name}")));
    }
    if filters.values().any(|values| values.len() > 20) {
        return Err(invalid("a filter has 20 values at most"));
    }
    let selects = |finding: &&Value| {
        filters.iter().all(|(name, values)| {
            let text = finding.get(name).and_then(Value::as_str).unwrap_or_default();
            values.iter().any(|StringFilter { value, comparison }| match comparison {
                Comparison::Equals => text == value,
                Comparison::Prefix => text.starts_with(value.as_str()),
            })
        })
    };
    let selected: Vec<Value> = hub.findings.values().filter(selects).cloned().collect();
    let (findings, next) = page(&selected, size, next_token.as_deref(), "InvalidInputException")?;
    Ok(list_response("Findings", findings, next.map(|token| ("NextToken", token))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller() -> Caller {
        Caller { account_id: "123456789012".to_owned(), region: "eu-west-1".to_owned() }
    }

    /// Builds a finding with one member replaced; null for one that it lacks.
    fn finding(name: &str, value: Value) -> Value {
        let mut finding = json!({
            "SchemaVersion": "2018-10-08",
            "Id": "a/1",
            "ProductArn": "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
            "GeneratorId": "a",
            "AwsAccountId": "123456789012",
            "CreatedAt": "2026-10-01T06:00:00.000Z",
            "UpdatedAt": "2026-10-01T06:00:00.000Z",
            "Severity": { "Label": "LOW" },
            "Title": "t",
            "Description": "d",
            "Resources": [{ "Type": "Other", "Id": "r" }],
        });
        finding[name] = value;
        finding
    }

    fn import(hub: &mut SecurityHub, findings: &[Value]) -> Result<(u64, u64), String> {
        let response = respond("BatchImportFindings", &json!({ "Findings": findings }), hub, &caller(), 0);
        let count = |response: &Value, name: &str| response[name].as_u64().unwrap();
        response
            .map(|response| (count(&response, "SuccessCount"), count(&response, "FailedCount")))
            .map_err(|error| error.code.to_string())
    }

    #[test]
    fn what_security_hub_rejects_is_rejected() {
        let hub = &mut SecurityHub::default();
        let good = finding("Title", "t".into());
        assert_eq!(import(hub, &vec![good.clone(); 100]), Ok((100, 0)));
        for batch in [
            vec![],
            vec![good.clone(); 101],
            vec![finding("Titel", "a typo".into())],
            vec![finding("Workflow", json!({ "Status": "NEW" }))],
            vec![finding("Severity", Value::Null)],
            vec![good.clone(), finding("Resources", Value::Null)],
        ] {
            assert_eq!(import(hub, &batch), Err("InvalidInputException".to_owned()), "{batch:?}");
        }
        let product = "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default";
        for (name, value) in [
            ("ProductArn", product.into()),
            ("AwsAccountId", "222222222222".into()),
            ("Title", "x".repeat(257).into()),
            ("Description", " ".into()),
            ("UpdatedAt", "yesterday".into()),
            ("RecordState", "GONE".into()),
            ("Severity", json!({ "Label": "severe" })),
            ("Compliance", json!({ "Status": "COMPLIANT" })),
            ("Resources", json!([])),
            ("ProductFields", json!({ "aws/securityhub/x": "y" })),
            ("ProductFields", json!({ "a": "" })),
            ("ProductFields", json!({ "a": "x".repeat(2049) })),
        ] {
            assert_eq!(
                import(hub, &[finding(name, value.clone()), good.clone()]),
                Ok((1, 1)),
                "{name} {value}"
            );
        }
        hub.is_enabled = false;
        assert_eq!(import(hub, &[good]), Err("InvalidAccessException".to_owned()));
    }

    #[test]
    fn an_update_keeps_what_people_set_and_an_older_one_changes_nothing() {
        let hub = &mut SecurityHub::default();
        import(hub, &[finding("Title", "first".into())]).unwrap();
        let stored = hub.findings.values_mut().next().unwrap();
        stored["Workflow"] = json!({ "Status": "SUPPRESSED" });
        let mut later = finding("Title", "later".into());
        later["UpdatedAt"] = "2026-10-02T06:00:00.000Z".into();
        import(hub, &[later]).unwrap();
        import(hub, &[finding("Title", "older".into())]).unwrap();
        let page = respond("GetFindings", &json!({}), hub, &caller(), 0).unwrap();
        let found = &page["Findings"][0];
        assert_eq!((&found["Title"], &found["Workflow"]["Status"]), (&json!("later"), &json!("SUPPRESSED")));
        assert_eq!(
            (&found["RecordState"], page["Findings"].as_array().unwrap().len()),
            (&json!("ACTIVE"), 1)
        );
    }
}
