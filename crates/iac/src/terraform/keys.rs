//! The KMS keys of a plan or a state, by their ARNs.

use std::collections::HashMap;

use rule_core::KmsKey;

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

    /// Returns the key with this ARN; `None` if the file does not show its manager.
    pub(super) fn get(&self, arn: &str) -> Option<KmsKey> {
        let key_manager = self.0.get(arn)?.clone()?;
        Some(KmsKey { key_manager: Some(key_manager), arn: Some(arn.to_owned()), alias_arns: Vec::new() })
    }
}
