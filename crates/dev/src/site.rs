//! The site: the documents of the repository as a book.
//!
//! Nothing is written twice. [`lay_out`] copies each document from its one home into a source folder of mdBook, with the
//! links between documents and to files rewritten, and [`build`] runs mdBook on it. The page of a rule is at
//! `ADDRESS/RULE/`, which `dms-rule --docs-url ADDRESS` links to.

mod book;
mod files;
mod links;
mod map;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, Repository};
use map::Map;

/// The folder of the site, unless another is named.
pub const FOLDER: &str = "target/site";

/// The folder of the pages' source, below that of the site. It has a name of its own, since it is emptied.
const PAGES: &str = "site-pages";

/// Writes the source of the book into `folder/site-pages`, which is emptied first, and its settings into `folder`.
///
/// # Errors
/// Returns an error if a document cannot be read, a link leads to no file of the repository, or a file cannot be written.
pub fn lay_out(repository: &Repository, folder: &Path) -> Result<(), Error> {
    let map = Map::read(repository)?;
    let source = folder.join(PAGES);
    if source.exists() {
        std::fs::remove_dir_all(&source)
            .map_err(|error| Error::Write { path: source.clone(), source: error })?;
    }
    files::write(&folder.join("book.toml"), book::SETTINGS)?;
    files::write(&folder.join("site.css"), book::STYLE)?;
    files::write(&source.join("SUMMARY.md"), &book::summary(&map))?;
    for page in map.pages() {
        let rewritten = links::rewrite(&map, page)?;
        files::write(&source.join(&page.address), &rewritten.text)?;
        for file in rewritten.files {
            files::copy(&repository.path(&file), &source.join(&file))?;
        }
    }
    Ok(())
}

/// Lays out the book in `folder` and builds it into `folder/book` with the program `mdbook`. Returns that folder.
///
/// # Errors
/// Returns the errors of [`lay_out`], and [`Error::Book`] if mdBook cannot be started, fails or warns.
pub fn build(repository: &Repository, folder: &Path, mdbook: &OsStr) -> Result<PathBuf, Error> {
    lay_out(repository, folder)?;
    let output = Command::new(mdbook).arg("build").arg(folder).output().map_err(|error| {
        let mdbook = mdbook.display();
        Error::Book(format!(
            "cannot start {mdbook}: {error}; install it with `cargo install mdbook --locked`"
        ))
    })?;
    let messages = String::from_utf8_lossy(&output.stderr);
    let warns = ["WARN", "ERROR"].iter().any(|level| messages.contains(level));
    if warns || !output.status.success() {
        return Err(Error::Book(format!("mdbook ended with {}:\n{messages}", output.status)));
    }
    Ok(folder.join("book"))
}
