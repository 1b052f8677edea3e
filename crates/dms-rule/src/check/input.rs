//! The inputs of a check, and how they are opened.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::progress::Progress;

/// A file, or standard input.
#[derive(Debug)]
pub(super) struct InputFile {
    /// `None` for standard input.
    path: Option<PathBuf>,
    /// The name in reports.
    pub(super) name: String,
    /// The size; 0 if it is not known.
    pub(super) bytes: u64,
}

impl InputFile {
    pub(super) fn standard_input() -> Self {
        Self { path: None, name: "standard input".to_owned(), bytes: 0 }
    }

    pub(super) fn file(path: &Path) -> Self {
        Self {
            name: path.display().to_string(),
            bytes: path.metadata().map_or(0, |metadata| metadata.len()),
            path: Some(path.to_owned()),
        }
    }

    /// Opens the input; gzip is decompressed.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or its first bytes cannot be read.
    pub(super) fn open<'a>(&self, progress: &'a Progress) -> io::Result<Box<dyn Read + 'a>> {
        let raw: Box<dyn Read> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => Box::new(File::open(path)?),
        };
        decompressed(progress.wrap(raw))
    }
}

/// Returns the bytes of a reader; gzip is decompressed.
///
/// # Errors
/// Returns an error if the first bytes cannot be read.
pub(super) fn decompressed<'a>(raw: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut raw = BufReader::with_capacity(256 * 1024, raw);
    let is_gzip = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) })
}
