//! Reads an item that is too large for its notification, with `GetResourceConfigHistory`.

use std::fmt;
use std::pin::pin;

use aws_sdk_config::types;
use chrono::{SecondsFormat, TimeDelta};
use futures_util::TryStreamExt;
use rule_core::ConfigurationItem;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::session::Session;
use crate::time::sdk_time;
use crate::wire::Wire;

const OPERATION: &str = "GetResourceConfigHistory";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HistoryPage {
    configuration_items: Vec<Box<RawValue>>,
    next_token: Option<String>,
}

impl Session {
    /// Reads the item that `summary` describes without its configuration. The result has the type and id of
    /// `summary`.
    ///
    /// # Errors
    /// Returns the error of `GetResourceConfigHistory`, or [`Cause::ItemNotHeld`] if AWS Config does not hold
    /// this version.
    pub async fn configuration_item(&self, summary: &ConfigurationItem) -> Result<ConfigurationItem, Error> {
        let subject = &format!("of {}", summary.resource_id);
        let captured = summary.configuration_item_capture_time;
        // A second later than the item: the API reference does not document if the bound is inclusive to the
        // millisecond.
        let later = sdk_time(captured + TimeDelta::seconds(1));
        let mut pages = pin!(pages(OPERATION, |position| async move {
            let wire = Wire::raw(OPERATION, self.journal());
            let request = self
                .clients()
                .config_service()
                .get_resource_config_history()
                .resource_type(types::ResourceType::from(summary.resource_type.as_str()))
                .resource_id(&summary.resource_id)
                .later_time(later)
                .set_next_token(position.token);
            let result = request.customize().interceptor(wire.clone()).send().await;
            let page: HistoryPage = wire.read(subject, result)?;
            Ok((page.configuration_items, page.next_token))
        }));
        while let Some(items) = pages.try_next().await? {
            for item in items {
                let item = with_identity(&item, summary).map_err(|error| {
                    let reason = format!("has an item that cannot be read: {error}");
                    Error::new(OPERATION, subject, Cause::unreadable(reason))
                })?;
                if is_version(&item, summary) {
                    return Ok(item);
                }
                if item.configuration_item_capture_time < captured {
                    return Err(not_held(subject, summary)); // the newest comes first: the rest is older still
                }
            }
        }
        Err(not_held(subject, summary))
    }
}

/// Reads an item under the type and id of `summary`. All other members stay as they came: a map would drop one of
/// two of the same name.
fn with_identity(
    item: &RawValue,
    summary: &ConfigurationItem,
) -> Result<ConfigurationItem, serde_json::Error> {
    let RawMembers(members) = serde_json::from_str(item.get())?;
    let quoted = |text: &str| serde_json::to_string(text);
    let mut text = format!(
        r#"{{"resourceType":{},"resourceId":{}"#,
        quoted(&summary.resource_type)?,
        quoted(&summary.resource_id)?
    );
    for (name, value) in members {
        let own = match name.as_str() {
            "resourceType" => &summary.resource_type,
            "resourceId" => &summary.resource_id,
            _ => {
                text.extend([",", &quoted(&name)?, ":", value.get()]);
                continue;
            }
        };
        let given: Option<String> = serde_json::from_str(value.get())?;
        if given.is_some_and(|given| !given.eq_ignore_ascii_case(own)) {
            return Err(serde_json::Error::custom(format_args!("{name} is that of another resource")));
        }
    }
    text.push('}');
    serde_json::from_str(&text)
}

/// The members of an object in the order in which they came, those of one name too.
struct RawMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for RawMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = RawMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(RawMembers(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// Returns true if `item` is the version that `summary` refers to: the same capture time, to a millisecond,
/// and, if both have one, the same state id. The status may differ.
fn is_version(item: &ConfigurationItem, summary: &ConfigurationItem) -> bool {
    let same_state = match (&summary.configuration_state_id, &item.configuration_state_id) {
        (Some(summary), Some(item)) => summary == item,
        _ => true,
    };
    let apart = summary.configuration_item_capture_time - item.configuration_item_capture_time;
    same_state && apart.num_milliseconds().abs() <= 1
}

fn not_held(subject: &str, summary: &ConfigurationItem) -> Error {
    let captured = summary.configuration_item_capture_time.to_rfc3339_opts(SecondsFormat::Millis, true);
    Error::new(OPERATION, subject, Cause::ItemNotHeld { captured })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBERS: &str =
        r#""configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z""#;

    fn read(members: &str) -> Result<ConfigurationItem, String> {
        let summary = format!(r#"{{"resourceType": "AWS::DMS::Endpoint", "resourceId": "E", {MEMBERS}}}"#);
        let summary = ConfigurationItem::from_json(&summary).unwrap();
        let item = RawValue::from_string(format!("{{{members}}}")).unwrap();
        with_identity(&item, &summary).map_err(|error| error.to_string())
    }

    #[test]
    fn an_item_of_the_history_has_the_identity_of_the_summary() {
        let item = read(&format!(r#""resourceId": null, {MEMBERS}, "tags": {{"a": "1"}}"#)).unwrap();
        assert_eq!((item.resource_type.as_str(), item.resource_id.as_str()), ("AWS::DMS::Endpoint", "E"));
        assert_eq!(item.tags.unwrap()["a"], "1");
        assert!(read("").is_err());
        assert!(
            read(&format!(r#""resourceId": "E", "resourceType": "aws::dms::endpoint", {MEMBERS}"#)).is_ok()
        );
        for other in
            [r#""resourceId": "F""#, r#""resourceType": "AWS::DMS::Certificate""#, r#""resourceId": 1"#]
        {
            assert!(read(&format!("{other}, {MEMBERS}")).is_err(), "{other}");
        }
    }

    #[test]
    fn a_member_that_the_history_gives_twice_is_not_lost() {
        let status = r#", "configurationItemStatus": "ResourceDeleted""#;
        assert!(read(&format!("{MEMBERS}{status}")).unwrap_err().contains("configurationItemStatus"));
        let arns = r#", "arn": "arn:aws:dms:us-east-1:123456789012:endpoint:A", "ARN": """#;
        assert!(read(&format!("{MEMBERS}{arns}")).unwrap_err().contains("arn"));
        let tags = r#", "tags": {"Approved": "2099-12-31", "Approved": "no"}"#;
        assert_eq!(read(&format!("{MEMBERS}{tags}")).unwrap().tags, None);
        let flags = r#", "configuration": {"SslMode": "none", "SslMode": "require"}"#;
        let item = read(&format!("{MEMBERS}{flags}")).unwrap();
        assert_eq!(item.configuration.values("SslMode").count(), 2);
    }
}
