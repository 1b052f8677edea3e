use aws_client::{Place, ResultToken, Role};
use chrono::{DateTime, TimeDelta, Utc};
use rule_core::{
    Arn, AssumeRoleMode, Configuration, ConfigurationItem, RuleParameters, exact_names, parse_timestamp,
};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::accounts::{self, NamedAccount};
use crate::invalid_event::InvalidEvent;

/// The longest part of a message type or a time that an error quotes.
const QUOTE_MAXIMUM: usize = 80;

/// The longest message of a JSON parser that an error quotes.
const JSON_MESSAGE_MAXIMUM: usize = 300;

/// The most by which the clocks of AWS may differ, as Amazon S3 allows it between a request and itself (its error
/// `RequestTimeTooSkewed`). AWS Config creates a message after the item in it, so that any difference is one of clocks.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(15);

/// An event of AWS Config, read and checked (AWS Config developer guide, "Example Events for AWS Config
/// Rules").
#[derive(Debug)]
pub struct ConfigEvent {
    /// The message that AWS Config invokes the rule with.
    pub invoking_event: InvokingEvent,
    /// The time of the message; `None` in some notifications.
    pub notification_creation_time: Option<DateTime<Utc>>,
    /// The parameters of the rule.
    pub rule_parameters: RuleParameters,
    /// The token that goes back with the evaluations.
    pub result_token: ResultToken,
    /// True if the resource is no longer in the scope of the rule.
    pub event_left_scope: bool,
    /// The account of the rule.
    pub account_id: Option<String>,
    /// The name of the rule.
    pub config_rule_name: Option<String>,
    /// The ARN of the rule.
    pub config_rule_arn: Option<String>,
    /// The role that AWS Config works with, usually a service-linked one.
    pub execution_role_arn: Option<String>,
}

/// The messages that invoke a rule (API reference of AWS Config, `MessageType`).
#[derive(Debug)]
pub enum InvokingEvent {
    /// A resource changed.
    ConfigurationItemChangeNotification(Box<ConfigurationItem>),
    /// A resource changed, and its item is too large for a notification.
    OversizedConfigurationItemChangeNotification(Box<ConfigurationItemSummary>),
    /// The schedule of the rule is due.
    ScheduledNotification,
    /// A snapshot was delivered, which triggers a periodic run too.
    ConfigurationSnapshotDeliveryCompleted,
}

impl InvokingEvent {
    /// Returns the item of a change, `None` for a periodic run.
    fn item(&self) -> Option<&ConfigurationItem> {
        match self {
            Self::ConfigurationItemChangeNotification(item) => Some(item),
            Self::OversizedConfigurationItemChangeNotification(summary) => Some(&summary.item),
            Self::ScheduledNotification | Self::ConfigurationSnapshotDeliveryCompleted => None,
        }
    }

    /// Returns the value of `messageType`.
    #[must_use]
    pub fn message_type(&self) -> &'static str {
        match self {
            Self::ConfigurationItemChangeNotification(_) => "ConfigurationItemChangeNotification",
            Self::OversizedConfigurationItemChangeNotification(_) => {
                "OversizedConfigurationItemChangeNotification"
            }
            Self::ScheduledNotification => "ScheduledNotification",
            Self::ConfigurationSnapshotDeliveryCompleted => "ConfigurationSnapshotDeliveryCompleted",
        }
    }
}

/// A configuration item without its configuration, as an oversized notification carries it.
#[derive(Debug)]
pub struct ConfigurationItemSummary {
    /// The item; its configuration is absent.
    pub item: ConfigurationItem,
}

impl ConfigurationItemSummary {
    /// Returns true if the verdict needs the configuration that the notification had no room for.
    pub(crate) fn needs_configuration(&self, event: &ConfigEvent) -> bool {
        !event.event_left_scope
            && self.item.configuration_item_status.is_applicable()
            && event.rule_parameters.rule.applies_to(&self.item)
    }
}

