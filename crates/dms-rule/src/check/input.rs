//! The inputs of a check, and how they are opened.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use data_encoding::HEXLOWER;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::progress::Progress;

/// A file, or standard input.
#[derive(Debug)]
pub(super) struct InputFile {
    /// `None` for standard input.
    path: Option<PathBuf>,
    /// The name in reports.
    pub(super) name: String,
    /// True if the person names it; false if it was found in a folder.
    pub(super) is_named: bool,
    /// The size; `None` if it is not known before the end, as of a pipe.
    pub(super) bytes: Option<u64>,
}

impl InputFile {
    pub(super) fn standard_input() -> Self {
        Self { path: None, name: report::STANDARD_INPUT.to_owned(), is_named: true, bytes: None }
    }

    pub(super) fn file(path: &Path, is_named: bool) -> Self {
        Self {
            is_named,
            name: path.display().to_string(),
            bytes: match path.metadata() {
                Ok(metadata) => metadata.is_file().then_some(metadata.len()),
                Err(_) => Some(0), // it will not be read
            },
            path: Some(path.to_owned()),
        }
    }

    /// Opens the input; gzip is decompressed. The second reader gives the checksum of the bytes as they
    /// are in the file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be opened or its first bytes cannot be read.
    pub(super) fn open<'a>(&self, progress: &'a Progress) -> io::Result<(Box<dyn Read + 'a>, Hashed<'a>)> {
        let raw: Box<dyn Read> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => Box::new(File::open(path)?),
        };
        let hashed = Hashed(Rc::new(RefCell::new((Box::new(progress.wrap(raw)), Sha256::new()))));
        Ok((decompressed(hashed.clone())?, hashed))
    }
}

/// A reader, and the hash of the bytes that were read from it by this value or a clone.
#[derive(Clone)]
pub(super) struct Hashed<'a>(Rc<RefCell<(Box<dyn Read + 'a>, Sha256)>>);

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (raw, hash) = &mut *self.0.borrow_mut();
        let count = raw.read(buffer)?;
        hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl Hashed<'_> {
    /// Reads what is left of the input, and returns the SHA-256 of all its bytes in hexadecimal digits.
    ///
    /// # Errors
    /// Returns an error if the input cannot be read to its end.
    pub(super) fn checksum(mut self) -> io::Result<String> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(HEXLOWER.encode(&self.0.borrow().1.clone().finalize()))
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
