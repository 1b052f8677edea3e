//! Tasks that are created.

use serde_json::{Value, json};

use crate::dms::{Dms, OLD, SOURCE, TARGET, filter};

fn request(name: &str) -> Value {
    json!({
        "ReplicationTaskIdentifier": name,
        "SourceEndpointArn": SOURCE,
        "TargetEndpointArn": TARGET,
        "ReplicationInstanceArn": OLD,
        "MigrationType": "full-load-and-cdc",
        "TableMappings": "{\"rules\": []}",
        "Tags": [{"Key": "team", "Value": "orders"}],
    })
}

#[test]
fn a_new_task_is_ready_after_its_creation_and_starts_as_one_that_never_ran() {
    let dms = Dms::start();
    let created = dms.ok("CreateReplicationTask", &request("New-Task"))["ReplicationTask"].clone();
    assert_eq!(created["Status"], "creating");
    let arn = created["ReplicationTaskArn"].as_str().unwrap();
    let tags = dms.ok("ListTagsForResource", &json!({"ResourceArn": arn}));
    assert_eq!(tags["TagList"], json!([{"Key": "team", "Value": "orders"}]));
    let by_name = filter("replication-task-id", "new-task");
    let listed = [1, 2].map(|_| dms.ok("DescribeReplicationTasks", &by_name)["ReplicationTasks"][0].clone());
    assert_eq!([&listed[0]["Status"], &listed[1]["Status"]], ["creating", "ready"]);
    let start = |kind: &str| json!({"ReplicationTaskArn": arn, "StartReplicationTaskType": kind});
    let code = dms.fault("StartReplicationTask", &start("resume-processing"));
    assert_eq!(code, "InvalidParameterCombinationException");
    dms.ok("StartReplicationTask", &start("start-replication"));
}

#[test]
fn a_task_that_cannot_be_is_rejected_and_leaves_nothing() {
    let dms = Dms::start();
    let with = |member: &str, value: &str| {
        let mut request = request("new-task");
        request[member] = value.into();
        request
    };
    for (request, code) in [
        (with("ReplicationTaskIdentifier", "Stopped"), "ResourceAlreadyExistsFault"),
        (with("ReplicationTaskIdentifier", "a--b"), "InvalidParameterValueException"),
        (with("SourceEndpointArn", "arn:missing"), "ResourceNotFoundFault"),
        (with("ReplicationInstanceArn", "arn:missing"), "ResourceNotFoundFault"),
        (with("TableMappings", "{"), "InvalidParameterValueException"),
        (with("MigrationType", "everything"), "ValidationException"),
    ] {
        assert_eq!(dms.fault("CreateReplicationTask", &request), code, "{request}");
    }
    dms.change(|account| {
        account.dms.get_mut("ReplicationInstances").unwrap()[0]["ReplicationInstanceStatus"] =
            "modifying".into();
    });
    assert_eq!(dms.fault("CreateReplicationTask", &request("new-task")), "InvalidResourceStateFault");
    let tasks = dms.ok("DescribeReplicationTasks", &json!({}));
    assert_eq!(tasks["ReplicationTasks"].as_array().unwrap().len(), 3);
}
