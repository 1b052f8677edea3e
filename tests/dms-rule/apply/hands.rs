//! Tasks that other hands stop or start meanwhile, and what only the journal knows.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::Child;
use std::time::{Duration, Instant};

use local_aws::{Fault, FaultKind};
use serde_json::json;

use super::cloud::{ACTS, Cloud, OLD, TASKS, outcome, task_arn};

const ALL: [&str; 2] = ["--yes-until", "renamed"];
const PATIENCE: Duration = Duration::from_mins(1);

fn set_status(cloud: &Cloud, status: &str) {
    set(cloud, "Status", status);
}

/// Sets a member of the task that ran when it was planned.
fn set(cloud: &Cloud, member: &str, value: &str) {
    cloud.change(|account| {
        let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
        let running = tasks.iter_mut().find(|task| task["ReplicationTaskIdentifier"] == "running").unwrap();
        running[member] = value.into();
    });
}

fn wait_for_call(cloud: &Cloud, operation: &str) {
    let start = Instant::now();
    while cloud.calls(operation).is_empty() {
        assert!(start.elapsed() < PATIENCE, "{operation} does not arrive");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Starts a run in which a call gets no response, and kills it there.
fn kill_at_call(cloud: &Cloud, operation: &str, kind: FaultKind) {
    cloud.aws.inject(Fault::always(operation, kind));
    let mut child: Child = cloud.command(&ALL).spawn().unwrap();
    wait_for_call(cloud, operation);
    std::thread::sleep(Duration::from_millis(50));
    child.kill().unwrap();
    child.wait().unwrap();
    cloud.aws.clear_faults();
}

/// A task that ran and that somebody else stopped is moved and not started, and without a person the old instance, the way
/// back of its data, is not deleted.
fn assert_stopped_by_hand(cloud: &Cloud, code: i32, printed: &str) {
    assert_eq!(code, 1, "{printed}");
    let words = "the task running ran when the plan was made, and does not run now: it is stopped";
    assert!(printed.contains(words), "{printed}");
    assert_eq!(cloud.task("RUNNING")["Status"], "stopped", "{printed}");
    assert_eq!(cloud.calls("MoveReplicationTask").len(), TASKS.len(), "{printed}");
    assert_eq!(cloud.calls("StartReplicationTask").len(), 0, "{printed}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0, "{printed}");
}

#[test]
fn a_task_whose_stop_is_rejected_was_stopped_by_somebody_else_and_is_not_started() {
    let cloud = Cloud::start();
    let slow = FaultKind::Slow { milliseconds: 1000 };
    cloud.aws.inject(Fault { times: Some(1), ..Fault::always("StopReplicationTask", slow) });
    let child = cloud.command(&ALL).spawn().unwrap();
    // Its stop is on its way when a person stops it.
    let start = Instant::now();
    while !cloud.journal().contains(r#""operation":"StopReplicationTask""#) {
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(2));
    }
    set_status(&cloud, "stopped");
    let (code, printed) = outcome(&child.wait_with_output().unwrap());
    assert!(cloud.journal().contains(r#""rejected":true"#), "{}", cloud.journal());
    assert_stopped_by_hand(&cloud, code, &printed);
}

#[test]
fn a_task_whose_stop_was_never_requested_was_stopped_by_somebody_else_and_is_not_started() {
    let cloud = Cloud::start();
    kill_at_call(&cloud, "StopReplicationTask", FaultKind::NoResponse);
    // The kill came between the entry of the task and its call.
    let journal = cloud.folder.path().join("plan.json.journal.jsonl");
    let entries = cloud.journal();
    let (before, _) = entries.split_once(r#""operation":"StopReplicationTask""#).unwrap();
    let (kept, _) = before.rsplit_once('\n').unwrap();
    assert!(kept.ends_with(&format!("\"entry\":\"open\",\"task\":\"{}\"}}", task_arn("RUNNING"))), "{kept}");
    std::fs::write(&journal, format!("{kept}\n")).unwrap();
    set_status(&cloud, "stopped");
    let (code, printed) = cloud.apply(&ALL);
    assert_stopped_by_hand(&cloud, code, &printed);
}

#[test]
fn a_task_whose_stop_may_have_been_accepted_is_started_again() {
    let cloud = Cloud::start();
    kill_at_call(&cloud, "StopReplicationTask", FaultKind::NoResponseAfter);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

/// A stop that was repeated after an error is rejected because the first one was accepted.
#[test]
fn a_rejection_after_a_stop_without_a_response_says_nothing() {
    let cloud = Cloud::start();
    kill_at_call(&cloud, "StopReplicationTask", FaultKind::NoResponse);
    let rejected = json!({
        "time": "2026-11-27T00:00:00Z", "entry": "call",
        "operation": "StopReplicationTask", "subject": task_arn("RUNNING"),
    });
    let result = json!({
        "time": "2026-11-27T00:00:00Z", "entry": "result",
        "operation": "StopReplicationTask", "error": "InvalidResourceStateFault", "rejected": true,
    });
    let journal = cloud.folder.path().join("plan.json.journal.jsonl");
    let mut file = OpenOptions::new().append(true).open(journal).unwrap();
    writeln!(file, "{rejected}\n{result}").unwrap();
    set_status(&cloud, "stopped");
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn a_task_that_failed_after_the_move_keeps_the_old_instance() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
    assert_eq!(code, 0, "{printed}");
    set_status(&cloud, "failed");
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("the task running failed on the new instance"), "{printed}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0);
    set_status(&cloud, "running");
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn the_way_back_waits_for_a_creation_without_a_response() {
    let cloud = Cloud::start();
    kill_at_call(&cloud, "CreateReplicationInstance", FaultKind::NoResponse);
    let waiting = cloud.command(&["--back", "--minute", "60"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    // DMS created it after all.
    let run: serde_json::Value = serde_json::from_str(cloud.journal().lines().next().unwrap()).unwrap();
    let arn = "arn:aws:dms:eu-west-1:123456789012:rep:LATE";
    cloud.change(|account| {
        let instances = account.dms.get_mut("ReplicationInstances").unwrap();
        let mut late = instances[0].clone();
        late["ReplicationInstanceArn"] = arn.into();
        late["ReplicationInstanceIdentifier"] = run["target"].clone();
        late["TagList"] = json!([
            {"Key": "dms-rule:replaces", "Value": OLD},
            {"Key": "dms-rule:run", "Value": run["run"]},
        ]);
        instances.push(late);
    });
    let (code, printed) = outcome(&waiting.wait_with_output().unwrap());
    assert_eq!(code, 0, "{printed}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 1, "{printed}");
    cloud.assert_as_before();
}

#[test]
fn the_way_back_ends_where_a_creation_had_no_effect() {
    let cloud = Cloud::start();
    kill_at_call(&cloud, "CreateReplicationInstance", FaultKind::NoResponse);
    let (code, printed) = cloud.apply(&["--back", "--minute", "20"]);
    assert_eq!(code, 0, "{printed}");
    assert!(cloud.journal().contains(r#""entry":"notCreated""#), "{}", cloud.journal());
    cloud.assert_as_before();
    let calls = cloud.aws.calls();
    assert_eq!(calls.iter().filter(|call| ACTS.contains(&call.operation.as_str())).count(), 1);
}

/// A task that DMS does not place on an instance may be on the one that is deleted.
#[test]
fn a_task_on_an_unknown_instance_keeps_the_old_one() {
    for on in [serde_json::Value::Null, json!(""), json!(OLD.to_uppercase()), json!("somewhere")] {
        let cloud = Cloud::start();
        let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
        assert_eq!(code, 0, "{printed}");
        cloud.change(|account| {
            let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
            let mut odd = tasks[0].clone();
            odd["ReplicationTaskArn"] = task_arn("ODD").into();
            odd["ReplicationTaskIdentifier"] = "odd".into();
            odd["ReplicationInstanceArn"] = on.clone();
            tasks.push(odd);
        });
        let (code, printed) = cloud.apply(&ALL);
        assert_eq!(code, 1, "{on}: {printed}");
        assert!(printed.contains("the task odd"), "{on}: {printed}");
        assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0, "{on}: {printed}");
    }
}

#[test]
fn a_task_that_ended_by_itself_while_it_was_stopped_is_not_started() {
    let cloud = Cloud::start();
    kill_at_call(&cloud, "StopReplicationTask", FaultKind::NoResponse);
    set_status(&cloud, "stopped");
    set(&cloud, "StopReason", "Stop Reason STOPPED_AFTER_CACHED_EVENTS");
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(cloud.calls("StartReplicationTask").len(), 0, "{printed}");
}

#[test]
fn a_task_that_stopped_for_want_of_memory_keeps_the_old_instance() {
    let cloud = Cloud::start();
    // It had stopped for the same reason before, and was started again.
    set(&cloud, "StopReason", "Stop Reason STOPPED_DUE_TO_LOW_MEMORY");
    cloud.write_plan(&cloud.plan(&remediation::Choices::default()));
    cloud.apply(&["--yes-until", "verified"]);
    set_status(&cloud, "stopped");
    set(&cloud, "StopReason", "Stop Reason STOPPED_DUE_TO_LOW_MEMORY");
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("STOPPED_DUE_TO_LOW_MEMORY"), "{printed}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0, "{printed}");
}

#[test]
fn an_instance_without_tasks_is_replaced() {
    let cloud = Cloud::start();
    cloud.change(|account| account.dms.get_mut("ReplicationTasks").unwrap().clear());
    cloud.write_plan(&cloud.plan(&remediation::Choices::default()));
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(cloud.instances().len(), 1, "{printed}");
}
