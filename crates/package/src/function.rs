//! The function as it ships: one command builds it for Lambda, for tests and for measurements.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::architecture::Architecture;
use crate::archive::ENTRY;
use crate::cargo::{Builder, Profile};
use crate::crates::{self, Crate, Crates};
use crate::error::Error;
use crate::messages;
use crate::program::Program;

/// The list of crates and features in the function, relative to the checkout. `cargo dev generate` writes it.
pub const CRATES_FILE: &str = "crates/config-lambda/crates.txt";

/// A function that was built.
#[derive(Clone, Debug)]
pub struct Function {
    /// The executable.
    pub executable: PathBuf,
    /// The crates that Cargo compiled for it, with the features that it turned on.
    pub crates: Crates,
}

/// Returns the executable of the function, built for this machine by the command that builds it for Lambda.
///
/// End-to-end tests run it instead of `CARGO_BIN_EXE_bootstrap`: a build of the whole workspace turns on features of
/// shared dependencies that the function does not have. The first call in a process runs `cargo build`, which takes
/// minutes in a new checkout and a fraction of a second after that; Cargo's lock lets one process build at a time.
///
/// # Errors
/// Returns the error of [`build`], the same for each call.
pub fn shipped() -> Result<&'static Path, &'static Error> {
    shipped_function().map(|function| &*function.executable)
}

/// Returns the function of [`shipped`] with the list of its crates.
///
/// # Errors
/// Returns the error of [`build`], the same for each call.
pub fn shipped_function() -> Result<&'static Function, &'static Error> {
    static SHIPPED: LazyLock<Result<Function, Error>> = LazyLock::new(|| {
        let builder = builder()?;
        let folder = builder.folders.target.join(builder.triple(None)).join(Profile::Function.name());
        if !folder.join(ENTRY).exists() {
            let words = "package: building the function as it ships; the first time takes some minutes";
            let _ = writeln!(std::io::stderr().lock(), "{words}"); // a lost message loses nothing else
        }
        build(&builder, Program::Function, None, Profile::Function)
    });
    SHIPPED.as_ref()
}

/// Builds a function for an architecture; for the host if it is `None`.
///
/// # Errors
/// Returns [`Error::Missing`] if Cargo cannot be started, and [`Error::Cargo`] if it fails or names no executable.
pub fn build(
    builder: &Builder,
    program: Program,
    architecture: Option<Architecture>,
    profile: Profile,
) -> Result<Function, Error> {
    let output = builder.build(
        architecture,
        &[
            "build",
            "--profile",
            profile.name(),
            "--locked",
            "-p",
            program.package(),
            "--bin",
            program.binary(),
            "--message-format",
            "json-render-diagnostics",
        ],
    )?;
    let folder = builder.folders.target.join(builder.triple(architecture));
    let (mut executable, mut crates) = (None, Crates::new());
    for artifact in messages::artifacts(&output) {
        // Build scripts, procedural macros and their dependencies are in the folder of the host.
        if artifact.filenames.iter().any(|file| file.starts_with(&folder)) {
            crates.insert(Crate::from_package_id(&artifact.package_id, &artifact.features));
        }
        executable = artifact.executable.or(executable);
    }
    let executable = executable
        .ok_or_else(|| Error::Cargo(format!("cargo build names no executable of {}", program.package())))?;
    Ok(Function { executable, crates })
}

/// Returns the text of [`CRATES_FILE`], from what Cargo resolves for both architectures of Lambda.
///
/// # Errors
/// Returns [`Error::Missing`] if Cargo cannot be started, and [`Error::Cargo`] if it fails.
pub fn crates_file() -> Result<String, Error> {
    let builder = builder()?;
    let resolve = |architecture: Architecture| {
        let triple = architecture.triple();
        let tree = builder.run(&[
            "tree",
            "--locked",
            "-p",
            Program::Function.package(),
            "--edges",
            "normal,no-proc-macro",
            "--target",
            triple,
            "--prefix",
            "none",
            "--format",
            crates::TREE_FORMAT,
        ])?;
        Ok((architecture, crates::read_tree(&tree)))
    };
    let resolved: Result<Vec<_>, Error> = Architecture::ALL.into_iter().map(resolve).collect();
    Ok(crates::to_file(&resolved?))
}

/// Finds Cargo for the checkout that this crate was compiled in.
fn builder() -> Result<Builder, Error> {
    Builder::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), None)
}
