//! Every fault at every call of a run.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use local_aws::{Fault, FaultKind};

use super::cloud::{ACTS, Cloud, assert_nothing_twice, in_parallel};

/// The kinds of faults, each with true if the request takes effect.
fn kinds() -> Vec<(FaultKind, bool)> {
    let rejected = |code: &str| FaultKind::Rejected { code: code.to_owned(), message: "No.".to_owned() };
    vec![
        (FaultKind::Throttle, false),
        (FaultKind::ServerError, false),
        (FaultKind::Unavailable, false),
        (FaultKind::Denied, false),
        (FaultKind::DeniedByOrganization, false),
        (FaultKind::ExpiredToken, false),
        (FaultKind::UnknownAccessKey, false),
        (FaultKind::WrongSignature, false),
        (FaultKind::DropConnection, false),
        (FaultKind::DropAfter, true),
        (FaultKind::Garbage, false),
        (FaultKind::CutShort, true),
        (FaultKind::EmptyBody, false),
        (FaultKind::EmptyObject, true),
        (FaultKind::ErrorWithSuccess, false),
        (FaultKind::EmptyPageWithToken, true),
        (FaultKind::RepeatedToken, true),
        (rejected("InvalidResourceStateFault"), false),
        (rejected("ResourceNotFoundFault"), false),
        (rejected("KMSKeyNotAccessibleFault"), false),
        (rejected("ResourceQuotaExceededFault"), false),
    ]
}

/// Runs with faults that begin at one call, and then without.
fn run(number: usize, times: Option<usize>, operation: &str, kind: &(FaultKind, bool)) -> String {
    let cloud = Cloud::start();
    let case = format!("{:?} ({times:?} times) at call {number}, {operation}", kind.0);
    cloud.aws.inject(Fault {
        operation: None,
        region: None,
        account_id: None,
        from_call: number,
        times,
        kind: kind.0.clone(),
    });
    let arguments = ["--yes-until", "renamed"];
    let (code, printed) = cloud.apply(&arguments);
    cloud.aws.clear_faults();
    cloud.assert_safe(&case);
    match code {
        0 => cloud.assert_done(),
        1 | 2 => assert!(printed.contains("Next: "), "{case}: {printed}"),
        _ => panic!("{case}: {code} {printed}"),
    }
    let outcome = format!("{case}: {code}");
    if code != 0 && cloud.new_arn().is_some() && operation != "GetCallerIdentity" {
        assert!(
            printed.contains("orders-private") || !printed.contains("There is no new instance"),
            "{case}: {printed}"
        );
    }
    let (code, printed) = cloud.apply(&arguments);
    assert_eq!(code, 0, "{case}: {printed}");
    cloud.assert_done();
    cloud.assert_safe(&case);
    let without_effect = (!kind.1 && times == Some(1)).then_some(number - 1);
    if times == Some(1) {
        assert_nothing_twice(&cloud.aws.calls(), without_effect, &case);
    }
    outcome
}

fn operations() -> Vec<String> {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.aws.calls().into_iter().map(|call| call.operation).collect()
}

/// A part of the faults at each call: in the next test they are all.
#[test]
fn a_fault_ends_in_a_stated_state_from_which_the_run_goes_on() {
    let operations = operations();
    let kinds = kinds();
    let mut cases = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        for (number, kind) in kinds.iter().enumerate() {
            let is_taken = if ACTS.contains(&operation.as_str()) {
                number % 3 == index % 3
            } else {
                (index * 7 + number) % 53 == 0
            };
            if is_taken {
                cases.push((index + 1, operation.clone(), kind.clone()));
            }
        }
    }
    in_parallel(&cases, |(number, operation, kind)| {
        run(*number, Some(1), operation, kind);
    });
}

/// One response that says that there is no instance is no proof that the old one is gone.
#[test]
fn instances_that_dms_once_does_not_find_are_not_taken_for_gone() {
    let operations = operations();
    let rejected =
        FaultKind::Rejected { code: "ResourceNotFoundFault".to_owned(), message: "No.".to_owned() };
    let numbered = operations.iter().enumerate();
    let listings = numbered.filter(|(_, operation)| *operation == "DescribeReplicationInstances");
    let cases: Vec<usize> = listings.map(|(index, _)| index + 1).collect();
    assert!(cases.len() > 10, "{operations:?}");
    in_parallel(&cases, |number| {
        run(*number, Some(1), "DescribeReplicationInstances", &(rejected.clone(), false));
    });
}

/// Writes each case with its first exit code to `target/tmp/faults-of-apply.txt`.
#[test]
#[ignore = "takes minutes in a release build: run it after a change of the loop"]
fn every_fault_at_every_call() {
    let operations = operations();
    let mut cases = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        cases.extend(kinds().into_iter().map(|kind| (index + 1, operation.clone(), kind)));
    }
    fastrand::shuffle(&mut cases); // so that a run which is ended early has seen something of everything
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults-of-apply.txt");
    let file = Mutex::new(File::create(file).unwrap());
    in_parallel(&cases, |(number, operation, kind)| {
        let outcome = run(*number, Some(1), operation, kind);
        writeln!(file.lock().unwrap(), "{outcome}").unwrap();
    });
}

/// Credentials that expire never come back within the run; nor does a permission.
#[test]
fn a_fault_that_lasts_ends_in_a_stated_state_from_which_the_run_goes_on() {
    let operations = operations();
    let kinds = [FaultKind::ExpiredToken, FaultKind::Denied, FaultKind::Garbage, FaultKind::ErrorWithSuccess];
    let mut cases = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        if ACTS.contains(&operation.as_str()) || index % 40 == 0 {
            cases.push((index + 1, operation.clone(), (kinds[index % kinds.len()].clone(), false)));
        }
    }
    in_parallel(&cases, |(number, operation, kind)| {
        run(*number, None, operation, kind);
    });
}
