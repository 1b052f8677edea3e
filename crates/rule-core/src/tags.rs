//! Tags, in each of the forms in which AWS writes them.

use std::collections::BTreeMap;

use crate::Json;
use crate::configuration::{Given, given};

/// Reads tags from a map, as events and API responses have them, or from a list of `{Key, Value}` in either
/// spelling, as query results and templates have them.
///
/// Returns `None` if they cannot be known: neither a map nor a list, an entry without one readable key or with more
/// than one value, or a key given twice with different values. A tag without a value has an empty one.
#[must_use]
pub fn read(tags: &Json) -> Option<BTreeMap<String, String>> {
    match tags {
        Json::Object(tags) => unambiguous(tags.iter().map(|(key, value)| Some((key.as_str(), Some(value))))),
        other => read_list(other),
    }
}

/// Reads tags from a list of `{Key, Value}` alone, for a language in which a map is not tags: in CloudFormation it may be
/// an intrinsic function that was not resolved.
///
/// Returns `None` as [`read`] does, and for a map.
#[must_use]
pub fn read_list(tags: &Json) -> Option<BTreeMap<String, String>> {
    let Json::List(entries) = tags else { return None };
    unambiguous(entries.iter().map(|entry| {
        let Json::Object(entry) = entry else { return None };
        let (mut keys, mut values) = (given(entry, "Key"), given(entry, "Value"));
        let (Some(Given::Value(Json::Text(key))), None) = (keys.next(), keys.next()) else { return None };
        let value = match (values.next(), values.next()) {
            (None, None) => None,
            (Some(Given::Value(value)), None) => Some(value),
            _ => return None,
        };
        (!key.is_empty()).then_some((key.as_str(), value))
    }))
}

fn unambiguous<'a>(
    pairs: impl Iterator<Item = Option<(&'a str, Option<&'a Json>)>>,
) -> Option<BTreeMap<String, String>> {
    let mut tags: BTreeMap<&str, &Json> = BTreeMap::new();
    for pair in pairs {
        let (key, value) = pair?;
        let value = value.filter(|value| **value != EMPTY).unwrap_or(&Json::Null);
        // The values are compared and not their words: two different lists have the same ones.
        if tags.insert(key, value).is_some_and(|before| before != value) {
            return None;
        }
    }
    let text = |value: &Json| match value {
        Json::Text(text) => text.clone(),
        Json::Null => String::new(),
        odd => odd.in_words(),
    };
    Some(tags.into_iter().map(|(key, value)| (key.to_owned(), text(value))).collect())
}

const EMPTY: Json = Json::Text(String::new());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_no_list_of_tags() {
        let read = |text: &str, list: bool| {
            let tags = serde_json::from_str(text).unwrap();
            if list { read_list(&tags) } else { read(&tags) }
        };
        let owner = Some(BTreeMap::from([("owner".to_owned(), "a".to_owned())]));
        for list in [true, false] {
            assert_eq!(read(r#"[{"Key": "owner", "Value": "a"}]"#, list), owner);
        }
        assert_eq!(read(r#"{"owner": "a"}"#, false), owner);
        assert_eq!(read(r#"{"owner": "a"}"#, true), None);
        for twice in [
            r#"[{"Key": "owner", "Value": "a", "Value": "b"}]"#,
            r#"[{"Key": "owner", "Value": "a", "value": "a"}]"#,
            r#"[{"Key": "owner", "Value": "a", "VALUE": null}]"#,
            r#"[{"Key": "owner", "KEY": "other"}]"#,
            r#"{"owner": ["a"], "owner": ["b"]}"#,
            r#"{"owner": {"a": 1}, "owner": {"a": 2}}"#,
            r#"{"owner": "a list", "owner": ["a"]}"#,
        ] {
            assert_eq!(read(twice, false), None, "{twice}");
        }
    }
}
