//! Every run against every DMS: an exhaustive exploration of the transition function with an abstract DMS.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod case;
mod changes;
mod decision;
mod dms;
mod liveness;
mod names;
mod picture;
mod process;
mod safety;
mod search;
mod situations;
mod traces;
mod world;

use std::time::Instant;

use case::{Case, FAILED, FULL_LOAD, LOADING, READY, RUNNING, Runner, STOPPED};
use decision::Decisions;

#[expect(clippy::print_stdout, reason = "the numbers are for a reader")]
fn check(case: &Case) {
    let begun = Instant::now();
    let mut decisions = Decisions::new(case);
    let worlds = search::explore(case, &mut decisions);
    let explored = begun.elapsed();
    let ends = liveness::check(case, &mut decisions, &worlds);
    println!(
        "{}: {} states in {:.1} s, {} fair runs in {:.1} s, {} situations; {:?}",
        case.name,
        worlds.worlds.len(),
        explored.as_secs_f64(),
        ends.runs,
        begun.elapsed().saturating_sub(explored).as_secs_f64(),
        decisions.taken.len(),
        ends.counts,
    );
}

const APPLY: Runner = Runner { run: 0, memory: 0, tags: false };
/// An apply with a journal of its own.
const OTHER_APPLY: Runner = Runner { run: 1, memory: 1, tags: false };
/// An execution of the runbook, whose memory is in tags of the tasks and of the new instance. Two at once are not
/// explored: with one run id and one memory, each can close a task that the other stopped.
const RUNBOOK: Runner = Runner { run: 2, memory: 1, tags: true };

fn undisturbed() -> Case {
    Case { rename: true, ..Case::new("undisturbed", &[STOPPED, RUNNING, RUNNING]) }
}

fn dies() -> Case {
    Case { starts: 3, ..Case::new("dies", &[STOPPED, RUNNING, RUNNING]) }
}

fn faults() -> Case {
    Case { starts: 2, faults: 1, reload: true, upgrades: false, ..Case::new("faults", &[RUNNING, LOADING]) }
}

fn loads() -> Case {
    Case { starts: 2, users: 1, reload: true, upgrades: false, ..Case::new("loads", &[LOADING, FULL_LOAD]) }
}

fn waits_for_loads() -> Case {
    Case { starts: 2, users: 1, upgrades: false, ..Case::new("waits for loads", &[LOADING, FULL_LOAD]) }
}

fn never_ran() -> Case {
    Case { starts: 2, faults: 1, ready_moves: false, ..Case::new("never ran", &[READY, RUNNING]) }
}

fn failed() -> Case {
    Case { starts: 2, users: 1, rename: true, ..Case::new("failed", &[FAILED, READY]) }
}

fn user() -> Case {
    Case { starts: 2, users: 1, ..Case::new("user", &[STOPPED, RUNNING]) }
}

fn slow() -> Case {
    Case { starts: 2, users: 1, slow: true, ..Case::new("slow", &[RUNNING]) }
}

fn everything() -> Case {
    Case { starts: 2, faults: 1, users: 1, rename: true, ..Case::new("everything", &[RUNNING]) }
}

fn two_applies() -> Case {
    let runners = vec![APPLY, OTHER_APPLY];
    Case { starts: 3, users: 1, upgrades: false, runners, ..Case::new("two applies", &[RUNNING]) }
}

fn apply_and_runbook() -> Case {
    let runners = vec![APPLY, RUNBOOK];
    Case { starts: 3, faults: 1, upgrades: false, runners, ..Case::new("apply and runbook", &[RUNNING]) }
}

fn runbook() -> Case {
    let runners = vec![RUNBOOK];
    Case { starts: 2, users: 1, runners, ..Case::new("runbook", &[STOPPED, RUNNING]) }
}

fn cases() -> Vec<Case> {
    vec![
        undisturbed(),
        dies(),
        faults(),
        loads(),
        waits_for_loads(),
        never_ran(),
        failed(),
        user(),
        slow(),
        everything(),
        two_applies(),
        runbook(),
        apply_and_runbook(),
    ]
}

#[test]
fn one_apply_that_nothing_disturbs() {
    check(&undisturbed());
}

#[test]
fn one_apply_that_dies() {
    check(&dies());
}

#[test]
fn one_apply_with_faults() {
    check(&faults());
}

#[test]
fn one_apply_while_tables_load() {
    check(&loads());
    check(&waits_for_loads());
}

#[test]
fn one_apply_of_tasks_that_never_ran_or_failed() {
    check(&never_ran());
    check(&failed());
}

#[test]
fn one_apply_and_a_user() {
    check(&user());
}

#[test]
fn one_apply_whose_observations_take_time() {
    check(&slow());
}

#[test]
fn one_apply_that_dies_with_faults_and_a_user() {
    check(&everything());
}

#[test]
fn two_applies_at_once() {
    check(&two_applies());
}

#[test]
fn the_runbook_alone() {
    check(&runbook());
}

#[test]
fn the_runbook_beside_an_apply() {
    check(&apply_and_runbook());
}

#[test]
#[ignore = "minutes"]
fn one_apply_with_more_that_goes_wrong() {
    check(&Case { starts: 4, ..dies() });
    check(&Case { faults: 2, starts: 3, ..faults() });
    check(&Case { faults: 1, ..loads() });
    check(&Case { faults: 1, ..waits_for_loads() });
    check(&Case { faults: 1, ..failed() });
    check(&Case { users: 2, ..user() });
    check(&Case { faults: 1, ..user() });
    check(&Case { faults: 1, starts: 3, ..slow() });
}

#[test]
#[ignore = "minutes"]
fn one_task_with_much_that_goes_wrong() {
    check(&Case { starts: 3, faults: 2, ..everything() });
    check(&Case { starts: 3, users: 2, ..everything() });
}

#[test]
#[ignore = "minutes"]
fn two_runs_with_more_that_goes_wrong() {
    check(&Case { faults: 1, ..two_applies() });
    check(&Case { users: 1, ..apply_and_runbook() });
    check(&Case { faults: 1, ..runbook() });
}

#[test]
#[ignore = "it writes a file for the comparison with the runbook"]
#[expect(clippy::print_stdout, reason = "the path is for a reader")]
fn the_situations_are_written() {
    let (path, lines) = situations::write(&cases());
    println!("{lines} situations in {}", path.display());
}
