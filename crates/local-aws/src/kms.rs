//! AWS Key Management Service, after the KMS API reference.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::error::AwsError;
use crate::fleet::KmsKey;
use crate::json_protocol::{Response, read};
use crate::paging::page;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeKey {
    key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListAliases {
    key_id: Option<String>,
    limit: Option<usize>,
    marker: Option<String>,
}

pub(crate) fn respond(operation: &str, parameters: &Value, account: &Account) -> Response {
    match operation {
        "DescribeKey" => describe_key(&read(parameters)?, account),
        "ListAliases" => list_aliases(&read(parameters)?, account),
        _ => Err(AwsError::unknown_operation()),
    }
}

/// Returns the id of a key, which is the last part of its ARN.
fn id(key: &KmsKey) -> Option<&str> {
    key.arn.rsplit('/').next()
}

/// Returns the key with this ARN or id.
fn key<'a>(account: &'a Account, key_id: &str) -> Result<&'a KmsKey, AwsError> {
    account
        .kms_keys
        .iter()
        .find(|key| key.arn == key_id || id(key) == Some(key_id))
        .ok_or_else(|| AwsError::client("NotFoundException", format!("Key '{key_id}' does not exist")))
}

fn describe_key(request: &DescribeKey, account: &Account) -> Response {
    let key = key(account, &request.key_id)?;
    Ok(json!({"KeyMetadata": {
        "Arn": key.arn,
        "KeyId": id(key),
        "KeyManager": key.key_manager,
        "KeyState": "Enabled",
    }}))
}

fn list_aliases(request: &ListAliases, account: &Account) -> Response {
    let size = request.limit.unwrap_or(50);
    if !(1..=100).contains(&size) {
        return Err(AwsError::client("ValidationException", "the limit must be from 1 to 100"));
    }
    let keys: Vec<&KmsKey> = match request.key_id.as_deref() {
        Some(key_id) => vec![key(account, key_id)?],
        None => account.kms_keys.iter().collect(),
    };
    let aliases: Vec<Value> = keys
        .into_iter()
        .flat_map(|key| {
            let prefix = key.arn.split_once(":key/").map(|(prefix, _)| prefix).unwrap_or_default();
            key.aliases.iter().map(
                move |name| json!({"AliasName": name, "AliasArn": format!("{prefix}:{name}"), "TargetKeyId": id(key)}),
            )
        })
        .collect();
    let (aliases, next) = page(&aliases, size, request.marker.as_deref(), "InvalidMarkerException")?;
    Ok(match next {
        Some(next) => json!({"Aliases": aliases, "Truncated": true, "NextMarker": next}),
        None => json!({"Aliases": aliases, "Truncated": false}),
    })
}
