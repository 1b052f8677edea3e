//! Writes a report in the chosen formats and derives the exit code from it.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use report::{Evaluation, Format, Layout, Report};
use rule_core::text::one_line;
use rule_core::{ComplianceType, Severity};

use crate::selection::severity_names;

/// The exit codes of `check` and `scan`, for their help.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  no finding that counts
  1  a finding that counts: NON_COMPLIANT, and at least as severe as --fail-on; --unknown decides about UNKNOWN
  2  something could not be evaluated, or the command is wrong. All else is in the report; in JSON, complete is false

A rule whose need a kind of input never answers is listed as not evaluated, and does not change the exit code."
    };
}
pub(crate) use exit_codes;

/// The options of `check` and `scan` that choose formats, files, results and the exit code.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Results")]
pub(crate) struct Results {
    /// The format to print
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = format_parser())]
    format: Format,
    /// Also write FORMAT to FILE; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<(Format, PathBuf)>,
    /// Show only these results; the exit code counts all
    #[arg(long, value_name = "RESULT", value_delimiter = ',')]
    only: Vec<ResultFilter>,
    /// End with 1 if a NON_COMPLIANT result is at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = fail_on())]
    fail_on: FailOn,
    /// The effect of an UNKNOWN result on the exit code; it is in the report in any case
    #[arg(long, value_name = "EFFECT", default_value = "fail")]
    unknown: UnknownEffect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum UnknownEffect {
    /// It counts like any other NON_COMPLIANT result
    Fail,
    /// It does not count; a line on standard error gives their number
    Warn,
    /// It does not count
    Ignore,
}

/// The least severity that ends the program with 1; `None` for `never`.
type FailOn = Option<Severity>; // an alias, since clap would take a field of type Option for an option without default

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ResultFilter {
    /// All NON_COMPLIANT results, including UNKNOWN
    NonCompliant,
    /// NON_COMPLIANT results that are UNKNOWN because data was missing
    Unknown,
    Compliant,
    NotApplicable,
}

impl ResultFilter {
    fn matches(self, evaluation: &Evaluation) -> bool {
        match self {
            Self::NonCompliant => evaluation.is_non_compliant(),
            Self::Unknown => evaluation.is_unknown(),
            Self::Compliant => evaluation.compliance_type() == ComplianceType::Compliant,
            Self::NotApplicable => evaluation.compliance_type() == ComplianceType::NotApplicable,
        }
    }
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let never = PossibleValue::new("never").help("End with 0 even if there are such results");
    PossibleValuesParser::new(std::iter::once(never).chain(severity_names().map(PossibleValue::new)))
        .map(|name| Severity::from_name(&name))
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| format(&name))
}

fn format(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| {
        format!("unknown format {name}: expected {}", Format::ALL.map(Format::name).join(", "))
    })
}

fn output(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => Ok((format(name)?, file.into())),
        _ => Err("expected FORMAT=FILE".to_owned()),
    }
}

/// Prints the report, writes the files of `--output`, and returns the exit code: 2 if anything is missing in them, 1 if
/// `--fail-on` counts a result, else 0.
///
/// # Errors
/// Returns an error if a file or standard output cannot be written to. A pipe whose reader has ended is no error.
pub(crate) fn write(mut report: Report, results: &Results) -> Result<ExitCode, Box<dyn Error>> {
    let is_counted = |evaluation: &Evaluation| {
        let is_severe = |least| evaluation.severity() >= least;
        let is_ignored = evaluation.is_unknown() && results.unknown != UnknownEffect::Fail;
        evaluation.is_non_compliant() && !is_ignored && results.fail_on.is_some_and(is_severe)
    };
    let unknown = report.evaluations.iter().filter(|evaluation| evaluation.is_unknown()).count();
    let fails = report.evaluations.iter().any(is_counted);
    report.sort();
    let every_result = !results.only.is_empty();
    if every_result {
        report.evaluations.retain(|evaluation| results.only.iter().any(|only| only.matches(evaluation)));
    }
    let layout = Layout { every_result, ..Layout::default() };
    for (format, path) in &results.output {
        write_file(&report, *format, path, layout)
            .map_err(|error| format!("--output {}: cannot be written: {error}", path.display()))?;
    }
    let is_terminal = io::stdout().is_terminal();
    print(
        &report,
        results.format,
        Layout { width: is_terminal.then(textwrap::termwidth), color: true, ..layout },
    )?;
    let mut formats = results.output.iter().map(|(format, _)| *format).chain([results.format]);
    let omitted =
        if formats.any(|format| format == Format::Asff) { report::asff::omitted(&report) } else { 0 };
    let mut stderr = anstream::stderr();
    if omitted > 0 {
        let why = "Security Hub accepts no findings without account and Region";
        writeln!(stderr, "dms-rule: {omitted} results are not in the ASFF list: {why}")?;
    }
    if unknown > 0 && results.unknown == UnknownEffect::Warn {
        writeln!(
            stderr,
            "dms-rule: warning: UNKNOWN results that do not change the exit code (--unknown warn): {unknown}"
        )?;
    }
    // The table of a terminal has the failures; in any other output a person may not see them.
    if results.format != Format::Table || !is_terminal {
        for failure in &report.failures {
            writeln!(stderr, "dms-rule: {}", one_line(&format!("{}: {}", failure.source, failure.message)))?;
        }
    }
    Ok(match (omitted > 0 || !report.failures.is_empty(), fails) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    })
}

fn write_file(report: &Report, format: Format, path: &Path, layout: Layout) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = BufWriter::new(File::create(path)?);
    format.write(report, &mut out, layout)?;
    out.flush()
}

/// Prints the report. `anstream` removes the colors if standard output does not support them.
fn print(report: &Report, format: Format, layout: Layout) -> io::Result<()> {
    let mut out = BufWriter::new(anstream::stdout());
    match format.write(report, &mut out, layout).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
