//! Writes a report in the chosen formats and derives the exit code from it.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use report::{Change, Evaluation, Exception, Failure, Filter, Format, Layout, Report};
use rule_core::Severity;
use rule_core::text::one_line;

use crate::exceptions::{self, Earlier};
use crate::selection::{FailOn, fail_on};
use crate::settings::Settings;
use crate::{formats, terminal};

/// The exit codes of `check` and `scan`, for their help.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  no finding that counts
  1  a finding that counts: NON_COMPLIANT, at least as severe as --fail-on;
     --unknown decides about UNKNOWN
  2  something could not be evaluated, or the command is wrong; all else is
     in the report (in JSON, complete is false)

A rule whose need a kind of input never answers is listed as not evaluated, and does not change the exit code."
    };
}
pub(crate) use exit_codes;

/// The address of the pages of the rules: `homepage` of the workspace. There is none yet.
const HOMEPAGE: Option<&str> = option_env!("CARGO_PKG_HOMEPAGE");

/// The options of `check` and `scan` that choose formats, files, results and the exit code.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Results")]
pub(crate) struct Results {
    /// The format to print
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats::parser())]
    pub(crate) format: Format,
    /// Also write a file, such as html=report.html
    ///
    /// FORMAT is table, json, csv, sarif, junit, asff, ocsf, html, markdown, github, gitlab or oscal, as for --format. Repeat
    /// the option for several files.
    /// asff=FOLDER/ writes files of 100 findings, each for one call of `aws securityhub batch-import-findings --findings
    /// file://...`
    #[arg(long, value_name = "FORMAT=FILE", value_parser = formats::output)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// Show only these results
    ///
    /// Totals and the exit code count all results.
    #[arg(long, value_name = "RESULT", value_delimiter = ',', value_parser = filter())]
    only: Vec<Filter>,
    /// End with 1 for a finding at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = fail_on())]
    fail_on: FailOn,
    /// The effect of UNKNOWN on the exit code
    ///
    /// An UNKNOWN result is in the report in any case.
    #[arg(long, value_name = "EFFECT", default_value = "fail")]
    unknown: UnknownEffect,
    /// The address of the pages of the rules
    ///
    /// The page of a rule is at URL/NAME. Without the option, reports name the command that prints a page.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    docs_url: Option<String>,
    #[command(flatten)]
    exceptions: exceptions::Options,
}

impl Results {
    /// Reads the earlier report that the options name, if they do.
    ///
    /// # Errors
    /// Returns a message if it cannot be compared with.
    pub(crate) fn earlier(&self) -> Result<Option<Earlier>, String> {
        let outputs: Vec<&Path> = self.output.iter().map(|(_, path)| path.as_path()).collect();
        self.exceptions.earlier(&outputs)
    }

