use serde_json::{Map, Value};

/// `value` without the members that are null, at any depth: the formats of others have no null for what is not known.
pub(crate) fn known(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, value)| !value.is_null());
            members.map(|(name, value)| (name, known(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(values) => values.into_iter().map(known).collect(),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_members_that_are_null_go() {
        let value = json!({ "a": null, "b": [{ "c": null, "d": false }, null], "e": {}, "f": "", "g": 0 });
        assert_eq!(known(value), json!({ "b": [{ "d": false }, null], "e": {}, "f": "", "g": 0 }));
    }
}
