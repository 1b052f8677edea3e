#![doc = include_str!("dms_endpoint_tagged.md")]

use crate::{Check, Finding, Input, Lookup, Property, Requirement, Rule, Severity, resource_type, rules::tagged};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-tagged",
    resource_type: &resource_type::ENDPOINT,
    severity: Severity::Low,
    property: Property { path: "Tags", wanted: "the keys that are required" },
    parameters: &[tagged::REQUIRED_KEY_TAGS],
    requirements: &[Requirement { framework: "AWS Config managed rule", ids: &["DMS_ENDPOINT_TAGGED"] }],
    page: include_str!("dms_endpoint_tagged.md"),
    check: Check::WithFacts(check),
};

fn check(input: &Input) -> Result<Finding, Lookup> {
    tagged::check(input)
}
