//! The tables before the first stop, and the comparison with them after the last resume.

use std::collections::BTreeMap;

use aws_client::Session;
use aws_client::migration::Listing;
use remediation::{Observation, Task};
use serde_json::Value;

use super::failure::Failure;

/// The counters of records that validation rejects (API reference of AWS DMS, `TableStatistics`).
const VALIDATION_FAULTS: [&str; 2] = ["ValidationFailedRecords", "ValidationSuspendedRecords"];

/// Lists the table statistics of each task by its ARN. Where a task has none in its state, the value is a text with the
/// error code.
///
/// # Errors
/// Returns any other error of `DescribeTableStatistics`.
pub(super) async fn statistics(
    session: &Session,
    observation: &Observation,
) -> Result<BTreeMap<String, Value>, Failure> {
    let mut statistics = BTreeMap::new();
    for task in observation.tasks.values().flatten() {
        let tables = match session.records(Listing::TableStatistics(task.arn()), &[]).await {
            Ok(tables) => Value::Array(tables),
            Err(error) => match error.code() {
                // A task that never ran has none.
                Some(code @ ("InvalidResourceStateFault" | "ResourceNotFoundFault")) => code.into(),
                _ => return Err(error.into()),
            },
        };
        statistics.insert(task.arn().to_owned(), tables);
    }
    Ok(statistics)
}

/// Returns the tasks as they are saved.
pub(super) fn descriptions(observation: &Observation) -> Vec<Value> {
    let tasks: Vec<&Task> = observation.tasks.values().flatten().collect();
    tasks.iter().filter_map(|task| serde_json::to_value(task).ok()).collect()
}

/// Lists what is worse in the tables than before: a new error, or more records that validation rejects.
pub(super) fn worse(
    before: &BTreeMap<String, Value>,
    now: &BTreeMap<String, Value>,
    named: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut worse = Vec::new();
    for (task, tables) in now {
        let earlier = before.get(task).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for table in tables.as_array().into_iter().flatten() {
            let name = |table: &Value| {
                let text = |member| table.get(member).and_then(Value::as_str).unwrap_or_default();
                format!("{}.{}", text("SchemaName"), text("TableName"))
            };
            let then = earlier.iter().find(|earlier| name(earlier) == name(table));
            let state =
                |table: &Value| table.get("TableState").and_then(Value::as_str) == Some("Table error");
            if state(table) && !then.is_some_and(state) {
                worse.push(format!("{}: the table {} has an error", named(task), name(table)));
            }
            let faults = |table: &Value| -> i64 {
                VALIDATION_FAULTS.iter().filter_map(|member| table.get(member)?.as_i64()).sum()
            };
            if faults(table) > then.map_or(0, faults) {
                worse.push(format!(
                    "{}: validation rejects more records of the table {}",
                    named(task),
                    name(table)
                ));
            }
        }
    }
    worse
}
