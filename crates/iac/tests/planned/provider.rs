//! Terraform plans: arguments that are not given, keys that the plan makes, and objects that are not in its values.

use std::collections::BTreeMap;

use iac::{Plan, terraform_plan};
use proptest::prelude::*;
use rule_core::{Fact, Finding, Json, rules};
use serde_json::{Value, json};

use crate::{IS_PUBLIC, PRIVATE, PUBLIC, verdicts};

const INSTANCE: &str = "aws_dms_replication_instance";

/// A plan of one instance in the module `path`, such as `module.m[0].`.
struct Case {
    provider: &'static str,
    type_name: &'static str,
    path: &'static str,
    values: Value,
    unknown: Value,
    actions: Value,
    configuration: Value,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            provider: "registry.terraform.io/hashicorp/aws",
            type_name: INSTANCE,
            path: "",
            values: json!({}),
            unknown: json!({"publicly_accessible": true, "multi_az": true, "auto_minor_version_upgrade": true,
                "kms_key_arn": true, "kms_key_id": true, "replication_instance_public_ips": true}),
            actions: json!(["create"]),
            configuration: json!({}),
        }
    }
}

impl Case {
    fn plan(&self) -> Plan {
        self.plan_with(&[])
    }

    /// Plans the instance beside other resources.
    fn plan_with(&self, others: &[Value]) -> Plan {
        let Self { provider, type_name, path, values, unknown, actions, configuration } = self;
        let address = format!("{path}{type_name}.a");
        let mut resources = vec![json!({"address": address, "mode": "managed", "type": type_name,
            "provider_name": provider, "values": values})];
        resources.extend_from_slice(others);
        let plan = json!({
            "format_version": "1.2",
            "planned_values": {"root_module": {"resources": resources}},
            "resource_changes": [{"address": address, "mode": "managed", "type": type_name,
                "change": {"actions": actions, "after": values, "after_unknown": unknown}}],
            "configuration": configuration,
        });
        terraform_plan(&plan.to_string()).unwrap()
    }
}

/// Returns the configuration of the root module with the instance, and these arguments.
fn root(type_name: &str, arguments: &Value) -> Value {
    json!({"root_module": {"resources": [module_resource(type_name, arguments)]}})
}

fn module_resource(type_name: &str, arguments: &Value) -> Value {
    json!({"address": format!("{type_name}.a"), "mode": "managed", "type": type_name, "name": "a",
        "provider_config_key": "aws", "expressions": arguments})
}

fn values(plan: &Plan, property: &str) -> Vec<Json> {
    let configurations = plan.resources[0].possibilities.iter().map(|one| &one.item.configuration);
    let mut values: Vec<Json> = configurations.flat_map(|one| one.values(property).cloned()).collect();
    values.dedup();
    values
}

#[test]
fn a_flag_that_is_shown_as_not_given_is_sent_as_false_by_the_provider_aws() {
    let given = json!({"replication_instance_class": {"constant_value": "dms.t3.micro"}});
    let shown = || root(INSTANCE, &given);
    let absent = json!({});
    for unknown in [Case::default().unknown, absent.clone()] {
        let plan = Case { configuration: shown(), unknown, ..Case::default() }.plan();
        assert_eq!(verdicts(&plan, PUBLIC), [PRIVATE]);
        for flag in ["PubliclyAccessible", "MultiAZ", "AutoMinorVersionUpgrade"] {
            assert_eq!(values(&plan, flag), [Json::Bool(false)], "{flag}");
        }
        assert!(values(&plan, "KmsKeyId").is_empty());
    }
    let null = root(INSTANCE, &json!({"publicly_accessible": {"constant_value": null}}));
    assert_eq!(verdicts(&Case { configuration: null, ..Case::default() }.plan(), PUBLIC), [PRIVATE]);
    let own = Case { provider: "registry.example.com/acme/aws", ..Case::default() };
    for open in [
        Case::default(),
        Case {
            configuration: root(INSTANCE, &json!({"publicly_accessible": {"references": ["var.p"]}})),
            ..Case::default()
        },
        Case { configuration: root(INSTANCE, &json!({"dynamic": [{}]})), ..Case::default() },
        Case { configuration: root(INSTANCE, &json!([])), ..Case::default() },
        Case { configuration: shown(), path: "module.m.", ..Case::default() },
        Case { configuration: shown(), ..own },
        Case { configuration: shown(), actions: json!(["update"]), ..Case::default() },
        Case { configuration: shown(), unknown: json!(true), ..Case::default() },
    ] {
        let verdicts = verdicts(&open.plan(), PUBLIC);
        assert!(verdicts[0].starts_with("NON_COMPLIANT UNKNOWN"), "{}: {verdicts:?}", open.configuration);
    }
    // One of two changes of an address does not create it.
    let change = |action: &str| {
        json!({"address": "aws_dms_replication_instance.a", "type": INSTANCE, "provider_name": "hashicorp/aws",
            "change": {"actions": [action], "after": {}}})
    };
    let twice = json!({"planned_values": {"root_module": {}}, "configuration": shown(),
        "resource_changes": [change("create"), change("update")]});
    let twice = verdicts(&terraform_plan(&twice.to_string()).unwrap(), PUBLIC);
    assert!(twice.len() == 1 && twice[0].starts_with("NON_COMPLIANT UNKNOWN"), "{twice:?}");
    let replaced = Case { configuration: shown(), actions: json!(["delete", "create"]), ..Case::default() };
    assert_eq!(verdicts(&replaced.plan(), PUBLIC), [PRIVATE]);
}

