//! Reads an item that is too large for its notification, with `GetResourceConfigHistory`.

use std::pin::pin;

use aws_sdk_config::types;
use chrono::{SecondsFormat, TimeDelta};
use futures_util::TryStreamExt;
use rule_core::ConfigurationItem;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Cause, Error};
use crate::pages::pages;
use crate::session::Session;
use crate::time::sdk_time;
use crate::wire::Wire;

const OPERATION: &str = "GetResourceConfigHistory";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HistoryPage {
    configuration_items: Vec<Value>,
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
                let item = with_identity(item, summary).map_err(|error| {
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

/// Reads an item under the type and id of `summary`.
fn with_identity(
    mut item: Value,
    summary: &ConfigurationItem,
) -> Result<ConfigurationItem, serde_json::Error> {
    if let Value::Object(members) = &mut item {
        members.insert("resourceType".to_owned(), summary.resource_type.clone().into());
        members.insert("resourceId".to_owned(), summary.resource_id.clone().into());
    }
    serde_json::from_value(item)
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
