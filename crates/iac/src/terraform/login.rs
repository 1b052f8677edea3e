//! The secret of an `aws_dms_endpoint`: the provider aws has one pair of arguments for it, and writes them into the settings of the
//! endpoint's engine.

use rule_core::rules::{ENGINE_SETTINGS, Login};
use rule_core::spelling;
use rule_core::text::{is_same_name, snake_case};
use serde_json::{Map, Value};

use super::document::Resource;

/// The arguments, and the members of a group of settings that they become (provider aws, `internal/service/dms/endpoint.go`).
const MOVED: [(&str, &str); 2] = [
    ("secrets_manager_arn", "secrets_manager_secret_id"),
    ("secrets_manager_access_role_arn", "secrets_manager_access_role_arn"),
];

/// The block of the provider aws whose name is no other spelling of its group, and that spelling.
const POSTGRES: (&str, &str) = ("postgres_settings", "postgre_sql_settings");

/// Returns the name of the block that gets the secret; `None` if the resource is no endpoint of the provider aws, or if its
/// engine is not known or takes no secret.
pub(super) fn block_with_secret(resource: &Resource) -> Option<String> {
    if !resource.type_name.eq_ignore_ascii_case("aws_dms_endpoint") {
        return None;
    }
    let engine = resource.text("engine_name")?.to_ascii_lowercase();
    let settings = ENGINE_SETTINGS
        .iter()
        .find(|settings| settings.login == Login::Secret && settings.engines.contains(&engine.as_str()))?;
    let name = snake_case(spelling::cloudformation_name(settings.group));
    let attributes = resource.values.as_ref()?.as_object()?;
    let written = attributes.keys().find(|key| is_same_name(key, &name));
    Some(written.cloned().unwrap_or(name))
}

/// Returns the attributes, or their marks or expressions, with the secret in the block of this name, which they then all have. What
/// is no object is returned as it is.
pub(super) fn with_secret(attributes: &Value, block: &str) -> Value {
    match attributes {
        Value::Object(attributes) => Value::Object(members_with_secret(attributes, block)),
        other => other.clone(),
    }
}

/// Returns the members of an object as [`with_secret`] does.
pub(super) fn members_with_secret(attributes: &Map<String, Value>, block: &str) -> Map<String, Value> {
    let mut attributes = attributes.clone();
    if block == POSTGRES.1
        && let Some(settings) = attributes.remove(POSTGRES.0)
    {
        attributes.insert(block.to_owned(), settings);
    }
    let moved: Vec<(&str, Value)> = MOVED
        .iter()
        .filter_map(|(argument, member)| Some((*member, attributes.remove(*argument)?)))
        .filter(|(_, value)| !value.is_null())
        .collect();
    let own = attributes.entry(block.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(list) = own else { return attributes };
    if list.is_empty() {
        list.push(Value::Object(Map::new()));
    }
    if let [Value::Object(settings)] = list.as_mut_slice() {
        settings.extend(moved.into_iter().map(|(member, value)| (member.to_owned(), value)));
    }
    attributes
}
