//! Terraform states, which are records.

use iac::{State, terraform_state};
use rule_core::{Facts, Input, Json, ParameterValues, rules};
use serde_json::{Value, json};

use crate::PUBLIC;

const ARN: &str = "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS";
const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn state(resources: &[Value]) -> State {
    let text =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}}).to_string();
    terraform_state(&text).unwrap()
}

fn resource(type_name: &str, name: &str, values: &Value) -> Value {
    json!({"address": format!("{type_name}.{name}"), "mode": "managed", "type": type_name, "name": name, "values": values})
}

/// Returns the verdict on the one resource of a state with these values.
fn verdict(type_name: &str, values: &Value, rule: &str) -> String {
    let state = state(&[resource(type_name, "a", values)]);
    let [recorded] = state.resources.as_slice() else { panic!("one resource: {state:?}") };
    let (facts, parameters) = (Facts::unavailable("a file"), ParameterValues::default());
    let input = Input { item: &recorded.item, facts: &facts, parameters: &parameters, at: None };
    let verdict = rules::find(rule).unwrap().evaluate_without_lookups(&input);
    format!("{} {}", verdict.compliance_type, verdict.finding.reason())
}

#[test]
fn no_default_stands_in_for_what_a_state_lacks() {
    let instance = "aws_dms_replication_instance";
    for (values, rule, wanted) in [
        (json!({"publicly_accessible": false}), PUBLIC, "COMPLIANT"),
        (json!({"publicly_accessible": null}), PUBLIC, "NON_COMPLIANT UNKNOWN: PubliclyAccessible is null"),
        (json!({}), PUBLIC, "NON_COMPLIANT UNKNOWN: PubliclyAccessible is missing"),
        (json!({}), "dms-auto-minor-version-upgrade-check", "NON_COMPLIANT UNKNOWN"),
        (json!({"auto_minor_version_upgrade": true}), "dms-auto-minor-version-upgrade-check", "COMPLIANT"),
        (
            json!({"publicly_accessible": false, "replication_instance_public_ips": ["198.51.100.7"]}),
            PUBLIC,
            "NON_COMPLIANT CONTRADICTION",
        ),
        (
            json!({"publicly_accessible": false, "replication_instance_public_ips": [""], "replication_instance_private_ips": ["10.0.0.1"]}),
            PUBLIC,
            "COMPLIANT",
        ),
        (json!({"tags": {}}), "dms-replication-instance-tagged", "NON_COMPLIANT UNKNOWN"),
        (json!({"tags_all": {}}), "dms-replication-instance-tagged", "NON_COMPLIANT UNTAGGED"),
        (json!({"tags": {"a": "b"}, "tags_all": null}), "dms-replication-instance-tagged", "COMPLIANT"),
        (json!([]), PUBLIC, "NON_COMPLIANT UNKNOWN"),
        (json!(null), PUBLIC, "NON_COMPLIANT UNKNOWN"),
    ] {
        let verdict = verdict(instance, &values, rule);
        assert!(verdict.starts_with(wanted), "{values} {rule}: {verdict}");
    }
    let redis = json!({"engine_name": "redis", "redis_settings": [{"server_name": "a", "ssl_security_protocol": null}]});
    let verdict = verdict("aws_dms_endpoint", &redis, "dms-redis-tls-enabled");
    assert!(verdict.starts_with("NON_COMPLIANT"), "{verdict}");
}

#[test]
fn a_recorded_resource_has_its_arn_account_region_and_name() {
    let task = "arn:aws:dms:us-east-1:210987654321:task:T";
    let state = state(&[
        resource(
            "aws_dms_replication_instance",
            "a",
            &json!({"replication_instance_arn": ARN, "replication_instance_id": "orders"}),
        ),
        resource(
            "aws_dms_replication_task",
            "b",
            &json!({"replication_task_arn": task, "replication_instance_arn": ARN}),
        ),
        resource("awscc_dms_endpoint", "c", &json!({"id": "arn:aws:dms:eu-west-1:123456789012:endpoint:E"})),
        resource("aws_dms_endpoint", "d", &json!({"endpoint_id": "source"})),
    ]);
    let shown: Vec<_> = state
        .resources
        .iter()
        .map(|one| {
            (
                one.item.resource_id.as_str(),
                one.item.resource_name.as_deref(),
                one.item.aws_region.as_deref(),
                one.item.account_id.as_deref(),
            )
        })
        .collect();
    assert_eq!(shown[0], (ARN, Some("orders"), Some("eu-west-1"), Some("123456789012")));
    assert_eq!((shown[1].0, shown[1].2, shown[1].3), (task, Some("us-east-1"), Some("210987654321")));
    assert_eq!(shown[2].0, "arn:aws:dms:eu-west-1:123456789012:endpoint:E");
    assert_eq!(shown[3], ("aws_dms_endpoint.d", Some("source"), None, None));
}

