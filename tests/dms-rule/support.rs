//! The program and the folder that it runs in.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Returns the folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns a command that runs the program in the folder of the repository.
pub(crate) fn dms_rule() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dms-rule"));
    command.current_dir(root());
    command
}

/// Runs `dms-rule check` with a standard input, which it may leave before its end.
pub(crate) fn run_check(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = dms_rule()
        .arg("check")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Err(error) = child.stdin.take().unwrap().write_all(stdin) {
        assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
    }
    child.wait_with_output().unwrap()
}

/// Runs `dms-rule check` at a fixed time, and returns the report as JSON and the exit code.
pub(crate) fn check(arguments: &[&str], stdin: &[u8]) -> (Value, i32) {
    let arguments = [&["--format", "json", "--at", "2026-11-01T00:00:00Z"], arguments].concat();
    let output = run_check(&arguments, stdin);
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (report, output.status.code().unwrap())
}

/// Runs the program with arguments that a shell expands, as the README writes them.
pub(crate) fn shell(arguments: &str) -> Output {
    Command::new("sh")
        .arg("-c")
        .arg(format!("exec {} {arguments}", env!("CARGO_BIN_EXE_dms-rule")))
        .current_dir(root())
        .output()
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
