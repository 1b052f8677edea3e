//! The fix of the logging of a task.

use serde_json::{Map, Value, json};

use crate::correction::{Correction, Fix, wait_for};
use crate::request::Request;
use crate::step::Instruction;
use crate::task::{Condition, Task};

const DEFAULT: &str = "LOGGER_SEVERITY_DEFAULT";
/// The severities that are enough.
const ENOUGH: [&str; 3] = [DEFAULT, "LOGGER_SEVERITY_DEBUG", "LOGGER_SEVERITY_DETAILED_DEBUG"];
const STATUS: &str = "ReplicationTasks[0].Status";

pub(super) fn log(resource: &Value, arn: &str, components: [&str; 2]) -> Fix {
    let Ok(task) = serde_json::from_value::<Task>(resource.clone()) else {
        return Fix::not_one_step("the description of the task is not readable", "describe the task again");
    };
    let Some(settings) = settings(&task, components) else {
        return Fix::not_one_step(
            "DMS did not give the settings of the task, or they are not readable: other components of its log could be lost",
            "describe the task again, without --without-settings",
        );
    };
    let filter = json!([{"Name": "replication-task-arn", "Values": [arn]}]);
    let describe = || Request::new("DescribeReplicationTasks", [("Filters", filter.clone())]);
    let call = |operation, name: &str, value: Value| {
        Instruction::Call(Request::new(operation, [("ReplicationTaskArn", json!(arn)), (name, value)]))
    };
    let modify = call("ModifyReplicationTask", "ReplicationTaskSettings", json!(settings));
    let at_rest = || wait_for(describe(), STATUS, &["stopped", "ready"], &["failed"]);
    let (interruption, instructions) = match task.condition() {
        Condition::Running if task.is_loading() => {
            return Fix::not_one_step(
                "the task is loading tables, and DMS changes a stopped task only: those that are not complete would begin again",
                "wait until the load is complete, then run this again",
            );
        }
        Condition::Running => (
            "the task: it is stopped, changed and resumed where it left off (minutes, unmeasured); the log of the source \
             must reach back over that time",
            vec![
                Instruction::Call(Request::new("StopReplicationTask", [("ReplicationTaskArn", json!(arn))])),
                wait_for(describe(), STATUS, &["stopped"], &["failed"]),
                modify,
                at_rest(),
                call("StartReplicationTask", "StartReplicationTaskType", json!("resume-processing")),
                wait_for(describe(), STATUS, &["running"], &["failed", "stopped"]),
            ],
        ),
        Condition::AtRest | Condition::FailedMove => {
            ("nothing: the task does not run, and is not started", vec![modify, at_rest()])
        }
        Condition::Busy | Condition::Moving => {
            return Fix::not_one_step(
                format!("the task is in the status {}", task.status()),
                "wait until it runs or is stopped, then run this again",
            );
        }
    };
    Fix::Correction(Correction {
        title: format!("Log {}", components.join(" and ")),
        interruption: interruption.to_owned(),
        instructions,
        done: "the settings have both components, and the task is in its former state".to_owned(),
        back: "modify the task with the former settings, in the same way".to_owned(),
    })
}

/// Returns the settings of the log as JSON text: all components as they are, and these at DEFAULT or more. The names of
/// the group and stream are left out: DMS writes them.
fn settings(task: &Task, wanted: [&str; 2]) -> Option<String> {
    let settings: Map<String, Value> =
        serde_json::from_str(task.replication_task_settings.as_deref()?).ok()?;
    let logging = settings.get("Logging").cloned().unwrap_or_else(|| json!({}));
    let mut logging = logging.as_object()?.clone();
    logging.retain(|name, _| !matches!(name.as_str(), "CloudWatchLogGroup" | "CloudWatchLogStream"));
    let mut components = match logging.get("LogComponents") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(components)) => components.clone(),
        Some(_) => return None,
    };
    for id in wanted {
        let is_enough = |one: &Value| {
            let severity = one.get("Severity").and_then(Value::as_str).unwrap_or_default();
            ENOUGH.iter().any(|enough| severity.eq_ignore_ascii_case(enough))
        };
        let is_its = |one: &Value| one.get("Id").and_then(Value::as_str) == Some(id);
        if components.iter().any(|one| is_its(one) && is_enough(one)) {
            continue;
        }
        components.retain(|one| !is_its(one));
        components.push(json!({"Id": id, "Severity": DEFAULT}));
    }
    logging.insert("EnableLogging".to_owned(), json!(true));
    logging.insert("LogComponents".to_owned(), components.into());
    Some(json!({"Logging": logging}).to_string())
}
