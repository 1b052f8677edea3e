//! AWS Key Management Service.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Answer, AwsError, page, request};
use crate::state::{Account, KmsKey};

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

pub(crate) fn answer(operation: &str, body: &Value, account: &Account) -> Answer {
    match operation {
        "DescribeKey" => describe_key(&request(body)?, account),
        "ListAliases" => list_aliases(&request(body)?, account),
        _ => Err(AwsError::client("UnknownOperationException", "")),
    }
}

fn find<'a>(account: &'a Account, key_id: &str) -> Result<&'a KmsKey, AwsError> {
    let is_it = |key: &&KmsKey| key.arn == key_id || key.arn.rsplit('/').next() == Some(key_id);
    account
        .kms_keys
        .iter()
        .find(is_it)
        .ok_or_else(|| AwsError::client("NotFoundException", format!("Key '{key_id}' does not exist")))
}

fn describe_key(request: &DescribeKey, account: &Account) -> Answer {
    let key = find(account, &request.key_id)?;
    Ok(json!({"KeyMetadata": {
        "Arn": key.arn,
        "KeyId": key.arn.rsplit('/').next(),
        "KeyManager": key.key_manager,
        "KeyState": "Enabled",
    }}))
}

fn list_aliases(request: &ListAliases, account: &Account) -> Answer {
    let size = request.limit.unwrap_or(50);
    if !(1..=100).contains(&size) {
        return Err(AwsError::client("ValidationException", "the limit must be from 1 to 100"));
    }
    let key_id = request.key_id.as_deref().unwrap_or_default();
    let key = find(account, key_id)?;
    let start = key.arn.split_once(":key/").map(|(start, _)| start).unwrap_or_default();
    let aliases: Vec<Value> = key
        .aliases
        .iter()
        .map(|name| json!({"AliasName": name, "AliasArn": format!("{start}:{name}"), "TargetKeyId": key.arn.rsplit('/').next()}))
        .collect();
    let (aliases, next) = page(&aliases, size, request.marker.as_deref(), "InvalidMarkerException")?;
    Ok(match next {
        Some(next) => json!({"Aliases": aliases, "Truncated": true, "NextMarker": next}),
        None => json!({"Aliases": aliases, "Truncated": false}),
    })
}
