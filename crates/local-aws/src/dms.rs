//! AWS Database Migration Service, after its service model `dms/2016-01-01` and the DMS API reference.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::{Response, list_response, read, time_on_the_wire};
use crate::kinds::Kind;
use crate::paging::page;
use crate::signature::Caller;

/// The members that hold a time.
const TIMES: [&str; 4] = ["InstanceCreateTime", "FreeUntil", "ValidFromDate", "ValidToDate"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Describe {
    #[serde(default)]
    filters: Vec<Filter>,
    max_records: Option<i64>,
    marker: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    name: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListTagsForResource {
    resource_arn: Option<String>,
    resource_arn_list: Option<Vec<String>>,
}

/// Responds to the listings of [`KINDS`](crate::kinds::KINDS) and to `ListTagsForResource`.
pub(crate) fn respond(operation: &str, parameters: &Value, account: &Account, caller: &Caller) -> Response {
    if operation == "ListTagsForResource" {
        return list_tags_for_resource(read(parameters)?, account, caller);
    }
    match Kind::from_operation(operation) {
        Some(kind) => describe(kind, &read(parameters)?, account),
        None => Err(AwsError::unknown_operation()),
    }
}

fn describe(kind: &Kind, request: &Describe, account: &Account) -> Response {
    let size = match request.max_records {
        None => 100,
        Some(size @ 20..=100) => usize::try_from(size).unwrap_or(100),
        Some(size) => {
            let message = format!("MaxRecords is {size}; it must be from 20 to 100");
            return Err(AwsError::invalid_parameter(message));
        }
    };
    let mut resources: Vec<&Value> = account.dms.get(kind.list).into_iter().flatten().collect();
    for Filter { name, values } in &request.filters {
        let filter = kind.filters.iter().find(|(known, _)| known == name);
        let (_, member) =
            filter.ok_or_else(|| AwsError::invalid_parameter(format!("unknown filter {name}")))?;
        let matches = |value: &str| values.iter().any(|wanted| wanted == value);
        resources.retain(|resource| resource.get(member).and_then(Value::as_str).is_some_and(matches));
    }
    if resources.is_empty() && !request.filters.is_empty() {
        return Err(AwsError::client("ResourceNotFoundFault", "no resource matches the filters"));
    }
    let (resources, next) =
        page(&resources, size, request.marker.as_deref(), "InvalidParameterValueException")?;
    let resources = resources.into_iter().map(as_listed).collect();
    // The last page has an empty marker, as in the examples of the API reference.
    Ok(list_response(kind.list, resources, Some(("Marker", next.unwrap_or_default()))))
}

/// Returns a resource as listings return it: without tags, with times as numbers.
fn as_listed(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Value::Object(members) = &mut resource {
        members.remove("TagList");
        for name in TIMES {
            if let Some(time) = members.get_mut(name) {
                *time = time_on_the_wire(time);
            }
        }
    }
    resource
}

fn list_tags_for_resource(request: ListTagsForResource, account: &Account, caller: &Caller) -> Response {
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
        let resource = account
            .dms_resource(arn, caller)
            .ok_or_else(|| AwsError::client("ResourceNotFoundFault", format!("{arn} was not found")))?;
        for tag in resource.get("TagList").and_then(Value::as_array).into_iter().flatten() {
            let mut tag = json!({"Key": tag.get("Key"), "Value": tag.get("Value")});
            if let (true, Value::Object(members)) = (is_list, &mut tag) {
                members.insert("ResourceArn".to_owned(), arn.as_str().into());
            }
            tags.push(tag);
        }
    }
    Ok(list_response("TagList", tags, None))
}