#[test]
fn every_instance_of_a_resource_counts() {
    let one = |more: &Value| {
        let mut one = resource("aws_dms_replication_instance", "a", &json!({}));
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        one
    };
    let resources = [
        one(&json!({})),
        one(&json!({"deposed_key": "1a"})),
        one(&json!({"address": "aws_dms_replication_instance.a[1]"})),
    ];
    let ids: Vec<_> = state(&resources).resources.into_iter().map(|one| one.item.resource_id).collect();
    assert_eq!(
        ids,
        [
            "aws_dms_replication_instance.a",
            "aws_dms_replication_instance.a (deposed 1a)",
            "aws_dms_replication_instance.a[1]",
        ]
    );
}

#[test]
fn the_manager_of_a_key_is_known_if_the_state_shows_it() {
    let instance = resource("aws_dms_replication_instance", "a", &json!({"kms_key_arn": KEY}));
    let data = |manager: &str| {
        let mut data = resource("aws_kms_key", "k", &json!({"arn": KEY, "key_manager": manager}));
        data["mode"] = json!("data");
        data
    };
    for (others, wanted) in [
        (vec![resource("aws_kms_key", "k", &json!({"arn": KEY}))], Some("CUSTOMER")),
        (vec![resource("aws_kms_replica_key", "k", &json!({"arn": KEY}))], Some("CUSTOMER")),
        (vec![data("AWS")], Some("AWS")),
        (vec![data("CUSTOMER")], Some("CUSTOMER")),
        (vec![data("AWS"), resource("aws_kms_key", "k", &json!({"arn": KEY}))], None),
        (vec![resource("aws_kms_key", "k", &json!({"arn": format!("{KEY}0")}))], None),
        (vec![resource("aws_kms_alias", "k", &json!({"arn": KEY}))], None),
        (vec![], None),
    ] {
        let resources: Vec<Value> = others.iter().cloned().chain([instance.clone()]).collect();
        let state = state(&resources);
        let key = state.resources[0].kms_key.as_ref();
        assert_eq!(key.and_then(|key| key.key_manager.as_deref()), wanted, "{others:?}");
    }
}

#[test]
fn what_a_stack_or_cloud_control_made_is_not_lost() {
    let template = "Resources:\n  A: {Type: 'AWS::DMS::Endpoint'}\n";
    let held = state(&[
        resource("aws_cloudformation_stack", "s", &json!({"template_body": template})),
        resource(
            "aws_cloudformation_stack",
            "t",
            &json!({"template_body": "Resources: {A: {Type: 'AWS::SNS::Topic'}}"}),
        ),
        resource(
            "aws_cloudcontrolapi_resource",
            "c",
            &json!({"type_name": "AWS::DMS::ReplicationInstance", "properties": "{\"PubliclyAccessible\":true}"}),
        ),
        resource("aws_cloudcontrolapi_resource", "d", &json!({"type_name": "AWS::DMS::Endpoint"})),
    ]);
    assert_eq!(held.failures.len(), 2, "{held:?}");
    let [instance] = held.resources.as_slice() else { panic!("{held:?}") };
    let flags: Vec<_> = instance.item.configuration.values("PubliclyAccessible").collect();
    assert_eq!(flags, [&Json::Bool(true)]);
}

#[test]
fn a_state_without_resources_is_empty_and_one_without_its_list_an_error() {
    for text in [
        r#"{"format_version":"1.0"}"#,
        r#"{"format_version":"1.0","terraform_version":"1.9.5"}"#,
        r#"{"values":{"root_module":{}}}"#,
    ] {
        assert!(terraform_state(text).unwrap().resources.is_empty(), "{text}");
    }
    for text in [
        "{}",
        r#"{"format_version":"9.0"}"#,
        r#"{"format_version":"1.0","values":null}"#,
        r#"{"format_version":"1.0","values":{}}"#,
        r#"{"format_version":"1.0","values":{"root_module":null}}"#,
        r#"{"format_version":"1.0","values":{"root_module":{"resources":{}}}}"#,
        r#"{"format_version":"1.0","planned_values":{"root_module":{}}}"#,
    ] {
        assert!(terraform_state(text).is_err(), "{text}");
    }
}
