//! `dms-rule scan`: the rules for live AWS, with the user's own credentials.

pub(crate) mod accounts;
mod aggregator;
mod collector;
pub(crate) mod event;
pub(crate) mod plan;
pub(crate) mod regions;
pub(crate) mod scope;
mod security_hub;

use std::cell::RefCell;
use std::error::Error;
use std::process::ExitCode;

use chrono::Utc;
use futures_util::FutureExt;

use crate::results::{self, Results, exit_codes};
use crate::selection::Selection;
use crate::settings::{Choice, Settings};
use crate::{interrupt, terminal};
use collector::Collector;
use event::Event;
use plan::Plan;
use scope::Scope;

/// The note of the first signal.
const INTERRUPTED: &str = "interrupted: writing what was scanned; interrupt again to end at once";

/// The note on a place whose findings are in Security Hub twice.
const TWICE: &str = "AWS Config sends the results of rules with these names to Security Hub too, so findings are there twice: \
    scan without --security-hub where the rules are deployed, or switch off the integration of AWS Config (docs/security-hub.md)";

/// The arguments of `dms-rule scan`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = concat!("\
Credentials are found as by the AWS CLI. Required permissions:
- the dms:Describe... of each resource type and dms:ListTagsForResource (for instance profiles dms:ListInstanceProfiles)
- kms:DescribeKey and kms:ListAliases for the rule on keys
- account:ListRegions; with --region and without this right, the names of the Regions are not checked
- config:SelectResourceConfig for the rule on hosts of endpoints, and for --reachability
- organizations:ListAccounts and sts:AssumeRole for an organization; for an organizational unit
  organizations:ListAccountsForParent and organizations:ListOrganizationalUnitsForParent instead of the former
- securityhub:BatchImportFindings and securityhub:GetFindings, in each account, for --security-hub
- config:SelectAggregateResourceConfig and config:DescribeConfigurationAggregatorSourcesStatus for an aggregator

What cannot be read is a failure, and the exit code is 2; all else is evaluated. An aggregator contains only what AWS
Config records; no further API calls are made. Ctrl-C and SIGTERM end the scan: what was scanned is written, each account
and Region that was not is a failure, and the exit code is 2. A second one ends the program at once.

Examples:
  dms-rule scan
  dms-rule scan --region eu-west-1 --rule dms-replication-not-public --fail-on critical
  dms-rule scan --accounts organization --role-name DmsRuleReader --output html=report.html
  dms-rule scan --rule dms-replication-not-public --reachability
  dms-rule scan --organizational-unit ou-ab12-34567890 --role-name DmsRuleReader --exclude-region me-south-1
  dms-rule scan --accounts 111111111111,222222222222 --role-name DmsRuleReader --format json
  dms-rule scan --accounts organization --role-name DmsRuleReader --security-hub
  dms-rule scan --aggregator organization-aggregator --region eu-central-1 --reachability

", exit_codes!()))]
pub(crate) struct Arguments {
    #[command(flatten)]
    scope: Scope,
    /// Query this aggregator of AWS Config instead
    #[arg(long, value_name = "NAME", conflicts_with_all = [
        "accounts", "units", "role_name", "excluded_accounts", "excluded_regions"
    ])]
    aggregator: Option<String>,
    /// Import the findings into Security Hub
    ///
    /// Each account imports its own, with the credentials of the scan, in each Region. After a scan without failures, findings
    /// of earlier scans whose resource is gone are archived. AWS Config sends the results of deployed rules by itself: do not
    /// use both in one place (docs/security-hub.md).
    #[arg(long, conflicts_with_all = ["aggregator", "only"])]
    security_hub: bool,
    /// State what of the Internet reaches a public instance
    ///
    /// It sets the parameter `reachability` of dms-replication-not-public, and needs config:SelectResourceConfig: at most 100
    /// calls in each account and Region, or 400 calls of an aggregator for all of them. What is not read is UNKNOWN. It is
    /// evidence and an order, never a pass.
    #[arg(long)]
    reachability: bool,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    settings: Choice,
}

impl Arguments {
    /// Returns the rules to run.
    fn selection(&self) -> Selection {
        let selection = self.selection.clone();
        if self.reachability { selection.with_reachability("--reachability") } else { selection }
    }

    /// Returns the plan of the scan.
    ///
    /// # Errors
    /// Returns a message if the options contradict each other.
    fn plan(&self) -> Result<Plan, Box<dyn Error>> {
        if self.aggregator.is_some() && self.scope.has_several_regions() {
            return Err("--aggregator: name one --region, the one that the aggregator is in".into());
        }
        self.scope.plan(self.selection().chosen()?, Utc::now())
    }
}

pub(crate) fn run(arguments: &Arguments, settings: Settings) -> Result<ExitCode, Box<dyn Error>> {
    let earlier = arguments.results.earlier()?;
    let plan = arguments.plan()?;
    let signal = interrupt::first_signal(INTERRUPTED)?;
    // Its end without a signal is none.
    let interrupted = async {
        if signal.await.is_err() {
            std::future::pending::<()>().await;
        }
    }
    .boxed_local()
    .shared();
    let collector = RefCell::new(Collector::new(plan.at));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            biased;
            () = interrupted.clone() => None,
            scanned = scan(arguments, &plan, |event| collector.borrow_mut().add(event)) => Some(scanned),
        }
    });
    let mut collector = collector.into_inner();
    let scanned = outcome.unwrap_or_else(|| {
        collector.interrupt();
        Ok(Vec::new())
    });
    let mut places = Vec::new();
    let mut report = collector.finish(scanned.map(|entered| places = entered));
    report.selected = arguments.selection().described(&plan.rules)?;
    results::prepare(&mut report, &arguments.results, settings, Vec::new(), earlier)?;
    if arguments.security_hub {
        report.failures.extend(results::left_out_of_asff(&report));
        runtime.block_on(security_hub::import(&mut report, &places, plan.at_once, interrupted));
        if let Some((first, others)) =
            report.security_hub.as_ref().and_then(|import| import.twice.split_first())
        {
            let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            terminal::note(format_args!("{first}{more}: {TWICE}"));
        }
    }
    runtime.shutdown_background(); // a request that was interrupted is not waited for
    results::write(report, &arguments.results)
}

/// Scans accounts, or an aggregator if one is named. Returns the accounts and Regions that were entered.
///
/// # Errors
/// Returns an error if the scan could not begin: no credentials, no organization, no aggregator.
async fn scan(
    arguments: &Arguments,
    plan: &Plan,
    on: impl Fn(Event),
) -> Result<Vec<security_hub::Place>, aws_client::Error> {
    let caller = arguments.scope.caller().await?;
    if let Some(arn) = caller.arn() {
        on(Event::Caller(arn.to_owned()));
    }
    match &arguments.aggregator {
        Some(name) => aggregator::scan(plan, &caller, name, &on).await.map(|()| Vec::new()),
        None => accounts::scan(plan, &caller, &on).await,
    }
}
