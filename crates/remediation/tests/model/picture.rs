//! The abstract DMS as `aws dms describe-*` would print it, and a request of a run as an abstract call.

use std::collections::BTreeMap;

use remediation::{NewInstance, Observation, Plan, REPLACES_TAG, RUN_TAG, Request};
use serde_json::{Value, json};

use crate::case::Case;
use crate::dms::{Arn, Call, Connection, Dms, ENDPOINTS, FOREIGN, InstanceStatus, Place, Task, TaskStatus};
use crate::names;

fn version(number: u8) -> String {
    format!("3.5.{}", 4 + number)
}

fn old_instance(case: &Case, dms: &Dms) -> Value {
    json!({
        "ReplicationInstanceIdentifier": "orders",
        "ReplicationInstanceArn": names::instance(Arn::Old),
        "ReplicationInstanceStatus": dms.old.status.word(),
        "ReplicationInstanceClass": if dms.old.changed { "dms.r6i.large" } else { "dms.t3.medium" },
        "AllocatedStorage": 50,
        "EngineVersion": version(dms.old.version),
        "AutoMinorVersionUpgrade": case.upgrades,
        "MultiAZ": false,
        "AvailabilityZone": "eu-west-1a",
        "PubliclyAccessible": true,
        "ReplicationInstancePublicIpAddresses": ["198.51.100.7"],
        "ReplicationSubnetGroup": {"ReplicationSubnetGroupIdentifier": "dms", "VpcId": "vpc-1"},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
        "PendingModifiedValues": {},
    })
}

fn new_instance(dms: &Dms) -> Value {
    let addresses = if dms.new.public { json!(["198.51.100.8"]) } else { json!([null]) };
    json!({
        "ReplicationInstanceIdentifier": if dms.new.renamed { "orders" } else { "orders-private" },
        "ReplicationInstanceArn": names::instance(Arn::New(dms.new.generation)),
        "ReplicationInstanceStatus": dms.new.status.word(),
        "ReplicationInstanceClass": "dms.t3.medium",
        "AllocatedStorage": 50,
        "EngineVersion": version(dms.new.version),
        "AutoMinorVersionUpgrade": dms.new.upgrades,
        "MultiAZ": false,
        "AvailabilityZone": "eu-west-1a",
        "PubliclyAccessible": dms.new.public,
        "ReplicationInstancePublicIpAddresses": addresses,
        "ReplicationSubnetGroup": {"ReplicationSubnetGroupIdentifier": "dms", "VpcId": "vpc-1"},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
        "PendingModifiedValues": {},
    })
}

fn place(dms: &Dms, place: Place) -> String {
    names::instance(match place {
        Place::Old => Arn::Old,
        Place::New => Arn::New(dms.new.generation),
    })
}

fn task(case: &Case, dms: &Dms, index: usize, task: &Task) -> Value {
    let mut value = json!({
        "ReplicationTaskIdentifier": format!("task-{index}"),
        "ReplicationTaskArn": names::task(index),
        "Status": task.status.word(),
        "MigrationType": case.tasks[index].migration_type,
        "SourceEndpointArn": names::endpoint(0),
        "TargetEndpointArn": names::endpoint(1),
        "ReplicationInstanceArn": place(dms, task.on),
        "ReplicationTaskStats": {
            "FullLoadProgressPercent": if task.loading { 40 } else { 100 },
            "TablesLoading": i32::from(task.loading),
            "TablesQueued": 0,
        },
    });
    if let Some(target) = task.target {
        value["TargetReplicationInstanceArn"] = place(dms, target).into();
    }
    if task.finished {
        value["StopReason"] = "Stop Reason FULL_LOAD_ONLY_FINISHED".into();
    }
    if matches!(task.status, TaskStatus::Failed | TaskStatus::FailedMove) {
        value["LastFailureMessage"] = "the cause".into();
    }
    value
}

/// Builds the plan that is made from a state.
pub(crate) fn plan(case: &Case, dms: &Dms) -> Plan {
    let tasks: Vec<Value> =
        (0..case.tasks.len()).map(|index| task(case, dms, index, &dms.tasks[index])).collect();
    serde_json::from_value(json!({
        "schemaVersion": 1,
        "region": "eu-west-1",
        "accountId": "123456789012",
        "instance": old_instance(case, dms),
        "tags": {"team": "data"},
        "target": {
            "identifier": "orders-private",
            "parameters": {
                "ReplicationInstanceIdentifier": "orders-private",
                "ReplicationInstanceClass": "dms.t3.medium",
                "PubliclyAccessible": false,
                "AutoMinorVersionUpgrade": false,
                "EngineVersion": version(dms.old.version),
            },
        },
        "tasks": tasks,
        "choices": {"reload": case.reload, "rename": case.rename},
    }))
    .unwrap()
}

