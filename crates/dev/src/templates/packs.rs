//! The conformance packs. They use only Ref, Fn::If, Fn::Not and Fn::Equals: no other function is known to work in a
//! pack.

use rule_core::rules::RULES;
use rule_core::{Parameter, Rule};

use super::names::{CHANGE_MESSAGES, GENERATED_BY, logical_id, short_name};
use super::parameters;
use crate::yaml::{element, indent, pascal_case};
use crate::{Error, GeneratedFile};

/// Returns every conformance pack.
pub(super) fn files() -> Result<Vec<GeneratedFile>, Error> {
    let all = RULES.to_vec();
    let exposure: Vec<&Rule> =
        all.iter().copied().filter(|rule| rule.property.path == "PubliclyAccessible").collect();
    let replacement: Vec<&Rule> = exposure.iter().copied().filter(|rule| replaces(rule, REPLACED)).collect();
    [
        ("dms-all-controls", ALL, &all, false),
        ("dms-exposure", EXPOSURE, &exposure, false),
        ("dms-exposure-with-remediation", REMEDIATION, &exposure, true),
        ("replace-managed-rule", REPLACEMENT, &replacement, false),
    ]
    .into_iter()
    .map(|(name, comment, rules, is_remedied)| {
        let path = format!("rule-templates/conformance-packs/{name}.yaml");
        Ok(GeneratedFile { path, text: pack(comment, rules, is_remedied)? })
    })
    .collect()
}

