//! `dms-rule check`: the rules for files, without an AWS account.

mod answers;
mod comment;
mod companions;
mod description;
mod documents;
mod encoding;
mod error;
mod evaluator;
mod evidence;
mod existing;
mod folder;
mod history;
mod inline;
mod input;
mod items;
mod lists;
mod members;
mod mention;
pub(crate) mod network;
mod progress;
mod reader;
mod records;
mod scanner;
mod sources;
mod terraform;

use std::error::Error;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use report::{Command, Report};

use crate::results::{self, Results, exit_codes};
use crate::selection::Selection;
use crate::settings::{Choice, Settings};
use evaluator::Evaluator;
use folder::Inputs;
use network::Networks;
use progress::Progress;
use reader::Reader;

/// The arguments of `dms-rule check`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = concat!("\
Inputs are recognized by their content, not by their names:
  - AWS Config events, notifications and configuration items
  - messages of SNS, SQS, EventBridge and Lambda around them
  - snapshot and history files of AWS Config, of any size, also as gzip
  - the output of `aws configservice get-resource-config-history`,
    `batch-get-resource-config`, `select-resource-config`,
    `select-aggregate-resource-config`, `get-aggregate-resource-config`,
    and of `aws dms describe-...`, `create-...`, `modify-...`; JSON or YAML
  - CloudFormation templates (YAML, JSON, the output of `get-template`)
    with those that their resources hold; folders of `cdk synth`
  - Terraform plans and states (`terraform show -json`)

A file that mentions AWS DMS resources and is none of these is reported as not evaluated; the exit code is then 2.

An event is evaluated with its own rule and parameters, unless an option chooses rules or sets parameters. If there are \
several records of one resource, in one input or in several, the newest is evaluated. Templates and plans are evaluated \
apart from records. If data that a rule needs is missing, the result is UNKNOWN and counts as NON_COMPLIANT.

Examples:
  dms-rule check template.yaml --rule dms-replication-not-public
  aws dms describe-replication-instances | dms-rule check -
  dms-rule check snapshots/ --exclude old/ --output html=report.html
  terraform show -json plan.out | dms-rule check - --fail-on high
  dms-rule check template.yaml --parameter-overrides Public=false
  dms-rule check instances.json --network ec2/
  dms-rule check --history snapshots/
  dms-rule check --history AWSLogs/ --output json=history.json

With --history all records of a resource count, and the report is from when to when each was NON_COMPLIANT, for \
dms-replication-not-public or the rules of --rule. The end of the data is the latest record, or --at. Exemptions and \
exceptions change no period. The exit code is 1 if a resource is NON_COMPLIANT or UNKNOWN at the end.

", exit_codes!()))]
pub(crate) struct Arguments {
    /// Files, folders, or - for standard input
    ///
    /// A folder is read with its folders; files of other kinds are passed over. An input that is given twice is read once.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Leave out files, by a pattern as in .gitignore
    ///
    /// A pattern leaves out folders too. The report lists them. Repeat the option for several patterns.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Report from when to when resources were NON_COMPLIANT
    ///
    /// All records of a resource count, not the newest alone. A history is printed as table, json or csv.
    #[arg(
        long,
        conflicts_with_all = ["only", "baseline", "compare", "parameter_overrides", "assume_defaults", "stack_tags"]
    )]
    history: bool,
    /// The time for exemptions and certificates [default: now]
    ///
    /// With --history it is the end of the data [default: the latest record]. Such as 2026-10-01T12:00:00Z, or 2026-10-01 for the start of that day (UTC).
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<DateTime<Utc>>,
    /// State what of the Internet reaches a public instance
    ///
    /// Files or folders with saved output of `aws ec2 describe-security-groups`, `describe-network-acls`,
    /// `describe-route-tables`, `describe-network-interfaces`, `describe-managed-prefix-lists`,
    /// `get-managed-prefix-list-entries` (each in a file with the id of the list in its name), `describe-internet-gateways`,
    /// `describe-vpcs`, `describe-subnets`, `describe-vpc-block-public-access-options` and `-exclusions`, or files of AWS Config
    /// with these resources. It sets the parameter `reachability` of dms-replication-not-public: evidence and an order, never a
    /// pass. All texts up to the next option are values; give the inputs before it, or after --.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "history")]
    network: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    deployment: Deployment,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    settings: Choice,
}

