//! Policy documents that let principals invoke the function or assume a role (IAM User Guide, "IAM JSON policy
//! elements").

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::ResourceError;
use local_aws::ORGANIZATION;

/// A policy of a resource. A member that is not listed here may change the principals that are let in, so it is
/// rejected.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct PolicyDocument {
    #[expect(dead_code, reason = "every version is accepted")]
    version: Option<IgnoredAny>,
    statement: Vec<Statement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Statement {
    #[expect(dead_code, reason = "a name without effect")]
    sid: Option<IgnoredAny>,
    effect: Effect,
    principal: Principal,
    action: OneOrMany,
    resource: Option<OneOrMany>,
    #[serde(default)]
    condition: Condition,
}

#[derive(Debug, Deserialize, PartialEq)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Principal {
    #[serde(rename = "Service")]
    service: Option<OneOrMany>,
    #[serde(rename = "AWS")]
    aws: Option<OneOrMany>,
}

/// Conditions that must all hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Condition {
    #[serde(default)]
    string_equals: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected text or a list of texts")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(text) => text == wanted,
            Self::Many(list) => list.iter().any(|text| text == wanted),
        }
    }
}

/// The principal that calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Caller<'a> {
    /// A service of AWS, by its principal.
    Service(&'a str),
    /// A role, by its ARN.
    Role(&'a str),
}

impl PolicyDocument {
    /// Returns true if AWS Config may invoke the function on behalf of the account.
    ///
    /// # Errors
    /// Returns an error if a statement denies.
    pub(super) fn lets_aws_config_invoke(
        &self,
        function_arn: &str,
        account_id: &str,
    ) -> Result<bool, ResourceError> {
        let context = [("aws:SourceOrgID", ORGANIZATION), ("aws:SourceAccount", account_id)];
        let caller = Caller::Service("config.amazonaws.com");
        self.any(|statement| {
            statement.allows("lambda:InvokeFunction", caller, &context)
                && statement.resource.as_ref().is_some_and(|resource| resource.contains(function_arn))
        })
    }

    /// Returns true if the caller, in the organization of every local account, may assume the role.
    ///
    /// # Errors
    /// Returns an error if a statement denies.
    pub(super) fn lets_assume(&self, caller: Caller<'_>) -> Result<bool, ResourceError> {
        let context = [("aws:PrincipalOrgID", ORGANIZATION)];
        self.any(|statement| {
            statement.resource.is_none() && statement.allows("sts:AssumeRole", caller, &context)
        })
    }

    fn any(&self, allows: impl Fn(&Statement) -> bool) -> Result<bool, ResourceError> {
        if self.statement.iter().any(|statement| statement.effect != Effect::Allow) {
            return Err(ResourceError::NotAllowing);
        }
        Ok(self.statement.iter().any(allows))
    }
}

impl Statement {
    /// Returns true if the statement is about the action and the caller, and its conditions hold in the context.
    fn allows(&self, action: &str, caller: Caller<'_>, context: &[(&str, &str)]) -> bool {
        let (principals, caller) = match caller {
            Caller::Service(name) => (&self.principal.service, name),
            Caller::Role(arn) => (&self.principal.aws, arn),
        };
        let holds = |(key, wanted): (&String, &String)| {
            context.iter().any(|(name, value)| key.eq_ignore_ascii_case(name) && wanted == value)
        };
        self.action.contains(action)
            && principals.as_ref().is_some_and(|principals| principals.contains(caller))
            && self.condition.string_equals.iter().all(holds)
    }
}
