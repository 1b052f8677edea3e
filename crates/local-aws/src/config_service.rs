//! AWS Config.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, AwsError, listing, page, request};
use crate::state::{Account, Aggregator, DiscoveredResource, EvaluationResult, epoch_seconds, on_the_wire};

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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GetResourceConfigHistory {
    resource_type: String,
    resource_id: String,
    later_time: Option<f64>,
    earlier_time: Option<f64>,
    chronological_order: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListDiscoveredResources {
    resource_type: String,
    #[serde(default)]
    resource_ids: Vec<String>,
    resource_name: Option<String>,
    limit: Option<i64>,
    #[serde(default, rename = "includeDeletedResources")]
    _include_deleted_resources: bool,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetComplianceDetailsByConfigRule {
    config_rule_name: String,
    #[serde(default)]
    compliance_types: Vec<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

/// The evaluations that one PutEvaluations stored, and the rule of its token (none in test mode).
pub(crate) struct Accepted {
    pub(crate) rule: Option<String>,
    pub(crate) results: Vec<EvaluationResult>,
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::client("InvalidParameterValueException", message)
}

fn too_long(what: &str, maximum: usize) -> AwsError {
    AwsError::client(
        "ValidationException",
        format!(
            "1 validation error detected: Value at '{what}' failed to satisfy constraint: Member must have length less than or equal to {maximum}"
        ),
    )
}

pub(crate) fn answer(operation: &str, body: &Value, account: &Account) -> Answer {
    match operation {
        "GetResourceConfigHistory" => get_resource_config_history(&request(body)?, account),
        "ListDiscoveredResources" => list_discovered_resources(&request(body)?, account),
        "GetComplianceDetailsByConfigRule" => get_compliance_details_by_config_rule(&request(body)?, account),
        "SelectAggregateResourceConfig" => select_aggregate_resource_config(&request(body)?, account),
        "DescribeConfigurationAggregatorSourcesStatus" => sources_status(&request(body)?, account),
        _ => Err(AwsError::client("UnknownOperationException", "")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SelectAggregateResourceConfig {
    expression: String,
    configuration_aggregator_name: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SourcesStatus {
    configuration_aggregator_name: String,
    limit: Option<usize>,
    next_token: Option<String>,
}

fn aggregator<'a>(account: &'a Account, name: &str) -> Result<&'a Aggregator, AwsError> {
    let message = "The configuration aggregator does not exist.";
    account
        .aggregators
        .get(name)
        .ok_or_else(|| AwsError::client("NoSuchConfigurationAggregatorException", message))
}

/// The expression is looked at for what the query language lacks; which results it gives is the account's to say.
fn select_aggregate_resource_config(request: &SelectAggregateResourceConfig, account: &Account) -> Answer {
    let upper = request.expression.to_uppercase();
    let lacks = [" FROM ", " NULL", " JOIN ", " HAVING ", " DISTINCT "];
    let is_odd = lacks.iter().any(|word| upper.contains(word)) || !upper.starts_with("SELECT ");
    if is_odd || !(1..=4096).contains(&request.expression.len()) {
        return Err(AwsError::client(
            "InvalidExpressionException",
            "the expression is not one of the language",
        ));
    }
    let size = request.limit.unwrap_or(25);
    if size > 100 {
        return Err(AwsError::client("InvalidLimitException", "the limit is at most 100"));
    }
    let results = &aggregator(account, &request.configuration_aggregator_name)?.results;
    let (results, next) = page(results, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    Ok(json!({"Results": results, "QueryInfo": {"SelectFields": []}, "NextToken": next}))
}

fn sources_status(request: &SourcesStatus, account: &Account) -> Answer {
    let size = request.limit.unwrap_or(10);
    if size > 100 {
        return Err(AwsError::client("InvalidLimitException", "the limit is at most 100"));
    }
    let sources = &aggregator(account, &request.configuration_aggregator_name)?.sources;
    let (sources, next) = page(sources, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    let sources: Vec<Value> = sources
        .iter()
        .map(|(id, region, status)| {
            json!({"SourceId": id, "SourceType": "ACCOUNT", "AwsRegion": region, "LastUpdateStatus": status})
        })
        .collect();
    Ok(json!({"AggregatedSourceStatusList": sources, "NextToken": next}))
}

/// Takes evaluations; the first `fail` of them come back.
pub(crate) fn put_evaluations(
    body: &Value,
    account: &mut Account,
    fail: usize,
) -> Result<(Value, Accepted), AwsError> {
    let request: PutEvaluations = request(body)?;
    let token = request.result_token.ok_or_else(|| invalid("The resultToken is required"))?;
    let evaluations = request.evaluations.filter(|evaluations| !evaluations.is_empty());
    let evaluations = evaluations
        .ok_or_else(|| invalid("The Evaluations object in your request cannot be null or empty"))?;
    if evaluations.len() > 100 {
        return Err(too_long("evaluations", 100));
    }
    let mut seen = HashSet::new();
    let mut results = Vec::new();
    for evaluation in evaluations {
        let result = checked(evaluation)?;
        if !seen.insert((result.resource_type.clone(), result.resource_id.clone())) {
            return Err(invalid(format!("{} is evaluated twice", result.resource_id)));
        }
        results.push(result);
    }
    let rule = account.rule_of_token(&token).cloned();
    if rule.is_none() && !request.test_mode {
        return Err(AwsError::client("InvalidResultTokenException", "Result Token provided is invalid"));
    }
    let rule = rule.filter(|_| !request.test_mode);
    let kept = results.split_off(fail.min(results.len()));
    let failed: Vec<Value> = results
        .iter()
        .map(|result| {
            json!({
                "ComplianceResourceType": result.resource_type,
                "ComplianceResourceId": result.resource_id,
                "ComplianceType": result.compliance_type,
                "Annotation": result.annotation,
                "OrderingTimestamp": epoch_seconds(result.ordering_timestamp),
            })
        })
        .collect();
    if let Some(rule) = &rule {
        kept.iter().for_each(|result| account.hold_result(rule, result.clone()));
    }
    Ok((json!({"FailedEvaluations": failed}), Accepted { rule, results: kept }))
}

fn checked(evaluation: Evaluation) -> Result<EvaluationResult, AwsError> {
    let bounded = |what: &str, text: &str, maximum: usize| {
        let length = text.chars().count().max(text.encode_utf16().count());
        match length {
            0 => Err(AwsError::client(
                "ValidationException",
                format!(
                    "1 validation error detected: Value at '{what}' failed to satisfy constraint: Member must have length greater than or equal to 1"
                ),
            )),
            length if length > maximum => Err(too_long(what, maximum)),
            _ => Ok(()),
        }
    };
    bounded("complianceResourceType", &evaluation.compliance_resource_type, 256)?;
    bounded("complianceResourceId", &evaluation.compliance_resource_id, 768)?;
    evaluation.annotation.as_deref().map_or(Ok(()), |annotation| bounded("annotation", annotation, 256))?;
    if !["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"].contains(&evaluation.compliance_type.as_str()) {
        return Err(invalid(format!("ComplianceType {} is not accepted", evaluation.compliance_type)));
    }
    Ok(EvaluationResult {
        resource_type: evaluation.compliance_resource_type,
        resource_id: evaluation.compliance_resource_id,
        compliance_type: evaluation.compliance_type,
        annotation: evaluation.annotation,
        ordering_timestamp: time(evaluation.ordering_timestamp)
            .ok_or_else(|| invalid("OrderingTimestamp is no time"))?,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "rounded on purpose; chrono refuses what is out of range"
)]
fn time(seconds: f64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis((seconds * 1000.0).round() as i64)
}

fn limit(limit: Option<i64>, default: usize) -> Result<usize, AwsError> {
    match limit {
        None | Some(0) => Ok(default),
        Some(limit @ 1..=100) => Ok(usize::try_from(limit).unwrap_or(default)),
        Some(limit) => Err(AwsError::client(
            "InvalidLimitException",
            format!("the limit is {limit}; it must be from 0 to 100"),
        )),
    }
}

fn recorder(account: &Account) -> Result<(), AwsError> {
    if account.recorder {
        return Ok(());
    }
    Err(AwsError::client(
        "NoAvailableConfigurationRecorderException",
        "There are no customer managed configuration recorders available",
    ))
}

fn get_resource_config_history(request: &GetResourceConfigHistory, account: &Account) -> Answer {
    recorder(account)?;
    let size = limit(request.limit, 10)?;
    let member = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut items: Vec<(f64, Value)> = account
        .history
        .iter()
        .filter(|item| {
            member(item, "resourceType").as_deref() == Some(&request.resource_type)
                && member(item, "resourceId").as_deref() == Some(&request.resource_id)
        })
        .map(|item| {
            let mut item = item.clone();
            let captured = item.get("configurationItemCaptureTime").map(on_the_wire).unwrap_or_default();
            if let Value::Object(members) = &mut item {
                members.insert("configurationItemCaptureTime".to_owned(), captured.clone());
                if let Some(configuration @ Value::Object(_)) = members.get_mut("configuration") {
                    *configuration = configuration.to_string().into();
                }
            }
            (captured.as_f64().unwrap_or_default(), item)
        })
        .collect();
    if items.is_empty() {
        return Err(AwsError::client(
            "ResourceNotDiscoveredException",
            format!(
                "Resource {} of resourceType:{} is unknown or has not been discovered",
                request.resource_id, request.resource_type
            ),
        ));
    }
    items.retain(|(captured, _)| {
        request.later_time.is_none_or(|later| *captured <= later)
            && request.earlier_time.is_none_or(|earlier| *captured >= earlier)
    });
    items.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    match request.chronological_order.as_deref() {
        None | Some("Reverse") => {}
        Some("Forward") => items.reverse(),
        Some(other) => {
            return Err(AwsError::client("ValidationException", format!("chronologicalOrder {other}")));
        }
    }
    let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    let (items, next) = page(&items, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    Ok(listing("configurationItems", items, next.map(|next| ("nextToken", next))))
}

fn list_discovered_resources(request: &ListDiscoveredResources, account: &Account) -> Answer {
    recorder(account)?;
    let size = limit(request.limit, 100)?;
    if request.resource_ids.len() > 20
        || (request.resource_name.is_some() && !request.resource_ids.is_empty())
    {
        return Err(AwsError::client(
            "ValidationException",
            "give at most 20 resourceIds, or a resourceName",
        ));
    }
    let found: Vec<&DiscoveredResource> = account
        .discovered_resources
        .iter()
        .filter(|resource| resource.resource_type == request.resource_type)
        .filter(|resource| {
            request.resource_ids.is_empty() || request.resource_ids.contains(&resource.resource_id)
        })
        .filter(|resource| request.resource_name.is_none() || request.resource_name == resource.resource_name)
        .collect();
    let (found, next) = page(&found, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    let found: Vec<Value> = found
        .into_iter()
        .map(|resource| {
            let mut identifier =
                json!({"resourceType": resource.resource_type, "resourceId": resource.resource_id});
            if let (Value::Object(members), Some(name)) = (&mut identifier, &resource.resource_name) {
                members.insert("resourceName".to_owned(), name.as_str().into());
            }
            identifier
        })
        .collect();
    Ok(listing("resourceIdentifiers", found, next.map(|next| ("nextToken", next))))
}

fn get_compliance_details_by_config_rule(
    request: &GetComplianceDetailsByConfigRule,
    account: &Account,
) -> Answer {
    let rule = &request.config_rule_name;
    if rule.chars().count() > 64 {
        return Err(too_long("configRuleName", 64));
    }
    if request.compliance_types.iter().any(|word| word == "INSUFFICIENT_DATA") {
        return Err(invalid("INSUFFICIENT_DATA is not a filter"));
    }
    if !account.rule_exists(rule) {
        return Err(AwsError::client(
            "NoSuchConfigRuleException",
            format!("The ConfigRule '{rule}' provided in the request is invalid"),
        ));
    }
    let size = limit(request.limit, 10)?;
    let results: Vec<&EvaluationResult> = account
        .held(rule)
        .filter(|result| {
            request.compliance_types.is_empty() || request.compliance_types.contains(&result.compliance_type)
        })
        .collect();
    let (results, next) =
        page(&results, size, request.next_token.as_deref(), "InvalidParameterValueException")?;
    let results: Vec<Value> = results
        .into_iter()
        .map(|result| {
            let at = epoch_seconds(result.ordering_timestamp);
            json!({
                "EvaluationResultIdentifier": {
                    "EvaluationResultQualifier": {"ConfigRuleName": rule, "ResourceType": result.resource_type, "ResourceId": result.resource_id},
                    "OrderingTimestamp": at,
                },
                "ComplianceType": result.compliance_type,
                "Annotation": result.annotation,
                "ResultRecordedTime": at,
                "ConfigRuleInvokedTime": at,
            })
        })
        .collect();
    Ok(listing("EvaluationResults", results, next.map(|next| ("NextToken", next))))
}