/// The payload. Members that hold JSON, as text or as an object, stay as they came: a map would drop one of two
/// members of the same name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(default, borrow)]
    invoking_event: Option<&'a RawValue>,
    #[serde(default, borrow)]
    rule_parameters: Option<&'a RawValue>,
    #[serde(default)]
    result_token: Value,
    #[serde(default)]
    event_left_scope: Value,
    #[serde(default)]
    account_id: Value,
    #[serde(default)]
    config_rule_name: Value,
    #[serde(default)]
    config_rule_arn: Value,
    #[serde(default)]
    execution_role_arn: Value,
}

impl Envelope<'_> {
    const NAMES: [&'static str; 8] = [
        "invokingEvent",
        "ruleParameters",
        "resultToken",
        "eventLeftScope",
        "accountId",
        "configRuleName",
        "configRuleArn",
        "executionRoleArn",
    ];
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageHead {
    #[serde(default)]
    message_type: Value,
    #[serde(default)]
    notification_creation_time: Value,
    #[serde(default)]
    aws_account_id: Value,
}

impl MessageHead {
    /// The members of a message that are read, those of its item too.
    const NAMES: [&'static str; 5] = [
        "messageType",
        "notificationCreationTime",
        "awsAccountId",
        "configurationItem",
        "configurationItemSummary",
    ];
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeMessage {
    #[serde(default)]
    configuration_item: Option<Box<ConfigurationItem>>,
    #[serde(default)]
    configuration_item_summary: Option<Box<ConfigurationItem>>,
}

impl ChangeMessage {
    /// Reads a message, the items of which must be of one version of one resource.
    fn read(invoking_event: &str) -> Result<Self, InvalidEvent> {
        let unreadable = |error: serde_json::Error| InvalidEvent::ConfigurationItem(error.to_string());
        let message: Self = serde_json::from_str(invoking_event).map_err(unreadable)?;
        if let (Some(item), Some(summary)) =
            (&message.configuration_item, &message.configuration_item_summary)
        {
            let member = differing(item, summary);
            member.map_or(Ok(()), |member| Err(InvalidEvent::ItemsDiffer(member)))?;
        }
        Ok(message)
    }
}

/// Returns the member by which two items are not of one version of one resource.
fn differing(item: &ConfigurationItem, summary: &ConfigurationItem) -> Option<&'static str> {
    let differ =
        |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
    [
        ("resourceType", item.resource_type != summary.resource_type),
        ("resourceId", item.resource_id != summary.resource_id),
        ("arn", differ(&item.arn, &summary.arn)),
        ("awsAccountId", differ(&item.account_id, &summary.account_id)),
        ("awsRegion", differ(&item.aws_region, &summary.aws_region)),
        ("configurationItemStatus", item.configuration_item_status != summary.configuration_item_status),
        (
            "configurationItemCaptureTime",
            item.configuration_item_capture_time != summary.configuration_item_capture_time,
        ),
        ("tags", item.tags.is_some() && summary.tags.is_some() && item.tags != summary.tags),
    ]
    .into_iter()
    .find_map(|(member, differs)| differs.then_some(member))
}

