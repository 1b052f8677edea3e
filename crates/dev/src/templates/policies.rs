//! The policies of `rule-templates/iam` as YAML of CloudFormation.

use std::collections::{BTreeMap, BTreeSet};

use rule_core::Rule;
use rule_core::rules::RULES;
use serde::Deserialize;

use super::conditions;
use crate::yaml::{element, element_if, indent};
use crate::{Error, Repository};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Policy {
    version: String,
    statement: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Statement {
    sid: Option<String>,
    effect: String,
    principal: Option<BTreeMap<String, OneOrMore>>,
    action: OneOrMore,
    resource: Option<OneOrMore>,
    condition: Option<BTreeMap<String, BTreeMap<String, String>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// The Regions of the resources that a policy names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Regions {
    /// The Region of the stack.
    OfStack,
    /// Every Region, for a role that is made once for all of them.
    All,
}

/// A policy of a role: the name of its file in `iam`, which becomes its name, and the condition under which the role
/// has it.
pub(super) type RolePolicy<'a> = (&'a str, Option<&'a str>);

/// Returns the properties of a role: its trust policy, then its policies.
pub(super) fn role(
    repository: &Repository,
    trust: &str,
    policies: &[RolePolicy],
    regions: Regions,
) -> Result<String, Error> {
    role_for(RULES, repository, trust, policies, regions)
}

/// Returns the properties of a role in a template with these rules.
pub(super) fn role_for(
    rules: &[&Rule],
    repository: &Repository,
    trust: &str,
    policies: &[RolePolicy],
    regions: Regions,
) -> Result<String, Error> {
    let trust = indent(2, &policy(repository, trust, regions)?);
    let policies = policies_for(rules, repository, policies, regions)?;
    Ok(format!("AssumeRolePolicyDocument:\n{trust}{policies}"))
}

/// Returns the property of a role that has its policies.
pub(super) fn policies(
    repository: &Repository,
    policies: &[RolePolicy],
    regions: Regions,
) -> Result<String, Error> {
    policies_for(RULES, repository, policies, regions)
}

fn policies_for(
    rules: &[&Rule],
    repository: &Repository,
    policies: &[RolePolicy],
    regions: Regions,
) -> Result<String, Error> {
    let mut yaml = "Policies:\n".to_owned();
    for (name, condition) in policies {
        let document = indent(2, &policy_for(rules, repository, name, regions)?);
        let named = format!("PolicyName: {name}\nPolicyDocument:\n{document}");
        let element = match condition {
            None => element(&named),
            Some(condition) => element_if(condition, &named),
        };
        yaml += &indent(2, &element);
    }
    Ok(yaml)
}

/// The policy that is narrowed to the chosen rules. In every other one, an action is needed whatever the rules are.
const NARROWED: &str = "evaluate";

/// Returns a policy.
pub(super) fn policy(repository: &Repository, name: &str, regions: Regions) -> Result<String, Error> {
    policy_for(RULES, repository, name, regions)
}

/// Returns a policy in a template with these rules. In `evaluate`, an action that only some rules need is allowed only under
/// their condition.
fn policy_for(
    rules: &[&Rule],
    repository: &Repository,
    name: &str,
    regions: Regions,
) -> Result<String, Error> {
    let path = format!("rule-templates/iam/{name}.json");
    let json = repository.read(&path)?;
    let Policy { version, statement } =
        serde_json::from_str(&json).map_err(|source| Error::Json { path, source })?;
    let narrowing = (name == NARROWED).then_some(rules);
    let statements: String =
        statement.iter().map(|statement| statement.element(regions, narrowing)).collect();
    Ok(format!("Version: \"{version}\"\nStatement:\n{}", indent(2, &statements)))
}

impl OneOrMore {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

impl Statement {
    /// Returns the statement as an element of a list, narrowed to what these rules need. The condition of its actions is
    /// that of the whole element if all have the same.
    fn element(&self, regions: Regions, narrowing: Option<&[&Rule]>) -> String {
        let actions = self.action.as_slice();
        let Some(rules) = narrowing else {
            return element(&self.members(actions.iter().map(|action| format!("- {action}\n")), regions));
        };
        let conditions: BTreeSet<_> =
            actions.iter().map(|action| conditions::for_action(action, rules)).collect();
        match conditions.first() {
            Some(Some(condition)) if conditions.len() == 1 => {
                let actions = actions.iter().map(|action| format!("- {action}\n"));
                element_if(condition, &self.members(actions, regions))
            }
            _ => {
                let actions = actions.iter().map(|action| action_if_needed(action, rules));
                element(&self.members(actions, regions))
            }
        }
    }

    fn members(&self, actions: impl Iterator<Item = String>, regions: Regions) -> String {
        let principal = self.principal.as_ref().map(|kinds| {
            // A list of one names a parameter of the template that is a list.
            let kinds = kinds.iter().map(|(kind, names)| (kind, names.as_slice().concat()));
            indent(2, &kinds.map(|(kind, name)| scalar_entry(kind, &name, regions)).collect::<String>())
        });
        let condition = self.condition.as_ref().map(|operators| {
            let operators = operators.iter().map(|(operator, keys)| {
                let keys = keys.iter().map(|(key, value)| scalar_entry(key, value, regions));
                format!("{operator}:\n{}", indent(2, &keys.collect::<String>()))
            });
            indent(2, &operators.collect::<String>())
        });
        let members = [
            self.sid.as_ref().map(|sid| format!("Sid: {sid}\n")),
            Some(format!("Effect: {}\n", self.effect)),
            principal.map(|kinds| format!("Principal:\n{kinds}")),
            Some(format!("Action:\n{}", indent(2, &actions.collect::<String>()))),
            self.resource.as_ref().map(|resource| resources(resource, regions)),
            condition.map(|operators| format!("Condition:\n{operators}")),
        ];
        members.into_iter().flatten().collect()
    }
}

fn resources(resource: &OneOrMore, regions: Regions) -> String {
    match resource {
        OneOrMore::One(one) => scalar_entry("Resource", one, regions),
        OneOrMore::More(more) => {
            let elements: Vec<String> =
                more.iter().map(|one| format!("- {}\n", scalar(one, regions))).collect();
            format!("Resource:\n{}", indent(2, &elements.concat()))
        }
    }
}

fn scalar_entry(key: &str, value: &str, regions: Regions) -> String {
    format!("{key}: {}\n", scalar(value, regions))
}

fn action_if_needed(action: &str, rules: &[&Rule]) -> String {
    match conditions::for_action(action, rules) {
        Some(condition) => format!("- !If [{condition}, \"{action}\", !Ref AWS::NoValue]\n"),
        None => format!("- {action}\n"),
    }
}

/// The placeholders of the policies, which Terraform fills too, and what they are in a template.
const PLACEHOLDERS: [(&str, &str); 12] = [
    ("${partition}", "${AWS::Partition}"),
    ("${account_id}", "${AWS::AccountId}"),
    ("${log_group_arn}", "${LogGroup.Arn}"),
    ("${failure_queue_arn}", "${FailureQueue.Arn}"),
    ("${function_arn}", "${Function.Arn}"),
    ("${kms_key_arn}", "${KmsKeyArn}"),
    ("${execution_role_name}", "${ExecutionRoleName}"),
    ("${member_role_name}", "${MemberRoleName}"),
    ("${organization_id}", "${OrganizationId}"),
    ("${function_role_arn}", "${FunctionRoleArns}"),
    ("${event_rule_arn}", "${Rule.Arn}"),
    ("${topic_arn}", "${Topic}"),
];

/// Returns a text of a policy as a scalar: with a function of CloudFormation if it has placeholders.
fn scalar(text: &str, regions: Regions) -> String {
    let region = match regions {
        Regions::OfStack => "${AWS::Region}",
        Regions::All => "*",
    };
    let text = PLACEHOLDERS.iter().fold(text.replace("${region}", region), |text, (placeholder, value)| {
        text.replace(placeholder, value)
    });
    let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match whole.filter(|name| !name.contains('$')) {
        Some(name) if name.contains('.') => format!("!GetAtt {name}"),
        Some(name) => format!("!Ref {name}"),
        None if text.contains("${") => format!("!Sub \"{text}\""),
        // `yes` without quotes is true in YAML 1.1, which CloudFormation reads.
        None if ["*", "yes", "no"].contains(&text.as_str()) => format!("\"{text}\""),
        None => text,
    }
}
