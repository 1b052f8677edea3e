//! Listings: filters and pages.

use serde::Deserialize;
use serde_json::Value;

use super::resource::{as_listed, not_found};
use crate::error::AwsError;
use crate::json_protocol::list_response;
use crate::paging::page;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Filter {
    name: String,
    values: Vec<String>,
}

/// The members that the requests of most listings have.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Describe {
    #[serde(default)]
    pub(super) filters: Vec<Filter>,
    pub(super) max_records: Option<i64>,
    pub(super) marker: Option<String>,
}

/// The members of a listing without filters.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAll {
    pub(super) max_records: Option<i64>,
    pub(super) marker: Option<String>,
}

/// Keeps the resources that all filters match. `known` has the filters of the operation, each with a member that it
/// compares; a filter with several members matches if one of them does.
///
/// # Errors
/// Returns an error for an unknown filter, and ResourceNotFoundFault if nothing is left ("Errors" of each operation in
/// the DMS API reference).
pub(super) fn filter(
    resources: &mut Vec<&Value>,
    filters: &[Filter],
    known: &[(&str, &str)],
) -> Result<(), AwsError> {
    for Filter { name, values } in filters {
        let members: Vec<&str> =
            known.iter().filter(|(filter, _)| filter == name).map(|(_, member)| *member).collect();
        if members.is_empty() {
            return Err(AwsError::invalid_parameter(format!("unknown filter {name}")));
        }
        resources.retain(|resource| {
            members.iter().any(|member| {
                let value = resource.get(member).and_then(Value::as_str);
                value.is_some_and(|value| values.iter().any(|wanted| wanted == value))
            })
        });
    }
    if resources.is_empty() && !filters.is_empty() {
        return Err(not_found("no resource matches the filters"));
    }
    Ok(())
}

/// Builds the response with the page of `resources` at `marker`.
///
/// # Errors
/// Returns an error for a size that is not from 20 to `maximum`, and for a marker that no page had.
pub(super) fn respond(
    list: &str,
    resources: &[&Value],
    (max_records, maximum): (Option<i64>, i64),
    marker: Option<&str>,
) -> Result<Value, AwsError> {
    let size = match max_records {
        None => 100,
        Some(size) if (20..=maximum).contains(&size) => usize::try_from(size).unwrap_or(100),
        Some(size) => {
            let message = format!("MaxRecords is {size}; it must be from 20 to {maximum}");
            return Err(AwsError::invalid_parameter(message));
        }
    };
    let (resources, next) = page(resources, size, marker, "InvalidParameterValueException")?;
    let resources = resources.into_iter().map(as_listed).collect();
    // The last page has an empty marker, as in the examples of the API reference.
    Ok(list_response(list, resources, Some(("Marker", next.unwrap_or_default()))))
}

/// Returns the resources in a response.
pub(super) fn shown<'a>(response: &'a Value, list: &str) -> &'a [Value] {
    response.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
