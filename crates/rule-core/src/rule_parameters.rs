use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::rules::{self, RULES};
use crate::{ComplianceType, ExemptionTag, Rule};

/// The parameters of one AWS Config rule. AWS Config sends them with every event, as text or scalars.
#[derive(Clone, Debug)]
pub struct RuleParameters {
    /// `ruleIdentifier`: which rule to run.
    pub rule: &'static Rule,
    /// `exemptionTagKey` and `exemptionCompliance`; none: nothing is exempt.
    pub exemption_tag: Option<ExemptionTag>,
    /// `AssumeRoleMode`, `ExecutionRoleName`, `ExecutionRoleRegion`.
    pub execution_role: ExecutionRole,
}

/// Which role the function works with, in the spelling of the Rule Development Kit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutionRole {
    /// `AssumeRoleMode`.
    pub mode: AssumeRoleMode,
    /// `ExecutionRoleName`: a role in the account of the rule; may hold a path.
    pub name: Option<String>,
    /// `ExecutionRoleRegion`: the Region whose STS endpoint is asked.
    pub region: Option<String>,
}

/// When a role is assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssumeRoleMode {
    /// Not given: when a role is named, or the rule is in another account than the function.
    #[default]
    ByAccount,
    /// `true`.
    Always,
    /// `false`.
    Never,
}

/// A rule parameter that cannot be used; the message names the key.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidRuleParameter {
    message: String,
}

impl InvalidRuleParameter {
    fn new(message: String) -> Self {
        Self { message }
    }
}

impl fmt::Display for InvalidRuleParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InvalidRuleParameter {}

const KEYS: [&str; 6] = [
    "ruleIdentifier",
    "exemptionTagKey",
    "exemptionCompliance",
    "AssumeRoleMode",
    "ExecutionRoleName",
    "ExecutionRoleRegion",
];

impl Default for RuleParameters {
    fn default() -> Self {
        Self {
            rule: &rules::dms_replication_not_public::RULE,
            exemption_tag: None,
            execution_role: ExecutionRole::default(),
        }
    }
}

impl RuleParameters {
    /// Reads the event's `ruleParameters`: text that holds a JSON object. Empty text and `null` are no parameters, and
    /// so is a parameter whose value is empty text: conformance packs send the ones that were left blank.
    ///
    /// # Errors
    /// Not a JSON object, an unknown or repeated key, a value of the wrong type, or one that is not allowed.
    pub fn from_json(text: &str) -> Result<Self, InvalidRuleParameter> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let given: Option<Given> = serde_json::from_str(text).map_err(|error| {
            InvalidRuleParameter::new(format!(
                "ruleParameters is not a JSON object: {}",
                crate::annotation::cut(&error.to_string(), 120)
            ))
        })?;
        let mut parameters = Self::default();
        let mut exemption = (None, ComplianceType::Compliant);
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in given.unwrap_or_default().0 {
            if seen.contains(&key) {
                return Err(InvalidRuleParameter::new(format!("rule parameter {key} is given twice")));
            }
            let text = scalar(&key, &value)?;
            match (key.as_str(), text.trim()) {
                (known, "") if KEYS.contains(&known) => {}
                ("ruleIdentifier", identifier) => {
                    parameters.rule = rules::find(identifier).ok_or_else(|| {
                        let known: Vec<_> = RULES.iter().map(|rule| rule.identifier).collect();
                        refused(&key, identifier, &format!("one of {}", known.join(", ")))
                    })?;
                }
                ("exemptionTagKey", tag) if tag.chars().count() <= 128 => exemption.0 = Some(tag.to_owned()),
                ("exemptionTagKey", tag) => {
                    return Err(refused(&key, tag, "a tag key of 1 to 128 characters"));
                }
                ("exemptionCompliance", "COMPLIANT") => exemption.1 = ComplianceType::Compliant,
                ("exemptionCompliance", "NOT_APPLICABLE") => exemption.1 = ComplianceType::NotApplicable,
                ("exemptionCompliance", other) => {
                    return Err(refused(&key, other, "COMPLIANT or NOT_APPLICABLE"));
                }
                ("AssumeRoleMode", mode) if mode.eq_ignore_ascii_case("true") => {
                    parameters.execution_role.mode = AssumeRoleMode::Always;
                }
                ("AssumeRoleMode", mode) if mode.eq_ignore_ascii_case("false") => {
                    parameters.execution_role.mode = AssumeRoleMode::Never;
                }
                ("AssumeRoleMode", other) => return Err(refused(&key, other, "true or false")),
                ("ExecutionRoleName", name) if is_role_name(name) => {
                    parameters.execution_role.name = Some(name.to_owned());
                }
                ("ExecutionRoleName", other) => {
                    return Err(refused(
                        &key,
                        other,
                        "the name of a role, without its ARN, such as DmsRuleExecutionRole",
                    ));
                }
                ("ExecutionRoleRegion", region) if is_region(region) => {
                    parameters.execution_role.region = Some(region.to_owned());
                }
                ("ExecutionRoleRegion", other) => {
                    return Err(refused(&key, other, "a Region such as eu-west-1"));
                }
                (unknown, _) => {
                    return Err(InvalidRuleParameter::new(format!(
                        "unknown rule parameter `{}`; this rule takes {}",
                        crate::annotation::cut(unknown, 64),
                        KEYS.join(", ")
                    )));
                }
            }
            seen.push(key);
        }
        parameters.exemption_tag = exemption.0.map(|key| ExemptionTag { key, compliance_type: exemption.1 });
        Ok(parameters)
    }
}

