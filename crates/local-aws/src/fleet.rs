//! Resources of DMS and keys of KMS, read from files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::kinds::Kind;

/// DMS resources by the member of the API response that lists them, such as `ReplicationInstances`. A resource has
/// the shape of the API, of which a test may leave out any member. A member `TagList` holds the tags; only
/// `ListTagsForResource` returns it.
pub type Fleet = BTreeMap<String, Vec<Value>>;

/// A KMS key.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct KmsKey {
    /// The ARN of the key.
    pub arn: String,
    /// CUSTOMER or AWS.
    pub key_manager: String,
    /// The names of the key, such as `alias/dms`.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// An error in a file of resources.
#[derive(Debug, thiserror::Error)]
pub enum InvalidFleet {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// A known member is not a list of objects.
    #[error("{0} must be a list of objects")]
    List(String),
    /// No member of the file is a list of DMS resources.
    #[error(
        "the file holds no DMS resources; expected the output of `aws dms describe-...` or a list of instances"
    )]
    Empty,
    /// `KmsKeys` is not a list of keys.
    #[error("KmsKeys: {0}")]
    Keys(#[source] serde_json::Error),
}

/// Reads the DMS resources of a file: the output of an `aws dms describe-...` command, the members of several such
/// outputs in one object, or a list of replication instances.
///
/// # Errors
/// Returns [`InvalidFleet`] if the text is not JSON, if a known member is not a list of objects, or if no member is
/// known.
pub fn parse_fleet(text: &str) -> Result<Fleet, InvalidFleet> {
    let members = match serde_json::from_str(text).map_err(InvalidFleet::Json)? {
        Value::Object(members) => members,
        list => Map::from_iter([("ReplicationInstances".to_owned(), list)]),
    };
    let mut fleet = Fleet::new();
    for (name, list) in members {
        let is_known = Kind::from_list(&name).is_some();
        match list {
            Value::Array(resources) if is_known && resources.iter().all(Value::is_object) => {
                fleet.insert(name, resources);
            }
            _ if is_known => return Err(InvalidFleet::List(name)),
            _ => {} // a marker, or a list of another service
        }
    }
    if fleet.is_empty() { Err(InvalidFleet::Empty) } else { Ok(fleet) }
}

/// Reads the KMS keys in the member `KmsKeys` of the same file:
/// `[{"Arn": "...", "KeyManager": "CUSTOMER", "Aliases": ["alias/..."]}]`. Returns no keys if the member is missing.
///
/// # Errors
/// Returns [`InvalidFleet::Keys`] if the member is not a list of keys.
pub fn parse_keys(text: &str) -> Result<Vec<KmsKey>, InvalidFleet> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct File {
        #[serde(default)]
        kms_keys: Vec<KmsKey>,
    }
    if text.trim_start().starts_with('[') {
        return Ok(Vec::new()); // a list of instances
    }
    serde_json::from_str(text).map(|File { kms_keys }| kms_keys).map_err(InvalidFleet::Keys)
}
