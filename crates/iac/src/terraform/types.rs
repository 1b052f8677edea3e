//! The types of DMS resources in Terraform.

use rule_core::ResourceType;

use super::document::Resource;
use crate::plan::Language;

/// Returns the type of `aws_dms_replication_instance` or `awscc_dms_replication_instance`; `None` if no rule
/// evaluates it.
pub(super) fn resource_type(type_name: &str) -> Option<ResourceType> {
    let type_name = type_name.to_ascii_lowercase();
    let name = type_name.strip_prefix("aws_dms_").or_else(|| type_name.strip_prefix("awscc_dms_"))?;
    let name = if name == "s3_endpoint" { "endpoint" } else { name };
    ResourceType::from_name(&format!("AWS::DMS::{}", name.replace('_', "")))
}

/// Returns true for an endpoint whose type says its engine.
pub(super) fn is_s3_endpoint(resource: &Resource) -> bool {
    resource.type_name.to_ascii_lowercase().ends_with("_s3_endpoint")
}

/// Returns the language of the provider that has the type.
pub(super) fn language(type_name: &str) -> Language {
    if type_name.to_ascii_lowercase().starts_with("awscc_") {
        Language::CloudControl
    } else {
        Language::Terraform
    }
}

/// Returns true for a type that is named as one of AWS DMS, and is none that is known.
pub(super) fn is_unknown_type(type_name: &str) -> bool {
    const WITHOUT_RULE: [&str; 4] =
        ["data_migration", "data_provider", "migration_project", "replication_config"];
    let type_name = type_name.trim().to_ascii_lowercase();
    let name = type_name.strip_prefix("aws_dms_").or_else(|| type_name.strip_prefix("awscc_dms_"));
    name.is_some_and(|name| !WITHOUT_RULE.contains(&name)) && resource_type(&type_name).is_none()
}
