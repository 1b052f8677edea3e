//! How a report is told, and how the program ends by it.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use report::{Format, Report};
use rule_core::{ComplianceType, Severity};

use crate::selection::AtLeast;
use crate::table;

/// What `check` and `scan` take for it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Results")]
pub(crate) struct Results {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = format)]
    format: Told,
    /// Also write FORMAT to FILE; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<(Told, PathBuf)>,
    /// Show only these results; the exit code counts all
    #[arg(long, value_name = "RESULT", value_delimiter = ',')]
    only: Vec<Only>,
    /// End with 1 if a NON_COMPLIANT result is at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    fail_on: FailOn,
}

/// A format on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// For a person at a terminal.
    Table,
    /// For a program, or a browser.
    As(Format),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// NON_COMPLIANT, known or not
    NonCompliant,
    /// NON_COMPLIANT because it cannot be known
    Unknown,
    Compliant,
    NotApplicable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// End with 0 whatever is found
    Never,
    Low,
    Medium,
    High,
    Critical,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        Some(match self {
            Self::Never => return None,
            Self::Low => AtLeast::Low.into(),
            Self::Medium => AtLeast::Medium.into(),
            Self::High => AtLeast::High.into(),
            Self::Critical => AtLeast::Critical.into(),
        })
    }
}

fn format(name: &str) -> Result<Told, String> {
    if name == "table" {
        return Ok(Told::Table);
    }
    Format::from_name(name).map(Told::As).ok_or_else(|| {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("it must be table, {}", names.join(", "))
    })
}

fn output(text: &str) -> Result<(Told, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("it must be FORMAT=FILE")?;
    if file.is_empty() {
        return Err("it must be FORMAT=FILE".to_owned());
    }
    Ok((format(name)?, file.into()))
}

/// Prints and writes the report, and tells how the program ends.
pub(crate) fn put(mut report: Report, results: &Results) -> Result<ExitCode, Box<dyn Error>> {
    let is_finding = results.fail_on.severity().is_some_and(|severity| {
        report.judged.iter().any(|judged| judged.is_non_compliant() && judged.severity() >= severity)
    });
    report.sort();
    if !results.only.is_empty() {
        report.judged.retain(|judged| {
            results.only.iter().any(|only| match only {
                Only::NonCompliant => judged.is_non_compliant(),
                Only::Unknown => judged.is_unknown(),
                Only::Compliant => judged.compliance_type() == ComplianceType::Compliant,
                Only::NotApplicable => judged.compliance_type() == ComplianceType::NotApplicable,
            })
        });
    }
    for (told, file) in &results.output {
        let cannot =
            |error: std::io::Error| format!("--output {}: cannot be written: {error}", file.display());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(cannot)?;
        }
        let mut out = BufWriter::new(File::create(file).map_err(cannot)?);
        let mut bytes = Vec::new();
        write(*told, &report, &mut bytes, table::Look::plain(!results.only.is_empty())).map_err(cannot)?;
        if *told == Told::Table {
            bytes = anstream::adapter::strip_bytes(&bytes).into_vec();
        }
        out.write_all(&bytes).map_err(cannot)?;
        out.flush().map_err(cannot)?;
    }
    let look = table::Look::of_terminal(!results.only.is_empty());
    let mut out = BufWriter::new(anstream::stdout());
    let printed = write(results.format, &report, &mut out, look).and_then(|()| out.flush());
    match printed {
        // Whoever reads it has enough: `| head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    let asks_for_asff = std::iter::once(results.format).chain(results.output.iter().map(|(told, _)| *told));
    let omitted = report::asff::omitted(&report);
    let is_cut = omitted > 0 && asks_for_asff.into_iter().any(|told| told == Told::As(Format::Asff));
    if is_cut {
        writeln!(
            anstream::stderr(),
            "dms-rule: {omitted} results are not in the ASFF list: Security Hub takes none without account and Region"
        )?;
    }
    // A format for programs leaves the failures in it; a person at a terminal must see them all the same.
    if results.format != Told::Table || !std::io::stdout().is_terminal() {
        let mut stderr = anstream::stderr();
        for failure in &report.failures {
            writeln!(stderr, "dms-rule: {}: {}", failure.source, failure.message)?;
        }
    }
    Ok(if is_cut || !report.failures.is_empty() {
        ExitCode::from(2)
    } else if is_finding {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

fn write(told: Told, report: &Report, out: &mut dyn Write, look: table::Look) -> std::io::Result<()> {
    match told {
        Told::Table => table::write(report, out, look),
        Told::As(format) => format.write(report, out),
    }
}
