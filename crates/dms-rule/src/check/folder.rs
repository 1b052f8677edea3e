//! Finds the files to check, and what is left out of folders.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};
use report::{Failure, SourceKind, SourceSummary};

use super::input::{InputFile, decompressed};
use super::terraform::is_plan_file;

/// The endings of the files in a folder that are read whatever they begin with.
const ENDINGS: [&str; 14] = [
    ".json",
    ".json.gz",
    ".jsonl",
    ".jsonl.gz",
    ".ndjson",
    ".yaml",
    ".yml",
    ".yaml.gz",
    ".yml.gz",
    ".template",
    ".tf",
    ".tofu",
    ".tfplan",
    ".tfstate",
];

/// The endings of texts for people and of programs, which may quote a template.
const PROSE: [&str; 5] = [".md", ".markdown", ".rst", ".html", ".adoc"];

/// The first bytes of a file by which it is recognized.
const HEAD: u64 = 16 * 1024;

/// The text that begins a mark of a folder of output (Cache Directory Tagging Specification).
const CACHE_MARK: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// The inputs of a check, and what was left out.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) files: Vec<InputFile>,
    pub(super) left_out: Vec<SourceSummary>,
    pub(super) failures: Vec<Failure>,
    /// The files so far: one that is reached in two ways is read once.
    known: HashSet<PathBuf>,
}

/// Builds the patterns of `--exclude`, which are those of a `.gitignore` file.
///
/// # Errors
/// Returns an error if a pattern is malformed.
pub(super) fn patterns(globs: &[String]) -> Result<Gitignore, ignore::Error> {
    let mut builder = GitignoreBuilder::new("");
    for glob in globs {
        builder.add_line(None, glob)?;
    }
    builder.build()
}

impl Inputs {
    /// Finds the inputs in the order of the arguments, and in a folder by name. A folder that cannot be listed, or holds no
    /// input, is a failure.
    pub(super) fn find(arguments: &[String], excluded: &Gitignore) -> Self {
        let mut inputs = Self::default();
        for argument in arguments {
            let path = Path::new(argument);
            if argument == "-" {
                inputs.add_standard_input();
            } else if is_excluded(excluded, &from_here(path), path.is_dir()) {
                inputs.leave_out(path, SourceKind::Excluded);
            } else if path.is_dir() {
                inputs.add_folder(path, excluded);
            } else {
                inputs.add_file(path, true);
            }
        }
        if inputs.files.is_empty() && inputs.failures.is_empty() {
            for named in arguments {
                inputs.fail(Path::new(named), "nothing is left to read: all of it is left out".to_owned());
            }
        }
        inputs
    }

