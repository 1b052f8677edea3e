//! The events of AWS Config.

use chrono::{DateTime, Utc};
use local_aws::configuration_item_of;
use serde_json::{Value, json};

use super::{ACCOUNT, INSTANCE, REGION, RULE, TOKEN};

/// The capture time of every configuration item.
const CAPTURED: &str = "2026-10-01T15:03:11.636Z";

pub(crate) fn captured() -> DateTime<Utc> {
    CAPTURED.parse().unwrap()
}

fn event(invoking_event: &Value) -> Value {
    json!({
        "version": "1.0",
        "invokingEvent": invoking_event.to_string(),
        "resultToken": TOKEN,
        "eventLeftScope": false,
        "executionRoleArn": format!(
            "arn:aws:iam::{ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
        ),
        "configRuleArn": format!("arn:aws:config:{REGION}:{ACCOUNT}:config-rule/config-rule-abc123"),
        "configRuleName": RULE,
        "accountId": ACCOUNT,
    })
}

/// Returns the event as AWS Config sends it for the AWS Config rule `name`, which has these parameters.
pub(crate) fn for_rule(name: &str, mut event: Value, parameters: &Value) -> Value {
    event["configRuleName"] = name.into();
    event["resultToken"] = format!("token-of-{name}").into();
    event["ruleParameters"] = parameters.to_string().into();
    event
}

pub(crate) fn change(instance: &Value) -> Value {
    change_of(INSTANCE, instance)
}

pub(crate) fn change_of(resource_type: &str, resource: &Value) -> Value {
    let mut item = configuration_item_of(resource_type, resource, ACCOUNT, REGION, captured());
    item["configurationItemCaptureTime"] = CAPTURED.into();
    item["configuration"] = serde_json::from_str(item["configuration"].as_str().unwrap()).unwrap();
    event(&json!({
        "configurationItem": item,
        "notificationCreationTime": "2026-10-01T15:03:13.332Z",
        "messageType": "ConfigurationItemChangeNotification",
    }))
}

pub(crate) fn oversized(instance: &Value) -> Value {
    oversized_of(INSTANCE, instance["ReplicationInstanceArn"].as_str().unwrap())
}

pub(crate) fn oversized_of(resource_type: &str, resource_id: &str) -> Value {
    event(&json!({
        "configurationItemSummary": {
            "configurationItemCaptureTime": CAPTURED,
            "configurationStateId": 1_790_866_991_636_u64,
            "configurationItemStatus": "OK",
            "resourceType": resource_type,
            "resourceId": resource_id,
            "resourceName": null,
        },
        "notificationCreationTime": "2026-10-01T15:03:13.332Z",
        "messageType": "OversizedConfigurationItemChangeNotification",
    }))
}

pub(crate) fn scheduled() -> Value {
    event(
        &json!({"notificationCreationTime": "2026-10-01T13:26:17.741Z", "messageType": "ScheduledNotification"}),
    )
}

/// Returns the event of a periodic run whose rule exempts resources by the tag `Approved`.
pub(crate) fn exempting() -> Value {
    let mut event = scheduled();
    event["ruleParameters"] = json!({"exemptionTagKey": "Approved"}).to_string().into();
    event
}

pub(crate) fn snapshot() -> Value {
    event(&json!({
        "configSnapshotId": "0",
        "notificationCreationTime": "2026-10-01T18:23:20.328Z",
        "messageType": "ConfigurationSnapshotDeliveryCompleted",
    }))
}
