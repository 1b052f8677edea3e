//! The DMS rules for AWS Config, on the command line.

mod check;
mod invoke;
mod manual;
mod markdown;
mod results;
mod rules;
mod scan;
mod selection;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Evaluates AWS DMS resources with the rules that run in AWS Config.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 success; 1 findings (see --fail-on); 2 incomplete run or usage error."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Evaluate files: events, items, snapshots, CLI output, CloudFormation templates, Terraform plans
    Check(Box<check::Arguments>),
    /// Evaluate the resources that exist now: all Regions of one account or an organization
    Scan(Box<scan::Arguments>),
    /// Run AWS Config events through the Lambda function, with a local AWS
    Invoke(invoke::Arguments),
    /// List the rules, or print the page of one
    Rules(rules::Arguments),
    /// Print a completion script for a shell, or the man page
    Manual(manual::Arguments),
    /// Run as the Lambda function, with the Runtime API that the environment names
    #[command(hide = true)]
    Function,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Manual(arguments) => manual::run(&arguments),
        Command::Invoke(arguments) => invoke::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Function => function(),
    };
    outcome.unwrap_or_else(|error| {
        use std::io::Write;
        let _ = writeln!(anstream::stderr(), "dms-rule: {error}"); // there is nowhere else to report it
        ExitCode::from(2)
    })
}

/// Runs the same code as the `bootstrap` that Lambda starts.
fn function() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(config_lambda::run()).map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}
