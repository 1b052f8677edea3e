//! Configuration items, complete or not, among those of other services.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use rule_core::{ConfigurationItem, ResourceType};
use serde::Deserialize;

use super::error::EntryError;
use super::existing::Members;

/// Returns false if an item is not of a DMS type, without parsing it: it has neither `::DMS::`, in any case, nor an
/// escape that may hide it.
pub(super) fn may_be_of_dms(value: &[u8]) -> bool {
    let named = memchr::memmem::find_iter(value, b"::")
        .any(|at| value.get(at + 2..at + 7).is_some_and(|word| word.eq_ignore_ascii_case(b"DMS::")));
    named || memchr::memmem::find(value, b"\\u").is_some()
}

/// Returns true if an item has a type, and no rule is for that type.
pub(super) fn is_of_another_type(value: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed<'a> {
        #[serde(borrow)]
        resource_type: Cow<'a, str>,
    }
    serde_json::from_slice::<Typed<'_>>(value)
        .is_ok_and(|typed| ResourceType::from_name(&typed.resource_type).is_none())
}

/// Reads an item.
///
/// # Errors
/// Returns an error if the item lacks a member that every item has.
pub(super) fn read(value: &[u8]) -> Result<ConfigurationItem, EntryError> {
    Ok(ConfigurationItem::from_json(std::str::from_utf8(value)?)?)
}

/// Reads an item that may lack status, time and id: a query selects members, and a batch leaves out the status. Both
/// return only resources that exist. The time is then `at`, that of the check, and the id the ARN.
///
/// # Errors
/// Returns an error if the item lacks another member that every item has.
pub(super) fn read_partial(value: &[u8], at: DateTime<Utc>) -> Result<ConfigurationItem, EntryError> {
    let text = std::str::from_utf8(value)?;
    let members: Members<'_> = serde_json::from_str(text)?;
    let mut added = String::new();
    let mut add = |name: &str, value: &str| {
        added.extend(["\"", name, "\":", value, ","]);
    };
    if !members.contains_key("configurationItemStatus") {
        add("configurationItemStatus", "\"OK\"");
    }
    if !members.contains_key("configurationItemCaptureTime") {
        add("configurationItemCaptureTime", &format!("\"{}\"", at.to_rfc3339()));
    }
    if !members.contains_key("resourceId")
        && let Some(arn) = members.get("arn").or_else(|| members.get("ARN"))
    {
        add("resourceId", arn.get());
    }
    // They are added as text: a map would lose a member that is given twice.
    let rest = text.trim_start().strip_prefix('{').ok_or(EntryError::NotAnObject)?;
    let text = if members.is_empty() { text.to_owned() } else { format!("{{{added}{rest}") };
    read(text.as_bytes())
}

/// Compares the age of two items of one resource; `None` if it cannot be known.
pub(super) fn age(one: &ConfigurationItem, other: &ConfigurationItem) -> Option<Ordering> {
    let state = |item: &ConfigurationItem| item.configuration_state_id.as_deref()?.parse::<u64>().ok();
    match one.configuration_item_capture_time.cmp(&other.configuration_item_capture_time) {
        Ordering::Equal => Some(state(one)?.cmp(&state(other)?)).filter(|order| order.is_ne()),
        order => Some(order),
    }
}
