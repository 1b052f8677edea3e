//! A run that is killed at a call, and started again.

use std::time::{Duration, Instant};

use local_aws::{Call, Fault, FaultKind};

use super::cloud::{ACTS, BACK, Cloud, assert_nothing_twice, in_parallel, outcome};

/// How long a call may take to arrive.
const PATIENCE: Duration = Duration::from_mins(1);

/// Starts a run that gets no response to the call with this number, and kills it there. Returns false if it ended before.
fn kill_at(cloud: &Cloud, number: usize, kind: &FaultKind, arguments: &[&str]) -> bool {
    let before = cloud.aws.calls().len();
    cloud.aws.inject(Fault {
        operation: None,
        region: None,
        account_id: None,
        from_call: number,
        times: Some(1),
        kind: kind.clone(),
    });
    let mut child = cloud.command(arguments).spawn().unwrap();
    let start = Instant::now();
    let is_silent = |call: &Call| call.status.is_none() && call.duration > Duration::ZERO;
    let killed = loop {
        if cloud.aws.calls().get(before + number - 1).is_some_and(is_silent) {
            break true;
        }
        if child.try_wait().unwrap().is_some() {
            break false;
        }
        assert!(start.elapsed() < PATIENCE, "call {number} does not arrive");
        std::thread::sleep(Duration::from_millis(2));
    };
    let _ = child.kill(); // it may have ended
    child.wait().unwrap();
    cloud.aws.clear_faults();
    killed
}

/// Returns the operations of an undisturbed run, in their order.
fn operations(prepare: impl Fn(&Cloud), arguments: &[&str]) -> Vec<String> {
    let cloud = Cloud::start();
    prepare(&cloud);
    let before = cloud.aws.calls().len();
    let (code, printed) = cloud.apply(arguments);
    assert_eq!(code, 0, "{printed}");
    cloud.aws.calls().into_iter().skip(before).map(|call| call.operation).collect()
}

/// Returns the kills of a run: at each call before it has an effect, and at each act after it.
fn kills(operations: &[String]) -> Vec<(usize, FaultKind)> {
    let numbered = operations.iter().enumerate();
    numbered
        .flat_map(|(index, operation)| {
            let acts = ACTS.contains(&operation.as_str());
            let kinds = if acts {
                vec![FaultKind::NoResponse, FaultKind::NoResponseAfter]
            } else {
                vec![FaultKind::NoResponse]
            };
            kinds.into_iter().map(move |kind| (index + 1, kind))
        })
        .collect()
}

/// Kills a run at each call that `is_taken` takes by its number, and starts it again.
fn kill_and_start_again(is_taken: impl Fn(usize, &str) -> bool) {
    let arguments = ["--yes-until", "renamed"];
    let operations = operations(|_| {}, &arguments);
    assert!(operations.len() > 100, "{operations:?}");
    let mut kills = kills(&operations);
    kills.retain(|(number, _)| is_taken(*number, &operations[number - 1]));
    in_parallel(&kills, |(number, kind)| {
        let cloud = Cloud::start();
        let case = format!("{kind:?} at call {number}, {}", operations[number - 1]);
        assert!(kill_at(&cloud, *number, kind, &arguments), "{case}");
        cloud.assert_safe(&case);
        let (code, printed) = cloud.apply(&arguments);
        assert_eq!(code, 0, "{case}: {printed}");
        cloud.assert_done();
        cloud.assert_safe(&case);
        let without_effect = (*kind == FaultKind::NoResponse).then_some(number - 1);
        assert_nothing_twice(&cloud.aws.calls(), without_effect, &case);
    });
}

/// At each act, and at a sixth of the reads: in the next test they are all.
#[test]
fn a_run_that_is_killed_has_the_same_end_when_it_is_started_again() {
    kill_and_start_again(|number, operation| ACTS.contains(&operation) || number % 6 == 0);
}

#[test]
#[ignore = "takes minutes: run it after a change of the loop"]
fn a_run_that_is_killed_at_any_call_has_the_same_end_when_it_is_started_again() {
    kill_and_start_again(|_, _| true);
}

