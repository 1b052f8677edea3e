//! The resources `AWS::Config::OrganizationConfigRule`.

use rule_core::Rule;

use super::names::{CHANGE_MESSAGES, logical_id, short_name};
use crate::Error;
use crate::yaml::{indent, pascal_case};

/// When AWS Config may create the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// After the resource `Permission`.
    AfterPermission,
    /// At any time: the permissions are made in a loop, on which a resource cannot depend.
    Any,
}

/// Returns the block `rules`.
pub(super) fn block(rules: &[&Rule], order: Order) -> Result<String, Error> {
    let resources: Vec<String> =
        rules.iter().map(|rule| resource(rule, order)).collect::<Result<_, Error>>()?;
    Ok(indent(2, &resources.concat()))
}

fn resource(rule: &Rule, order: Order) -> Result<String, Error> {
    let (id, name, summary) = (logical_id(rule), short_name(rule.identifier)?, rule.summary());
    let dependency = match order {
        Order::AfterPermission => "  DependsOn: Permission\n",
        Order::Any => "",
    };
    let (input, triggers) = (input_parameters(rule), indent(6, &triggers(rule)));
    Ok(indoc::formatdoc! {"
        {id}:
          Type: AWS::Config::OrganizationConfigRule
          Condition: Has{id}
        {dependency}  Properties:
            OrganizationConfigRuleName: {name}
            ExcludedAccounts: !If [HasExcludedAccounts, !Ref ExcludedAccounts, !Ref AWS::NoValue]
            OrganizationCustomRuleMetadata:
              Description: {summary}
              LambdaFunctionArn: !GetAtt Function.Arn
              InputParameters: !Sub '{input}'
        {triggers}
    "})
}

/// Returns the rule parameters as a JSON object, as the resource takes them.
fn input_parameters(rule: &Rule) -> String {
    let mut members = vec![
        format!("\"ruleIdentifier\":\"{}\"", rule.identifier),
        reference("exemptionTagKey", "ExemptionTagKey"),
        reference("exemptionCompliance", "ExemptionCompliance"),
        reference("ExecutionRoleName", "MemberRoleName"),
    ];
    let own = rule.parameters;
    members.extend(own.iter().map(|parameter| reference(parameter.name, &pascal_case(parameter.name))));
    format!("{{{}}}", members.join(","))
}

fn reference(rule_parameter: &str, parameter: &str) -> String {
    format!("\"{rule_parameter}\":\"${{{parameter}}}\"")
}

fn triggers(rule: &Rule) -> String {
    if !rule.has_changes() {
        return indoc::indoc! {"
            MaximumExecutionFrequency: !Ref Frequency
            OrganizationConfigRuleTriggerTypes: [ScheduledNotification]
        "}
        .to_owned();
    }
    let [change, oversized] = CHANGE_MESSAGES;
    indoc::formatdoc! {r#"
        ResourceTypesScope: !If [OnChange, ["{resource_type}"], !Ref AWS::NoValue]
        MaximumExecutionFrequency: !If [OnSchedule, !Ref Frequency, !Ref AWS::NoValue]
        OrganizationConfigRuleTriggerTypes:
          - !If [OnChange, {change}, !Ref AWS::NoValue]
          - !If [OnChange, {oversized}, !Ref AWS::NoValue]
          - !If [OnSchedule, ScheduledNotification, !Ref AWS::NoValue]
        "#,
        resource_type = rule.resource_type.name(),
    }
}
