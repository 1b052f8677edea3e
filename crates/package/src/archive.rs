//! The bytes of `bootstrap.zip` and their checksum.

use std::io::{Cursor, Write as _};

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest as _, Sha256};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The file that the runtime `provided.al2023` starts
/// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>).
pub const ENTRY: &str = "bootstrap";

/// The zip crate compresses with Zopfli above level 9; each level more is one more iteration. Three of them save 3 % of
/// the bytes that each cold start loads.
const ZOPFLI_LEVEL: i64 = 9 + 3;

/// Builds a zip with the one entry [`ENTRY`]. Equal binaries give equal zips.
///
/// # Errors
/// Returns an error if the binary is too large for a zip.
pub fn zip(binary: &[u8]) -> ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(ZOPFLI_LEVEL))
        .with_zopfli_buffer(None) // the binary as a whole: pieces would be compressed one by one
        .last_modified_time(DateTime::DEFAULT) // 1980-01-01, the first day that a zip can express
        .unix_permissions(0o755); // Lambda starts executable files only
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(ENTRY, options)?;
    writer.write_all(binary)?;
    writer.finish().map(Cursor::into_inner)
}

/// A SHA-256, in the two encodings that people compare.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checksum {
    /// Lower-case hexadecimal, the encoding of `sha256sum`.
    pub hex: String,
    /// Base64, the encoding of `CodeSha256` in Lambda, CloudFormation and Terraform.
    pub base64: String,
}

impl Checksum {
    /// Computes the checksum of `bytes`.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self { hex: HEXLOWER.encode(&digest), base64: BASE64.encode(&digest) }
    }

    /// Returns the line that `sha256sum --check` reads for a file of this name in the same folder.
    #[must_use]
    pub fn line(&self, file: &str) -> String {
        format!("{}  {file}\n", self.hex)
    }
}
