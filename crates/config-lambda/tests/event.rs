//! Events that contradict themselves, give a member twice or have an absurd time are rejected, or keep all that they
//! state.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use config_lambda::{ConfigEvent, InvalidEvent, InvokingEvent};
use proptest::prelude::*;
use serde_json::{Value, json};

const CHANGE: &str = include_str!("../../../tests/events/change-public.json");
const OVERSIZED: &str = include_str!("../../../tests/events/oversized.json");
const SCHEDULED: &str = include_str!("../../../tests/events/scheduled.json");

/// Returns an event with another value for a member of the payload.
fn with(event: &str, member: &str, value: Value) -> String {
    let mut event: Value = serde_json::from_str(event).unwrap();
    event.as_object_mut().unwrap().insert(member.to_owned(), value);
    event.to_string()
}

/// Returns an event with another value for a member of its message, at this JSON pointer.
fn with_message(event: &str, pointer: &str, value: Value) -> String {
    let payload: Value = serde_json::from_str(event).unwrap();
    let message = payload.get("invokingEvent").and_then(Value::as_str).unwrap();
    let mut message: Value = serde_json::from_str(message).unwrap();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = message.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
    parent.insert(member.to_owned(), value);
    with(event, "invokingEvent", message.to_string().into())
}

/// Returns a change whose message is an object in the payload, not text.
fn change_as_object(configuration: &str, more: &str) -> String {
    format!(
        r#"{{"invokingEvent": {{"messageType": "ConfigurationItemChangeNotification", "configurationItem": {{
            "resourceType": "AWS::DMS::Endpoint", "resourceId": "E", "configurationItemStatus": "OK",
            "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z", "configuration": {configuration}{more}}}}},
            "resultToken": "T", "accountId": "123456789012"}}"#
    )
}

fn message(event: &str) -> String {
    ConfigEvent::from_json(event).unwrap_err().to_string()
}

