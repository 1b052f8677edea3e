//! The programs that are measured: cargo builds them, and says where they are.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Failure;

/// Where the workspace is.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).stdin(Stdio::null());
    // What cargo tells a program that it runs of its package: build scripts that look at it would be run again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Where cargo builds.
pub(crate) fn target() -> Result<PathBuf, Failure> {
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1", "--locked"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim_end())
    })?;
    let target = metadata.get("target_directory").and_then(Value::as_str);
    target.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target directory".into())
}

/// Builds a program and gives its path.
pub(crate) fn build(program: &str, arguments: &[&str]) -> Result<PathBuf, Failure> {
    let mut child = cargo()
        .args(["build", "--locked", "--message-format", "json-render-diagnostics", "--bin", program])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut messages = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut messages)?;
    }
    let failed =
        || format!("cargo build of {program} failed. Next: see what cargo wrote above, then run this again");
    if !child.wait()?.success() {
        return Err(failed().into());
    }
    let built =
        messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
            let is_it = message.pointer("/target/name").and_then(Value::as_str) == Some(program);
            message.get("executable").and_then(Value::as_str).filter(|_| is_it).map(PathBuf::from)
        });
    built.ok_or_else(|| failed().into())
}

/// The interpreter itself, if it has boto3, and boto3's version.
pub(crate) fn python(path: &str) -> Option<(PathBuf, String)> {
    let script = "import sys, boto3; print(sys.executable); print(boto3.__version__)";
    let output = Command::new(path).args(["-c", script]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines().map(str::to_owned);
    Some((lines.next()?.into(), lines.next()?))
}

/// The size of a file, and that of the zip that `package` makes of it.
pub(crate) fn sizes(program: &Path) -> Result<(usize, usize), Failure> {
    let binary = std::fs::read(program)?;
    Ok((binary.len(), package::archive::zip_of(&binary)?.len()))
}
