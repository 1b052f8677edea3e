//! Identity-based policies of IAM, to the extent that the policies in `rule-templates` use them.
//!
//! `scratchstack-aspen` evaluates more of the policy language, but a policy that uses more than is modelled here must
//! fail a test rather than be evaluated, so that every element is one whose meaning was checked.

use serde_json::Value;
use wildmatch::WildMatch;

use crate::policy_condition::Condition;

/// The policies of a role. An action that no statement allows is denied.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    statements: Vec<Statement>,
}

/// An element of a policy document that is malformed or that [`Policy`] does not evaluate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPolicy {
    /// The document has no list `Statement`.
    #[error("a policy must have a list Statement")]
    NoStatements,
    /// A statement is not an object.
    #[error("a statement must be an object")]
    NotAnObject,
    /// A statement has a member that is not evaluated, such as `NotAction`.
    #[error("a statement has the unsupported member {0}")]
    Member(String),
    /// A required member of a statement is missing.
    #[error("a statement has no {0}")]
    Missing(&'static str),
    /// A member of a statement is neither text nor a list of texts.
    #[error("{0} must be text or a list of texts")]
    NotText(&'static str),
    /// The effect is neither of the two that exist.
    #[error("Effect must be Allow or Deny")]
    Effect,
    /// `Condition` is not an object.
    #[error("Condition must be an object")]
    NoConditions,
    /// A condition uses an operator that is not evaluated, or its keys are not an object.
    #[error("unsupported condition {0}; expected StringEquals, StringLike or Null with an object of keys")]
    Operator(String),
    /// The value of a condition key is neither text nor a list of texts.
    #[error("the value of a condition key must be text or a list of texts")]
    ConditionValue,
}

#[derive(Clone, Debug)]
struct Statement {
    allows: bool,
    /// Patterns that ignore case, as the IAM User Guide states for action names ("IAM JSON policy elements: Action").
    actions: Vec<WildMatch>,
    resources: Vec<WildMatch>,
    conditions: Vec<Condition>,
}

impl Policy {
    /// Adds the statements of a policy document.
    ///
    /// # Errors
    /// Returns [`InvalidPolicy`] for the first element that is malformed or not evaluated here; ignoring it could allow
    /// what AWS denies.
    pub fn add(&mut self, document: &Value) -> Result<(), InvalidPolicy> {
        let statements =
            document.get("Statement").and_then(Value::as_array).ok_or(InvalidPolicy::NoStatements)?;
        for statement in statements {
            self.statements.push(Statement::read(statement)?);
        }
        Ok(())
    }

    /// Returns true if at least one statement applies to the call and none of those that apply denies it ("Policy
    /// evaluation logic" in the IAM User Guide). `context` holds the condition keys of the call with their values.
    #[must_use]
    pub fn allows(&self, action: &str, resource: &str, context: &[(&str, &str)]) -> bool {
        let mut applying =
            self.statements.iter().filter(|one| one.applies(action, resource, context)).peekable();
        applying.peek().is_some() && applying.all(|statement| statement.allows)
    }
}

impl Statement {
    fn read(statement: &Value) -> Result<Self, InvalidPolicy> {
        let conditions = conditions_of(statement, &["Sid", "Effect", "Action", "Resource", "Condition"])?;
        let allows = match statement.get("Effect").and_then(Value::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err(InvalidPolicy::Effect),
        };
        let actions = texts(statement, "Action")?.into_iter().map(WildMatch::new_case_insensitive).collect();
        let resources = texts(statement, "Resource")?.into_iter().map(WildMatch::new).collect();
        Ok(Self { allows, actions, resources, conditions })
    }

    fn applies(&self, action: &str, resource: &str, context: &[(&str, &str)]) -> bool {
        self.actions.iter().any(|pattern| pattern.matches(action))
            && self.resources.iter().any(|pattern| pattern.matches(resource))
            && self.conditions.iter().all(|condition| condition.holds(context))
    }
}

/// Returns the texts of a member that is one text or a list of them.
fn texts<'a>(statement: &'a Value, member: &'static str) -> Result<Vec<&'a str>, InvalidPolicy> {
    let text = |value: &'a Value| value.as_str().ok_or(InvalidPolicy::NotText(member));
    match statement.get(member) {
        Some(Value::Array(list)) => list.iter().map(text).collect(),
        Some(one) => Ok(vec![text(one)?]),
        None => Err(InvalidPolicy::Missing(member)),
    }
}

/// Returns the conditions of a statement. `members` are the names of the members that are evaluated.
fn conditions_of(statement: &Value, members: &[&str]) -> Result<Vec<Condition>, InvalidPolicy> {
    let statement = statement.as_object().ok_or(InvalidPolicy::NotAnObject)?;
    if let Some(other) = statement.keys().find(|name| !members.contains(&name.as_str())) {
        return Err(InvalidPolicy::Member(other.clone()));
    }
    let Some(operators) = statement.get("Condition") else { return Ok(Vec::new()) };
    let mut conditions = Vec::new();
    for (operator, keys) in operators.as_object().ok_or(InvalidPolicy::NoConditions)? {
        let read = Condition::read(operator, keys);
        let read = read.ok_or_else(|| InvalidPolicy::Operator(operator.clone()))?;
        conditions.extend(read.map_err(|()| InvalidPolicy::ConditionValue)?);
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(statements: &[Value]) -> Policy {
        let mut policy = Policy::default();
        policy.add(&json!({"Statement": statements})).unwrap();
        policy
    }

    #[test]
    fn patterns_match_resources_as_in_iam() {
        for (pattern, resource, matches) in [
            ("*", "anything", true),
            ("*", "", true),
            ("arn:aws:iam::*:role/DmsRule", "arn:aws:iam::1:role/DmsRule", true),
            ("arn:aws:iam::*:role/DmsRule", "arn:aws:iam::1:role/DmsRules", false),
            ("arn:aws:iam::*:role/DmsRule", "arn:aws:iam::1:role/dmsrule", false),
            ("arn:aws:dms:*:1:rep:*", "arn:aws:dms:eu-west-1:1:rep:A:B", true),
            ("*a*b", "aab", true),
            ("*a*b", "aba", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "abbc", false),
            ("a", "", false),
            ("", "", true),
            ("", "a", false),
        ] {
            let policy = policy(&[json!({"Effect": "Allow", "Action": "dms:A", "Resource": pattern})]);
            assert_eq!(policy.allows("dms:A", resource, &[]), matches, "{pattern} {resource}");
        }
    }

    #[test]
    fn patterns_match_actions_whatever_their_case() {
        for (pattern, action, matches) in [
            ("dms:Describe*", "dms:DescribeEndpoints", true),
            ("dms:describe*", "dms:DescribeEndpoints", true),
            ("DMS:DescribeEndpoints", "dms:describeendpoints", true),
            ("dms:Describe*", "dms:DeleteEndpoint", false),
        ] {
            let policy = policy(&[json!({"Effect": "Allow", "Action": pattern, "Resource": "*"})]);
            assert_eq!(policy.allows(action, "*", &[]), matches, "{pattern} {action}");
        }
    }

    #[test]
    fn a_pattern_with_many_wildcards_is_matched_in_little_time() {
        let pattern = format!("{}b", "*a".repeat(40));
        let policy = policy(&[json!({"Effect": "Allow", "Action": "dms:A", "Resource": pattern})]);
        assert!(!policy.allows("dms:A", &"a".repeat(200), &[]));
    }

    #[test]
    fn an_action_is_denied_unless_a_statement_allows_it_and_none_denies_it() {
        let mut policy = Policy::default();
        assert!(!policy.allows("dms:DescribeEndpoints", "*", &[]));
        let allow = json!({"Effect": "Allow", "Action": ["dms:*"], "Resource": "*"});
        policy.add(&json!({"Statement": [allow]})).unwrap();
        assert!(policy.allows("dms:DescribeEndpoints", "*", &[]));
        assert!(!policy.allows("config:PutEvaluations", "*", &[]));
        let conditional = json!({
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-1"}},
        });
        policy.add(&json!({"Statement": [conditional]})).unwrap();
        assert!(!policy.allows("sts:AssumeRole", "arn", &[]));
        assert!(!policy.allows("sts:AssumeRole", "arn", &[("aws:ResourceOrgID", "o-2")]));
        assert!(policy.allows("sts:AssumeRole", "arn", &[("aws:ResourceOrgID", "o-1")]));
        let deny = json!({"Effect": "Deny", "Action": "dms:describe*", "Resource": "*"});
        policy.add(&json!({"Statement": [deny]})).unwrap();
        assert!(!policy.allows("dms:DescribeEndpoints", "*", &[]));
    }

    #[test]
    fn conditions_compare_the_keys_of_a_request() {
        let tag = "aws:ResourceTag/dms-rule:run";
        for (operator, values, found, holds) in [
            ("StringEquals", json!("a*"), Some("a1"), false),
            ("StringEquals", json!(["a1", "a2"]), Some("a2"), true),
            ("StringEquals", json!("a1"), None, false),
            ("StringLike", json!("a*"), Some("a1"), true),
            ("StringLike", json!(["b", "a?"]), Some("a1"), true),
            ("StringLike", json!("a?"), Some("a12"), false),
            ("StringLike", json!("*"), None, false),
            ("Null", json!("true"), None, true),
            ("Null", json!("true"), Some("a"), false),
            ("Null", json!("false"), Some("a"), true),
            ("Null", json!("false"), None, false),
        ] {
            let condition = json!({operator: {tag: values}});
            let statement =
                json!({"Effect": "Allow", "Action": "dms:A", "Resource": "*", "Condition": condition});
            let context: Vec<(&str, &str)> = found.map(|value| (tag, value)).into_iter().collect();
            assert_eq!(policy(&[statement]).allows("dms:A", "*", &context), holds, "{condition} {found:?}");
        }
    }

    #[test]
    fn an_element_that_is_malformed_or_unsupported_is_rejected() {
        let conditional = |condition: Value| {
            let mut statement = json!({"Effect": "Allow", "Action": "dms:*", "Resource": "*"});
            statement["Condition"] = condition;
            statement
        };
        for (statement, error) in [
            (json!("Allow"), InvalidPolicy::NotAnObject),
            (
                json!({"Effect": "Allow", "NotAction": "dms:*", "Resource": "*"}),
                InvalidPolicy::Member("NotAction".to_owned()),
            ),
            (conditional(json!({"ArnLike": {"a": "b"}})), InvalidPolicy::Operator("ArnLike".to_owned())),
            (conditional(json!({"StringEquals": ["a"]})), InvalidPolicy::Operator("StringEquals".to_owned())),
            (conditional(json!({"StringEquals": {"a": [1]}})), InvalidPolicy::ConditionValue),
            (conditional(json!({"StringLike": {"a": true}})), InvalidPolicy::ConditionValue),
            (conditional(json!("a")), InvalidPolicy::NoConditions),
            (json!({"Effect": "allow", "Action": "dms:*", "Resource": "*"}), InvalidPolicy::Effect),
            (json!({"Effect": "Allow", "Action": "dms:*"}), InvalidPolicy::Missing("Resource")),
            (json!({"Effect": "Allow", "Action": [1], "Resource": "*"}), InvalidPolicy::NotText("Action")),
        ] {
            let document = json!({"Statement": [statement]});
            assert_eq!(Policy::default().add(&document), Err(error), "{document}");
        }
        assert_eq!(Policy::default().add(&json!({})), Err(InvalidPolicy::NoStatements));
    }
}
