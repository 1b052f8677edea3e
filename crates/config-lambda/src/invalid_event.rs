use chrono::{DateTime, Utc};
use rule_core::InvalidRuleParameter;

/// An event that is not one of AWS Config, or that leaves no way to evaluate and report. Its message names
/// what is wrong; it quotes nothing of the event but names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEvent {
    /// The payload is not a JSON object.
    #[error("the payload is not an AWS Config event: {0}")]
    Payload(String),
    /// The payload has no `invokingEvent`.
    #[error(
        "the payload has no invokingEvent, so it is not an AWS Config event; invoke the function through an \
         AWS Config rule, or with an event such as those AWS Config sends"
    )]
    NoInvokingEvent,
    /// `invokingEvent` is not a JSON object.
    #[error("invokingEvent is not a JSON object: {0}")]
    InvokingEvent(String),
    /// `invokingEvent` has no `messageType`.
    #[error("invokingEvent has no messageType, so it is not an AWS Config event")]
    NoMessageType,
    /// The message is of a type that AWS Config does not send to rules.
    #[error("unknown messageType `{0}`; no evaluation was submitted")]
    MessageType(String),
    /// The configuration item of the message cannot be read.
    #[error("invokingEvent cannot be read: {0}")]
    ConfigurationItem(String),
    /// There is no result token.
    #[error(
        "the event has no resultToken, so no evaluation can be submitted; for a test use the token TESTMODE"
    )]
    NoResultToken,
    /// `eventLeftScope` is not a boolean.
    #[error("eventLeftScope is neither true nor false")]
    EventLeftScope,
    /// A rule parameter cannot be used.
    #[error(transparent)]
    RuleParameter(#[from] InvalidRuleParameter),
    /// A periodic run has no time.
    #[error("the scheduled event has no notificationCreationTime, so its evaluations could not be ordered")]
    NoNotificationTime,
    /// The time of the message is no time, or an absurd one.
    #[error("notificationCreationTime is {0}, which is not a time such as 2026-10-01T15:03:13.332Z")]
    NotificationTime(String),
    /// The message is older than the item that it holds.
    #[error(
        "the event contradicts itself: notificationCreationTime {notified} is more than 15 minutes before the \
         configurationItemCaptureTime {captured} of its item"
    )]
    OlderThanItem {
        /// The time of the message.
        notified: DateTime<Utc>,
        /// The time of the item.
        captured: DateTime<Utc>,
    },
    /// The message holds an item and a summary of another one.
    #[error("the event contradicts itself: {0} of configurationItem is not that of configurationItemSummary")]
    ItemsDiffer(&'static str),
    /// A periodic run has no rule name.
    #[error(
        "every resource was evaluated, but the event has no configRuleName, so the results of deleted ones \
         could not be cleared"
    )]
    NoRuleName,
    /// The rule is in another account, and its parameters forbid to assume a role there.
    #[error(
        "the rule is in account {rule} and this function in {function}, but AssumeRoleMode is false; remove it \
         and set ExecutionRoleName to a role in the account of the rule"
    )]
    RoleForbidden {
        /// The account of the rule.
        rule: String,
        /// The account of the function.
        function: String,
    },
    /// No member names the account of the rule.
    #[error("the event does not name the account of the rule: neither accountId nor configRuleArn has it")]
    NoAccount,
    /// The id of an account is not digits.
    #[error("{member} of the event must name an account by its digits, not `{found}`")]
    AccountNotDigits {
        /// The member of the event.
        member: &'static str,
        /// The id, cut short.
        found: String,
    },
    /// Two members name different accounts.
    #[error(
        "the event contradicts itself: {one} names account {one_id}, and {other} names {other_id}; the rule, its \
         role and its resources are in one account"
    )]
    AccountsDiffer {
        /// The first member.
        one: &'static str,
        /// The account of the first member.
        one_id: String,
        /// The second member.
        other: &'static str,
        /// The account of the second member.
        other_id: String,
    },
    /// The only role is one that a function cannot assume.
    #[error(
        "executionRoleArn is the service-linked role of AWS Config, which no function can assume; set the rule \
         parameter ExecutionRoleName to a role in the account of the rule that trusts this function"
    )]
    ServiceLinkedRole,
    /// A role is needed, and there is none.
    #[error(
        "the function must assume a role in the account of the rule, but the event names none; set the rule \
         parameter ExecutionRoleName"
    )]
    NoRole,
}
