//! The tables before the first stop, and the comparison with them after the last resume.

use std::collections::BTreeMap;

use aws_client::Session;
use aws_client::migration::Listing;
use remediation::{Fault, Observation, TableStatistics, Task};
use serde_json::Value;

use super::failure::Failure;

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

/// Lists what is worse in the tables of each task than before, or is not known to be as good.
///
/// # Errors
/// Returns a failure if the statistics are of another shape than the API's.
pub(super) fn worse(
    before: &BTreeMap<String, Value>,
    now: &BTreeMap<String, Value>,
    named: impl Fn(&str) -> String,
) -> Result<Vec<Fault>, Failure> {
    let mut worse = Vec::new();
    for (task, tables) in now {
        let before = before.get(task).map(read).transpose()?.flatten();
        let faults = remediation::worse(before.as_deref(), read(tables)?.as_deref());
        let of_task = |fault: Fault| Fault { kind: format!("{}: {}", named(task), fault.kind), ..fault };
        worse.extend(faults.into_iter().map(of_task));
    }
    Ok(worse)
}

/// Returns the number of tables before the stop of those tasks that are there now.
pub(super) fn count(before: &BTreeMap<String, Value>, now: &BTreeMap<String, Value>) -> usize {
    let tables = now.keys().filter_map(|task| before.get(task)?.as_array());
    tables.map(Vec::len).sum()
}

/// Reads the statistics of a task; `None` if DMS gave none.
fn read(tables: &Value) -> Result<Option<Vec<TableStatistics>>, Failure> {
    if !tables.is_array() {
        return Ok(None);
    }
    let read = serde_json::from_value(tables.clone()).map(Some);
    read.map_err(|_| Failure::Unreadable { operation: "DescribeTableStatistics" })
}
