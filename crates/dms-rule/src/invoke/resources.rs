//! The resources that decide how AWS Config invokes the function. A property that is not listed here may change that,
//! so it is rejected.
#![expect(
    clippy::struct_field_names,
    reason = "the properties have the names of the CloudFormation Template Reference"
)]

use std::collections::BTreeMap;
use std::fmt;

use iac::DeployedResource;
use rule_core::Json;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::error::ResourceError;
use super::policy_document::PolicyDocument;

/// A resource of a template, as it is deployed.
#[derive(Debug)]
pub(super) enum Resource {
    ConfigRule(ConfigRule),
    OrganizationConfigRule(OrganizationConfigRule),
    Function(Box<Function>),
    Permission(Permission),
    ResourcePolicy(ResourcePolicy),
    Role(Role),
    /// A resource that no event meets.
    Other,
}

/// `AWS::Config::ConfigRule` with the owner `CUSTOM_LAMBDA`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "some properties have no effect here")]
pub(super) struct ConfigRule {
    pub(super) config_rule_name: String,
    #[serde(default)]
    pub(super) input_parameters: Map<String, Value>,
    #[serde(default)]
    pub(super) scope: Scope,
    pub(super) source: Source,
    description: Option<IgnoredAny>,
    maximum_execution_frequency: Option<IgnoredAny>,
}

/// The resources of which AWS Config sends changes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Scope {
    #[serde(default)]
    pub(super) compliance_resource_types: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "the owner is read before the rule is")]
pub(super) struct Source {
    owner: IgnoredAny,
    pub(super) source_identifier: String,
    #[serde(default)]
    pub(super) source_details: Vec<SourceDetail>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "some properties have no effect here")]
pub(super) struct SourceDetail {
    pub(super) event_source: String,
    pub(super) message_type: String,
    maximum_execution_frequency: Option<IgnoredAny>,
}

/// `AWS::Config::OrganizationConfigRule` that invokes a function.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct OrganizationConfigRule {
    pub(super) organization_config_rule_name: String,
    pub(super) organization_custom_rule_metadata: CustomRuleMetadata,
    #[serde(default)]
    pub(super) excluded_accounts: Vec<Scalar>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "some properties have no effect here")]
pub(super) struct CustomRuleMetadata {
    pub(super) lambda_function_arn: String,
    /// A JSON object as text.
    pub(super) input_parameters: Option<String>,
    #[serde(default)]
    pub(super) organization_config_rule_trigger_types: Vec<String>,
    #[serde(default)]
    pub(super) resource_types_scope: Vec<String>,
    description: Option<IgnoredAny>,
    maximum_execution_frequency: Option<IgnoredAny>,
}

/// `AWS::Lambda::Function` or `AWS::Serverless::Function`. The code is this program itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "some properties have no effect here")]
pub(super) struct Function {
    pub(super) role: String,
    pub(super) runtime: String,
    #[serde(default)]
    pub(super) architectures: Vec<String>,
    pub(super) timeout: Option<Number>,
    pub(super) reserved_concurrent_executions: Option<Number>,
    #[serde(default)]
    pub(super) environment: Environment,
    #[serde(default)]
    pub(super) logging_config: LoggingConfig,
    function_name: Option<IgnoredAny>,
    description: Option<IgnoredAny>,
    handler: Option<IgnoredAny>,
    memory_size: Option<IgnoredAny>,
    kms_key_arn: Option<IgnoredAny>,
    vpc_config: Option<IgnoredAny>,
    tags: Option<IgnoredAny>,
    tracing_config: Option<IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Environment {
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Scalar>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "some properties have no effect here")]
pub(super) struct LoggingConfig {
    pub(super) log_format: Option<String>,
    pub(super) application_log_level: Option<String>,
    system_log_level: Option<IgnoredAny>,
    log_group: Option<IgnoredAny>,
}

/// `AWS::Lambda::Permission`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Permission {
    pub(super) function_name: String,
    pub(super) action: String,
    pub(super) principal: String,
    pub(super) source_account: Option<Scalar>,
}

/// `AWS::Lambda::ResourcePolicy`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ResourcePolicy {
    pub(super) resource_arn: String,
    pub(super) policy_document: PolicyDocument,
}

