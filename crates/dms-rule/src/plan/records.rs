//! Records in the shape of the API of DMS, listed or saved.

use remediation::Instance;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Returns the pending maintenance of an instance, from that of all resources.
pub(super) fn maintenance_of(instance: &Instance, all: &[Value]) -> Vec<Value> {
    let is_its =
        |action: &&Value| action.get("ResourceIdentifier").and_then(Value::as_str) == Some(instance.arn());
    all.iter().filter(is_its).cloned().collect()
}

/// Reads records in the shape of the API.
pub(super) fn read<T: DeserializeOwned>(values: Vec<Value>) -> Result<Vec<T>, serde_json::Error> {
    values.into_iter().map(serde_json::from_value).collect()
}
