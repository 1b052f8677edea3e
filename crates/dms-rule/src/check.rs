//! `dms-rule check`: the rules for files, without an AWS account.

mod error;
mod evaluator;
mod existing;
mod input;
mod items;
mod lists;
mod progress;
mod reader;
mod scanner;

use std::error::Error;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use report::{Command, Report};

use crate::results::{self, Results};
use crate::selection::Selection;
use evaluator::Evaluator;
use progress::Progress;
use reader::Reader;

/// The arguments of `dms-rule check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The type of each input is recognized by its content:
- AWS Config events, notifications and configuration items
- snapshot and history files of AWS Config, of any size, also as .json.gz
- the output of `aws configservice get-resource-config-history`, `batch-get-resource-config`,
  `select-resource-config` and `select-aggregate-resource-config`, and of `aws dms describe-...`
- CloudFormation templates (YAML, JSON)
- Terraform plans and states (`terraform show -json`)

An event is evaluated with its own rule and parameters, unless --rule or --rule-parameters are given. If an input
holds several items of one resource, the newest is evaluated. If a rule needs data that the file does not contain
(the manager of a KMS key, tags in the output of describe-...), the result is UNKNOWN and counts as NON_COMPLIANT.

Examples:
  dms-rule check template.yaml --rule dms-replication-not-public
  aws dms describe-replication-instances | dms-rule check -
  dms-rule check snapshots/ --output html=report.html --output sarif=report.sarif
  terraform show -json plan.out | dms-rule check - --fail-on high
  dms-rule check template.yaml --parameter-overrides Public=false

Exit codes: 0 no findings; 1 findings (see --fail-on); 2 an input could not be read completely, or usage error.")]
pub(crate) struct Arguments {
    /// Files, folders (all their .json, .json.gz, .yaml, .yml, .template and .tfplan files), or - for standard input
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

fn time(text: &str) -> Result<DateTime<Utc>, &'static str> {
    rule_core::parse_timestamp(&text.into()).ok_or("expected a time such as 2026-10-01T12:00:00Z")
}

/// Evaluates the inputs and writes the report.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let rules = arguments.selection.chosen()?;
    let at = arguments.at.unwrap_or_else(Utc::now);
    let mut report = Report::new(Command::Check, at);
    let inputs = input::find(&arguments.inputs, &mut report.failures);
    let mut reader = Reader {
        evaluator: Evaluator { rules: &rules, is_chosen: arguments.selection.is_given(), report },
        settings: iac::Settings {
            parameters: arguments.parameter_overrides.clone(),
            assume_defaults: arguments.assume_defaults,
            ..iac::Settings::default()
        },
    };
    let progress = Progress::new(inputs.iter().map(|input| input.bytes).sum());
    inputs.iter().for_each(|input| reader.read(input, &progress));
    progress.finish();
    results::write(reader.evaluator.report, &arguments.results)
}
