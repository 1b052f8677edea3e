use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::text::cut;
use crate::{Arn, ArnForm, Configuration, Json, ResourceType, arn, exact_names, parse_timestamp, tags};

/// The maximum characters of `Evaluation.ComplianceResourceType` and `ComplianceResourceId` in AWS Config's
/// service model.
const RESOURCE_TYPE_MAXIMUM: usize = 256;
const RESOURCE_ID_MAXIMUM: usize = 768;

/// One resource at one moment, as AWS Config sends it in events, stores it in files and returns it from its
/// API.
///
/// The spellings of all three are read (`ARN` and `arn`, configuration as object and as text, times as text
/// and as epoch seconds). Members that no verdict needs may be missing or odd; unknown members are ignored, but not
/// one that spells the name of a member otherwise beside it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
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
    /// The status of the resource.
    pub configuration_item_status: ConfigurationItemStatus,
    /// The time at which AWS Config captured the item: the ordering timestamp of its evaluation.
    #[serde(deserialize_with = "timestamp")]
    pub configuration_item_capture_time: DateTime<Utc>,
    /// The number that orders the items of one resource: a number in events, text in API responses. `None`
    /// where it is absent, empty or 0.
    #[serde(default, deserialize_with = "state_id")]
    pub configuration_state_id: Option<String>,
    /// The resource itself.
    #[serde(default = "absent")]
    pub configuration: Configuration,
    /// The tags; `None` where the item has none, or [ambiguous](tags::read) ones.
    #[serde(default, deserialize_with = "read_tags")]
    pub tags: Option<BTreeMap<String, String>>,
}

/// The status of the resource of a configuration item (AWS Config API reference, `ConfigurationItemStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ConfigurationItemStatus {
    /// Recorded after a change.
    #[serde(rename = "OK")]
    Ok,
    /// Recorded for the first time.
    ResourceDiscovered,
    /// Discovered, but AWS Config does not record its type.
    ResourceNotRecorded,
    /// Deleted.
    ResourceDeleted,
    /// Deleted, and not recorded.
    ResourceDeletedNotRecorded,
}

impl ConfigurationItemStatus {
    /// Returns true if there is a resource to evaluate: any other status is NOT_APPLICABLE.
    #[must_use]
    pub fn is_applicable(self) -> bool {
        matches!(self, Self::Ok | Self::ResourceDiscovered)
    }
}

/// The error for text that is not a configuration item; its message names the member.
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
    /// Returns [`InvalidConfigurationItem`] if the text is not JSON, or a member without which nothing can be reported
    /// (`resourceType`, `resourceId`, `configurationItemStatus`, `configurationItemCaptureTime`) is missing, odd or unknown,
    /// or a member is given twice, also under a name that differs in case.
    pub fn from_json(text: &str) -> Result<Self, InvalidConfigurationItem> {
        serde_json::from_str(text).map_err(InvalidConfigurationItem)
    }

    /// Returns the item of a resource that DMS listed at the time `at`, under its ARN. `named_arn` builds the
    /// ARN of a resource whose type has none in responses, from the [word](ArnForm::Named) and the
    /// identifier.
    ///
    /// # Errors
    /// Returns a description of the resource if it has neither ARN nor identifier, or several of what its ARN is read
    /// from.
    pub fn listed(
        resource_type: ResourceType,
        configuration: Configuration,
        at: DateTime<Utc>,
        named_arn: impl FnOnce(&str, &str) -> Option<String>,
    ) -> Result<Self, &'static str> {
        let name = configuration.text(resource_type.identifier().path).map(str::to_owned);
        let source = match resource_type.arn_form() {
            ArnForm::Property(property) => property,
            ArnForm::Named(_) => resource_type.identifier().path,
        };
        // The result is reported under the ARN, so it must be the only one.
        configuration
            .only(source)
            .map_err(|_| "a resource whose ARN or identifier is misspelled or given twice")?;
        let arn = match resource_type.arn_form() {
            ArnForm::Property(property) => configuration.text(property).map(str::to_owned),
            ArnForm::Named(word) => name.as_deref().and_then(|name| named_arn(word, name)),
        };
        let resource_id =
            arn.clone().or_else(|| name.clone()).ok_or("a resource with neither ARN nor identifier")?;
        let parts = arn.as_deref().and_then(Arn::parse);
        Ok(Self {
            resource_type: resource_type.name().to_owned(),
            resource_id,
            resource_name: name,
            account_id: parts.and_then(|arn| arn.account_id()).map(str::to_owned),
            aws_region: parts.and_then(|arn| arn.region()).map(str::to_owned),
            arn,
            configuration_item_status: ConfigurationItemStatus::Ok,
            configuration_item_capture_time: at,
            configuration_state_id: None,
            configuration,
            tags: None,
        })
    }

    /// Returns the ARN of the resource: the one given, else the id if it is one.
    #[must_use]
    pub fn known_arn(&self) -> Option<&str> {
        self.arn.as_deref().or_else(|| Some(self.resource_id.as_str()).filter(|id| arn::is_arn(id)))
    }

    /// Returns the name by which a person knows the resource: the identifier in its configuration, else its
    /// name, else the last part of its id.
    #[must_use]
    pub fn name(&self) -> &str {
        ResourceType::from_name(&self.resource_type)
            .and_then(|resource_type| self.configuration.text(resource_type.identifier().path))
            .or(self.resource_name.as_deref())
            .unwrap_or_else(|| arn::last_part(&self.resource_id))
    }
}

