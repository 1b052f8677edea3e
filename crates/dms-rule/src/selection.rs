//! The rules to run, and their parameters.

use std::error::Error;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use report::SelectedRule;
use rule_core::rules::{RULES, dms_replication_not_public};
use rule_core::{Parameter, ParameterPairs, Rule, RuleParameters, Severity, parameter};
use serde_json::Value;

use crate::rule_name::{self, RuleName};
use crate::suggestion::did_you_mean;

/// The options of `check` and `scan` that choose rules and set their parameters.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Selection {
    /// Run these rules only
    ///
    /// `dms-rule rules` lists the names. Repeat the option, or separate names by commas. Case does not count, and `dms-` may
    /// be left out.
    #[arg(long = "rule", value_name = "NAME", value_delimiter = ',', value_parser = RuleName, hide_possible_values = true)]
    rules: Vec<&'static Rule>,
    /// Run all rules but these
    ///
    /// Repeat the option, or separate names by commas.
    #[arg(
        long = "exclude-rule",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = RuleName,
        hide_possible_values = true
    )]
    excluded: Vec<&'static Rule>,
    /// Run only rules at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = severity())]
    severity: Severity,
    /// Give rules other severities
    ///
    /// The report states each one that differs from the default. Repeat the option, or separate pairs by commas.
    #[arg(long, value_name = "NAME=SEVERITY", hide_short_help = true, value_delimiter = ',', value_parser = rule_severity)]
    severities: Vec<(&'static Rule, Severity)>,
    /// Rule parameters, as AWS Config sends them
    ///
    /// For example '{"exemptionTagKey": "PublicDmsApproved"}'. `dms-rule rules NAME` lists the parameters of a rule. A member
    /// with the name of a rule is an object of parameters for that rule alone.
    #[arg(long, value_name = "JSON", default_value = "{}", hide_default_value = true)]
    rule_parameters: String,
    /// The option that stands for the parameter `reachability`, if one is given.
    #[arg(skip)]
    reachability: Option<&'static str>,
}

/// Lists the severities as options spell them.
pub(crate) fn severity_names() -> impl Iterator<Item = String> {
    Severity::ALL.into_iter().map(|severity| severity.as_str().to_lowercase())
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(severity_names())
        .try_map(|name| Severity::from_name(&name).ok_or("expected a severity"))
}

/// The least severity that ends the program with 1; `None` for `never`.
pub(crate) type FailOn = Option<Severity>; // an alias, since clap would take a field of type Option for an option without default

/// Parses the value of `--fail-on`.
pub(crate) fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let severities = Severity::ALL.into_iter().zip(severity_names()).map(|(severity, name)| {
        let value = PossibleValue::new(name);
        if severity == Severity::Low { value.alias(ANY_FINDING) } else { value }
    });
    let never = PossibleValue::new("never");
    PossibleValuesParser::new(std::iter::once(never).chain(severities)).map(|name| match name.as_str() {
        ANY_FINDING => Some(Severity::Low),
        name => Severity::from_name(name),
    })
}

/// Means any severity, as `--fail-on` of `invoke` was first spelled.
const ANY_FINDING: &str = "non-compliant";

impl Selection {
    /// Returns the selection with the parameter `reachability` of the rule that has it, for which another option stands.
    pub(crate) fn with_reachability(self, option: &'static str) -> Self {
        Self { reachability: Some(option), ..self }
    }

    /// Returns true if any of these options chooses rules or sets parameters.
    pub(crate) fn is_given(&self) -> bool {
        !self.rules.is_empty()
            || !self.excluded.is_empty()
            || self.severity != Severity::Low
            || self.rule_parameters.trim() != "{}"
    }

    /// Returns the parameters of each chosen rule. A parameter goes to the rules that have it.
    ///
    /// # Errors
    /// Returns a message if no rule is chosen, or a parameter is malformed or belongs to none of the chosen rules.
    pub(crate) fn chosen(&self) -> Result<Vec<RuleParameters>, Box<dyn Error>> {
        self.chosen_among(RULES)
    }

