//! The places of a local AWS, and the program that reads them.

use std::process::Output;

use chrono::{TimeDelta, Utc};
use local_aws::{Account, EvaluationResult, LocalAws};
use serde_json::{Map, Value, json};

use crate::support::dms_rule;

pub(crate) const OWN: &str = "111111111111";
pub(crate) const REGION: &str = "eu-test-1";
pub(crate) const ROLE: &str = "DmsRuleReader";
pub(crate) const PUBLIC: &str = "dms-replication-not-public";
pub(crate) const TAGGED: &str = "dms-endpoint-tagged";
pub(crate) const CHANGE: &[&str] =
    &["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"];
pub(crate) const SCHEDULE: &[&str] = &["ScheduledNotification"];

/// The operations that a run calls in a place, in order.
pub(crate) const CALLS: [&str; 4] = [
    "DescribeConfigurationRecorders",
    "DescribeConfigurationRecorderStatus",
    "DescribeConfigRules",
    "DescribeConfigRuleEvaluationStatus",
];

/// The operation that is called for each rule without the time of a successful evaluation.
pub(crate) const RESULTS: &str = "GetComplianceDetailsByConfigRule";

pub(crate) fn hours_ago(hours: i64) -> String {
    (Utc::now() - TimeDelta::hours(hours)).to_rfc3339()
}

pub(crate) fn config_rule(identifier: &str, messages: &[&str]) -> Value {
    let detail = |message: &&str| json!({"EventSource": "aws.config", "MessageType": message});
    json!({
        "ConfigRuleName": identifier,
        "ConfigRuleState": "ACTIVE",
        "InputParameters": json!({"ruleIdentifier": identifier}).to_string(),
        "Source": {
            "Owner": "CUSTOM_LAMBDA",
            "SourceIdentifier": "arn:aws:lambda:eu-test-1:111111111111:function:dms",
            "SourceDetails": messages.iter().map(detail).collect::<Vec<_>>(),
        },
    })
}

/// Builds the status of a rule that evaluated an hour ago, with some members replaced; null removes one.
pub(crate) fn status(identifier: &str, members: &Value) -> Value {
    let mut status = json!({
        "ConfigRuleName": identifier,
        "LastSuccessfulInvocationTime": hours_ago(1),
        "LastSuccessfulEvaluationTime": hours_ago(1),
        "FirstActivatedTime": hours_ago(1000),
        "FirstEvaluationStarted": true,
    });
    let all = status.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    all.retain(|_, value| !value.is_null());
    status
}

/// Deploys these rules with both triggers; each evaluated an hour ago.
pub(crate) fn deploy(account: &mut Account, identifiers: &[&str]) {
    let both = [CHANGE, SCHEDULE].concat();
    account.config_rules = identifiers.iter().map(|name| config_rule(name, &both)).collect();
    account.rule_statuses = identifiers.iter().map(|name| status(name, &json!({}))).collect();
}

/// Starts a local AWS with one healthy Region, which has the rules PUBLIC and TAGGED, and changes it.
pub(crate) fn cloud(change: impl FnOnce(&mut Account)) -> LocalAws {
    let aws = LocalAws::start().unwrap();
    let named = (100..140).map(|number| format!("eu-test-{number}"));
    let regions = named.chain([REGION, "ca-west-1"].map(str::to_owned));
    aws.set_regions(OWN, regions.map(|region| (region, true)).collect());
    aws.account(OWN, REGION, |account| {
        deploy(account, &[PUBLIC, TAGGED]);
        change(account);
    });
    aws
}

pub(crate) fn run(aws: &LocalAws, arguments: &[&str]) -> Output {
    let credentials = aws.credentials(OWN);
    dms_rule()
        .arg("coverage")
        .args(arguments)
        .env_clear()
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
        .env("AWS_SESSION_TOKEN", credentials.session_token)
        .env("AWS_ENDPOINT_URL", aws.endpoint())
        .output()
        .unwrap()
}

pub(crate) fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Runs the program for the rules PUBLIC and TAGGED in one Region. Returns its JSON and the exit code.
pub(crate) fn of_two_rules(aws: &LocalAws, region: &str, more: &[&str]) -> (Value, i32) {
    let arguments = ["--region", region, "--format", "json", "--rule", PUBLIC, "--rule", TAGGED];
    let output = run(aws, &[&arguments, more].concat());
    (document(&output), output.status.code().unwrap())
}

/// Returns state and cause of each problem of the first place.
pub(crate) fn problems(document: &Value) -> Vec<String> {
    document["places"][0]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["state"].as_str().unwrap(), one["cause"].as_str().unwrap()))
        .collect()
}

pub(crate) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Builds a result that was recorded some hours ago.
pub(crate) fn result(id: &str, hours: i64) -> EvaluationResult {
    EvaluationResult {
        resource_type: "AWS::DMS::ReplicationInstance".to_owned(),
        resource_id: id.to_owned(),
        compliance_type: "COMPLIANT".to_owned(),
        annotation: None,
        ordering_timestamp: Utc::now() - TimeDelta::hours(hours),
    }
}
