//! The Rust files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder that holds the whole repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Returns the folders of the crates.
pub(crate) fn crates() -> Vec<PathBuf> {
    let folders = entries(&root().join("crates"));
    folders.into_iter().filter(|folder| folder.join("Cargo.toml").exists()).collect()
}

/// Returns every Rust file below a folder, except those that Cargo builds.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let of_entry = |path: PathBuf| {
        if path.is_dir() && !path.ends_with("target") {
            return rust_files(&path);
        }
        if path.extension().is_some_and(|extension| extension == "rs") { vec![path] } else { Vec::new() }
    };
    entries(folder).into_iter().flat_map(of_entry).collect()
}

/// Returns the paths in a folder, in the order of their names; none if it is missing.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

pub(crate) fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Returns the path as it is shown in a message: relative to the repository.
pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}
