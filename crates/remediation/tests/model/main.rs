//! Every run against every DMS: an exhaustive exploration of the transition function with an abstract DMS.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod case;
mod changes;
mod decision;
mod dms;
mod names;
mod picture;
mod process;
mod safety;
mod search;
mod situations;
mod world;

use std::time::Instant;

use case::{Case, LOADING, RUNNING, STOPPED};
use decision::Decisions;

#[expect(clippy::print_stdout, reason = "the numbers are for a reader")]
fn check(case: &Case) {
    let begun = Instant::now();
    let mut decisions = Decisions::new(case);
    let worlds = search::explore(case, &mut decisions);
    println!(
        "{}: {} states, {} situations, {:.1} s",
        case.name,
        worlds.worlds.len(),
        decisions.taken.len(),
        begun.elapsed().as_secs_f64()
    );
}

fn undisturbed() -> Case {
    Case::new("undisturbed", &[STOPPED, RUNNING, RUNNING])
}

fn dies() -> Case {
    Case { starts: 3, ..Case::new("dies", &[STOPPED, RUNNING]) }
}

fn faults() -> Case {
    Case { starts: 2, faults: 1, reload: true, ..Case::new("faults", &[RUNNING, LOADING]) }
}

fn user() -> Case {
    Case { starts: 2, users: 1, ..Case::new("user", &[STOPPED, RUNNING]) }
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
fn one_apply_and_a_user() {
    check(&user());
}

#[test]
#[ignore = "it writes a file for the comparison with the runbook"]
#[expect(clippy::print_stdout, reason = "the path is for a reader")]
fn the_situations_are_written() {
    let (path, lines) = situations::write(&[undisturbed(), dies(), faults(), user()]);
    println!("{lines} situations in {}", path.display());
}
