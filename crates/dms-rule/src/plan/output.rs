//! The output of `dms-rule plan`: its formats and files.

use std::error::Error;
use std::io;
use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;
use remediation::formats::{self, SCRIPT_NAMES, SCRIPT_ORIGIN, Script};
use remediation::{Fix, Plan};

use crate::apply::check_replaceable;
use crate::formats::{not_written, write_file};
use crate::suggestion::did_you_mean;
use crate::terminal;

/// A format of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// For a change request
    Markdown,
    /// For `dms-rule apply` and other programs, with a schema
    Json,
    /// Commands of the AWS CLI that end before the first stop; --output writes the later parts too
    Sh,
    /// The same steps in the AWS console
    Console,
}

/// The options that choose the output.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", conflicts_with = "schema")]
    format: Format,
    /// Also write a file, such as json=plan.json, or all scripts into a folder: sh=FOLDER
    ///
    /// FORMAT is text, markdown, json, sh or console. Repeat the option for several files. Scripts of an earlier plan in
    /// FOLDER are replaced or removed, unless they are needed to end what they have begun.
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = output, conflicts_with = "all")]
    files: Vec<(Format, PathBuf)>,
    /// Print the JSON Schema of a plan
    #[arg(long, exclusive = true)]
    pub(crate) schema: bool,
}

/// Parses `FORMAT=FILE`.
fn output(text: &str) -> Result<(Format, PathBuf), String> {
    let names = || Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let listed = || names().map(|value| value.get_name().to_owned()).collect::<Vec<_>>();
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => {
            Format::from_str(name, false).map(|format| (format, file.into())).map_err(|_| {
                let question = did_you_mean(name, listed().iter().map(String::as_str));
                let hint = if question.is_empty() {
                    format!("; the formats are {}", listed().join(", "))
                } else {
                    question
                };
                format!("there is no format `{name}`{hint}")
            })
        }
        _ => Err(format!(
            "expected FORMAT=FILE, such as json=plan.json; the formats are {}",
            listed().join(", ")
        )),
    }
}

impl Output {
    /// Prints the schema.
    pub(crate) fn write_schema() -> Result<(), Box<dyn Error>> {
        Ok(terminal::print(formats::SCHEMA)?)
    }

    /// Prints a plan and writes the files.
    ///
    /// # Errors
    /// Returns a message before anything is written if two outputs are one file, if scripts of the folder moved tasks, or if
    /// a file is the plan of a run that needs it; or if a file cannot be written.
    pub(crate) fn write(&self, plan: &Plan) -> Result<(), Box<dyn Error>> {
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        let mut stale: Vec<PathBuf> = Vec::new();
        for (format, path) in &self.files {
            if *format == Format::Sh {
                let scripts = formats::shell(plan);
                stale.extend(stale_scripts(path, &scripts)?);
                files.extend(scripts.into_iter().map(|script| (path.join(script.name), script.text)));
            } else {
                files.push((path.clone(), text(*format, plan, (None, false))?));
            }
        }
        let places: Vec<PathBuf> = files.iter().map(|(path, _)| place(path)).collect();
        for (number, (path, _)) in files.iter().enumerate() {
            if places.iter().take(number).any(|other| Some(other) == places.get(number)) {
                return Err(format!("--output names {} twice", path.display()).into());
            }
            let is_inside = |folder: &PathBuf, inner: &PathBuf| inner != folder && inner.starts_with(folder);
            if places.get(number).is_some_and(|folder| places.iter().any(|inner| is_inside(folder, inner))) {
                return Err(format!("--output names {} as a file and as a folder", path.display()).into());
            }
        }
        for ((path, _), place) in files.iter().zip(&places) {
            check_replaceable(path, plan)?;
            check_replaceable(place, plan)?; // by a link too
        }
        for path in &stale {
            std::fs::remove_file(path).map_err(|error| not_written(path, &error))?;
        }
        for (path, text) in &files {
            write_text(path, text)?;
        }
        Ok(terminal::print(&text(self.format, plan, terminal_layout())?)?)
    }

