use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::annotation::cut;
use crate::{Arn, Configuration, Json, ResourceType, parse_timestamp, resource_type};

/// The most characters that AWS Config takes in a resource type, and in a resource id.
const RESOURCE_TYPE_MAXIMUM: usize = 256;
const RESOURCE_ID_MAXIMUM: usize = 768;

/// One resource at one moment, as AWS Config sends it in events, keeps it in files and answers it from its API.
///
/// The spellings of all three are read (`ARN` and `arn`, configuration as object and as text, times as text and as
/// epoch seconds). Members that no verdict needs may be missing or odd; unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationItem {
    /// For example `AWS::DMS::ReplicationInstance`; reported as it came.
    #[serde(deserialize_with = "type_name")]
    pub resource_type: String,
    /// The recorder's id of the resource; reported as it came.
    #[serde(deserialize_with = "resource_id")]
    pub resource_id: String,
    /// The name of the resource, where it has one.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub resource_name: Option<String>,
    /// The ARN of the resource, where it is given.
    #[serde(default, alias = "ARN", deserialize_with = "text_or_nothing")]
    pub arn: Option<String>,
    /// The account of the resource, where it is given.
    #[serde(default, alias = "awsAccountId", deserialize_with = "text_or_nothing")]
    pub account_id: Option<String>,
    /// The Region of the resource, where it is given.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub aws_region: Option<String>,
    /// What happened to the resource.
    pub configuration_item_status: ConfigurationItemStatus,
    /// When AWS Config made the item: the ordering timestamp of its evaluation.
    #[serde(deserialize_with = "timestamp")]
    pub configuration_item_capture_time: DateTime<Utc>,
    /// Orders the items of one resource; a number in events, text in answers; absent, empty and 0 say nothing.
    #[serde(default, deserialize_with = "state_id")]
    pub configuration_state_id: Option<String>,
    /// The resource itself.
    #[serde(default = "absent")]
    pub configuration: Configuration,
    /// The tags; none where the item does not tell them, or not as a map or a list.
    #[serde(default, deserialize_with = "tags")]
    pub tags: Option<BTreeMap<String, String>>,
}

/// What happened to the resource of a configuration item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ConfigurationItemStatus {
    /// Recorded after a change.
    #[serde(rename = "OK")]
    Ok,
    /// Recorded for the first time.
    ResourceDiscovered,
    /// Seen, but AWS Config does not record its type.
    ResourceNotRecorded,
    /// Deleted.
    ResourceDeleted,
    /// Deleted, and not recorded.
    ResourceDeletedNotRecorded,
}

impl ConfigurationItemStatus {
    /// Whether there is a resource to judge: any other status is NOT_APPLICABLE.
    #[must_use]
    pub fn is_applicable(self) -> bool {
        matches!(self, Self::Ok | Self::ResourceDiscovered)
    }
}

/// Text that is no configuration item; the message names the member.
#[derive(Debug)]
pub struct InvalidConfigurationItem(serde_json::Error);

impl fmt::Display for InvalidConfigurationItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a configuration item: {}", self.0)
    }
}

impl std::error::Error for InvalidConfigurationItem {}

impl ConfigurationItem {
    /// Reads one item.
    ///
    /// # Errors
    /// The text is not JSON, or a member without which nothing can be reported (`resourceType`, `resourceId`,
    /// `configurationItemStatus`, `configurationItemCaptureTime`) is missing, odd or unknown.
    pub fn from_json(text: &str) -> Result<Self, InvalidConfigurationItem> {
        serde_json::from_str(text).map_err(InvalidConfigurationItem)
    }

    /// A resource as DMS listed it at the time `at`, under its ARN; `named_arn` makes the ARN of one whose type DMS
    /// answers without, from the [word](Arn::Named) and the identifier.
    ///
    /// # Errors
    /// It has neither ARN nor identifier.
    pub fn listed(
        of: &ResourceType,
        configuration: Configuration,
        at: DateTime<Utc>,
        named_arn: impl FnOnce(&str, &str) -> Option<String>,
    ) -> Result<Self, &'static str> {
        let name = configuration.text(of.identifier).map(str::to_owned);
        let arn = match of.arn {
            Arn::Property(property) => configuration.text(property).map(str::to_owned),
            Arn::Named(word) => name.as_deref().and_then(|name| named_arn(word, name)),
        };
        let resource_id =
            arn.clone().or_else(|| name.clone()).ok_or("a resource with neither ARN nor identifier")?;
        let part = |index: usize| arn.as_deref()?.split(':').nth(index).map(str::to_owned);
        let (aws_region, account_id) = (part(3), part(4));
        Ok(Self {
            resource_type: of.name.to_owned(),
            resource_id,
            resource_name: name,
            arn,
            account_id,
            aws_region,
            configuration_item_status: ConfigurationItemStatus::Ok,
            configuration_item_capture_time: at,
            configuration_state_id: None,
            configuration,
            tags: None,
        })
    }

    /// What a person calls the resource, whatever rule judges it.
    #[must_use]
    pub fn name(&self) -> &str {
        let of = resource_type::ALL.into_iter().find(|of| of.name.eq_ignore_ascii_case(&self.resource_type));
        self.display_name(of.map_or("", |of| of.identifier))
    }

    /// What a person calls the resource: the identifier in its configuration, else its name, else the last part of
    /// its id.
    pub(crate) fn display_name<'a>(&'a self, identifier_property: &'a str) -> &'a str {
        self.configuration
            .text(identifier_property)
            .or(self.resource_name.as_deref())
            .unwrap_or_else(|| self.resource_id.rsplit(':').next().unwrap_or(&self.resource_id))
    }
}

