#![doc = include_str!("dms_certificate_tagged.md")]

use crate::rules::tagged;
use crate::{Need, Requirement, ResourceType, Rule, Severity, Theme};

/// The rule `dms-certificate-tagged`.
pub static RULE: Rule = Rule {
    identifier: "dms-certificate-tagged",
    resource_type: ResourceType::Certificate,
    severity: Severity::Low,
    theme: Theme::Ownership,
    property: tagged::TAGS,
    wanted: tagged::WANTED,
    reads: &[],
    needs: &[Need::List, Need::Tags],
    schedule_only: false,
    parameters: &[&tagged::REQUIRED_KEY_TAGS],
    requirements: &[Requirement { framework: "Security Hub", ids: &["DMS.2"] }],
    page: include_str!("dms_certificate_tagged.md"),
    unknown_fix: tagged::FIND_OUT,
    command: Some(tagged::LIST_TAGS),
    check: tagged::check,
};
