//! The KMS keys of a plan or a state, by their ARNs.

use std::collections::HashMap;

use rule_core::KmsKey;
use serde_json::Value;

use super::configuration::KEY_TYPES;
use super::document::Resource;

/// The manager of each key whose ARN is known.
#[derive(Default)]
pub(super) struct Keys(HashMap<String, Option<String>>);

impl Keys {
    /// Adds the keys among the resources: those that Terraform manages, which a customer manages, and data sources as KMS
    /// described them.
    pub(super) fn add<'a>(&mut self, resources: impl Iterator<Item = &'a Resource>) {
        for resource in resources {
            let type_name = resource.type_name.as_str();
            let manager = match (KEY_TYPES.contains(&type_name), resource.is_managed()) {
                (true, true) => Some("CUSTOMER"),
                (true, false) if type_name == "aws_kms_key" => resource.text("key_manager"),
                _ => None,
            };
            if let (Some(manager), Some(arn)) = (manager, resource.text("arn")) {
                let known = self.0.entry(arn.to_owned()).or_insert_with(|| Some(manager.to_owned()));
                if known.as_deref() != Some(manager) {
                    *known = None; // the file contradicts itself
                }
            }
        }
    }

    /// Returns the key that a resource names; `None` if the file does not show its manager, or if the resource names several keys.
    pub(super) fn of_resource(&self, resource: &Resource) -> Option<KmsKey> {
        let mut named = Vec::new();
        if let Some(values) = &resource.values {
            add_keys(values, &mut named);
        }
        named.sort_unstable();
        named.dedup();
        match named.as_slice() {
            [arn] => self.get(arn),
            _ => None,
        }
    }

    /// Returns the key with this ARN; `None` if the file does not show its manager.
    fn get(&self, arn: &str) -> Option<KmsKey> {
        let key_manager = self.0.get(arn)?.clone()?;
        Some(KmsKey { key_manager: Some(key_manager), arn: Some(arn.to_owned()), alias_arns: Vec::new() })
    }
}

/// Adds the texts by which attributes, and those in blocks, name keys.
fn add_keys<'a>(values: &'a Value, named: &mut Vec<&'a str>) {
    match values {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name.ends_with("kms_key_arn") || name.ends_with("kms_key_id") => {
                        named.push(text);
                    }
                    other => add_keys(other, named),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| add_keys(value, named)),
        _ => {}
    }
}
