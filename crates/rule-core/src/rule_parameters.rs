use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::parameter::{COMMON, Parameter, RULE_IDENTIFIER};
use crate::rules::{self, RULES};
use crate::text::cut;
use crate::{ParameterValues, Rule};

/// The parameters of one AWS Config rule. AWS Config sends them with every event, as text or scalars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleParameters {
    /// `ruleIdentifier`: the rule to run.
    pub rule: &'static Rule,
    /// All other parameters.
    pub values: ParameterValues,
}

/// A rule parameter that cannot be used. Its message names the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidRuleParameter {
    /// The text is not a JSON object.
    NotAnObject {
        /// The message of the JSON parser, cut short.
        message: String,
    },
    /// A key is given twice.
    Repeated {
        /// The key, cut short.
        name: String,
    },
    /// A value is null, a list or an object.
    NotAScalar {
        /// The key, cut short.
        name: String,
        /// The kind of value that was found.
        found: &'static str,
    },
    /// A value is not acceptable.
    NotAllowed {
        /// The key.
        name: &'static str,
        /// The value, cut short.
        value: String,
        /// The description of an acceptable value.
        must_be: String,
    },
    /// The key is a parameter of other rules.
    OfAnotherRule {
        /// The key, cut short.
        name: String,
        /// The rule that the parameters are for.
        rule: &'static Rule,
    },
    /// No rule takes the key.
    NotKnown {
        /// The key, cut short.
        name: String,
        /// The rule that the parameters are for.
        rule: &'static Rule,
    },
}

impl fmt::Display for InvalidRuleParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject { message } => write!(f, "ruleParameters is not a JSON object: {message}"),
            Self::Repeated { name } => write!(f, "rule parameter {name} is given twice"),
            Self::NotAScalar { name, found } => {
                write!(f, "rule parameter {name} is {found}; it must be text, a number or a boolean")
            }
            Self::NotAllowed { name, value, must_be } => {
                write!(f, "rule parameter {name} is `{value}`; it must be {must_be}")
            }
            Self::OfAnotherRule { name, rule } => {
                let accepted = accepted(rule);
                write!(
                    f,
                    "rule parameter `{name}` belongs to another rule; {} takes {accepted}",
                    rule.identifier
                )
            }
            Self::NotKnown { name, rule } => {
                write!(f, "unknown rule parameter `{name}`; {} takes {}", rule.identifier, accepted(rule))
            }
        }
    }
}

impl std::error::Error for InvalidRuleParameter {}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.identifier == other.identifier
    }
}

impl Eq for Rule {}

impl Default for RuleParameters {
    fn default() -> Self {
        Self { rule: &rules::dms_replication_not_public::RULE, values: ParameterValues::default() }
    }
}

impl RuleParameters {
    /// Reads the event's `ruleParameters`: text that holds a JSON object. Empty text and `null` are no
    /// parameters, and so is a parameter whose value is empty text: conformance packs send the ones that were
    /// left blank.
    ///
    /// # Errors
    /// Returns [`InvalidRuleParameter`] for text that is not a JSON object, an unknown or repeated key, a key
    /// of another rule, a value of the wrong type, or one that is not acceptable.
    pub fn from_json(text: &str) -> Result<Self, InvalidRuleParameter> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let pairs: Option<ParameterPairs> = serde_json::from_str(text)
            .map_err(|error| InvalidRuleParameter::NotAnObject { message: cut(&error.to_string(), 120) })?;
        Self::from_pairs(pairs.unwrap_or_default())
    }

    /// Reads parameters that are an object already, as [`from_json`](Self::from_json) reads its text.
    ///
    /// # Errors
    /// Returns [`InvalidRuleParameter`] as [`from_json`](Self::from_json) does.
    pub fn from_pairs(pairs: ParameterPairs) -> Result<Self, InvalidRuleParameter> {
        let given = scalars(pairs)?;
        let rule = chosen_rule(&given)?;
        let mut values = ParameterValues::default();
        for (key, text) in &given {
            let parameter = accepted_parameters(rule).find(|parameter| parameter.name == key);
            match parameter {
                Some(parameter) if text.is_empty() || (parameter.read)(&mut values, text) => {}
                Some(parameter) => return Err(not_allowed(parameter, text, parameter.must_be)),
                None if text.is_empty() && belongs_to_a_rule(key) => {}
                None if belongs_to_a_rule(key) => {
                    return Err(InvalidRuleParameter::OfAnotherRule { name: cut(key, 64), rule });
                }
                None => return Err(InvalidRuleParameter::NotKnown { name: cut(key, 64), rule }),
            }
        }
        values.exemption_tag = values.exemption_tag.filter(|tag| !tag.key.is_empty());
        Ok(Self { rule, values })
    }
}

