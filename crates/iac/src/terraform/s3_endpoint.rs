//! The resource `aws_dms_s3_endpoint` of the provider aws, which has the settings of S3 beside those of every endpoint.

use serde_json::{Map, Value};

use super::document::Resource;

/// The attributes that are no settings of S3 (provider aws, `internal/service/dms/s3_endpoint.go`).
const OF_EVERY_ENDPOINT: [&str; 16] = [
    "certificate_arn",
    "endpoint_arn",
    "endpoint_id",
    "endpoint_type",
    "engine_display_name",
    "engine_name",
    "external_id",
    "extra_connection_attributes",
    "id",
    "kms_key_arn",
    "region",
    "ssl_mode",
    "status",
    "tags",
    "tags_all",
    "timeouts",
];

/// Returns true for an endpoint whose type says its engine.
pub(super) fn is_s3_endpoint(resource: &Resource) -> bool {
    resource.type_name.to_ascii_lowercase().ends_with("_s3_endpoint")
}

/// Returns the attributes as those of an endpoint that has the settings in a block, as `aws_dms_endpoint` had before the provider
/// aws 6. What is no object is returned as it is.
pub(super) fn with_block(attributes: &Value) -> Value {
    match attributes {
        Value::Object(attributes) => Value::Object(members_with_block(attributes)),
        other => other.clone(),
    }
}

/// Returns the attributes, or their marks or expressions, with the settings in a block.
pub(super) fn members_with_block(attributes: &Map<String, Value>) -> Map<String, Value> {
    let (mut own, mut settings) = (Map::new(), Map::new());
    for (name, value) in attributes {
        let map = if OF_EVERY_ENDPOINT.contains(&name.as_str()) { &mut own } else { &mut settings };
        map.insert(name.clone(), value.clone());
    }
    own.insert("s3_settings".to_owned(), Value::Array(vec![Value::Object(settings)]));
    own
}
