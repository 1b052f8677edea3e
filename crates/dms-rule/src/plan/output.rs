//! The output of `dms-rule plan`: its formats and files.

use std::error::Error;
use std::path::{Component, Path, PathBuf};

use clap::ValueEnum;
use remediation::formats;
use remediation::{Fix, Plan};

use crate::formats::write_file;
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
    /// Commands of the AWS CLI that end before the first stop; a folder gets the later parts too
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
    /// Also write a file, such as json=plan.json, or sh=FOLDER/ for all scripts
    ///
    /// FORMAT is text, markdown, json, sh or console. Repeat the option for several files.
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
    /// Returns a message if two outputs are one file, before anything is written, or if a file cannot be written.
    pub(crate) fn write(&self, plan: &Plan) -> Result<(), Box<dyn Error>> {
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        for (format, path) in &self.files {
            if *format == Format::Sh && is_folder(path) {
                let scripts = formats::shell(plan).into_iter();
                files.extend(scripts.map(|script| (path.join(script.name), script.text)));
            } else {
                files.push((path.clone(), text(*format, plan, (None, false))?));
            }
        }
        let places: Vec<PathBuf> = files.iter().map(|(path, _)| place(path)).collect();
        for (number, (path, _)) in files.iter().enumerate() {
            if places.iter().take(number).any(|other| Some(other) == places.get(number)) {
                return Err(format!("--output names {} twice", path.display()).into());
            }
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

/// Returns true for an existing folder, or a path that ends as one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_string_lossy().ends_with(['/', '\\'])
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
