//! The program and the folder that it runs in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
