//! A `.tar.gz` with the same bytes for the same files.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

/// A file of a tarball.
#[derive(Clone, Debug)]
pub struct File {
    /// The path in the folder of the tarball.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// True for a program.
    pub is_executable: bool,
}

impl File {
    /// Returns a file that is no program.
    #[must_use]
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), is_executable: false }
    }

    /// Returns a program.
    #[must_use]
    pub fn program(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { is_executable: true, ..Self::new(path, bytes) }
    }
}

/// Builds a tarball with one folder that holds the files, sorted by path, owned by root, changed at `time` (seconds since
/// 1970).
///
/// # Errors
/// Returns an error if a path is too long.
pub fn tarball(folder: &str, mut files: Vec<File>, time: u64) -> io::Result<Vec<u8>> {
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let mut tar = Builder::new(GzBuilder::new().write(Vec::new(), Compression::best()));
    for File { path, bytes, is_executable } in files {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(if is_executable { 0o755 } else { 0o644 });
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, format!("{folder}/{path}"), bytes.as_slice())?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    gzip.finish()
}
