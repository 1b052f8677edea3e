//! The recorders and rules of AWS Config, after its service model `config/2014-11-12`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::{Response, list_response, read, time_on_the_wire};
use crate::paging::page;

/// The rules of a page of `DescribeConfigRules`, whose request has no limit.
const RULES_OF_A_PAGE: usize = 25;

/// The most names in a request (`ConfigRuleNames`).
const NAMES_MAXIMUM: usize = 25;

/// The most statuses of a page (`RuleLimit`).
const STATUSES_MAXIMUM: i64 = 50;

/// The statuses of a page without a limit: fewer than in AWS, so that tests meet more than one page.
const STATUSES_OF_A_PAGE: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeRecorders {
    #[serde(default)]
    configuration_recorder_names: Vec<String>,
    service_principal: Option<String>,
    arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeConfigRules {
    #[serde(default)]
    config_rule_names: Vec<String>,
    next_token: Option<String>,
    filters: Option<Filters>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filters {
    evaluation_mode: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeConfigRuleEvaluationStatus {
    #[serde(default)]
    config_rule_names: Vec<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

/// Responds to an operation on recorders or rules.
///
/// # Errors
/// Returns the error of AWS; that of an unknown operation for any other.
pub(crate) fn respond(operation: &str, parameters: &Value, account: &Account) -> Response {
    match operation {
        "DescribeConfigurationRecorders" => {
            let recorders = recorders(&read(parameters)?, account, recorder)?;
            Ok(json!({"ConfigurationRecorders": recorders}))
        }
        "DescribeConfigurationRecorderStatus" => {
            let statuses = recorders(&read(parameters)?, account, recorder_status)?;
            Ok(json!({"ConfigurationRecordersStatus": statuses}))
        }
        "DescribeConfigRules" => describe_config_rules(&read(parameters)?, account),
        "DescribeConfigRuleEvaluationStatus" => {
            describe_config_rule_evaluation_status(&read(parameters)?, account)
        }
        _ => Err(AwsError::unknown_operation()),
    }
}

/// Lists the customer managed recorder, of which an account has at most one in a Region, as `describe` writes it.
fn recorders(
    request: &DescribeRecorders,
    account: &Account,
    describe: impl Fn(&Account) -> Value,
) -> Result<Vec<Value>, AwsError> {
    let DescribeRecorders { configuration_recorder_names: names, service_principal, arn } = request;
    if names.len() > 1 || service_principal.is_some() || arn.is_some() {
        let message = "this server has no service-linked recorders; name one recorder at most";
        return Err(AwsError::client("ValidationException", message));
    }
    let all: Vec<Value> = account.recorder.then(|| describe(account)).into_iter().collect();
    if let Some(name) = names.iter().find(|name| !all.iter().any(|one| one.get("name") == Some(&json!(name))))
    {
        return Err(AwsError::client(
            "NoSuchConfigurationRecorderException",
            format!("Cannot find configuration recorder with the specified name '{name}'."),
        ));
    }
    Ok(all)
}

fn recorder(account: &Account) -> Value {
    let all_types = json!({
        "name": "default",
        "roleARN": "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
        "recordingGroup": {
            "allSupported": true,
            "includeGlobalResourceTypes": true,
            "resourceTypes": [],
            "exclusionByResourceTypes": {"resourceTypes": []},
            "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
        },
        "recordingMode": {"recordingFrequency": "CONTINUOUS", "recordingModeOverrides": []},
        "recordingScope": "PAID",
    });
    with(all_types, &account.recorder_settings)
}

fn recorder_status(account: &Account) -> Value {
    let recording = json!({"name": "default", "recording": true, "lastStatus": "SUCCESS"});
    with(recording, &account.recorder_status)
}

/// Replaces members; a null removes one.
fn with(mut value: Value, members: &Map<String, Value>) -> Value {
    if let Value::Object(all) = &mut value {
        all.extend(members.clone());
        all.retain(|_, value| !value.is_null());
        times_on_the_wire(all);
    }
    value
}

/// Writes members that are RFC 3339 times as the protocol does.
fn times_on_the_wire(members: &mut Map<String, Value>) {
    for (name, value) in members {
        if name.ends_with("Time") {
            *value = time_on_the_wire(value);
        }
    }
}

fn describe_config_rules(request: &DescribeConfigRules, account: &Account) -> Response {
    let DescribeConfigRules { config_rule_names: names, next_token, filters } = request;
    check_names(names, account)?;
    let mode = filters.as_ref().and_then(|filters| filters.evaluation_mode.as_deref());
    if let Some(other) = mode.filter(|mode| !["DETECTIVE", "PROACTIVE"].contains(mode)) {
        return Err(AwsError::client("ValidationException", format!("no such evaluation mode: {other}")));
    }
    let has_mode = |rule: &Value| {
        let modes = rule.get("EvaluationModes").and_then(Value::as_array);
        mode.is_none_or(|wanted| match modes {
            None => wanted == "DETECTIVE",
            Some(modes) => modes.iter().any(|mode| mode.get("Mode") == Some(&json!(wanted))),
        })
    };
    let rules: Vec<&Value> = account
        .config_rules
        .iter()
        .filter(|rule| names.is_empty() || names.iter().any(|name| is_named(rule, name)))
        .filter(|rule| has_mode(rule))
        .collect();
    let (rules, next) = page(&rules, RULES_OF_A_PAGE, next_token.as_deref(), "InvalidNextTokenException")?;
    let rules = rules.into_iter().cloned().collect();
    Ok(list_response("ConfigRules", rules, next.map(|next| ("NextToken", next))))
}

/// Lists the statuses that the account holds. AWS documents none for rules with a Lambda function
/// (`ConfigRuleEvaluationStatus`), so a rule without one is left out.
fn describe_config_rule_evaluation_status(
    request: &DescribeConfigRuleEvaluationStatus,
    account: &Account,
) -> Response {
    let DescribeConfigRuleEvaluationStatus { config_rule_names: names, limit, next_token } = request;
    check_names(names, account)?;
    let size = match *limit {
        None | Some(0) => STATUSES_OF_A_PAGE,
        Some(limit) if (1..=STATUSES_MAXIMUM).contains(&limit) => {
            usize::try_from(limit).unwrap_or(STATUSES_OF_A_PAGE)
        }
        Some(_) => return Err(AwsError::client("ValidationException", "limit must be from 0 to 50")),
    };
    let statuses: Vec<&Value> = account
        .rule_statuses
        .iter()
        .filter(|status| names.is_empty() || names.iter().any(|name| is_named(status, name)))
        .collect();
    let (statuses, next) = page(&statuses, size, next_token.as_deref(), "InvalidNextTokenException")?;
    let statuses = statuses.into_iter().cloned().map(|mut status| {
        if let Value::Object(members) = &mut status {
            times_on_the_wire(members);
        }
        status
    });
    Ok(list_response("ConfigRulesEvaluationStatus", statuses.collect(), next.map(|next| ("NextToken", next))))
}

fn is_named(rule: &Value, name: &str) -> bool {
    rule.get("ConfigRuleName").and_then(Value::as_str) == Some(name)
}

/// Checks the names of a request.
///
/// # Errors
/// Returns the error of AWS if there are too many, if one is empty or longer than 128 characters, or if a rule does not
/// exist.
fn check_names(names: &[String], account: &Account) -> Result<(), AwsError> {
    if names.len() > NAMES_MAXIMUM {
        return Err(AwsError::too_long("configRuleNames", NAMES_MAXIMUM));
    }
    for name in names {
        if name.trim().is_empty() {
            return Err(AwsError::too_short("configRuleNames.member", 1));
        }
        if name.chars().count() > 128 {
            return Err(AwsError::too_long("configRuleNames.member", 128));
        }
        if !account.config_rules.iter().any(|rule| is_named(rule, name)) {
            return Err(AwsError::client(
                "NoSuchConfigRuleException",
                format!("The ConfigRule '{name}' provided in the request is invalid"),
            ));
        }
    }
    Ok(())
}