#[test]
fn the_provider_awscc_sends_nothing_that_is_not_given() {
    let type_name = "awscc_dms_replication_instance";
    let case = |configuration| {
        let provider = "registry.terraform.io/hashicorp/awscc";
        Case { provider, type_name, configuration, ..Case::default() }.plan()
    };
    let plan = case(root(type_name, &json!({})));
    assert_eq!(verdicts(&plan, PUBLIC), [crate::NOT_SET]);
    assert!(values(&plan, "MultiAZ").is_empty());
    assert!(verdicts(&case(json!({})), PUBLIC)[0].starts_with("NON_COMPLIANT UNKNOWN"));
}

#[test]
fn an_argument_of_a_resource_in_modules_is_followed() {
    let module = |call: &Value, variables: &Value, arguments: &Value| {
        json!({"root_module": {"module_calls": {"m": {"expressions": call, "module": {
            "variables": variables, "resources": [module_resource(INSTANCE, arguments)]}}}}})
    };
    let var = json!({"publicly_accessible": {"references": ["var.p"]}});
    let none = json!({});
    for (call, variables, arguments, is_private) in [
        (&none, &none, &none, true),
        (&none, &json!({"p": {"default": null}}), &var, true),
        (&json!({"p": {"constant_value": null}}), &json!({"p": {}}), &var, true),
        (&none, &json!({"p": {"default": true}}), &var, false),
        (&json!({"p": {"references": ["aws_x.y"]}}), &json!({"p": {"default": null}}), &var, false),
        (&none, &none, &var, false),
    ] {
        let configuration = module(call, variables, arguments);
        let path = r#"module.m["a.b"]."#;
        let verdicts = verdicts(&Case { path, configuration, ..Case::default() }.plan(), PUBLIC);
        assert_eq!(verdicts[0] == PRIVATE, is_private, "{call} {variables} {arguments}: {verdicts:?}");
    }
}

