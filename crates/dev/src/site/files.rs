use std::path::Path;

use crate::Error;

/// Writes a file, and the folders that it is in.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    folders(path).and_then(|()| std::fs::write(path, text)).map_err(|source| not_written(path, source))
}

/// Copies a file, and makes the folders that its copy is in.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let bytes = std::fs::read(from).map_err(|source| Error::Read { path: from.to_owned(), source })?;
    folders(to).and_then(|()| std::fs::write(to, bytes)).map_err(|source| not_written(to, source))
}

fn folders(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

fn not_written(path: &Path, source: std::io::Error) -> Error {
    Error::Write { path: path.to_owned(), source }
}