impl ConfigEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// Returns [`InvalidEvent`] with the defect: the payload is not an event of AWS Config, or has no
    /// result token, an unknown message type or status, an item without its identity, an absurd time, bad rule
    /// parameters, no account, or accounts that differ.
    pub fn from_json(payload: &str) -> Result<Self, InvalidEvent> {
        let envelope: Envelope<'_> =
            read(payload, &Envelope::NAMES).map_err(|error| InvalidEvent::Payload(without_values(&error)))?;
        let invoking_event = json_text(envelope.invoking_event.ok_or(InvalidEvent::NoInvokingEvent)?)
            .map_err(|error| InvalidEvent::Payload(without_values(&error)))?;
        let message: MessageHead = read(&invoking_event, &MessageHead::NAMES)
            .map_err(|error| InvalidEvent::InvokingEvent(without_values(&error)))?;
        let result_token = match envelope.result_token {
            Value::String(token) if !token.is_empty() => ResultToken::new(token),
            _ => return Err(InvalidEvent::NoResultToken),
        };
        let event_left_scope = match envelope.event_left_scope {
            Value::Bool(left) => left,
            Value::Null => false,
            Value::String(text) if text.eq_ignore_ascii_case("true") => true,
            Value::String(text) if text.eq_ignore_ascii_case("false") => false,
            _ => return Err(InvalidEvent::EventLeftScope),
        };
        let rule_parameters = match envelope.rule_parameters.map(json_text).transpose() {
            Ok(None) => RuleParameters::default(),
            Ok(Some(text)) => RuleParameters::from_json(&text)?,
            Err(error) => return Err(InvalidEvent::Payload(without_values(&error))),
        };
        let event = Self {
            notification_creation_time: notification_time(&message.notification_creation_time)?,
            invoking_event: read_invoking_event(&message, &invoking_event)?,
            rule_parameters,
            result_token,
            event_left_scope,
            account_id: accounts::id("accountId", envelope.account_id)?,
            config_rule_name: text(envelope.config_rule_name),
            config_rule_arn: text(envelope.config_rule_arn),
            execution_role_arn: text(envelope.execution_role_arn),
        };
        let message_account = accounts::id("awsAccountId", message.aws_account_id)?;
        event.check_accounts(message_account.as_deref())?;
        event.check_time()?;
        Ok(event)
    }

    /// Checks that the event names the account of the rule, and no other.
    fn check_accounts(&self, message_account: Option<&str>) -> Result<(), InvalidEvent> {
        if self.account().is_none() {
            return Err(InvalidEvent::NoAccount);
        }
        let item = self.invoking_event.item();
        let named = [
            ("accountId", self.account_id.as_deref()),
            ("configRuleArn", self.rule_arn().and_then(|arn| arn.account_id())),
            ("awsAccountId", message_account),
            ("awsAccountId of the configuration item", item.and_then(|item| item.account_id.as_deref())),
            (
                "arn of the configuration item",
                item.and_then(|item| accounts::in_arn(item, item.arn.as_deref()?)),
            ),
            (
                "resourceId of the configuration item",
                item.and_then(|item| accounts::in_arn(item, &item.resource_id)),
            ),
        ];
        accounts::check(named.into_iter().filter_map(|(member, id)| Some(NamedAccount { member, id: id? })))
    }

    /// Checks that the message is not older than the item in it, by which an exemption or a certificate that has ended would
    /// be valid again.
    fn check_time(&self) -> Result<(), InvalidEvent> {
        let captured = self.invoking_event.item().map(|item| item.configuration_item_capture_time);
        match (captured, self.notification_creation_time) {
            (Some(captured), Some(notified)) if captured - notified > CLOCKS_APART => {
                Err(InvalidEvent::OlderThanItem { notified, captured })
            }
            _ => Ok(()),
        }
    }

    /// Returns the account of the rule: the event's, else that of the rule's ARN.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account_id.as_deref().or_else(|| self.rule_arn()?.account_id())
    }

    /// Returns the Region of the rule's ARN; `None` if it has none that can be part of a host name.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.rule_arn()?.region().filter(|region| {
            region.contains('-') && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    }

    fn rule_arn(&self) -> Option<Arn<'_>> {
        self.config_rule_arn.as_deref().and_then(Arn::parse)
    }

    /// Returns the account and Region of the rule, and the role to assume there.
    ///
    /// # Errors
    /// Returns [`InvalidEvent`] if a role is needed and none can be assumed; it names the rule parameter to
    /// set.
    pub(crate) fn place(&self, function_arn: &str) -> Result<Place, InvalidEvent> {
        let partition = self.partition(function_arn).to_owned();
        let role = self
            .role_to_assume(function_arn, &partition)?
            .map(|arn| Role { arn, sts_region: self.rule_parameters.values.execution_role.region.clone() });
        Ok(Place {
            account_id: self.account().map(str::to_owned),
            region: self.region().map(str::to_owned),
            partition,
            role,
        })
    }

    /// Returns the ARN of the role to assume before any call; `None` if the function works with its own role.
    fn role_to_assume(&self, function_arn: &str, partition: &str) -> Result<Option<String>, InvalidEvent> {
        let role = &self.rule_parameters.values.execution_role;
        let function_account = Arn::parse(function_arn).and_then(|arn| arn.account_id());
        let accounts = self.account().zip(function_account);
        let elsewhere = accounts.filter(|(rule, function)| rule != function);
        let is_assumed = match (role.mode, elsewhere) {
            (AssumeRoleMode::Always, _) => true,
            (AssumeRoleMode::ByAccount, elsewhere) => elsewhere.is_some() || role.name.is_some(),
            (AssumeRoleMode::Never, None) => false,
            (AssumeRoleMode::Never, Some((account, function))) => {
                return Err(InvalidEvent::RoleForbidden {
                    rule: account.to_owned(),
                    function: function.to_owned(),
                });
            }
        };
        if !is_assumed {
            return Ok(None);
        }
        if let Some(name) = &role.name {
            let account = self.account().ok_or(InvalidEvent::NoAccount)?;
            return Ok(Some(format!("arn:{partition}:iam::{account}:role/{name}")));
        }
        // No function can assume a service-linked role (IAM user guide, "Service-linked roles").
        match self.execution_role_arn.as_deref() {
            Some(arn) if arn.contains(":role/aws-service-role/") => Err(InvalidEvent::ServiceLinkedRole),
            Some(arn) => {
                let parsed = Arn::parse(arn).filter(|arn| arn.service == "iam");
                let assumed = parsed.and_then(|arn| arn.account_id()).ok_or(InvalidEvent::NoRole)?;
                let own = self.account().ok_or(InvalidEvent::NoAccount)?;
                if assumed != own {
                    return Err(accounts::differ(
                        NamedAccount { member: "executionRoleArn", id: assumed },
                        NamedAccount { member: "the AWS Config rule", id: own },
                    ));
                }
                Ok(Some(arn.to_owned()))
            }
            None => Err(InvalidEvent::NoRole),
        }
    }

    /// Returns the partition, for example `aws-cn`.
    fn partition<'a>(&'a self, function_arn: &'a str) -> &'a str {
        [self.config_rule_arn.as_deref(), self.execution_role_arn.as_deref(), Some(function_arn)]
            .into_iter()
            .flatten()
            .find_map(|arn| Some(Arn::parse(arn)?.partition).filter(|partition| !partition.is_empty()))
            .unwrap_or("aws")
    }
}

