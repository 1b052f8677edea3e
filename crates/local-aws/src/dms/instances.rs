//! The beginning and end of replication instances: `CreateReplicationInstance`, `DeleteReplicationInstance`.

use data_encoding::BASE32_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::capacity::{check_quota_of_instances, check_quota_of_storage, choose_zones, free_identifier};
use super::instance_values::{
    KerberosAuthenticationSettings, check_class, check_name, check_name_servers, check_network_type,
    check_security_groups, check_storage, check_window, offer, version_numbers, zones,
};
use super::resource::{INSTANCES, TASKS, find, invalid_state, list, list_mut, not_found, now, number, text};
use super::settlement::begin;
use super::tags::{Tag, tag_list};
use crate::account::Account;
use crate::error::AwsError;
use crate::fleet::KmsKey;
use crate::json_protocol::Response;
use crate::partition::partition_of;
use crate::settling::Step;
use crate::signature::Caller;
use crate::simulation::Variant;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateReplicationInstance {
    replication_instance_identifier: String,
    allocated_storage: Option<i32>,
    replication_instance_class: String,
    vpc_security_group_ids: Option<Vec<String>>,
    availability_zone: Option<String>,
    replication_subnet_group_identifier: Option<String>,
    preferred_maintenance_window: Option<String>,
    #[serde(rename = "MultiAZ")]
    multi_az: Option<bool>,
    engine_version: Option<String>,
    auto_minor_version_upgrade: Option<bool>,
    tags: Option<Vec<Tag>>,
    kms_key_id: Option<String>,
    publicly_accessible: Option<bool>,
    dns_name_servers: Option<String>,
    resource_identifier: Option<String>,
    network_type: Option<String>,
    kerberos_authentication_settings: Option<KerberosAuthenticationSettings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteReplicationInstance {
    replication_instance_arn: String,
}

pub(super) fn create(
    request: &CreateReplicationInstance,
    account: &mut Account,
    caller: &Caller,
) -> Response {
    let simulation = &account.simulation;
    if simulation.has(Variant::NoVpcRole) {
        let message = format!(
            "The IAM Role arn:{}:iam::{}:role/dms-vpc-role is not configured properly.",
            partition_of(&caller.region),
            caller.account_id
        );
        return Err(AwsError::client("AccessDeniedFault", message));
    }
    let identifier = free_identifier(&request.replication_instance_identifier, None, account)?;
    check_class(&request.replication_instance_class)?;
    let tags = tag_list(request.tags.as_deref().unwrap_or_default(), simulation)?;
    let window = request.preferred_maintenance_window.as_deref().unwrap_or("sun:06:00-sun:06:30");
    check_window(window)?;
    if let Some(servers) = &request.dns_name_servers {
        check_name_servers(servers)?;
    }
    let default_groups = vec!["sg-0123456789abcdef0".to_owned()];
    let security_groups = request.vpc_security_group_ids.as_ref().unwrap_or(&default_groups);
    check_security_groups(security_groups)?;
    let group = subnet_group(request.replication_subnet_group_identifier.as_deref(), account)?;
    let network_type = request.network_type.as_deref().unwrap_or("IPV4");
    check_network_type(network_type, &group)?;
    let upgrades = request.auto_minor_version_upgrade.unwrap_or(true);
    let version = version_to_create(request.engine_version.as_deref(), upgrades, account);
    let offer = offer(simulation, &request.replication_instance_class, &version)?;
    let storage =
        request.allocated_storage.map_or_else(|| number(offer, "DefaultAllocatedStorage"), i64::from);
    check_storage(storage, offer)?;
    let multi_az = request.multi_az.unwrap_or(false);
    let zone = request.availability_zone.as_deref();
    let (zone, second_zone) = choose_zones(zone, multi_az, &group, &zones(offer, &caller.region))?;
    check_quota_of_instances(account)?;
    check_quota_of_storage(storage, account)?;
    let key = kms_key(request.kms_key_id.as_deref(), account, caller)?;
    let arn = new_arn(request.resource_identifier.as_deref(), account, caller)?;

    let public = request.publicly_accessible.unwrap_or(true);
    let groups = security_groups.iter().map(|id| json!({"VpcSecurityGroupId": id, "Status": "active"}));
    let instance = json!({
        "ReplicationInstanceIdentifier": identifier,
        "ReplicationInstanceClass": request.replication_instance_class,
        "AllocatedStorage": storage,
        "VpcSecurityGroups": groups.collect::<Vec<_>>(),
        "AvailabilityZone": zone,
        "ReplicationSubnetGroup": group,
        "PreferredMaintenanceWindow": window.to_lowercase(),
        "PendingModifiedValues": {},
        "MultiAZ": multi_az,
        "EngineVersion": version,
        "AutoMinorVersionUpgrade": upgrades,
        "KmsKeyId": key,
        "ReplicationInstanceArn": arn,
        "PubliclyAccessible": public,
        "NetworkType": network_type,
        "TagList": tags,
    });
    let mut kerberos = request.kerberos_authentication_settings.clone();
    if let (true, Some(kerberos)) = (account.simulation.has(Variant::KerberosFileIsHidden), &mut kerberos) {
        kerberos.hide_file();
    }
    list_mut(account, INSTANCES).push(instance);
    account.simulation.created.insert(arn.clone());
    let change = json!({
        "ReplicationInstanceStatus": "creating",
        "SecondaryAvailabilityZone": second_zone,
        "DnsNameServers": request.dns_name_servers,
        "KerberosAuthenticationSettings": kerberos,
    });
    let end = end_of_creation(&identifier, public, account);
    Ok(instance_response(&begin(account, INSTANCES, &arn, &change, vec![Step::Change(end)])))
}

/// Returns the body of a response with an instance.
fn instance_response(instance: &Value) -> Value {
    json!({"ReplicationInstance": instance})
}

/// Returns the changes with which a creation ends: addresses, if it succeeds.
fn end_of_creation(identifier: &str, public: bool, account: &mut Account) -> Value {
    if let Some(status) = account.simulation.failed_creations.get(identifier) {
        return json!({"ReplicationInstanceStatus": status});
    }
    let serial = account.simulation.next_serial();
    let address = format!("10.0.{}.{}", serial / 200, serial % 200 + 10);
    let mut end = json!({
        "ReplicationInstanceStatus": "available",
        "InstanceCreateTime": now(),
        "ReplicationInstancePrivateIpAddress": address,
        "ReplicationInstancePrivateIpAddresses": [address],
    });
    let Value::Object(members) = &mut end else { return end };
    if public {
        let address = format!("203.0.113.{}", serial % 250 + 1);
        members.insert("ReplicationInstancePublicIpAddresses".to_owned(), json!([address]));
        members.insert("ReplicationInstancePublicIpAddress".to_owned(), address.into());
    } else if account.simulation.has(Variant::NullAsPublicAddress) {
        members.insert("ReplicationInstancePublicIpAddresses".to_owned(), json!([null]));
    }
    end
}

/// Returns the subnet group with a name: one that the account lists, or else that of another instance. Without a name it
/// is `default`.
fn subnet_group(name: Option<&str>, account: &Account) -> Result<Value, AwsError> {
    let name = name.unwrap_or("default");
    let listed = list(account, "ReplicationSubnetGroups");
    let used = list(account, INSTANCES).filter_map(|instance| instance.get("ReplicationSubnetGroup"));
    let has_name =
        |group: &&Value| text(group, "ReplicationSubnetGroupIdentifier").eq_ignore_ascii_case(name);
    let mut group = listed
        .chain(used)
        .find(has_name)
        .cloned()
        .ok_or_else(|| not_found(format!("the replication subnet group {name} was not found")))?;
    if group.get("IsReadOnly") == Some(&Value::Bool(true)) {
        let message = format!("the replication subnet group {name} belongs to a zero-ETL integration");
        return Err(AwsError::client("AccessDeniedFault", message));
    }
    if let Value::Object(members) = &mut group {
        members.remove("TagList");
    }
    Ok(group)
}

/// Returns the version of a new instance. With AutoMinorVersionUpgrade, DMS uses the default version if the requested
/// one is lower ("Creating a replication instance" in the user guide).
fn version_to_create(requested: Option<&str>, upgrades: bool, account: &Account) -> String {
    let default = account.simulation.default_version().unwrap_or_default();
    match requested {
        Some(version) if !upgrades || version_numbers(version) > version_numbers(default) => {
            version.to_owned()
        }
        _ => default.to_owned(),
    }
}

/// Returns the ARN of the key with an id, ARN or alias: one of the account, or one that another instance uses. Without an
/// id it is the key that AWS manages for DMS.
fn kms_key(wanted: Option<&str>, account: &Account, caller: &Caller) -> Result<String, AwsError> {
    let (wanted, is_default) = wanted.map_or(("alias/aws/dms", true), |wanted| (wanted, false));
    let has_name = |key: &&KmsKey| {
        let is_alias = |alias: &String| alias == wanted || wanted.ends_with(&format!(":{alias}"));
        key.arn == wanted || key.arn.ends_with(&format!(":key/{wanted}")) || key.aliases.iter().any(is_alias)
    };
    if let Some(key) = account.kms_keys.iter().find(has_name) {
        return Ok(key.arn.clone());
    }
    if list(account, INSTANCES).any(|instance| text(instance, "KmsKeyId") == wanted) {
        return Ok(wanted.to_owned());
    }
    if is_default {
        let Caller { account_id, region } = caller;
        let partition = partition_of(region);
        return Ok(format!(
            "arn:{partition}:kms:{region}:{account_id}:key/00000000-aaaa-4bbb-8ccc-0000000000d5"
        ));
    }
    Err(AwsError::client("KMSKeyNotAccessibleFault", format!("the key {wanted} is not accessible")))
}

/// Returns the ARN of a new instance: with the resource identifier of the request, or with 26 letters and digits as DMS
/// makes them, the same in each run.
fn new_arn(resource: Option<&str>, account: &mut Account, caller: &Caller) -> Result<String, AwsError> {
    let Caller { account_id, region } = caller;
    let resource = if let Some(resource) = resource {
        check_name("ResourceIdentifier", resource, 31)?;
        resource.to_owned()
    } else {
        let serial = account.simulation.next_serial();
        let hash = BASE32_NOPAD.encode(&Sha256::digest(format!("{account_id}/{region}/{serial}")));
        hash.chars().take(26).collect()
    };
    let arn = format!("arn:{}:dms:{region}:{account_id}:rep:{resource}", partition_of(region));
    if find(account, INSTANCES, &arn).is_ok() {
        return Err(AwsError::client("ResourceAlreadyExistsFault", format!("{arn} already exists")));
    }
    Ok(arn)
}

/// Deletes an instance that no task is on or on its way to.
pub(super) fn delete(request: &DeleteReplicationInstance, account: &mut Account) -> Response {
    let arn = &request.replication_instance_arn;
    let status = text(find(account, INSTANCES, arn)?, "ReplicationInstanceStatus");
    if ["creating", "modifying", "upgrading", "rebooting", "maintenance", "deleting"].contains(&status) {
        return Err(invalid_state(format!("the replication instance is {status}")));
    }
    let has_task = list(account, TASKS).any(|task| {
        ["ReplicationInstanceArn", "TargetReplicationInstanceArn"]
            .iter()
            .any(|member| text(task, member) == arn)
    });
    if has_task {
        return Err(invalid_state("Replication Instance cannot be deleted because it has one or more tasks"));
    }
    let change = json!({"ReplicationInstanceStatus": "deleting"});
    Ok(instance_response(&begin(account, INSTANCES, arn, &change, vec![Step::Remove])))
}
