//! Tar archives without a trace of the machine that wrote them.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

/// A tar archive in memory. Every entry belongs to root, and has the first second of 1970 as its time.
pub(crate) struct Tarball(Builder<Vec<u8>>);

impl Tarball {
    /// Begins an empty archive.
    pub(crate) fn new() -> Self {
        Self(Builder::new(Vec::new()))
    }

    /// Adds a file with its mode.
    pub(crate) fn file(&mut self, path: &str, bytes: &[u8], mode: u32) -> io::Result<()> {
        self.entry(path, EntryType::Regular, bytes, mode)
    }

    /// Adds an empty folder with its mode.
    pub(crate) fn folder(&mut self, path: &str, mode: u32) -> io::Result<()> {
        self.entry(path, EntryType::Directory, b"", mode)
    }

    fn entry(&mut self, path: &str, kind: EntryType, bytes: &[u8], mode: u32) -> io::Result<()> {
        let mut header = Header::new_gnu(); // longer paths than 100 bytes
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        self.0.append_data(&mut header, path, bytes)
    }

    /// Ends the archive.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        self.0.into_inner()
    }

    /// Ends the archive, and compresses it with gzip, without a name and a time.
    pub(crate) fn gzip(self) -> io::Result<Vec<u8>> {
        gzip(&self.finish()?)
    }
}

/// Compresses with gzip, without a name and a time.
pub(crate) fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