/// The options that state what a deployment decides.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Templates")]
struct Deployment {
    /// Set parameters of CloudFormation templates
    ///
    /// All texts up to the next option are values; give the inputs before it, or after --.
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., value_parser = pair)]
    parameter_overrides: Vec<(String, String)>,
    /// Give all other parameters their default values
    #[arg(long, hide_short_help = true)]
    assume_defaults: bool,
    /// Tags that the deployment adds to the resources
    ///
    /// Give the option without a tag if it adds none. Without the option they are unknown.
    #[arg(long, value_name = "KEY=VALUE", hide_short_help = true, num_args = 0.., value_parser = pair)]
    stack_tags: Option<Vec<(String, String)>>,
}

/// Parses `NAME=VALUE`.
///
/// # Errors
/// Returns a message that states where inputs are given: an option with several values takes an input for one.
pub(crate) fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or(
        "expected NAME=VALUE; if this is an input, give it before the option, or end the values with --",
    )?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Arguments {
    fn settings(&self) -> iac::Settings {
        iac::Settings {
            parameters: self.deployment.parameter_overrides.clone(),
            assume_defaults: self.deployment.assume_defaults,
            names: Vec::new(),
            stack_tags: self.deployment.stack_tags.as_ref().map(|tags| tags.iter().cloned().collect()),
        }
    }
}

/// Parses a time, or a date as its first second in UTC.
fn time(text: &str) -> Result<DateTime<Utc>, &'static str> {
    rule_core::parse_timestamp(&text.into())
        .or_else(|| rule_core::parse_timestamp(&format!("{text}T00:00:00Z").into()))
        .ok_or("expected a time such as 2026-10-01T12:00:00Z, or a date such as 2026-10-01")
}

/// Evaluates the inputs and writes the report.
pub(crate) fn run(arguments: &Arguments, settings: Settings) -> Result<ExitCode, Box<dyn Error>> {
    let earlier = arguments.results.earlier()?;
    let selection = if arguments.network.is_empty() {
        arguments.selection.clone()
    } else {
        arguments.selection.clone().with_reachability("--network")
    };
    let rules = if arguments.history {
        history::validate(&arguments.results)?;
        history::rules(&selection)?
    } else {
        selection.chosen()?
    };
    let at = arguments.at.unwrap_or_else(Utc::now);
    let mut report = Report::new(Command::Check, at);
    report.selected = selection.described(&rules)?;
    let overrides = &arguments.deployment.parameter_overrides;
    if let Some((name, _)) = overrides
        .iter()
        .find(|(name, value)| overrides.iter().any(|(other, theirs)| other == name && theirs != value))
    {
        return Err(format!("--parameter-overrides: {name} is given twice, differently").into());
    }
    if arguments.network.iter().any(|path| path == "-") {
        return Err("--network: name files or folders; standard input is for the inputs".into());
    }
    let excluded = folder::patterns(&arguments.exclude).map_err(|error| format!("--exclude: {error}"))?;
    let inputs = Inputs::find(&arguments.inputs, &excluded);
    report.failures.extend(inputs.failures);
    report.sources.extend(inputs.left_out);
    let networks = (!arguments.network.is_empty()).then(|| {
        let (networks, failures) = Networks::read(&arguments.network, &excluded, at);
        report.failures.extend(failures);
        networks
    });
    let evaluator =
        Evaluator::new(&rules, selection.is_given(), settings.inline_exceptions, networks, report);
    let evaluator = if arguments.history { evaluator.with_every_record() } else { evaluator };
    let mut reader = Reader::new(evaluator, arguments.settings());
    let progress = Progress::new(inputs.files.iter().map(|input| input.bytes).sum());
    inputs.files.iter().for_each(|input| reader.read(input, &progress));
    progress.finish();
    let evaluator = reader.finish();
    if arguments.history {
        let (report, resources) = evaluator.into_records();
        let history = history::history(&rules, report, &resources, arguments.at);
        return history::write(&history, &arguments.results);
    }
    let (mut report, inline) = evaluator.finish();
    results::prepare(&mut report, &arguments.results, settings, inline, earlier)?;
    results::write(report, &arguments.results)
}
