//! The attributes of a resource to its properties, in the spelling of the API.

use std::collections::BTreeMap;

use rule_core::{Json, Kind};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::decisions::Decisions;
use crate::properties::{Attribute, Properties};

/// Reads the attributes that rules read. An attribute that is null is not set; one that is known only after apply is
/// undecided, and decided if it is a flag.
pub(super) fn members(
    values: &Map<String, Value>,
    unknown: Option<&Value>,
    properties: &Properties,
    decisions: &mut Decisions,
) -> Vec<(String, Json)> {
    let mark_of = |name: &str| unknown.and_then(|unknown| unknown.get(name));
    let mut names: Vec<&String> = values.keys().collect();
    if let Some(Value::Object(unknown)) = unknown {
        names.extend(unknown.keys().filter(|name| !values.contains_key(*name)));
    }
    let mut members = Vec::new();
    for name in names {
        let Some(attribute) = properties.attribute(name).filter(|it| it.kind != Some(Kind::Tags)) else {
            continue;
        };
        let value = if is_unknown(mark_of(name)) {
            let by = format!("{name} (known after apply)");
            let is_flag = attribute.kind == Some(Kind::Flag);
            let flag = is_flag.then(|| decisions.decide_flag(&by, &by)).flatten();
            Some(flag.map_or(Json::Undecided(by), Json::Bool))
        } else {
            let value = values.get(name).filter(|value| !value.is_null());
            value.and_then(|value| self::value(value, mark_of(name), &attribute, decisions))
        };
        members.extend(value.map(|value| (attribute.name.to_owned(), value)));
    }
    members
}

/// Returns true if the mark is for the whole value: it is known only after apply. An object or list marks its parts.
fn is_unknown(mark: Option<&Value>) -> bool {
    mark == Some(&Value::Bool(true))
}

/// Reads one value. A group of settings is a block, which is a list of one object, or an object; an empty list is a
/// group that is not set.
fn value(
    value: &Value,
    mark: Option<&Value>,
    attribute: &Attribute,
    decisions: &mut Decisions,
) -> Option<Json> {
    if attribute.kind.is_some_and(|kind| kind != Kind::Group) {
        return json(value);
    }
    let (group, mark) = match value {
        Value::Array(list) => match list.as_slice() {
            [] => return None,
            [Value::Object(group)] => (group, mark.and_then(|mark| mark.get(0))),
            _ => return json(value),
        },
        Value::Object(group) => (group, mark),
        other => return json(other),
    };
    let mut members = members(group, mark, &attribute.members, decisions);
    // The other members show that the group is not empty.
    for (name, value) in group {
        if attribute.members.attribute(name).is_none() && !value.is_null() {
            members.extend(json(value).map(|value| (name.clone(), value)));
        }
    }
    Some(Json::Object(members))
}

fn json(value: &Value) -> Option<Json> {
    Json::deserialize(value).ok()
}

/// Reads the tags, with the default tags of the provider if the plan holds them; `None` if they cannot be known.
pub(super) fn tags(values: &Map<String, Value>, unknown: Option<&Value>) -> Option<BTreeMap<String, String>> {
    let mark_of = |name: &str| unknown.and_then(|unknown| unknown.get(name));
    let is_given =
        |name: &&str| values.get(*name).is_some_and(|value| !value.is_null()) || is_unknown(mark_of(name));
    let Some(name) = ["tags_all", "tags"].into_iter().find(is_given) else { return Some(BTreeMap::new()) };
    let mark = mark_of(name);
    if is_unknown(mark) {
        return None;
    }
    let mut tags = rule_core::tags::read(&json(values.get(name)?)?)?;
    // The key of a tag is known even if its value is not.
    if let Some(Value::Object(marks)) = mark {
        for (key, _) in marks.iter().filter(|(_, mark)| is_unknown(Some(mark))) {
            tags.entry(key.clone()).or_insert_with(|| "known after apply".to_owned());
        }
    }
    Some(tags)
}