const ALL: &str = indoc::indoc! {"
    # All rules on AWS DMS. The function is there already: cloudformation/single-account.yaml with Rules=none.
"};

const EXPOSURE: &str = indoc::indoc! {"
    # DMS resources that the Internet can reach. The function is there already: cloudformation/single-account.yaml with
    # Rules=none.
"};

/// A pack of its own: where CloudFormation does not know the type of a remediation, the others can be deployed.
const REMEDIATION: &str = indoc::indoc! {"
    # The same as dms-exposure.yaml, with a remediation: a person starts the runbook, which is there already:
    # ssm/remediation.yaml with RuleName empty.
"};

/// The managed rule that 51 of AWS's sample packs contain (awslabs/aws-config-rules, aws-config-conformance-packs).
const REPLACED: &str = "DMS_REPLICATION_NOT_PUBLIC";

const REPLACEMENT: &str = indoc::indoc! {"
    # For a pack that holds AWS's managed rule DMS_REPLICATION_NOT_PUBLIC, as 51 of AWS's samples do: add Parameters and
    # Conditions to its own, and replace its resource of the same name by the resource here. This is a pack itself, too.
"};

fn replaces(rule: &Rule, managed_rule: &str) -> bool {
    let mut requirements = rule.requirements.iter();
    requirements.any(|requirement| {
        requirement.framework == "AWS Config managed rule" && requirement.ids.contains(&managed_rule)
    })
}

fn pack(comment: &str, rules: &[&Rule], is_remedied: bool) -> Result<String, Error> {
    let own: Vec<&Parameter> =
        parameters::all().filter(|parameter| rules.iter().any(|rule| takes(rule, parameter))).collect();
    let mut resources: Vec<String> = rules.iter().copied().map(resource).collect::<Result<_, Error>>()?;
    let mut all_parameters = all_parameters(&own);
    if is_remedied {
        all_parameters += "RemediationDocument:\n  Type: String\n";
        for rule in rules.iter().filter(|rule| replaces(rule, REPLACED)) {
            resources.push(remediation(rule)?);
        }
    }
    let sections =
        [("Parameters", all_parameters), ("Conditions", conditions(&own)), ("Resources", resources.concat())];
    let sections = sections.map(|(name, contents)| format!("{name}:\n{}", indent(2, &contents)));
    Ok(format!("{comment}# Generated {GENERATED_BY}\n{}", sections.concat()))
}

fn takes(rule: &Rule, parameter: &Parameter) -> bool {
    rule.parameters.iter().any(|own| own.name == parameter.name)
}

fn all_parameters(own: &[&Parameter]) -> String {
    let common = indoc::indoc! {r#"
        FunctionArn:
          Type: String
        Triggers:
          Type: String
          Default: "Both"
        Frequency:
          Type: String
          Default: "TwentyFour_Hours"
        ExemptionTagKey:
          Type: String
          Default: ""
        ExemptionCompliance:
          Type: String
          Default: "NOT_APPLICABLE"
    "#};
    let own = own.iter().map(|parameter| {
        indoc::formatdoc! {r#"
            {name}:
              Type: String
              Default: "{default}"
            "#,
            name = pascal_case(parameter.name),
            default = parameter.default,
        }
    });
    common.to_owned() + &own.collect::<String>()
}

fn conditions(own: &[&Parameter]) -> String {
    let triggers = indoc::indoc! {"
        OnChange:
          Fn::Not:
            - Fn::Equals: [{Ref: Triggers}, Periodic]
        OnSchedule:
          Fn::Not:
            - Fn::Equals: [{Ref: Triggers}, Change]
    "};
    let optional = ["ExemptionTagKey".to_owned()].into_iter();
    let optional = optional.chain(own.iter().map(|parameter| pascal_case(parameter.name)));
    let given = optional.map(|name| {
        indoc::formatdoc! {r#"
            Has{name}:
              Fn::Not:
                - Fn::Equals: [{{Ref: {name}}}, ""]
        "#}
    });
    triggers.to_owned() + &given.collect::<String>()
}

fn resource(rule: &Rule) -> Result<String, Error> {
    let (id, name, summary) = (logical_id(rule), short_name(rule.identifier)?, rule.summary());
    let name_and_description = indoc::formatdoc! {"
        ConfigRuleName: {name}
        Description: {summary}
    "};
    let properties = [name_and_description, scope(rule), input_parameters(rule), source(rule)].concat();
    Ok(format!("{id}:\n  Type: AWS::Config::ConfigRule\n  Properties:\n{}", indent(4, &properties)))
}

/// Returns the remediation of a rule by the runbook, which a person starts. The runbook has its role itself: no
/// function is known to work in a pack for the role of a remediation ("Conformance pack prerequisites").
fn remediation(rule: &Rule) -> Result<String, Error> {
    Ok(indoc::formatdoc! {"
        {id}Remediation:
          Type: AWS::Config::RemediationConfiguration
          DependsOn: {id}
          Properties:
            ConfigRuleName: {name}
            ResourceType: {resource_type}
            TargetType: SSM_DOCUMENT
            TargetId: {{Ref: RemediationDocument}}
            Automatic: false
            Parameters:
              ReplicationInstance:
                ResourceValue: {{Value: RESOURCE_ID}}
        ",
        id = logical_id(rule),
        name = short_name(rule.identifier)?,
        resource_type = rule.resource_type.name(),
    })
}

fn scope(rule: &Rule) -> String {
    if !rule.has_changes() {
        return String::new();
    }
    indoc::formatdoc! {r#"
        Scope:
          Fn::If:
            - OnChange
            - ComplianceResourceTypes: ["{resource_type}"]
            - {{Ref: "AWS::NoValue"}}
        "#,
        resource_type = rule.resource_type.name(),
    }
}

fn input_parameters(rule: &Rule) -> String {
    let name = rule.identifier;
    let own = rule.parameters;
    let own = own.iter().map(|parameter| optional(parameter.name, &pascal_case(parameter.name)));
    let exemption_tag_key = optional("exemptionTagKey", "ExemptionTagKey");
    let common = indoc::formatdoc! {"
        InputParameters:
          ruleIdentifier: {name}
        {exemption_tag_key}  exemptionCompliance: {{Ref: ExemptionCompliance}}
    "};
    common + &own.collect::<String>()
}

/// Returns a rule parameter that is given only if the parameter of the pack is not empty.
fn optional(rule_parameter: &str, parameter: &str) -> String {
    let value = indoc::formatdoc! {r#"
        {rule_parameter}:
          Fn::If: [Has{parameter}, {{Ref: {parameter}}}, {{Ref: "AWS::NoValue"}}]
    "#};
    indent(2, &value)
}

fn source(rule: &Rule) -> String {
    let scheduled = concat!(
        "{EventSource: aws.config, MessageType: ScheduledNotification, ",
        "MaximumExecutionFrequency: {Ref: Frequency}}"
    );
    let details = if rule.has_changes() {
        let change = |message| format!("{{EventSource: aws.config, MessageType: {message}}}");
        let changes = CHANGE_MESSAGES.map(|message| element_if("OnChange", &change(message)));
        changes.concat() + &element_if("OnSchedule", scheduled)
    } else {
        format!("- {scheduled}\n")
    };
    let head = indoc::indoc! {"
        Source:
          Owner: CUSTOM_LAMBDA
          SourceIdentifier: {Ref: FunctionArn}
          SourceDetails:
    "};
    head.to_owned() + &indent(4, &details)
}

/// Makes a value an element of a list that is there only if a condition of the pack holds.
fn element_if(condition: &str, value: &str) -> String {
    let branches = indoc::formatdoc! {r#"
        Fn::If:
          - {condition}
          - {value}
          - {{Ref: "AWS::NoValue"}}
    "#};
    element(&branches)
}
