//! The files of the checkout.

use std::io::Read as _;
use std::path::Path;

use tar::{Archive, EntryType};

use crate::error::Error;
use crate::git::git;

/// A file of the checkout.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path in the checkout, with slashes.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// True for a file that is started, such as `.ci/run`.
    pub is_executable: bool,
}

/// Reads the files of a commit from Git, in the order of their paths: neither a file that nobody committed nor one that
/// was changed since is in a release.
///
/// # Errors
/// Returns [`Error::Missing`] if Git cannot be started or knows no such commit, and [`Error::File`] if the commit has
/// something other than files.
pub fn tracked(checkout: &Path, commit: &str) -> Result<Vec<Source>, Error> {
    let archive = git(checkout, &["archive", "--format=tar", commit])?;
    let mut sources = read(&archive).map_err(Error::file(checkout))?;
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

fn read(archive: &[u8]) -> std::io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in Archive::new(archive).entries()? {
        let mut entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match entry.header().entry_type() {
            EntryType::Regular => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue, // the latter has the commit
            other => {
                // A link is none on every system; the checkout has none, and must not lose one silently.
                return Err(std::io::Error::other(format!("{path}: {other:?}, expected a file")));
            }
        }
        let is_executable = entry.header().mode()? & 0o100 != 0;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        sources.push(Source { path, bytes, is_executable });
    }
    Ok(sources)
}
