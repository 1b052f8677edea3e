//! A run that is killed at a call, and started again.

use std::time::{Duration, Instant};

use local_aws::{Call, Fault, FaultKind};

use super::cloud::{ACTS, Cloud, assert_nothing_twice, in_parallel};

/// How long a call may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

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

#[test]
fn a_run_that_is_killed_at_any_call_has_the_same_end_when_it_is_started_again() {
    let arguments = ["--yes-until", "renamed"];
    let operations = operations(|_| {}, &arguments);
    assert!(operations.len() > 100, "{operations:?}");
    let kills = kills(&operations);
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

#[test]
fn the_way_back_that_is_killed_at_any_call_has_the_same_end_when_it_is_started_again() {
    let moved = |cloud: &Cloud| {
        let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
        assert_eq!(code, 1, "{printed}");
    };
    let operations = operations(moved, &["--back"]);
    let acts =
        ["StopReplicationTask", "MoveReplicationTask", "StartReplicationTask", "DeleteReplicationInstance"];
    for act in acts {
        assert!(operations.iter().any(|operation| operation == act), "{act}: {operations:?}");
    }
    let kills: Vec<_> = kills(&operations)
        .into_iter()
        .filter(|(number, _)| ACTS.contains(&operations[number - 1].as_str()) || number % 9 == 0)
        .collect();
    in_parallel(&kills, |(number, kind)| {
        let cloud = Cloud::start();
        moved(&cloud);
        let case = format!("back: {kind:?} at call {number}, {}", operations[number - 1]);
        assert!(kill_at(&cloud, *number, kind, &["--back"]), "{case}");
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
        let (code, printed) = cloud.apply(&["--back"]);
        assert_eq!(code, 0, "{case}: {printed}");
        cloud.assert_as_before();
        cloud.assert_safe(&case);
    });
}