fn refused(key: &str, value: &str, wanted: &str) -> InvalidRuleParameter {
    let value = crate::annotation::cut(value, 64);
    InvalidRuleParameter::new(format!("rule parameter {key} is `{value}`; it must be {wanted}"))
}

fn scalar(key: &str, value: &Value) -> Result<String, InvalidRuleParameter> {
    let what = match value {
        Value::String(text) => return Ok(text.clone()),
        Value::Bool(flag) => return Ok(flag.to_string()),
        Value::Number(number) => return Ok(number.to_string()),
        Value::Null => "null",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let key = crate::annotation::cut(key, 64);
    Err(InvalidRuleParameter::new(format!(
        "rule parameter {key} is {what}; it must be text, a number or a boolean"
    )))
}

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

/// The pairs as they came: a map would hide a key that is given twice.
#[derive(Default)]
struct Given(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Given;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object of rule parameters")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Given(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_given_is_the_default() {
        for text in ["", " ", "null", "{}", r#"{"exemptionTagKey":"","ExecutionRoleName":" "}"#] {
            let parameters = RuleParameters::from_json(text).unwrap();
            assert_eq!(parameters.rule.identifier, "dms-replication-not-public", "{text}");
            assert_eq!(parameters.exemption_tag, None, "{text}");
            assert_eq!(parameters.execution_role, ExecutionRole::default(), "{text}");
        }
    }

    #[test]
    fn text_and_scalars_are_read_alike() {
        for mode in ["true", "\"true\"", "\"True\""] {
            let parameters = RuleParameters::from_json(&format!(r#"{{"AssumeRoleMode":{mode}}}"#)).unwrap();
            assert_eq!(parameters.execution_role.mode, AssumeRoleMode::Always, "{mode}");
        }
    }

    #[test]
    fn a_bad_parameter_is_refused_by_name() {
        for (text, named) in [
            ("[]", "ruleParameters is not a JSON object"),
            ("{", "ruleParameters is not a JSON object"),
            (r#""text""#, "ruleParameters is not a JSON object"),
            (r#"{"exemptTagKey":"x"}"#, "unknown rule parameter `exemptTagKey`"),
            (r#"{"exemptTagKey":""}"#, "unknown rule parameter `exemptTagKey`"),
            (r#"{"exemptionTagKey":["x"]}"#, "exemptionTagKey is a list"),
            (r#"{"exemptionTagKey":null}"#, "exemptionTagKey is null"),
            (r#"{"exemptionTagKey":"a","exemptionTagKey":"b"}"#, "exemptionTagKey is given twice"),
            (r#"{"exemptionCompliance":"NON_COMPLIANT"}"#, "exemptionCompliance is `NON_COMPLIANT`"),
            (r#"{"exemptionCompliance":"compliant"}"#, "exemptionCompliance is `compliant`"),
            (
                r#"{"ruleIdentifier":"dms"}"#,
                "ruleIdentifier is `dms`; it must be one of dms-replication-not-public",
            ),
            (r#"{"AssumeRoleMode":"maybe"}"#, "AssumeRoleMode is `maybe`"),
            (r#"{"ExecutionRoleName":"arn:aws:iam::1:role/x"}"#, "ExecutionRoleName is"),
            (r#"{"ExecutionRoleRegion":"https://example.com"}"#, "ExecutionRoleRegion is"),
        ] {
            let message = RuleParameters::from_json(text).unwrap_err().to_string();
            assert!(message.contains(named), "{text}: {message}");
        }
    }
}
