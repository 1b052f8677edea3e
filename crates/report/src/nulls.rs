use serde_json::{Map, Value};

/// Removes the null members of all objects in `value`: ASFF, OCSF and SARIF leave out unknown values.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            members.map(|(name, value)| (name, without_nulls(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_null_members_are_removed() {
        let value = json!({ "a": null, "b": [{ "c": null, "d": false }, null], "e": {}, "f": "", "g": 0 });
        let expected = json!({ "b": [{ "d": false }, null], "e": {}, "f": "", "g": 0 });
        assert_eq!(without_nulls(value), expected);
    }
}
