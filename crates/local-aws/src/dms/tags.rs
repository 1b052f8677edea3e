//! Tags, after the documentation of `Tag` in the service model.

use serde::Deserialize;
use serde_json::{Value, json};

use super::resource::{TASKS, invalid_state, not_found, text};
use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::{Response, list_response};
use crate::kinds::{KINDS, Kind};
use crate::signature::Caller;
use crate::simulation::{Simulation, Variant};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListTagsForResource {
    resource_arn: Option<String>,
    resource_arn_list: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AddTagsToResource {
    resource_arn: String,
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemoveTagsFromResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

/// A tag in a request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Tag {
    key: Option<String>,
    value: Option<String>,
    #[serde(rename = "ResourceArn")]
    _resource_arn: Option<String>,
}

/// The most tags of a resource ("Tag naming limits" in the guide to tagging AWS resources).
const MOST_TAGS: usize = 50;

/// Returns tags as a resource holds them in its member `TagList`.
///
/// # Errors
/// Returns the error of AWS for a key or value that the service model excludes, and for a key that is given twice.
pub(super) fn tag_list(tags: &[Tag], simulation: &Simulation) -> Result<Vec<Value>, AwsError> {
    let mut list: Vec<Value> = Vec::new();
    for Tag { key, value, .. } in tags {
        let (key, value) = (key.as_deref().unwrap_or_default(), value.as_deref().unwrap_or_default());
        let is_reserved = |text: &str| {
            let text = text.to_lowercase();
            text.starts_with("aws:") || text.starts_with("dms:")
        };
        // "Unicode letters, digits, white-space, '_', '.', '/', '=', '+', '-'", and ':' in the pattern beside it
        let is_allowed =
            |letter: char| letter.is_alphanumeric() || letter == ' ' || "_.:/=+-".contains(letter);
        let has_other_letters = !key.chars().chain(value.chars()).all(is_allowed);
        let problem = if !(1..=128).contains(&key.chars().count()) {
            Some("a key must have 1 to 128 characters")
        } else if value.chars().count() > 256 {
            Some("a value must have 256 characters at most")
        } else if is_reserved(key) || is_reserved(value) {
            Some("aws: and dms: are reserved prefixes")
        } else if has_other_letters && !simulation.has(Variant::TagsOfAnyCharacters) {
            Some("a key or value has a character that is not allowed")
        } else if list.iter().any(|tag| text(tag, "Key") == key) {
            Some("a key is given twice")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(AwsError::invalid_parameter(format!("tag {key}: {problem}")));
        }
        list.push(json!({"Key": key, "Value": value}));
    }
    check_count(&list)?;
    Ok(list)
}

fn check_count(tags: &[Value]) -> Result<(), AwsError> {
    if tags.len() <= MOST_TAGS {
        return Ok(());
    }
    Err(AwsError::invalid_parameter(format!("a resource has {MOST_TAGS} tags at most")))
}

/// Returns the tags of a resource; empty if it has none.
fn tags_of(resource: &Value) -> Vec<Value> {
    resource.get("TagList").and_then(Value::as_array).cloned().unwrap_or_default()
}

pub(super) fn add(request: &AddTagsToResource, account: &mut Account, caller: &Caller) -> Response {
    let added = tag_list(&request.tags, &account.simulation)?;
    change(&request.resource_arn, account, caller, |tags| {
        for tag in added {
            let key = text(&tag, "Key");
            match tags.iter_mut().find(|old| text(old, "Key") == key) {
                Some(old) => *old = tag,
                None => tags.push(tag),
            }
        }
    })
}

pub(super) fn remove(request: &RemoveTagsFromResource, account: &mut Account, caller: &Caller) -> Response {
    let keys = &request.tag_keys;
    change(&request.resource_arn, account, caller, |tags| {
        tags.retain(|tag| !keys.iter().any(|key| key == text(tag, "Key")));
    })
}

/// Changes the tags of the resource with an ARN.
fn change(
    arn: &str,
    account: &mut Account,
    caller: &Caller,
    change: impl FnOnce(&mut Vec<Value>),
) -> Response {
    let resource = KINDS.iter().find_map(|kind| position(kind, arn, account, caller));
    let Some((kind, index)) = resource else { return Err(not_found(format!("{arn} was not found"))) };
    let Some(Value::Object(members)) = account.dms.get_mut(kind.list).and_then(|list| list.get_mut(index))
    else {
        return Err(not_found(format!("{arn} was not found")));
    };
    if kind.list == TASKS && members.get("Status").and_then(Value::as_str) == Some("moving") {
        return Err(invalid_state(format!("the task {arn} is being moved")));
    }
    let mut tags = match members.get("TagList") {
        Some(Value::Array(tags)) => tags.clone(),
        _ => Vec::new(),
    };
    change(&mut tags);
    check_count(&tags)?;
    members.insert("TagList".to_owned(), tags.into());
    Ok(json!({}))
}

fn position(
    kind: &'static Kind,
    arn: &str,
    account: &Account,
    caller: &Caller,
) -> Option<(&'static Kind, usize)> {
    let has_arn = |resource: &Value| {
        kind.arn(resource, &caller.account_id, &caller.region).is_some_and(|found| found == arn)
    };
    Some((kind, account.dms.get(kind.list)?.iter().position(has_arn)?))
}

pub(super) fn list_tags(request: ListTagsForResource, account: &Account, caller: &Caller) -> Response {
    let (arns, is_list) = match (request.resource_arn, request.resource_arn_list) {
        (Some(arn), None) => (vec![arn], false),
        (None, Some(arns)) if !arns.is_empty() => (arns, true),
        _ => return Err(AwsError::invalid_parameter("expected either ResourceArn or ResourceArnList")),
    };
    if account.tag_list_maximum.is_some_and(|maximum| arns.len() > maximum) {
        return Err(AwsError::invalid_parameter("ResourceArnList is too long"));
    }
    let mut tags = Vec::new();
    for arn in &arns {
        let resource =
            account.dms_resource(arn, caller).ok_or_else(|| not_found(format!("{arn} was not found")))?;
        for tag in tags_of(resource) {
            let mut tag = json!({"Key": tag.get("Key"), "Value": tag.get("Value")});
            if let (true, Value::Object(members)) = (is_list, &mut tag) {
                members.insert("ResourceArn".to_owned(), arn.as_str().into());
            }
            tags.push(tag);
        }
    }
    Ok(list_response("TagList", tags, None))
}
