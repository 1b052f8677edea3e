//! The operations of AWS Config that read, after its service model `config/2014-11-12`.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::{Account, Aggregator, EvaluationResult};
use crate::config_rules;
use crate::error::AwsError;
use crate::json_protocol::{Response, epoch_seconds, list_response, read, time_on_the_wire};
use crate::paging::page;
use crate::recorder::DiscoveredResource;

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
    #[serde(default)]
    include_deleted_resources: bool,
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SelectAggregateResourceConfig {
    expression: String,
    configuration_aggregator_name: String,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SelectResourceConfig {
    expression: String,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeConfigurationAggregatorSourcesStatus {
    configuration_aggregator_name: String,
    limit: Option<i64>,
    next_token: Option<String>,
}

pub(crate) fn respond(operation: &str, parameters: &Value, account: &Account) -> Response {
    match operation {
        "GetResourceConfigHistory" => get_resource_config_history(&read(parameters)?, account),
        "ListDiscoveredResources" => list_discovered_resources(&read(parameters)?, account),
        "GetComplianceDetailsByConfigRule" => {
            get_compliance_details_by_config_rule(&read(parameters)?, account)
        }
        "SelectAggregateResourceConfig" => select_aggregate_resource_config(&read(parameters)?, account),
        "SelectResourceConfig" => select_resource_config(&read(parameters)?, account),
        "DescribeConfigurationAggregatorSourcesStatus" => {
            describe_configuration_aggregator_sources_status(&read(parameters)?, account)
        }
        _ => config_rules::respond(operation, parameters, account),
    }
}

/// Returns the page size for a `Limit` from 0 to 100, where 0 and no limit mean `default`.
fn page_size(limit: Option<i64>, default: usize) -> Result<usize, AwsError> {
    match limit {
        None | Some(0) => Ok(default),
        Some(limit @ 1..=100) => Ok(usize::try_from(limit).unwrap_or(default)),
        Some(limit) => Err(AwsError::client(
            "InvalidLimitException",
            format!("the limit is {limit}; it must be from 0 to 100"),
        )),
    }
}

fn check_recorder(account: &Account) -> Result<(), AwsError> {
    if account.recorder {
        return Ok(());
    }
    Err(AwsError::client(
        "NoAvailableConfigurationRecorderException",
        "There are no customer managed configuration recorders available",
    ))
}

fn get_resource_config_history(request: &GetResourceConfigHistory, account: &Account) -> Response {
    check_recorder(account)?;
    let size = page_size(request.limit, 10)?;
    let has = |item: &Value, member: &str, text: &str| item.get(member).is_some_and(|value| value == text);
    let mut items: Vec<(f64, Value)> = account
        .history
        .iter()
        .filter(|item| {
            has(item, "resourceType", &request.resource_type) && has(item, "resourceId", &request.resource_id)
        })
        .map(item_on_the_wire)
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
            let message = format!("chronologicalOrder is {other}; it must be Reverse or Forward");
            return Err(AwsError::client("ValidationException", message));
        }
    }
    let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
    let (items, next) = page(&items, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    Ok(list_response("configurationItems", items, next.map(|next| ("nextToken", next))))
}

/// Returns an item's capture time in epoch seconds, and the item with that time and its `configuration` as JSON text.
fn item_on_the_wire(item: &Value) -> (f64, Value) {
    let mut item = item.clone();
    let captured = item.get("configurationItemCaptureTime").map(time_on_the_wire).unwrap_or_default();
    if let Value::Object(members) = &mut item {
        members.insert("configurationItemCaptureTime".to_owned(), captured.clone());
        if let Some(configuration @ Value::Object(_)) = members.get_mut("configuration") {
            *configuration = configuration.to_string().into();
        }
    }
    (captured.as_f64().unwrap_or_default(), item)
}

fn list_discovered_resources(request: &ListDiscoveredResources, account: &Account) -> Response {
    check_recorder(account)?;
    let size = page_size(request.limit, 100)?;
    let ListDiscoveredResources { resource_type, resource_ids, resource_name, .. } = request;
    if resource_ids.len() > 20 || (resource_name.is_some() && !resource_ids.is_empty()) {
        let message = "expected at most 20 resourceIds, or a resourceName";
        return Err(AwsError::client("ValidationException", message));
    }
    let deleted = account.deleted_resources.iter().filter(|_| request.include_deleted_resources);
    let deleted = deleted.map(|deleted| (&deleted.resource, Some(deleted.deleted)));
    let resources: Vec<(&DiscoveredResource, Option<DateTime<Utc>>)> = account
        .discovered_resources
        .iter()
        .map(|resource| (resource, None))
        .chain(deleted)
        .filter(|(resource, _)| resource.resource_type == *resource_type)
        .filter(|(resource, _)| resource_ids.is_empty() || resource_ids.contains(&resource.resource_id))
        .filter(|(resource, _)| resource_name.is_none() || *resource_name == resource.resource_name)
        .collect();
    let (resources, next) =
        page(&resources, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    let identifiers =
        resources.into_iter().map(|(resource, deleted)| identifier(resource, deleted)).collect();
    Ok(list_response("resourceIdentifiers", identifiers, next.map(|next| ("nextToken", next))))
}

fn identifier(resource: &DiscoveredResource, deleted: Option<DateTime<Utc>>) -> Value {
    let mut identifier = json!({"resourceType": resource.resource_type, "resourceId": resource.resource_id});
    if let Value::Object(members) = &mut identifier {
        let name = resource.resource_name.as_deref().map(|name| ("resourceName".to_owned(), name.into()));
        let deleted = deleted.map(|time| ("resourceDeletionTime".to_owned(), epoch_seconds(time).into()));
        members.extend(name.into_iter().chain(deleted));
    }
    identifier
}

fn get_compliance_details_by_config_rule(
    request: &GetComplianceDetailsByConfigRule,
    account: &Account,
) -> Response {
    let GetComplianceDetailsByConfigRule { config_rule_name: rule, compliance_types, .. } = request;
    if let Some(maximum) = account.rule_name_maximum.filter(|maximum| rule.chars().count() > *maximum) {
        return Err(AwsError::too_long("configRuleName", maximum));
    }
    if compliance_types.iter().any(|compliance_type| compliance_type == "INSUFFICIENT_DATA") {
        return Err(AwsError::invalid_parameter("INSUFFICIENT_DATA is not a filter"));
    }
    if !account.rule_exists(rule) {
        return Err(AwsError::client(
            "NoSuchConfigRuleException",
            format!("The ConfigRule '{rule}' provided in the request is invalid"),
        ));
    }
    let size = page_size(request.limit, 10)?;
    let results: Vec<&EvaluationResult> = account
        .stored_results(rule)
        .filter(|result| compliance_types.is_empty() || compliance_types.contains(&result.compliance_type))
        .collect();
    let (results, next) =
        page(&results, size, request.next_token.as_deref(), "InvalidParameterValueException")?;
    let results = results.into_iter().map(|result| evaluation_result(rule, result)).collect();
    Ok(list_response("EvaluationResults", results, next.map(|next| ("NextToken", next))))
}

fn evaluation_result(rule: &str, result: &EvaluationResult) -> Value {
    let time = epoch_seconds(result.ordering_timestamp);
    json!({
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": rule,
                "ResourceType": result.resource_type,
                "ResourceId": result.resource_id,
            },
            "OrderingTimestamp": time,
        },
        "ComplianceType": result.compliance_type,
        "Annotation": result.annotation,
        "ResultRecordedTime": time,
        "ConfigRuleInvokedTime": time,
    })
}

