//! The listings of the types of resources in [`KINDS`](crate::kinds::KINDS).

use serde::Deserialize;
use serde_json::Value;

use super::listing::{self, Describe, Filter};
use super::resource::TASKS;
use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::Response;
use crate::kinds::Kind;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeReplicationTasks {
    #[serde(default)]
    filters: Vec<Filter>,
    max_records: Option<i64>,
    marker: Option<String>,
    #[serde(default)]
    without_settings: Option<bool>,
}

pub(super) fn describe(kind: &Kind, request: &Describe, account: &Account) -> Response {
    let mut resources: Vec<&Value> = account.dms.get(kind.list).into_iter().flatten().collect();
    listing::filter(&mut resources, &request.filters, kind.filters)?;
    listing::respond(kind.list, &resources, (request.max_records, 100), request.marker.as_deref())
}

pub(super) fn describe_tasks(request: DescribeReplicationTasks, account: &Account) -> Response {
    let DescribeReplicationTasks { filters, max_records, marker, without_settings } = request;
    let kind = Kind::from_list(TASKS).ok_or_else(AwsError::unknown_operation)?;
    let mut response = describe(kind, &Describe { filters, max_records, marker }, account)?;
    if without_settings == Some(true) {
        for task in response.get_mut(TASKS).and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(members) = task {
                members.remove("ReplicationTaskSettings");
            }
        }
    }
    Ok(response)
}
