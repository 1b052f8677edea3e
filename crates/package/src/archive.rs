//! The zip that Lambda takes, and how its bytes are told.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The file that the `provided.al2023` runtime starts.
pub const ENTRY: &str = "bootstrap";

/// Above 9 the zip crate hands over to Zopfli, which looks three times for what flate2 finds at once: some 3 % fewer
/// bytes to load at each cold start.
const ZOPFLI_LEVEL: i64 = 9 + 3;

/// A zip with the one entry [`ENTRY`]. Its bytes follow from those of the binary and from nothing else.
///
/// # Errors
/// The binary is too large for a zip.
pub fn zip_of(binary: &[u8]) -> Result<Vec<u8>, String> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(ZOPFLI_LEVEL))
        .with_zopfli_buffer(None) // the binary as a whole: pieces would be compressed one by one
        .last_modified_time(DateTime::DEFAULT) // 1980-01-01, the first day that a zip can tell
        .unix_permissions(0o755); // Lambda starts only what may be executed
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let written = writer.start_file(ENTRY, options).map_err(|error| error.to_string());
    written.and_then(|()| writer.write_all(binary).map_err(|error| error.to_string()))?;
    writer.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}

/// The SHA-256 of some bytes, in the two ways that people meet it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checksum {
    /// As `sha256sum` shows it.
    pub hex: String,
    /// As Lambda shows it, and CloudFormation and Terraform take it: `CodeSha256`.
    pub base64: String,
}

impl Checksum {
    /// Of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // a String takes everything
            hex
        });
        Self { hex, base64: STANDARD.encode(digest) }
    }

    /// The line that `sha256sum --check` reads, for a file beside it.
    #[must_use]
    pub fn line(&self, file: &str) -> String {
        format!("{}  {file}\n", self.hex)
    }
}
