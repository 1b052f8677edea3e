//! Runs over generated inputs: each is repeated exactly by its seed.

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Returns a runner of as many cases, which makes a case that fails simpler in at most `shrinks` steps.
pub(crate) fn runner(cases: u32, shrinks: u32, seed: &[u8; 32]) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: shrinks, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, seed))
}

/// Runs both seeds at once: the gate has two processors.
pub(crate) fn both(seeds: [&[u8; 32]; 2], run: impl Fn(&[u8; 32]) + Sync) {
    std::thread::scope(|scope| {
        for seed in seeds {
            scope.spawn(|| run(seed));
        }
    });
}

/// Runs as many cases as `MODEL_CASES` says, from the seed in `MODEL_SEED`.
pub(crate) fn long(cases: u32, run: impl Fn(u32, &[u8; 32])) {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number("MODEL_SEED", 1).to_le_bytes());
    run(u32::try_from(number("MODEL_CASES", cases.into())).unwrap(), &seed);
}
