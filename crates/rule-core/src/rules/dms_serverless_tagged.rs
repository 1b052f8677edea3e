#![doc = include_str!("dms_serverless_tagged.md")]

use crate::rules::tagged;
use crate::{Need, ResourceType, Rule, Severity, Theme};

/// The rule `dms-serverless-tagged`.
pub static RULE: Rule = Rule {
    identifier: "dms-serverless-tagged",
    resource_type: ResourceType::ReplicationConfig,
    severity: Severity::Low,
    theme: Theme::Ownership,
    property: tagged::TAGS,
    wanted: tagged::WANTED,
    reads: &[],
    needs: &[Need::List, Need::Describe, Need::Tags],
    schedule_only: false,
    parameters: &[&tagged::REQUIRED_KEY_TAGS],
    requirements: &[],
    page: include_str!("dms_serverless_tagged.md"),
    unknown_fix: tagged::FIND_OUT,
    command: Some(tagged::LIST_TAGS),
    check: tagged::check,
};
