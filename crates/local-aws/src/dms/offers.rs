//! The offers and limits of DMS: classes, versions, quotas, maintenance.

use serde::Deserialize;
use serde_json::{Value, json};

use super::instance_values::zones;
use super::listing::{self, DescribeAll, Filter};
use super::resource::{ENDPOINTS, INSTANCES, find, list, merge, number, text};
use crate::account::Account;
use crate::json_protocol::Response;
use crate::signature::Caller;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAccountAttributes {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribePendingMaintenanceActions {
    replication_instance_arn: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
    max_records: Option<i64>,
    marker: Option<String>,
}

pub(super) fn orderable(request: &DescribeAll, account: &Account, caller: &Caller) -> Response {
    let with_zones = |offer: &Value| {
        let mut offer = offer.clone();
        let zones = zones(&offer, &caller.region);
        merge(&mut offer, &json!({"AvailabilityZones": zones}));
        offer
    };
    let offers: Vec<Value> = account.simulation.orderable.iter().map(with_zones).collect();
    let offers: Vec<&Value> = offers.iter().collect();
    let size = (request.max_records, 100);
    listing::respond("OrderableReplicationInstances", &offers, size, request.marker.as_deref())
}

pub(super) fn engine_versions(request: &DescribeAll, account: &Account) -> Response {
    let versions: Vec<&Value> = account.simulation.engine_versions.iter().collect();
    listing::respond("EngineVersions", &versions, (request.max_records, 100), request.marker.as_deref())
}

/// Returns the quotas, with what the account uses of each that is known here.
pub(super) fn account_attributes(
    _request: &DescribeAccountAttributes,
    account: &Account,
    caller: &Caller,
) -> Value {
    let used = |name: &str| match name {
        "ReplicationInstances" => i64::try_from(list(account, INSTANCES).count()).unwrap_or(i64::MAX),
        "AllocatedStorage" => {
            list(account, INSTANCES).map(|instance| number(instance, "AllocatedStorage")).sum()
        }
        "Endpoints" => i64::try_from(list(account, ENDPOINTS).count()).unwrap_or(i64::MAX),
        _ => 0,
    };
    let quotas = account.simulation.quotas.iter();
    let quotas =
        quotas.map(|(name, maximum)| json!({"AccountQuotaName": name, "Used": used(name), "Max": maximum}));
    json!({
        "AccountQuotas": quotas.collect::<Vec<_>>(),
        "UniqueAccountIdentifier": format!("local{}", caller.account_id),
    })
}

/// Lists the pending maintenance of one instance or of all. One without any gives an empty list.
pub(super) fn maintenance(request: &DescribePendingMaintenanceActions, account: &Account) -> Response {
    if let Some(arn) = &request.replication_instance_arn {
        find(account, INSTANCES, arn)?;
    }
    let is_wanted = |actions: &&Value| {
        let arn = request.replication_instance_arn.as_deref();
        arn.is_none_or(|arn| text(actions, "ResourceIdentifier") == arn)
    };
    let mut actions: Vec<&Value> = account.simulation.maintenance.iter().filter(is_wanted).collect();
    listing::filter(&mut actions, &request.filters, &[("replication-instance-arn", "ResourceIdentifier")])?;
    let size = (request.max_records, 100);
    listing::respond("PendingMaintenanceActions", &actions, size, request.marker.as_deref())
}
