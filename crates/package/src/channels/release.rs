//! A release, as the channels need it.

use crate::architecture::Architecture;
use crate::archive::Checksum;

use super::sources::Source;

/// The release that is carried to its users.
#[derive(Clone, Debug)]
pub struct Release {
    /// The version of the workspace, without a leading `v`.
    pub version: String,
    /// The address of the project, `homepage` of the workspace, without a slash at its end. Empty until there is one.
    pub address: String,
    /// The commit that was built.
    pub commit: String,
    /// The time of that commit in RFC 3339, never the time of the build.
    pub date: String,
    /// The programs, one for each architecture.
    pub programs: Vec<Program>,
    /// The files of the checkout, which the source distribution holds.
    pub sources: Vec<Source>,
}

/// The program of one archive.
#[derive(Clone, Debug)]
pub struct Program {
    /// The architecture that it is for.
    pub architecture: Architecture,
    /// The ELF file `dms-rule`.
    pub binary: Vec<u8>,
    /// The files that the image needs beside it, under their paths without a leading slash.
    pub libraries: Vec<ReleaseFile>,
    /// The SHA-256 of the archive that holds it.
    pub archive: Checksum,
}

/// Returns the name of the archive of the command line without `.tar.gz`, which is also that of the folder in it.
#[must_use]
pub fn archive_stem(version: &str, architecture: Architecture) -> String {
    format!("dms-rule-{version}-{}", architecture.triple())
}

/// A file of a release.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReleaseFile {
    /// The name in the folder of the release.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// The reason why a channel has no file.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// A program does not fit its channel.
    #[error("dms-rule for {architecture}: {fault}")]
    Program {
        /// The architecture of the release that the program is given for.
        architecture: Architecture,
        /// The fault.
        fault: String,
    },
    /// A version has more than numbers and dots.
    #[error("version {0}: expected numbers and dots alone, which Cargo and Python read alike")]
    Version(String),
    /// A file of the checkout that a channel holds is missing.
    #[error("{0} is not among the sources")]
    Source(&'static str),
    /// A template has a placeholder without a value.
    #[error("the template of {0} has a placeholder that no value fills")]
    Template(&'static str),
    /// An archive cannot be written.
    #[error("{name}: {source}")]
    Archive {
        /// The file.
        name: String,
        /// The error of the writer.
        source: std::io::Error,
    },
}

impl ChannelError {
    /// Returns a function that adds the name of a file to the error of its writer.
    pub(super) fn archive<E: Into<std::io::Error>>(name: &str) -> impl FnOnce(E) -> Self {
        move |error| Self::Archive { name: name.to_owned(), source: error.into() }
    }
}

impl Release {
    /// Returns the address under which the files of the release are downloaded.
    pub(super) fn downloads(&self) -> String {
        format!("{}/releases/download/v{}", self.address, self.version)
    }

    /// Returns the text of a file of the checkout.
    pub(super) fn source(&self, path: &'static str) -> Result<&[u8], ChannelError> {
        let source = self.sources.iter().find(|source| source.path == path);
        source.map(|source| &*source.bytes).ok_or(ChannelError::Source(path))
    }
}

impl Program {
    /// Returns the name of the archive that holds the program.
    #[must_use]
    pub fn archive_name(&self, version: &str) -> String {
        format!("{}.tar.gz", archive_stem(version, self.architecture))
    }
}
