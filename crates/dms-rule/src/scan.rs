//! `dms-rule scan`: the rules for live AWS, with the user's own credentials.

mod accounts;
mod aggregator;
mod collector;
mod event;
mod plan;

use std::error::Error;
use std::process::ExitCode;

use aws_client::scan::Caller;
use chrono::Utc;

use crate::results::{self, Results, exit_codes};
use crate::selection::Selection;
use collector::Collector;
use event::Event;
use plan::{Accounts, Plan};

/// The arguments of `dms-rule scan`.
#[derive(Debug, clap::Args)]
#[command(after_help = concat!("\
Credentials are found as by the AWS CLI. Required permissions:
- the dms:Describe... of each resource type and dms:ListTagsForResource (for instance profiles dms:ListInstanceProfiles)
- kms:DescribeKey and kms:ListAliases for the rule on keys
- account:ListRegions without --region
- organizations:ListAccounts and sts:AssumeRole for an organization
- config:SelectAggregateResourceConfig and config:DescribeConfigurationAggregatorSourcesStatus for an aggregator

An account or Region that cannot be scanned is a row of its own, and the exit code is 2; the others are complete. An
aggregator contains only what AWS Config records; no further API calls are made.

Examples:
  dms-rule scan
  dms-rule scan --region eu-west-1 --rule dms-replication-not-public --fail-on critical
  dms-rule scan --accounts organization --role-name DmsRuleReader --output html=report.html
  dms-rule scan --accounts 111111111111,222222222222 --role-name DmsRuleReader --format json
  dms-rule scan --aggregator organization-aggregator --region eu-central-1

", exit_codes!()))]
pub(crate) struct Arguments {
    /// Scan these Regions only; with --aggregator, the Region that it is in. Default: all that are enabled
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    regions: Vec<String>,
    /// Account ids, or the word organization for all its active accounts. Default: the account of the credentials
    #[arg(long, value_name = "IDS", value_delimiter = ',', value_parser = account)]
    accounts: Vec<String>,
    /// The role to assume in each account but the one of the credentials
    #[arg(long, value_name = "NAME")]
    role_name: Option<String>,
    /// Query this aggregator of AWS Config instead
    #[arg(long, value_name = "NAME", conflicts_with_all = ["accounts", "role_name"])]
    aggregator: Option<String>,
    /// The profile of the AWS CLI
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The most pairs of account and Region that are scanned in parallel
    #[arg(long, value_name = "COUNT", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    results: Results,
}

const ORGANIZATION: &str = "organization";

fn account(text: &str) -> Result<String, String> {
    if text == ORGANIZATION || (text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())) {
        Ok(text.to_owned())
    } else {
        Err("expected account ids of 12 digits, or organization".to_owned())
    }
}

/// Removes duplicates, keeping the first.
fn each_once(names: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(name) {
            once.push(name.clone());
        }
    }
    once
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let plan = Plan {
        rules: arguments.selection.chosen()?,
        at: Utc::now(),
        accounts: match arguments.accounts.as_slice() {
            [] => Accounts::Own,
            ids if ids.iter().any(|id| id == ORGANIZATION) => Accounts::Organization,
            ids => Accounts::Listed(each_once(ids)),
        },
        role_name: arguments.role_name.clone(),
        regions: each_once(&arguments.regions),
        at_once: arguments.at_once.into(),
    };
    let mut collector = Collector::new(plan.at);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let scanned = runtime.block_on(scan(arguments, &plan, |event| collector.add(event)));
    results::write(collector.finish(scanned), &arguments.results)
}

/// Scans accounts, or an aggregator if one is named.
///
/// # Errors
/// Returns an error if the scan could not begin: no credentials, no organization, no aggregator.
async fn scan(
    arguments: &Arguments,
    plan: &Plan,
    mut on: impl FnMut(Event),
) -> Result<(), aws_client::Error> {
    let caller = Caller::load(arguments.profile.as_deref()).await?;
    match &arguments.aggregator {
        Some(name) => aggregator::scan(plan, &caller, name, &mut on).await,
        None => accounts::scan(plan, &caller, &mut on).await,
    }
}