    fn add_folder(&mut self, folder: &Path, excluded: &Gitignore) {
        let (mut is_empty, failures) = (true, self.failures.len());
        let left_out = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let (noted, patterns, root) = (left_out.clone(), excluded.clone(), folder.to_owned());
        let entries = WalkBuilder::new(folder)
            .standard_filters(false)
            .follow_links(true)
            .sort_by_file_name(Ord::cmp)
            .filter_entry(move |entry| {
                let kind = reason_to_leave_out(entry, &patterns, &root);
                if let Some(kind) = kind {
                    let mut noted = noted.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    noted.push((entry.path().to_owned(), kind));
                }
                kind.is_none()
            })
            .build();
        for entry in entries {
            match entry {
                Ok(entry) if is_file(&entry) => match may_be_input(&entry) {
                    Ok(true) => {
                        is_empty = false;
                        self.add_file(entry.path(), false);
                    }
                    Ok(false) => {}
                    Err(error) => self.fail(entry.path(), format!("cannot be read: {error}")),
                },
                Ok(_) => {}
                // The folder that a link leads back to is being read already.
                Err(error) if is_loop(&error) => {}
                Err(error) => self.fail(folder, format!("the folder cannot be listed: {error}")),
            }
        }
        let noted = std::mem::take(&mut *left_out.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        noted.iter().for_each(|(path, kind)| self.leave_out(path, *kind));
        if is_empty && noted.is_empty() && failures == self.failures.len() {
            let message = format!("the folder has no file that ends in {}", ENDINGS.join(", "));
            self.fail(folder, message);
        }
    }

    /// Adds standard input, unless it was added: it can be read once.
    fn add_standard_input(&mut self) {
        if self.known.insert(PathBuf::from("-")) {
            self.files.push(InputFile::standard_input());
        }
    }

    /// Adds a file, unless it was added under another name.
    fn add_file(&mut self, path: &Path, is_named: bool) {
        if fs::canonicalize(path).is_ok_and(|real| !self.known.insert(real)) {
            return;
        }
        self.files.push(InputFile::file(path, is_named));
    }

    fn leave_out(&mut self, path: &Path, kind: SourceKind) {
        self.left_out.push(SourceSummary::new(path.display().to_string(), kind, 0));
    }

    fn fail(&mut self, path: &Path, message: String) {
        self.failures.push(Failure::in_file(path.display().to_string(), message));
    }
}

/// Returns the reason why an entry of a folder is not read; `None` if it is.
fn reason_to_leave_out(entry: &DirEntry, excluded: &Gitignore, root: &Path) -> Option<SourceKind> {
    if entry.depth() == 0 {
        return None; // the folder that was named
    }
    let is_folder = entry.path().is_dir();
    // A pattern is relative to the folder that was named, and to the place where the command runs.
    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
    if is_excluded(excluded, relative, is_folder)
        || is_excluded(excluded, &from_here(entry.path()), is_folder)
    {
        Some(SourceKind::Excluded)
    } else if is_folder && is_output(entry.path()) {
        Some(SourceKind::Output)
    } else {
        None
    }
}

/// Returns a path relative to the place where the command runs; empty for a path outside of it.
fn from_here(path: &Path) -> PathBuf {
    if path.is_relative() {
        return path.to_owned();
    }
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).map(Path::to_owned).unwrap_or_default()
}

fn is_excluded(excluded: &Gitignore, path: &Path, is_folder: bool) -> bool {
    let relative: PathBuf =
        path.components().filter(|part| matches!(part, std::path::Component::Normal(_))).collect();
    !relative.as_os_str().is_empty() && excluded.matched_path_or_any_parents(&relative, is_folder).is_ignore()
}

/// Returns true for a folder of output, downloads or versions, by the mark that its tool leaves in it: the name alone tells
/// nothing.
fn is_output(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).exists();
    let is_marked_cache = || {
        let mut head = Vec::new();
        let read = File::open(folder.join("CACHEDIR.TAG"))
            .and_then(|file| file.take(CACHE_MARK.len() as u64).read_to_end(&mut head));
        read.is_ok() && head == CACHE_MARK
    };
    let named = |name: &str| folder.file_name().is_some_and(|own| own == name);
    (named(".git") && has("HEAD") && has("objects"))
        || (named("node_modules")
            && [".package-lock.json", ".yarn-integrity", ".modules.yaml"].into_iter().any(has))
        || (named(".terraform") && (has("providers") || has("modules/modules.json")))
        || is_marked_cache()
}

fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Loop { .. } => true,
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => is_loop(err),
        _ => false,
    }
}

/// Returns true for a file that has one of the endings, or begins as JSON, as a template, or as a binary plan.
fn may_be_input(entry: &DirEntry) -> std::io::Result<bool> {
    let name = entry.file_name().to_string_lossy().to_lowercase();
    if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Ok(true);
    }
    let mut head = Vec::new();
    let read = decompressed(File::open(entry.path())?)?.take(HEAD).read_to_end(&mut head);
    if read.is_err() {
        return Ok(true); // it is gzip that is cut short, which its reader reports
    }
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head));
    let text = text.trim_start();
    let is_list =
        text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', '"', '[', ']']));
    let is_prose = PROSE.iter().any(|ending| name.ends_with(ending));
    Ok(is_plan_file(&head)
        || is_utf16
        || is_list
        || text.starts_with('{')
        || (!is_prose && begins_yaml(text)))
}

/// Returns true if the first line that is no comment is a mark of YAML, or a name with a colon behind it.
fn begins_yaml(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let first = lines.next().unwrap_or_default();
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    first.starts_with("---")
        || first.split_once(':').is_some_and(|(name, _)| is_name(name.trim_matches(['"', '\''])))
}