fn read_invoking_event(message: &MessageHead, invoking_event: &str) -> Result<InvokingEvent, InvalidEvent> {
    let missing = |member: &str| InvalidEvent::ConfigurationItem(format!("missing field `{member}`"));
    let Value::String(message_type) = &message.message_type else { return Err(InvalidEvent::NoMessageType) };
    match message_type.as_str() {
        "ConfigurationItemChangeNotification" => {
            let item = ChangeMessage::read(invoking_event)?.configuration_item;
            let item = item.ok_or_else(|| missing("configurationItem"))?;
            Ok(InvokingEvent::ConfigurationItemChangeNotification(item))
        }
        "OversizedConfigurationItemChangeNotification" => {
            let summary = ChangeMessage::read(invoking_event)?.configuration_item_summary;
            let summary = summary.ok_or_else(|| missing("configurationItemSummary"))?;
            let item = ConfigurationItem { configuration: Configuration::Absent, ..*summary };
            let summary = Box::new(ConfigurationItemSummary { item });
            Ok(InvokingEvent::OversizedConfigurationItemChangeNotification(summary))
        }
        "ScheduledNotification" => Ok(InvokingEvent::ScheduledNotification),
        "ConfigurationSnapshotDeliveryCompleted" => Ok(InvokingEvent::ConfigurationSnapshotDeliveryCompleted),
        other => Err(InvalidEvent::MessageType(other.chars().take(QUOTE_MAXIMUM).collect())),
    }
}

