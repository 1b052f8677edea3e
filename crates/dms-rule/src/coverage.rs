//! `dms-rule coverage`: if AWS Config evaluates the rules, in every account and Region.

mod not_read;
mod ours;
mod reader;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{TimeDelta, Utc};
use clap::ValueEnum;
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use report::coverage::{Conditions, Coverage, Place, csv, json, table};
use rule_core::rules::RULES;
use rule_core::{Rule, RuleParameters};

use crate::formats;
use crate::rule_name::RuleName;
use crate::scan::accounts::{self, Places};
use crate::scan::event::Event;
use crate::scan::plan::Plan;
use crate::scan::scope::Scope;
use crate::settings::Choice;
use crate::terminal::{self, progress_bar};
use not_read::not_read;

/// The arguments of `dms-rule coverage`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
For each account and Region: is there a recorder, does it record the types of DMS, is each rule there, when did it \
last succeed, and what was its last error. The worst problem of a place is its state:
  NO RECORDER   nothing is recorded, and no rule is triggered
  STOPPED       the recorder does not record
  NOT RECORDED  a type of DMS is not recorded that a rule needs
  MISSING       a rule is not there
  FAILING       the last error is not older than the last success
  NEVER RAN     a rule with a schedule has never run
  STALE         a rule with a schedule has had no success within --max-age
  DENIED        a call was denied
  NOT KNOWN     something could not be read for another reason
  NO EVIDENCE   everything was read, and nothing shows that a rule works
  HEALTHY       all is there, and each rule is known to work

AWS documents no evaluation status of rules with a Lambda function. Where AWS Config returns none, the last result \
that it recorded of a rule counts. A place without DMS resources has no results: nothing shows that the rules work.

Required permissions, in each account:
- config:DescribeConfigurationRecorders, config:DescribeConfigurationRecorderStatus
- config:DescribeConfigRules, config:DescribeConfigRuleEvaluationStatus, config:GetComplianceDetailsByConfigRule
- account:ListRegions without --region
- organizations:ListAccounts and sts:AssumeRole for an organization

Examples:
  dms-rule coverage
  dms-rule coverage --accounts organization --role-name DmsRuleReader
  dms-rule coverage --accounts organization --role-name DmsRuleReader --details
  dms-rule coverage --rule dms-replication-not-public --max-age 50 --output json=coverage.json

Exit codes:
  0  every place is healthy
  1  a place is not healthy
  2  something could not be read, or the command is wrong; in JSON, complete is false")]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    settings: Choice,
    /// Expect these rules only [default: all]
    #[arg(long = "rule", help_heading = "Coverage", value_name = "NAME", value_delimiter = ',', value_parser = RuleName, hide_possible_values = true)]
    rules: Vec<&'static Rule>,
    /// The most hours since the last success of a rule with a schedule
    #[arg(long, help_heading = "Coverage", value_name = "HOURS", default_value_t = 26, value_parser = clap::value_parser!(u16).range(1..))]
    max_age: u16,
    /// Also list each account and Region with all its problems
    #[arg(long, help_heading = "Coverage")]
    details: bool,
    /// The format to print
    #[arg(long, help_heading = "Coverage", value_name = "FORMAT", default_value = "table")]
    format: Format,
    /// Also write FORMAT to FILE; may be given several times
    #[arg(long, help_heading = "Coverage", value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<(Format, PathBuf)>,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

impl Format {
    fn write(self, coverage: &Coverage, out: &mut dyn Write, details: bool) -> io::Result<()> {
        match self {
            Self::Table => table::write(coverage, out, details),
            Self::Json => json::write(coverage, out),
            Self::Csv => csv::write(coverage, out),
        }
    }
}

fn output(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => Ok((Format::from_str(name, false)?, file.into())),
        _ => Err("expected FORMAT=FILE".to_owned()),
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let coverage = runtime.block_on(read(arguments))?;
    for (format, path) in &arguments.output {
        // A table in a file has every row.
        formats::write_file(path, |out| format.write(&coverage, out, true))?;
    }
    terminal::print_with(|out| arguments.format.write(&coverage, out, arguments.details))?;
    Ok(match (coverage.is_healthy(), coverage.is_complete()) {
        (true, _) => ExitCode::SUCCESS,
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::from(2),
    })
}

