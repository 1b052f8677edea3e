//! The rules to run, and their parameters.

use std::error::Error;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use rule_core::rules::RULES;
use rule_core::{ParameterPairs, Rule, RuleParameters, Severity, parameter};
use serde_json::Value;

/// The options of `check` and `scan` that choose rules and set their parameters.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Run this rule only; may be given several times
    #[arg(long = "rule", value_name = "NAME", value_parser = rule_names())]
    rules: Vec<String>,
    /// Run only rules of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = severity())]
    severity: Severity,
    /// The parameters of the rules, as AWS Config sends them: '{"exemptionTagKey": "PublicDmsApproved"}'
    #[arg(long, value_name = "JSON", default_value = "{}")]
    rule_parameters: String,
}

fn rule_names() -> PossibleValuesParser {
    RULES.iter().map(|rule| rule.identifier).collect::<Vec<_>>().into()
}

/// Lists the severities as options spell them.
pub(crate) fn severity_names() -> impl Iterator<Item = String> {
    Severity::ALL.into_iter().map(|severity| severity.as_str().to_lowercase())
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(severity_names())
        .try_map(|name| Severity::from_name(&name).ok_or("expected a severity"))
}

impl Selection {
    /// Returns true if any of these options differs from its default.
    pub(crate) fn is_given(&self) -> bool {
        !self.rules.is_empty() || self.severity != Severity::Low || self.rule_parameters.trim() != "{}"
    }

    /// Returns the parameters of each chosen rule. A parameter goes to the rules that have it.
    ///
    /// # Errors
    /// Returns a message if no rule is chosen, or a parameter is malformed or belongs to none of the chosen rules.
    pub(crate) fn chosen(&self) -> Result<Vec<RuleParameters>, Box<dyn Error>> {
        let chosen: Vec<&Rule> = RULES
            .iter()
            .copied()
            .filter(|rule| self.rules.is_empty() || self.rules.iter().any(|name| name == rule.identifier))
            .filter(|rule| rule.severity >= self.severity)
            .collect();
        if chosen.is_empty() {
            return Err("no rule to run: those named by --rule are less severe than --severity".into());
        }
        let ParameterPairs(given) = serde_json::from_str(&self.rule_parameters)
            .map_err(|error| format!("--rule-parameters is not a JSON object: {error}"))?;
        if let Some((stray, _)) =
            given.iter().find(|(key, _)| !chosen.iter().any(|rule| has_parameter(rule, key)))
        {
            return Err(
                format!("--rule-parameters: none of the rules to run has the parameter {stray}").into()
            );
        }
        chosen
            .into_iter()
            .map(|rule| {
                let mut own: Vec<(String, Value)> =
                    given.iter().filter(|(key, _)| has_parameter(rule, key)).cloned().collect();
                own.push((parameter::RULE_IDENTIFIER.name.to_owned(), rule.identifier.into()));
                RuleParameters::from_pairs(ParameterPairs(own))
                    .map_err(|error| format!("--rule-parameters: {error}").into())
            })
            .collect()
    }
}

/// Returns true if the rule has this parameter. `ruleIdentifier` is not among them: `--rule` sets it.
fn has_parameter(rule: &Rule, key: &str) -> bool {
    [&parameter::EXEMPTION_TAG_KEY, &parameter::EXEMPTION_COMPLIANCE]
        .into_iter()
        .chain(rule.parameters.iter().copied())
        .any(|parameter| parameter.name == key)
}
