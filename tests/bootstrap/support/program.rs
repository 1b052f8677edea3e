//! The programs that the tests start.

use std::path::{Path, PathBuf};

/// Returns the function as it ships: built alone, in the profile that ships, and not with the features that a build of
/// the workspace turns on.
pub(crate) fn bootstrap() -> &'static Path {
    package::function::shipped().unwrap_or_else(|error| panic!("{error}"))
}

/// Returns an example program of the package `config-lambda`, where Cargo builds it: beside the folder of this test.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(program.exists(), "build it first: cargo build -p config-lambda --example {name}");
    program
}
