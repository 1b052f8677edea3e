//! A local AWS account in one Region, with the function that evaluates its events.

use std::time::Duration;

use config_lambda::{ConfigEvent, InvokingEvent};
use local_aws::{
    AcceptedEvaluation, Call, EvaluationResult, Fleet, Function, FunctionSpec, Invocation, LocalAws, Outcome,
    configuration_item_of, discovered,
};
use serde_json::Value;

use super::deployment::{Deployment, MemberRole};
use super::inventory::Inventory;

/// The timeout of a function that is not deployed by a template.
const TIMEOUT_SECONDS: u64 = 30;

/// The account and Region of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) account_id: String,
    pub(super) region: String,
}

/// A local account in a Region, and the function.
pub(super) struct LocalAccount {
    place: Place,
    aws: LocalAws,
    /// The deployed templates; `None` if none were given, so that every event is delivered as it is.
    deployment: Option<Deployment>,
    _function: Function,
}

/// The outcome of one invocation.
pub(super) struct InvocationResult {
    pub(super) outcome: Outcome,
    pub(super) evaluations: Vec<AcceptedEvaluation>,
    pub(super) calls: Vec<Call>,
}

/// An event that AWS Config would not deliver.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeliveryError {
    #[error(
        "no permission of the template lets config.amazonaws.com invoke the function on behalf of account {0}"
    )]
    NotPermitted(String),
    #[error("no rule of the template receives this {message_type}; its rules: {rules}")]
    NoRule { message_type: &'static str, rules: String },
}

impl DeliveryError {
    /// Returns the error type, as Lambda names the errors of a function.
    pub(super) fn error_type(&self) -> &'static str {
        match self {
            Self::NotPermitted(_) => "AccessDenied",
            Self::NoRule { .. } => "NotDelivered",
        }
    }
}

impl LocalAccount {
    /// Starts the account and the function, which is this program as its own child.
    ///
    /// # Errors
    /// Returns an error if a port cannot be opened or the program cannot be started.
    pub(super) fn start(
        place: &Place,
        inventory: &Inventory,
        mut deployment: Option<Deployment>,
    ) -> std::io::Result<Self> {
        let Place { account_id, region } = place;
        let aws = LocalAws::start()?;
        aws.account(account_id, region, |account| {
            account.dms = inventory.fleet.clone();
            account.kms_keys.clone_from(&inventory.kms_keys);
            account.discovered_resources = discovered(&inventory.fleet, account_id, region);
        });
        let mut owner = account_id.clone();
        let mut env = Vec::new();
        if let Some(deployment) = &mut deployment {
            owner.clone_from(&deployment.account_id);
            if let Some(MemberRole { name, policy }) = deployment.member_role.take() {
                aws.account(account_id, region, |account| {
                    account.role_names.insert(name);
                    account.policy = Some(policy);
                });
            }
            if let Some(function) = &mut deployment.function {
                env.append(&mut function.environment);
                let policy = std::mem::take(&mut function.policy);
                aws.account(&owner, region, |account| account.policy = Some(policy));
            }
        }
        let function = Function::spawn(
            &aws,
            FunctionSpec {
                program: std::env::current_exe()?,
                args: vec!["function".to_owned()],
                env,
                account_id: owner,
                region: region.clone(),
            },
        )?;
        Ok(Self { place: place.clone(), aws, deployment, _function: function })
    }

    /// Returns the payload for each rule that receives the event, with the rule's name, parameters and result token.
    /// Without a deployment, the payload as it is.
    ///
    /// # Errors
    /// Returns an error if AWS Config may not invoke the function, or no rule receives the event.
    pub(super) fn deliver(&self, event: &ConfigEvent, payload: String) -> Result<Vec<String>, DeliveryError> {
        let Some(deployment) = &self.deployment else { return Ok(vec![payload]) };
        if !deployment.is_invocable() {
            return Err(DeliveryError::NotPermitted(self.place.account_id.clone()));
        }
        let mut payload: Value = serde_json::from_str(&payload).unwrap_or_default();
        let receivers = deployment.rules.iter().filter(|rule| rule.receives(event));
        let payloads: Vec<String> = receivers
            .map(|rule| {
                if let Value::Object(members) = &mut payload {
                    let parameters = Value::Object(rule.parameters.clone()).to_string();
                    members.insert("configRuleName".to_owned(), rule.name.as_str().into());
                    members.insert("ruleParameters".to_owned(), parameters.into());
                    members.insert("resultToken".to_owned(), format!("token-of-{}", rule.name).into());
                }
                payload.to_string()
            })
            .collect();
        if payloads.is_empty() {
            let rules: Vec<&str> = deployment.rules.iter().map(|rule| rule.name.as_str()).collect();
            let rules = if rules.is_empty() { "none".to_owned() } else { rules.join(", ") };
            return Err(DeliveryError::NoRule { message_type: event.invoking_event.message_type(), rules });
        }
        Ok(payloads)
    }

    /// Prepares the account for an event: the rule, its result token and its role, and the recorded item that an
    /// oversized notification summarizes.
    pub(super) fn prepare(&self, event: &ConfigEvent, fleet: &Fleet) {
        let Place { account_id, region } = &self.place;
        self.aws.account(account_id, region, |account| {
            if !event.result_token.is_test_mode() {
                let rule = event.config_rule_name.as_deref().unwrap_or("(no name)");
                account.expect_token(rule, event.result_token.as_str());
            }
            account.role_names.extend(event.rule_parameters.values.execution_role.name.clone());
            if let InvokingEvent::OversizedConfigurationItemChangeNotification(summary) =
                &event.invoking_event
            {
                let item = &summary.item;
                let (id, captured) = (&item.resource_id, item.configuration_item_capture_time);
                let is_summarized = |resource: &&Value| {
                    let members = resource.as_object().into_iter().flatten();
                    let mut names = members
                        .filter(|(name, _)| name.ends_with("Arn") || name.ends_with("Identifier"))
                        .filter_map(|(_, value)| value.as_str());
                    names.any(|name| name == id || item.arn.as_deref() == Some(name))
                };
                if let Some(resource) = fleet.values().flatten().find(is_summarized) {
                    let mut item =
                        configuration_item_of(&item.resource_type, resource, account_id, region, captured);
                    if let Value::Object(members) = &mut item {
                        members.insert("resourceId".to_owned(), id.clone().into());
                        members.remove("configurationStateId");
                    }
                    account.history.push(item);
                }
            }
        });
    }

    /// Invokes the function. The timeout is the given one, else that of the deployed function.
    pub(super) fn invoke(&self, payload: String, timeout_seconds: Option<u64>) -> InvocationResult {
        let Place { account_id, region } = &self.place;
        let deployment = self.deployment.as_ref();
        let deployed = deployment.and_then(|deployment| deployment.function.as_ref()?.timeout_seconds);
        let owner = deployment.map_or(account_id, |deployment| &deployment.account_id);
        self.aws.clear_calls();
        let outcome = self.aws.invoke(&Invocation {
            payload,
            timeout: Duration::from_secs(timeout_seconds.or(deployed).unwrap_or(TIMEOUT_SECONDS)),
            function_arn: Some(format!("arn:aws:lambda:{region}:{owner}:function:dms-rule")),
        });
        InvocationResult { outcome, evaluations: self.aws.accepted(), calls: self.aws.calls() }
    }

    /// Returns the results that AWS Config shows for a rule.
    pub(super) fn results(&self, rule: &str) -> Vec<EvaluationResult> {
        let Place { account_id, region } = &self.place;
        self.aws.account(account_id, region, |account| account.results(rule))
    }
}
