//! The files to check.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use ignore::{DirEntry, WalkBuilder};
use report::Failure;
use rule_core::ErrorKind;

use super::progress::Progress;

/// The endings of the files in a folder that are read.
const ENDINGS: [&str; 6] = [".json", ".json.gz", ".yaml", ".yml", ".template", ".tfplan"];

/// Folders of dependencies and build output, which are not read. Hidden folders are not read either.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// A file, or standard input.
#[derive(Debug)]
pub(super) struct InputFile {
    /// `None` for standard input.
    path: Option<PathBuf>,
    /// The name in reports.
    pub(super) name: String,
    /// True if the file was named on the command line, not found in a folder: it must then hold a supported input.
    pub(super) is_named: bool,
    /// The size; 0 if it is not known.
    pub(super) bytes: u64,
}

/// Finds the inputs in the order of the arguments, and in a folder by name. A folder that cannot be listed, or holds no
/// input, is a failure.
pub(super) fn find(arguments: &[String], failures: &mut Vec<Failure>) -> Vec<InputFile> {
    let mut inputs = Vec::new();
    for argument in arguments {
        let path = Path::new(argument);
        if argument == "-" {
            inputs.push(InputFile::standard_input());
        } else if path.is_dir() {
            let before = inputs.len();
            walk(path, &mut inputs, failures);
            if inputs.len() == before {
                let message = format!("the folder has no file that ends in {}", ENDINGS.join(", "));
                failures.push(failure(path, message));
            }
        } else {
            inputs.push(InputFile::file(path, true));
        }
    }
    inputs
}

fn walk(folder: &Path, inputs: &mut Vec<InputFile>, failures: &mut Vec<Failure>) {
    let entries = WalkBuilder::new(folder)
        .standard_filters(false)
        .filter_entry(|entry| !is_skipped(entry))
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in entries {
        match entry {
            // A link to a folder may lead back, and is not followed; one to a file is read as the file.
            Ok(entry) if has_ending(&entry) && !entry.path().is_dir() => {
                inputs.push(InputFile::file(entry.path(), false));
            }
            Ok(_) => {}
            Err(error) => failures.push(failure(folder, format!("the folder cannot be listed: {error}"))),
        }
    }
}

fn is_skipped(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    is_folder && (name.starts_with('.') || SKIPPED.contains(&name.as_ref()))
}

fn has_ending(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy().to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn failure(path: &Path, message: String) -> Failure {
    Failure {
        source: path.display().to_string(),
        kind: ErrorKind::BadInput,
        message,
        account_id: None,
        region: None,
    }
}

impl InputFile {
    fn standard_input() -> Self {
        Self { path: None, name: "standard input".to_owned(), is_named: true, bytes: 0 }
    }

    fn file(path: &Path, is_named: bool) -> Self {
        Self {
            name: path.display().to_string(),
            bytes: path.metadata().map_or(0, |metadata| metadata.len()),
            path: Some(path.to_owned()),
            is_named,
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
        let mut raw = BufReader::with_capacity(256 * 1024, progress.wrap(raw));
        let is_gzip = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        Ok(if is_gzip { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) })
    }
}
