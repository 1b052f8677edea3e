//! `PutEvaluations` of AWS Config, with the limits of the service model `config/2014-11-12`.
//!
//! Two rejections are stricter than the model, since no page of AWS documents the response: an empty batch, which moto
//! rejects too, and a batch with two evaluations of one resource.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::{Account, EvaluationResult};
use crate::error::AwsError;
use crate::json_protocol::{epoch_seconds, read};

/// The most evaluations of one batch.
const BATCH_MAXIMUM: usize = 100;

/// The values of ComplianceType that the API accepts. It rejects INSUFFICIENT_DATA, which the model lists.
const COMPLIANCE_TYPES: [&str; 3] = ["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutEvaluations {
    result_token: Option<String>,
    evaluations: Option<Vec<Evaluation>>,
    #[serde(default)]
    test_mode: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Evaluation {
    compliance_resource_type: String,
    compliance_resource_id: String,
    compliance_type: String,
    annotation: Option<String>,
    ordering_timestamp: f64,
}

/// A batch of evaluations that AWS Config accepted.
pub(crate) struct Batch {
    /// The rule of the result token; `None` in test mode.
    pub(crate) rule: Option<String>,
    pub(crate) accepted: Vec<EvaluationResult>,
    pub(crate) response: Value,
}

/// Validates a batch and stores it, unless it is in test mode. The first `failures` evaluations are returned as
/// `FailedEvaluations` instead.
///
/// # Errors
/// Returns the error of AWS if any part of the batch is rejected; then nothing is stored.
pub(crate) fn respond(parameters: &Value, account: &mut Account, failures: usize) -> Result<Batch, AwsError> {
    let request: PutEvaluations = read(parameters)?;
    let token =
        request.result_token.ok_or_else(|| AwsError::invalid_parameter("The resultToken is required"))?;
    let mut failed = validate_batch(request.evaluations.unwrap_or_default())?;
    let rule = account.rule_of_token(&token).cloned();
    if rule.is_none() && !request.test_mode {
        return Err(AwsError::client("InvalidResultTokenException", "Result Token provided is invalid"));
    }
    let rule = rule.filter(|_| !request.test_mode);
    let accepted = failed.split_off(failures.min(failed.len()));
    if let Some(rule) = &rule {
        accepted.iter().for_each(|result| account.hold_result(rule, result.clone()));
    }
    let failed: Vec<Value> = failed.iter().map(evaluation).collect();
    Ok(Batch { rule, accepted, response: json!({"FailedEvaluations": failed}) })
}

fn validate_batch(evaluations: Vec<Evaluation>) -> Result<Vec<EvaluationResult>, AwsError> {
    if evaluations.is_empty() {
        let message = "The Evaluations object in your request cannot be null or empty";
        return Err(AwsError::invalid_parameter(message));
    }
    if evaluations.len() > BATCH_MAXIMUM {
        return Err(AwsError::too_long("evaluations", BATCH_MAXIMUM));
    }
    let mut resources = HashSet::new();
    let mut results = Vec::new();
    for evaluation in evaluations {
        let result = validate(evaluation)?;
        if !resources.insert((result.resource_type.clone(), result.resource_id.clone())) {
            let message = format!("{} is evaluated twice", result.resource_id);
            return Err(AwsError::invalid_parameter(message));
        }
        results.push(result);
    }
    Ok(results)
}

fn validate(evaluation: Evaluation) -> Result<EvaluationResult, AwsError> {
    check_length("complianceResourceType", &evaluation.compliance_resource_type, 256)?;
    check_length("complianceResourceId", &evaluation.compliance_resource_id, 768)?;
    if let Some(annotation) = &evaluation.annotation {
        check_length("annotation", annotation, 256)?;
    }
    if !COMPLIANCE_TYPES.contains(&evaluation.compliance_type.as_str()) {
        let message = format!("ComplianceType {} is not accepted", evaluation.compliance_type);
        return Err(AwsError::invalid_parameter(message));
    }
    let ordering_timestamp = time(evaluation.ordering_timestamp)
        .ok_or_else(|| AwsError::invalid_parameter("OrderingTimestamp is not a time"))?;
    Ok(EvaluationResult {
        resource_type: evaluation.compliance_resource_type,
        resource_id: evaluation.compliance_resource_id,
        compliance_type: evaluation.compliance_type,
        annotation: evaluation.annotation,
        ordering_timestamp,
    })
}

/// Checks that a text has from 1 to `maximum` characters. The model does not define a character, so that code
/// points and UTF-16 units are counted and the larger number decides.
fn check_length(member: &str, text: &str, maximum: usize) -> Result<(), AwsError> {
    match text.chars().count().max(text.encode_utf16().count()) {
        0 => Err(AwsError::too_short(member, 1)),
        length if length > maximum => Err(AwsError::too_long(member, maximum)),
        _ => Ok(()),
    }
}

/// Reads epoch seconds, rounded to milliseconds; `None` if the time is out of range.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast from f64 saturates, and chrono rejects the extremes"
)]
fn time(seconds: f64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis((seconds * 1000.0).round() as i64)
}

fn evaluation(result: &EvaluationResult) -> Value {
    json!({
        "ComplianceResourceType": result.resource_type,
        "ComplianceResourceId": result.resource_id,
        "ComplianceType": result.compliance_type,
        "Annotation": result.annotation,
        "OrderingTimestamp": epoch_seconds(result.ordering_timestamp),
    })
}
