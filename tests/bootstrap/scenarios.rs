//! The scenarios under `tests/scenarios`, a test for each: what breaks other AWS Config rules does not break this
//! one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use local_aws::{DiscoveredResource, EvaluationResult, Fault, Fleet, KmsKey, LocalAws, Outcome};
use serde::Deserialize;
use serde_json::Value;

use crate::support::{REGION, bootstrap, fleet, function, invoke, result};

/// Makes a test of each scenario file. The file of `no_recorder` is `no-recorder.json`.
macro_rules! scenarios {
    ($($name:ident)*) => {
        const SCENARIOS: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                play(stringify!($name));
            }
        )*
    };
}

scenarios! {
    annotation_gives_the_reason
    annotation_of_300_characters
    arn_ends_in_the_name_of_another_resource
    change_clears_no_other_result
    change_in_test_mode
    change_of_a_deleted_resource
    change_of_a_task
    change_of_an_endpoint
    change_of_another_dms_resource_type
    change_of_another_resource_type
    clearing_is_denied
    configuration_in_camel_case
    configuration_is_json_text
    configuration_is_null
    event_has_only_the_members_of_the_sample
    event_left_scope_is_absent
    event_left_scope_is_null
    event_names_no_account
    every_resource_of_a_list_is_reported
    exemption_by_tag
    flag_is_an_unresolved_token
    flag_is_capitalised_text
    flag_is_false
    flag_is_text
    flag_is_true
    id_of_the_recorder_by_arn
    id_of_the_recorder_by_name
    item_is_of_another_account
    item_with_tags
    listing_is_denied
    message_type_is_unknown
    more_than_100_evaluations
    name_of_a_deleted_resource_is_used_again
    nested_json
    no_recorder
    no_result_token
    oversized_item
    oversized_item_after_an_empty_page
    oversized_item_beside_a_newer_one
    oversized_item_complies
    oversized_item_deleted_in_the_history
    oversized_item_deleted_in_the_summary
    oversized_item_is_not_in_the_history
    oversized_item_keeps_its_time_zone
    oversized_item_of_a_type_that_the_sdk_does_not_list
    oversized_item_without_history
    oversized_item_without_relationships
    oversized_summary_without_a_name
    payload_is_no_event_of_aws_config
    proactive_mode
    put_evaluations_is_denied
    put_evaluations_is_throttled
    put_evaluations_returns_failed_evaluations
    region_is_empty
    resource_left_the_scope
    result_of_a_deleted_resource_is_cleared
    result_of_another_type_is_left_alone
    result_under_another_id_is_cleared
    role_does_not_exist
    role_in_the_member_account
    role_is_service_linked
    role_of_a_third_account
    rule_name_is_longer_than_64_characters
    rule_parameters_are_no_object
    schedule
    schedule_after_a_change_of_the_same_resource
    schedule_in_test_mode
    schedule_without_a_time
    snapshot_delivered
    stale_result_keeps_its_type
    status_is_resource_deleted
    status_is_resource_deleted_not_recorded
    status_is_resource_not_recorded
    status_is_unknown
    timeout
}

#[test]
fn every_scenario_file_is_in_the_list() {
    let listed: BTreeSet<PathBuf> = SCENARIOS.iter().map(|name| file(name)).collect();
    let files: BTreeSet<PathBuf> = folder()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("README.md"))
        .collect();
    assert_eq!(files, listed);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Scenario {
    /// The symptom in another tool.
    symptom: String,
    /// The tool, or the issue in its repository.
    source: String,
    #[serde(default)]
    account: Account,
    /// The names of roles, by account.
    #[serde(default)]
    roles: BTreeMap<String, Vec<String>>,
    #[serde(default = "default_account")]
    function_account: String,
    #[serde(default)]
    faults: Vec<Fault>,
    #[serde(default = "default_timeout")]
    timeout_seconds: u64,
    event: Value,
    expect: Expectation,
}

/// The account of the event, before it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Account {
    instances: Vec<Value>,
    /// Resources of any type, by the list of the DMS API that holds them.
    dms: Fleet,
    kms_keys: Vec<GivenKey>,
    many_instances: usize,
    discovered: Vec<Discovered>,
    recorder: Option<bool>,
    history: Vec<Value>,
    held_results: Vec<HeldResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenKey {
    arn: String,
    key_manager: String,
    #[serde(default)]
    aliases: Vec<String>,
}

