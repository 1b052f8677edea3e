//! The recorder of AWS Config: the resources that it discovers and the configuration items that it keeps.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::fleet::Fleet;
use crate::json_protocol::epoch_seconds;
use crate::kinds::{KINDS, Kind};

/// A resource in the recorder's inventory.
#[derive(Clone, Debug)]
pub struct DiscoveredResource {
    /// The type, such as `AWS::DMS::ReplicationInstance`.
    pub resource_type: String,
    /// The recorder's id of the resource.
    pub resource_id: String,
    /// The resource's name; `None` if it has none.
    pub resource_name: Option<String>,
}

/// A resource that was deleted, in the recorder's inventory.
#[derive(Clone, Debug)]
pub struct DeletedResource {
    /// The resource as it was.
    pub resource: DiscoveredResource,
    /// The time of its deletion.
    pub deleted: DateTime<Utc>,
}

/// Lists the resources that a recorder would discover, with their ARNs as ids. Types that AWS Config does not record,
/// and resources without an ARN, are left out.
#[must_use]
pub fn discovered(fleet: &Fleet, account_id: &str, region: &str) -> Vec<DiscoveredResource> {
    KINDS
        .iter()
        .filter(|kind| kind.is_recorded)
        .flat_map(|kind| fleet.get(kind.list).into_iter().flatten().map(move |resource| (kind, resource)))
        .filter_map(|(kind, resource)| {
            Some(DiscoveredResource {
                resource_type: kind.resource_type.to_owned(),
                resource_id: kind.arn(resource, account_id, region)?,
                resource_name: resource.get(kind.identifier).and_then(Value::as_str).map(str::to_owned),
            })
        })
        .collect()
}

/// The properties of a replication instance that are copied to its configuration item: those of
/// `AWS::DMS::ReplicationInstance.properties.json` in `awslabs/aws-config-resource-schema`, and `NetworkType` and
/// `DnsNameServers`, which that schema does not list.
const INSTANCE_PROPERTIES: [&str; 12] = [
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "AvailabilityZone",
    "EngineVersion",
    "KmsKeyId",
    "MultiAZ",
    "NetworkType",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
    "ReplicationInstanceClass",
    "ReplicationInstanceIdentifier",
    "DnsNameServers",
];

/// The members of the other types that are not copied. Tags have a member of their own in the item; the schema of
/// `AWS::DMS::ReplicationTask` lists no `ReplicationTaskSettings`, and that of `AWS::DMS::Endpoint` neither
/// `ExtraConnectionAttributes` nor `AuthenticationMethod`; no page of AWS states that `ValidToDate`, or `KmsKeyId` of a
/// certificate, is recorded.
const UNRECORDED_PROPERTIES: [&str; 5] = [
    "TagList",
    "ReplicationTaskSettings",
    "ValidToDate",
    "ExtraConnectionAttributes",
    "AuthenticationMethod",
];

/// The groups of settings of an endpoint that the schema spells in another way than the API.
const RESPELLED_GROUPS: [(&str, &str); 4] = [
    ("IBMDb2Settings", "IbmDb2Settings"),
    ("MicrosoftSQLServerSettings", "MicrosoftSqlServerSettings"),
    ("MySQLSettings", "MySqlSettings"),
    ("PostgreSQLSettings", "PostgreSqlSettings"),
];

/// Builds the configuration item that a recorder would hold of a DMS resource, in the shape that
/// `GetResourceConfigHistory` returns: the ARN as id, `configuration` as JSON text, lists of IP addresses joined with
/// commas. The item of an unknown type has no name and no ARN.
#[must_use]
pub fn configuration_item_of(
    resource_type: &str,
    resource: &Value,
    account_id: &str,
    region: &str,
    captured: DateTime<Utc>,
) -> Value {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = Kind::from_resource_type(resource_type);
    let arn = kind.and_then(|kind| kind.arn(resource, account_id, region)).unwrap_or_default();
    json!({
        "version": "1.3",
        "accountId": account_id,
        "configurationItemCaptureTime": epoch_seconds(captured),
        "configurationItemStatus": "OK",
        "configurationStateId": captured.timestamp_millis().to_string(),
        "configurationItemMD5Hash": "",
        "arn": arn,
        "resourceType": resource_type,
        "resourceId": arn,
        "resourceName": text(kind.map(|kind| kind.identifier).unwrap_or_default()),
        "awsRegion": region,
        "tags": tags(resource),
        "relatedEvents": [],
        "relationships": [],
        "configuration": configuration(resource_type, resource, &arn).to_string(),
        "supplementaryConfiguration": {},
    })
}

fn configuration(resource_type: &str, resource: &Value, arn: &str) -> Value {
    let mut configuration = Map::new();
    configuration.insert("Id".to_owned(), arn.into());
    for (name, value) in resource.as_object().into_iter().flatten() {
        let is_recorded = if resource_type == "AWS::DMS::ReplicationInstance" {
            INSTANCE_PROPERTIES.contains(&name.as_str())
        } else {
            let is_of_certificate = resource_type == "AWS::DMS::Certificate" && name == "KmsKeyId";
            !UNRECORDED_PROPERTIES.contains(&name.as_str()) && !is_of_certificate
        };
        if is_recorded {
            let respelled = RESPELLED_GROUPS.iter().find(|(api, _)| api == name);
            let name = respelled.map_or(name.as_str(), |(_, schema)| schema);
            configuration.insert(name.to_owned(), recorded_group(value));
        }
    }
    for name in ["ReplicationInstancePublicIpAddresses", "ReplicationInstancePrivateIpAddresses"] {
        if let Some(addresses) = resource.get(name).and_then(Value::as_array) {
            let addresses: Vec<&str> = addresses.iter().filter_map(Value::as_str).collect();
            configuration.insert(name.to_owned(), addresses.join(",").into());
        }
    }
    Value::Object(configuration)
}

/// Returns a value, without the members of a group of settings that are not recorded.
fn recorded_group(value: &Value) -> Value {
    let mut value = value.clone();
    if let Value::Object(members) = &mut value {
        members.retain(|name, _| !UNRECORDED_PROPERTIES.contains(&name.as_str()));
    }
    value
}

/// Returns the tags as an object of values by key. In the API they are a list of `{"Key": ..., "Value": ...}`.
fn tags(resource: &Value) -> Map<String, Value> {
    resource
        .get("TagList")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone())))
        .collect()
}