fn aggregator<'a>(account: &'a Account, name: &str) -> Result<&'a Aggregator, AwsError> {
    let message = "The configuration aggregator does not exist.";
    account
        .aggregators
        .get(name)
        .ok_or_else(|| AwsError::client("NoSuchConfigurationAggregatorException", message))
}

/// Returns the results that the aggregator holds of the types, accounts and descriptions that the expression names. What of these
/// a result lacks does not leave it out: tests hold odd results. Of the rest of the expression, its length and the words that the
/// query language lacks are checked ("Querying the Current Configuration State of AWS Resources", limitations, in
/// the AWS Config developer guide).
fn select_aggregate_resource_config(request: &SelectAggregateResourceConfig, account: &Account) -> Response {
    check_expression(&request.expression)?;
    let size = page_size(request.limit, 25)?;
    let conditions = [
        ("resourceType ", "/resourceType"),
        ("accountId IN", "/accountId"),
        (".description =", "/configuration/description"),
    ];
    let meets = |result: &&String| {
        let Ok(result) = serde_json::from_str::<Value>(result) else { return true };
        conditions.iter().all(|(condition, member)| {
            let member = result.pointer(member).and_then(Value::as_str);
            !request.expression.contains(condition)
                || member.is_none_or(|text| request.expression.contains(&format!("'{text}'")))
        })
    };
    let aggregator = aggregator(account, &request.configuration_aggregator_name)?;
    let results: Vec<&String> = aggregator.results.iter().filter(meets).collect();
    let (results, next) = page(&results, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    Ok(json!({"Results": results, "QueryInfo": {"SelectFields": []}, "NextToken": next}))
}

/// Returns the results that the account holds for queries of the types that the expression names; of DB instances those with an
/// address that it names.
fn select_resource_config(request: &SelectResourceConfig, account: &Account) -> Response {
    check_expression(&request.expression)?;
    let size = page_size(request.limit, 25)?;
    let is_named = |name: &&String| request.expression.contains(&format!("'{name}'"));
    let results = account.recorded.iter().filter(|(name, _)| is_named(name)).flat_map(|(_, results)| results);
    let has_named_address = |result: &&String| {
        !request.expression.contains(".address IN (")
            || serde_json::from_str::<Value>(result).ok().is_some_and(|result| {
                let address = result.pointer("/configuration/endpoint/address").and_then(Value::as_str);
                address.is_some_and(|address| request.expression.contains(&format!("'{address}'")))
            })
    };
    let results: Vec<&String> = results.filter(has_named_address).collect();
    let (results, next) = page(&results, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    Ok(json!({"Results": results, "QueryInfo": {"SelectFields": []}, "NextToken": next}))
}

fn check_expression(expression: &str) -> Result<(), AwsError> {
    let upper = expression.to_uppercase();
    let lacking = [" FROM ", " NULL", " JOIN ", " HAVING ", " DISTINCT "];
    let is_invalid = lacking.iter().any(|word| upper.contains(word)) || !upper.starts_with("SELECT ");
    if is_invalid || !(1..=4096).contains(&expression.len()) {
        let message = "the expression is not valid in the query language";
        return Err(AwsError::client("InvalidExpressionException", message));
    }
    Ok(())
}

/// Lists the sources of an aggregator. Pages have 10 sources by default, not the maximum as in AWS, so that tests
/// meet more than one page.
fn describe_configuration_aggregator_sources_status(
    request: &DescribeConfigurationAggregatorSourcesStatus,
    account: &Account,
) -> Response {
    let size = page_size(request.limit, 10)?;
    let sources = &aggregator(account, &request.configuration_aggregator_name)?.sources;
    let (sources, next) = page(sources, size, request.next_token.as_deref(), "InvalidNextTokenException")?;
    let sources: Vec<Value> = sources
        .iter()
        .map(|(account_id, region, status)| {
            json!({
                "SourceId": account_id,
                "SourceType": "ACCOUNT",
                "AwsRegion": region,
                "LastUpdateStatus": status,
            })
        })
        .collect();
    Ok(json!({"AggregatedSourceStatusList": sources, "NextToken": next}))
}
