//! The options on exceptions and on the comparison with an earlier run, and their effect on a report.

use std::path::{Path, PathBuf};

use report::{EarlierRun, Exception, Report};

/// The options of `check` and `scan` about what is let through, and about what is new.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Results")]
pub(crate) struct Options {
    /// The most days from today until an exception ends
    ///
    /// One that ends later exempts nothing, and is reported. A baseline that is older is refused. `dms-rule config --help` shows how exceptions are written.
    #[arg(long, value_name = "DAYS", hide_short_help = true, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..))]
    max_exception_days: u16,
    /// Count only findings that this JSON report lacks
    ///
    /// The findings that it has do not change the exit code. It is the report of an earlier run of the same command, complete and without --only. Every finding stays in
    /// the new report, with its change.
    #[arg(long, value_name = "FILE", conflicts_with = "compare")]
    baseline: Option<PathBuf>,
    /// Print what is new, fixed and unchanged since this report
    ///
    /// A JSON report as for --baseline. The exit code does not change.
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
}

impl Options {
    /// Reads the earlier report, if one is named. It is none of the files that the run writes: what is new would be known in the
    /// next run.
    ///
    /// # Errors
    /// Returns a message with the option and the path if it cannot be compared with.
    pub(crate) fn earlier(&self, outputs: &[&Path]) -> Result<Option<Earlier>, String> {
        let (option, path) = match (&self.baseline, &self.compare) {
            (Some(path), _) => ("--baseline", path),
            (None, Some(path)) => ("--compare", path),
            (None, None) => return Ok(None),
        };
        let fail = |error: &dyn std::fmt::Display| format!("{option} {}: {error}", path.display());
        let is_same = |output: &&&Path| matches!((output.canonicalize(), path.canonicalize()), (Ok(a), Ok(b)) if a == b);
        if outputs.iter().any(|output| is_same(&output)) {
            return Err(fail(&"--output would replace it by the report of this run"));
        }
        let json = std::fs::read(path).map_err(|error| fail(&format_args!("cannot be read: {error}")))?;
        let run = EarlierRun::read(&path.display().to_string(), &json).map_err(|error| fail(&error))?;
        Ok(Some(Earlier { run, option, path: path.clone() }))
    }

    /// Applies the exceptions and the comparison to a report.
    ///
    /// # Errors
    /// Returns a message if the earlier report is one of another command.
    pub(crate) fn apply(
        &self,
        report: &mut Report,
        exceptions: Vec<Exception>,
        earlier: Option<Earlier>,
    ) -> Result<(), String> {
        report.apply_exceptions(exceptions, self.max_exception_days);
        let Some(Earlier { run, option, path }) = earlier else { return Ok(()) };
        let days = self.baseline.is_some().then_some(self.max_exception_days);
        report.compare(run, days).map_err(|error| format!("{option} {}: {error}", path.display()))
    }
}

/// An earlier report that was read, with the option that names it.
#[derive(Debug)]
pub(crate) struct Earlier {
    run: EarlierRun,
    option: &'static str,
    path: PathBuf,
}
