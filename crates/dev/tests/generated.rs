//! The generated files in the repository match the rules and policies.

use dev::{Repository, generate};

#[test]
fn every_generated_file_is_as_generated() {
    let differences = generate::differences(&Repository::current()).unwrap();
    let diffs: String = differences.into_iter().map(|(_, diff)| diff).collect();
    assert!(diffs.is_empty(), "run `cargo dev generate`:\n{diffs}");
}
