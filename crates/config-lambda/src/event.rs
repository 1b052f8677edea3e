use std::fmt;

use chrono::{DateTime, Utc};
use rule_core::{AssumeRoleMode, Configuration, ConfigurationItem, RuleParameters, parse_timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::Error;

/// What AWS Config invokes the function with, read and checked.
#[derive(Debug)]
pub struct ConfigEvent {
    /// What happened.
    pub invoking_event: InvokingEvent,
    /// When AWS Config said so; absent in some notifications.
    pub notification_creation_time: Option<DateTime<Utc>>,
    /// The parameters of the rule.
    pub rule_parameters: RuleParameters,
    /// Goes back with the evaluations.
    pub result_token: ResultToken,
    /// The resource is no longer in the scope of the rule.
    pub event_left_scope: bool,
    /// The account of the rule.
    pub account_id: Option<String>,
    /// The name of the rule.
    pub config_rule_name: Option<String>,
    /// The ARN of the rule.
    pub config_rule_arn: Option<String>,
    /// The role that AWS Config works with, usually service-linked.
    pub execution_role_arn: Option<String>,
}

/// The four messages that invoke a rule.
#[derive(Debug)]
pub enum InvokingEvent {
    /// A resource changed.
    ConfigurationItemChangeNotification(Box<ConfigurationItem>),
    /// A resource changed, and its item is too large for a notification.
    OversizedConfigurationItemChangeNotification(Box<ConfigurationItemSummary>),
    /// The schedule of the rule came round.
    ScheduledNotification,
    /// A snapshot was delivered, which is a schedule too.
    ConfigurationSnapshotDeliveryCompleted,
}

impl InvokingEvent {
    /// The word in `messageType`.
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

/// A configuration item without its configuration: what an oversized notification carries.
#[derive(Debug)]
pub struct ConfigurationItemSummary {
    /// The members of the summary; its configuration is absent.
    pub item: ConfigurationItem,
}

/// The opaque token that binds evaluations to an invocation. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ResultToken(String);

impl ResultToken {
    /// The token as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Rule Development Kit's word for "validate, store nothing".
    #[must_use]
    pub fn is_test_mode(&self) -> bool {
        self.0 == "TESTMODE"
    }

    /// `text` without the token.
    pub(crate) fn redact(&self, text: &str) -> String {
        if self.is_test_mode() { text.to_owned() } else { text.replace(&self.0, "[result token]") }
    }
}

impl fmt::Debug for ResultToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResultToken(..)")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    #[serde(default)]
    invoking_event: Value,
    #[serde(default)]
    rule_parameters: Value,
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    message_type: Value,
    #[serde(default)]
    notification_creation_time: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeMessage {
    configuration_item: Box<ConfigurationItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OversizedMessage {
    configuration_item_summary: Box<ConfigurationItem>,
}

impl ConfigEvent {
    /// Reads an event.
    ///
    /// # Errors
    /// [`BadInput`](crate::ErrorKind::BadInput), naming what is wrong: not an event of AWS Config, no result token, an
    /// unknown message type or status, an item without its identity, bad rule parameters.
    pub fn from_json(payload: &str) -> Result<Self, Error> {
        let envelope: Envelope = serde_json::from_str(payload).map_err(|error| {
            Error::bad_input(format!("the payload is not an AWS Config event: {}", words(&error)))
        })?;
        let invoking_event = match envelope.invoking_event {
            Value::String(text) => text,
            Value::Null => {
                return Err(Error::bad_input(
                    "the payload has no invokingEvent, so it is not an AWS Config event; invoke the function through an AWS Config rule, or with an event such as those AWS Config sends",
                ));
            }
            object => object.to_string(),
        };
        let message: Message = serde_json::from_str(&invoking_event).map_err(|error| {
            Error::bad_input(format!("invokingEvent is not a JSON object: {}", words(&error)))
        })?;
        let result_token = match envelope.result_token {
            Value::String(token) if !token.is_empty() => ResultToken(token),
            _ => {
                return Err(Error::bad_input(
                    "the event has no resultToken, so no evaluation can be put; for a test use the token TESTMODE",
                ));
            }
        };
        let event_left_scope = match envelope.event_left_scope {
            Value::Bool(left) => left,
            Value::Null => false,
            Value::String(text) if text.eq_ignore_ascii_case("true") => true,
            Value::String(text) if text.eq_ignore_ascii_case("false") => false,
            _ => return Err(Error::bad_input("eventLeftScope is neither true nor false")),
        };
        let rule_parameters = match envelope.rule_parameters {
            Value::Null => RuleParameters::default(),
            Value::String(text) => {
                RuleParameters::from_json(&text).map_err(|error| Error::bad_input(error.to_string()))?
            }
            object => RuleParameters::from_json(&object.to_string())
                .map_err(|error| Error::bad_input(error.to_string()))?,
        };
        let event = Self {
            notification_creation_time: parse_timestamp(&message.notification_creation_time),
            invoking_event: read_invoking_event(&message, &invoking_event)?,
            rule_parameters,
            result_token,
            event_left_scope,
            account_id: text(envelope.account_id),
            config_rule_name: text(envelope.config_rule_name),
            config_rule_arn: text(envelope.config_rule_arn),
            execution_role_arn: text(envelope.execution_role_arn),
        };
        Ok(event)
    }

    /// The account of the rule: as the event says, else as the rule's ARN does.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account_id.as_deref().or_else(|| arn_part(self.config_rule_arn.as_deref()?, 4))
    }

    /// The Region of the rule, where its ARN tells it.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        arn_part(self.config_rule_arn.as_deref()?, 3).filter(|region| {
            region.contains('-') && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
    }

    /// The ARN of the role to assume before any call; none: the function works with its own.
    ///
    /// # Errors
    /// A role is needed and none can be assumed: the message says which rule parameter to set.
    pub(crate) fn role_to_assume(&self, function_arn: &str) -> Result<Option<String>, Error> {
        let role = &self.rule_parameters.execution_role;
        let function_account = arn_part(function_arn, 4);
        let elsewhere = matches!((self.account(), function_account), (Some(its), Some(own)) if its != own);
        let assume = match role.mode {
            AssumeRoleMode::Always => true,
            AssumeRoleMode::ByAccount => elsewhere || role.name.is_some(),
            AssumeRoleMode::Never if elsewhere => {
                return Err(Error::bad_input(format!(
                    "the rule is in account {} and this function in {}, but AssumeRoleMode is false; remove it and set ExecutionRoleName to a role in the account of the rule",
                    self.account().unwrap_or_default(),
                    function_account.unwrap_or_default(),
                )));
            }
            AssumeRoleMode::Never => false,
        };
        if !assume {
            return Ok(None);
        }
        if let Some(name) = &role.name {
            let account = self.account().ok_or_else(|| {
                Error::bad_input("ExecutionRoleName is set, but neither accountId nor configRuleArn tells the account of the rule")
            })?;
            return Ok(Some(format!("arn:{}:iam::{account}:role/{name}", self.partition(function_arn))));
        }
        match self.execution_role_arn.as_deref() {
            Some(arn) if !arn.contains(":role/aws-service-role/") && arn_part(arn, 2) == Some("iam") => {
                Ok(Some(arn.to_owned()))
            }
            Some(arn) if arn.contains(":role/aws-service-role/") => Err(Error::bad_input(
                "executionRoleArn is the service-linked role of AWS Config, which no function can assume; set the rule parameter ExecutionRoleName to a role in the account of the rule that trusts this function",
            )),
            _ => Err(Error::bad_input(
                "the function must assume a role in the account of the rule, but the event names none; set the rule parameter ExecutionRoleName",
            )),
        }
    }

    /// aws, aws-cn, aws-us-gov, ...
    pub(crate) fn partition<'a>(&'a self, function_arn: &'a str) -> &'a str {
        [self.config_rule_arn.as_deref(), self.execution_role_arn.as_deref(), Some(function_arn)]
            .into_iter()
            .flatten()
            .find_map(|arn| arn_part(arn, 1))
            .unwrap_or("aws")
    }
}

fn read_invoking_event(message: &Message, invoking_event: &str) -> Result<InvokingEvent, Error> {
    let unreadable =
        |error: serde_json::Error| Error::bad_input(format!("invokingEvent cannot be read: {error}"));
    match &message.message_type {
        Value::String(message_type) => match message_type.as_str() {
            "ConfigurationItemChangeNotification" => {
                let ChangeMessage { configuration_item } =
                    serde_json::from_str(invoking_event).map_err(unreadable)?;
                Ok(InvokingEvent::ConfigurationItemChangeNotification(configuration_item))
            }
            "OversizedConfigurationItemChangeNotification" => {
                let message: OversizedMessage = serde_json::from_str(invoking_event).map_err(unreadable)?;
                let mut item = *message.configuration_item_summary;
                item.configuration = Configuration::Absent;
                Ok(InvokingEvent::OversizedConfigurationItemChangeNotification(Box::new(
                    ConfigurationItemSummary { item },
                )))
            }
            "ScheduledNotification" => Ok(InvokingEvent::ScheduledNotification),
            "ConfigurationSnapshotDeliveryCompleted" => {
                Ok(InvokingEvent::ConfigurationSnapshotDeliveryCompleted)
            }
            other => Err(Error::bad_input(format!(
                "unknown messageType `{}`; no evaluation was put",
                other.chars().take(80).collect::<String>()
            ))),
        },
        _ => Err(Error::bad_input("invokingEvent has no messageType, so it is not an AWS Config event")),
    }
}

impl ConfigurationItemSummary {
    /// Whether the verdict needs the configuration that the notification had no room for.
    pub(crate) fn needs_configuration(&self, event: &ConfigEvent) -> bool {
        !event.event_left_scope
            && self.item.configuration_item_status.is_applicable()
            && event.rule_parameters.rule.judges(&self.item)
    }

    /// Whether `item` of the resource's history is the one this summary speaks of. Its status may have been told
    /// otherwise; its time and, where both are known, its state id may not.
    pub(crate) fn speaks_of(&self, item: &ConfigurationItem) -> bool {
        let same_state = match (&self.item.configuration_state_id, &item.configuration_state_id) {
            (Some(summary), Some(item)) => summary == item,
            _ => true,
        };
        let apart = self.item.configuration_item_capture_time - item.configuration_item_capture_time;
        same_state && apart.num_milliseconds().abs() <= 1
    }
}

/// What serde says of a text, without the text: its words for a wrong type quote all of it, token included.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let unquoted = words
        .split_once("string \"")
        .and_then(|(before, rest)| {
            Some(format!(
                "{before}text{}",
                rest.rsplit_once("\", expected").map(|(_, after)| format!(", expected{after}"))?
            ))
        })
        .unwrap_or(words);
    unquoted.chars().take(300).collect()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// Part `index` of `arn:partition:service:region:account:resource`, if it is not empty.
pub(crate) fn arn_part(arn: &str, index: usize) -> Option<&str> {
    arn.starts_with("arn:").then(|| arn.split(':').nth(index))?.filter(|part| !part.is_empty())
}
