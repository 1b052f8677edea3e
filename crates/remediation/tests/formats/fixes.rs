//! The fixes of the other rules.

use remediation::{Correction, Fix, Instruction, Request, fix, formats};
use serde_json::{Value, json};

const ARN: &str = "arn:aws:dms:eu-west-1:123456789012:task:A";

/// Returns the calls that change something.
fn calls(rule: &str, resource: &Value) -> Vec<Request> {
    let Some(Fix::Correction(Correction { instructions, .. })) = fix(rule, resource, ARN) else {
        panic!("{rule}: {:?}", fix(rule, resource, ARN));
    };
    let call = |one| if let Instruction::Call(request) = one { Some(request) } else { None };
    instructions.into_iter().filter_map(call).collect()
}

fn because(rule: &str, resource: &Value) -> String {
    match fix(rule, resource, ARN) {
        Some(Fix::NotOneStep { because, .. }) => because,
        other => panic!("{rule}: {other:?}"),
    }
}

fn task(status: &str, settings: &Value) -> Value {
    json!({
        "ReplicationTaskArn": ARN, "Status": status, "MigrationType": "cdc",
        "ReplicationTaskSettings": settings.to_string(),
    })
}

#[test]
fn the_log_of_a_task_keeps_its_other_components_and_its_state() {
    let settings = json!({"Logging": {
        "EnableLogging": false,
        "LogComponents": [
            {"Id": "SORTER", "Severity": "LOGGER_SEVERITY_INFO"},
            {"Id": "SOURCE_UNLOAD", "Severity": "LOGGER_SEVERITY_ERROR"},
            {"Id": "SOURCE_CAPTURE", "Severity": "LOGGER_SEVERITY_DETAILED_DEBUG"},
        ],
        "CloudWatchLogGroup": "x",
    }, "TargetMetadata": {}});
    let rule = "dms-replication-task-sourcedb-logging";
    let operations = |status: &str| -> Vec<&str> {
        calls(rule, &task(status, &settings)).iter().map(|call| call.operation).collect()
    };
    assert_eq!(
        operations("running"),
        ["StopReplicationTask", "ModifyReplicationTask", "StartReplicationTask"]
    );
    for status in ["stopped", "ready", "failed"] {
        assert_eq!(operations(status), ["ModifyReplicationTask"], "what is stopped is not started");
    }
    let modify = &calls(rule, &task("stopped", &settings))[0];
    let written: Value =
        serde_json::from_str(modify.parameters["ReplicationTaskSettings"].as_str().unwrap()).unwrap();
    let expected = json!({"Logging": {
        "EnableLogging": true,
        "LogComponents": [
            {"Id": "SORTER", "Severity": "LOGGER_SEVERITY_INFO"},
            {"Id": "SOURCE_CAPTURE", "Severity": "LOGGER_SEVERITY_DETAILED_DEBUG"},
            {"Id": "SOURCE_UNLOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"},
        ],
    }});
    assert_eq!(written, expected);
    assert!(because(rule, &task("testing", &settings)).contains("testing"));
    assert!(because(rule, &json!({"Status": "stopped"})).contains("did not give the settings"));
    let mut loading = task("running", &settings);
    loading["MigrationType"] = json!("full-load-and-cdc");
    assert!(because(rule, &loading).contains("loading tables"));
}

#[test]
fn a_change_of_an_endpoint_repeats_what_dms_requires_and_no_secret() {
    let redis = json!({"RedisSettings": {"ServerName": "r", "Port": 6380, "AuthPassword": "hidden"}});
    let request = &calls("dms-redis-tls-enabled", &redis)[0];
    assert_eq!(
        request.parameters["RedisSettings"],
        json!({"ServerName": "r", "Port": 6380, "SslSecurityProtocol": "ssl-encryption"})
    );
    assert!(because("dms-redis-tls-enabled", &json!({})).contains("server and port"));
    let neptune =
        json!({"NeptuneSettings": {"S3BucketName": "b", "S3BucketFolder": "f", "ServiceAccessRoleArn": "r"}});
    assert_eq!(
        calls("dms-neptune-iam-authorization-enabled", &neptune)[0].parameters["NeptuneSettings"]["IamAuthEnabled"],
        true
    );
    for (engine, certificate, mode) in [
        ("postgres", Value::Null, "require"),
        ("postgres", json!("arn:c"), "verify-full"),
        ("mysql", Value::Null, "verify-full"),
        ("oracle", Value::Null, "verify-ca"),
        ("SQLSERVER", Value::Null, "require"),
    ] {
        let request = &calls(
            "dms-endpoint-ssl-configured",
            &json!({"EngineName": engine, "CertificateArn": certificate}),
        )[0];
        assert_eq!(request.parameters["SslMode"], mode, "{engine}");
        assert_eq!(request.parameters.contains_key("CertificateArn"), mode != "require", "{engine}");
    }
    assert!(because("dms-endpoint-ssl-configured", &json!({"EngineName": "x"})).contains("not known"));
}

#[test]
fn a_standby_needs_two_zones() {
    let subnet = |zone: &str| json!({"SubnetAvailabilityZone": {"Name": zone}});
    let rule = "dms-replication-instance-multi-az-enabled";
    let group = |subnets: Value| json!({"ReplicationSubnetGroup": {"Subnets": subnets}});
    assert!(because(rule, &group(json!([subnet("a"), subnet("a")]))).contains("no more than: a"));
    assert_eq!(calls(rule, &group(json!([subnet("a"), subnet("b")])))[0].parameters["MultiAZ"], true);
}

#[test]
fn a_fix_is_printed_with_its_commands() {
    let found = fix("dms-auto-minor-version-upgrade-check", &json!({}), ARN).unwrap();
    let text = formats::fix_terminal(&found, "r", ARN, "eu-west-1", Some(80), false);
    for words in [
        "ONE STEP: Turn",
        "interrupts:",
        "--auto-minor-version-upgrade",
        "--region eu-west-1",
        "it must print true",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let json: Value =
        serde_json::from_str(&formats::fix_json(&found, "r", ARN, "eu-west-1").unwrap()).unwrap();
    assert!(
        json["commands"][0]
            .as_str()
            .unwrap()
            .starts_with("aws dms modify-replication-instance --region eu-west-1")
    );
    assert_eq!(fix("dms-unknown", &json!({}), ARN), None);
}