/// Reads every account and Region. What could not be read is in the report.
///
/// # Errors
/// Returns a message if the options contradict each other or do not fit what AWS has.
async fn read(arguments: &Arguments) -> Result<Coverage, Box<dyn Error>> {
    let is_chosen = |rule: &Rule| {
        arguments.rules.is_empty() || arguments.rules.iter().any(|one| one.identifier == rule.identifier)
    };
    let conditions = Conditions {
        at: Utc::now(),
        rules: RULES.iter().copied().filter(|rule| is_chosen(rule)).collect(),
        max_age: TimeDelta::hours(arguments.max_age.into()),
    };
    let rules =
        conditions.rules.iter().map(|rule| RuleParameters { rule, ..RuleParameters::default() }).collect();
    let plan = arguments.scope.plan(rules, conditions.at)?;
    let learnt = RefCell::new(Learnt::default());
    let mut coverage = match read_all(arguments, &plan, &conditions, &learnt).await {
        Ok(coverage) => coverage,
        Err(error) => {
            let place = Place { account_id: None, region: None, facts: Err(not_read(&error, &[])) };
            Coverage::new(conditions, vec![place])
        }
    };
    let Learnt { names, notes, refused } = learnt.into_inner();
    if let Some(message) = refused.first() {
        return Err(message.as_str().into());
    }
    coverage.account_names = names;
    coverage.notes = notes;
    Ok(coverage)
}

/// Facts that are known before the first account is entered.
#[derive(Default)]
struct Learnt {
    /// The names of accounts by id.
    names: BTreeMap<String, String>,
    notes: Vec<String>,
    /// The reasons why nothing can be read.
    refused: Vec<String>,
}

impl Learnt {
    fn add(&mut self, event: Event) {
        match event {
            Event::AccountNames(names) => self.names.extend(names),
            Event::Note(note) => self.notes.push(note),
            Event::Failure { message, next, .. } => {
                let next = next.map(|next| format!(". Next: {next}")).unwrap_or_default();
                self.refused.push(format!("{message}{next}"));
            }
            // These are steps of a scan.
            Event::Caller(_)
            | Event::Roles(_)
            | Event::Places { .. }
            | Event::Listed(_)
            | Event::NotEvaluated { .. }
            | Event::Evaluation(_)
            | Event::PlaceDone { .. } => {}
        }
    }
}

/// Reads the accounts of a plan.
///
/// # Errors
/// Returns the error of `GetCallerIdentity` or of the listing of accounts.
async fn read_all(
    arguments: &Arguments,
    plan: &Plan,
    conditions: &Conditions,
    learnt: &RefCell<Learnt>,
) -> Result<Coverage, aws_client::Error> {
    let caller = &arguments.scope.caller().await?;
    let Some(Places { entered, failed }) =
        accounts::places(plan, caller, &|event| learnt.borrow_mut().add(event)).await?
    else {
        return Ok(Coverage::new(conditions.clone(), Vec::new()));
    };
    let bar = progress(entered.len());
    let mut places: Vec<Place> = failed
        .into_iter()
        .map(|(id, error)| Place { facts: Err(not_read(&error, &[&id])), account_id: Some(id), region: None })
        .collect();
    let mut read = stream::iter(entered)
        .map(|(account, region)| async move { reader::read(caller, &account, &region, conditions).await })
        .buffer_unordered(plan.at_once);
    while let Some(place) = read.next().await {
        places.push(place);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Coverage::new(conditions.clone(), places))
}

/// Shows the progress on standard error, if that is a terminal.
fn progress(places: usize) -> ProgressBar {
    let bar = progress_bar(Some(places as u64));
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} accounts × Regions {wide_bar} {eta} left") {
        bar.set_style(style);
    }
    bar
}
