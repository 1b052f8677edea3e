//! The tests that ARCHITECTURE and SECURITY name.

use std::collections::BTreeSet;

use crate::source::{entries, read, root, rust_files};

#[test]
fn every_test_that_architecture_names_exists() {
    let tests = all_tests();
    let text = read(&root().join("ARCHITECTURE.md"));
    let (_, invariants) = text.split_once("\n## Invariants\n").expect("a section Invariants");
    let rows: Vec<&str> = invariants.lines().skip_while(|line| !line.starts_with('|')).skip(2).collect();
    let rows = rows.into_iter().take_while(|line| line.starts_with('|'));
    let missing: Vec<&str> = rows
        .flat_map(|row| row.split('|').nth(2).unwrap_or_default().split('`').skip(1).step_by(2))
        .filter(|name| is_missing(name, &tests))
        .collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names what does not exist: {missing:#?}");
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let tests = all_tests();
    let text = read(&root().join("SECURITY.md"));
    let (_, model) = text.split_once("\n## Threat model\n").expect("a section Threat model");
    let rows: Vec<&str> = model.lines().filter(|line| line.starts_with('|')).collect();
    let cells = rows.iter().filter_map(|row| row.split('|').nth(3));
    let names: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(names.len() > rows.len(), "a row without a test: {names:?}");
    let missing: Vec<&str> = names.into_iter().filter(|name| !tests.contains(*name)).collect();
    assert!(missing.is_empty(), "SECURITY.md names what does not exist: {missing:#?}");
}

/// Returns true for the name of a test that does not exist, and for a path at which nothing is.
fn is_missing(name: &str, tests: &BTreeSet<String>) -> bool {
    let is_identifier =
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if is_identifier && name.contains('_') {
        return !tests.contains(name);
    }
    let path = name.split(' ').next().unwrap_or_default();
    path.contains('/') && !root().join(path).exists()
}

/// Returns the names of all functions in Rust files and of all test functions in Python files.
fn all_tests() -> BTreeSet<String> {
    let rust =
        [root().join("crates"), root().join("tests")].into_iter().flat_map(|folder| rust_files(&folder));
    let rust = rust.flat_map(|file| names_after("fn ", &read(&file)));
    let python = entries(&root().join("tests/oracles"))
        .into_iter()
        .flat_map(|path| if path.is_dir() { entries(&path) } else { vec![path] });
    let python = python.filter(|path| path.extension().is_some_and(|extension| extension == "py"));
    rust.chain(python.flat_map(|file| names_after("def ", &read(&file)))).collect()
}

fn names_after(keyword: &str, text: &str) -> Vec<String> {
    let name = |rest: &str| {
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect()
    };
    text.split(keyword).skip(1).map(name).collect()
}