fn chosen_rule(given: &[(String, String)]) -> Result<&'static Rule, InvalidRuleParameter> {
    let is_named = |(key, text): &&(String, String)| key == RULE_IDENTIFIER.name && !text.is_empty();
    let identifier = given.iter().find(is_named).map_or(RULE_IDENTIFIER.default, |(_, text)| text);
    rules::find(identifier).ok_or_else(|| {
        let known: Vec<_> = RULES.iter().map(|rule| rule.identifier).collect();
        not_allowed(&RULE_IDENTIFIER, identifier, &format!("one of {}", known.join(", ")))
    })
}

fn accepted_parameters(rule: &'static Rule) -> impl Iterator<Item = &'static Parameter> {
    COMMON.iter().chain(rule.parameters).copied()
}

fn accepted(rule: &'static Rule) -> String {
    accepted_parameters(rule).map(|parameter| parameter.name).collect::<Vec<_>>().join(", ")
}

fn belongs_to_a_rule(key: &str) -> bool {
    RULES.iter().flat_map(|rule| rule.parameters).any(|parameter| parameter.name == key)
}

fn not_allowed(parameter: &Parameter, value: &str, must_be: &str) -> InvalidRuleParameter {
    let (value, must_be) = (cut(value, 64), must_be.to_owned());
    InvalidRuleParameter::NotAllowed { name: parameter.name, value, must_be }
}

/// Returns keys and values as trimmed text.
fn scalars(ParameterPairs(pairs): ParameterPairs) -> Result<Vec<(String, String)>, InvalidRuleParameter> {
    let mut texts: Vec<(String, String)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        if texts.iter().any(|(earlier, _)| *earlier == key) {
            return Err(InvalidRuleParameter::Repeated { name: cut(&key, 64) });
        }
        let not_a_scalar = |found| InvalidRuleParameter::NotAScalar { name: cut(&key, 64), found };
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Null => return Err(not_a_scalar("null")),
            Value::Array(_) => return Err(not_a_scalar("a list")),
            Value::Object(_) => return Err(not_a_scalar("an object")),
        };
        texts.push((key, text));
    }
    Ok(texts)
}

/// The members of a JSON object of rule parameters in their order: a map would hide a key that is given twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterPairs(
    /// Keys and values, however often a key is given.
    pub Vec<(String, Value)>,
);

