//! Connections of instances with endpoints: `TestConnection`, `DescribeConnections`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::listing::{self, Describe};
use super::resource::{
    CONNECTIONS, ENDPOINTS, INSTANCES, connection_id, find, invalid_state, list, list_mut, merge, text,
};
use super::settlement::{begin, to_status};
use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::Response;
use crate::settling::Step;
use crate::simulation::{Unreachable, Variant};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TestConnection {
    replication_instance_arn: String,
    endpoint_arn: String,
}

pub(super) fn test(request: &TestConnection, account: &mut Account) -> Response {
    let TestConnection { replication_instance_arn: instance_arn, endpoint_arn } = request;
    let instance = find(account, INSTANCES, instance_arn)?;
    find(account, ENDPOINTS, endpoint_arn)?;
    let status = text(instance, "ReplicationInstanceStatus");
    if status != "available" {
        return Err(invalid_state(format!("the replication instance is {status}, not available")));
    }
    let identifier = text(instance, "ReplicationInstanceIdentifier").to_owned();
    let id = connection_id(instance_arn, endpoint_arn);
    match find(account, CONNECTIONS, &id) {
        Ok(connection)
            if text(connection, "Status") == "testing"
                && account.simulation.has(Variant::SecondTestIsRejected) =>
        {
            return Err(invalid_state("the connection is being tested"));
        }
        Ok(_) => {}
        Err(_) => list_mut(account, CONNECTIONS)
            .push(json!({"ReplicationInstanceArn": instance_arn, "EndpointArn": endpoint_arn})),
    }
    let is_meant = |one: &&mut Unreachable| {
        let instance = one.instance.as_deref();
        one.endpoint == *endpoint_arn
            && instance.is_none_or(|name| name == instance_arn || name.eq_ignore_ascii_case(&identifier))
    };
    let failure =
        account.simulation.unreachable.iter_mut().filter(is_meant).find_map(|one| one.failure.strike());
    let end = match failure {
        Some(message) => Step::Change(json!({"Status": "failed", "LastFailureMessage": message})),
        None => to_status("successful"),
    };
    let change = json!({"Status": "testing", "LastFailureMessage": null});
    let connection = begin(account, CONNECTIONS, &id, &change, vec![end]);
    Ok(json!({"Connection": named(&connection, account)}))
}

/// Returns a connection with the present identifiers of its instance and endpoint.
fn named(connection: &Value, account: &Account) -> Value {
    let mut connection = connection.clone();
    let name = |list: &'static str, arn: &str, member: &str| {
        let resource = find(account, list, text(&connection, arn)).ok()?;
        Some(text(resource, member).to_owned())
    };
    let names = json!({
        "ReplicationInstanceIdentifier":
            name(INSTANCES, "ReplicationInstanceArn", "ReplicationInstanceIdentifier"),
        "EndpointIdentifier": name(ENDPOINTS, "EndpointArn", "EndpointIdentifier"),
    });
    merge(&mut connection, &names);
    connection
}

/// Lists the connections that were tested.
pub(super) fn describe(request: &Describe, account: &Account) -> Response {
    let connections: Vec<Value> =
        list(account, CONNECTIONS).map(|connection| named(connection, account)).collect();
    let mut connections: Vec<&Value> = connections.iter().collect();
    let known = [("replication-instance-arn", "ReplicationInstanceArn"), ("endpoint-arn", "EndpointArn")];
    listing::filter(&mut connections, &request.filters, &known)?;
    listing::respond(CONNECTIONS, &connections, (request.max_records, 100), request.marker.as_deref())
}

/// Checks that a task can reach an endpoint from an instance.
///
/// # Errors
/// Returns InvalidResourceStateFault if the last test did not succeed; if there was none, only for an instance that an
/// operation created.
pub(super) fn check_success(
    instance_arn: &str,
    endpoint_arn: &str,
    account: &Account,
) -> Result<(), AwsError> {
    let is_successful = match find(account, CONNECTIONS, &connection_id(instance_arn, endpoint_arn)) {
        Ok(connection) => text(connection, "Status") == "successful",
        Err(_) => !account.simulation.created.contains(instance_arn),
    };
    if is_successful {
        return Ok(());
    }
    Err(invalid_state(
        "Test connection for replication instance and endpoint should be successful for starting the replication \
         task",
    ))
}
