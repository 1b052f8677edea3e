#![doc = include_str!("dms_subnet_group_tagged.md")]

use crate::{Check, Finding, Input, Lookup, Property, Requirement, Rule, Severity, resource_type, rules::tagged};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-subnet-group-tagged",
    resource_type: &resource_type::REPLICATION_SUBNET_GROUP,
    severity: Severity::Low,
    property: Property { path: "Tags", wanted: "the keys that are required" },
    parameters: &[tagged::REQUIRED_KEY_TAGS],
    requirements: &[Requirement { framework: "Security Hub", ids: &["DMS.5"] }],
    page: include_str!("dms_subnet_group_tagged.md"),
    check: Check::WithFacts(check),
};

fn check(input: &Input) -> Result<Finding, Lookup> {
    tagged::check(input)
}
