//! `dms-rule check`: the rules over files, without an AWS account.

mod document;
mod input;
mod recorded;
mod scanner;
mod written;

use std::error::Error;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use report::{Command, Report};

use crate::results::{self, Results};
use crate::selection::Selection;

/// What `dms-rule check` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each input is recognised by what it holds: AWS Config events, configuration items, snapshot and history files (.json,
.json.gz, of any size), what `aws configservice get-resource-config-history`, `batch-get-resource-config`,
`select-resource-config`, `select-aggregate-resource-config` and `aws dms describe-...` print, CloudFormation templates
(YAML, JSON) and Terraform plans and states (`terraform show -json`).

An event is judged by its own rule and parameters, unless --rule or --rule-parameters say otherwise. Of several items of
one resource in one input the newest is judged. What a file does not tell (the manager of a KMS key, tags in the output of
describe-...) cannot be known, and is NON_COMPLIANT where it decides.

Examples:
  dms-rule check template.yaml --rule dms-replication-not-public
  aws dms describe-replication-instances | dms-rule check -
  dms-rule check snapshots/ --output html=report.html --output sarif=report.sarif
  terraform show -json plan.out | dms-rule check - --fail-on high
  dms-rule check template.yaml --parameter-overrides Public=false

Exit codes: 0 no finding; 1 a finding that --fail-on counts; 2 an input could not be read whole, or wrong usage.")]
pub(crate) struct Arguments {
    /// Files, folders (with all their .json, .json.gz, .yaml, .yml and .template files), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Values that will be given to the parameters of CloudFormation templates
    #[arg(long, value_name = "NAME=VALUE", num_args = 1.., value_parser = pair)]
    parameter_overrides: Vec<(String, String)>,
    /// Take the defaults of template parameters for the values that will be given
    #[arg(long)]
    assume_defaults: bool,
    /// The time by which exemptions and certificates are judged; default: now
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<DateTime<Utc>>,
    #[command(flatten)]
    results: Results,
}

/// `NAME=VALUE`
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    rule_core::parse_timestamp(&text.into())
        .ok_or_else(|| "it must be a time such as 2026-10-01T12:00:00Z".to_owned())
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let rules = arguments.selection.chosen()?;
    let at = arguments.at.unwrap_or_else(Utc::now);
    let mut check = document::Check {
        rules: &rules,
        is_chosen: arguments.selection.is_given(),
        settings: templates::Settings {
            parameters: arguments.parameter_overrides.clone(),
            assume_defaults: arguments.assume_defaults,
            named: Vec::new(),
        },
        report: Report::new(Command::Check, at),
    };
    let inputs = input::found(&arguments.inputs, &mut check.report.failures);
    let progress = input::Progress::new(&inputs);
    for input in &inputs {
        check.read(input, &progress);
    }
    progress.end();
    results::write(check.report, &arguments.results)
}
