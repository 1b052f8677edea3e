//! `DescribeTableStatistics`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::listing::{self, Filter};
use super::resource::{TASKS, find, merge};
use crate::account::Account;
use crate::json_protocol::Response;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeTableStatistics {
    replication_task_arn: String,
    max_records: Option<i64>,
    marker: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
}

pub(super) fn describe(request: &DescribeTableStatistics, account: &Account) -> Response {
    let arn = &request.replication_task_arn;
    find(account, TASKS, arn)?;
    let mut tables: Vec<&Value> = account.simulation.tables.get(arn).into_iter().flatten().collect();
    let known = [("schema-name", "SchemaName"), ("table-name", "TableName"), ("table-state", "TableState")];
    listing::filter(&mut tables, &request.filters, &known)?;
    let size = (request.max_records, 500);
    let mut response = listing::respond("TableStatistics", &tables, size, request.marker.as_deref())?;
    merge(&mut response, &json!({"ReplicationTaskArn": arn}));
    Ok(response)
}
