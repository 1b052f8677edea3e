//! What a role may do: the identity-based policies of IAM, as far as the ones of `rule-templates` go.

use serde_json::Value;

use crate::answer::AwsError;

/// The policies of a role. What they do not allow is denied.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
struct Statement {
    allows: bool,
    actions: Vec<String>,
    resources: Vec<String>,
    /// Key and value; all must hold, by StringEquals.
    conditions: Vec<(String, String)>,
}

impl Policy {
    /// Adds the statements of a policy document.
    ///
    /// # Errors
    /// What it says that this does not understand: a rule of IAM that is not known here must not be passed over.
    pub fn add(&mut self, document: &Value) -> Result<(), String> {
        let statements = document.get("Statement").and_then(Value::as_array).ok_or("no list Statement")?;
        for statement in statements {
            self.statements.push(read(statement)?);
        }
        Ok(())
    }

    /// Whether a call may be made; `context` holds the condition keys that are known of it.
    #[must_use]
    pub fn allows(&self, action: &str, resource: &str, context: &[(&str, &str)]) -> bool {
        let matching = || {
            self.statements.iter().filter(|statement| {
                let holds = |(key, wanted): &(String, String)| {
                    context.iter().any(|(known, value)| known.eq_ignore_ascii_case(key) && value == wanted)
                };
                statement
                    .actions
                    .iter()
                    .any(|pattern| matches(&pattern.to_lowercase(), &action.to_lowercase()))
                    && statement.resources.iter().any(|pattern| matches(pattern, resource))
                    && statement.conditions.iter().all(holds)
            })
        };
        matching().next().is_some() && matching().all(|statement| statement.allows)
    }

    /// The error that AWS answers with, if a call may not be made.
    pub(crate) fn check(&self, call: &Call<'_>) -> Result<(), AwsError> {
        let action = call.action();
        for resource in call.resources() {
            if !self.allows(&action, &resource, &[("aws:ResourceOrgID", ORGANIZATION)]) {
                let account = call.account_id;
                let message = format!(
                    "User: arn:aws:sts::{account}:assumed-role/dms-rule/dms-rule is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
                );
                let (status, code) = if call.service == "sts" {
                    (403, "AccessDenied")
                } else {
                    (400, "AccessDeniedException")
                };
                return Err(AwsError::new(status, code, message));
            }
        }
        Ok(())
    }
}

/// The organization of every account here.
pub const ORGANIZATION: &str = "o-exampleorg1";

fn read(statement: &Value) -> Result<Statement, String> {
    let conditions = conditions_of(statement, &["Sid", "Effect", "Action", "Resource", "Condition"])?;
    let list = |name: &str| -> Result<Vec<String>, String> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(format!("{name} is no text"));
        match statement.get(name) {
            Some(Value::Array(list)) => list.iter().map(text).collect(),
            Some(one) => Ok(vec![text(one)?]),
            None => Err(format!("a statement has no {name}")),
        }
    };
    let allows = match statement.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err("Effect is neither Allow nor Deny".to_owned()),
    };
    Ok(Statement { allows, actions: list("Action")?, resources: list("Resource")?, conditions })
}

/// The conditions of a statement, by StringEquals; `known` are the members that are understood in it.
///
/// # Errors
/// What is not.
pub fn conditions_of(statement: &Value, known: &[&str]) -> Result<Vec<(String, String)>, String> {
    let members = statement.as_object().ok_or("a statement is no object")?;
    if let Some(other) = members.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("a statement has {other}, which is not understood here"));
    }
    let mut conditions = Vec::new();
    for (operator, keys) in members.get("Condition").and_then(Value::as_object).into_iter().flatten() {
        let keys = keys.as_object().filter(|_| operator == "StringEquals");
        for (key, value) in keys.ok_or(format!("the condition {operator} is not understood here"))? {
            conditions
                .push((key.clone(), value.as_str().ok_or("a condition's value is no text")?.to_owned()));
        }
    }
    Ok(conditions)
}

