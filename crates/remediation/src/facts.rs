//! The facts that planning observed, live or from saved output of `aws dms describe-*`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::exposure::Exposure;
use crate::instance::Instance;
use crate::network::Network;
use crate::task::Task;

/// The facts of one instance. `None` is "not known": a call was denied, or its output was not given. It is never read
/// as "nothing".
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The instance.
    pub instance: Instance,
    /// The tags of the instance.
    pub tags: Option<BTreeMap<String, String>>,
    /// All instances of the account and Region.
    pub instances: Option<Vec<Instance>>,
    /// The tags of the instance that has the name of the new one, if there is one.
    pub namesake_tags: Option<BTreeMap<String, String>>,
    /// The tasks of the account and Region, or those of the instance and of the one with the new name.
    pub tasks: Option<Vec<Task>>,
    /// The endpoints in the shape of `DescribeEndpoints`.
    pub endpoints: Option<Vec<Value>>,
    /// The versions and classes that can be ordered.
    pub orderable: Option<Vec<Orderable>>,
    /// The engine versions with their dates.
    pub engine_versions: Option<Vec<EngineVersion>>,
    /// The quotas of the account.
    pub quotas: Option<Vec<Quota>>,
    /// The pending maintenance in the shape of `DescribePendingMaintenanceActions`.
    pub maintenance: Option<Vec<Value>>,
    /// The event subscriptions in the shape of `DescribeEventSubscriptions`.
    pub subscriptions: Option<Vec<Value>>,
    /// The alarms in the shape of CloudWatch's `DescribeAlarms`, from saved output.
    pub alarms: Option<Vec<Value>>,
    /// The network as AWS Config recorded it or as saved output says.
    pub network: Network,
    /// The part of the Internet that reaches the instance, by facts about its network.
    pub exposure: Option<Exposure>,
}

/// A class and version that can be ordered, in the shape of `OrderableReplicationInstance`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Orderable {
    /// The version.
    pub engine_version: Option<String>,
    /// The class.
    pub replication_instance_class: Option<String>,
    /// The zones; absent in responses of some Regions.
    pub availability_zones: Option<Vec<String>>,
}

/// An engine version with its dates, in the shape of `EngineVersion`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EngineVersion {
    /// The version.
    pub version: Option<String>,
    /// The day from which no instance can be created, as the API or a command line writes it.
    pub deprecation_date: Option<Value>,
    /// The day on which DMS upgrades by itself.
    pub force_upgrade_date: Option<Value>,
}

/// A quota in the shape of `AccountQuota`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Quota {
    /// The name, such as `ReplicationInstances` or `AllocatedStorage`.
    pub account_quota_name: Option<String>,
    /// The amount in use.
    pub used: Option<i64>,
    /// The limit.
    pub max: Option<i64>,
}
