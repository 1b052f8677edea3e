//! Configuration items, complete or not, among those of other services.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use memchr::memmem::Finder;
use rule_core::text::cut;
use rule_core::{ConfigurationItem, ResourceType};
use serde::Deserialize;

use super::error::EntryError;
use super::existing::ExistingResource;
use super::members::Members;

/// Two colons, as every type of AWS has them.
static COLONS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("::"));

/// The beginning of an escape that may hide a letter or colon.
static ESCAPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\\u"));

/// Returns false if an item is not of a DMS type, without parsing it: it has two colons beside other words than `DMS`, in any
/// case and with anything but a letter between them, and no escape that may hide it.
pub(super) fn may_be_of_dms(value: &[u8]) -> bool {
    let mut has_colons = false;
    let is_named = COLONS.find_iter(value).any(|at| {
        has_colons = true;
        let (before, behind) = (value.get(..at).unwrap_or_default(), value.get(at + 2..).unwrap_or_default());
        is_word(behind.iter(), *b"DMS") || is_word(before.iter().rev(), *b"SMD")
    });
    is_named || !has_colons || ESCAPE.find(value).is_some()
}

/// Returns true if the next letters are these, behind anything that is neither letter, digit nor quotation mark.
fn is_word<'a>(mut bytes: impl Iterator<Item = &'a u8>, [first, second, third]: [u8; 3]) -> bool {
    let begins = bytes.find(|byte| byte.is_ascii_alphanumeric() || **byte == b'"');
    begins.is_some_and(|byte| byte.eq_ignore_ascii_case(&first))
        && bytes.next().is_some_and(|byte| byte.eq_ignore_ascii_case(&second))
        && bytes.next().is_some_and(|byte| byte.eq_ignore_ascii_case(&third))
}

/// Returns true if an item has a type that is known, or of another service, and no rule is for that type.
pub(super) fn is_of_another_type(value: &[u8]) -> bool {
    type_name(value)
        .is_some_and(|name| ResourceType::from_name(&name).is_none() && !ResourceType::is_doubtful(&name))
}

/// Returns the type of an item; `None` if it is not given, or given twice.
pub(super) fn type_name(value: &[u8]) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed<'a> {
        #[serde(borrow)]
        resource_type: Cow<'a, str>,
    }
    serde_json::from_slice::<Typed<'_>>(value).ok().map(|typed| typed.resource_type)
}

/// Reads an item.
///
/// # Errors
/// Returns an error if the item lacks a member that every item has, or its type may be meant for one of DMS and is none that
/// is known.
pub(super) fn read(value: &[u8]) -> Result<ConfigurationItem, EntryError> {
    let item = ConfigurationItem::from_json(std::str::from_utf8(value)?)?;
    if ResourceType::is_doubtful(&item.resource_type) {
        return Err(EntryError::Type(cut(&item.resource_type, 64)));
    }
    Ok(item)
}

/// Reads an item that may lack status, time and id: a query selects members, and a batch leaves out the status. Both
/// return only resources that exist. The time is then `at`, that of the check, and the id the ARN.
///
/// # Errors
/// Returns an error if the item lacks another member that every item has.
pub(super) fn read_partial(value: &[u8], at: DateTime<Utc>) -> Result<ExistingResource, EntryError> {
    let text = std::str::from_utf8(value)?;
    let members = Members::from_json(text)?;
    let mut added = String::new();
    let mut add = |name: &str, value: &str| {
        added.extend(["\"", name, "\":", value, ","]);
    };
    if !members.has("configurationItemStatus") {
        add("configurationItemStatus", "\"OK\"");
    }
    let is_dated = members.has("configurationItemCaptureTime");
    if !is_dated {
        add("configurationItemCaptureTime", &format!("\"{}\"", at.to_rfc3339()));
    }
    if !members.has("resourceId")
        && let Some(arn) = members.get("arn").chain(members.get("ARN")).next()
    {
        add("resourceId", arn);
    }
    // They are added as text: a map would lose a member that is given twice.
    let rest = text.trim_start().strip_prefix('{').ok_or(EntryError::NotAnObject)?;
    let text = if members.is_empty() { text.to_owned() } else { format!("{{{added}{rest}") };
    Ok(ExistingResource { is_dated, ..ExistingResource::recorded(read(text.as_bytes())?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_of_dms_is_one_however_its_type_is_spelled() {
        for (text, may_be) in [
            (r#"{"resourceType":"AWS::DMS::Endpoint"}"#, true),
            (r#"{"resourceType":"aws::dms::endpoint"}"#, true),
            (r#"{"resourceType":"AWS:: DMS ::Endpoint"}"#, true),
            (r#"{"resourceType":"AWS: :DMS::Endpoint"}"#, true),
            (r#"{"resourceType":"AWS::DMS: :Endpoint"}"#, true),
            (r#"{"resourceType":"AWS\\u003a\\u003aDMS"}"#, true),
            (r#"{"resourceType":"AWS::S3::Bucket","name":"dms"}"#, false),
            (r#"{"resourceType":"AWS: :DMS: :Endpoint"}"#, true),
        ] {
            assert_eq!(may_be_of_dms(text.as_bytes()), may_be, "{text}");
        }
    }
}
