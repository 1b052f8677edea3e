//! Every rule against a second, independent model that follows the pages and AWS's documents, over generated inputs.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by a panic"
)]
#![expect(clippy::print_stdout, reason = "the numbers of inputs show how much is compared")]
#![expect(clippy::match_same_arms, reason = "an arm is a row of a page")]
#![expect(clippy::similar_names, clippy::assigning_clones, reason = "tables and generated inputs are short")]

#[path = "../../../../tests/support/choices.rs"]
mod choices;
mod clock;
mod compare;
mod generate;
mod node;
mod reading;
mod rules;
#[path = "../../../../tests/support/runs.rs"]
mod runs;
mod spec;
mod world;

use std::cell::Cell;

use proptest::test_runner::{TestCaseError, TestError};

use choices::Choices;
use spec::Spec;
use world::Expected;

/// The choices of one input.
const CHOICES: usize = 100;

/// Compares as many inputs of all rules together, and panics with the simplest one of each rule whose verdict is another.
fn compare(cases: u32, seed: &[u8; 32]) {
    let specs = rules::all();
    let share = cases / u32::try_from(specs.len()).unwrap() + 1;
    let mut wrong = String::new();
    println!("{:48} {:>9} {:>9} {:>9} {:>9} {:>9}", "rule", "good", "bad", "unknown", "not appl.", "open");
    for spec in &specs {
        let counts = Cell::new([0_u64; 5]);
        match run(spec, share, seed, &counts) {
            Ok(()) => {}
            Err(TestError::Fail(reason, _)) => {
                wrong.push('\n');
                wrong.push_str(reason.message());
            }
            Err(TestError::Abort(reason)) => panic!("{reason}"),
        }
        let [good, bad, unknown, other, open] = counts.get();
        println!("{:48} {good:>9} {bad:>9} {unknown:>9} {other:>9} {open:>9}", spec.identifier);
        if !wrong.is_empty() {
            continue;
        }
        let all: u64 = counts.get().iter().sum();
        assert!(
            good * 300 > all && unknown * 300 > all && bad * 300 > all,
            "{}: too few of one kind",
            spec.identifier
        );
        assert!(open * 4 < all, "{}: the model leaves too much open", spec.identifier);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Compares as many inputs of one rule, and counts them by their expected verdict.
fn run(spec: &Spec, cases: u32, seed: &[u8; 32], counts: &Cell<[u64; 5]>) -> Result<(), TestError<Vec<u8>>> {
    let mut runner = runs::runner(cases, 20_000, seed);
    runner.run(&proptest::collection::vec(proptest::num::u8::ANY, CHOICES), |bytes| {
        let world = generate::world(spec, &mut Choices::new(&bytes));
        let column = match compare::expected(spec, &world) {
            Expected::Good(_) => 0,
            Expected::Bad(_) => 1,
            Expected::Unknown | Expected::NotGood => 2,
            Expected::NotApplicable | Expected::AnythingButGood => 3,
            Expected::Open => 4,
        };
        let mut counted = counts.get();
        counted[column] += 1;
        counts.set(counted);
        compare::difference(spec, &world).map_or(Ok(()), |difference| Err(TestCaseError::fail(difference)))
    })
}

#[test]
fn every_rule_is_in_the_model() {
    let modelled: Vec<&str> = rules::all().iter().map(|spec| spec.identifier).collect();
    for rule in rule_core::rules::RULES {
        assert_eq!(
            modelled.iter().filter(|known| **known == rule.identifier).count(),
            1,
            "{}",
            rule.identifier
        );
    }
    assert_eq!(modelled.len(), rule_core::rules::RULES.len());
}

#[test]
fn every_rule_gives_the_verdict_of_its_page() {
    let seeds = [b"rules against an independent one", b"rules against an independent two"];
    runs::both(seeds, |seed| compare(50_000, seed));
}

#[test]
#[ignore = "ten million inputs take minutes"]
fn every_rule_gives_the_verdict_of_its_page_ten_million_times() {
    runs::long(10_000_000, compare);
}
