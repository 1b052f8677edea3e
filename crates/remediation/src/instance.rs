//! A replication instance as DMS describes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A replication instance in the shape of `DescribeReplicationInstances`. An absent member is unknown.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Instance {
    /// The name, unique in an account and Region, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_identifier: Option<String>,
    /// The ARN; a rename does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_arn: Option<String>,
    /// The status, such as `available` or `creating`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_status: Option<String>,
    /// The class, such as `dms.t3.medium`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_class: Option<String>,
    /// The storage in GiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_storage: Option<i64>,
    /// The engine version, such as `3.5.4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<String>,
    /// True if DMS applies minor versions by itself; at creation it overrides a lower version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_minor_version_upgrade: Option<bool>,
    /// True if there is a standby in another zone.
    #[serde(rename = "MultiAZ", skip_serializing_if = "Option::is_none")]
    pub multi_az: Option<bool>,
    /// The zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// True if the instance has a public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publicly_accessible: Option<bool>,
    /// The public address, in the older member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_public_ip_address: Option<String>,
    /// The public addresses; DMS writes a null where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_public_ip_addresses: Option<Vec<Option<String>>>,
    /// The private address, in the older member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_private_ip_address: Option<String>,
    /// The private addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_private_ip_addresses: Option<Vec<Option<String>>>,
    /// The subnet group, which gives the VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_subnet_group: Option<SubnetGroup>,
    /// The security groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_security_groups: Option<Vec<SecurityGroup>>,
    /// The key of the storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// The weekly window of maintenance, such as `sun:06:00-sun:14:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_maintenance_window: Option<String>,
    /// Up to four addresses of name servers, with commas. DMS cannot change them later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_name_servers: Option<String>,
    /// `IPV4` or `DUAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_type: Option<String>,
    /// The settings of Kerberos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kerberos_authentication_settings: Option<Map<String, Value>>,
    /// The changes that DMS has not applied yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_modified_values: Option<Map<String, Value>>,
}

/// A subnet group in the shape of `ReplicationSubnetGroup`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SubnetGroup {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_subnet_group_identifier: Option<String>,
    /// The VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The subnets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnets: Option<Vec<Subnet>>,
    /// True if the group belongs to a zero-ETL integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read_only: Option<bool>,
}

/// A subnet of a group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Subnet {
    /// The id, such as `subnet-0a1b`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_identifier: Option<String>,
    /// The zone, as `{"Name": "eu-west-1a"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_availability_zone: Option<AvailabilityZone>,
}

/// A zone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AvailabilityZone {
    /// The name, such as `eu-west-1a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A security group of an instance.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SecurityGroup {
    /// The id, such as `sg-0a1b`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_security_group_id: Option<String>,
    /// `active` if the group is in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

impl Instance {
    /// Returns the identifier; empty if it is unknown.
    #[must_use]
    pub fn identifier(&self) -> &str {
        self.replication_instance_identifier.as_deref().unwrap_or_default()
    }

    /// Returns the ARN; empty if it is unknown.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.replication_instance_arn.as_deref().unwrap_or_default()
    }

    /// Returns the status; empty if it is unknown.
    #[must_use]
    pub fn status(&self) -> &str {
        self.replication_instance_status.as_deref().unwrap_or_default()
    }

    /// Returns all public addresses, from both members.
    #[must_use]
    pub fn public_addresses(&self) -> Vec<&str> {
        both(
            self.replication_instance_public_ip_address.as_ref(),
            self.replication_instance_public_ip_addresses.as_ref(),
        )
    }

    /// Returns all private addresses, from both members.
    #[must_use]
    pub fn private_addresses(&self) -> Vec<&str> {
        both(
            self.replication_instance_private_ip_address.as_ref(),
            self.replication_instance_private_ip_addresses.as_ref(),
        )
    }

    /// Returns the ids of the security groups that are in effect, sorted; `None` if they are unknown, or one is in
    /// another status than `active`.
    #[must_use]
    pub fn active_security_groups(&self) -> Option<Vec<&str>> {
        let groups = self.vpc_security_groups.as_ref()?;
        let mut ids = Vec::new();
        for group in groups {
            if group.status.as_deref() != Some("active") {
                return None;
            }
            ids.push(group.vpc_security_group_id.as_deref()?);
        }
        ids.sort_unstable();
        Some(ids)
    }

    /// Returns the name of the subnet group.
    #[must_use]
    pub fn subnet_group(&self) -> Option<&str> {
        self.replication_subnet_group.as_ref()?.replication_subnet_group_identifier.as_deref()
    }

    /// Returns true if DMS has changes of the instance that it has not applied yet.
    #[must_use]
    pub fn has_pending_changes(&self) -> bool {
        let pending = self.pending_modified_values.as_ref();
        pending.is_some_and(|values| values.values().any(|value| !value.is_null()))
    }
}

fn both<'a>(one: Option<&'a String>, many: Option<&'a Vec<Option<String>>>) -> Vec<&'a str> {
    let mut addresses: Vec<&str> = Vec::new();
    let many = many.into_iter().flatten().flatten();
    for address in one.into_iter().chain(many) {
        if !address.is_empty() && !addresses.contains(&address.as_str()) {
            addresses.push(address);
        }
    }
    addresses
}