impl<'de> Deserialize<'de> for ParameterPairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = ParameterPairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object of rule parameters")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ParameterPairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(ParameterPairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AssumeRoleMode, ExecutionRole, KeyPattern};
    use chrono::TimeDelta;

    #[test]
    fn nothing_given_is_the_default() {
        for text in ["", " ", "null", "{}", r#"{"exemptionTagKey":"","ExecutionRoleName":" "}"#] {
            let parameters = RuleParameters::from_json(text).unwrap();
            assert_eq!(parameters.rule.identifier, "dms-replication-not-public", "{text}");
            assert_eq!(parameters.values.exemption_tag, None, "{text}");
            assert_eq!(parameters.values.execution_role, ExecutionRole::default(), "{text}");
        }
    }

    #[test]
    fn pairs_keep_a_key_that_is_given_twice() {
        let read = |text: &str| RuleParameters::from_pairs(serde_json::from_str(text).unwrap());
        let twice = r#"{"exemptionTagKey":"a","exemptionTagKey":"a"}"#;
        assert_eq!(read(twice).unwrap_err().to_string(), "rule parameter exemptionTagKey is given twice");
        assert_eq!(read(r#"{"exemptionTagKey":"a"}"#).unwrap().values.exemption_tag.unwrap().key, "a");
    }

    #[test]
    fn a_role_is_never_assumed_where_the_rule_says_so() {
        let parameters = RuleParameters::from_json(r#"{"AssumeRoleMode":"FALSE"}"#).unwrap();
        assert_eq!(parameters.values.execution_role.mode, AssumeRoleMode::Never);
    }

    #[test]
    fn a_parameter_that_is_not_given_or_blank_has_its_default_whatever_others_are_given() {
        for (given, days) in [
            (r#""exemptionTagKey":"Approved""#, 30),
            (r#""exemptionTagKey":"Approved","daysToExpiration":"""#, 30),
            (r#""exemptionTagKey":"Approved","daysToExpiration":"7""#, 7),
        ] {
            let json = format!(r#"{{"ruleIdentifier":"dms-certificate-not-expiring",{given}}}"#);
            let values = RuleParameters::from_json(&json).unwrap().values;
            assert_eq!(values.time_to_expiration, TimeDelta::days(days), "{given}");
        }
    }

    /// The default that pages and templates state is the one that holds.
    #[test]
    fn every_stated_default_is_the_value_that_holds() {
        for parameter in COMMON.iter().chain(RULES.iter().flat_map(|rule| rule.parameters)) {
            let mut values = ParameterValues::default();
            assert!(parameter.default.is_empty() || (parameter.read)(&mut values, parameter.default));
            values.exemption_tag = values.exemption_tag.filter(|tag| !tag.key.is_empty());
            assert_eq!(values, ParameterValues::default(), "{}", parameter.name);
        }
    }

    #[test]
    fn lists_are_parsed_into_their_entries() {
        let json = r#"{"ruleIdentifier":"dms-endpoint-tagged","requiredKeyTags":"Owner, CostCenter"}"#;
        let values = RuleParameters::from_json(json).unwrap().values;
        assert_eq!(values.required_key_tags, ["Owner", "CostCenter"]);
        let (a, b) = ("arn:aws:kms:eu-west-1:123456789012:alias/a", "arn:aws:kms:*:123456789012:alias/b");
        let json = format!(
            r#"{{"ruleIdentifier":"dms-replication-instance-customer-managed-key","kmsKeyArns":"{a}, {b}"}}"#
        );
        let values = RuleParameters::from_json(&json).unwrap().values;
        assert_eq!(values.kms_key_arns, [a, b].map(|arn| KeyPattern::parse(arn).unwrap()));
        for bad in [format!("{a},"), format!("{a},x"), "arn:aws:kms:*:123456789012:key/*".to_owned()] {
            let json = format!(
                r#"{{"ruleIdentifier":"dms-replication-instance-customer-managed-key","kmsKeyArns":"{bad}"}}"#
            );
            assert!(RuleParameters::from_json(&json).is_err(), "{bad}");
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
        assert_eq!(parameters.values.exemption_tag.unwrap().key, key);
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
    fn text_and_scalars_are_read_the_same() {
        for mode in ["true", "\"true\"", "\"True\""] {
            let parameters = RuleParameters::from_json(&format!(r#"{{"AssumeRoleMode":{mode}}}"#)).unwrap();
            assert_eq!(parameters.values.execution_role.mode, AssumeRoleMode::Always, "{mode}");
        }
    }

    #[test]
    fn a_bad_parameter_is_rejected_by_name() {
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
