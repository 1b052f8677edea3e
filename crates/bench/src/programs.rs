//! The programs that are measured, and how Cargo builds them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use package::{Builder, Profile, messages};

use crate::error::Error;

/// Returns the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the folder into which Cargo builds programs other than the function.
pub(crate) fn target() -> Result<PathBuf, Error> {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => Ok(std::path::absolute(target)?),
        None => Ok(root().canonicalize()?.join("target")),
    }
}

/// Builds the function for this machine with the command that builds it for Lambda, and returns its path.
pub(crate) fn build_function(profile: Profile) -> Result<PathBuf, Error> {
    let builder = Builder::new(&root(), None)?;
    Ok(package::function::build(&builder, package::Program::Function, None, profile)?.executable)
}

/// Builds a program of the workspace and returns its path.
pub(crate) fn build(program: &str, package: &str, profile: &str) -> Result<PathBuf, Error> {
    let arguments = ["--bin", program, "-p", package, "--profile", profile];
    run_build(program, &arguments, &target()?)
}

/// Builds the rule on the SDK's default features, which is a workspace of its own, and returns its path.
pub(crate) fn build_plain() -> Result<PathBuf, Error> {
    let arguments = ["--release", "--manifest-path", "crates/bench/plain/Cargo.toml"];
    run_build("plain", &arguments, &target()?.join("bench/plain"))
}

fn run_build(program: &str, arguments: &[&str], target: &Path) -> Result<PathBuf, Error> {
    let target = target.display().to_string();
    let mut command = vec!["build", "--locked", "--message-format", "json-render-diagnostics"];
    command.extend(["--target-dir", &target]);
    command.extend(arguments);
    let output = Builder::new(&root(), None)?.run(&command)?;
    let executable = messages::artifacts(&output).find_map(|artifact| artifact.executable);
    executable.ok_or_else(|| format!("cargo build names no executable of {program}").into())
}

/// Returns the path of a Python interpreter and the version of its boto3. `None` if it has no boto3.
pub(crate) fn python(path: &str) -> Option<(PathBuf, String)> {
    let script = "import sys, boto3; print(sys.executable); print(boto3.__version__)";
    let output = Command::new(path).args(["-c", script]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines().map(str::to_owned);
    Some((lines.next()?.into(), lines.next()?))
}

/// Returns the size in bytes of a program and of its deployment package.
pub(crate) fn sizes(program: &Path) -> Result<(usize, usize), Error> {
    let binary = std::fs::read(program)?;
    Ok((binary.len(), package::archive::zip(&binary)?.len()))
}
