//! Tags, in each of the forms in which AWS writes them.

use std::collections::BTreeMap;

use crate::Json;
use crate::configuration::members;

/// Reads tags from a map, as events and API responses have them, or from a list of `{Key, Value}` in either
/// spelling, as query results and templates have them.
///
/// Returns `None` if they cannot be known: neither a map nor a list, an entry without one readable key, or a
/// key given twice with different values. A tag without a value has an empty one.
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
        let mut keys = members(entry, "Key");
        let (Some(Json::Text(key)), None) = (keys.next(), keys.next()) else { return None };
        (!key.is_empty()).then(|| (key.as_str(), members(entry, "Value").next()))
    }))
}

fn unambiguous<'a>(
    pairs: impl Iterator<Item = Option<(&'a str, Option<&'a Json>)>>,
) -> Option<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    for pair in pairs {
        let (key, value) = pair?;
        let value = match value {
            Some(Json::Text(text)) => text.clone(),
            None | Some(Json::Null) => String::new(),
            Some(odd) => odd.in_words(),
        };
        let before = tags.insert(key.to_owned(), value.clone());
        if before.is_some_and(|before| before != value) {
            return None;
        }
    }
    Some(tags)
}

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
    }
}