/// `AWS::IAM::Role`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "some properties have no effect here")]
pub(super) struct Role {
    pub(super) role_name: Option<String>,
    pub(super) assume_role_policy_document: PolicyDocument,
    #[serde(default)]
    pub(super) policies: Vec<InlinePolicy>,
    description: Option<IgnoredAny>,
    tags: Option<IgnoredAny>,
    max_session_duration: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
#[expect(dead_code, reason = "the name has no effect")]
pub(super) struct InlinePolicy {
    policy_name: IgnoredAny,
    /// Read by the local IAM.
    pub(super) policy_document: Value,
}

/// Text, or a scalar that CloudFormation converts to text.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected text, a number or a boolean")]
pub(super) enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Bool(bool),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(flag) => flag.fmt(f),
        }
    }
}

/// A number, or text that CloudFormation converts to one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Scalar")]
pub(super) struct Number(pub(super) u64);

impl TryFrom<Scalar> for Number {
    type Error = std::num::ParseIntError;

    fn try_from(scalar: Scalar) -> Result<Self, Self::Error> {
        scalar.to_string().parse().map(Self)
    }
}

impl Resource {
    /// Reads the properties of a resource.
    ///
    /// # Errors
    /// Returns an error if a property is not supported, is missing, or is not decided, and if the type would change
    /// what a role may do or who may invoke the function.
    pub(super) fn read(deployed: &DeployedResource) -> Result<Self, ResourceError> {
        Ok(match deployed.resource_type.as_str() {
            "AWS::Config::ConfigRule" => match rule_owner(deployed) {
                Some("CUSTOM_LAMBDA") => Self::ConfigRule(properties(deployed)?),
                Some("AWS" | "CUSTOM_POLICY") => Self::Other, // it invokes no function
                owner => return Err(ResourceError::RuleOwner(owner.unwrap_or("(none)").to_owned())),
            },
            "AWS::Config::OrganizationConfigRule" => Self::OrganizationConfigRule(properties(deployed)?),
            "AWS::Lambda::Function" | "AWS::Serverless::Function" => Self::Function(properties(deployed)?),
            "AWS::Lambda::Permission" => Self::Permission(properties(deployed)?),
            "AWS::Lambda::ResourcePolicy" => Self::ResourcePolicy(properties(deployed)?),
            "AWS::IAM::Role" => Self::Role(properties(deployed)?),
            name @ ("AWS::IAM::Policy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::Lambda::Alias"
            | "AWS::Lambda::Version") => return Err(ResourceError::Type(name.to_owned())),
            _ => Self::Other,
        })
    }
}

/// Returns the owner of a rule: `CUSTOM_LAMBDA`, `AWS` or `CUSTOM_POLICY`.
fn rule_owner(rule: &DeployedResource) -> Option<&str> {
    let (_, source) = rule.properties.iter().find(|(name, _)| name == "Source")?;
    let Json::Object(source) = source else { return None };
    source.iter().find(|(name, _)| name == "Owner")?.1.as_str()
}

/// The properties with the place of a function's code.
const CODE: [&str; 2] = ["Code", "CodeUri"];

fn properties<T: DeserializeOwned>(deployed: &DeployedResource) -> Result<T, ResourceError> {
    let mut decided = Map::new();
    for (name, json) in deployed.properties.iter().filter(|(name, _)| !CODE.contains(&name.as_str())) {
        insert(&mut decided, name, json, name)?;
    }
    Ok(serde_path_to_error::deserialize(Value::Object(decided))?)
}

fn insert(
    members: &mut Map<String, Value>,
    name: &str,
    json: &Json,
    property: &str,
) -> Result<(), ResourceError> {
    match members.insert(name.to_owned(), value(json, property)?) {
        None => Ok(()),
        Some(_) => Err(ResourceError::Repeated { property: name.to_owned() }),
    }
}

/// Converts a part of a property.
fn value(json: &Json, property: &str) -> Result<Value, ResourceError> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => number.clone().into(),
        Json::Text(text) => text.clone().into(),
        Json::List(list) => {
            list.iter().map(|part| value(part, property)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Json::Object(parts) => {
            let mut members = Map::new();
            for (name, part) in parts {
                insert(&mut members, name, part, property)?;
            }
            Value::Object(members)
        }
        Json::Undecided(by) | Json::Created { by, .. } => {
            return Err(ResourceError::Undecided { property: property.to_owned(), by: by.clone() });
        }
    })
}
