#![doc = include_str!("dms_certificate_tagged.md")]

use crate::{Check, Finding, Input, Lookup, Property, Requirement, Rule, Severity, resource_type, rules::tagged};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-certificate-tagged",
    resource_type: &resource_type::CERTIFICATE,
    severity: Severity::Low,
    property: Property { path: "Tags", wanted: "the keys that are required" },
    parameters: &[tagged::REQUIRED_KEY_TAGS],
    requirements: &[Requirement { framework: "Security Hub", ids: &["DMS.2"] }],
    page: include_str!("dms_certificate_tagged.md"),
    check: Check::WithFacts(check),
};

fn check(input: &Input) -> Result<Finding, Lookup> {
    tagged::check(input)
}
