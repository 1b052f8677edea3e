//! Faults and permissions of the operations that change something.

use std::time::{Duration, Instant};

use local_aws::{Fault, FaultKind, Policy};
use serde_json::{Value, json};

use crate::client::{ACCOUNT, call, send};
use crate::dms::{Dms, OLD, SOURCE, create_request, task_arn};

fn stop() -> Value {
    json!({"ReplicationTaskArn": task_arn("running")})
}

#[test]
fn a_fault_has_its_effect_or_none() {
    for (kind, has_effect) in [
        (FaultKind::DropConnection, false),
        (FaultKind::DropAfter, true),
        (FaultKind::Garbage, false),
        (FaultKind::CutShort, true),
        (FaultKind::EmptyObject, true),
        (FaultKind::Throttle, false),
        (FaultKind::ExpiredToken, false),
        (FaultKind::ServerError, false),
    ] {
        let dms = Dms::start();
        dms.aws.inject(Fault { times: Some(1), ..Fault::always("StopReplicationTask", kind.clone()) });
        let keys = dms.aws.credentials(ACCOUNT);
        send(&dms.aws, Some(&keys), "dms", "AmazonDMSv20160101.StopReplicationTask", &stop().to_string());
        let status = if has_effect { "stopping" } else { "running" };
        assert_eq!(dms.task("running")["Status"], status, "{kind:?}");
    }
}

#[test]
fn any_fault_of_the_service_is_sent_on_demand() {
    let dms = Dms::start();
    let kind = FaultKind::Rejected {
        code: "InsufficientResourceCapacityFault".to_owned(),
        message: "no capacity".to_owned(),
    };
    dms.aws.inject(Fault { times: Some(1), ..Fault::always("CreateReplicationInstance", kind) });
    assert_eq!(
        dms.fault("CreateReplicationInstance", &create_request()),
        "InsufficientResourceCapacityFault"
    );
    assert_eq!(dms.aws.calls()[0].error_code.as_deref(), Some("InsufficientResourceCapacityFault"));
    dms.ok("CreateReplicationInstance", &create_request());
}

#[test]
fn a_client_that_gets_no_response_can_be_killed_before_or_after_the_effect() {
    for (kind, status) in [(FaultKind::NoResponse, "running"), (FaultKind::NoResponseAfter, "stopping")] {
        let dms = Dms::start();
        dms.aws.inject(Fault { times: Some(1), ..Fault::always("StopReplicationTask", kind.clone()) });
        std::thread::scope(|scope| {
            let keys = dms.aws.credentials(ACCOUNT);
            let waiting = scope.spawn({
                let dms = &dms;
                move || {
                    let target = "AmazonDMSv20160101.StopReplicationTask";
                    send(&dms.aws, Some(&keys), "dms", target, &stop().to_string())
                }
            });
            let start = Instant::now();
            while dms.aws.calls().is_empty() && start.elapsed() < Duration::from_secs(10) {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(50));
            let (is_waiting, calls) = (!waiting.is_finished(), dms.aws.calls());
            let found = dms.change(|account| account.dms["ReplicationTasks"][0]["Status"].clone());
            dms.aws.clear_faults(); // before an assertion can fail: the client waits until then
            assert_eq!((is_waiting, &found), (true, &json!(status)), "{kind:?}");
            assert_eq!(calls[0].status, None);
            assert_eq!(waiting.join().unwrap(), None);
        });
    }
}