/// Reads an object none of whose `names` is there in another spelling too.
fn read<'a, T: Deserialize<'a>>(text: &'a str, names: &'static [&'static str]) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let object = exact_names::read(&mut deserializer, names)?;
    deserializer.end()?;
    Ok(object)
}

/// Returns serde's message about a text, without the text: for a wrong type it quotes all of it, token
/// included.
fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let unquoted = message
        .split_once("string \"")
        .and_then(|(before, rest)| {
            let (_, after) = rest.rsplit_once("\", expected")?;
            Some(format!("{before}text, expected{after}"))
        })
        .unwrap_or(message);
    unquoted.chars().take(JSON_MESSAGE_MAXIMUM).collect()
}

/// Returns the JSON text that a member holds: its own text if it is an object, else the text within the text.
fn json_text(member: &RawValue) -> Result<String, serde_json::Error> {
    let text = member.get();
    if text.starts_with('"') { serde_json::from_str(text) } else { Ok(text.to_owned()) }
}

/// Reads the time of a message; `None` if it has none.
fn notification_time(value: &Value) -> Result<Option<DateTime<Utc>>, InvalidEvent> {
    if value.is_null() {
        return Ok(None);
    }
    let time = parse_timestamp(value);
    time.map(Some).ok_or_else(|| {
        let quoted = value.to_string().chars().take(QUOTE_MAXIMUM).collect();
        InvalidEvent::NotificationTime(quoted)
    })
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:dms-rule";

    /// Returns the role that is assumed for a rule in this account, with this `executionRoleArn`.
    fn role(account: &str, execution_role_arn: &str, parameters: &str) -> Result<Option<String>, String> {
        let event = json!({
            "invokingEvent": r#"{"messageType": "ScheduledNotification"}"#,
            "resultToken": "T",
            "accountId": account,
            "executionRoleArn": execution_role_arn,
            "ruleParameters": parameters,
        });
        let event = ConfigEvent::from_json(&event.to_string()).map_err(|error| error.to_string())?;
        let place = event.place(FUNCTION).map_err(|error| error.to_string())?;
        Ok(place.role.map(|role| role.arn))
    }

    #[test]
    fn a_role_of_a_third_account_is_not_assumed() {
        let of_account = |account: &str| format!("arn:aws:iam::{account}:role/Another");
        let rule = "222222222222";
        let always = r#"{"AssumeRoleMode": "true"}"#;
        let own = of_account(rule);
        assert_eq!(role(rule, &own, "").unwrap(), Some(own.clone()));
        for (account, arn, parameters) in [
            (rule, of_account("999999999999"), ""),
            (rule, of_account("123456789012"), ""),
            ("123456789012", own.clone(), always),
            ("0222222222222", own.clone(), ""),
        ] {
            let message = role(account, &arn, parameters).unwrap_err();
            let in_arn = Arn::parse(&arn).unwrap().account_id;
            assert!(message.contains(account) && message.contains(in_arn), "{message}");
        }
        for odd in ["arn:aws:iam:::role/Another", "arn:aws:sts::222222222222:role/Another", "Another", ""] {
            assert!(role(rule, odd, "").unwrap_err().contains("ExecutionRoleName"), "{odd}");
        }
        // A role that is not used may be in any account.
        let named = r#"{"ExecutionRoleName": "Own"}"#;
        let expected = Some("arn:aws:iam::222222222222:role/Own".to_owned());
        assert_eq!(role(rule, &of_account("999999999999"), named).unwrap(), expected);
        assert_eq!(role("123456789012", &of_account("999999999999"), "").unwrap(), None);
    }
}
