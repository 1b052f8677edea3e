//! Replication instances as DMS describes them.

use serde_json::{Value, json};

use super::{ACCOUNT, REGION};

pub(crate) fn arn(number: usize) -> String {
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:FLEET{number:04}")
}

pub(crate) fn instance(number: usize, publicly_accessible: &Value) -> Value {
    json!({
        "ReplicationInstanceIdentifier": format!("orders-{number:04}"),
        "ReplicationInstanceClass": "dms.c5.xlarge",
        "ReplicationInstanceStatus": "available",
        "InstanceCreateTime": 1_790_866_636.0,
        "ReplicationInstanceArn": arn(number),
        "ReplicationInstancePrivateIpAddresses": ["10.0.1.20"],
        "PubliclyAccessible": publicly_accessible,
    })
}

/// Returns this many public instances.
pub(crate) fn fleet(instances: usize) -> Vec<Value> {
    (0..instances).map(|number| instance(number, &json!(true))).collect()
}
