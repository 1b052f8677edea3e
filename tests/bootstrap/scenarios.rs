//! The symptoms that break other tools, one file each.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use local_aws::{DiscoveredResource, Fault, Fleet, KmsKey, LocalAws, Outcome};
use serde::Deserialize;
use serde_json::Value;

use crate::support::{REGION, fleet, function, held, invoke};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Scenario {
    symptom: String,
    source: String,
    #[serde(default)]
    account: Account,
    #[serde(default)]
    roles: BTreeMap<String, Vec<String>>,
    #[serde(default = "usual_account")]
    function_account: String,
    #[serde(default)]
    faults: Vec<Fault>,
    #[serde(default = "usual_timeout")]
    timeout_seconds: u64,
    event: Value,
    expect: Expect,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Account {
    instances: Vec<Value>,
    /// Resources of any type, by the list of the API that holds them.
    dms: Fleet,
    kms_keys: Vec<Key>,
    fleet_of: usize,
    discovered: Vec<Discovered>,
    recorder: Option<bool>,
    history: Vec<Value>,
    held_results: Vec<Held>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Key {
    arn: String,
    #[serde(rename = "keyManager")]
    manager: String,
    #[serde(default)]
    aliases: Vec<String>,
}

impl From<Key> for KmsKey {
    fn from(Key { arn, manager, aliases }: Key) -> Self {
        Self { arn, key_manager: manager, aliases }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discovered {
    #[serde(rename = "resourceType")]
    of_type: String,
    #[serde(rename = "resourceId")]
    id: String,
    #[serde(rename = "resourceName")]
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Held {
    resource_type: String,
    resource_id: String,
    compliance_type: String,
    ordering_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expect {
    evaluations: Vec<Evaluation>,
    calls: Option<Vec<String>>,
    error: Option<Error>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Evaluation {
    resource_type: Option<String>,
    resource_id: String,
    compliance_type: String,
    annotation: String,
    ordering_timestamp: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Error {
    #[serde(rename = "type")]
    kind: String,
    contains: Vec<String>,
}

fn usual_account() -> String {
    "123456789012".to_owned()
}

fn usual_timeout() -> u64 {
    10
}

#[test]
#[expect(clippy::print_stdout, reason = "the list of symptoms is for a reader")]
fn nothing_that_breaks_another_tool_breaks_this_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios/peers");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 30, "{} scenarios", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        let scenario: Scenario = serde_json::from_str(&std::fs::read_to_string(file).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!scenario.source.is_empty(), "{name}");
        println!("{name}: {}", scenario.symptom);
        if let Err(what) = play(scenario) {
            wrong.push(format!("{name}: {what}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

fn play(scenario: Scenario) -> Result<(), String> {
    let aws = LocalAws::start().unwrap();
    let event = with_text_members(scenario.event);
    let account_id = event["accountId"].as_str().unwrap_or(&scenario.function_account).to_owned();
    let rule = event["configRuleName"].as_str().unwrap_or("dms-public").to_owned();
    aws.account(&account_id, REGION, |account| {
        account.dms = scenario.account.dms;
        let instances = account.dms.entry("ReplicationInstances".to_owned()).or_default();
        instances.extend(scenario.account.instances);
        instances.extend(fleet(scenario.account.fleet_of));
        account.kms_keys = scenario.account.kms_keys.into_iter().map(Into::into).collect();
        account.discovered_resources = scenario
            .account
            .discovered
            .into_iter()
            .map(|Discovered { of_type, id, name }| DiscoveredResource {
                resource_type: of_type,
                resource_id: id,
                resource_name: name,
            })
            .collect();
        account.recorder = scenario.account.recorder.unwrap_or(true);
        account.history = scenario.account.history;
        if event["resultToken"] != "TESTMODE" {
            account.expect_token(&rule, event["resultToken"].as_str().unwrap_or("TOKEN-1"));
        }
        for old in scenario.account.held_results {
            account.hold_result(
                &rule,
                held(&old.resource_type, &old.resource_id, &old.compliance_type, &old.ordering_timestamp),
            );
        }
    });
    for (account_id, names) in scenario.roles {
        aws.account(&account_id, REGION, |account| account.role_names.extend(names));
    }
    scenario.faults.into_iter().for_each(|fault| aws.inject(fault));
    let mut function =
        function(&aws, Path::new(env!("CARGO_BIN_EXE_bootstrap")), &scenario.function_account, "INFO");
    let outcome =
        invoke(&aws, &scenario.function_account, &event, Duration::from_secs(scenario.timeout_seconds));

    if !function.is_running() {
        return Err("the function died".to_owned());
    }
    match (&scenario.expect.error, &outcome) {
        (None, Outcome::Succeeded(_)) => {}
        (Some(Error { kind, contains }), Outcome::Failed { error_type, error_message }) => {
            let missing: Vec<_> = contains.iter().filter(|part| !error_message.contains(*part)).collect();
            if kind != error_type || !missing.is_empty() {
                return Err(format!("is {error_type}: {error_message}; without {missing:?}"));
            }
        }
        (_, outcome) => return Err(format!("is {outcome:?}")),
    }
    let calls: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
    if scenario.expect.calls.is_some_and(|expected| expected != calls) {
        return Err(format!("calls {calls:?}"));
    }
    let mut accepted: Vec<_> = aws.accepted().into_iter().map(|accepted| accepted.result).collect();
    let count = accepted.len();
    for expected in &scenario.expect.evaluations {
        let is_it = |put: &local_aws::EvaluationResult| {
            put.resource_id == expected.resource_id
                && put.compliance_type == expected.compliance_type
                && put
                    .annotation
                    .as_deref()
                    .is_some_and(|annotation| annotation.contains(&expected.annotation))
                && expected
                    .resource_type
                    .as_ref()
                    .is_none_or(|resource_type| *resource_type == put.resource_type)
                && expected.ordering_timestamp.is_none_or(|at| at == put.ordering_timestamp)
        };
        let Some(found) = accepted.iter().position(is_it) else {
            return Err(format!(
                "no {} {} \"{}\" among {accepted:?}",
                expected.resource_id, expected.compliance_type, expected.annotation
            ));
        };
        accepted.swap_remove(found);
    }
    // A fleet is checked as a whole: every one of it was put, and is public.
    let fleet_only = accepted
        .iter()
        .all(|put| put.compliance_type == "NON_COMPLIANT" && put.resource_id.contains(":rep:FLEET"));
    if accepted.len() == scenario.account.fleet_of && fleet_only {
        return Ok(());
    }
    Err(format!("{count} evaluations, beside those expected {accepted:?}"))
}

/// Objects stand for the text that AWS Config sends.
fn with_text_members(mut event: Value) -> Value {
    for name in ["invokingEvent", "ruleParameters"] {
        if let Some(member) = event.get_mut(name).filter(|member| member.is_object()) {
            *member = member.to_string().into();
        }
    }
    event
}
