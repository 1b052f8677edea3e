//! A scripted life: a public instance is replaced by a private one. Every request and response is of the model's shape.

use serde_json::{Value, json};

use crate::dms::{Dms, OLD, SOURCE, TARGET, filter, task_arn};

/// Returns the members in which two objects differ.
fn differing(left: &Value, right: &Value) -> Vec<String> {
    let (left, right) = (left.as_object().unwrap(), right.as_object().unwrap());
    let mut names: Vec<String> =
        left.keys().chain(right.keys()).filter(|name| left.get(*name) != right.get(*name)).cloned().collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_public_instance_is_replaced_by_a_private_one() {
    let dms = Dms::start();
    dms.change(|account| {
        let table =
            |name: &str| json!({"SchemaName": "shop", "TableName": name, "TableState": "Table completed"});
        let tables = vec![table("orders"), table("items")];
        account.simulation.tables.insert(task_arn("running"), tables);
    });
    for operation in [
        "DescribeAccountAttributes",
        "DescribeEngineVersions",
        "DescribeOrderableReplicationInstances",
        "DescribePendingMaintenanceActions",
        "DescribeReplicationSubnetGroups",
        "DescribeEndpoints",
        "DescribeConnections",
    ] {
        dms.ok(operation, &json!({}));
    }
    let old = dms.instance(OLD);
    let new = dms.create(|_| {});
    assert_eq!(
        differing(&old, &new),
        [
            "AutoMinorVersionUpgrade",
            "InstanceCreateTime",
            "PubliclyAccessible",
            "ReplicationInstanceArn",
            "ReplicationInstanceIdentifier",
            "ReplicationInstancePrivateIpAddress",
            "ReplicationInstancePrivateIpAddresses",
            "ReplicationInstancePublicIpAddress",
            "ReplicationInstancePublicIpAddresses",
        ]
    );
    assert_eq!(new["PubliclyAccessible"], false);
    let new_arn = new["ReplicationInstanceArn"].as_str().unwrap();
    for endpoint in [SOURCE, TARGET] {
        assert_eq!(dms.test(new_arn, endpoint)["Status"], "successful");
    }
    let statistics = json!({"ReplicationTaskArn": task_arn("running")});
    assert_eq!(dms.ok("DescribeTableStatistics", &statistics)["TableStatistics"][1]["TableName"], "items");

    assert_eq!(dms.task_call("StopReplicationTask", "running")["Status"], "stopping");
    let stopped = dms.expect_task("running", &["stopping", "stopped"]);
    assert!(stopped["RecoveryCheckpoint"].as_str().unwrap().starts_with("checkpoint:V1#"));
    for (name, rest) in [("running", "stopped"), ("stopped", "stopped"), ("ready", "ready")] {
        let request = json!({"ReplicationTaskArn": task_arn(name), "TargetReplicationInstanceArn": new_arn});
        let moving = dms.ok("MoveReplicationTask", &request)["ReplicationTask"].clone();
        assert_eq!((&moving["Status"], &moving["ReplicationInstanceArn"]), (&json!("moving"), &json!(OLD)));
        assert_eq!(moving["TargetReplicationInstanceArn"], new_arn);
        let moved = dms.expect_task(name, &["moving", rest]);
        assert_eq!(moved["ReplicationInstanceArn"], new_arn);
        assert_eq!(moved.get("TargetReplicationInstanceArn"), None);
    }
    let request =
        json!({"ReplicationTaskArn": task_arn("running"), "StartReplicationTaskType": "resume-processing"});
    assert_eq!(dms.ok("StartReplicationTask", &request)["ReplicationTask"]["Status"], "starting");
    let running = dms.expect_task("running", &["starting", "running"]);
    assert_eq!(running["RecoveryCheckpoint"], stopped["RecoveryCheckpoint"]);
    assert_eq!(running["ReplicationTaskStats"].get("StopDate"), None);

    assert_eq!(
        dms.fault("DescribeReplicationTasks", &filter("replication-instance-arn", OLD)),
        "ResourceNotFoundFault"
    );
    let deleted = dms.ok("DeleteReplicationInstance", &json!({"ReplicationInstanceArn": OLD}));
    assert_eq!(deleted["ReplicationInstance"]["ReplicationInstanceStatus"], "deleting");
    assert_eq!(dms.instance(OLD)["ReplicationInstanceStatus"], "deleting");
    let gone = filter("replication-instance-arn", OLD);
    assert_eq!(dms.fault("DescribeReplicationInstances", &gone), "ResourceNotFoundFault");

    let rename = json!({
        "ReplicationInstanceArn": new_arn,
        "ReplicationInstanceIdentifier": "Orders",
        "AutoMinorVersionUpgrade": true,
        "ApplyImmediately": true,
    });
    let renaming = dms.ok("ModifyReplicationInstance", &rename)["ReplicationInstance"].clone();
    assert_eq!(renaming["ReplicationInstanceStatus"], "modifying");
    assert_eq!(renaming["ReplicationInstanceIdentifier"], "orders-private");
    dms.instance(new_arn);
    let renamed = dms.instance(new_arn);
    assert_eq!(renamed["ReplicationInstanceIdentifier"], "orders");
    assert_eq!(renamed["AutoMinorVersionUpgrade"], true);
    assert_eq!(renamed["EngineVersion"], "3.5.4");
    let connections = dms.ok("DescribeConnections", &filter("replication-instance-arn", new_arn));
    assert_eq!(connections["Connections"][0]["ReplicationInstanceIdentifier"], "orders");
    let tags = dms.ok("ListTagsForResource", &json!({"ResourceArn": new_arn}));
    assert_eq!(tags["TagList"][1], json!({"Key": "dms-rule:replaces", "Value": OLD}));
    assert!(dms.change(|account| account.simulation.is_settled()));
}
