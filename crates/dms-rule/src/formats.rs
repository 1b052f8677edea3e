//! The formats of a report on the command line.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use report::Format;

use crate::suggestion::did_you_mean;

/// Parses the name of a format. The help states what each is for.
pub(crate) fn parser() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|format| PossibleValue::new(format.name()).help(purpose(format)));
    PossibleValuesParser::new(values).try_map(|name| named(&name))
}

/// Writes a file of a report, in folders that are made for it.
///
/// # Errors
/// Returns a message with the path.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    let write_all = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut out = BufWriter::new(File::create(path)?);
        write(&mut out)?;
        out.flush()
    };
    write_all().map_err(|error| not_written(path, &error))
}

/// Words the error of a file or folder that `--output` names.
pub(crate) fn not_written(path: &Path, error: &io::Error) -> String {
    format!("--output {}: cannot be written: {error}", path.display())
}

/// Parses `FORMAT=FILE`.
///
/// # Errors
/// Returns a message with the names of the formats.
pub(crate) fn output(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => Ok((named(name)?, file.into())),
        _ => Err(format!("expected FORMAT=FILE, such as html=report.html; the formats are {}", names())),
    }
}

fn named(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| {
        let question = did_you_mean(name, Format::ALL.map(Format::name));
        let hint = if question.is_empty() { format!("; the formats are {}", names()) } else { question };
        format!("there is no format `{name}`{hint}")
    })
}

fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}

fn purpose(format: Format) -> &'static str {
    match format {
        Format::Table => "for a terminal: the findings by rule, with their fixes",
        Format::Json => "for programs: the whole report, with a schema",
        Format::Csv => "for spreadsheets: one row a result",
        Format::Sarif => "for code scanning: GitHub, GitLab, editors",
        Format::Junit => "for CI: one test case a result",
        Format::Asff => "for AWS Security Hub: BatchImportFindings",
        Format::Ocsf => "for AWS Security Lake and SIEMs: OCSF findings",
        Format::Html => "for a browser: one page that needs no network",
        Format::Markdown => "for pull requests and tickets: a summary of one page",
        Format::Github => "for GitHub Actions: annotations, as a step prints them",
        Format::Gitlab => "for GitLab: a code quality report",
        Format::Oscal => "for auditors: assessment results of NIST's OSCAL",
    }
}
