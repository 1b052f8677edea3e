//! AWS Database Migration Service, after its service model `dms/2016-01-01` and the DMS API reference: the listings of
//! [`KINDS`](crate::kinds::KINDS), and a simulation of replication instances, connections and tasks.
//!
//! A resource that an operation changes passes through a transitional status, which
//! [`Simulation`](crate::simulation::Simulation) settles.

mod capacity;
mod connections;
mod instance_values;
mod instances;
mod listing;
mod modification;
mod offers;
mod resource;
mod resources;
mod settlement;
mod statistics;
mod tags;
mod task_creation;
mod tasks;

use serde_json::Value;

use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::{Response, read};
use crate::kinds::Kind;
use crate::signature::Caller;

/// Responds to a request, before and after which every status that is at its end settles.
pub(crate) fn respond(
    operation: &str,
    parameters: &Value,
    account: &mut Account,
    caller: &Caller,
) -> Response {
    settlement::settle(account);
    let response = respond_before_settling(operation, parameters, account, caller);
    settlement::settle(account);
    response
}

fn respond_before_settling(
    operation: &str,
    parameters: &Value,
    account: &mut Account,
    caller: &Caller,
) -> Response {
    match operation {
        "ListTagsForResource" => tags::list_tags(read(parameters)?, account, caller),
        "AddTagsToResource" => tags::add(&read(parameters)?, account, caller),
        "RemoveTagsFromResource" => tags::remove(&read(parameters)?, account, caller),
        "CreateReplicationInstance" => instances::create(&read(parameters)?, account, caller),
        "ModifyReplicationInstance" => modification::modify(&read(parameters)?, account, caller),
        "DeleteReplicationInstance" => instances::delete(&read(parameters)?, account),
        "TestConnection" => connections::test(&read(parameters)?, account),
        "DescribeConnections" => {
            counted("Connections", connections::describe(&read(parameters)?, account), account)
        }
        "CreateReplicationTask" => task_creation::create(&read(parameters)?, account, caller),
        "StopReplicationTask" => tasks::stop(&read(parameters)?, account),
        "StartReplicationTask" => tasks::start(&read(parameters)?, account),
        "MoveReplicationTask" => tasks::move_to(&read(parameters)?, account),
        "DeleteReplicationTask" => tasks::delete(&read(parameters)?, account),
        "DescribeTableStatistics" => statistics::describe(&read(parameters)?, account),
        "DescribeOrderableReplicationInstances" => offers::orderable(&read(parameters)?, account, caller),
        "DescribeEngineVersions" => offers::engine_versions(&read(parameters)?, account),
        "DescribeAccountAttributes" => Ok(offers::account_attributes(&read(parameters)?, account, caller)),
        "DescribePendingMaintenanceActions" => offers::maintenance(&read(parameters)?, account),
        "DescribeReplicationTasks" => {
            counted("ReplicationTasks", resources::describe_tasks(read(parameters)?, account), account)
        }
        _ => match Kind::from_operation(operation) {
            Some(kind) => counted(kind.list, resources::describe(kind, &read(parameters)?, account), account),
            None => Err(AwsError::unknown_operation()),
        },
    }
}

/// Counts the response of a listing in the statuses that it shows.
fn counted(list: &str, response: Response, account: &mut Account) -> Response {
    if let Ok(response) = &response {
        settlement::count_listing(account, list, listing::shown(response, list));
    }
    response
}
