//! Fixes of replication instances.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::correction::{Correction, Fix, wait_for};
use crate::request::Request;
use crate::step::Instruction;

fn describe(arn: &str) -> Request {
    let filter = json!([{"Name": "replication-instance-arn", "Values": [arn]}]);
    Request::new("DescribeReplicationInstances", [("Filters", filter)])
}

fn modify(arn: &str, member: &'static str, value: Value) -> Instruction {
    let parameters =
        [("ReplicationInstanceArn", json!(arn)), (member, value), ("ApplyImmediately", json!(true))];
    Instruction::Call(Request::new("ModifyReplicationInstance", parameters))
}

fn available(arn: &str) -> Instruction {
    wait_for(
        describe(arn),
        "ReplicationInstances[0].ReplicationInstanceStatus",
        &["available"],
        &["failed", "incompatible-network", "storage-full"],
    )
}

pub(super) fn upgrades(arn: &str) -> Fix {
    Fix::Correction(Correction {
        title: "Turn automatic minor upgrades on".to_owned(),
        interruption: "nothing now; when DMS applies a version, in the maintenance window, it restarts the instance: its tasks \
                       pause and go on"
            .to_owned(),
        instructions: vec![
            modify(arn, "AutoMinorVersionUpgrade", json!(true)),
            available(arn),
            Instruction::Prove {
                query: describe(arn),
                member: "ReplicationInstances[0].AutoMinorVersionUpgrade",
                wanted: json!(true),
            },
        ],
        done: "AutoMinorVersionUpgrade is literally true".to_owned(),
        back: "modify it back; a version that was applied stays".to_owned(),
    })
}

pub(super) fn standby(resource: &Value, arn: &str) -> Fix {
    let subnets = resource.pointer("/ReplicationSubnetGroup/Subnets").and_then(Value::as_array);
    let zones: Option<BTreeSet<&str>> = subnets.map(|subnets| {
        subnets.iter().filter_map(|one| one.pointer("/SubnetAvailabilityZone/Name")?.as_str()).collect()
    });
    if let Some(zones) = zones.filter(|zones| zones.len() < 2) {
        let zones = zones.into_iter().collect::<Vec<_>>().join(", ");
        return Fix::not_one_step(
            format!(
                "a standby needs a second zone, and the subnet group covers no more than: {}",
                if zones.is_empty() { "none that is known" } else { &zones }
            ),
            "add a subnet in another zone to the subnet group (modify-replication-subnet-group lists all its subnets), then \
             run this again",
        );
    }
    Fix::Correction(Correction {
        title: "Add a standby in another zone (Multi-AZ)".to_owned(),
        interruption: "a short outage of its tasks while DMS makes the change, which AWS does not measure; the instance costs \
                       about twice as much from then on"
            .to_owned(),
        instructions: vec![
            modify(arn, "MultiAZ", json!(true)),
            available(arn),
            Instruction::Prove {
                query: describe(arn),
                member: "ReplicationInstances[0].MultiAZ",
                wanted: json!(true),
            },
        ],
        done: "MultiAZ is literally true, and its tasks run".to_owned(),
        back: "modify it back".to_owned(),
    })
}

pub(super) fn key() -> Fix {
    Fix::not_one_step(
        "DMS cannot change the key of an instance",
        "create another instance with --kms-key-id, test every endpoint from it, stop its tasks, move them \
         (move-replication-task) and resume them, then delete the old one, as dms-rule plan does for a public instance",
    )
}
