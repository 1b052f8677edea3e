//! Terraform plans and states.

use iac::{terraform_plan as terraform, terraform_state};
use rule_core::{Finding, rules};

use crate::{IS_PUBLIC, PRIVATE, PUBLIC, verdicts};

fn one_instance(values: &str, unknown: &str, more: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","planned_values":{{"root_module":{{"resources":[{{"address":"aws_dms_replication_instance.a","mode":"managed","type":"aws_dms_replication_instance","values":{values}}}]}}}},
        "resource_changes":[{{"address":"aws_dms_replication_instance.a","mode":"managed","type":"aws_dms_replication_instance","change":{{"actions":["create"],"after":{values},"after_unknown":{unknown}}}}}]{more}}}"#
    )
}

#[test]
fn a_terraform_plan_is_evaluated_by_what_is_known_before_apply() {
    let open = "NON_COMPLIANT UNKNOWN: cannot be known before deployment, PUBLIC if publicly_accessible (known after apply) is true: PubliclyAccessible=true";
    let absent = &open.replace("known after apply", "not in the plan");
    let null = &open.replace("known after apply", "null in the plan");
    for (values, unknown, wanted) in [
        (r#"{"publicly_accessible":false}"#, "{}", PRIVATE),
        (r#"{"publicly_accessible":true}"#, "{}", IS_PUBLIC),
        (r#"{"publicly_accessible":"false"}"#, "{}", PRIVATE),
        // Without the configuration it is not known if the argument is given.
        ("{}", "{}", absent),
        (r#"{"publicly_accessible":null}"#, "{}", null),
        ("{}", r#"{"publicly_accessible":true}"#, open),
        (r#"{"publicly_accessible":false}"#, r#"{"publicly_accessible":true}"#, open),
        (r#"{"publicly_accessible":false}"#, r#"{"publicly_accessible":false,"multi_az":true}"#, PRIVATE),
        (r#"{"Publicly_Accessible":true}"#, "{}", IS_PUBLIC),
        (r#"{"publicly_accessible":false,"publiclyaccessible":true}"#, "{}", IS_PUBLIC),
        (
            "null",
            "{}",
            "NON_COMPLIANT UNKNOWN: the configuration is unreadable (the plan does not hold its values); DMS's default is public",
        ),
    ] {
        let plan = terraform(&one_instance(values, unknown, "")).unwrap();
        assert_eq!(verdicts(&plan, PUBLIC), [wanted], "{values} {unknown}");
        assert!(plan.failures.is_empty());
    }
    let plan =
        terraform(&one_instance(r#"{"publicly_accessible":false}"#, "{}", r#","errored":true"#)).unwrap();
    assert_eq!((verdicts(&plan, PUBLIC).len(), plan.failures.len()), (1, 1));
    assert_eq!(
        plan.resources[0].fix(rules::find(PUBLIC).unwrap(), &Finding::unknown("flag")),
        "set publicly_accessible = false"
    );
    assert!(terraform(r#"{"planned_values":[]}"#).is_err());
    for nothing in ["{}", r#"{"format_version":"9.0"}"#] {
        assert!(terraform(nothing).is_err());
    }
    let ghost = one_instance(r#"{"tags_all":{}}"#, r#"{"tags_all":{"Ghost":false}}"#, "");
    let untagged = verdicts(&terraform(&ghost).unwrap(), "dms-replication-instance-tagged");
    assert!(untagged[0].starts_with("NON_COMPLIANT UNTAGGED"), "{untagged:?}");
    let twice = one_instance(r#"{"publicly_accessible":true,"publicly_accessible":false}"#, "{}", "");
    assert!(terraform(&twice).unwrap_err().to_string().contains("given twice"));
}

#[test]
fn modules_states_and_deferred_changes_are_read() {
    let nested = r#"{"format_version":"1.0","values":{"root_module":{"child_modules":[{"resources":[{"address":"module.m.aws_dms_replication_instance.a[0]","mode":"managed","type":"aws_dms_replication_instance","values":{"publicly_accessible":true}}],"child_modules":[{"resources":[{"address":"data.x","mode":"data","type":"aws_dms_replication_instance","values":{"publicly_accessible":true}},{"address":"awscc_dms_instance_profile.p","mode":"managed","type":"awscc_dms_instance_profile","values":{"publicly_accessible":false}}]}]}]}}}"#;
    let state = terraform_state(nested).unwrap();
    let ids: Vec<_> = state.resources.iter().map(|recorded| recorded.item.resource_id.as_str()).collect();
    assert_eq!(ids, ["module.m.aws_dms_replication_instance.a[0]", "awscc_dms_instance_profile.p"]);
    let planned = nested.replace("\"values\":{\"root", "\"planned_values\":{\"root");
    let plan = terraform(&planned).unwrap();
    let ids: Vec<_> = plan.resources.iter().map(|planned| planned.id.as_str()).collect();
    assert_eq!(ids, ["module.m.aws_dms_replication_instance.a[0]", "awscc_dms_instance_profile.p"]);
    assert_eq!(verdicts(&plan, "dms-instance-profile-not-public"), [PRIVATE]);
    let change = |actions: &str| {
        format!(
            r#"{{"address":"a","mode":"managed","type":"aws_dms_replication_instance","change":{{"actions":{actions},"after":{{"publicly_accessible":true}}}}}}"#
        )
    };
    let (create, delete) = (change(r#"["create"]"#), change(r#"["delete"]"#));
    for (text, wanted) in [
        (
            format!(r#"{{"planned_values":{{"root_module":{{}}}},"resource_changes":[{create}]}}"#),
            vec![IS_PUBLIC],
        ),
        (format!(r#"{{"planned_values":{{"root_module":{{}}}},"resource_changes":[{delete}]}}"#), vec![]),
        (
            format!(
                r#"{{"planned_values":{{"root_module":{{}}}},"deferred_changes":[{{"reason":"x","resource_change":{create}}}]}}"#
            ),
            vec![IS_PUBLIC],
        ),
    ] {
        assert_eq!(verdicts(&terraform(&text).unwrap(), PUBLIC), wanted, "{text}");
    }
}

#[test]
fn terraform_spellings_of_endpoints_tasks_and_tags_are_read() {
    let one = |kind: &str, values: &str, unknown: &str, rule: &str| {
        let text = format!(
            r#"{{"planned_values":{{"root_module":{{"resources":[{{"address":"x","mode":"managed","type":"{kind}","values":{values}}}]}}}},"resource_changes":[{{"address":"x","type":"{kind}","change":{{"actions":["create"],"after_unknown":{unknown}}}}}]}}"#
        );
        verdicts(&terraform(&text).unwrap(), rule).remove(0)
    };
    for (kind, values, unknown, rule, wanted) in [
        (
            "aws_dms_endpoint",
            r#"{"engine_name":"postgres","ssl_mode":"none"}"#,
            "{}",
            "dms-endpoint-ssl-configured",
            "NON_COMPLIANT PLAINTEXT: SslMode=none",
        ),
        (
            "aws_dms_endpoint",
            r#"{"engine_name":"redis","redis_settings":[{"server_name":"a","ssl_security_protocol":"plaintext"}]}"#,
            "{}",
            "dms-redis-tls-enabled",
            "NON_COMPLIANT PLAINTEXT: SslSecurityProtocol=plaintext",
        ),
        (
            "aws_dms_endpoint",
            r#"{"engine_name":"redis","redis_settings":[{"server_name":"a"}]}"#,
            "{}",
            "dms-redis-tls-enabled",
            "NON_COMPLIANT UNKNOWN: SslSecurityProtocol is not known before deployment (ssl_security_protocol (not in the plan))",
        ),
        (
            "aws_dms_endpoint",
            r#"{"engine_name":"redis","redis_settings":[]}"#,
            "{}",
            "dms-redis-tls-enabled",
            "NON_COMPLIANT UNKNOWN: RedisSettings is missing",
        ),
        (
            "aws_dms_endpoint",
            r#"{"engine_name":"mongodb","mongodb_settings":[{"auth_type":"password","auth_mechanism":"default"}]}"#,
            "{}",
            "dms-mongo-db-authentication-enabled",
            "COMPLIANT AUTHENTICATED: AuthType=password",
        ),
        (
            "aws_dms_endpoint",
            r#"{"engine_name":"kafka","kafka_settings":[{"broker":"b"}]}"#,
            r#"{"kafka_settings":[{"security_protocol":true}]}"#,
            "dms-kafka-tls-enabled",
            "NON_COMPLIANT UNKNOWN: SecurityProtocol is not known before deployment (security_protocol (known after apply))",
        ),
        (
            "aws_dms_s3_endpoint",
            r#"{"ssl_mode":"none"}"#,
            "{}",
            "dms-endpoint-ssl-configured",
            "NOT_APPLICABLE NOT APPLICABLE: DMS has no SslMode for the engine s3",
        ),
        (
            "aws_dms_replication_task",
            r#"{"replication_task_settings":"{\"Logging\":{\"EnableLogging\":false}}"}"#,
            "{}",
            "dms-replication-task-targetdb-logging",
            "NON_COMPLIANT NOT LOGGED: EnableLogging=false",
        ),
        (
            "aws_dms_replication_instance",
            r#"{"tags":{"team":"a"},"tags_all":{"team":"a","org":"x"}}"#,
            "{}",
            "dms-replication-instance-tagged",
            "COMPLIANT TAGGED: org, team",
        ),
        (
            "aws_dms_replication_instance",
            "{}",
            r#"{"tags_all":true}"#,
            "dms-replication-instance-tagged",
            "NON_COMPLIANT UNKNOWN: the tags are not recorded",
        ),
        (
            "aws_dms_replication_instance",
            r#"{"tags":null,"tags_all":{}}"#,
            "{}",
            "dms-replication-instance-tagged",
            "NON_COMPLIANT UNTAGGED",
        ),
    ] {
        let verdict = one(kind, values, unknown, rule);
        assert!(verdict.starts_with(wanted), "{kind} {values} {rule}: {verdict}");
    }
}