#[test]
fn a_member_given_twice_in_an_object_is_kept_or_named() {
    let twice = r#"{"SslMode": "none", "SslMode": "require", "Settings": {"A": 1, "A": 2}}"#;
    let event = ConfigEvent::from_json(&change_as_object(twice, "")).unwrap();
    let InvokingEvent::ConfigurationItemChangeNotification(item) = event.invoking_event else {
        panic!("not a change")
    };
    assert_eq!(item.configuration.values("SslMode").count(), 2);
    for (more, member) in [
        (r#", "configuration": {"SslMode": "require"}"#, "configuration"),
        (r#", "configurationItemStatus": "ResourceDeleted""#, "configurationItemStatus"),
        (r#", "arn": "a", "ARN": "b""#, "arn"),
        (r#", "resourceId": "F""#, "resourceId"),
    ] {
        assert!(message(&change_as_object("{}", more)).contains(member), "{more}");
    }
    for (text, member) in [
        (r#""ruleParameters": {"exemptionTagKey": "B", "exemptionTagKey": "A"}"#, "exemptionTagKey"),
        (r#""ruleParameters": {"kmsKeyArns": "", "kmsKeyArns": "arn:aws:kms:*"}"#, "kmsKeyArns"),
        (r#""accountId": "123456789012""#, "accountId"),
        (r#""eventLeftScope": true, "eventLeftScope": false"#, "eventLeftScope"),
        (r#""ruleParameters": "{}", "ruleParameters": {}"#, "ruleParameters"),
    ] {
        let event = change_as_object("{}", "").replacen('{', &format!("{{{text}, "), 1);
        assert!(message(&event).contains(member), "{text}");
    }
}

#[test]
fn tags_that_an_object_gives_twice_are_not_known() {
    let tags = r#", "tags": {"Approved": "no", "Approved": "2099-12-31"}"#;
    let event = ConfigEvent::from_json(&change_as_object("{}", tags)).unwrap();
    let InvokingEvent::ConfigurationItemChangeNotification(item) = event.invoking_event else {
        panic!("not a change")
    };
    assert_eq!(item.tags, None);
}

/// The function's role could otherwise write verdicts of one account into another.
#[test]
fn an_event_whose_accounts_differ_is_rejected_with_both() {
    let arn = "arn:aws:config:us-east-1:222222222222:config-rule/config-rule-1";
    for event in [
        with(SCHEDULED, "accountId", json!("222222222222")),
        with(SCHEDULED, "configRuleArn", json!(arn)),
        with_message(SCHEDULED, "/awsAccountId", json!("222222222222")),
        with(CHANGE, "accountId", json!("222222222222")),
        with_message(CHANGE, "/configurationItem/awsAccountId", json!("222222222222")),
        with_message(OVERSIZED, "/configurationItemSummary/awsAccountId", json!("222222222222")),
    ] {
        let message = message(&event);
        assert!(message.contains("222222222222") && message.contains("123456789012"), "{message}");
    }
}

#[test]
fn an_account_that_is_not_digits_never_becomes_part_of_an_arn() {
    for account in [
        json!("999999999999:role/Evil"),
        json!("12345678901a"),
        json!("-12345678901"),
        json!("١٢٣٤٥٦٧٨٩٠١٢"),
        json!(" 123456789012"),
        json!(123_456_789_012_u64),
        json!(["123456789012"]),
        json!(true),
    ] {
        let message = message(&with(SCHEDULED, "accountId", account.clone()));
        assert!(message.contains("accountId"), "{account}: {message}");
    }
    let odd = "arn:aws:config:us-east-1:evil:config-rule/config-rule-1";
    assert!(message(&with(SCHEDULED, "configRuleArn", json!(odd))).contains("configRuleArn"));
    let summary = with_message(OVERSIZED, "/configurationItemSummary/awsAccountId", json!("x"));
    assert!(message(&summary).contains("awsAccountId"));
}

/// Events were published with thirteen digits in place of the account.
#[test]
fn ids_of_another_length_are_not_compared() {
    let event = with(SCHEDULED, "accountId", json!("0123456789012"));
    assert_eq!(ConfigEvent::from_json(&event).unwrap().account(), Some("0123456789012"));
}

#[test]
fn an_event_without_an_account_is_rejected_and_one_member_is_enough() {
    let event = with(&with(SCHEDULED, "accountId", Value::Null), "configRuleArn", Value::Null);
    assert_eq!(ConfigEvent::from_json(&event).unwrap_err(), InvalidEvent::NoAccount);
    let event = with(&with(SCHEDULED, "accountId", json!("")), "configRuleArn", json!("config-rule-1"));
    assert_eq!(ConfigEvent::from_json(&event).unwrap_err(), InvalidEvent::NoAccount);
    for member in ["accountId", "configRuleArn"] {
        let event = ConfigEvent::from_json(&with(SCHEDULED, member, Value::Null)).unwrap();
        assert_eq!(event.account(), Some("123456789012"), "{member}");
    }
}

#[test]
fn an_absurd_time_is_rejected_and_quoted() {
    for time in
        ["+262142-12-31T23:59:59.999+0000", "0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "yesterday"]
    {
        for event in [
            with_message(SCHEDULED, "/notificationCreationTime", json!(time)),
            with_message(CHANGE, "/notificationCreationTime", json!(time)),
            with_message(CHANGE, "/configurationItem/configurationItemCaptureTime", json!(time)),
            with_message(OVERSIZED, "/configurationItemSummary/configurationItemCaptureTime", json!(time)),
        ] {
            let message = message(&event);
            assert!(message.contains(time), "{message}");
        }
    }
    assert!(message(&with_message(CHANGE, "/notificationCreationTime", json!(1e300))).contains("1e+300"));
}

proptest! {
    /// Whatever an event states of accounts, one that is accepted names one account, by digits.
    #[test]
    fn an_accepted_event_has_one_account(
        account in prop_oneof!["[0-9]{12}", "[12]{1,2}", "[0-9a-z:/-]{0,14}", Just("123456789012".to_owned())],
        arn_account in prop_oneof!["[0-9]{12}", Just("123456789012".to_owned())],
        message_account in prop_oneof!["[0-9]{12}", Just("123456789012".to_owned())],
    ) {
        let arn = format!("arn:aws:config:us-east-1:{arn_account}:config-rule/config-rule-1");
        let event = with_message(SCHEDULED, "/awsAccountId", json!(message_account));
        let event = with(&with(&event, "configRuleArn", json!(arn)), "accountId", json!(account));
        if let Ok(event) = ConfigEvent::from_json(&event) {
            prop_assert_eq!(&arn_account, &message_account);
            let named = event.account().unwrap();
            prop_assert!(named.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert!(named.len() != 12 || named == arn_account);
        }
    }
}

/// Of two accounts in one event, that of an ARN counts too.
#[test]
fn an_arn_of_another_account_is_rejected() {
    let other = json!("arn:aws:dms:us-east-1:999999999999:rep:EXAMPLE");
    for (event, member) in [
        (with_message(CHANGE, "/configurationItem/ARN", other.clone()), "arn"),
        (with_message(CHANGE, "/configurationItem/resourceId", other.clone()), "resourceId"),
        (with_message(OVERSIZED, "/configurationItemSummary/ARN", other.clone()), "arn"),
        (with_message(OVERSIZED, "/configurationItemSummary/resourceId", other), "resourceId"),
        (
            with_message(
                CHANGE,
                "/configurationItem/ARN",
                json!(" arn:aws-cn:dms:cn-north-1:999999999999:es:a"),
            ),
            "arn",
        ),
    ] {
        let message = message(&event);
        assert!(message.contains("999999999999") && message.contains(member), "{message}");
    }
    let odd = with_message(CHANGE, "/configurationItem/ARN", json!("arn:aws:dms:us-east-1:evil:rep:EXAMPLE"));
    assert!(message(&odd).contains("evil"));
}

/// AWS Config sends items of every type to a rule without a scope.
#[test]
fn an_arn_that_names_no_other_owner_is_accepted() {
    for (resource_type, arn) in [
        ("AWS::DMS::ReplicationInstance", json!("orders")),
        ("AWS::DMS::ReplicationInstance", json!("arn:aws-us-gov:dms:us-gov-west-1:123456789012:rep:A")),
        ("AWS::DMS::ReplicationInstance", json!("arn:aws:dms:us-east-1:0123456789012:rep:A")),
        ("AWS::DMS::ReplicationInstance", json!("arn:aws:dms:us-east-1::rep:A")),
        ("AWS::S3::Bucket", json!("arn:aws:s3:::bucket")),
        ("AWS::IAM::Policy", json!("arn:aws:iam::aws:policy/AdministratorAccess")),
        // Shared from another account.
        ("AWS::EC2::Subnet", json!("arn:aws:ec2:us-east-1:999999999999:subnet/subnet-1")),
    ] {
        for member in ["ARN", "resourceId"] {
            let event = with_message(CHANGE, "/configurationItem/resourceType", json!(resource_type));
            let event = with_message(&event, &format!("/configurationItem/{member}"), arn.clone());
            assert!(ConfigEvent::from_json(&event).is_ok(), "{member} {arn}");
        }
    }
    assert!(ConfigEvent::from_json(&with_message(CHANGE, "/configurationItem/ARN", Value::Null)).is_ok());
}

/// AWS tells tags by case, and other services name their own members.
#[test]
fn names_that_are_not_those_of_aws_config_may_differ_in_case_alone() {
    let both = json!({"Name": "orders", "name": "migration"});
    for pointer in [
        "/configurationItem/tags",
        "/configurationItem/supplementaryConfiguration",
        "/configurationItem/relationships",
        "/configurationItem/configuration",
        "/configurationItemDiff",
    ] {
        let event = ConfigEvent::from_json(&with_message(CHANGE, pointer, both.clone())).unwrap();
        let InvokingEvent::ConfigurationItemChangeNotification(item) = event.invoking_event else {
            panic!("not a change")
        };
        if pointer.ends_with("/tags") {
            let keys: Vec<String> = item.tags.unwrap().into_keys().collect();
            assert_eq!(keys, ["Name", "name"]);
        }
    }
    for (one, other) in [("relatedEvents", "RelatedEvents"), ("awsRegion", "AwsRegion")] {
        let event = with_message(CHANGE, &format!("/configurationItem/{one}"), json!("us-east-1"));
        let event = with_message(&event, &format!("/configurationItem/{other}"), json!("us-east-1"));
        assert!(ConfigEvent::from_json(&event).is_ok(), "{one}");
    }
}

/// An exemption that has ended would count again, and so would a certificate.
#[test]
fn a_message_that_is_older_than_its_item_is_rejected() {
    for (event, pointer) in [
        (CHANGE, "/configurationItem/configurationItemCaptureTime"),
        (OVERSIZED, "/configurationItemSummary/configurationItemCaptureTime"),
    ] {
        let at = |notified: &str| {
            let event = with_message(event, pointer, json!("2026-10-01T15:03:11.636Z"));
            ConfigEvent::from_json(&with_message(&event, "/notificationCreationTime", json!(notified)))
        };
        for old in ["2020-01-01T00:00:00Z", "2026-10-01T14:48:11.635Z", "1970-01-01T00:00:00Z"] {
            let message = at(old).unwrap_err().to_string();
            assert!(
                message.contains("notificationCreationTime") && message.contains("2026-10-01"),
                "{message}"
            );
        }
        // The clocks of AWS may differ, and an item may be years old when a rule is evaluated.
        for accepted in [
            "2026-10-01T14:48:11.636Z",
            "2026-10-01T15:03:10Z",
            "2026-10-01T15:03:13Z",
            "2036-12-01T00:00:00Z",
        ] {
            assert!(at(accepted).is_ok(), "{accepted}");
        }
    }
}

/// The better of the two was taken.
#[test]
fn a_member_beside_one_that_differs_in_case_is_rejected() {
    for (odd, value) in [
        ("InvokingEvent", json!("{}")),
        ("RuleParameters", json!("{}")),
        ("rule_parameters", json!({})),
        ("eventleftscope", json!(true)),
        ("AccountId", json!("123456789012")),
    ] {
        assert!(
            message(&with(&with(CHANGE, "ruleParameters", json!("{}")), odd, value)).contains(odd),
            "{odd}"
        );
    }
    for (event, pointer, odd) in [
        (CHANGE, "/ConfigurationItem", "ConfigurationItem"),
        (CHANGE, "/configurationItem/Configuration", "Configuration"),
        (CHANGE, "/configurationItem/CONFIGURATION", "CONFIGURATION"),
        (CHANGE, "/configurationItem/ResourceId", "ResourceId"),
        (CHANGE, "/messagetype", "messagetype"),
        (CHANGE, "/configurationItem/ConfigurationItemStatus", "ConfigurationItemStatus"),
        (OVERSIZED, "/ConfigurationItemSummary", "ConfigurationItemSummary"),
        (SCHEDULED, "/NotificationCreationTime", "NotificationCreationTime"),
    ] {
        let message = message(&with_message(event, pointer, json!({"PubliclyAccessible": false})));
        assert!(message.contains(odd), "{pointer}: {message}");
    }
}

#[test]
fn an_item_beside_a_summary_of_another_one_is_rejected() {
    let payload: Value = serde_json::from_str(CHANGE).unwrap();
    let change: Value = serde_json::from_str(payload["invokingEvent"].as_str().unwrap()).unwrap();
    let mut item = change["configurationItem"].clone();
    for member in ["configuration", "relationships", "tags"] {
        item.as_object_mut().unwrap().remove(member);
    }
    let both = |item: &Value| {
        ConfigEvent::from_json(&with_message(CHANGE, "/configurationItemSummary", item.clone()))
    };
    assert!(both(&item).is_ok() && both(&Value::Null).is_ok());
    for (member, value) in [
        ("resourceId", json!("other")),
        ("resourceType", json!("AWS::DMS::Endpoint")),
        ("configurationItemStatus", json!("ResourceDeleted")),
        ("configurationItemCaptureTime", json!("2026-10-01T15:03:12Z")),
        ("awsRegion", json!("eu-west-1")),
    ] {
        let mut other = item.clone();
        other[member] = value;
        assert!(both(&other).unwrap_err().to_string().contains(member), "{member}");
    }
    assert!(both(&json!({})).unwrap_err().to_string().contains("resourceType"));
}
