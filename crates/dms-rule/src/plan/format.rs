//! The formats of a plan on the command line.

use std::error::Error;

use remediation::Plan;

/// A format of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For programs and for `dms-rule apply`, with a schema
    Json,
}

/// The options that choose the output.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// The format on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "json")]
    format: Format,
}

impl Output {
    pub(crate) fn write(&self, plan: &Plan) -> Result<(), Box<dyn Error>> {
        match self.format {
            Format::Json => crate::terminal::print(&format!("{}\n", serde_json::to_string_pretty(plan)?))?,
        }
        Ok(())
    }

    pub(crate) fn write_overview(&self, plans: &[Plan]) -> Result<(), Box<dyn Error>> {
        plans.iter().try_for_each(|plan| self.write(plan))
    }
}
