//! The tags of a resource as the API lists them.

use std::collections::BTreeMap;

use serde_json::Value;

/// Reads tags in the shape of the API; `None` if one of them is not readable, or a key has two values. A tag without a value
/// has an empty one.
pub(crate) fn tags(list: &[Value]) -> Option<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    for tag in list {
        let key = tag.get("Key")?.as_str()?.to_owned();
        let value = match tag.get("Value") {
            None | Some(Value::Null) => String::new(),
            Some(value) => value.as_str()?.to_owned(),
        };
        if tags.insert(key, value.clone()).is_some_and(|other| other != value) {
            return None;
        }
    }
    Some(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tag_that_is_odd_makes_all_unknown() {
        let read = |list: Value| tags(list.as_array().unwrap());
        let one = |value: &str| Some([("k".to_owned(), value.to_owned())].into());
        assert_eq!(read(json!([])), Some(BTreeMap::new()));
        assert_eq!(read(json!([{"Key": "k", "Value": "v"}, {"Key": "k", "Value": "v"}])), one("v"));
        assert_eq!(read(json!([{"Key": "k"}])), one(""));
        assert_eq!(read(json!([{"Key": "k", "Value": null}])), one(""));
        for odd in [
            json!([{"Key": "k", "Value": "v"}, {"Key": "k", "Value": "w"}]),
            json!([{"Key": "k", "Value": 1}]),
            json!([{"Key": null, "Value": "v"}]),
            json!([{"Value": "v"}]),
            json!([{"key": "k", "value": "v"}]),
            json!(["k"]),
        ] {
            assert_eq!(read(odd.clone()), None, "{odd}");
        }
    }
}
