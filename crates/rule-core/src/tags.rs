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
        Json::List(entries) => unambiguous(entries.iter().map(|entry| {
            let Json::Object(entry) = entry else { return None };
            let mut keys = members(entry, "Key");
            let (Some(Json::Text(key)), None) = (keys.next(), keys.next()) else { return None };
            (!key.is_empty()).then(|| (key.as_str(), members(entry, "Value").next()))
        })),
        _ => None,
    }
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