fn absent() -> Configuration {
    Configuration::Absent
}

fn bounded<'de, D: Deserializer<'de>>(deserializer: D, maximum: usize) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let length = text.chars().count();
    if length == 0 || length > maximum {
        return Err(de::Error::custom(format_args!(
            "a resource's type and id have 1 to {maximum} characters, not {length}"
        )));
    }
    Ok(text)
}

fn type_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    bounded(deserializer, RESOURCE_TYPE_MAXIMUM)
}

fn resource_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    bounded(deserializer, RESOURCE_ID_MAXIMUM)
}

fn timestamp<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    parse_timestamp(&value).ok_or_else(|| {
        de::Error::custom(format_args!(
            "{} is not a time such as 2026-10-01T15:03:11.636Z",
            cut(&value.to_string(), 40)
        ))
    })
}

fn text_or_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

fn state_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    Ok(Some(text).filter(|text| !text.is_empty() && text != "0"))
}

/// A map in events and answers, a list of `{key, value}` in query results. An odd entry, or a key given twice with
/// different values, and the whole tells nothing.
fn tags<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BTreeMap<String, String>>, D::Error> {
    let pairs: Option<Vec<(String, Option<Json>)>> = match Json::deserialize(deserializer)? {
        Json::Object(members) => Some(members.into_iter().map(|(key, value)| (key, Some(value))).collect()),
        Json::List(list) => list
            .into_iter()
            .map(|entry| {
                let Json::Object(members) = entry else { return None };
                let entry = Configuration::Properties(members);
                Some((entry.text("Key")?.to_owned(), entry.values("Value").next().cloned()))
            })
            .collect(),
        _ => None,
    };
    Ok(pairs.and_then(|pairs| {
        let mut tags = BTreeMap::new();
        for (key, value) in pairs {
            let value = match value {
                Some(Json::Text(text)) => text,
                None | Some(Json::Null) => String::new(),
                Some(odd) => odd.in_words(),
            };
            let before = tags.insert(key, value.clone());
            if before.is_some_and(|before| before != value) {
                return None;
            }
        }
        Some(tags)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(name: &str, value: Value) -> Result<ConfigurationItem, InvalidConfigurationItem> {
        let mut item = json!({
            "resourceType": "AWS::DMS::Endpoint",
            "resourceId": "E",
            "configurationItemStatus": "OK",
            "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z",
        });
        item[name] = value;
        ConfigurationItem::from_json(&item.to_string())
    }

    #[test]
    fn type_and_id_are_neither_empty_nor_longer_than_aws_config_takes() {
        for (name, maximum) in [("resourceType", 256), ("resourceId", 768)] {
            assert!(read(name, "é".repeat(maximum).into()).is_ok(), "{name}");
            for bad in [String::new(), "x".repeat(maximum + 1)] {
                let message = read(name, bad.into()).unwrap_err().to_string();
                assert!(message.starts_with("not a configuration item: "), "{message}");
                assert!(message.contains(&format!("1 to {maximum} characters")), "{message}");
            }
        }
    }

    #[test]
    fn a_state_id_is_a_number_or_text_and_says_nothing_where_it_is_empty_or_zero() {
        let state = |value: Value| read("configurationStateId", value).unwrap().configuration_state_id;
        assert_eq!(state(json!(1_682_607_791_636_u64)).as_deref(), Some("1682607791636"));
        assert_eq!(state(json!("1682607791636")).as_deref(), Some("1682607791636"));
        for nothing in [json!(0), json!("0"), json!(""), json!(null), json!([1])] {
            assert_eq!(state(nothing.clone()), None, "{nothing}");
        }
    }

    #[test]
    fn tags_are_a_map_or_a_list_and_tell_nothing_where_they_contradict_themselves() {
        let tags = |text: &str| {
            let item = format!(
                r#"{{"resourceType":"t","resourceId":"r","configurationItemStatus":"OK","configurationItemCaptureTime":1,"tags":{text}}}"#
            );
            ConfigurationItem::from_json(&item).unwrap().tags
        };
        let known = Some(BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), String::new())]));
        for text in [
            r#"{"a":"1","b":""}"#,
            r#"{"a":"1","b":null,"a":"1"}"#,
            r#"[{"key":"a","value":"1"},{"key":"b"}]"#,
            r#"[{"Key":"a","Value":"1","tag":"a=1"},{"Key":"b","Value":null}]"#,
        ] {
            assert_eq!(tags(text), known, "{text}");
        }
        for text in [
            "null",
            "1",
            r#"{"a":"1","b":"","a":"2"}"#,
            r#"[{"key":"a","value":"1"},{"key":"a","value":"2"}]"#,
            r#"[{"key":"a","value":"1"},1]"#,
            r#"[{"value":"1"}]"#,
        ] {
            assert_eq!(tags(text), None, "{text}");
        }
    }

    #[test]
    fn an_empty_name_is_none() {
        let name = |value: Value| read("resourceName", value).unwrap().resource_name;
        assert_eq!(name("orders".into()).as_deref(), Some("orders"));
        assert_eq!((name("".into()), name(json!(1))), (None, None));
    }

    #[test]
    fn only_what_exists_and_is_recorded_is_judged() {
        use ConfigurationItemStatus as Status;
        let applicable = |word: &str| {
            read("configurationItemStatus", word.into()).unwrap().configuration_item_status.is_applicable()
        };
        assert!(applicable("OK") && applicable("ResourceDiscovered"));
        assert!(!applicable("ResourceDeleted") && !applicable("ResourceNotRecorded"));
        assert!(!Status::ResourceDeletedNotRecorded.is_applicable());
        assert!(read("configurationItemStatus", "Gone".into()).is_err());
    }
}
