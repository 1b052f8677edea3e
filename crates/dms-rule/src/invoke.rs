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
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use inventory::Inventory;
use run::{Run, Settings};
use template::TemplateFile;

/// The arguments of `dms-rule invoke`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each event is sent over HTTP to the code that Lambda runs. The function sends signed requests to a local AWS Config, DMS,
KMS and STS. No AWS account is used, and nothing leaves this machine.

Examples:
  dms-rule invoke tests/events/change-public.json
  dms-rule invoke tests/events/*.json --json
  aws dms describe-replication-instances > fleet.json
  dms-rule invoke tests/events/scheduled.json --fleet fleet.json --fail-on non-compliant
  dms-rule invoke tests/events/change-public.json --template rule-templates/cloudformation/single-account.yaml

With --template, each event is sent to every rule of the template that receives its message type and resource type, with
the name and parameters of that rule. The function has the rights of its role and no others, and is invoked only if AWS
Config may invoke it. Templates with unsupported constructs (loops, unknown properties) are rejected.

Exit codes: 0 every event was evaluated, with any results; 1 a result is NON_COMPLIANT (with --fail-on); 2 an event
could not be read, delivered or evaluated, or usage error.")]
pub(crate) struct Arguments {
    /// Files with one event each, as AWS Config sends it
    #[arg(required = true, value_name = "EVENT.json")]
    events: Vec<PathBuf>,
    /// The DMS resources that exist: the output of one `aws dms describe-...`, or several in one object [default: a
    /// sample]
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// The CloudFormation template or conformance pack that deploys the rules; for an organization, also the template
    /// of the role in member accounts
    #[arg(long, value_name = "FILE")]
    template: Vec<PathBuf>,
    /// Values of template parameters; the others have their defaults
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., value_parser = crate::check::pair, requires = "template")]
    parameter_overrides: Vec<(String, String)>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Exit with 1 if a result is RESULT
    #[arg(long, value_name = "RESULT")]
    fail_on: Option<FailOn>,
    /// The timeout of the function in seconds [default: that of the template, or 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=900))]
    timeout: Option<u64>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FailOn {
    /// A NON_COMPLIANT evaluation
    NonCompliant,
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
    let mut out = anstream::stdout();
    if arguments.json {
        writeln!(out, "{:#}", document::render(&run))?;
    } else {
        let page = page::render(&run, arguments.fleet.is_none());
        write!(out, "{}", if std::io::stdout().is_terminal() { page::wrap(&page) } else { page })?;
    }
    Ok(exit_code(&run, arguments.fail_on))
}

fn exit_code(run: &Run, fail_on: Option<FailOn>) -> ExitCode {
    let mut evaluations = run.events.iter().flat_map(|event| &event.evaluations);
    if run.events.iter().any(|event| event.error.is_some()) {
        return ExitCode::from(2);
    }
    match fail_on {
        Some(FailOn::NonCompliant)
            if evaluations.any(|accepted| accepted.result.compliance_type == "NON_COMPLIANT") =>
        {
            ExitCode::from(1)
        }
        _ => ExitCode::SUCCESS,
    }
}
