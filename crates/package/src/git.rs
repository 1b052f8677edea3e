//! Git, run in a checkout.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// Runs Git in a checkout, with times in UTC, and returns its standard output.
///
/// # Errors
/// Returns [`Error::Missing`] if Git cannot be started or fails, with its message.
pub(crate) fn git(checkout: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let command = || format!("git {}", arguments.join(" "));
    let output = Command::new("git")
        .args(arguments)
        .current_dir(checkout)
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Error::Missing(format!("{} cannot be started: {error}", command())))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Error::Missing(format!("{}: {}", command(), message.trim())));
    }
    Ok(output.stdout)
}
