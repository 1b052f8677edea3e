//! `ModifyReplicationInstance`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::capacity::{check_quota_of_storage, choose_zones, free_identifier};
use super::instance_values::{
    KerberosAuthenticationSettings, check_class, check_network_type, check_security_groups, check_storage,
    check_window, is_major_change, offer, version_numbers, zones,
};
use super::resource::{
    INSTANCES, as_listed, find, find_mut, invalid_combination, invalid_state, merge, not_found, number, text,
};
use super::settlement::begin;
use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::Response;
use crate::settling::Step;
use crate::signature::Caller;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyReplicationInstance {
    replication_instance_arn: String,
    allocated_storage: Option<i32>,
    #[serde(default)]
    apply_immediately: bool,
    replication_instance_class: Option<String>,
    vpc_security_group_ids: Option<Vec<String>>,
    preferred_maintenance_window: Option<String>,
    #[serde(rename = "MultiAZ")]
    multi_az: Option<bool>,
    engine_version: Option<String>,
    #[serde(default)]
    allow_major_version_upgrade: bool,
    auto_minor_version_upgrade: Option<bool>,
    replication_instance_identifier: Option<String>,
    network_type: Option<String>,
    kerberos_authentication_settings: Option<KerberosAuthenticationSettings>,
}

/// Modifies an instance. Without ApplyImmediately, the members of `PendingModifiedValues` and the identifier wait for
/// the maintenance window, which never comes here; the other members change at once all the same.
pub(super) fn modify(
    request: &ModifyReplicationInstance,
    account: &mut Account,
    caller: &Caller,
) -> Response {
    let arn = &request.replication_instance_arn;
    let instance = find(account, INSTANCES, arn)?;
    let status = text(instance, "ReplicationInstanceStatus");
    if !["available", "storage-full"].contains(&status) {
        return Err(invalid_state(format!("the replication instance is {status}")));
    }
    let mut end = prompt_changes(request, instance)?;
    let mut deferred = deferred_changes(request, instance, account, caller)?;
    let identifier = request
        .replication_instance_identifier
        .as_deref()
        .map(|identifier| free_identifier(identifier, Some(arn), account))
        .transpose()?
        .filter(|identifier| identifier != text(instance, "ReplicationInstanceIdentifier"));
    let mut change = json!({"PendingModifiedValues": deferred});
    if request.apply_immediately {
        if let Some(identifier) = identifier {
            end.insert("ReplicationInstanceIdentifier".to_owned(), identifier.into());
        }
        let settled = deferred.keys().map(|name| (name.clone(), Value::Null)).collect::<Map<_, _>>();
        end.append(&mut deferred);
        if !end.is_empty() {
            end.insert("PendingModifiedValues".to_owned(), settled.into());
        }
    }
    if end.is_empty() {
        let found = find_mut(account, INSTANCES, arn).ok_or_else(|| not_found(arn.as_str()))?;
        merge(found, &change);
        return Ok(json!({"ReplicationInstance": as_listed(found)}));
    }
    let is_upgrade = end.contains_key("EngineVersion");
    let status = json!({"ReplicationInstanceStatus": if is_upgrade { "upgrading" } else { "modifying" }});
    merge(&mut change, &status);
    end.insert("ReplicationInstanceStatus".to_owned(), "available".into());
    let instance = begin(account, INSTANCES, arn, &change, vec![Step::Change(end.into())]);
    Ok(json!({"ReplicationInstance": instance}))
}

/// Returns the changes that do not wait for the maintenance window: those of other members than
/// `PendingModifiedValues` has in the service model.
fn prompt_changes(
    request: &ModifyReplicationInstance,
    instance: &Value,
) -> Result<Map<String, Value>, AwsError> {
    let mut changes = Map::new();
    if let Some(window) = &request.preferred_maintenance_window {
        check_window(window)?;
        changes.insert("PreferredMaintenanceWindow".to_owned(), window.to_lowercase().into());
    }
    if let Some(ids) = &request.vpc_security_group_ids {
        check_security_groups(ids)?;
        let groups = ids.iter().map(|id| json!({"VpcSecurityGroupId": id, "Status": "active"}));
        changes.insert("VpcSecurityGroups".to_owned(), groups.collect());
    }
    if let Some(upgrades) = request.auto_minor_version_upgrade {
        changes.insert("AutoMinorVersionUpgrade".to_owned(), upgrades.into());
    }
    if let Some(settings) = &request.kerberos_authentication_settings {
        changes.insert("KerberosAuthenticationSettings".to_owned(), json!(settings));
    }
    changes.retain(|name, value| instance.get(name) != Some(value));
    Ok(changes)
}

/// Returns the changes that wait for the maintenance window without ApplyImmediately.
fn deferred_changes(
    request: &ModifyReplicationInstance,
    instance: &Value,
    account: &Account,
    caller: &Caller,
) -> Result<Map<String, Value>, AwsError> {
    let mut changes = Map::new();
    let old_version = text(instance, "EngineVersion");
    let version = request.engine_version.as_deref().unwrap_or(old_version);
    if version_numbers(version) < version_numbers(old_version) {
        let message = format!("cannot downgrade from {old_version} to {version}");
        return Err(AwsError::invalid_parameter(message));
    }
    if is_major_change(old_version, version) && !request.allow_major_version_upgrade {
        return Err(invalid_combination("AllowMajorVersionUpgrade must be true for this EngineVersion"));
    }
    changes.insert("EngineVersion".to_owned(), version.into());
    let class =
        request.replication_instance_class.as_deref().unwrap_or(text(instance, "ReplicationInstanceClass"));
    check_class(class)?;
    changes.insert("ReplicationInstanceClass".to_owned(), class.into());
    let old_storage = number(instance, "AllocatedStorage");
    let storage = request.allocated_storage.map_or(old_storage, i64::from);
    if storage < old_storage {
        return Err(AwsError::invalid_parameter("AllocatedStorage cannot be reduced"));
    }
    check_quota_of_storage(storage - old_storage, account)?;
    changes.insert("AllocatedStorage".to_owned(), storage.into());
    let group = instance.get("ReplicationSubnetGroup").cloned().unwrap_or_default();
    if let Some(network_type) = &request.network_type {
        check_network_type(network_type, &group)?;
        changes.insert("NetworkType".to_owned(), network_type.as_str().into());
    }
    if let Some(multi_az) = request.multi_az {
        changes.insert("MultiAZ".to_owned(), multi_az.into());
    }
    changes.retain(|name, value| instance.get(name) != Some(value));
    // An old version may no longer be offered: only what changes must be.
    if ["EngineVersion", "ReplicationInstanceClass"].iter().any(|name| changes.contains_key(*name)) {
        let offer = offer(&account.simulation, class, version)?;
        check_storage(storage, offer)?;
    }
    if changes.get("MultiAZ") == Some(&Value::Bool(true)) {
        let zones = zones(&Value::Null, &caller.region);
        choose_zones(None, true, &group, &zones)?;
    }
    Ok(changes)
}
