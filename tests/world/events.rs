//! The messages of AWS Config, in the shapes of its developer guide.

use chrono::{DateTime, SecondsFormat, Utc};
use local_aws::configuration_item_of;
use serde_json::{Value as Json, json};

use crate::model::Item;
use crate::rules::RULES;
use crate::{ACCOUNT, REGION};

/// The rule of an event with its name in AWS Config, the token for its results, and the Region of the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) rule: usize,
    pub(crate) name: &'a str,
    pub(crate) token: &'a str,
    pub(crate) region: &'a str,
}

/// Returns the item as `GetResourceConfigHistory` has it.
pub(crate) fn in_history(item: &Item) -> Json {
    let mut resource = item.resource.as_ref().map_or(Json::Null, |resource| resource.describe(item.kind));
    if let Json::Object(members) = &mut resource {
        members.remove("IsReadOnly"); // AWS's schema of recorded properties does not have it
    }
    let mut json =
        configuration_item_of(item.kind.resource_type(), &resource, ACCOUNT, REGION, item.captured);
    json["resourceId"] = item.recorded.id.clone().into();
    json["resourceName"] = item.recorded.name.clone().into();
    json["arn"] = item.recorded.arn.clone().into();
    if item.resource.is_none() {
        json["configurationItemStatus"] = "ResourceDeleted".into();
        json["configuration"] = Json::Null;
    }
    json
}

pub(crate) fn change(envelope: Envelope<'_>, item: &Item, notified: DateTime<Utc>) -> Json {
    let mut json = in_history(item);
    json["configurationItemCaptureTime"] = time(item.captured).into();
    if let Some(text) = json["configuration"].as_str() {
        json["configuration"] = serde_json::from_str(text).unwrap();
    }
    let message = json!({
        "configurationItem": json,
        "notificationCreationTime": time(notified),
        "messageType": "ConfigurationItemChangeNotification",
    });
    event(envelope, &message)
}

pub(crate) fn oversized(envelope: Envelope<'_>, item: &Item, notified: DateTime<Utc>) -> Json {
    let status = if item.resource.is_some() { "OK" } else { "ResourceDeleted" };
    let message = json!({
        "configurationItemSummary": {
            "configurationItemCaptureTime": time(item.captured),
            "configurationStateId": item.captured.timestamp_millis(),
            "configurationItemStatus": status,
            "resourceType": item.kind.resource_type(),
            "resourceId": item.recorded.id,
            "resourceName": null,
        },
        "notificationCreationTime": time(notified),
        "messageType": "OversizedConfigurationItemChangeNotification",
    });
    event(envelope, &message)
}

pub(crate) fn scheduled(envelope: Envelope<'_>, notified: DateTime<Utc>) -> Json {
    let message = json!({"notificationCreationTime": time(notified), "messageType": "ScheduledNotification"});
    event(envelope, &message)
}

pub(crate) fn snapshot(envelope: Envelope<'_>, notified: DateTime<Utc>) -> Json {
    let message = json!({
        "configSnapshotId": "0",
        "notificationCreationTime": time(notified),
        "messageType": "ConfigurationSnapshotDeliveryCompleted",
    });
    event(envelope, &message)
}

fn event(envelope: Envelope<'_>, message: &Json) -> Json {
    let Envelope { rule, name, token, region } = envelope;
    json!({
        "version": "1.0",
        "invokingEvent": message.to_string(),
        "ruleParameters": RULES[rule].parameters,
        "resultToken": token,
        "eventLeftScope": false,
        "configRuleArn": format!("arn:aws:config:{region}:{ACCOUNT}:config-rule/config-rule-{rule}"),
        "configRuleName": name,
        "accountId": ACCOUNT,
    })
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
