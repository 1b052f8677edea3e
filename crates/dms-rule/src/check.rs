//! `dms-rule check`: the rules for files, without an AWS account.

mod answers;
mod certificate;
mod comment;
mod companions;
mod description;
mod documents;
mod encoding;
mod error;
mod evaluator;
mod existing;
mod folder;
mod input;
mod items;
mod lists;
mod members;
mod mention;
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
use evaluator::Evaluator;
use folder::Inputs;
use progress::Progress;
use reader::Reader;

/// The arguments of `dms-rule check`.
#[derive(Debug, clap::Args)]
#[command(after_help = concat!("\
The kind of each input is recognized by its content, not by its name:
- AWS Config events, notifications and configuration items, also in messages of SNS and SQS and events of Lambda and \
EventBridge
- snapshot and history files of AWS Config, of any size, also as gzip
- the output of `aws configservice get-resource-config-history`, `batch-get-resource-config`, `select-resource-config`, \
`select-aggregate-resource-config` and `get-aggregate-resource-config`, and of `aws dms describe-...`, `create-...` and \
`modify-...`, as JSON or YAML
- CloudFormation templates (YAML, JSON, get-template) with those that their resources hold; folders of `cdk synth`
- Terraform plans and states (`terraform show -json`)

A file that mentions AWS DMS resources and is none of these is reported as not evaluated; the exit code is then 2.

An event is evaluated with its own rule and parameters, unless --rule or --rule-parameters are given. If there are several \
records of one resource, in one input or in several, the newest is evaluated. Templates and plans are evaluated apart from \
records. If data that a rule needs is missing, the result is UNKNOWN and counts as NON_COMPLIANT.

Examples:
  dms-rule check template.yaml --rule dms-replication-not-public
  aws dms describe-replication-instances | dms-rule check -
  dms-rule check snapshots/ --exclude old/ --output html=report.html --output sarif=report.sarif
  terraform show -json plan.out | dms-rule check - --fail-on high --unknown warn
  dms-rule check template.yaml --parameter-overrides Public=false --stack-tags owner=data

", exit_codes!()))]
pub(crate) struct Arguments {
    /// Files, folders (with their folders; files of other kinds are passed over), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Values of parameters of CloudFormation templates
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., value_parser = pair)]
    parameter_overrides: Vec<(String, String)>,
    /// Evaluate templates with the default values of their parameters
    #[arg(long)]
    assume_defaults: bool,
    /// Tags that the deployment adds to the resources of templates; give the option without a tag if it adds none. Without the
    /// option they are unknown
    #[arg(long, value_name = "KEY=VALUE", num_args = 0.., value_parser = pair)]
    stack_tags: Option<Vec<(String, String)>>,
    /// Leave out files and folders, by a pattern as in .gitignore; may be given several times
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// The time for exemptions and certificates [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<DateTime<Utc>>,
    #[command(flatten)]
    results: Results,
}

/// Parses `NAME=VALUE`.
pub(crate) fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Arguments {
    fn settings(&self) -> iac::Settings {
        iac::Settings {
            parameters: self.parameter_overrides.clone(),
            assume_defaults: self.assume_defaults,
            names: Vec::new(),
            stack_tags: self.stack_tags.as_ref().map(|tags| tags.iter().cloned().collect()),
        }
    }
}

fn time(text: &str) -> Result<DateTime<Utc>, &'static str> {
    rule_core::parse_timestamp(&text.into()).ok_or("expected a time such as 2026-10-01T12:00:00Z")
}

/// Evaluates the inputs and writes the report.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let rules = arguments.selection.chosen()?;
    let at = arguments.at.unwrap_or_else(Utc::now);
    let mut report = Report::new(Command::Check, at);
    let overrides = &arguments.parameter_overrides;
    if let Some((name, _)) = overrides
        .iter()
        .find(|(name, value)| overrides.iter().any(|(other, theirs)| other == name && theirs != value))
    {
        return Err(format!("--parameter-overrides: {name} is given twice, differently").into());
    }
    let excluded = folder::patterns(&arguments.exclude).map_err(|error| format!("--exclude: {error}"))?;
    let inputs = Inputs::find(&arguments.inputs, &excluded);
    report.failures.extend(inputs.failures);
    report.sources.extend(inputs.left_out);
    let evaluator = Evaluator::new(&rules, arguments.selection.is_given(), report);
    let mut reader = Reader::new(evaluator, arguments.settings());
    let progress = Progress::new(inputs.files.iter().map(|input| input.bytes).sum());
    inputs.files.iter().for_each(|input| reader.read(input, &progress));
    progress.finish();
    results::write(reader.finish(), &arguments.results)
}
