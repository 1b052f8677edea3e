//! The function as it ships: its crates, its features and its size.

use std::fs;
use std::path::Path;

use package::archive::zip;
use package::binary::{Platform, faults};
use package::crates::differences;
use package::function::{CRATES_FILE, crates_file, shipped, shipped_function};

use crate::programs::HERE;

/// The most bytes that a cold start may have to load.
const MAXIMUM_ZIP_BYTES: usize = 3_400_000;

fn committed_crates() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(CRATES_FILE)).unwrap()
}

#[test]
fn the_tested_bootstrap_has_the_crates_and_features_of_the_shipped_one() {
    let tested = &shipped_function().unwrap().crates;
    assert!(tested.len() > 100, "{tested:?}");
    let differences = differences(&committed_crates(), HERE, tested);
    assert!(
        differences.is_empty(),
        "{CRATES_FILE} differs, see cargo dev generate:\n{}",
        differences.join("\n")
    );
}

#[test]
fn the_committed_crates_are_those_that_cargo_resolves() {
    assert!(crates_file().unwrap() == committed_crates(), "{CRATES_FILE} differs, see cargo dev generate");
}

#[test]
fn the_function_has_no_features_and_nothing_of_a_scan() {
    let committed = committed_crates();
    assert!(committed.contains("\nconfig-lambda "), "{committed}");
    for word in ["aws-sdk-account", "aws-sdk-organizations", "aws-sdk-sso", " sso", "credentials-process"] {
        assert!(!committed.contains(word), "{word}");
    }
}

#[test]
fn the_shipped_bootstrap_starts_on_lambda_and_its_zip_is_small() {
    let binary = fs::read(shipped().unwrap()).unwrap();
    assert_eq!(faults(&binary, HERE, Platform::Lambda).unwrap(), [""; 0]);
    let bytes = zip(&binary).unwrap().len();
    assert!(bytes <= MAXIMUM_ZIP_BYTES, "{bytes} bytes");
}
