use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::annotation::cut;
use crate::parameter::{self, COMMON, Parameter};
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
    /// What was given, checked; the parameters of one rule are read by that rule.
    given: Vec<(&'static str, String)>,
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

impl Default for RuleParameters {
    fn default() -> Self {
        Self {
            rule: &rules::dms_replication_not_public::RULE,
            exemption_tag: None,
            execution_role: ExecutionRole::default(),
            given: Vec::new(),
        }
    }
}

impl RuleParameters {
    /// Reads the event's `ruleParameters`: text that holds a JSON object. Empty text and `null` are no parameters, and
    /// so is a parameter whose value is empty text: conformance packs send the ones that were left blank.
    ///
    /// # Errors
    /// Not a JSON object, an unknown or repeated key, a key of another rule, a value of the wrong type, or one that is
    /// not allowed.
    pub fn from_json(text: &str) -> Result<Self, InvalidRuleParameter> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let given: Option<Given> = serde_json::from_str(text).map_err(|error| {
            InvalidRuleParameter::new(format!(
                "ruleParameters is not a JSON object: {}",
                cut(&error.to_string(), 120)
            ))
        })?;
        let mut texts: Vec<(String, String)> = Vec::new();
        for (key, value) in given.unwrap_or_default().0 {
            if texts.iter().any(|(seen, _)| *seen == key) {
                return Err(InvalidRuleParameter::new(format!(
                    "rule parameter {} is given twice",
                    cut(&key, 64)
                )));
            }
            let text = scalar(&key, &value)?.trim().to_owned();
            texts.push((key, text));
        }
        let text = |parameter: &Parameter| {
            let given = texts.iter().find(|(key, text)| key == parameter.name && !text.is_empty());
            given.map_or(parameter.default, |(_, text)| text)
        };
        let rule = rules::find(text(&parameter::RULE_IDENTIFIER)).ok_or_else(|| {
            let known: Vec<_> = RULES.iter().map(|rule| rule.identifier).collect();
            let given = text(&parameter::RULE_IDENTIFIER);
            refused(parameter::RULE_IDENTIFIER.name, given, &format!("one of {}", known.join(", ")))
        })?;
        let mut own = Vec::new();
        for (key, text) in &texts {
            let taken = COMMON.iter().copied().chain(rule.parameters).find(|parameter| parameter.name == key);
            match taken {
                Some(parameter) if text.is_empty() || (parameter.is_valid)(text) => {
                    own.push((parameter.name, text.clone()));
                }
                Some(parameter) => return Err(refused(key, text, parameter.must_be)),
                None if text.is_empty() && is_of_some_rule(key) => {}
                None => return Err(not_taken(rule, key)),
            }
        }
        let exemption_tag_key = text(&parameter::EXEMPTION_TAG_KEY);
        let optional = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Ok(Self {
            rule,
            exemption_tag: optional(exemption_tag_key).map(|key| ExemptionTag {
                key,
                compliance_type: match text(&parameter::EXEMPTION_COMPLIANCE) {
                    "NOT_APPLICABLE" => ComplianceType::NotApplicable,
                    _ => ComplianceType::Compliant,
                },
            }),
            execution_role: ExecutionRole {
                mode: match text(&parameter::ASSUME_ROLE_MODE) {
                    "" => AssumeRoleMode::ByAccount,
                    word if word.eq_ignore_ascii_case("true") => AssumeRoleMode::Always,
                    _ => AssumeRoleMode::Never,
                },
                name: optional(text(&parameter::EXECUTION_ROLE_NAME)),
                region: optional(text(&parameter::EXECUTION_ROLE_REGION)),
            },
            given: own,
        })
    }

    /// The text given for a parameter, or its default.
    pub(crate) fn text(&self, parameter: &Parameter) -> &str {
        let given = self.given.iter().find(|(name, text)| *name == parameter.name && !text.is_empty());
        given.map_or(parameter.default, |(_, text)| text)
    }
}

fn is_of_some_rule(key: &str) -> bool {
    RULES.iter().flat_map(|rule| rule.parameters).any(|parameter| parameter.name == key)
}

fn not_taken(rule: &Rule, key: &str) -> InvalidRuleParameter {
    let known = COMMON.iter().copied().chain(rule.parameters).map(|parameter| parameter.name);
    let known = known.collect::<Vec<_>>().join(", ");
    let (key, name) = (cut(key, 64), rule.identifier);
    InvalidRuleParameter::new(if is_of_some_rule(&key) {
        format!("rule parameter `{key}` belongs to another rule; {name} takes {known}")
    } else {
        format!("unknown rule parameter `{key}`; {name} takes {known}")
    })
}

