//! Configurations as AWS Config records them.

use serde_json::{Map, Value};

/// Converts a configuration that AWS Config recorded into the shape of the API: the names of its members begin with a
/// capital letter there (`routes` and `Routes`).
#[must_use]
pub fn in_api_shape(recorded: &Value) -> Value {
    match recorded {
        Value::Object(members) => {
            let capital = |(name, value): (&String, &Value)| (capitalized(name), in_api_shape(value));
            Value::Object(members.iter().map(capital).collect::<Map<_, _>>())
        }
        Value::Array(entries) => entries.iter().map(in_api_shape).collect(),
        value => value.clone(),
    }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