impl From<GivenKey> for KmsKey {
    fn from(GivenKey { arn, key_manager, aliases }: GivenKey) -> Self {
        Self { arn, key_manager, aliases }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the names of AWS Config")]
struct Discovered {
    resource_type: String,
    resource_id: String,
    resource_name: Option<String>,
}

impl From<Discovered> for DiscoveredResource {
    fn from(Discovered { resource_type, resource_id, resource_name }: Discovered) -> Self {
        Self { resource_type, resource_id, resource_name }
    }
}

/// An earlier result that AWS Config holds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HeldResult {
    resource_type: String,
    resource_id: String,
    compliance_type: String,
    ordering_timestamp: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expectation {
    evaluations: Vec<Evaluation>,
    calls: Option<Vec<String>>,
    error: Option<ExpectedError>,
}

#[derive(Debug, Deserialize)]
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
struct ExpectedError {
    #[serde(rename = "type")]
    error_type: String,
    contains: Vec<String>,
}

fn default_account() -> String {
    "123456789012".to_owned()
}

fn default_timeout() -> u64 {
    10
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios")
}

fn file(name: &str) -> PathBuf {
    folder().join(format!("{}.json", name.replace('_', "-")))
}

fn play(name: &str) {
    let text = std::fs::read_to_string(file(name)).unwrap();
    let Scenario {
        symptom,
        source,
        account,
        roles,
        function_account,
        faults,
        timeout_seconds,
        event,
        expect,
    } = serde_json::from_str(&text).unwrap();
    assert!(!symptom.is_empty() && !source.is_empty(), "a scenario names its symptom and its source");
    let event = with_text_members(event);
    let many_instances = account.many_instances;
    let aws = LocalAws::start().unwrap();
    prepare(&aws, event["accountId"].as_str().unwrap_or(&function_account), &event, account);
    for (account_id, names) in roles {
        aws.account(&account_id, REGION, |account| account.role_names.extend(names));
    }
    for fault in faults {
        aws.inject(fault);
    }
    let mut function = function(&aws, bootstrap(), &function_account, &[]);
    let outcome = invoke(&aws, &function_account, &event, Duration::from_secs(timeout_seconds));

    assert!(function.is_running(), "the function ended");
    assert_is_outcome(&outcome, expect.error.as_ref());
    let calls: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
    if let Some(expected) = expect.calls {
        assert_eq!(calls, expected);
    }
    let accepted = aws.accepted().into_iter().map(|accepted| accepted.result).collect();
    assert_are_evaluations(accepted, &expect.evaluations, many_instances);
}

/// Fills the account of the event.
fn prepare(aws: &LocalAws, account_id: &str, event: &Value, given: Account) {
    let rule = event["configRuleName"].as_str().unwrap_or("dms-public");
    aws.account(account_id, REGION, |account| {
        account.dms = given.dms;
        let instances = account.dms.entry("ReplicationInstances".to_owned()).or_default();
        instances.extend(given.instances);
        instances.extend(fleet(given.many_instances));
        account.kms_keys = given.kms_keys.into_iter().map(Into::into).collect();
        account.discovered_resources = given.discovered.into_iter().map(Into::into).collect();
        account.recorder = given.recorder.unwrap_or(true);
        account.history = given.history;
        if event["resultToken"] != "TESTMODE" {
            account.expect_token(rule, event["resultToken"].as_str().unwrap_or("TOKEN-1"));
        }
        for held in given.held_results {
            let HeldResult { resource_type, resource_id, compliance_type, ordering_timestamp } = held;
            account.hold_result(
                rule,
                result(&resource_type, &resource_id, &compliance_type, &ordering_timestamp),
            );
        }
    });
}

fn assert_is_outcome(outcome: &Outcome, expected: Option<&ExpectedError>) {
    match (expected, outcome) {
        (None, Outcome::Succeeded(_)) => {}
        (Some(expected), Outcome::Failed { error_type, error_message }) => {
            assert_eq!(*error_type, expected.error_type, "{error_message}");
            for part in &expected.contains {
                assert!(error_message.contains(part), "the message has no {part}: {error_message}");
            }
        }
        (_, outcome) => panic!("{outcome:?}"),
    }
}

/// Asserts that the evaluations are the expected ones, beside those of a fleet, which are one for each of its
/// public instances.
fn assert_are_evaluations(
    mut accepted: Vec<EvaluationResult>,
    expected: &[Evaluation],
    many_instances: usize,
) {
    for expected in expected {
        let is_expected = |result: &EvaluationResult| {
            result.resource_id == expected.resource_id
                && result.compliance_type == expected.compliance_type
                && result.annotation.as_ref() == Some(&expected.annotation)
                && expected.resource_type.as_ref().is_none_or(|it| *it == result.resource_type)
                && expected.ordering_timestamp.is_none_or(|at| at == result.ordering_timestamp)
        };
        let found = accepted.iter().position(is_expected);
        let found = found.unwrap_or_else(|| panic!("no {expected:#?}\namong {accepted:#?}"));
        accepted.swap_remove(found);
    }
    assert_eq!(accepted.len(), many_instances, "{accepted:#?}");
    for result in accepted {
        assert!(
            result.compliance_type == "NON_COMPLIANT" && result.resource_id.contains(":rep:FLEET"),
            "{result:?}"
        );
    }
}

/// Turns the members that AWS Config sends as JSON text, objects in a scenario, into text.
fn with_text_members(mut event: Value) -> Value {
    for name in ["invokingEvent", "ruleParameters"] {
        if let Some(member) = event.get_mut(name).filter(|member| member.is_object()) {
            *member = member.to_string().into();
        }
    }
    event
}