/// The members that decide what is evaluated and reported, in all spellings of AWS.
const NAMES: [&str; 11] = [
    "resourceType",
    "resourceId",
    "resourceName",
    "arn",
    "ARN",
    "accountId",
    "awsAccountId",
    "configurationItemStatus",
    "configurationItemCaptureTime",
    "configuration",
    "tags",
];

impl<'de> Deserialize<'de> for ConfigurationItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        exact_names::read::<D, Members>(deserializer, &NAMES).map(|Members(item)| item)
    }
}

/// An item whose names are not compared.
struct Members(ConfigurationItem);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The function that is derived, not that of the trait.
        ConfigurationItem::deserialize(deserializer).map(Self)
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

fn read_tags<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, String>>, D::Error> {
    Ok(tags::read(&Json::deserialize(deserializer)?))
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
    fn a_state_id_is_a_number_or_text_and_none_where_it_is_empty_or_zero() {
        let state = |value: Value| read("configurationStateId", value).unwrap().configuration_state_id;
        assert_eq!(state(json!(1_682_607_791_636_u64)).as_deref(), Some("1682607791636"));
        assert_eq!(state(json!("1682607791636")).as_deref(), Some("1682607791636"));
        for nothing in [json!(0), json!("0"), json!(""), json!(null), json!([1])] {
            assert_eq!(state(nothing.clone()), None, "{nothing}");
        }
    }

    #[test]
    fn tags_are_a_map_or_a_list_and_unknown_where_they_contradict_themselves() {
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
            r#"[{"key":"a","Key":"b","value":"1"}]"#,
            r#"[{"key":"","value":"1"}]"#,
        ] {
            assert_eq!(tags(text), None, "{text}");
        }
    }

    /// The better of the two was taken, whichever it was.
    #[test]
    fn a_member_beside_one_that_differs_in_case_is_an_error() {
        for (name, odd) in [
            ("configuration", "Configuration"),
            ("configuration", "CONFIGURATION"),
            ("tags", "Tags"),
            ("arn", "Arn"),
            ("ARN", "Arn"),
            ("awsAccountId", "AwsAccountId"),
            ("resourceType", "ResourceType"),
            ("resourceId", "resource_id"),
            ("configurationItemStatus", "ConfigurationItemStatus"),
            ("configurationItemCaptureTime", "configurationitemcapturetime"),
        ] {
            let known = json!({
                "resourceType": "t", "resourceId": "r", "configurationItemStatus": "OK", "configurationItemCaptureTime": 1,
            });
            let value = known.get(name).unwrap_or(&Value::Null);
            let mut text = known.to_string();
            text.pop();
            if known.get(name).is_none() {
                text = format!("{text},{name:?}:null");
            }
            for text in [
                format!("{text},{odd:?}:{value}}}"),
                text.replacen('{', &format!("{{{odd:?}:{value},"), 1) + "}",
            ] {
                let message = ConfigurationItem::from_json(&text).unwrap_err().to_string();
                assert!(message.contains(&format!("{odd:?}")), "{text}: {message}");
            }
        }
        let alone = r#"{"resourceType":"t","resourceId":"r","configurationItemStatus":"OK","configurationItemCaptureTime":1,
            "Configuration":{"PubliclyAccessible":false},"relationships":[],"Relationships":[]}"#;
        assert_eq!(ConfigurationItem::from_json(alone).unwrap().configuration, Configuration::Absent);
    }

    #[test]
    fn an_empty_name_is_none() {
        let name = |value: Value| read("resourceName", value).unwrap().resource_name;
        assert_eq!(name("orders".into()).as_deref(), Some("orders"));
        assert_eq!((name("".into()), name(json!(1))), (None, None));
    }

    #[test]
    fn only_a_resource_that_exists_and_is_recorded_is_evaluated() {
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
