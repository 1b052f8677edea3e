use std::path::{Path, PathBuf};

use crate::Error;
use crate::document::Document;

/// The folder that holds the whole project. Paths are relative to it, with `/` between folders.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// Returns the repository at `root`.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the repository that this crate was built in.
    #[must_use]
    pub fn current() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::at(here.ancestors().nth(2).unwrap_or(here))
    }

    /// Returns the absolute path of a file.
    #[must_use]
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// Returns the text of a file.
    ///
    /// # Errors
    /// Returns [`Error::Read`] if the file is missing, unreadable or not UTF-8.
    pub fn read(&self, file: &str) -> Result<String, Error> {
        let path = self.path(file);
        std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })
    }

    /// Writes a file, and the folders it is in where they are missing.
    ///
    /// # Errors
    /// Returns [`Error::Write`] if the file or its folder cannot be written.
    pub fn write(&self, file: &str, text: &str) -> Result<(), Error> {
        let path = self.path(file);
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|source| Error::Write { path, source })
    }

    /// Returns the names in a folder, in order; the name of a folder ends with `/`. Hidden ones, and what Python leaves, are
    /// not listed.
    ///
    /// # Errors
    /// Returns [`Error::Read`] if the folder cannot be listed.
    pub(crate) fn entries(&self, folder: &str) -> Result<Vec<String>, Error> {
        let path = self.path(folder);
        let name = |entry: std::fs::DirEntry| {
            let end = if entry.path().is_dir() { "/" } else { "" };
            entry.file_name().to_string_lossy().into_owned() + end
        };
        let names = std::fs::read_dir(&path)
            .and_then(|entries| entries.map(|entry| entry.map(name)).collect::<std::io::Result<Vec<_>>>());
        let mut names = names.map_err(|source| Error::Read { path, source })?;
        names.retain(|name| !name.starts_with('.') && name != "__pycache__/");
        names.sort();
        Ok(names)
    }

    /// Returns a document with its blocks.
    pub(crate) fn document(&self, file: &str) -> Result<Document, Error> {
        Ok(Document::new(file, self.read(file)?))
    }
}
