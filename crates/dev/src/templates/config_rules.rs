//! The resources `AWS::Config::ConfigRule` of one account.

use rule_core::Rule;

use super::names::{CHANGE_MESSAGES, logical_id};
use crate::yaml::{indent, pascal_case};

/// Returns the block `rules`.
pub(super) fn block(rules: &[&Rule]) -> String {
    indent(2, &rules.iter().copied().map(resource).collect::<String>())
}

fn resource(rule: &Rule) -> String {
    let (id, name, summary) = (logical_id(rule), rule.identifier, rule.summary());
    let name_and_description = indoc::formatdoc! {"
        ConfigRuleName: {name}
        Description: {summary}
    "};
    let properties = [name_and_description, scope(rule), input_parameters(rule), source(rule)].concat();
    let properties = indent(4, &properties);
    indoc::formatdoc! {"
        {id}:
          Type: AWS::Config::ConfigRule
          Condition: Has{id}
          DependsOn: Permission
          Properties:
        {properties}
    "}
}

fn scope(rule: &Rule) -> String {
    if !rule.has_changes() {
        return String::new();
    }
    indoc::formatdoc! {r#"
        Scope: !If
          - OnChange
          - ComplianceResourceTypes: ["{resource_type}"]
          - !Ref AWS::NoValue
        "#,
        resource_type = rule.resource_type.name(),
    }
}

fn input_parameters(rule: &Rule) -> String {
    let name = rule.identifier;
    let common = indoc::formatdoc! {"
        InputParameters:
          ruleIdentifier: {name}
          exemptionTagKey: !If [HasExemptions, !Ref ExemptionTagKey, !Ref AWS::NoValue]
          exemptionCompliance: !Ref ExemptionCompliance
          ExecutionRoleName: !If [HasExecutionRole, !Ref ExecutionRoleName, !Ref AWS::NoValue]
    "};
    let own = rule.parameters;
    let own =
        own.iter().map(|parameter| format!("  {}: !Ref {}\n", parameter.name, pascal_case(parameter.name)));
    common + &own.collect::<String>()
}

/// Returns the source of a rule, a line for each message: a rule in a template is to be short, since the body of a
/// template is limited.
fn source(rule: &Rule) -> String {
    let scheduled = concat!(
        "{EventSource: aws.config, MessageType: ScheduledNotification, ",
        "MaximumExecutionFrequency: !Ref Frequency}"
    );
    let details = if rule.has_changes() {
        let detail_if =
            |condition: &str, detail: &str| format!("- !If [{condition}, {detail}, !Ref AWS::NoValue]\n");
        let change = |message| format!("{{EventSource: aws.config, MessageType: {message}}}");
        let changes = CHANGE_MESSAGES.map(|message| detail_if("OnChange", &change(message)));
        changes.concat() + &detail_if("OnSchedule", scheduled)
    } else {
        format!("- {scheduled}\n")
    };
    let head = indoc::indoc! {"
        Source:
          Owner: CUSTOM_LAMBDA
          SourceIdentifier: !GetAtt Function.Arn
          SourceDetails:
    "};
    head.to_owned() + &indent(4, &details)
}