/// Returns the state without all that DMS does not describe, so that states that look alike are equal.
pub(crate) fn visible(dms: &Dms) -> Dms {
    let mut visible = *dms;
    visible.reachable = [true; ENDPOINTS];
    for connection in &mut visible.connections {
        *connection = match *connection {
            Connection::LateAfterNothing => Connection::Untested,
            Connection::LateAfterSuccess => Connection::Successful,
            Connection::LateAfterFailure => Connection::Failed,
            shown => shown,
        };
    }
    for task in &mut visible.tasks {
        if task.status == TaskStatus::Assessing {
            task.status = TaskStatus::Testing;
        }
    }
    if visible.new.status == InstanceStatus::Absent {
        visible.new.owner = 0;
        visible.new.version = 0;
        visible.new.public = false;
        visible.new.upgrades = false;
        visible.new.renamed = false;
        visible.new.generation = 0;
    }
    visible
}

/// Describes a state.
pub(crate) fn observation(case: &Case, dms: &Dms) -> Observation {
    let exists = |status| status != InstanceStatus::Absent;
    let new = exists(dms.new.status).then(|| {
        let mut tags = BTreeMap::from([("team".to_owned(), "data".to_owned())]);
        if dms.new.owner != FOREIGN {
            tags.insert(RUN_TAG.to_owned(), names::run(dms.new.owner).to_owned());
            tags.insert(REPLACES_TAG.to_owned(), names::instance(Arn::Old));
        }
        NewInstance { instance: serde_json::from_value(new_instance(dms)).unwrap(), tags }
    });
    let mut tasks = BTreeMap::new();
    for index in 0..case.tasks.len() {
        let described = (dms.tasks[index].status != TaskStatus::Gone)
            .then(|| serde_json::from_value(task(case, dms, index, &dms.tasks[index])).unwrap());
        tasks.insert(names::task(index), described);
    }
    let others = dms.other.map(|on| {
        serde_json::from_value(json!({
            "ReplicationTaskIdentifier": "other",
            "ReplicationTaskArn": names::task(9),
            "Status": "running",
            "MigrationType": "cdc",
            "ReplicationInstanceArn": place(dms, on),
        }))
        .unwrap()
    });
    let mut connections = BTreeMap::new();
    for (index, connection) in dms.connections.iter().enumerate() {
        let status = match connection {
            Connection::Untested => continue,
            Connection::Testing => "testing",
            Connection::Successful => "successful",
            Connection::Failed => "failed",
            _ => panic!("not a visible state"),
        };
        let described = json!({
            "EndpointArn": names::endpoint(index),
            "ReplicationInstanceArn": place(dms, Place::New),
            "Status": status,
        });
        connections.insert(names::endpoint(index), serde_json::from_value(described).unwrap());
    }
    Observation {
        old: exists(dms.old.status).then(|| serde_json::from_value(old_instance(case, dms)).unwrap()),
        new,
        tasks,
        others: others.into_iter().collect(),
        connections,
    }
}

/// Reads a request as DMS would.
pub(crate) fn call(request: &Request) -> Call {
    let parameters = &request.parameters;
    let text = |name: &str| parameters[name].as_str().unwrap();
    let task = || names::task_number(text("ReplicationTaskArn"));
    let instance = || names::instance_number(text("ReplicationInstanceArn"));
    match request.operation {
        "CreateReplicationInstance" => {
            let tag = |key: &str| {
                let tags = parameters["Tags"].as_array().unwrap();
                tags.iter().find(|tag| tag["Key"] == key).unwrap()["Value"].as_str().unwrap().to_owned()
            };
            assert_eq!(tag(REPLACES_TAG), names::instance(Arn::Old));
            assert_eq!(text("ReplicationInstanceIdentifier"), "orders-private");
            Call::Create {
                owner: names::run_number(&tag(RUN_TAG)),
                public: parameters["PubliclyAccessible"] != false,
                upgrades: parameters["AutoMinorVersionUpgrade"] != false,
            }
        }
        "TestConnection" => {
            Call::Test { instance: instance(), endpoint: names::endpoint_number(text("EndpointArn")) }
        }
        "StopReplicationTask" => Call::Stop { task: task() },
        "MoveReplicationTask" => {
            Call::Move { task: task(), to: names::instance_number(text("TargetReplicationInstanceArn")) }
        }
        "StartReplicationTask" => {
            assert_eq!(text("StartReplicationTaskType"), "resume-processing");
            Call::Start { task: task() }
        }
        "ModifyReplicationInstance" if parameters.contains_key("ReplicationInstanceIdentifier") => {
            assert_eq!(text("ReplicationInstanceIdentifier"), "orders");
            Call::Rename { instance: instance() }
        }
        "ModifyReplicationInstance" => {
            assert_eq!(parameters["AutoMinorVersionUpgrade"], true);
            Call::RestoreUpgrades { instance: instance() }
        }
        "DeleteReplicationInstance" => Call::Delete { instance: instance() },
        operation => panic!("no call of a run: {operation}"),
    }
}
