//! `dms-rule scan`: the rules for live AWS, with the user's own credentials.

pub(crate) mod accounts;
mod aggregator;
mod collector;
pub(crate) mod event;
pub(crate) mod plan;
pub(crate) mod regions;
pub(crate) mod scope;

use std::cell::RefCell;
use std::error::Error;
use std::process::ExitCode;

use chrono::Utc;

use crate::interrupt;
use crate::results::{self, Results, exit_codes};
use crate::selection::Selection;
use crate::settings::{Choice, Settings};
use collector::Collector;
use event::Event;
use plan::Plan;
use scope::Scope;

/// The note of the first signal.
const INTERRUPTED: &str = "interrupted: writing what was scanned; interrupt again to end at once";

/// The arguments of `dms-rule scan`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = concat!("\
Credentials are found as by the AWS CLI. Required permissions:
- the dms:Describe... of each resource type and dms:ListTagsForResource (for instance profiles dms:ListInstanceProfiles)
- kms:DescribeKey and kms:ListAliases for the rule on keys
- account:ListRegions; with --region and without this right, the names of the Regions are not checked
- organizations:ListAccounts and sts:AssumeRole for an organization; for an organizational unit
  organizations:ListAccountsForParent and organizations:ListOrganizationalUnitsForParent instead of the former
- config:SelectAggregateResourceConfig and config:DescribeConfigurationAggregatorSourcesStatus for an aggregator

What cannot be read is a failure, and the exit code is 2; all else is evaluated. An aggregator contains only what AWS
Config records; no further API calls are made. Ctrl-C and SIGTERM end the scan: what was scanned is written, each account
and Region that was not is a failure, and the exit code is 2. A second one ends the program at once.

Examples:
  dms-rule scan
  dms-rule scan --region eu-west-1 --rule dms-replication-not-public --fail-on critical
  dms-rule scan --accounts organization --role-name DmsRuleReader --output html=report.html
  dms-rule scan --organizational-unit ou-ab12-34567890 --role-name DmsRuleReader --exclude-region me-south-1
  dms-rule scan --accounts 111111111111,222222222222 --role-name DmsRuleReader --format json
  dms-rule scan --aggregator organization-aggregator --region eu-central-1

", exit_codes!()))]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    /// Query this aggregator of AWS Config instead
    #[arg(long, value_name = "NAME", conflicts_with_all = [
        "accounts", "units", "role_name", "excluded_accounts", "excluded_regions"
    ])]
    aggregator: Option<String>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    settings: Choice,
}

impl Arguments {
    /// Returns the plan of the scan.
    ///
    /// # Errors
    /// Returns a message if the options contradict each other.
    fn plan(&self) -> Result<Plan, Box<dyn Error>> {
        if self.aggregator.is_some() && self.scope.has_several_regions() {
            return Err("--aggregator: name one --region, the one that the aggregator is in".into());
        }
        self.scope.plan(self.selection.chosen()?, Utc::now())
    }
}

pub(crate) fn run(arguments: &Arguments, settings: Settings) -> Result<ExitCode, Box<dyn Error>> {
    let earlier = arguments.results.earlier()?;
    let plan = arguments.plan()?;
    let interrupted = interrupt::first_signal(INTERRUPTED)?;
    let collector = RefCell::new(Collector::new(plan.at));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            biased;
            Ok(()) = interrupted => None,
            scanned = scan(arguments, &plan, |event| collector.borrow_mut().add(event)) => Some(scanned),
        }
    });
    runtime.shutdown_background(); // a request that was interrupted is not waited for
    let mut collector = collector.into_inner();
    let scanned = outcome.unwrap_or_else(|| {
        collector.interrupt();
        Ok(())
    });
    let mut report = collector.finish(scanned);
    report.selected = arguments.selection.described(&plan.rules)?;
    results::write(report, &arguments.results, settings, Vec::new(), earlier)
}

/// Scans accounts, or an aggregator if one is named.
///
/// # Errors
/// Returns an error if the scan could not begin: no credentials, no organization, no aggregator.
async fn scan(arguments: &Arguments, plan: &Plan, on: impl Fn(Event)) -> Result<(), aws_client::Error> {
    let caller = arguments.scope.caller().await?;
    if let Some(arn) = caller.arn() {
        on(Event::Caller(arn.to_owned()));
    }
    match &arguments.aggregator {
        Some(name) => aggregator::scan(plan, &caller, name, &on).await,
        None => accounts::scan(plan, &caller, &on).await,
    }
}
