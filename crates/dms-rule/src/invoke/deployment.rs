//! The function, its role and permission, and the rules that templates deploy.

use config_lambda::{ConfigEvent, InvokingEvent};
use local_aws::{ORGANIZATION, Policy};
use serde_json::{Map, Value};

use super::error::{DeploymentError, ResourceError};
use super::policy_document::Caller;
use super::resources::{self, ConfigRule, OrganizationConfigRule, Resource, Role};
use super::template::{Stack, TemplateFile, check_parameters};

/// The delegated administrator of the local organization, which holds the central function.
const CENTRAL_ACCOUNT: &str = "111122223333";

/// The templates as they are deployed for events of one account and Region.
#[derive(Debug, Default)]
pub(super) struct Deployment {
    /// The account of the function.
    pub(super) account_id: String,
    pub(super) rules: Vec<DeployedRule>,
    /// The function; `None` if the templates do not have one. It then runs with all rights.
    pub(super) function: Option<DeployedFunction>,
    /// The role in the account of the event.
    pub(super) member_role: Option<MemberRole>,
    /// True if AWS Config may invoke the function on behalf of the account of the event.
    is_invocable: bool,
}

/// The function as it is deployed.
#[derive(Debug)]
pub(super) struct DeployedFunction {
    /// The policies of the function's role.
    pub(super) policy: Policy,
    pub(super) timeout_seconds: Option<u64>,
    pub(super) environment: Vec<(String, String)>,
    role_arn: String,
    /// The names by which rules and permissions refer to the function.
    names: Vec<String>,
}

/// A role that the function assumes in the account of the event.
#[derive(Debug)]
pub(super) struct MemberRole {
    pub(super) name: String,
    pub(super) policy: Policy,
}

/// A rule of AWS Config as it is deployed.
#[derive(Debug)]
pub(super) struct DeployedRule {
    pub(super) name: String,
    pub(super) parameters: Map<String, Value>,
    message_types: Vec<String>,
    /// The types of which AWS Config sends changes; empty for all.
    resource_types: Vec<String>,
}

impl DeployedRule {
    /// Returns true if AWS Config sends the event to this rule.
    pub(super) fn receives(&self, event: &ConfigEvent) -> bool {
        let resource_type = match &event.invoking_event {
            InvokingEvent::ConfigurationItemChangeNotification(item) => Some(&item.resource_type),
            InvokingEvent::OversizedConfigurationItemChangeNotification(summary) => {
                Some(&summary.item.resource_type)
            }
            InvokingEvent::ScheduledNotification | InvokingEvent::ConfigurationSnapshotDeliveryCompleted => {
                None
            }
        };
        self.message_types.iter().any(|name| name == event.invoking_event.message_type())
            && resource_type
                .is_none_or(|name| self.resource_types.is_empty() || self.resource_types.contains(name))
    }
}

impl Deployment {
    /// Deploys templates for events of one account and Region.
    ///
    /// # Errors
    /// Returns an error if a parameter does not fit, or if a resource does not work or is not supported.
    pub(super) fn deploy(
        files: &[TemplateFile],
        parameters: &[(String, String)],
        account_id: &str,
        region: &str,
    ) -> Result<Self, DeploymentError> {
        check_parameters(files, parameters)?;
        let is_central = files.iter().any(|file| file.declares(&["AWS::Config::OrganizationConfigRule"]));
        let owner = if is_central { CENTRAL_ACCOUNT } else { account_id };
        let mut resources = Vec::new();
        for file in files {
            let has_function = file.declares(&["AWS::Lambda::Function", "AWS::Serverless::Function"]);
            let place = if has_function { owner } else { account_id };
            let stack = file.deploy(parameters, place, region)?;
            let read = stack.resources.iter().map(|deployed| {
                let resource = Resource::read(deployed);
                let resource = resource.map_err(|error| file.error(&format!("{}: {error}", deployed.id)))?;
                Ok((deployed.id.clone(), resource))
            });
            let read = read.collect::<Result<Vec<_>, DeploymentError>>()?;
            resources.push((stack, read));
        }
        let mut deployment = Self { account_id: owner.to_owned(), ..Self::default() };
        let error = |stack: &Stack<'_>, id: &str, error| stack.file.error(&format!("{id}: {error}"));
        for (stack, resources) in &resources {
            for (id, resource) in resources {
                if let Resource::Function(function) = resource {
                    let function = if deployment.function.is_some() {
                        Err(ResourceError::SecondFunction)
                    } else {
                        DeployedFunction::deploy(function, id, stack, resources)
                    };
                    deployment.function =
                        Some(function.map_err(|cause: ResourceError| error(stack, id, cause))?);
                }
            }
        }
        for (stack, resources) in &resources {
            for (id, resource) in resources {
                deployment
                    .add(id, resource, stack, account_id)
                    .map_err(|cause: ResourceError| error(stack, id, cause))?;
            }
        }
        Ok(deployment)
    }

