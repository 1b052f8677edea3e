//! Finds our rules among the rules of AWS Config.

use std::collections::BTreeSet;

use aws_client::scan::ConfigRule;
use rule_core::{Rule, RuleParameters, parameter, rules};
use serde_json::{Map, Value};

/// The rule that the parameters of a rule of AWS Config name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Ours(&'static Rule),
    /// Another one, or the parameters cannot be read.
    Other,
    Nothing,
}

/// Lists the rules in force that run one of ours, each with ours.
///
/// The parameter `ruleIdentifier` decides, whatever the rule's name. Without it the function runs the default of
/// [`RuleParameters`], so that such a rule counts as that one: if its function is also that of a rule with the
/// parameter, or by its name.
pub(super) fn ours(rules: &[ConfigRule]) -> Vec<(&'static Rule, &ConfigRule)> {
    let in_force = || {
        rules.iter().filter(|rule| rule.is_in_force()).filter_map(|rule| Some((rule, rule.function_arn()?)))
    };
    let named = |rule: &ConfigRule| named(rule.input_parameters.as_deref());
    let functions: BTreeSet<&str> = in_force()
        .filter(|(rule, _)| matches!(named(rule), Named::Ours(_)))
        .map(|(_, function)| function)
        .collect();
    let default = RuleParameters::default().rule;
    in_force()
        .filter_map(|(rule, function)| match named(rule) {
            Named::Ours(own) => Some((own, rule)),
            Named::Nothing if functions.contains(function) => Some((default, rule)),
            Named::Nothing if given_name(&rule.name) == default.identifier => Some((default, rule)),
            Named::Nothing | Named::Other => None,
        })
        .collect()
}

fn named(parameters: Option<&str>) -> Named {
    let text = parameters.unwrap_or_default().trim();
    if text.is_empty() {
        return Named::Nothing;
    }
    match serde_json::from_str::<Option<Map<String, Value>>>(text) {
        Err(_) => Named::Other,
        Ok(members) => match members.unwrap_or_default().get(parameter::RULE_IDENTIFIER.name) {
            None => Named::Nothing,
            Some(Value::String(name)) if name.is_empty() => Named::Nothing,
            Some(Value::String(name)) => rules::find(name).map_or(Named::Other, Named::Ours),
            Some(_) => Named::Other,
        },
    }
}

/// Returns the name of a rule without what AWS Config adds in a conformance pack (`-conformance-pack-` and an id) or an
/// organization (`OrgConfigRule-`, and an id at the end).
fn given_name(name: &str) -> &str {
    if let Some((name, _)) = name.split_once("-conformance-pack-") {
        return name;
    }
    match name.strip_prefix("OrgConfigRule-").and_then(|rest| rest.rsplit_once('-')) {
        Some((name, _)) => name,
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111111111111:function:dms";

    fn rule(name: &str, function: &str, parameters: Option<&str>) -> ConfigRule {
        let rule = json!({
            "ConfigRuleName": name,
            "InputParameters": parameters,
            "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function},
        });
        serde_json::from_value(rule).unwrap()
    }

    fn found(rules: &[ConfigRule]) -> Vec<(&'static str, &str)> {
        ours(rules).into_iter().map(|(own, rule)| (own.identifier, rule.name.as_str())).collect()
    }

    #[test]
    fn the_parameter_decides_and_without_it_the_default_runs() {
        let tagged = r#"{"ruleIdentifier": "dms-endpoint-tagged"}"#;
        let rules = [
            rule("any-name", FUNCTION, Some(tagged)),
            rule("dms-redis-tls-enabled", FUNCTION, None),
            rule("dms-kafka-tls-enabled", "arn:other", None),
            rule("dms-replication-not-public-conformance-pack-abc123def", "arn:other", Some("{}")),
            rule("OrgConfigRule-dms-replication-not-public-abcd1234", "arn:other", Some("")),
            rule("dms-replication-not-public", "arn:other", Some(r#"{"ruleIdentifier": "other"}"#)),
            rule("dms-replication-not-public", FUNCTION, Some("not JSON")),
        ];
        assert_eq!(
            found(&rules),
            [
                ("dms-endpoint-tagged", "any-name"),
                ("dms-replication-not-public", "dms-redis-tls-enabled"),
                ("dms-replication-not-public", "dms-replication-not-public-conformance-pack-abc123def"),
                ("dms-replication-not-public", "OrgConfigRule-dms-replication-not-public-abcd1234"),
            ]
        );
    }

    #[test]
    fn a_rule_that_is_managed_or_not_in_force_is_not_there() {
        let change = |members: Value| {
            let mut rule = json!({
                "ConfigRuleName": "dms-endpoint-tagged",
                "InputParameters": r#"{"ruleIdentifier": "dms-endpoint-tagged"}"#,
                "Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": FUNCTION},
            });
            rule.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            [serde_json::from_value(rule).unwrap()]
        };
        assert_eq!(found(&change(json!({}))).len(), 1);
        assert_eq!(found(&change(json!({"ConfigRuleState": "EVALUATING"}))).len(), 1);
        for members in [
            json!({"ConfigRuleState": "DELETING"}),
            json!({"EvaluationModes": [{"Mode": "PROACTIVE"}]}),
            json!({"Source": {"Owner": "AWS", "SourceIdentifier": "DMS_REPLICATION_NOT_PUBLIC"}}),
            json!({"Source": {"Owner": "CUSTOM_POLICY"}}),
        ] {
            assert_eq!(found(&change(members.clone())), [], "{members}");
        }
    }
}