fn refused(key: &str, value: &str, wanted: &str) -> InvalidRuleParameter {
    let value = cut(value, 64);
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
    let key = cut(key, 64);
    Err(InvalidRuleParameter::new(format!(
        "rule parameter {key} is {what}; it must be text, a number or a boolean"
    )))
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
    fn a_role_is_never_assumed_where_the_rule_says_so() {
        let parameters = RuleParameters::from_json(r#"{"AssumeRoleMode":"FALSE"}"#).unwrap();
        assert_eq!(parameters.execution_role.mode, AssumeRoleMode::Never);
    }

    #[test]
    fn a_parameter_that_is_not_given_or_blank_has_its_default_whatever_others_are_given() {
        let days = rules::dms_certificate_not_expiring::DAYS_TO_EXPIRATION;
        for (given, text) in [
            (r#""exemptionTagKey":"Approved""#, "30"),
            (r#""exemptionTagKey":"Approved","daysToExpiration":"""#, "30"),
            (r#""exemptionTagKey":"Approved","daysToExpiration":"7""#, "7"),
        ] {
            let json = format!(r#"{{"ruleIdentifier":"dms-certificate-not-expiring",{given}}}"#);
            assert_eq!(RuleParameters::from_json(&json).unwrap().text(&days), text, "{given}");
        }
    }

    #[test]
    fn a_blank_parameter_of_another_rule_is_no_parameter() {
        assert!(RuleParameters::from_json(r#"{"daysToExpiration":"","requiredKeyTags":" "}"#).is_ok());
    }

    #[test]
    fn the_limits_of_a_value_are_allowed() {
        let key = "k".repeat(128);
        let parameters = RuleParameters::from_json(&format!(r#"{{"exemptionTagKey":"{key}"}}"#)).unwrap();
        assert_eq!(parameters.exemption_tag.unwrap().key, key);
        assert!(RuleParameters::from_json(&format!(r#"{{"exemptionTagKey":"{key}k"}}"#)).is_err());
        for (name, length, allowed) in [("ExecutionRoleName", 512, "r"), ("ExecutionRoleRegion", 32, "a-")] {
            let given = |length: usize| {
                let value: String = allowed.chars().cycle().take(length).collect();
                RuleParameters::from_json(&format!(r#"{{"{name}":"{value}"}}"#)).is_ok()
            };
            assert!(given(length) && !given(length + 1), "{name}");
        }
        for name in ["a//b", "/a", "a/", "a b"] {
            let text = format!(r#"{{"ExecutionRoleName":"{name}"}}"#);
            assert!(RuleParameters::from_json(&text).is_err(), "{name}");
        }
        for region in ["useast1", "US-EAST-1", "us-east-1/"] {
            let text = format!(r#"{{"ExecutionRoleRegion":"{region}"}}"#);
            assert!(RuleParameters::from_json(&text).is_err(), "{region}");
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
            ("[1]", "expected a JSON object of rule parameters"),
            (r#"{"exemptTagKey":"x"}"#, "unknown rule parameter `exemptTagKey`"),
            (r#"{"exemptTagKey":""}"#, "unknown rule parameter `exemptTagKey`"),
            (r#"{"exemptionTagKey":["x"]}"#, "exemptionTagKey is a list"),
            (r#"{"exemptionTagKey":null}"#, "exemptionTagKey is null"),
            (r#"{"exemptionTagKey":"a","exemptionTagKey":"b"}"#, "exemptionTagKey is given twice"),
            (r#"{"exemptionCompliance":"NON_COMPLIANT"}"#, "exemptionCompliance is `NON_COMPLIANT`"),
            (r#"{"exemptionCompliance":"compliant"}"#, "exemptionCompliance is `compliant`"),
            (
                r#"{"daysToExpiration":30}"#,
                "`daysToExpiration` belongs to another rule; dms-replication-not-public",
            ),
            (
                r#"{"ruleIdentifier":"dms-certificate-not-expiring","daysToExpiration":-1}"#,
                "daysToExpiration is `-1`",
            ),
            (
                r#"{"ruleIdentifier":"dms-certificate-not-expiring","daysToExpiration":3.5}"#,
                "daysToExpiration is `3.5`",
            ),
            (
                r#"{"ruleIdentifier":"dms-certificate-not-expiring","daysToExpiration":3651}"#,
                "daysToExpiration is `3651`",
            ),
            (
                r#"{"ruleIdentifier":"dms-endpoint-tagged","requiredKeyTags":"a,,b"}"#,
                "requiredKeyTags is `a,,b`",
            ),
            (
                r#"{"ruleIdentifier":"dms-endpoint-tagged","requiredKeyTags":"a,b,c,d,e,f,g"}"#,
                "requiredKeyTags is",
            ),
            (
                r#"{"ruleIdentifier":"dms-endpoint-tagged","requiredKeyTags":"AWS:owner"}"#,
                "requiredKeyTags is",
            ),
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
