//! Whole worlds from seeds: resources that come and go, AWS Config that delivers late, twice or never, Lambda that ends a
//! sandbox at any call. The function and the SDK are the real ones; the network, the clock and chance are simulated.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]
#![expect(clippy::print_stderr, reason = "the counts of a run are part of its result")]

mod defects;
mod events;
mod explore;
mod invocation;
mod model;
mod network;
mod paging;
mod player;
mod rules;
mod script;
mod shrink;
mod timeline;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use defects::{DEFECTS, Defect};
use player::{Played, play};
use script::Script;
use shrink::shrink;

const ACCOUNT: &str = "123456789012";
/// The Region in the ARNs of resources. The Region of the clients is another in every world.
const REGION: &str = "us-east-1";

/// The environment variable with the first seed of the long run.
const SEED: &str = "WORLD_SEED";

/// The steps of all worlds of the long run.
const STEPS: usize = 1_000_000;

/// Counts of what worlds were made of.
#[derive(Debug, Default)]
struct Counts {
    worlds: usize,
    steps: usize,
    invocations: usize,
    comparisons: usize,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.steps += other.steps;
        self.invocations += other.invocations;
        self.comparisons += other.comparisons;
    }
}

/// Plays the worlds of all seeds from this one on, in two threads, for as long as `go_on` says so. Panics with the shortest
/// trace that was found if an invariant is violated.
fn check_from(seed: u64, go_on: impl Fn(&Counts) -> bool + Sync) -> Counts {
    let (total, next) = (Mutex::new(Counts::default()), AtomicU64::new(seed));
    let failing = Mutex::new(None);
    let work = || {
        while failing.lock().unwrap().is_none() && go_on(&total.lock().unwrap()) {
            let script = Script::generate(next.fetch_add(1, Ordering::Relaxed));
            let played = play(&script, None, false);
            let steps = script.steps.len();
            if played.violation.is_some() {
                *failing.lock().unwrap() = Some(script);
                return;
            }
            let Played { invocations, comparisons, .. } = played;
            total.lock().unwrap().add(&Counts { worlds: 1, steps, invocations, comparisons });
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    if let Some(script) = failing.into_inner().unwrap() {
        panic!("{}", shortest(script, None));
    }
    total.into_inner().unwrap()
}

/// Describes the shortest script with a violation that was found from this one.
fn shortest(script: Script, defect: Option<Defect>) -> String {
    let seed = script.seed;
    let (script, played) = shrink(script, defect);
    format!(
        "seed {seed}: {}\n{:?}, {:?}, pages of {}, {} steps\n{}\n{:#?}",
        played.violation.as_deref().unwrap_or("not repeated"),
        script.precedence,
        script.ids,
        script.page,
        script.steps.len(),
        played.trace.join("\n"),
        script.steps,
    )
}

#[test]
fn no_world_shows_a_false_result_that_is_ordered_after_the_truth() {
    let begin = Instant::now();
    let go_on = |counts: &Counts| counts.worlds < 40 || begin.elapsed() < Duration::from_secs(15);
    let counts = check_from(0, go_on);
    eprintln!("{counts:?}");
    assert!(counts.invocations > 500 && counts.comparisons > 200, "{counts:?}");
}

#[test]
#[ignore = "takes half an hour; its first seed is in WORLD_SEED"]
fn no_world_of_a_long_run_does_either() {
    let seed = std::env::var(SEED).map_or(1_000_000, |seed| seed.parse().unwrap());
    let counts = check_from(seed, |counts| counts.steps < STEPS);
    eprintln!("{counts:?} from seed {seed}");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..10 {
        let script = Script::generate(seed);
        let traces = [(); 2].map(|()| play(&script, None, true).trace);
        assert!(traces[0].len() > 10);
        assert_eq!(traces[0], traces[1], "seed {seed}");
    }
}

/// The seeds of which one at least finds each defect.
const SEEDS: u64 = 400;

#[test]
fn each_defect_of_a_function_is_found() {
    for defect in DEFECTS {
        let violation = |seed| play(&Script::generate(seed), Some(defect), false).violation;
        let found = (0..SEEDS).find_map(|seed| Some((seed, violation(seed)?)));
        let (seed, violation) = found.unwrap_or_else(|| panic!("{defect:?} is not found"));
        eprintln!("{defect:?}: seed {seed}: {violation}");
    }
}

#[test]
fn a_violation_is_reported_by_a_short_script() {
    let defect = Some(Defect::OnlyTheFirstPage);
    let fails = |seed: &u64| play(&Script::generate(*seed), defect, false).violation.is_some();
    let seed = (0..SEEDS).find(fails).unwrap();
    let script = Script::generate(seed);
    let (shorter, played) = shrink(script.clone(), defect);
    assert!(shorter.steps.len() <= 4 && shorter.steps.len() < script.steps.len(), "{shorter:#?}");
    assert!(played.violation.is_some() && played.trace.len() < 60, "{:#?}", played.trace);
}

#[test]
fn no_order_of_a_change_and_a_schedule_is_false() {
    assert!(explore_all(explore::short_scenes()) > 200);
}

#[test]
#[ignore = "takes half an hour"]
fn no_order_of_any_change_and_a_schedule_is_false() {
    let rules = [explore::PUBLIC, explore::LOGS];
    assert!(explore_all(rules.into_iter().flat_map(explore::scenes)) > 10_000);
}

/// Plays every order of each scene. Returns their number.
fn explore_all(scenes: impl IntoIterator<Item = explore::Scene>) -> usize {
    let mut orders = 0;
    for scene in scenes {
        let count = explore::explore(scene, None, 20_000).unwrap_or_else(|violation| panic!("{violation}"));
        eprintln!("{count} orders of {scene:?}");
        orders += count;
    }
    orders
}
