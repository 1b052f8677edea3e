//! The programs that the tests start.

use std::path::{Path, PathBuf};

/// Returns the function.
pub(crate) fn bootstrap() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_bootstrap"))
}

/// Returns an example program of the package `config-lambda`, where Cargo puts it: beside the folder of this test.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(program.exists(), "build it first: cargo build -p config-lambda --example {name}");
    program
}
