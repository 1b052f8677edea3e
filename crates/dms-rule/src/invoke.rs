//! `dms-rule invoke`: AWS Config events through the Lambda function, on this machine.

mod account;
mod deployment;
mod document;
mod error;
mod inventory;
mod page;
mod policy_document;
mod resources;
mod run;
mod template;

use std::error::Error;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::selection::{self, FailOn};
use crate::terminal::print;
use inventory::Inventory;
use run::{EventResult, Run, Settings};
use template::TemplateFile;

/// The arguments of `dms-rule invoke`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Each event is sent over HTTP to the code that Lambda runs. The function sends signed requests to a local AWS Config, DMS, \
KMS and STS. No AWS account is used, and nothing leaves this machine.

With --template, each event is sent to every rule of the template that receives its message type and resource type, with \
the name and parameters of that rule. The function has the rights of its role and no others, and is invoked only if AWS \
Config may invoke it. Templates with unsupported constructs (loops, unknown properties) are rejected.

Examples:
  dms-rule invoke tests/events/change-public.json
  dms-rule invoke tests/events/*.json --format json
  aws dms describe-replication-instances > fleet.json
  dms-rule invoke event.json --fleet fleet.json --fail-on high
  dms-rule invoke event.json --template single-account.yaml

Exit codes:
  0  every event was evaluated, and no result counts by --fail-on
  1  a result counts: NON_COMPLIANT, and at least as severe as --fail-on
  2  an event could not be evaluated, or the command is wrong")]
pub(crate) struct Arguments {
    /// Files with one event each, as AWS Config sends it
    #[arg(required = true, value_name = "EVENT.json")]
    events: Vec<PathBuf>,
    /// The DMS resources that exist [default: a sample]
    ///
    /// The output of one `aws dms describe-...`, or several in one object.
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// The template or conformance pack that deploys the rules
    ///
    /// For an organization, repeat the option with the template of the role in member accounts.
    #[arg(long, value_name = "FILE")]
    template: Vec<PathBuf>,
    /// Set template parameters; the others have their defaults
    ///
    /// All texts up to the next option are values; give the events before it, or after --.
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., value_parser = crate::check::pair, requires = "template")]
    parameter_overrides: Vec<(String, String)>,
    /// The timeout of the function [default: that of the template, or 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=900))]
    timeout: Option<u64>,
    /// The format to print
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Print one JSON document
    #[arg(long, hide = true, conflicts_with = "format")]
    json: bool,
    /// End with 1 for a finding at least this severe
    #[arg(long, value_name = "SEVERITY", default_value = "never", value_parser = selection::fail_on())]
    fail_on: FailOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a terminal: each event, its evaluations and calls
    Table,
    /// For programs: all of it in one document
    Json,
}

/// Runs the events and prints the results.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let run = Run::execute(
        &arguments.events,
        &Settings {
            inventory: Inventory::read(arguments.fleet.as_deref())?,
            templates: arguments
                .template
                .iter()
                .map(|file| TemplateFile::read(file))
                .collect::<Result<_, _>>()?,
            parameters: &arguments.parameter_overrides,
            timeout_seconds: arguments.timeout,
        },
    )?;
    print(&if arguments.json || arguments.format == Format::Json {
        format!("{:#}\n", document::render(&run))
    } else {
        let page = page::render(&run, arguments.fleet.is_none());
        if std::io::stdout().is_terminal() { page::wrap(&page) } else { page }
    })?;
    Ok(exit_code(&run, arguments.fail_on))
}

fn exit_code(run: &Run, fail_on: FailOn) -> ExitCode {
    if run.events.iter().any(|event| event.error.is_some()) {
        return ExitCode::from(2);
    }
    let counts = |event: &EventResult| {
        // A severity that is not known is none that could be left out.
        fail_on.is_some_and(|least| event.severity.is_none_or(|severity| severity >= least))
            && event.evaluations.iter().any(|one| one.result.compliance_type == "NON_COMPLIANT")
    };
    if run.events.iter().any(counts) { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
