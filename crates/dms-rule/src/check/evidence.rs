//! The evidence that an object with a name of a response of DMS or AWS Config is of another program.

use rule_core::text::is_same_name;
use serde_json::Value;

/// The members of a response beside its resources: of AWS, and of the SDKs, which add their own.
const BESIDE: [&str; 9] = [
    "Marker",
    "NextToken",
    "nextToken",
    "QueryInfo",
    "unprocessedResourceKeys",
    "UnprocessedResourceIdentifiers",
    "ResponseMetadata",
    "ResultMetadata",
    "$metadata",
];

/// Returns true if a response has a member of that name beside its resources.
pub(super) fn is_beside_resources(name: &str) -> bool {
    BESIDE.contains(&name)
}

/// Returns true if a value shows nothing about the program that wrote it: it has no member but tags, at any depth, no text and no number.
/// A response of DMS that was cut, or written by a script, may have it in place of a resource.
pub(super) fn shows_nothing(value: &[u8]) -> bool {
    serde_json::from_slice(value).map_or(true, |value| is_bare(&value))
}

fn is_bare(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => {
            text.trim().is_empty() || serde_json::from_str(text).is_ok_and(|inner: Value| is_bare(&inner))
        }
        Value::Array(values) => values.iter().all(is_bare),
        Value::Object(members) => members.keys().all(|name| is_same_name(name, "Tags")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_a_text_or_a_number_shows_something() {
        for value in ["null", "{}", "[]", "[{}, [null]]", r#""""#, r#"" ""#, r#""{}""#, r#"{"tags": []}"#] {
            assert!(shows_nothing(value.as_bytes()), "{value}");
        }
        for value in ["5", "true", r#"{"Path": null}"#, r#"[{}, {"a": 1}]"#, r#""a.pem""#, r#""{\"a\": 1}""#]
        {
            assert!(!shows_nothing(value.as_bytes()), "{value}");
        }
    }
}