    /// Returns true if a bad result of this severity changes the exit code.
    pub(crate) fn counts(&self, severity: Severity, is_unknown: bool) -> bool {
        let is_ignored = is_unknown && self.unknown != UnknownEffect::Fail;
        !is_ignored && self.fail_on.is_some_and(|least| severity >= least)
    }
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

fn filter() -> impl TypedValueParser<Value = Filter> {
    PossibleValuesParser::new(
        Filter::ALL.map(|filter| PossibleValue::new(filter.name()).help(filter.meaning())),
    )
    .try_map(|name| Filter::from_name(&name).ok_or("expected a result"))
}

/// Applies the exceptions and the comparison to the report, and sorts it. The exceptions are those of the settings, and those
/// beside the resources.
///
/// # Errors
/// Returns an error if the earlier report is one of another command.
pub(crate) fn prepare(
    report: &mut Report,
    results: &Results,
    settings: Settings,
    inline: Vec<Exception>,
    earlier: Option<Earlier>,
) -> Result<(), Box<dyn Error>> {
    report.settings = settings.described();
    let all = settings.exceptions.into_iter().chain(inline).collect();
    results.exceptions.apply(report, all, earlier)?;
    report.sort();
    report.only.clone_from(&results.only);
    report.arguments = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    report.docs_url =
        results.docs_url.clone().or_else(|| HOMEPAGE.filter(|url| !url.is_empty()).map(str::to_owned));
    Ok(())
}

/// Prints a report that is [prepared](prepare), writes the files of `--output`, and returns the exit code: 2 if anything is
/// missing in them, 1 if `--fail-on` counts a result, else 0. With a baseline, only new findings count.
///
/// # Errors
/// Returns an error if a file or standard output cannot be written to. A pipe whose reader has ended is no error.
pub(crate) fn write(mut report: Report, results: &Results) -> Result<ExitCode, Box<dyn Error>> {
    let is_known = |evaluation: &Evaluation| {
        let is_baseline = report.comparison.as_ref().is_some_and(|comparison| comparison.is_baseline);
        is_baseline && report.change(evaluation) == Some(Change::Unchanged)
    };
    let is_counted = |evaluation: &&Evaluation| {
        evaluation.is_non_compliant() && results.counts(evaluation.severity(), evaluation.is_unknown())
    };
    let unknown = report.evaluations.iter().filter(|evaluation| evaluation.is_unknown()).count();
    let (known, new): (Vec<&Evaluation>, Vec<&Evaluation>) =
        report.evaluations.iter().filter(is_counted).partition(|evaluation| is_known(evaluation));
    let (known, fails) = (known.len(), !new.is_empty());
    let mut used = results.output.iter().map(|(format, _)| *format).chain([results.format]);
    if report.security_hub.is_none() && used.any(|format| format == Format::Asff) {
        report.failures.extend(left_out_of_asff(&report));
    }
    let layout = Layout { every_result: !results.only.is_empty(), ..Layout::default() };
    for (format, path) in &results.output {
        if *format == Format::Asff && is_folder(path) {
            write_batches(&report, path).map_err(|error| formats::not_written(path, &error))?;
        } else {
            formats::write_file(path, |out| format.write(&report, out, layout))?;
        }
    }
    let is_terminal = io::stdout().is_terminal();
    let layout = Layout { width: is_terminal.then(textwrap::termwidth), color: true, ..layout };
    terminal::print_with(|out| results.format.write(&report, out, layout))?;
    if unknown > 0 && results.unknown == UnknownEffect::Warn {
        terminal::note(format_args!(
            "warning: UNKNOWN results that do not change the exit code (--unknown warn): {unknown}"
        ));
    }
    if known > 0 {
        terminal::note(format_args!(
            "warning: findings that the baseline has, which do not change the exit code: {known}"
        ));
    }
    // A person may not see the failures of another format. The table has them all. The commands for GitHub have them too, and
    // beside them a name could start a command of its own: the runner finds the older form anywhere in a line.
    let causes = match results.format {
        Format::Github => Vec::new(),
        _ => report::by_cause(&report),
    };
    if results.format != Format::Table || (!is_terminal && causes.len() == 1) {
        for group in &causes {
            terminal::failure(one_line(&group.to_string()));
        }
    } else if !is_terminal && !causes.is_empty() {
        let count = causes.len();
        terminal::failure(format_args!("the report is not complete, for {count} causes that it lists"));
    }
    Ok(match (!report.is_complete(), fails) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    })
}

/// Returns the failure that the ASFF list lacks results, if it does.
pub(crate) fn left_out_of_asff(report: &Report) -> Option<Failure> {
    let omitted = report::asff::omitted(report);
    let why = "results are not in the list: Security Hub accepts no findings without account and Region";
    (omitted > 0).then(|| Failure::in_file("the ASFF list".to_owned(), format!("{omitted} {why}")))
}

/// Returns true for a folder, and for a path that is to become one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Writes the findings into files that BatchImportFindings accepts. The folder must be empty: a file of an earlier run would
/// be imported with the new ones.
fn write_batches(report: &Report, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    if std::fs::read_dir(folder)?.next().is_some() {
        return Err(io::Error::other("the folder is not empty"));
    }
    for batch in report::asff::batches(report)? {
        std::fs::write(folder.join(batch.file_name), batch.json)?;
    }
    Ok(())
}
