#![doc = include_str!("dms_endpoint_tagged.md")]

use crate::rules::tagged;
use crate::{Need, Requirement, ResourceType, Rule, Severity, Theme};

/// The rule `dms-endpoint-tagged`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-tagged",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Low,
    theme: Theme::Ownership,
    property: tagged::TAGS,
    wanted: tagged::WANTED,
    reads: &[],
    needs: &[Need::List, Need::Describe, Need::Tags],
    schedule_only: false,
    parameters: &[&tagged::REQUIRED_KEY_TAGS],
    requirements: &[Requirement { framework: "AWS Config managed rule", ids: &["DMS_ENDPOINT_TAGGED"] }],
    page: include_str!("dms_endpoint_tagged.md"),
    unknown_fix: tagged::FIND_OUT,
    command: Some(tagged::LIST_TAGS),
    check: tagged::check,
};
