use rule_core::rules::{self, RULES};
use rule_core::text::{cut, snake_case};
use rule_core::{InvalidRuleParameter, ParameterPairs, RuleParameters};
use serde_json::Value;

/// The settings of the hook, which its template sets as variables of the function's environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The rules that run, each with its parameters.
    pub(crate) rules: Vec<RuleParameters>,
    /// The effect of a result that is not known.
    pub(crate) unknown: UnknownResult,
}

/// The effect of a result that is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnknownResult {
    /// It fails the hook.
    #[default]
    Fail,
    /// It is reported, and fails nothing.
    Warn,
}

/// A variable of the environment that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSetting {
    /// The variable is not text.
    #[error("the variable {0} is not text in UTF-8")]
    Encoding(String),
    /// No rule has that name.
    #[error(
        "the variable RULES names `{0}`, which is no rule: expected `all` or names with commas between them"
    )]
    Rule(String),
    /// The variable names no rule, or one twice.
    #[error("the variable RULES must name each rule once, with commas between them, or be `all`")]
    Rules,
    /// It is neither of two words.
    #[error("the variable UNKNOWN is `{0}`, expected FAIL or WARN")]
    Unknown(String),
    /// A rule parameter is not acceptable.
    #[error(transparent)]
    Parameter(#[from] InvalidRuleParameter),
}

impl Default for Settings {
    /// Returns all rules without parameters, and a failure for what is unknown.
    fn default() -> Self {
        let all = RULES.iter().map(|rule| RuleParameters { rule, ..RuleParameters::default() });
        Self { rules: all.collect(), unknown: UnknownResult::Fail }
    }
}

/// Returns the names of the variables that are read: those of the hook, and of all parameters of rules.
fn variables() -> impl Iterator<Item = String> {
    let of_rules = RULES.iter().flat_map(|rule| rule.parameters).map(|parameter| parameter.name);
    let of_rules = of_rules.chain([rule_core::parameter::EXEMPTION_TAG_KEY.name]);
    ["RULES".to_owned(), "UNKNOWN".to_owned()]
        .into_iter()
        .chain(of_rules.map(|name| snake_case(name).to_ascii_uppercase()))
}

impl Settings {
    /// Reads `RULES`, `UNKNOWN`, `EXEMPTION_TAG_KEY` and the parameters of single rules, such as `KMS_KEY_ARNS`. One that is
    /// missing or empty has its default.
    ///
    /// # Errors
    /// Returns [`InvalidSetting`] for a variable that cannot be used, whichever rules run.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let given =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let unknown = match given("UNKNOWN").as_deref() {
            None | Some("FAIL") => UnknownResult::Fail,
            Some("WARN") => UnknownResult::Warn,
            Some(other) => return Err(InvalidSetting::Unknown(cut(other, 40))),
        };
        let names = given("RULES").unwrap_or_else(|| "all".to_owned());
        let chosen = chosen(&names)?;
        let mut rules = Vec::new();
        for rule in RULES {
            let mut pairs = vec![("ruleIdentifier".to_owned(), Value::from(rule.identifier))];
            let own = rule.parameters.iter().map(|parameter| parameter.name);
            for name in own.chain([rule_core::parameter::EXEMPTION_TAG_KEY.name]) {
                let value = given(&snake_case(name).to_ascii_uppercase());
                pairs.extend(value.map(|value| (name.to_owned(), Value::from(value))));
            }
            // Those of a rule that does not run are read too: a mistake shows at once.
            let parameters = RuleParameters::from_pairs(ParameterPairs(pairs))?;
            rules.extend(chosen.contains(&rule.identifier).then_some(parameters));
        }
        Ok(Self { rules, unknown })
    }

    /// Reads the settings from the environment of the process.
    ///
    /// # Errors
    /// Returns the errors of [`read`](Self::read).
    pub(crate) fn from_env() -> Result<Self, InvalidSetting> {
        for name in variables() {
            if let Err(std::env::VarError::NotUnicode(_)) = std::env::var(&name) {
                return Err(InvalidSetting::Encoding(name));
            }
        }
        Self::read(|name| std::env::var(name).ok())
    }
}

