//! The place of an instance in its account: a free identifier, quotas, zones.

use serde_json::Value;

use super::instance_values::check_name;
use super::resource::{INSTANCES, invalid_combination, list, number, text};
use crate::account::Account;
use crate::error::AwsError;

/// Returns an identifier as DMS stores it, in lower case.
///
/// # Errors
/// Returns the error of AWS if it is malformed, or ResourceAlreadyExistsFault if an instance other than `own` has it.
pub(super) fn free_identifier(
    identifier: &str,
    own: Option<&str>,
    account: &Account,
) -> Result<String, AwsError> {
    check_name("ReplicationInstanceIdentifier", identifier, 63)?;
    let identifier = identifier.to_lowercase();
    let is_taken = list(account, INSTANCES).any(|instance| {
        text(instance, "ReplicationInstanceIdentifier").to_lowercase() == identifier
            && Some(text(instance, "ReplicationInstanceArn")) != own
    });
    if is_taken {
        let message = format!("a replication instance with the identifier {identifier} already exists");
        return Err(AwsError::client("ResourceAlreadyExistsFault", message));
    }
    Ok(identifier)
}

/// Returns the zone of a new instance and that of its standby.
///
/// # Errors
/// Returns the faults of the model for a zone outside the group and for a group with too few zones.
pub(super) fn choose_zones(
    wanted: Option<&str>,
    multi_az: bool,
    group: &Value,
    offered: &[String],
) -> Result<(String, Option<String>), AwsError> {
    let subnets = group.get("Subnets").and_then(Value::as_array).into_iter().flatten();
    let mut zones: Vec<&str> = subnets
        .filter_map(|subnet| subnet.get("SubnetAvailabilityZone")?.get("Name")?.as_str())
        .filter(|zone| offered.iter().any(|one| one == zone))
        .collect();
    zones.sort_unstable();
    zones.dedup();
    let too_few = || {
        let message = "the replication subnet group does not cover enough Availability Zones";
        AwsError::client("ReplicationSubnetGroupDoesNotCoverEnoughAZs", message)
    };
    match (wanted, multi_az, zones.as_slice()) {
        (Some(_), true, _) => {
            Err(invalid_combination("AvailabilityZone cannot be set for a Multi-AZ replication instance"))
        }
        (None, true, [first, second, ..]) => Ok(((*first).to_owned(), Some((*second).to_owned()))),
        (None, false, [first, ..]) => Ok(((*first).to_owned(), None)),
        (None, ..) => Err(too_few()),
        (Some(zone), false, zones) if zones.contains(&zone) => Ok((zone.to_owned(), None)),
        (Some(zone), ..) => {
            let message = format!("the replication subnet group has no subnet for this class in {zone}");
            Err(AwsError::client("InvalidSubnet", message))
        }
    }
}

/// Checks the quota for one more instance.
///
/// # Errors
/// Returns ResourceQuotaExceededFault if the account has as many instances as it may.
pub(super) fn check_quota_of_instances(account: &Account) -> Result<(), AwsError> {
    let used = i64::try_from(list(account, INSTANCES).count()).unwrap_or(i64::MAX);
    if account.simulation.quotas.get("ReplicationInstances").is_some_and(|quota| used >= *quota) {
        let message = "the quota of replication instances is reached";
        return Err(AwsError::client("ResourceQuotaExceededFault", message));
    }
    Ok(())
}

/// Checks the quota for this many GB more.
///
/// # Errors
/// Returns StorageQuotaExceededFault if all instances would have more storage than the quota.
pub(super) fn check_quota_of_storage(more: i64, account: &Account) -> Result<(), AwsError> {
    let used: i64 = list(account, INSTANCES).map(|instance| number(instance, "AllocatedStorage")).sum();
    if account.simulation.quotas.get("AllocatedStorage").is_some_and(|quota| used + more > *quota) {
        return Err(AwsError::client("StorageQuotaExceededFault", "the quota of storage is exceeded"));
    }
    Ok(())
}