/// The partition of a Region, as it stands in ARNs.
#[must_use]
pub fn partition_of(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// `*` is any text, `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = pattern.get(first.len_utf8()..).unwrap_or_default();
    let shorter = |text: &str| {
        let mut letters = text.chars();
        letters.next().map(|letter| (letter, letters.as_str().to_owned()))
    };
    match first {
        '*' => {
            let mut from = Some(text.to_owned());
            while let Some(text) = from {
                if matches(rest, &text) {
                    return true;
                }
                from = shorter(&text).map(|(_, rest)| rest);
            }
            false
        }
        '?' => shorter(text).is_some_and(|(_, text)| matches(rest, &text)),
        _ => shorter(text).is_some_and(|(letter, text)| letter == first && matches(rest, &text)),
    }
}

/// A call as IAM sees it.
pub(crate) struct Call<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) request: &'a Value,
    pub(crate) account_id: &'a str,
    pub(crate) region: &'a str,
}

impl Call<'_> {
    fn action(&self) -> String {
        match (self.service, self.operation) {
            // IAM's list of DMS actions has none of the API's name.
            ("dms", "DescribeInstanceProfiles") => "dms:ListInstanceProfiles".to_owned(),
            (service, operation) => format!("{service}:{operation}"),
        }
    }

    /// The ARNs that IAM looks at; `*` where the action has no resources.
    fn resources(&self) -> Vec<String> {
        let Self { request, account_id, region, .. } = self;
        let partition = partition_of(region);
        let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        match (self.service, self.operation) {
            ("dms", "DescribeInstanceProfiles") => {
                vec![format!("arn:{partition}:dms:{region}:{account_id}:instance-profile:*")]
            }
            ("dms", "ListTagsForResource") => {
                let list = request.get("ResourceArnList").and_then(Value::as_array).into_iter().flatten();
                let list: Vec<String> = list.filter_map(Value::as_str).map(str::to_owned).collect();
                if list.is_empty() { vec![text("ResourceArn")] } else { list }
            }
            ("config", "GetComplianceDetailsByConfigRule") => {
                vec![format!("arn:{partition}:config:{region}:{account_id}:config-rule/config-rule-abc123")]
            }
            ("kms", "DescribeKey") => match text("KeyId") {
                arn if arn.starts_with("arn:") => vec![arn],
                id => vec![format!("arn:{partition}:kms:{region}:{account_id}:key/{id}")],
            },
            ("sts", "AssumeRole") => vec![text("RoleArn")],
            _ => vec!["*".to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, wanted) in [
            ("*", "anything", true),
            ("dms:Describe*", "dms:DescribeEndpoints", true),
            ("dms:Describe*", "dms:DeleteEndpoint", false),
            ("arn:aws:iam::*:role/DmsRule", "arn:aws:iam::1:role/DmsRule", true),
            ("arn:aws:iam::*:role/DmsRule", "arn:aws:iam::1:role/DmsRules", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a", "", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn what_no_statement_allows_or_one_denies_is_denied() {
        let mut policy = Policy::default();
        assert!(!policy.allows("dms:DescribeEndpoints", "*", &[]));
        let allow = json!({"Effect": "Allow", "Action": ["dms:*"], "Resource": "*"});
        policy.add(&json!({"Statement": [allow]})).unwrap();
        assert!(policy.allows("dms:DescribeEndpoints", "*", &[]));
        assert!(!policy.allows("config:PutEvaluations", "*", &[]));
        let conditional = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-1"}}});
        policy.add(&json!({"Statement": [conditional]})).unwrap();
        assert!(!policy.allows("sts:AssumeRole", "arn", &[]));
        assert!(!policy.allows("sts:AssumeRole", "arn", &[("aws:ResourceOrgID", "o-2")]));
        assert!(policy.allows("sts:AssumeRole", "arn", &[("aws:ResourceOrgID", "o-1")]));
        let deny = json!({"Effect": "Deny", "Action": "dms:describe*", "Resource": "*"});
        policy.add(&json!({"Statement": [deny]})).unwrap();
        assert!(!policy.allows("dms:DescribeEndpoints", "*", &[]));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for statement in [
            json!({"Effect": "Allow", "NotAction": "dms:*", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "dms:*", "Resource": "*", "Condition": {"ArnLike": {"a": "b"}}}),
            json!({"Effect": "allow", "Action": "dms:*", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "dms:*"}),
        ] {
            assert!(Policy::default().add(&json!({"Statement": [statement]})).is_err());
        }
    }
}
