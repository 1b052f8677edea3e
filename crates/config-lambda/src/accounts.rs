//! Checks what an event states of accounts against itself.

use rule_core::{Arn, ConfigurationItem, ResourceType};
use serde_json::Value;

use crate::invalid_event::InvalidEvent;

/// The digits of the id of an account (AWS account management guide, "View AWS account identifiers"). Events that
/// were published with other digits in their place may have more.
const ID_DIGITS: usize = 12;

/// The longest part of an id that an error quotes.
const QUOTE_MAXIMUM: usize = 40;

/// An account, and the member of an event that names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedAccount<'a> {
    pub(crate) member: &'static str,
    pub(crate) id: &'a str,
}

/// Reads the id of an account; `None` if it is missing or empty.
///
/// # Errors
/// Returns [`InvalidEvent::AccountNotDigits`] for anything but digits: the id becomes part of the ARN of a role.
pub(crate) fn id(member: &'static str, value: Value) -> Result<Option<String>, InvalidEvent> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if are_digits(&text) => Ok(Some(text)),
        Value::String(text) => Err(not_digits(member, &text)),
        other => Err(not_digits(member, &other.to_string())),
    }
}

/// Checks that all of these are one account. Ids that have not the length of an id are not compared.
///
/// # Errors
/// Returns [`InvalidEvent`] with the first id that is not digits, or the first two that differ.
pub(crate) fn check<'a>(named: impl Iterator<Item = NamedAccount<'a>>) -> Result<(), InvalidEvent> {
    let mut first: Option<NamedAccount<'_>> = None;
    for account in named {
        if !are_digits(account.id) {
            return Err(not_digits(account.member, account.id));
        }
        if account.id.len() != ID_DIGITS {
            continue;
        }
        match first {
            Some(first) if first.id != account.id => return Err(differ(first, account)),
            Some(_) => {}
            None => first = Some(account),
        }
    }
    Ok(())
}

/// Returns the account in `text`, which is the ARN or the id of the resource of an item; `None` if that is no ARN, or the
/// ARN names no account by which the resource is known.
///
/// In an ARN of AWS DMS any account counts. In one of another service it counts, if it is digits, for a resource of DMS
/// alone: other resources may be shared from another account, or belong to AWS (`arn:aws:iam::aws:policy/...`).
pub(crate) fn in_arn<'a>(item: &ConfigurationItem, text: &'a str) -> Option<&'a str> {
    let arn = Arn::parse(text.trim())?;
    let is_of_dms = || ResourceType::from_name(&item.resource_type).is_some();
    arn.account_id().filter(|id| arn.service == "dms" || (are_digits(id) && is_of_dms()))
}

/// Returns the error for two members that name different accounts.
pub(crate) fn differ(one: NamedAccount<'_>, other: NamedAccount<'_>) -> InvalidEvent {
    InvalidEvent::AccountsDiffer {
        one: one.member,
        one_id: cut(one.id),
        other: other.member,
        other_id: cut(other.id),
    }
}

fn not_digits(member: &'static str, text: &str) -> InvalidEvent {
    InvalidEvent::AccountNotDigits { member, found: cut(text) }
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn cut(text: &str) -> String {
    text.chars().take(QUOTE_MAXIMUM).collect()
}