    /// Returns the fix of another rule in the format.
    ///
    /// # Errors
    /// Returns a message if the format is only for plans.
    pub(crate) fn fix(
        &self,
        fix: &Fix,
        rule: &str,
        arn: &str,
        region: &str,
    ) -> Result<String, Box<dyn Error>> {
        match self.format {
            Format::Text => {
                let (width, color) = terminal_layout();
                Ok(formats::fix_terminal(fix, rule, arn, region, width, color))
            }
            Format::Json => Ok(formats::fix_json(fix, rule, arn, region)?),
            Format::Markdown | Format::Sh | Format::Console => {
                Err("--rule has the formats text and json".into())
            }
        }
    }

    /// Prints the overview of several plans: a table, or one JSON list.
    pub(crate) fn write_overview(&self, plans: &[Plan]) -> Result<(), Box<dyn Error>> {
        let text = match self.format {
            Format::Text => {
                let (width, color) = terminal_layout();
                formats::overview(plans, width, color)
            }
            Format::Json => {
                let plans = plans.iter().map(formats::json).collect::<Result<Vec<_>, _>>()?;
                let plans: Vec<&str> = plans.iter().map(|plan| plan.trim_end()).collect();
                format!("[{}]\n", plans.join(",\n"))
            }
            Format::Markdown | Format::Sh | Format::Console => {
                return Err("--all has the formats text and json; plan one instance for the others".into());
            }
        };
        Ok(terminal::print(&text)?)
    }
}

/// Returns the scripts of an earlier plan in a folder that the new plan does not have, and that could be run beside its own.
/// A file that does not begin as a script of a plan is left as it is.
///
/// # Errors
/// Returns a message if a file cannot be read, or if scripts are needed to end a run: they have moved tasks, or have
/// begun and would be removed.
fn stale_scripts(folder: &Path, scripts: &[Script]) -> Result<Vec<PathBuf>, String> {
    let mut stale = Vec::new();
    let names = SCRIPT_NAMES.into_iter().filter(|name| scripts.iter().all(|script| script.name != *name));
    for name in names {
        let path = folder.join(name);
        match std::fs::read(&path) {
            Ok(text) if is_script(name, &text) => stale.push(path),
            Ok(_) => {}
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(format!("--output {}: cannot be read: {error}", path.display())),
        }
    }
    let unreadable = |error: &io::Error| format!("--output {}: cannot be read: {error}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(stale),
        Err(error) => return Err(unreadable(&error)),
    };
    for entry in entries {
        let run = entry.map_err(|error| unreadable(&error))?;
        let name = run.file_name().to_string_lossy().into_owned();
        let is_open = name.starts_with("dms-rule-") && !name.ends_with("-taken-back");
        let needed = if stale.is_empty() { "approved" } else { "run" };
        let has_ended = run.path().join("ended").exists();
        if is_open && !has_ended && run.path().join(needed).exists() {
            return Err(format!(
                "--output {}: its scripts began a move, which {name} keeps; end it with them, or name another folder",
                folder.display()
            ));
        }
    }
    Ok(stale)
}

/// Returns true for the text of a script of a plan that something does not block.
fn is_script(name: &str, text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.starts_with(&format!("#!/bin/sh\n# {name}: "))
        && text.lines().take(5).any(|line| line.starts_with(SCRIPT_ORIGIN))
}

/// Returns true if nothing of a name exists, or its folder is a file: then writing fails with a better message.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns the file that a path means, however it is written: links are followed as far as they exist, and `..` of what does
/// not exist is taken back.
fn place(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut place = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                place.pop();
            }
            part => place.push(part),
        }
        place = place.canonicalize().unwrap_or(place);
    }
    place
}

/// Returns the width of the terminal that standard output is, and that colors are wanted: `anstream` removes them where
/// they are not.
fn terminal_layout() -> (Option<usize>, bool) {
    (terminal::stdout_width(), true)
}

/// Returns a plan in a format, for a terminal with a width and with or without colors.
fn text(
    format: Format,
    plan: &Plan,
    (width, color): (Option<usize>, bool),
) -> Result<String, Box<dyn Error>> {
    Ok(match format {
        Format::Text => formats::terminal(plan, width, color),
        Format::Markdown => formats::markdown(plan),
        Format::Json => formats::json(plan)?,
        Format::Sh => formats::shell(plan).into_iter().next().map(|script| script.text).unwrap_or_default(),
        Format::Console => formats::console(plan),
    })
}

fn write_text(path: &Path, text: &str) -> Result<(), String> {
    write_file(path, |out| out.write_all(text.as_bytes()))
}