    /// Returns the parameters of each chosen rule, as [`chosen`](Self::chosen) does, where these rules run if none is named.
    ///
    /// # Errors
    /// Returns a message as `chosen` does.
    pub(crate) fn chosen_among(
        &self,
        default: &[&'static Rule],
    ) -> Result<Vec<RuleParameters>, Box<dyn Error>> {
        let named: &[&'static Rule] = if self.rules.is_empty() { default } else { &self.rules };
        let chosen: Vec<&'static Rule> = RULES
            .iter()
            .copied()
            .filter(|rule| named.contains(rule))
            .filter(|rule| !self.excluded.contains(rule))
            .map(|rule| self.with_severity(rule))
            .filter(|rule| rule.severity >= self.severity)
            .collect();
        if chosen.is_empty() {
            return Err(
                "no rule to run: --rule, --exclude-rule and --severity, or the settings of these names \
                that `dms-rule config` prints, leave none"
                    .into(),
            );
        }
        if let Some((rule, _)) = self.severities.iter().find(|(rule, severity)| {
            self.severities
                .iter()
                .any(|(other, theirs)| other.identifier == rule.identifier && theirs != severity)
        }) {
            return Err(format!("--severities: {} has two severities", rule.identifier).into());
        }
        let public = &dms_replication_not_public::RULE;
        if let Some(option) = self.reachability
            && !chosen.iter().any(|rule| rule.identifier == public.identifier)
        {
            return Err(format!("{option}: {} is not run", public.identifier).into());
        }
        let given = self.given()?;
        let fail = |error: String| format!("--rule-parameters: {error}");
        for (key, value) in &given.shared {
            check_parameter(&chosen, key, value).map_err(fail)?;
        }
        for (rule, pairs) in &given.own {
            for (key, value) in pairs {
                check_parameter(&[rule], key, value).map_err(fail)?;
            }
        }
        chosen
            .into_iter()
            .map(|rule| {
                let mut own: Vec<(String, Value)> = given.pairs(rule).cloned().collect();
                own.push((parameter::RULE_IDENTIFIER.name.to_owned(), rule.identifier.into()));
                let parameters = RuleParameters::from_pairs(ParameterPairs(own));
                let parameters = parameters.map_err(|error| fail(error.to_string()))?;
                Ok(RuleParameters { rule, ..parameters })
            })
            .collect()
    }

    /// Returns the rule with the severity that the options give it. Rules live as long as the program, so a changed one does too.
    fn with_severity(&self, rule: &'static Rule) -> &'static Rule {
        let given = self.severities.iter().rev().find(|(other, _)| other.identifier == rule.identifier);
        match given {
            Some((_, severity)) if *severity != rule.severity => {
                Box::leak(Box::new(Rule { severity: *severity, ..*rule }))
            }
            _ => rule,
        }
    }

    /// Parses the parameters, in their order.
    ///
    /// # Errors
    /// Returns a message if they are no JSON object, or those of a rule are none.
    fn given(&self) -> Result<GivenParameters, Box<dyn Error>> {
        let ParameterPairs(all) = serde_json::from_str(&self.rule_parameters)
            .map_err(|error| format!("--rule-parameters is not a JSON object: {error}"))?;
        let mut given = GivenParameters::default();
        for (key, value) in all {
            let rule = RULES.iter().find(|rule| rule.identifier == key);
            match (rule, value) {
                (Some(rule), Value::Object(own)) => given.own.push((rule, own.into_iter().collect())),
                (Some(_), _) => {
                    return Err(format!("--rule-parameters: {key} must be an object of parameters").into());
                }
                (None, value) => given.shared.push((key, value)),
            }
        }
        if let Some(option) = self.reachability {
            let (rule, name) =
                (&dms_replication_not_public::RULE, dms_replication_not_public::REACHABILITY.name);
            let is_true = |value: &Value| {
                value == &Value::Bool(true)
                    || value.as_str().is_some_and(|word| word.eq_ignore_ascii_case("true"))
            };
            if given.pairs(rule).any(|(key, value)| key == name && !is_true(value)) {
                return Err(format!("{option} and {name} in --rule-parameters contradict each other").into());
            }
            if !given.pairs(rule).any(|(key, _)| key == name) {
                given.own.push((rule, vec![(name.to_owned(), "true".into())]));
            }
        }
        Ok(given)
    }

    /// Lists rules with the parameters that are given for them, for a report.
    ///
    /// # Errors
    /// Returns a message if the parameters are malformed.
    pub(crate) fn described(&self, rules: &[RuleParameters]) -> Result<Vec<SelectedRule>, Box<dyn Error>> {
        let given = self.given()?;
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let described = rules.iter().map(|RuleParameters { rule, .. }| {
            let own = given.pairs(rule);
            SelectedRule { rule, parameters: own.map(|(key, value)| (key.clone(), text(value))).collect() }
        });
        Ok(described.collect())
    }
}

/// The parameters that the options give.
#[derive(Debug, Default)]
struct GivenParameters {
    /// Those of every rule that has them.
    shared: Vec<(String, Value)>,
    /// Those of one rule, which come before the shared ones.
    own: Vec<(&'static Rule, Vec<(String, Value)>)>,
}

impl GivenParameters {
    /// Lists the parameters of a rule.
    fn pairs(&self, rule: &'static Rule) -> impl Iterator<Item = &(String, Value)> {
        let own = self.own.iter().filter(|(other, _)| other.identifier == rule.identifier);
        let own = own.flat_map(|(_, pairs)| pairs);
        let is_own = {
            let own = own.clone();
            move |name: &str| own.clone().any(|(other, _)| other == name)
        };
        let shared = self.shared.iter().filter(move |(key, _)| has_parameter(rule, key) && !is_own(key));
        shared.chain(own)
    }
}

/// Parses `NAME=SEVERITY`.
///
/// # Errors
/// Returns a message with the names that are like it.
fn rule_severity(text: &str) -> Result<(&'static Rule, Severity), String> {
    let (name, severity) = text.split_once('=').ok_or("expected NAME=SEVERITY")?;
    let known = severity_names().find(|known| known == severity);
    let severity = known.and_then(|known| Severity::from_name(&known));
    let severity = severity.ok_or_else(|| {
        format!("the severity of {name} must be {}", severity_names().collect::<Vec<_>>().join(", "))
    })?;
    Ok((rule_name::find(name)?, severity))
}

/// Returns an error if no chosen rule has the parameter, or if the value is a number or a boolean where the parameter takes
/// text: AWS Config sends text, so a number there is a mistake.
fn check_parameter(chosen: &[&'static Rule], key: &str, value: &Value) -> Result<(), String> {
    let Some(parameter) = chosen.iter().flat_map(|rule| parameters(rule)).find(|one| one.name == key) else {
        let owner = RULES.iter().find(|rule| has_parameter(rule, key));
        if let Some(owner) = owner {
            return Err(format!("{key} belongs to {}, which is not run", owner.identifier));
        }
        let known = chosen.iter().flat_map(|rule| parameters(rule)).map(|one| one.name);
        let known: std::collections::BTreeSet<_> = known.collect();
        let question = did_you_mean(key, known);
        return Err(format!("none of the rules to run has the parameter {key}{question}"));
    };
    let takes_number = parameter.default.parse::<u64>().is_ok();
    match value {
        Value::Number(_) if takes_number => Ok(()),
        Value::Number(_) | Value::Bool(_) => {
            Err(format!("{key} is {value}, which is no text; it must be {}, in quotes", parameter.must_be))
        }
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => Ok(()), // rule-core reads these
    }
}

/// Lists the parameters that a rule takes here. `ruleIdentifier` is not among them: `--rule` sets it.
fn parameters(rule: &'static Rule) -> impl Iterator<Item = &'static Parameter> {
    [&parameter::EXEMPTION_TAG_KEY, &parameter::EXEMPTION_COMPLIANCE]
        .into_iter()
        .chain(rule.parameters.iter().copied())
}

fn has_parameter(rule: &'static Rule, key: &str) -> bool {
    parameters(rule).any(|parameter| parameter.name == key)
}
