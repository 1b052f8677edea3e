//! Texts and properties in the forms that OSCAL takes.

use rule_core::text::one_line;
use serde_json::{Value, json};

use super::identity::uuid;

/// Returns a text on one line, as titles and values of properties must be; `-` for an empty one.
pub(super) fn string(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() { "-".to_owned() } else { line }
}

/// Builds a property in the namespace of this program: an id in place of an address.
pub(super) fn property(name: &str, value: &str) -> Value {
    json!({ "name": name, "ns": format!("urn:uuid:{}", uuid("namespace")), "value": string(value) })
}

/// Builds properties.
pub(super) fn properties(pairs: &[(&str, &str)]) -> Vec<Value> {
    pairs.iter().map(|(name, value)| property(name, value)).collect()
}
