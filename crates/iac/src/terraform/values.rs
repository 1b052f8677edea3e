//! The attributes of a planned resource to its properties, in the spelling of the API.

use std::collections::BTreeMap;

use rule_core::text::snake_case;
use rule_core::{Json, Kind};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::decisions::Decisions;
use crate::plan::{EXCEPTION_TAG, Language, WrittenException};
use crate::properties::{Attribute, DATES, Properties, Role};

/// A resource of a plan, or a group of its settings.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a> {
    pub(super) values: &'a Map<String, Value>,
    /// The marks of values that are known only after apply.
    pub(super) unknown: Option<&'a Value>,
    /// The arguments that the configuration gives, with their expressions; `None` if they are not known.
    pub(super) arguments: Option<&'a Map<String, Value>>,
    /// True if apply creates the resource.
    pub(super) is_created: bool,
    pub(super) language: Language,
    /// True for a group of settings: an attribute that is null is not set.
    pub(super) is_group: bool,
}

impl Attributes<'_> {
    /// Reads the attributes that rules read.
    ///
    /// An argument that is not given has the value that its provider sends, or none, if the configuration shows that it is
    /// not given; without that, its value is undecided. A flag that is undecided is decided.
    pub(super) fn members(&self, properties: &Properties, decisions: &mut Decisions) -> Vec<(String, Json)> {
        let mut names: Vec<String> = self.values.keys().cloned().collect();
        if let Some(Value::Object(unknown)) = self.unknown {
            names.extend(unknown.keys().filter(|name| !self.values.contains_key(*name)).cloned());
        }
        let spelled = properties.arguments(match self.language {
            Language::Terraform => |spelling| spelling.terraform.map(str::to_owned),
            _ => |spelling| Some(snake_case(spelling.cloudformation)),
        });
        names.extend(spelled.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
        let mut members = Vec::new();
        for name in &names {
            let Some(attribute) = properties
                .attribute(name)
                .filter(|it| it.kind != Some(Kind::Tags) && !DATES.contains(&it.name))
            else {
                continue;
            };
            let value = self.value(name, &attribute, decisions);
            members.extend(value.map(|value| (attribute.name.to_owned(), value)));
        }
        members
    }

    fn value(&self, name: &str, attribute: &Attribute, decisions: &mut Decisions) -> Option<Json> {
        let given = self.values.get(name);
        let is_unknown = is_unknown(self.mark(name));
        if let Some(value) = given.filter(|value| !value.is_null() && !is_unknown) {
            return self.known(name, value, attribute, decisions);
        }
        let is_not_given = self.arguments.is_some_and(|arguments| {
            arguments.get(name).is_none_or(|given| given.get("constant_value") == Some(&Value::Null))
        });
        if attribute.role == Role::Recorded {
            return None;
        }
        if is_not_given && self.is_created {
            let sent = attribute.sent_if_not_given.filter(|_| self.language == Language::Terraform);
            return sent.map(Json::Bool);
        }
        let is_argument = attribute.role == Role::Argument
            && matches!(attribute.kind, Some(Kind::Flag | Kind::Setting | Kind::Text));
        let by = match (is_unknown, given) {
            (true, _) => format!("{name} (known after apply)"),
            (false, None) if is_argument => format!("{name} (not in the plan)"),
            (false, Some(_)) if is_argument && !self.is_group => format!("{name} (null in the plan)"),
            _ => return None,
        };
        let is_flag = attribute.kind == Some(Kind::Flag);
        let flag = is_flag.then(|| decisions.decide_flag(&by, &by)).flatten();
        Some(flag.map_or(Json::Undecided(by), Json::Bool))
    }

    fn mark(&self, name: &str) -> Option<&Value> {
        self.unknown.and_then(|unknown| unknown.get(name))
    }

    /// Reads one value. A group of settings is a block, which is a list of one object, or an object; an empty list is a
    /// group that is not set.
    fn known(
        &self,
        name: &str,
        value: &Value,
        attribute: &Attribute,
        decisions: &mut Decisions,
    ) -> Option<Json> {
        if attribute.kind.is_some_and(|kind| kind != Kind::Group) {
            return json(value);
        }
        let mark = self.mark(name);
        let (values, unknown) = match value {
            Value::Array(list) => match list.as_slice() {
                [] => return None,
                [Value::Object(group)] => (group, mark.and_then(|mark| mark.get(0))),
                _ => return json(value),
            },
            Value::Object(group) => (group, mark),
            other => return json(other),
        };
        // The expressions of a block are a list; those of an object are not taken apart.
        let blocks = self.arguments.and_then(|arguments| arguments.get(name)?.as_array());
        let arguments = match blocks.map(Vec::as_slice) {
            Some([Value::Object(block)]) => Some(block),
            _ => None,
        };
        let group = Attributes { values, unknown, arguments, is_group: true, ..*self };
        let mut members = group.members(&attribute.members, decisions);
        // The other members show that the group is not empty.
        for (name, value) in values {
            if attribute.members.attribute(name).is_none() && !value.is_null() {
                members.extend(json(value).map(|value| (name.clone(), value)));
            }
        }
        Some(Json::Object(members))
    }

    /// Reads the tags, with the default tags of the provider if the plan holds them, and the reason why there may be more.
    /// The tags are `None` if they cannot be known.
    pub(super) fn tags(&self) -> (Option<BTreeMap<String, String>>, Option<String>) {
        let is_given = |name: &str| {
            self.values.get(name).is_some_and(|value| !value.is_null()) || is_unknown(self.mark(name))
        };
        if self.language == Language::CloudControl || is_given("tags_all") {
            let name = if is_given("tags_all") { "tags_all" } else { "tags" };
            if is_unknown(self.mark(name)) && name == "tags_all" && self.has_known("tags") {
                let reason = "tags_all is known only after apply".to_owned();
                return (self.tags_in("tags"), Some(reason));
            }
            return (self.tags_in(name), None);
        }
        (self.tags_in("tags"), Some("the provider may add its default tags".to_owned()))
    }

    /// Lists the exceptions in tags. One that is not among the tags of the resource itself is a default of the provider, for every
    /// resource: it stands beside none, and its value is undecided.
    pub(super) fn exceptions(&self) -> Vec<WrittenException> {
        let own = self.tags_in("tags").unwrap_or_default();
        let all = self.tags().0.unwrap_or_default();
        let keys = own.keys().chain(all.keys().filter(|key| !own.contains_key(*key)));
        let rules = keys.filter_map(|key| Some((key, key.strip_prefix(EXCEPTION_TAG)?)));
        let written = rules.map(|(key, rule)| WrittenException {
            rule: Some(rule.to_owned()),
            value: match own.get(key) {
                Some(value) => Json::Text(value.clone()),
                None => Json::Undecided("a default tag of the provider is for every resource".to_owned()),
            },
            position: None,
        });
        written.collect()
    }

    /// Returns true if an attribute is known, and holds something.
    fn has_known(&self, name: &str) -> bool {
        let is_filled = |value: &Value| value.as_object().is_some_and(|tags| !tags.is_empty());
        !is_unknown(self.mark(name)) && self.values.get(name).is_some_and(is_filled)
    }

    fn tags_in(&self, name: &str) -> Option<BTreeMap<String, String>> {
        let mark = self.mark(name);
        if is_unknown(mark) {
            return None;
        }
        let Some(value) = self.values.get(name).filter(|value| !value.is_null()) else {
            return Some(BTreeMap::new());
        };
        let mut tags = rule_core::tags::read(&json(value)?)?;
        // The key of a tag is known even if its value is not.
        if let Some(Value::Object(marks)) = mark {
            for (key, _) in marks.iter().filter(|(_, mark)| is_unknown(Some(mark))) {
                tags.entry(key.clone()).or_insert_with(|| "known after apply".to_owned());
            }
        }
        Some(tags)
    }
}

/// Returns true if the mark is for the whole value: it is known only after apply. An object or list marks its parts.
fn is_unknown(mark: Option<&Value>) -> bool {
    mark == Some(&Value::Bool(true))
}

fn json(value: &Value) -> Option<Json> {
    Json::deserialize(value).ok()
}
