//! Rule parameters. Templates, pages and messages take what they state about a parameter from its value here or
//! in the file of its rule.

use chrono::TimeDelta;

use crate::{AssumeRoleMode, ComplianceType, ParameterValues};

/// A parameter of AWS Config rules.
#[derive(Debug)]
pub struct Parameter {
    /// The key in the rule's input parameters, for example `exemptionTagKey`.
    pub name: &'static str,
    /// The value that holds if the parameter is missing or empty; empty if there is no default.
    pub default: &'static str,
    /// The effect, in Markdown.
    pub meaning: &'static str,
    /// The description of an acceptable value, for messages.
    pub must_be: &'static str,
    /// A regular expression that every acceptable value matches, for `AllowedPattern` in templates.
    pub pattern: &'static str,
    /// Parses a value that is not empty and stores it. Returns false, and stores nothing, if the value is not
    /// acceptable.
    pub read: fn(&mut ParameterValues, &str) -> bool,
}

/// Reads a whole number of days from `minimum` to 3650, `None` for anything else.
pub(crate) fn days(text: &str, minimum: i64) -> Option<TimeDelta> {
    text.parse().ok().filter(|days| (minimum..=3650).contains(days)).and_then(TimeDelta::try_days)
}

/// Text that cannot break out of the JSON string in which a template passes it on.
pub(crate) const ANY_TEXT: &str = r#"[^"\\]*"#;

/// The parameter `ruleIdentifier`.
pub static RULE_IDENTIFIER: Parameter = Parameter {
    name: "ruleIdentifier",
    default: "dms-replication-not-public",
    meaning: "the rule to run",
    must_be: "the name of a rule",
    pattern: "|[a-z-]+",
    read: |_, _| true, // found in the list of rules, which the message then names
};

/// The parameter `exemptionTagKey`.
pub static EXEMPTION_TAG_KEY: Parameter = Parameter {
    name: "exemptionTagKey",
    default: "",
    meaning: concat!(
        "a tag on the resource whose value is `YYYY-MM-DD`, optionally followed by a space and a ticket or reason. ",
        "Through that day (UTC) the resource is exempt; after it NON_COMPLIANT again. A malformed value exempts nothing"
    ),
    must_be: "a tag key of 1 to 128 characters",
    pattern: ANY_TEXT,
    read: |values, key| {
        let is_key = key.chars().count() <= 128;
        if is_key {
            key.clone_into(&mut values.exemption_tag.get_or_insert_default().key);
        }
        is_key
    },
};

/// The parameter `exemptionCompliance`.
pub static EXEMPTION_COMPLIANCE: Parameter = Parameter {
    name: "exemptionCompliance",
    default: "NOT_APPLICABLE",
    meaning: "the result that is reported for an exempt resource: `COMPLIANT` or `NOT_APPLICABLE`",
    must_be: "COMPLIANT or NOT_APPLICABLE",
    pattern: "COMPLIANT|NOT_APPLICABLE",
    read: |values, word| {
        let compliance_type = match word {
            "COMPLIANT" => ComplianceType::Compliant,
            "NOT_APPLICABLE" => ComplianceType::NotApplicable,
            _ => return false,
        };
        values.exemption_tag.get_or_insert_default().compliance_type = compliance_type;
        true
    },
};

/// The parameter `AssumeRoleMode`.
pub(crate) static ASSUME_ROLE_MODE: Parameter = Parameter {
    name: "AssumeRoleMode",
    default: "",
    meaning: concat!(
        "`true`: always assume the role; `false`: never; not given: if the rule is in another account than the function, ",
        "or a role is named"
    ),
    must_be: "true or false",
    pattern: "|true|false",
    read: |values, word| {
        values.execution_role.mode = if word.eq_ignore_ascii_case("true") {
            AssumeRoleMode::Always
        } else if word.eq_ignore_ascii_case("false") {
            AssumeRoleMode::Never
        } else {
            return false;
        };
        true
    },
};

/// The parameter `ExecutionRoleName`.
pub(crate) static EXECUTION_ROLE_NAME: Parameter = Parameter {
    name: "ExecutionRoleName",
    default: "",
    meaning: "the role to assume in the account of the rule",
    must_be: "the name of a role, without its ARN, such as DmsRuleExecutionRole",
    pattern: "|[A-Za-z0-9+=,.@_-]+(/[A-Za-z0-9+=,.@_-]+)*",
    read: |values, name| {
        let is_name = is_role_name(name);
        if is_name {
            values.execution_role.name = Some(name.to_owned());
        }
        is_name
    },
};

/// The parameter `ExecutionRoleRegion`.
pub(crate) static EXECUTION_ROLE_REGION: Parameter = Parameter {
    name: "ExecutionRoleRegion",
    default: "",
    meaning: "the Region whose STS endpoint is called; by default the function's",
    must_be: "a Region such as eu-west-1",
    pattern: "[a-z0-9-]*",
    read: |values, region| {
        let is_region = is_region(region);
        if is_region {
            values.execution_role.region = Some(region.to_owned());
        }
        is_region
    },
};

/// The parameters that every rule takes.
pub static COMMON: [&Parameter; 6] = [
    &RULE_IDENTIFIER,
    &EXEMPTION_TAG_KEY,
    &EXEMPTION_COMPLIANCE,
    &ASSUME_ROLE_MODE,
    &EXECUTION_ROLE_NAME,
    &EXECUTION_ROLE_REGION,
];

/// Returns true for a role name of IAM, optionally behind its path: `team/DmsRule` (IAM API reference,
/// `CreateRole`).
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
