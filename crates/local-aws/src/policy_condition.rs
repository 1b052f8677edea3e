//! The conditions of a policy's statements, to the extent that the policies in `rule-templates` use them.

use serde_json::Value;
use wildmatch::WildMatch;

/// A condition: an operator, a key of the request's context, and the values that the operator compares it with.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    operator: Operator,
    key: String,
    values: Vec<String>,
}

/// The operators that are evaluated ("IAM JSON policy elements: Condition operators" in the IAM User Guide).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    StringEquals,
    /// As `StringEquals`, with `*` and `?` in the values.
    StringLike,
    /// The value `true` requires that the key is missing, `false` that it is present.
    Null,
}

impl Condition {
    /// Reads the conditions of one operator; `None` if the operator is not evaluated or `keys` is not an object.
    /// A value that is neither text nor a list of texts is returned as `Err`.
    pub(crate) fn read(operator: &str, keys: &Value) -> Option<Result<Vec<Self>, ()>> {
        let operator = match operator {
            "StringEquals" => Operator::StringEquals,
            "StringLike" => Operator::StringLike,
            "Null" => Operator::Null,
            _ => return None,
        };
        let keys = keys.as_object()?;
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(());
        let condition = |(key, value): (&String, &Value)| {
            let values = match value {
                Value::Array(values) => values.iter().map(text).collect::<Result<_, _>>()?,
                one => vec![text(one)?],
            };
            Ok(Self { operator, key: key.clone(), values })
        };
        Some(keys.iter().map(condition).collect())
    }

    /// Returns true if a request with these keys and values meets the condition. The names of keys ignore case, and so
    /// does the key of a tag in them ("Controlling access to AWS resources using tags").
    pub(crate) fn holds(&self, context: &[(&str, &str)]) -> bool {
        let value =
            context.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.key)).map(|(_, value)| *value);
        let any = |matches: &dyn Fn(&str) -> bool| self.values.iter().any(|wanted| matches(wanted));
        match (self.operator, value) {
            (Operator::StringEquals, Some(value)) => any(&|wanted| wanted == value),
            (Operator::StringLike, Some(value)) => any(&|wanted| WildMatch::new(wanted).matches(value)),
            (Operator::StringEquals | Operator::StringLike, None) => false,
            (Operator::Null, value) => {
                any(&|wanted| wanted == if value.is_none() { "true" } else { "false" })
            }
        }
    }
}
