//! Which rules run, and with which parameters.

use std::error::Error;

use rule_core::rules::RULES;
use rule_core::{Rule, RuleParameters, Severity, parameter};
use serde_json::{Map, Value};

/// What `check` and `scan` take for it.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Run this rule only; may be given several times
    #[arg(long = "rule", value_name = "NAME", value_parser = names())]
    rules: Vec<String>,
    /// Run only rules of at least this severity
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    severity: AtLeast,
    /// The parameters of the rules, as AWS Config sends them: '{"exemptionTagKey": "PublicDmsApproved"}'
    #[arg(long, value_name = "JSON", default_value = "{}")]
    rule_parameters: String,
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AtLeast {
    Low,
    Medium,
    High,
    Critical,
}

impl From<AtLeast> for Severity {
    fn from(word: AtLeast) -> Self {
        match word {
            AtLeast::Low => Self::Low,
            AtLeast::Medium => Self::Medium,
            AtLeast::High => Self::High,
            AtLeast::Critical => Self::Critical,
        }
    }
}

fn names() -> clap::builder::PossibleValuesParser {
    RULES.iter().map(|rule| rule.identifier).collect::<Vec<_>>().into()
}

impl Selection {
    /// Whether anything was said of rules or parameters.
    pub(crate) fn is_given(&self) -> bool {
        !self.rules.is_empty() || self.severity != AtLeast::Low || self.rule_parameters.trim() != "{}"
    }

    /// The parameters of each chosen rule. A key goes to the rules that take it.
    pub(crate) fn chosen(&self) -> Result<Vec<RuleParameters>, Box<dyn Error>> {
        let chosen: Vec<&Rule> = RULES
            .iter()
            .copied()
            .filter(|rule| self.rules.is_empty() || self.rules.iter().any(|name| name == rule.identifier))
            .filter(|rule| rule.severity >= self.severity.into())
            .collect();
        if chosen.is_empty() {
            return Err("no rule is both named by --rule and as severe as --severity asks".into());
        }
        let given: Map<String, Value> = serde_json::from_str(&self.rule_parameters)
            .map_err(|error| format!("--rule-parameters is not a JSON object: {error}"))?;
        if let Some(stray) = given.keys().find(|key| !chosen.iter().any(|rule| takes(rule, key))) {
            return Err(format!("--rule-parameters: none of the rules that run takes {stray}").into());
        }
        chosen
            .into_iter()
            .map(|rule| {
                let mut own: Map<String, Value> = given
                    .iter()
                    .filter(|(key, _)| takes(rule, key))
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect();
                own.insert(parameter::RULE_IDENTIFIER.name.to_owned(), rule.identifier.into());
                RuleParameters::from_json(&Value::Object(own).to_string())
                    .map_err(|error| format!("--rule-parameters: {error}").into())
            })
            .collect()
    }
}

/// `ruleIdentifier` is what `--rule` is for.
fn takes(rule: &Rule, key: &str) -> bool {
    [&parameter::EXEMPTION_TAG_KEY, &parameter::EXEMPTION_COMPLIANCE]
        .into_iter()
        .chain(rule.parameters)
        .any(|parameter| parameter.name == key)
}
