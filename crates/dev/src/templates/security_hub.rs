//! The templates for Security Hub.

use rule_core::rules::RULES;
use rule_core::{Rule, Severity};

use super::names::{GENERATED_BY, short_name};
use super::policies::{Regions, policy};
use crate::document::Document;
use crate::yaml::{indent, pascal_case};
use crate::{Error, GeneratedFile, Repository};

/// The largest number of values in one filter (Security Hub API, AutomationRulesFindingFilters, Title).
const FILTER_LIMIT: usize = 20;

/// The place of the first automation rule among those of the account.
const FIRST_ORDER: usize = 100;

/// Returns the template that gives findings the severity of their rule. AWS Config sends all as MEDIUM, so there is
/// none for that.
pub(super) fn severities() -> Result<GeneratedFile, Error> {
    let severities = [Severity::Critical, Severity::High, Severity::Low];
    let with_rules = severities.into_iter().map(|severity| (severity, rules_of(severity)));
    let with_rules = with_rules.filter(|(_, rules)| !rules.is_empty());
    let resources: Vec<String> = with_rules
        .zip(FIRST_ORDER..)
        .map(|((severity, rules), order)| automation_rule(severity, &rules, order))
        .collect::<Result<_, Error>>()?;
    let resources = indent(2, &resources.concat());
    let head = indoc::formatdoc! {r#"
        # Generated {GENERATED_BY}
        AWSTemplateFormatVersion: "2010-09-09"
        Description: "Security Hub: findings of the DMS rules get the severity of their rule; AWS Config sends them all as MEDIUM"

        Resources:
    "#};
    Ok(GeneratedFile {
        path: "rule-templates/security-hub/severities.yaml".to_owned(),
        text: head + &resources,
    })
}

fn rules_of(severity: Severity) -> Vec<&'static Rule> {
    RULES.iter().copied().filter(|rule| rule.severity == severity).collect()
}

fn automation_rule(severity: Severity, rules: &[&Rule], order: usize) -> Result<String, Error> {
    let label = severity.as_str();
    if rules.len() > FILTER_LIMIT {
        let subject = format!("the number of rules with the severity {label}");
        let page = "Security Hub API, AutomationRulesFindingFilters";
        return Err(Error::OverLimit { subject, actual: rules.len(), limit: FILTER_LIMIT, page });
    }
    let name = label.to_lowercase();
    let titles = rules.iter().map(|rule| format!("- {{Comparison: EQUALS, Value: {}}}\n", rule.identifier));
    let titles = indent(8, &titles.collect::<String>());
    let titles = titles.trim_end();
    Ok(indoc::formatdoc! {"
        {id}:
          Type: AWS::SecurityHub::AutomationRule
          Properties:
            RuleName: dms-rules-{name}
            RuleOrder: {order}
            RuleStatus: ENABLED
            Description: Findings of the DMS rules whose severity is {label}
            IsTerminal: false
            Criteria:
              ProductName: [{{Comparison: EQUALS, Value: Config}}]
              RecordState: [{{Comparison: EQUALS, Value: ACTIVE}}]
              Title:
        {titles}
            Actions:
              - Type: FINDING_FIELDS_UPDATE
                FindingFieldsUpdate:
                  Severity: {{Label: {label}}}
        ",
        id = pascal_case(&name),
    })
}

/// Returns the template that reports resources that become NON_COMPLIANT.
pub(super) fn notification(repository: &Repository) -> Result<Document, Error> {
    let policy = |name| Ok::<_, Error>(indent(8, &policy(repository, name, Regions::OfStack)?));
    let mut names = Vec::new();
    for rule in RULES {
        let (name, short) = (rule.identifier.to_owned(), short_name(rule.identifier)?);
        if !name.starts_with(&short) {
            names.push(name);
        }
        names.push(short);
    }
    let prefixes = names.iter().map(|name| format!("- prefix: {name}\n"));
    repository
        .document("rule-templates/security-hub/notification.yaml")?
        .with_block("key policy", &policy("topic-key")?)?
        .with_block("topic policy", &policy("topic")?)?
        .with_block("rules", &indent(12, &prefixes.collect::<String>()))
}
