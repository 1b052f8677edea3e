//! The reasons why no function or zip is made.

use std::io;
use std::path::PathBuf;

use crate::channels::ChannelError;

/// The reason why the function was not built, or its zip not written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program or library must be installed first; the text names it and the commands that install it.
    #[error("{0}")]
    Missing(String),
    /// Cargo failed or was stopped.
    #[error("{0}")]
    Cargo(String),
    /// The binary is one that Lambda would not start, or that is larger than it need be.
    #[error("{} is rejected: {faults}", path.display())]
    Rejected {
        /// The binary.
        path: PathBuf,
        /// The faults, joined by `; and `.
        faults: String,
    },
    /// A channel of a release has no file.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// A file cannot be read, written or removed.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl Error {
    /// Returns a function that adds `path` to an error of the operating system.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.into(), source }
    }
}