#[test]
fn a_key_that_the_plan_makes_or_keeps_is_known_as_such() {
    let key = |type_name: &str, address: &str, values: Value| json!({"address": address, "mode": "managed", "type": type_name, "values": values});
    let refers = |references: &[&str]| root(INSTANCE, &json!({"kms_key_arn": {"references": references}}));
    let here = [
        key("aws_kms_key", "aws_kms_key.k[0]", json!({})),
        key("aws_kms_replica_key", "aws_kms_replica_key.r", json!({})),
    ];
    let found = |configuration: Value, path: &'static str, others: &[Value]| {
        values(&Case { path, configuration, ..Case::default() }.plan_with(others), "KmsKeyId")
    };
    let is_key = |values: &[Json]| matches!(values, [Json::Created { resource_type, .. }] if resource_type == "AWS::KMS::Key");
    for (references, is_created) in [
        (&["aws_kms_key.k[0].arn", "aws_kms_key.k[0]", "aws_kms_key.k"][..], true),
        (&["aws_kms_replica_key.r.arn", "aws_kms_replica_key.r"], true),
        (&["aws_kms_key.k"], true),
        (&["aws_kms_key.k[0].arn", "aws_kms_key.k[0]", "aws_kms_key.k", "var.other"], false),
        (&["aws_kms_key.gone.arn", "aws_kms_key.gone"], false),
        (&["data.aws_kms_key.k.arn", "data.aws_kms_key.k"], false),
        (&["aws_kms_key.k[0].description"], false),
        (&["aws_sns_topic.k.arn"], false),
        (&["local.key"], false),
        (&[], false),
    ] {
        let found = found(refers(references), "", &here);
        assert_eq!(is_key(&found), is_created, "{references:?}: {found:?}");
    }
    // Through the input of one module, and the output of another.
    let through = json!({"root_module": {"module_calls": {
        "m": {"expressions": {"key": {"references": ["module.keys.arn", "module.keys"]}},
            "module": {"resources": [module_resource(INSTANCE, &json!({"kms_key_arn": {"references": ["var.key"]}}))]}},
        "keys": {"module": {"outputs": {"arn": {"expression": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}}}},
    }}});
    let inner = [key("aws_kms_key", "module.keys.aws_kms_key.k", json!({}))];
    assert!(is_key(&found(through.clone(), "module.m.", &inner)));
    assert!(!is_key(&found(through, "module.m.", &here)));
    let circle = json!({"root_module": {"module_calls": {"m": {"expressions": {"key": {"references": ["module.m.key"]}},
        "module": {"outputs": {"key": {"expression": {"references": ["var.key"]}}},
            "resources": [module_resource(INSTANCE, &json!({"kms_key_arn": {"references": ["var.key"]}}))]}}}}});
    assert!(!is_key(&found(circle, "module.m.", &here)));
    // An ARN that is known is that of a key of the plan, or not.
    let arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    for (arn_of_key, is_known) in [(arn, true), ("arn:aws:kms:eu-west-1:123456789012:key/other", false)] {
        let others = [key("aws_kms_key", "aws_kms_key.k", json!({"arn": arn_of_key}))];
        let case = Case { values: json!({"kms_key_arn": arn}), unknown: json!({}), ..Case::default() };
        let plan = case.plan_with(&others);
        let fact = &plan.resources[0].possibilities[0].facts.kms_key;
        assert_eq!(
            matches!(fact, Fact::Known(key) if key.key_manager.as_deref() == Some("CUSTOMER")),
            is_known
        );
    }
}

/// Builds a plan of changes to one address.
fn changes(changes: &[Value]) -> Plan {
    let changes: Vec<Value> = changes
        .iter()
        .map(|change| {
            let mut change = change.clone();
            change["address"] = json!("aws_dms_replication_instance.a");
            change["type"] = json!(INSTANCE);
            change
        })
        .collect();
    terraform_plan(&json!({"planned_values": {"root_module": {}}, "resource_changes": changes}).to_string())
        .unwrap()
}

#[test]
fn every_object_that_remains_after_apply_is_planned_once() {
    let public = json!({"publicly_accessible": true});
    let private = json!({"publicly_accessible": false});
    let now = json!({"change": {"actions": ["create"], "after": private, "after_unknown": {}}});
    for (second, wanted) in [
        (json!({"deposed": "1a", "change": {"actions": ["delete"], "before": public}}), vec![PRIVATE]),
        (
            json!({"deposed": "1a", "change": {"actions": ["forget"], "before": public}}),
            vec![PRIVATE, IS_PUBLIC],
        ),
        (
            json!({"deposed": "1a", "change": {"actions": ["no-op"], "before": public, "after": public}}),
            vec![PRIVATE, IS_PUBLIC],
        ),
        (json!({"change": {"actions": ["create"], "after": public}}), vec![PRIVATE, IS_PUBLIC]),
        (json!({"change": {"actions": ["create"], "after": private}}), vec![PRIVATE]),
    ] {
        for order in [[&now, &second], [&second, &now]] {
            let mut found = verdicts(&changes(&order.map(Clone::clone)), PUBLIC);
            found.sort();
            assert_eq!(found, wanted, "{second}");
        }
    }
    let forgotten = json!({"change": {"actions": ["forget"], "before": public, "after": null}});
    assert_eq!(verdicts(&changes(&[forgotten]), PUBLIC), [IS_PUBLIC]);
    let deposed = json!({"deposed": "1a", "change": {"actions": ["no-op"], "after": public}});
    assert_eq!(changes(&[deposed]).resources[0].id, "aws_dms_replication_instance.a (deposed 1a)");
}