    /// Adds what a resource contributes to the deployment.
    fn add(
        &mut self,
        id: &str,
        resource: &Resource,
        stack: &Stack<'_>,
        account_id: &str,
    ) -> Result<(), ResourceError> {
        match resource {
            Resource::ConfigRule(rule) => {
                self.check_function(&rule.source.source_identifier)?;
                self.rules.push(rule.into());
            }
            Resource::OrganizationConfigRule(rule) => {
                self.check_function(&rule.organization_custom_rule_metadata.lambda_function_arn)?;
                let deployed = DeployedRule::try_from(rule)?;
                if !rule.excluded_accounts.iter().any(|excluded| excluded.to_string() == account_id) {
                    self.rules.push(deployed);
                }
            }
            Resource::Permission(permission) => {
                self.check_function(&permission.function_name)?;
                let source = permission.source_account.as_ref();
                self.is_invocable |= permission.action == "lambda:InvokeFunction"
                    && permission.principal == "config.amazonaws.com"
                    && source.is_none_or(|source| source.to_string() == account_id);
            }
            Resource::ResourcePolicy(policy) => {
                self.check_function(&policy.resource_arn)?;
                self.is_invocable |=
                    policy.policy_document.lets_aws_config_invoke(&policy.resource_arn, account_id)?;
            }
            Resource::Role(role) => {
                let Some(function) = &self.function else { return Ok(()) };
                if stack.arn_of(id) == Some(&function.role_arn) {
                    check_trust(role, Caller::Service("lambda.amazonaws.com"))?;
                } else {
                    check_trust(role, Caller::Role(&function.role_arn))?;
                    let name = role.role_name.clone().unwrap_or_else(|| id.to_owned());
                    self.member_role = Some(MemberRole { name, policy: policy_of(role)? });
                }
            }
            Resource::Function(_) | Resource::Other => {}
        }
        Ok(())
    }

    /// Checks that a rule or permission names the function of these templates, if they have one.
    fn check_function(&self, name: &str) -> Result<(), ResourceError> {
        let names = self.function.as_ref().map(|function| function.names.as_slice()).unwrap_or_default();
        if names.is_empty() || names.iter().any(|known| known == name) {
            return Ok(());
        }
        Err(ResourceError::UnknownFunction(name.to_owned()))
    }

    /// Returns false if AWS Config may not invoke the function on behalf of the account of the event.
    pub(super) fn is_invocable(&self) -> bool {
        self.function.is_none() || self.is_invocable
    }
}

impl DeployedFunction {
    fn deploy(
        function: &resources::Function,
        id: &str,
        stack: &Stack<'_>,
        resources: &[(String, Resource)],
    ) -> Result<Self, ResourceError> {
        let is_role = |id: &str| stack.arn_of(id) == Some(&function.role);
        let role = resources.iter().find_map(|(id, resource)| match resource {
            Resource::Role(role) if is_role(id) => Some(role),
            _ => None,
        });
        let policy = policy_of(role.ok_or_else(|| ResourceError::UnknownRole(function.role.clone()))?)?;
        if function.runtime != "provided.al2023" {
            return Err(ResourceError::Runtime(function.runtime.clone()));
        }
        if function.reserved_concurrent_executions.as_ref().is_some_and(|reserved| reserved.0 == 0) {
            return Err(ResourceError::NeverRuns);
        }
        if function.architectures.iter().any(|name| name != "x86_64" && name != "arm64") {
            return Err(ResourceError::Architecture(function.architectures.join(", ")));
        }
        let variables = &function.environment.variables;
        let mut environment: Vec<(String, String)> =
            variables.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        let logging = &function.logging_config;
        for (name, value) in [
            ("AWS_LAMBDA_LOG_FORMAT", &logging.log_format),
            ("AWS_LAMBDA_LOG_LEVEL", &logging.application_log_level),
        ] {
            environment.extend(value.clone().map(|value| (name.to_owned(), value)));
        }
        Ok(Self {
            policy,
            timeout_seconds: function.timeout.as_ref().map(|timeout| timeout.0),
            environment,
            role_arn: function.role.clone(),
            names: [stack.name_of(id), stack.arn_of(id)].into_iter().flatten().map(str::to_owned).collect(),
        })
    }
}

impl From<&ConfigRule> for DeployedRule {
    fn from(rule: &ConfigRule) -> Self {
        let details = rule.source.source_details.iter().filter(|detail| detail.event_source == "aws.config");
        Self {
            name: rule.config_rule_name.clone(),
            parameters: rule.input_parameters.clone(),
            message_types: details.map(|detail| detail.message_type.clone()).collect(),
            resource_types: rule.scope.compliance_resource_types.clone(),
        }
    }
}

impl TryFrom<&OrganizationConfigRule> for DeployedRule {
    type Error = ResourceError;

    fn try_from(rule: &OrganizationConfigRule) -> Result<Self, ResourceError> {
        let metadata = &rule.organization_custom_rule_metadata;
        let parameters = metadata.input_parameters.as_deref().unwrap_or("{}");
        Ok(Self {
            name: rule.organization_config_rule_name.clone(),
            parameters: serde_json::from_str(parameters).map_err(ResourceError::InputParameters)?,
            message_types: metadata.organization_config_rule_trigger_types.clone(),
            resource_types: metadata.resource_types_scope.clone(),
        })
    }
}

/// Returns the policies of a role, for the local IAM.
fn policy_of(role: &Role) -> Result<Policy, ResourceError> {
    let mut policy = Policy::default();
    for inline in &role.policies {
        let added = policy.add(&inline.policy_document);
        added.map_err(|error| ResourceError::policy(&error))?;
    }
    Ok(policy)
}

fn check_trust(role: &Role, caller: Caller<'_>) -> Result<(), ResourceError> {
    if role.assume_role_policy_document.lets_assume(caller)? {
        return Ok(());
    }
    let (Caller::Service(principal) | Caller::Role(principal)) = caller;
    Err(ResourceError::NotTrusting { principal: principal.to_owned(), organization: ORGANIZATION })
}
