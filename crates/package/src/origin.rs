//! The commit that a release is built from.

use std::path::Path;

use crate::error::Error;
use crate::git::git;

/// A commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// Its hash.
    pub commit: String,
    /// Its day in UTC: `2026-11-27`.
    pub date: String,
    /// Its time in seconds since 1970.
    pub time: u64,
    /// Its time in RFC 3339, in UTC.
    pub timestamp: String,
}

impl Origin {
    /// Reads the commit of a checkout without changes.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if Git cannot be run there, or a file differs from the commit: a release says which commit
    /// it is, and must be what that commit gives.
    pub fn unchanged(workspace: &Path) -> Result<Self, Error> {
        let changes = git(workspace, &["status", "--porcelain", "--untracked-files=normal"])?;
        let changes = String::from_utf8_lossy(&changes);
        if !changes.is_empty() {
            let count = changes.lines().count();
            let first = changes.lines().next().unwrap_or_default().trim();
            return Err(Error::Missing(format!(
                "the checkout differs from its commit ({count} files; first: {first}): commit or remove the changes"
            )));
        }
        Self::head(workspace)
    }

    /// Reads the commit of a checkout, which may have changes.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if Git cannot be run there.
    pub fn head(workspace: &Path) -> Result<Self, Error> {
        let format = ["show", "--no-patch", "--date=iso-strict-local", "--format=%H %cd %ct", "HEAD"];
        let shown = git(workspace, &format)?;
        let shown = String::from_utf8_lossy(&shown);
        let mut words = shown.split_whitespace();
        let mut word = || words.next().map(str::to_owned);
        match (word(), word(), word().and_then(|time| time.parse().ok())) {
            (Some(commit), Some(timestamp), Some(time)) => {
                let timestamp = timestamp.replace("+00:00", "Z"); // versions of Git differ
                let date = timestamp.chars().take(10).collect();
                Ok(Self { commit, date, time, timestamp })
            }
            _ => Err(Error::Missing(format!("git show gives no commit: {}", shown.trim()))),
        }
    }

    /// Returns the first characters of the hash, as they stand beside the version.
    #[must_use]
    pub fn short(&self) -> &str {
        self.commit.get(..12).unwrap_or(&self.commit)
    }
}
