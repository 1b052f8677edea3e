//! The types of DMS resources in Terraform.

use rule_core::ResourceType;
use rule_core::text::snake_case;

use crate::plan::Language;

/// Returns the type of `aws_dms_replication_instance` or `awscc_dms_replication_instance`; `None` if no rule
/// evaluates it.
pub(super) fn resource_type(type_name: &str) -> Option<ResourceType> {
    let type_name = type_name.to_ascii_lowercase();
    let name = dms_name(&type_name)?;
    let name = if name == "s3_endpoint" { "endpoint" } else { name };
    ResourceType::from_name(&format!("AWS::DMS::{}", name.replace('_', "")))
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
    let type_name = type_name.trim().to_ascii_lowercase();
    let has_no_rule = |name: &str| {
        let mut names =
            ResourceType::WITHOUT_RULES.iter().filter_map(|known| known.strip_prefix("AWS::DMS::"));
        names.any(|known| snake_case(known) == name)
    };
    dms_name(&type_name).is_some_and(|name| !has_no_rule(name)) && resource_type(&type_name).is_none()
}

/// Returns the name of a type in lower case behind the prefix of its provider, such as `endpoint`; `None` for a type of
/// another service.
fn dms_name(type_name: &str) -> Option<&str> {
    type_name.strip_prefix("aws_dms_").or_else(|| type_name.strip_prefix("awscc_dms_"))
}