/// Returns the names of the rules that a list names.
fn chosen(names: &str) -> Result<Vec<&'static str>, InvalidSetting> {
    if names == "all" {
        return Ok(RULES.iter().map(|rule| rule.identifier).collect());
    }
    let mut chosen = Vec::new();
    for name in names.split(',').map(str::trim) {
        let rule = rules::find(name).ok_or_else(|| InvalidSetting::Rule(cut(name, 80)))?;
        if chosen.contains(&rule.identifier) {
            return Err(InvalidSetting::Rules);
        }
        chosen.push(rule.identifier);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use rule_core::MinimumMode;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let find = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(find).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_given_is_every_rule_and_a_failure_for_what_is_unknown() {
        let settings = read(&[("RULES", ""), ("UNKNOWN", " ")]).unwrap();
        assert_eq!(settings, Settings::default());
        assert_eq!(settings.rules.len(), RULES.len());
        assert_eq!(settings.unknown, UnknownResult::Fail);
    }

    #[test]
    fn each_parameter_reaches_the_rules_that_take_it() {
        let settings = read(&[
            ("EXEMPTION_TAG_KEY", "Approved"),
            ("KMS_KEY_ARNS", "arn:aws:kms:*:123456789012:alias/dms-*"),
            ("DAYS_TO_EXPIRATION", "7"),
            ("MINIMUM_MODE", "verified"),
            ("REQUIRED_KEY_TAGS", "Owner,Team"),
        ])
        .unwrap();
        for RuleParameters { rule, values } in &settings.rules {
            assert_eq!(values.exemption_tag.as_ref().unwrap().key, "Approved");
            let takes = |name: &str| rule.parameters.iter().any(|parameter| parameter.name == name);
            assert_eq!(values.kms_key_arns.len(), usize::from(takes("kmsKeyArns")), "{}", rule.identifier);
            assert_eq!(
                values.time_to_expiration.num_days() == 7,
                takes("daysToExpiration"),
                "{}",
                rule.identifier
            );
            assert_eq!(
                values.minimum_mode == MinimumMode::Verified,
                takes("minimumMode"),
                "{}",
                rule.identifier
            );
            assert_eq!(values.required_key_tags.len() == 2, takes("requiredKeyTags"), "{}", rule.identifier);
        }
    }

    #[test]
    fn the_template_sets_every_variable_that_is_read_and_no_other() {
        let mut expected: Vec<String> = variables().collect();
        expected.sort();
        expected.dedup();
        let template = include_str!("../../../rule-templates/hook/lambda-hook.yaml");
        let (_, variables) = template.split_once("        Variables:\n").unwrap();
        let lines = variables.lines().take_while(|line| line.starts_with("          "));
        let names =
            lines.filter_map(|line| line.trim().split_once(": !Ref ")).map(|(name, _)| name.to_owned());
        let mut set: Vec<String> = names.collect();
        set.sort();
        assert_eq!(set, expected);
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_an_error_that_names_it() {
        for (name, value) in [
            ("RULES", "dms-replication-not-publik"),
            ("RULES", "none"),
            ("RULES", "all,dms-endpoint-tagged"),
            ("RULES", "dms-endpoint-tagged,"),
            ("RULES", "dms-endpoint-tagged,dms-endpoint-tagged"),
            ("UNKNOWN", "warn"),
            ("UNKNOWN", "PASS"),
        ] {
            assert!(read(&[(name, value)]).unwrap_err().contains(name), "{name}={value}");
        }
        // The rule that takes it does not run.
        let days = read(&[("RULES", "dms-endpoint-tagged"), ("DAYS_TO_EXPIRATION", "soon")]);
        assert!(days.unwrap_err().contains("daysToExpiration"));
    }
}
