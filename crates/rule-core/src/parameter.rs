/// One rule parameter: everything that is said of it anywhere comes from here.
#[derive(Debug)]
pub struct Parameter {
    /// Its key.
    pub name: &'static str,
    /// What holds if it is not given or empty; empty for none.
    pub default: &'static str,
    /// What it does, in Markdown.
    pub meaning: &'static str,
    /// The words for what a value must be.
    pub must_be: &'static str,
    /// Whether a value that is not empty can be used.
    pub is_valid: fn(&str) -> bool,
}

/// `ruleIdentifier`
pub static RULE_IDENTIFIER: Parameter = Parameter {
    name: "ruleIdentifier",
    default: "dms-replication-not-public",
    meaning: "which rule to run",
    must_be: "the name of a rule",
    is_valid: |_| true, // looked for in the list of rules, which the message then tells
};

/// `exemptionTagKey`
pub static EXEMPTION_TAG_KEY: Parameter = Parameter {
    name: "exemptionTagKey",
    default: "",
    meaning: "a tag on the resource whose value is `YYYY-MM-DD`, optionally followed by a space and a ticket or reason. Through that day (UTC) the resource is exempt; after it NON_COMPLIANT again. A malformed value exempts nothing",
    must_be: "a tag key of 1 to 128 characters",
    is_valid: |key| key.chars().count() <= 128,
};

/// `exemptionCompliance`
pub static EXEMPTION_COMPLIANCE: Parameter = Parameter {
    name: "exemptionCompliance",
    default: "COMPLIANT",
    meaning: "what an exempt resource is reported as: `COMPLIANT` or `NOT_APPLICABLE`",
    must_be: "COMPLIANT or NOT_APPLICABLE",
    is_valid: |word| ["COMPLIANT", "NOT_APPLICABLE"].contains(&word),
};

/// `AssumeRoleMode`
pub(crate) static ASSUME_ROLE_MODE: Parameter = Parameter {
    name: "AssumeRoleMode",
    default: "",
    meaning: "`true`: always assume the role; `false`: never; not given: when the rule is in another account than the function, or a role is named",
    must_be: "true or false",
    is_valid: |word| ["true", "false"].iter().any(|known| known.eq_ignore_ascii_case(word)),
};

/// `ExecutionRoleName`
pub(crate) static EXECUTION_ROLE_NAME: Parameter = Parameter {
    name: "ExecutionRoleName",
    default: "",
    meaning: "the role to assume in the account of the rule",
    must_be: "the name of a role, without its ARN, such as DmsRuleExecutionRole",
    is_valid: is_role_name,
};

/// `ExecutionRoleRegion`
pub(crate) static EXECUTION_ROLE_REGION: Parameter = Parameter {
    name: "ExecutionRoleRegion",
    default: "",
    meaning: "the Region whose STS endpoint is asked; by default the function's",
    must_be: "a Region such as eu-west-1",
    is_valid: is_region,
};

/// The parameters of every rule.
pub static COMMON: [&Parameter; 6] = [
    &RULE_IDENTIFIER,
    &EXEMPTION_TAG_KEY,
    &EXEMPTION_COMPLIANCE,
    &ASSUME_ROLE_MODE,
    &EXECUTION_ROLE_NAME,
    &EXECUTION_ROLE_REGION,
];

/// A role name of IAM, optionally behind its path: `team/DmsRule`.
fn is_role_name(name: &str) -> bool {
    name.len() <= 512
        && name.split('/').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte))
        })
}

fn is_region(region: &str) -> bool {
    region.len() <= 32
        && region.contains('-')
        && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
