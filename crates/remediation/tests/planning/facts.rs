//! The facts of an instance that is ready to be replaced.

use remediation::{Choices, Facts, Instance, Note, Plan, Task, plan};
use serde_json::{Value, json};

pub(crate) const OLD: &str = "arn:aws:dms:eu-west-1:123456789012:rep:OLD";
const SOURCE: &str = "arn:aws:dms:eu-west-1:123456789012:endpoint:SOURCE";
const TARGET: &str = "arn:aws:dms:eu-west-1:123456789012:endpoint:TARGET";

/// Returns the description of a public instance.
pub(crate) fn instance() -> Value {
    json!({
        "ReplicationInstanceIdentifier": "orders",
        "ReplicationInstanceArn": OLD,
        "ReplicationInstanceStatus": "available",
        "ReplicationInstanceClass": "dms.r6i.large",
        "AllocatedStorage": 200,
        "EngineVersion": "3.5.4",
        "AutoMinorVersionUpgrade": true,
        "MultiAZ": false,
        "AvailabilityZone": "eu-west-1a",
        "PubliclyAccessible": true,
        "ReplicationInstancePublicIpAddresses": ["203.0.113.10"],
        "ReplicationSubnetGroup": {
            "ReplicationSubnetGroupIdentifier": "dms-subnets",
            "VpcId": "vpc-1",
            "Subnets": [{"SubnetIdentifier": "subnet-1"}],
        },
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k",
        "PreferredMaintenanceWindow": "sun:03:00-sun:04:00",
        "DnsNameServers": "10.0.0.2,10.0.0.3",
        "NetworkType": "IPV4",
    })
}

/// Returns the description of a task on that instance.
pub(crate) fn task(name: &str, status: &str) -> Value {
    json!({
        "ReplicationTaskIdentifier": name,
        "ReplicationTaskArn": format!("arn:aws:dms:eu-west-1:123456789012:task:{name}"),
        "Status": status,
        "MigrationType": "full-load-and-cdc",
        "SourceEndpointArn": SOURCE,
        "TargetEndpointArn": TARGET,
        "ReplicationInstanceArn": OLD,
        "ReplicationTaskStats":
            {"FullLoadProgressPercent": 100, "TablesLoaded": 10, "TablesLoading": 0, "TablesQueued": 0},
    })
}

pub(crate) fn instance_from(value: Value) -> Instance {
    serde_json::from_value(value).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "facts hold an option: tasks may be unknown")]
pub(crate) fn tasks_from<const N: usize>(values: [Value; N]) -> Option<Vec<Task>> {
    Some(values.into_iter().map(|value| serde_json::from_value(value).unwrap()).collect())
}

/// Returns facts with which nothing blocks.
pub(crate) fn facts() -> Facts {
    let orderable = |version: &str| {
        serde_json::from_value(json!({
            "EngineVersion": version,
            "ReplicationInstanceClass": "dms.r6i.large",
            "AvailabilityZones": ["eu-west-1a", "eu-west-1b"],
        }))
        .unwrap()
    };
    Facts {
        instance: instance_from(instance()),
        tags: Some([("team".to_owned(), "orders".to_owned())].into()),
        instances: Some(vec![instance_from(instance())]),
        tasks: tasks_from([task("cdc", "running")]),
        endpoints: Some(vec![
            json!({"EndpointArn": SOURCE, "EndpointIdentifier": "source", "EngineName": "mysql", "ServerName": "10.0.3.4"}),
            json!({"EndpointArn": TARGET, "EndpointIdentifier": "target", "EngineName": "s3"}),
        ]),
        orderable: Some(vec![orderable("3.5.4"), orderable("3.6.1")]),
        engine_versions: Some(Vec::new()),
        quotas: Some(Vec::new()),
        maintenance: Some(Vec::new()),
        subscriptions: Some(Vec::new()),
        alarms: Some(Vec::new()),
        ..Facts::default()
    }
}

/// Plans with the choices that are the default.
pub(crate) fn planned(facts: &Facts) -> Plan {
    plan(facts, Choices::default(), "eu-west-1", None)
}

/// Returns the codes of what blocks.
pub(crate) fn blocking(plan: &Plan) -> Vec<&str> {
    plan.refusals().map(|note| note.code.as_str()).collect()
}

/// Returns the note with a code.
pub(crate) fn note<'a>(plan: &'a Plan, code: &str) -> &'a Note {
    plan.notes
        .iter()
        .find(|note| note.code == code)
        .unwrap_or_else(|| panic!("no note {code}: {:?}", plan.notes))
}