#[test]
fn a_value_is_unknown_if_one_of_two_changes_says_so() {
    let private = json!({"publicly_accessible": false});
    let change = |unknown: Value| json!({"change": {"actions": ["create"], "after": private, "after_unknown": unknown}});
    for unknown in [json!({"publicly_accessible": true}), json!(true)] {
        for order in
            [[change(unknown.clone()), change(json!({}))], [change(json!({})), change(unknown.clone())]]
        {
            let verdicts = verdicts(&changes(&order), PUBLIC);
            assert!(
                verdicts.len() == 1 && verdicts[0].starts_with("NON_COMPLIANT UNKNOWN"),
                "{unknown}: {verdicts:?}"
            );
        }
    }
}

#[test]
fn a_plan_without_its_own_list_is_an_error() {
    for text in [
        r#"{"planned_values":{}}"#,
        r#"{"planned_values":null}"#,
        r#"{"planned_values":{"root_module":null}}"#,
        r#"{"planned_values":{"root_module":{"resources":null}}}"#,
        r#"{"planned_values":{"root_module":{}},"values":{"root_module":{}}}"#,
        r#"{"planned_values":{"root_module":{}},"format_version":"2.0"}"#,
        r#"{"values":{"root_module":{}}}"#,
        r#"{"format_version":"1.0"}"#,
    ] {
        assert!(terraform_plan(text).is_err(), "{text}");
    }
    assert!(terraform_plan(r#"{"planned_values":{"root_module":{}}}"#).unwrap().resources.is_empty());
}

#[test]
fn default_tags_of_the_provider_may_be_added() {
    let tags_of_case = |values: Value, unknown: Value| {
        let plan = Case { values, unknown, ..Case::default() }.plan();
        let one = &plan.resources[0].possibilities[0];
        (one.item.tags.as_ref().map(BTreeMap::len), one.facts.more_tags.is_some())
    };
    let tags = json!({"team": "a"});
    assert_eq!(tags_of_case(json!({"tags": tags}), json!({})), (Some(1), true));
    assert_eq!(tags_of_case(json!({}), json!({})), (Some(0), true));
    assert_eq!(tags_of_case(json!({"tags_all": tags}), json!({})), (Some(1), false));
    assert_eq!(tags_of_case(json!({"tags": tags}), json!({"tags_all": true})), (Some(1), true));
    assert_eq!(tags_of_case(json!({"tags": null}), json!({"tags_all": true})), (None, false));
    assert_eq!(tags_of_case(json!({"tags_all": {}}), json!({})), (Some(0), false));
}

#[test]
fn a_fix_is_written_in_the_language_of_the_resource() {
    let fix = |type_name: &'static str, rule: &str| {
        let plan = Case { type_name, ..Case::default() }.plan();
        let finding = Finding::non_compliant("X", "x", "the command");
        plan.resources[0].fix(rules::find(rule).unwrap(), &finding)
    };
    for (type_name, rule, wanted) in [
        (INSTANCE, PUBLIC, "set publicly_accessible = false"),
        (
            "aws_dms_endpoint",
            "dms-redis-tls-enabled",
            "set redis_settings { ssl_security_protocol = \"ssl-encryption\" }",
        ),
        (
            "awscc_dms_endpoint",
            "dms-redis-tls-enabled",
            "set redis_settings = { ssl_security_protocol = \"ssl-encryption\" }",
        ),
        ("aws_dms_endpoint", "dms-neptune-iam-authorization-enabled", "after deployment: the command"),
        (
            "awscc_dms_endpoint",
            "dms-neptune-iam-authorization-enabled",
            "set neptune_settings = { iam_auth_enabled = true }",
        ),
        ("aws_dms_instance_profile", "dms-instance-profile-not-public", "set publicly_accessible = false"),
        ("awscc_dms_certificate", "dms-certificate-tagged", "after deployment: the command"),
        (
            "aws_dms_endpoint",
            "dms-endpoint-ssl-configured",
            "set ssl_mode to require, verify-ca or verify-full, whichever the engine takes",
        ),
        (
            "aws_dms_endpoint",
            "dms-endpoint-tagged",
            "set tags to at least one tag of your own, and all of requiredKeyTags",
        ),
    ] {
        assert_eq!(fix(type_name, rule), wanted, "{type_name} {rule}");
    }
}

proptest! {
    /// Only an explicit false, or a flag that is shown as not given to the provider aws, passes.
    #[test]
    fn nothing_else_than_false_passes(
        value in prop_oneof![Just(json!(null)), Just(json!(true)), Just(json!("no")), Just(json!([false]))],
        is_there in any::<bool>(),
        mark in prop_oneof![Just(json!({})), Just(json!({"publicly_accessible": true})), Just(json!(true)), Just(json!({"publicly_accessible": false}))],
        argument in prop_oneof![Just(json!({"publicly_accessible": {"references": ["var.p"]}})), Just(json!({"publicly_accessible": {"constant_value": true}})), Just(json!([]))],
        actions in prop_oneof![Just(json!(["create"])), Just(json!(["update"])), Just(json!(["forget"])), Just(json!([]))],
    ) {
        let values = if is_there { json!({"publicly_accessible": value}) } else { json!({}) };
        let configuration = root(INSTANCE, &argument);
        let plan = Case { values, unknown: mark, configuration, actions, ..Case::default() }.plan();
        for verdict in verdicts(&plan, PUBLIC) {
            prop_assert!(verdict.starts_with("NON_COMPLIANT"), "{}", verdict);
        }
    }
}

#[test]
fn a_data_provider_of_awscc_is_evaluated_by_the_mode_of_its_engine() {
    let unset = json!({"my_sql_settings": null, "oracle_settings": null});
    for (engine, settings, unknown, wanted) in [
        (
            "postgres",
            json!({"postgre_sql_settings": {"ssl_mode": "require"}}),
            json!({}),
            "COMPLIANT TLS: SslMode=require",
        ),
        (
            "postgres",
            json!({"postgre_sql_settings": {"ssl_mode": "none"}}),
            json!({}),
            "NON_COMPLIANT PLAINTEXT: SslMode=none",
        ),
        (
            "mysql",
            json!({"my_sql_settings": {"ssl_mode": "verify-ca"}}),
            json!({}),
            "COMPLIANT TLS: SslMode=verify-ca",
        ),
        (
            "sqlserver",
            json!({"microsoft_sql_server_settings": {"ssl_mode": "require"}}),
            json!({}),
            "COMPLIANT TLS: SslMode=require",
        ),
        (
            "db2-zos",
            json!({"ibm_db_2z_os_settings": {"ssl_mode": "verify-ca"}}),
            json!({}),
            "COMPLIANT TLS: SslMode=verify-ca",
        ),
        ("redshift", json!({"redshift_settings": {"server_name": "s"}}), json!({}), "NOT_APPLICABLE"),
        // Terraform marks what the provider may compute in the groups that are not given.
        (
            "postgres",
            json!({"postgre_sql_settings": {"ssl_mode": "require"}}),
            json!({"settings": {"my_sql_settings": true, "oracle_settings": true}}),
            "COMPLIANT TLS: SslMode=require",
        ),
        (
            "postgres",
            json!({"postgre_sql_settings": {"server_name": "s"}}),
            json!({"settings": {"postgre_sql_settings": {"ssl_mode": true}}}),
            "NON_COMPLIANT UNKNOWN",
        ),
        ("postgres", json!({}), json!({"settings": {"postgre_sql_settings": true}}), "NON_COMPLIANT UNKNOWN"),
        (
            "mysql",
            json!({"postgre_sql_settings": {"ssl_mode": "require"}}),
            json!({}),
            "NON_COMPLIANT UNKNOWN",
        ),
        (
            "postgres",
            json!({"postgre_sql_settings": {"ssl_mode": "require"}, "my_sql_settings": {"ssl_mode": "require"}}),
            json!({}),
            "NON_COMPLIANT UNKNOWN",
        ),
        (
            "postgres",
            json!({"postgre_sql_settings": {"sslMode": "require", "ssl_mode": "none"}}),
            json!({}),
            "NON_COMPLIANT UNKNOWN",
        ),
    ] {
        let mut all = unset.as_object().unwrap().clone();
        all.extend(settings.as_object().unwrap().clone());
        let case = Case {
            provider: "registry.terraform.io/hashicorp/awscc",
            type_name: "awscc_dms_data_provider",
            values: json!({"engine": engine, "settings": all}),
            unknown,
            ..Case::default()
        };
        let [verdict] = verdicts(&case.plan(), "dms-data-provider-tls-enabled").try_into().unwrap();
        assert!(verdict.starts_with(wanted), "{engine} {all:?}: {verdict}");
    }
}
