//! Resources of DMS as JSON in the shape of the API: look-up by ARN, members, changes, and the form of a response.

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};

use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::time_on_the_wire;

pub(super) const INSTANCES: &str = "ReplicationInstances";
pub(super) const TASKS: &str = "ReplicationTasks";
pub(super) const ENDPOINTS: &str = "Endpoints";
pub(super) const CONNECTIONS: &str = "Connections";

/// The members that hold a time.
const TIMES: [&str; 21] = [
    "InstanceCreateTime",
    "FreeUntil",
    "ValidFromDate",
    "ValidToDate",
    "ReplicationTaskCreationDate",
    "ReplicationTaskStartDate",
    "FreshStartDate",
    "StartDate",
    "StopDate",
    "FullLoadStartDate",
    "FullLoadFinishDate",
    "FullLoadStartTime",
    "FullLoadEndTime",
    "LastUpdateTime",
    "LaunchDate",
    "AutoUpgradeDate",
    "DeprecationDate",
    "ForceUpgradeDate",
    "AutoAppliedAfterDate",
    "ForcedApplyDate",
    "CurrentApplyDate",
];

/// Returns a member that is text; empty text if it is missing.
pub(super) fn text<'a>(resource: &'a Value, member: &str) -> &'a str {
    resource.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// Returns a member that is a number; 0 if it is missing.
pub(super) fn number(resource: &Value, member: &str) -> i64 {
    resource.get(member).and_then(Value::as_i64).unwrap_or_default()
}

/// Returns the present time as the resources hold it.
pub(super) fn now() -> Value {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true).into()
}

/// Returns the id by which this module finds a resource: its ARN; those of instance and endpoint for a connection.
pub(super) fn id(list: &str, resource: &Value) -> String {
    match list {
        INSTANCES => text(resource, "ReplicationInstanceArn").to_owned(),
        TASKS => text(resource, "ReplicationTaskArn").to_owned(),
        ENDPOINTS => text(resource, "EndpointArn").to_owned(),
        _ => connection_id(text(resource, "ReplicationInstanceArn"), text(resource, "EndpointArn")),
    }
}

/// Returns the id of the connection of an instance with an endpoint.
pub(super) fn connection_id(instance_arn: &str, endpoint_arn: &str) -> String {
    format!("{instance_arn} {endpoint_arn}")
}

/// Returns the resources of a list.
pub(super) fn list<'a>(account: &'a Account, list: &str) -> impl Iterator<Item = &'a Value> {
    let resources = match list {
        CONNECTIONS => Some(&account.simulation.connections),
        _ => account.dms.get(list),
    };
    resources.into_iter().flatten()
}

/// Returns the resources of a list to be changed. The index of the account is dropped.
pub(super) fn list_mut<'a>(account: &'a mut Account, list: &str) -> &'a mut Vec<Value> {
    account.drop_dms_index();
    match list {
        CONNECTIONS => &mut account.simulation.connections,
        _ => account.dms.entry(list.to_owned()).or_default(),
    }
}

/// Returns the resource with an id.
///
/// # Errors
/// Returns ResourceNotFoundFault if there is none.
pub(super) fn find<'a>(account: &'a Account, of_list: &str, wanted: &str) -> Result<&'a Value, AwsError> {
    list(account, of_list)
        .find(|resource| id(of_list, resource) == wanted)
        .ok_or_else(|| not_found(format!("no resource of the list {of_list} has the ARN {wanted}")))
}

/// Returns the resource with an id to be changed, if there is one.
pub(super) fn find_mut<'a>(account: &'a mut Account, of_list: &str, wanted: &str) -> Option<&'a mut Value> {
    list_mut(account, of_list).iter_mut().find(|resource| id(of_list, resource) == wanted)
}

/// Changes a value as a JSON merge patch does (RFC 7386): null removes a member.
pub(super) fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(members) = value else { return };
    for (name, change) in patch {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

/// Returns a resource as responses hold it: without tags, with times as numbers.
pub(super) fn as_listed(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Value::Object(members) = &mut resource {
        members.remove("TagList");
    }
    write_times(&mut resource);
    resource
}

fn write_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if TIMES.contains(&name.as_str()) {
                    *member = time_on_the_wire(member);
                } else {
                    write_times(member);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(write_times),
        _ => {}
    }
}

pub(super) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::client("ResourceNotFoundFault", message)
}

pub(super) fn invalid_state(message: impl Into<String>) -> AwsError {
    AwsError::client("InvalidResourceStateFault", message)
}

/// Builds the error of DMS for parameters that exclude each other.
pub(super) fn invalid_combination(message: impl Into<String>) -> AwsError {
    AwsError::client("InvalidParameterCombinationException", message)
}
