//! The DMS rules for AWS Config, on the command line.

mod apply;
mod check;
mod config;
mod coverage;
mod exceptions;
mod formats;
mod interrupt;
mod invoke;
mod local;
mod manual;
mod markdown;
mod plan;
mod results;
mod rule_name;
mod rules;
mod scan;
mod selection;
mod settings;
mod suggestion;
mod tag_list;
mod terminal;
mod version;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use settings::Settings;

/// Evaluates AWS DMS resources with the rules that run in AWS Config.
#[derive(Debug, Parser)]
#[command(
    version = version::version(),
    about,
    max_term_width = 100,
    after_help = "\
Exit codes:
  0  success
  1  a finding that counts: check and scan, see --fail-on; invoke only with it;
     coverage: a place that is not healthy; apply: it ended before its end;
     local: that of its command
  2  something could not be evaluated or written, or the command is wrong"
)]
struct Arguments {
    #[command(flatten)]
    terminal: terminal::Terminal,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Evaluate files, before and after deployment
    Check(Box<check::Arguments>),
    /// Evaluate what exists now, in an account or an organization
    Scan(Box<scan::Arguments>),
    /// Print the settings that hold, and where each is from
    Config(config::Arguments),
    /// Report in which accounts and Regions AWS Config evaluates the rules
    Coverage(Box<coverage::Arguments>),
    /// Plan how a public replication instance becomes private
    Plan(Box<plan::Arguments>),
    /// Carry out a plan: a private instance in place of a public one
    Apply(Box<apply::Arguments>),
    /// Run AWS Config events through the function, with a local AWS
    Invoke(invoke::Arguments),
    /// Start a local AWS with a sample organization, to try the others on
    Local(local::Arguments),
    /// List the rules, or print the page of one
    Rules(rules::Arguments),
    /// Print a script by which a shell completes commands and options
    Completions(manual::CompletionsArguments),
    /// Print the manual page of the program or of a command
    Man(manual::ManArguments),
    /// Print a completion script for a shell, or the man page
    #[command(hide = true)]
    Manual(manual::Arguments),
    /// Run as the Lambda function, with the Runtime API that the environment names
    #[command(hide = true)]
    Function,
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        terminal::failure(error);
        ExitCode::from(2)
    })
}

/// Parses the arguments over the settings, and runs the command.
///
/// # Errors
/// Returns an error for which there is no report.
fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let (settings, command) = Settings::read(Arguments::command())?;
    let matches = command.clone().get_matches();
    let Arguments { terminal, command: chosen } =
        Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    terminal.apply();
    match chosen {
        Command::Check(arguments) => check::run(&arguments, settings),
        Command::Scan(arguments) => scan::run(&arguments, settings),
        Command::Config(arguments) => config::run(&arguments, &settings, &command),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Apply(arguments) => apply::run(&arguments),
        Command::Invoke(arguments) => invoke::run(&arguments),
        Command::Local(arguments) => local::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments, &Arguments::command()),
        Command::Man(arguments) => manual::man(&arguments, Arguments::command()),
        Command::Manual(arguments) => manual::run(&arguments, Arguments::command()),
        Command::Function => function(),
    }
}

/// Runs the same code as the `bootstrap` that Lambda starts.
fn function() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(config_lambda::run()).map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}
