//! The files to check, and how far their reading came.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use report::Failure;
use rule_core::ErrorKind;

/// What a folder's files are read for.
const ENDINGS: [&str; 6] = [".json", ".json.gz", ".yaml", ".yml", ".template", ".tfplan"];

/// Where nobody keeps what is to be checked.
const SKIPPED: [&str; 2] = ["node_modules", "target"];

/// One input.
#[derive(Debug)]
pub(crate) struct Input {
    /// None: standard input.
    path: Option<PathBuf>,
    /// As it is told.
    pub(crate) name: String,
    /// It was named, and not only found in a folder: it must hold something that can be judged.
    pub(crate) is_named: bool,
    bytes: u64,
}

/// The inputs in the order in which they were given, a folder's files by name. What cannot be listed is a failure.
pub(crate) fn found(arguments: &[String], failures: &mut Vec<Failure>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for argument in arguments {
        if argument == "-" {
            inputs.push(Input { path: None, name: "standard input".to_owned(), is_named: true, bytes: 0 });
            continue;
        }
        let path = Path::new(argument);
        if path.is_dir() {
            let before = inputs.len();
            walk(path, &mut inputs, failures);
            if inputs.len() == before {
                failures.push(failure(
                    path,
                    &format!("the folder holds no file that ends in {}", ENDINGS.join(", ")),
                ));
            }
        } else {
            inputs.push(Input::file(path, true));
        }
    }
    inputs
}

fn walk(folder: &Path, inputs: &mut Vec<Input>, failures: &mut Vec<Failure>) {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            return failures.push(failure(folder, &format!("the folder cannot be listed: {error}")));
        }
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link to a folder may lead back; one to a file is read as the file.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
            walk(&path, inputs, failures);
        } else if !is_folder
            && !path.is_dir()
            && ENDINGS.iter().any(|ending| name.to_lowercase().ends_with(ending))
        {
            inputs.push(Input::file(&path, false));
        }
    }
}

fn failure(path: &Path, message: &str) -> Failure {
    Failure {
        source: path.display().to_string(),
        kind: ErrorKind::BadInput,
        message: message.to_owned(),
        account_id: None,
        region: None,
    }
}

impl Input {
    fn file(path: &Path, is_named: bool) -> Self {
        Self {
            name: path.display().to_string(),
            bytes: path.metadata().map_or(0, |metadata| metadata.len()),
            path: Some(path.to_owned()),
            is_named,
        }
    }

    /// Its bytes, out of their gzip if they are in one.
    pub(crate) fn open<'a>(&self, progress: &'a Progress) -> io::Result<Box<dyn Read + 'a>> {
        let raw: Box<dyn Read> = match &self.path {
            None => Box::new(io::stdin()),
            Some(path) => Box::new(File::open(path)?),
        };
        let mut raw = BufReader::with_capacity(256 * 1024, progress.0.wrap_read(raw));
        let is_gzip = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        Ok(if is_gzip { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) })
    }
}

/// Bytes read of all the files; shown on a terminal only.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(inputs: &[Input]) -> Self {
        let bytes = inputs.iter().map(|input| input.bytes).sum();
        let bar = ProgressBar::new(bytes); // draws on standard error, and only if it is a terminal
        let style = "{msg:.dim} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(crate) fn at(&self, input: &Input) {
        let short: String = input.name.chars().rev().take(28).collect::<Vec<_>>().into_iter().rev().collect();
        self.0.set_message(short);
    }

    pub(crate) fn end(&self) {
        self.0.finish_and_clear();
    }
}
