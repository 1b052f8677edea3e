//! Replication tasks: `StopReplicationTask`, `StartReplicationTask`, `MoveReplicationTask`, `DeleteReplicationTask`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::connections::check_success;
use super::instance_values::version_numbers;
use super::resource::{INSTANCES, TASKS, find, invalid_combination, invalid_state, list, now, number, text};
use super::settlement::{begin, to_status};
use crate::account::Account;
use crate::error::AwsError;
use crate::json_protocol::Response;
use crate::settling::Step;
use crate::simulation::{Failure, Variant};

/// The members of a request that has only the ARN of a task.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct OneTask {
    replication_task_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct MoveReplicationTask {
    replication_task_arn: String,
    target_replication_instance_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct StartReplicationTask {
    replication_task_arn: String,
    #[serde(rename = "StartReplicationTaskType")]
    start_type: StartType,
    cdc_start_time: Option<f64>,
    cdc_start_position: Option<String>,
    cdc_stop_position: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum StartType {
    StartReplication,
    ResumeProcessing,
    ReloadTarget,
}

/// The statuses of a task that does nothing.
const AT_REST: [&str; 4] = ["ready", "stopped", "failed", "failed-move"];

/// Checks that a task is in one of these statuses.
fn check_status(task: &Value, allowed: &[&str]) -> Result<(), AwsError> {
    let status = text(task, "Status");
    if allowed.contains(&status) {
        return Ok(());
    }
    let arn = text(task, "ReplicationTaskArn");
    Err(invalid_state(format!("Replication Task {arn} is {status}; allowed: {}", allowed.join(", "))))
}

fn task_response(task: &Value) -> Value {
    json!({"ReplicationTask": task})
}

/// Returns true if a task ran at least once, so that it has a point to resume from.
fn has_run(task: &Value, account: &Account) -> bool {
    match text(task, "Status") {
        "ready" => false,
        "failed-move" => {
            let stats = task.get("ReplicationTaskStats");
            stats.is_some_and(|stats| stats.get("StartDate").is_some())
                || account.simulation.ran.contains(text(task, "ReplicationTaskArn"))
        }
        _ => true,
    }
}

fn captures_changes(task: &Value) -> bool {
    text(task, "MigrationType").contains("cdc")
}

/// Returns the message of a failure that is due for a task.
fn failure(failures: &mut BTreeMap<String, Failure>, arn: &str) -> Option<String> {
    failures.get_mut(arn).and_then(Failure::strike)
}

/// Stops a running task. It keeps the point that it came to, if it captures changes.
pub(super) fn stop(request: &OneTask, account: &mut Account) -> Response {
    let arn = &request.replication_task_arn;
    let task = find(account, TASKS, arn)?;
    check_status(task, &["running"])?;
    let captures_changes = captures_changes(task);
    let serial = account.simulation.next_serial();
    let checkpoint = captures_changes.then(|| {
        format!("checkpoint:V1#{serial}#mysql-bin-changelog.{serial:06}:4:-1:{serial}:4:{serial}#0#0#*#0#93")
    });
    let mut end = json!({
        "Status": "stopped",
        "StopReason": "Stop Reason NORMAL",
        "ReplicationTaskStats": {"StopDate": now()},
    });
    if let (Some(checkpoint), Value::Object(members)) = (checkpoint, &mut end) {
        members.insert("RecoveryCheckpoint".to_owned(), checkpoint.into());
    }
    Ok(task_response(&begin(account, TASKS, arn, &json!({"Status": "stopping"}), vec![Step::Change(end)])))
}

/// Starts a task that is at rest, if its instance is available and both endpoints were reached from there.
pub(super) fn start(request: &StartReplicationTask, account: &mut Account) -> Response {
    let arn = &request.replication_task_arn;
    let task = find(account, TASKS, arn)?;
    check_status(task, &AT_REST)?;
    check_start_type(request, task, has_run(task, account))?;
    let instance_arn = text(task, "ReplicationInstanceArn");
    let instance = find(account, INSTANCES, instance_arn)?;
    let instance_status = text(instance, "ReplicationInstanceStatus");
    if instance_status != "available" {
        return Err(invalid_state(format!("the replication instance is {instance_status}, not available")));
    }
    check_success(instance_arn, text(task, "SourceEndpointArn"), account)?;
    check_success(instance_arn, text(task, "TargetEndpointArn"), account)?;

    let steps = steps_of_start(request, &task.clone(), account);
    let mut change = json!({"Status": "starting", "LastFailureMessage": null, "StopReason": null});
    let positions =
        [("CdcStartPosition", &request.cdc_start_position), ("CdcStopPosition", &request.cdc_stop_position)];
    for (name, position) in positions {
        if let (Some(position), Value::Object(members)) = (position, &mut change) {
            members.insert(name.to_owned(), position.as_str().into());
        }
    }
    Ok(task_response(&begin(account, TASKS, arn, &change, steps)))
}

/// Checks the type of a start, after the documentation of `StartReplicationTaskType` in the service model.
fn check_start_type(request: &StartReplicationTask, task: &Value, has_run: bool) -> Result<(), AwsError> {
    if request.cdc_start_time.is_some() && request.cdc_start_position.is_some() {
        return Err(invalid_combination("CdcStartTime and CdcStartPosition exclude each other"));
    }
    let is_cdc_only = text(task, "MigrationType") == "cdc";
    let has_start = request.cdc_start_time.is_some() || request.cdc_start_position.is_some();
    let problem = match (request.start_type, has_run) {
        (StartType::StartReplication, true) if !(is_cdc_only && has_start) => {
            "Start Type : START_REPLICATION, valid only for tasks running for the first time"
        }
        (StartType::ResumeProcessing, false) => {
            "Start Type : RESUME_PROCESSING, valid only for tasks that have run before"
        }
        (StartType::ReloadTarget, false) => {
            "Start Type : RELOAD_TARGET, valid only for tasks that have run before"
        }
        (StartType::ReloadTarget, true) if is_cdc_only => {
            "Start Type : RELOAD_TARGET, not valid for tasks that only capture changes"
        }
        _ => return Ok(()),
    };
    Err(invalid_combination(problem))
}

/// Returns the steps that follow the status `starting`.
fn steps_of_start(request: &StartReplicationTask, task: &Value, account: &mut Account) -> Vec<Step> {
    let arn = &request.replication_task_arn;
    let mut steps = Vec::new();
    if account.simulation.has(Variant::StartsWithAnAssessment) {
        steps.push(to_status("testing"));
    }
    if let Some(message) = failure(&mut account.simulation.failed_starts, arn) {
        steps.push(Step::Change(json!({
            "Status": "failed",
            "LastFailureMessage": message,
            "StopReason": "Stop Reason FATAL_ERROR",
            "ReplicationTaskStats": {"StopDate": now()},
        })));
        return steps;
    }
    let stats = task.get("ReplicationTaskStats").cloned().unwrap_or_default();
    let is_fresh = request.start_type != StartType::ResumeProcessing;
    let loads = text(task, "MigrationType") != "cdc";
    let mut running = json!({
        "Status": "running",
        "ReplicationTaskStartDate": now(),
        "ReplicationTaskStats": {"StartDate": now(), "StopDate": null},
    });
    if let (true, Some(stats)) = (is_fresh, running.get_mut("ReplicationTaskStats")) {
        let tables = account.simulation.tables.get(arn).map_or(0, Vec::len);
        *stats = json!({
            "StartDate": now(),
            "FreshStartDate": now(),
            "StopDate": null,
            "FullLoadProgressPercent": if loads { 100 } else { 0 },
            "TablesLoaded": if loads { tables } else { 0 },
            "TablesLoading": 0,
            "TablesQueued": 0,
            "TablesErrored": 0,
        });
    }
    steps.push(Step::Change(running));
    let is_loaded = is_fresh || number(&stats, "FullLoadProgressPercent") == 100;
    if text(task, "MigrationType") == "full-load" && is_loaded {
        steps.push(Step::Change(json!({
            "Status": "stopped",
            "StopReason": "Stop Reason FULL_LOAD_ONLY_FINISHED",
            "ReplicationTaskStats": {"StopDate": now()},
        })));
    }
    steps
}

/// Moves a task to another instance of the same or a later version.
pub(super) fn move_to(request: &MoveReplicationTask, account: &mut Account) -> Response {
    let MoveReplicationTask { replication_task_arn: arn, target_replication_instance_arn: target_arn } =
        request;
    let task = find(account, TASKS, arn)?.clone();
    let target = find(account, INSTANCES, target_arn)?;
    let is_ready_excluded = account.simulation.has(Variant::ReadyTasksDoNotMove);
    check_status(&task, if is_ready_excluded { &["stopped", "failed", "failed-move"] } else { &AT_REST })?;
    let lacks_storage = check_target(&task, target, account)?;
    let has_run = has_run(&task, account);
    let simulation = &mut account.simulation;
    if has_run {
        simulation.ran.insert(arn.clone());
    }
    let message = failure(&mut simulation.failed_moves, arn).or_else(|| {
        lacks_storage.then(|| "the target replication instance has not enough storage".to_owned())
    });
    let before = text(&task, "Status");
    let after = match (before, has_run) {
        ("failed-move", true) => "stopped",
        ("failed-move", false) => "ready",
        _ => before,
    };
    let end = match message {
        Some(message) if simulation.has(Variant::FailedMoveKeepsTarget) => {
            json!({"Status": "failed-move", "LastFailureMessage": message})
        }
        Some(message) => json!({
            "Status": "failed-move",
            "LastFailureMessage": message,
            "TargetReplicationInstanceArn": null,
        }),
        None => json!({
            "Status": after,
            "ReplicationInstanceArn": target_arn,
            "TargetReplicationInstanceArn": null,
            "LastFailureMessage": if after == "failed" { task.get("LastFailureMessage") } else { None },
        }),
    };
    let change = json!({"Status": "moving", "TargetReplicationInstanceArn": target_arn});
    Ok(task_response(&begin(account, TASKS, arn, &change, vec![Step::Change(end)])))
}

/// Checks that a task can move to an instance. Returns true if the move ends in `failed-move`, for lack of storage.
fn check_target(task: &Value, target: &Value, account: &Account) -> Result<bool, AwsError> {
    let (source_arn, target_arn) =
        (text(task, "ReplicationInstanceArn"), text(target, "ReplicationInstanceArn"));
    if source_arn == target_arn {
        return Err(invalid_state("the task is on this replication instance already"));
    }
    let status = text(target, "ReplicationInstanceStatus");
    if status != "available" {
        return Err(invalid_state(format!("the target replication instance is {status}, not available")));
    }
    let is_on_target = |other: &&Value| {
        ["ReplicationInstanceArn", "TargetReplicationInstanceArn"]
            .iter()
            .any(|member| text(other, member) == target_arn)
    };
    if list(account, TASKS).filter(is_on_target).count() >= account.simulation.tasks_per_instance {
        let message = "the target replication instance has as many tasks as it may";
        return Err(AwsError::client("ResourceQuotaExceededFault", message));
    }
    if account.simulation.has(Variant::OneMoveAtATime)
        && list(account, TASKS).any(|other| text(other, "Status") == "moving")
    {
        return Err(invalid_state("another task is being moved"));
    }
    let source = find(account, INSTANCES, source_arn)?;
    let version = |instance: &Value| version_numbers(text(instance, "EngineVersion"));
    if version(target) < version(source) {
        return Err(invalid_state("the target replication instance has an older engine version"));
    }
    let lacks_storage = number(target, "AllocatedStorage") < number(source, "AllocatedStorage");
    if lacks_storage && !account.simulation.has(Variant::LackOfStorageFailsLate) {
        return Err(invalid_state("the target replication instance has not enough storage"));
    }
    Ok(lacks_storage)
}

/// Deletes a task that is at rest or being moved.
pub(super) fn delete(request: &OneTask, account: &mut Account) -> Response {
    let arn = &request.replication_task_arn;
    check_status(find(account, TASKS, arn)?, &["ready", "stopped", "failed", "failed-move", "moving"])?;
    Ok(task_response(&begin(account, TASKS, arn, &json!({"Status": "deleting"}), vec![Step::Remove])))
}