/// Sends every operation under a policy that lacks one action, and returns the operations that are denied.
fn denied_without(action: &str) -> Vec<String> {
    let resource = |kind: &str| format!("arn:aws:dms:us-east-1:{ACCOUNT}:{kind}:*");
    let statement =
        |action: &str, resource: Value| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let (rep, task, endpoint) = (resource("rep"), resource("task"), resource("endpoint"));
    let statements: Vec<Value> = [
        statement("dms:CreateReplicationInstance", json!("*")),
        statement("dms:AddTagsToResource", json!([rep, task])),
        statement("dms:RemoveTagsFromResource", json!(rep)),
        statement("dms:ModifyReplicationInstance", json!(rep)),
        statement("dms:DeleteReplicationInstance", json!(rep)),
        statement("dms:TestConnection", json!([rep, endpoint])),
        statement("dms:MoveReplicationTask", json!([rep, task])),
        statement("dms:StartReplicationTask", json!(task)),
        statement("dms:StopReplicationTask", json!(task)),
        statement("dms:DeleteReplicationTask", json!(task)),
        statement("dms:DescribeTableStatistics", json!(task)),
        statement("iam:PassRole", json!("arn:aws:iam::123456789012:role/kerberos")),
    ]
    .into_iter()
    .filter(|statement| statement["Action"] != action)
    .collect();
    let dms = Dms::start();
    dms.change(|account| {
        let mut policy = Policy::default();
        policy.add(&json!({"Statement": statements})).unwrap();
        account.policy = Some(policy);
    });
    let mut create = create_request();
    create["KerberosAuthenticationSettings"] =
        json!({"KeyCacheSecretIamArn": "arn:aws:iam::123456789012:role/kerberos"});
    let (instance, arn) =
        (json!({"ReplicationInstanceArn": OLD}), json!({"ReplicationTaskArn": task_arn("ready")}));
    [
        ("CreateReplicationInstance", create),
        ("AddTagsToResource", json!({"ResourceArn": OLD, "Tags": []})),
        ("RemoveTagsFromResource", json!({"ResourceArn": OLD, "TagKeys": []})),
        ("ModifyReplicationInstance", instance.clone()),
        ("DeleteReplicationInstance", instance),
        ("TestConnection", json!({"ReplicationInstanceArn": OLD, "EndpointArn": SOURCE})),
        (
            "MoveReplicationTask",
            json!({"ReplicationTaskArn": task_arn("ready"), "TargetReplicationInstanceArn": OLD}),
        ),
        (
            "StartReplicationTask",
            json!({"ReplicationTaskArn": task_arn("ready"), "StartReplicationTaskType": "resume-processing"}),
        ),
        ("StopReplicationTask", arn.clone()),
        ("DeleteReplicationTask", arn.clone()),
        ("DescribeTableStatistics", arn),
    ]
    .into_iter()
    .filter(|(operation, request)| call(&dms.aws, operation, request).1 == "AccessDeniedException")
    .map(|(operation, _)| operation.to_owned())
    .collect()
}

#[test]
fn each_operation_needs_its_action_on_its_resources() {
    assert_eq!(denied_without("none"), Vec::<String>::new());
    for operation in [
        "RemoveTagsFromResource",
        "ModifyReplicationInstance",
        "DeleteReplicationInstance",
        "TestConnection",
        "MoveReplicationTask",
        "StartReplicationTask",
        "StopReplicationTask",
        "DeleteReplicationTask",
        "DescribeTableStatistics",
        "CreateReplicationInstance",
    ] {
        assert_eq!(denied_without(&format!("dms:{operation}")), [operation]);
    }
    let tagging = ["CreateReplicationInstance", "AddTagsToResource"];
    assert_eq!(denied_without("dms:AddTagsToResource"), tagging);
    assert_eq!(denied_without("iam:PassRole"), ["CreateReplicationInstance"]);
}

#[test]
fn a_right_on_one_of_two_resources_is_not_enough() {
    for (operation, request, resource) in [
        ("TestConnection", json!({"ReplicationInstanceArn": OLD, "EndpointArn": SOURCE}), "rep"),
        ("TestConnection", json!({"ReplicationInstanceArn": OLD, "EndpointArn": SOURCE}), "endpoint"),
        (
            "MoveReplicationTask",
            json!({"ReplicationTaskArn": task_arn("stopped"), "TargetReplicationInstanceArn": OLD}),
            "task",
        ),
        (
            "MoveReplicationTask",
            json!({"ReplicationTaskArn": task_arn("stopped"), "TargetReplicationInstanceArn": OLD}),
            "rep",
        ),
    ] {
        let dms = Dms::start();
        dms.change(|account| {
            let statement = json!({
                "Effect": "Allow",
                "Action": format!("dms:{operation}"),
                "Resource": format!("arn:aws:dms:*:*:{resource}:*"),
            });
            let mut policy = Policy::default();
            policy.add(&json!({"Statement": [statement]})).unwrap();
            account.policy = Some(policy);
        });
        assert_eq!(call(&dms.aws, operation, &request).1, "AccessDeniedException", "{operation} {resource}");
    }
}

#[test]
fn a_deletion_can_be_allowed_by_tag() {
    let dms = Dms::start();
    let arn = dms.create(|_| {})["ReplicationInstanceArn"].clone();
    dms.change(|account| {
        account.dms.get_mut("ReplicationTasks").unwrap().clear();
        let statement = json!({
            "Effect": "Allow",
            "Action": "dms:DeleteReplicationInstance",
            "Resource": "arn:aws:dms:*:*:rep:*",
            "Condition": {"StringLike": {"aws:ResourceTag/dms-rule:replaces": "arn:aws:dms:*:rep:*"}},
        });
        let mut policy = Policy::default();
        policy.add(&json!({"Statement": [statement]})).unwrap();
        account.policy = Some(policy);
    });
    let delete =
        |arn: &Value| call(&dms.aws, "DeleteReplicationInstance", &json!({"ReplicationInstanceArn": arn}));
    assert_eq!(delete(&json!(OLD)).1, "AccessDeniedException");
    assert_eq!(delete(&arn).0, 200);
}
