#![doc = include_str!("dms_replication_instance_tagged.md")]

use crate::{Check, Finding, Input, Lookup, Property, Requirement, Rule, Severity, resource_type, rules::tagged};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-replication-instance-tagged",
    resource_type: &resource_type::REPLICATION_INSTANCE,
    severity: Severity::Low,
    property: Property { path: "Tags", wanted: "the keys that are required" },
    parameters: &[tagged::REQUIRED_KEY_TAGS],
    requirements: &[Requirement { framework: "Security Hub", ids: &["DMS.4"] }],
    page: include_str!("dms_replication_instance_tagged.md"),
    check: Check::WithFacts(check),
};

fn check(input: &Input) -> Result<Finding, Lookup> {
    tagged::check(input)
}