#[test]
fn the_way_back_that_is_killed_at_any_act_has_the_same_end_when_it_is_started_again() {
    let moved = |cloud: &Cloud| {
        let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
        assert_eq!(code, 0, "{printed}");
    };
    let operations = operations(moved, &BACK);
    let acts =
        ["StopReplicationTask", "MoveReplicationTask", "StartReplicationTask", "DeleteReplicationInstance"];
    for act in acts {
        assert!(operations.iter().any(|operation| operation == act), "{act}: {operations:?}");
    }
    let kills: Vec<_> = kills(&operations)
        .into_iter()
        .filter(|(number, _)| ACTS.contains(&operations[number - 1].as_str()))
        .collect();
    in_parallel(&kills, |(number, kind)| {
        let cloud = Cloud::start();
        moved(&cloud);
        let case = format!("back: {kind:?} at call {number}, {}", operations[number - 1]);
        assert!(kill_at(&cloud, *number, kind, &BACK), "{case}");
        cloud.assert_safe(&case);
        let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
        let is_before_the_turn = *number <= 7 && code == 0;
        assert!(
            code == 1 && printed.contains("the way back was begun") || is_before_the_turn,
            "{case}: {printed}"
        );
        if is_before_the_turn {
            return;
        }
        let (code, printed) = cloud.apply(&BACK);
        assert_eq!(code, 0, "{case}: {printed}");
        cloud.assert_as_before();
        cloud.assert_safe(&case);
    });
}

#[test]
fn a_signal_ends_a_run_with_a_statement() {
    let cloud = Cloud::start();
    cloud.aws.inject(Fault::always("MoveReplicationTask", FaultKind::NoResponseAfter));
    let child = cloud.command(&["--yes-until", "renamed"]).spawn().unwrap();
    let start = Instant::now();
    while cloud.calls("MoveReplicationTask").is_empty() {
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(5));
    }
    let signal =
        std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let (code, printed) = outcome(&child.wait_with_output().unwrap());
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("Ended by a signal."), "{printed}");
    assert!(printed.contains("a call after that may have taken effect"), "{printed}");
    assert!(printed.contains("tasks: ready ready, running running, stopped stopped"), "{printed}");
    cloud.aws.clear_faults();
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

/// Between the observation of a running task and its stop lies an entry in the journal. A person who stops the task just
/// then finds it stopped in the end.
#[test]
fn a_task_that_somebody_else_stops_meanwhile_is_not_started() {
    let arguments = ["--yes-until", "renamed"];
    let operations = operations(|_| {}, &arguments);
    let stop = operations.iter().position(|operation| operation == "StopReplicationTask").unwrap();
    let listing = "DescribeReplicationInstances";
    let is_first = |index: &usize| operations[*index] == listing && operations[index - 1] != listing;
    let observation = (0..stop).rev().find(is_first).unwrap();
    let cloud = Cloud::start();
    let kind = FaultKind::Slow { milliseconds: 1000 };
    let (from_call, times) = (observation + 1, Some(1));
    cloud.aws.inject(Fault { operation: None, region: None, account_id: None, from_call, times, kind });
    let child = cloud.command(&arguments).spawn().unwrap();
    let start = Instant::now();
    while cloud.aws.calls().len() <= observation {
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(cloud.journal().contains(r#""entry":"open""#), "the observation follows the entry");
    cloud.change(|account| {
        let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
        let running = tasks.iter_mut().find(|task| task["ReplicationTaskIdentifier"] == "running").unwrap();
        running["Status"] = "stopped".into();
    });
    let (code, printed) = outcome(&child.wait_with_output().unwrap());
    // Nobody is there to agree that the old instance, the way back of its data, is deleted while it rests.
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("the task running ran when the plan was made, and does not run now"),
        "{printed}"
    );
    assert_eq!(cloud.task("RUNNING")["Status"], "stopped", "{printed}");
    assert_eq!(cloud.calls("StartReplicationTask").len(), 0, "{printed}");
    assert_eq!(cloud.calls("StopReplicationTask").len(), 0, "{printed}");
    assert_eq!(cloud.instances().len(), 2, "{printed}");
}
