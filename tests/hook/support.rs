//! Events as CloudFormation sends them, and the properties of resources that pass or fail a rule.

use std::path::Path;

use chrono::{DateTime, Utc};
use cloudformation_hook::{Settings, respond};
use rule_core::{ResourceType, Rule};
use serde_json::{Map, Value, json};

pub(crate) const CREATE: &str = "CREATE_PRE_PROVISION";
pub(crate) const UPDATE: &str = "UPDATE_PRE_PROVISION";
pub(crate) const DELETE: &str = "DELETE_PRE_PROVISION";
pub(crate) const TOKEN: &str = "3d6b1a2c-0000-4000-8000-5d1c0f1e7a11";
/// A value that no response and no log may hold.
pub(crate) const SECRET: &str = "hunter2-correct-horse";

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

/// Returns settings by the variables of the function.
pub(crate) fn settings(variables: &[(&str, &str)]) -> Settings {
    let find =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Settings::read(find).unwrap_or_else(|error| panic!("{error}"))
}

/// Builds an event of a stack for a resource whose properties are that text.
pub(crate) fn event(point: &str, resource_type: &str, properties: &str) -> String {
    let model = if point == UPDATE {
        format!(r#"{{"resourceProperties": {properties}, "previousResourceProperties": {properties}}}"#)
    } else {
        format!(r#"{{"resourceProperties": {properties}}}"#)
    };
    format!(
        r#"{{
  "clientRequestToken": "{TOKEN}",
  "awsAccountId": "123456789012",
  "stackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/1a2b3c4d-0000-4000-8000-5d1c0f1e7a11",
  "changeSetId": null,
  "hookTypeName": "DmsRule::Lambda::Rules",
  "hookTypeVersion": "00000001",
  "hookModel": {{"LambdaFunction": "arn:aws:lambda:us-east-1:123456789012:function:dms-rule-hook"}},
  "actionInvocationPoint": "{point}",
  "requestData": {{
    "targetName": "{resource_type}",
    "targetType": "RESOURCE",
    "targetLogicalId": "Orders",
    "targetModel": {model}
  }},
  "requestContext": {{"invocation": 1, "callbackContext": null}}
}}"#
    )
}

pub(crate) fn response(event: &str, settings: &Settings) -> Value {
    let text = serde_json::to_string(&respond(event, settings, now())).unwrap();
    assert!(!text.contains(SECRET), "a secret is in {text}");
    let response: Value = serde_json::from_str(&text).unwrap();
    check_model(&response);
    response
}

/// Asserts what the documents of hooks and the service model of CloudFormation (`Annotation`) state of a response.
pub(crate) fn check_model(response: &Value) {
    let message = response["message"].as_str().unwrap();
    assert!((1..=1024).contains(&message.encode_utf16().count()), "{response}");
    match response["hookStatus"].as_str().unwrap() {
        "SUCCESS" => {
            assert!(response.get("errorCode").is_none(), "{response}");
            assert!(statuses(response).iter().all(|status| *status != "FAILED"), "{response}");
        }
        "FAILED" => assert!(
            matches!(response["errorCode"].as_str(), Some("NonCompliant" | "InternalFailure")),
            "{response}"
        ),
        other => panic!("{other}"),
    }
    let is_text = |value: Option<&Value>, maximum: usize| {
        value.is_none_or(|text| (1..=maximum).contains(&text.as_str().unwrap().encode_utf16().count()))
    };
    for annotation in annotations(response) {
        let known = [
            "annotationName",
            "status",
            "statusMessage",
            "remediationMessage",
            "remediationLink",
            "severityLevel",
        ];
        assert!(annotation.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())));
        assert!(is_text(annotation.get("annotationName"), 1024), "{annotation}");
        assert!(is_text(annotation.get("statusMessage"), 16_384), "{annotation}");
        assert!(is_text(annotation.get("remediationMessage"), 16_384), "{annotation}");
        assert!(is_text(annotation.get("remediationLink"), 5120), "{annotation}");
        assert!(["PASSED", "FAILED", "SKIPPED"].contains(&annotation["status"].as_str().unwrap()));
        assert!(
            ["LOW", "MEDIUM", "HIGH", "CRITICAL"].contains(&annotation["severityLevel"].as_str().unwrap())
        );
    }
}

pub(crate) fn annotations(response: &Value) -> Vec<Value> {
    response["annotations"].as_array().cloned().unwrap_or_default()
}

pub(crate) fn statuses(response: &Value) -> Vec<String> {
    annotations(response).iter().map(|annotation| annotation["status"].as_str().unwrap().to_owned()).collect()
}

/// The key that the settings of the matrix allow.
pub(crate) const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Returns the properties in CloudFormation of a resource that passes a rule, and of one that fails it, by the rule's
/// `listed.json`.
pub(crate) fn examples(rule: &Rule) -> (Map<String, Value>, Map<String, Value>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases").join(rule.identifier);
    let listed: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("listed.json")).unwrap()).unwrap();
    let properties = |example: &str| {
        let mut properties = Map::new();
        for (name, value) in listed[example]["members"].as_object().unwrap() {
            let (name, value) = match name.as_str() {
                "TagList" => ("Tags", value.clone()),
                "ValidToDate" => {
                    ("CertificatePem", pem(if example == "compliant" { 2035 } else { 2025 }).into())
                }
                name => (rule_core::spelling::cloudformation_name(name), value.clone()),
            };
            properties.insert(name.to_owned(), value);
        }
        properties
    };
    (properties("compliant"), properties("nonCompliant"))
}

/// Returns the properties with ones that hold secrets, and that no rule reads.
pub(crate) fn with_secrets(
    resource_type: ResourceType,
    properties: &Map<String, Value>,
) -> Map<String, Value> {
    let mut all = properties.clone();
    if resource_type == ResourceType::Endpoint {
        all.insert("Password".to_owned(), SECRET.into());
        all.insert("Username".to_owned(), SECRET.into());
        all.insert(
            "OracleSettings".to_owned(),
            json!({"SecretsManagerSecretId": SECRET, "AsmPassword": SECRET}),
        );
    }
    if resource_type == ResourceType::ReplicationTask {
        all.insert("TaskData".to_owned(), SECRET.into());
    }
    all
}

fn pem(until: i32) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec!["db.example.com".to_owned()]).unwrap();
    parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(until, 1, 1);
    parameters.self_signed(&key).unwrap().pem()
}
