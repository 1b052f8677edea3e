//! The abstract DMS as `aws dms describe-*` would print it, and a request of a run as an abstract call.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use remediation::{Instance, NewInstance, Observation, Plan, REPLACES_TAG, RUN_TAG, Request, Stats};
use serde_json::json;

use crate::case::Case;
use crate::dms::{Arn, Call, Connection, Dms, FOREIGN, InstanceStatus, Place, TaskStatus};
use crate::names;

fn version(number: u8) -> String {
    format!("3.5.{}", 4 + number)
}

/// Returns what both instances have in common.
fn instance() -> Instance {
    static COMMON: OnceLock<Instance> = OnceLock::new();
    let common = COMMON.get_or_init(|| {
        let described = json!({
            "ReplicationInstanceClass": "dms.t3.medium",
            "AllocatedStorage": 50,
            "MultiAZ": false,
            "AvailabilityZone": "eu-west-1a",
            "ReplicationSubnetGroup": {"ReplicationSubnetGroupIdentifier": "dms", "VpcId": "vpc-1"},
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
            "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
            "PendingModifiedValues": {},
        });
        serde_json::from_value(described).unwrap()
    });
    common.clone()
}

fn old_instance(case: &Case, dms: &Dms) -> Instance {
    let common = instance();
    let class =
        if dms.old.changed { Some("dms.r6i.large".to_owned()) } else { common.replication_instance_class };
    Instance {
        replication_instance_identifier: Some("orders".to_owned()),
        replication_instance_arn: Some(names::instance(Arn::Old)),
        replication_instance_status: Some(dms.old.status.word().to_owned()),
        replication_instance_class: class,
        engine_version: Some(version(dms.old.version)),
        auto_minor_version_upgrade: Some(case.upgrades),
        publicly_accessible: Some(true),
        replication_instance_public_ip_addresses: Some(vec![Some("198.51.100.7".to_owned())]),
        ..common
    }
}

fn new_instance(dms: &Dms) -> Instance {
    let name = if dms.new.renamed { "orders" } else { "orders-private" };
    Instance {
        replication_instance_identifier: Some(name.to_owned()),
        replication_instance_arn: Some(names::instance(Arn::New(dms.new.generation))),
        replication_instance_status: Some(dms.new.status.word().to_owned()),
        engine_version: Some(version(dms.new.version)),
        auto_minor_version_upgrade: Some(dms.new.upgrades),
        publicly_accessible: Some(dms.new.public),
        replication_instance_public_ip_addresses: Some(vec![
            dms.new.public.then(|| "198.51.100.8".to_owned()),
        ]),
        ..instance()
    }
}

fn place(dms: &Dms, place: Place) -> String {
    names::instance(match place {
        Place::Old => Arn::Old,
        Place::New => Arn::New(dms.new.generation),
    })
}

fn task(case: &Case, dms: &Dms, index: usize) -> remediation::Task {
    let task = dms.tasks[index];
    let failed = matches!(task.status, TaskStatus::Failed | TaskStatus::FailedMove);
    remediation::Task {
        replication_task_identifier: Some(format!("task-{index}")),
        replication_task_arn: Some(names::task(index)),
        status: Some(task.status.word().to_owned()),
        migration_type: Some(case.tasks[index].migration_type.to_owned()),
        source_endpoint_arn: Some(names::endpoint(0)),
        target_endpoint_arn: Some(names::endpoint(1)),
        replication_instance_arn: Some(place(dms, task.on)),
        target_replication_instance_arn: task.target.map(|target| place(dms, target)),
        last_failure_message: failed.then(|| "the cause".to_owned()),
        stop_reason: task.finished.then(|| "Stop Reason FULL_LOAD_ONLY_FINISHED".to_owned()),
        replication_task_stats: Some(Stats {
            full_load_progress_percent: Some(if task.loading { 40 } else { 100 }),
            tables_loading: Some(i64::from(task.loading)),
            tables_queued: Some(0),
            ..Stats::default()
        }),
        ..remediation::Task::default()
    }
}

/// Builds the plan that is made from a state.
pub(crate) fn plan(case: &Case, dms: &Dms) -> Plan {
    let tasks: Vec<_> = (0..case.tasks.len()).map(|index| task(case, dms, index)).collect();
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

/// Describes a state.
pub(crate) fn observation(case: &Case, dms: &Dms) -> Observation {
    let exists = |status| status != InstanceStatus::Absent;
    let new = exists(dms.new.status).then(|| {
        let mut tags = BTreeMap::from([("team".to_owned(), "data".to_owned())]);
        if dms.new.owner != FOREIGN {
            tags.insert(RUN_TAG.to_owned(), names::run(dms.new.owner).to_owned());
            tags.insert(REPLACES_TAG.to_owned(), names::instance(Arn::Old));
        }
        NewInstance { instance: new_instance(dms), tags }
    });
    let mut tasks = BTreeMap::new();
    for index in 0..case.tasks.len() {
        let described = (dms.tasks[index].status != TaskStatus::Gone).then(|| task(case, dms, index));
        tasks.insert(names::task(index), described);
    }
    let others = dms.other.map(|on| remediation::Task {
        replication_task_identifier: Some("other".to_owned()),
        replication_task_arn: Some(names::task(9)),
        status: Some("running".to_owned()),
        migration_type: Some("cdc".to_owned()),
        replication_instance_arn: Some(place(dms, on)),
        ..remediation::Task::default()
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
        let described = remediation::Connection {
            endpoint_arn: Some(names::endpoint(index)),
            replication_instance_arn: Some(place(dms, Place::New)),
            status: Some(status.to_owned()),
            last_failure_message: None,
        };
        connections.insert(names::endpoint(index), described);
    }
    Observation {
        old: exists(dms.old.status).then(|| old_instance(case, dms)),
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
