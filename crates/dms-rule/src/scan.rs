//! `dms-rule scan`: the rules over live AWS, with the user's own credentials.

use std::error::Error;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use config_lambda::ErrorKind;
use config_lambda::scan::{Accounts, Scan, Seen};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Command, Evaluation, Failure, Report, Resource, Source, SourceKind, SourceSummary};

use crate::results::{self, Results};
use crate::selection::Selection;

/// What `dms-rule scan` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Credentials come from wherever the AWS CLI finds them. Needed are the dms:Describe... and dms:ListTagsForResource of what
the rules judge (dms:ListInstanceProfiles for instance profiles), kms:DescribeKey and kms:ListAliases for the rule on
keys, account:ListRegions without --region, organizations:ListAccounts and sts:AssumeRole for an organization, and
config:SelectAggregateResourceConfig and config:DescribeConfigurationAggregatorSourcesStatus for an aggregator.

An account or Region that cannot be looked at is a row of its own, and the exit code is 2; the others are complete. An
aggregator knows only what AWS Config records, and nothing can be looked up beside it.

Examples:
  dms-rule scan
  dms-rule scan --region eu-west-1 --rule dms-replication-not-public --fail-on critical
  dms-rule scan --accounts organization --role-name DmsRuleReader --output html=report.html
  dms-rule scan --accounts 111111111111,222222222222 --role-name DmsRuleReader --format json
  dms-rule scan --aggregator organization-aggregator --region eu-central-1

Exit codes: 0 no finding; 1 a finding that --fail-on counts; 2 something could not be asked, or wrong usage.")]
pub(crate) struct Arguments {
    /// Look at these Regions only; with --aggregator, the Region that it is in. Default: all that are enabled
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    regions: Vec<String>,
    /// Account ids, or the word organization for all its active accounts. Default: the account of the credentials
    #[arg(long, value_name = "IDS", value_delimiter = ',', value_parser = account)]
    accounts: Vec<String>,
    /// The role to assume in each account but the one of the credentials
    #[arg(long, value_name = "NAME")]
    role_name: Option<String>,
    /// Ask this aggregator of AWS Config, in one query
    #[arg(long, value_name = "NAME", conflicts_with_all = ["accounts", "role_name"])]
    aggregator: Option<String>,
    /// The profile of the AWS CLI
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// How many accounts × Regions are looked at together
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
        Err("it must be account ids of 12 digits, or organization".to_owned())
    }
}

/// What is named twice is looked at once.
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
    let at = Utc::now();
    let scan = Scan {
        rules: arguments.selection.chosen()?,
        at,
        profile: arguments.profile.clone(),
        accounts: match arguments.accounts.as_slice() {
            [] => Accounts::Own,
            ids if ids.iter().any(|id| id == ORGANIZATION) => Accounts::Organization,
            ids => Accounts::These(each_once(ids)),
        },
        role_name: arguments.role_name.clone(),
        regions: each_once(&arguments.regions),
        aggregator: arguments.aggregator.clone(),
        at_once: arguments.at_once.into(),
    };
    let mut gathered = Gathered::new(at);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(config_lambda::scan::run(&scan, |seen| gathered.take(seen)));
    gathered.bar.finish_and_clear();
    // A scan that could not begin is a report of one failure.
    if let Err(error) = ended {
        gathered.report.failures.push(failure("AWS".to_owned(), error.kind(), error.to_string(), None, None));
    }
    // They came as they were done.
    gathered.report.sources.sort_by(|a, b| a.name.cmp(&b.name));
    results::write(gathered.report, &arguments.results)
}

struct Gathered {
    report: Report,
    bar: ProgressBar,
    found: usize,
}

impl Gathered {
    fn new(at: DateTime<Utc>) -> Self {
        let bar = ProgressBar::new(0); // draws on standard error, and only if it is a terminal
        if let Ok(style) =
            ProgressStyle::with_template("{pos}/{len} accounts × Regions {wide_bar} {msg}, {eta} left")
        {
            bar.set_style(style);
        }
        let report =
            Report::new(Command::Scan, at);
        Self { report, bar, found: 0 }
    }

    fn take(&mut self, seen: Seen) {
        match seen {
            Seen::Places(count) => {
                self.bar.set_length(count as u64);
                self.bar.set_message("0 resources");
            }
            Seen::Judged(judged) => {
                let (item, rule, verdict) = *judged;
                let resource = Resource::from_item(&item);
                let place = [resource.account_id.as_deref(), resource.region.as_deref()];
                let source = Source {
                    name: place.map(Option::unwrap_or_default).join(" ").trim().to_owned(),
                    kind: SourceKind::LiveDms,
                    position: None,
                    recorded_at: Some(item.configuration_item_capture_time),
                    planned_fix: None,
                };
                self.report.evaluations.push(Evaluation { rule, verdict, resource, source });
            }
            Seen::Place { account_id, region, resources } => {
                self.found += resources;
                self.bar.inc(1);
                self.bar.set_message(format!("{} resources", self.found));
                self.report.sources.push(SourceSummary {
                    name: format!("{account_id} {region}"),
                    kind: SourceKind::LiveDms,
                    resources,
                });
            }
            Seen::Failed { account_id, region, kind, message } => {
                let place = [account_id.as_deref(), region.as_deref()].into_iter().flatten();
                let source = place.collect::<Vec<_>>().join(" ");
                let source = if source.is_empty() { "AWS".to_owned() } else { source };
                self.report.failures.push(failure(source, kind, message, account_id, region));
            }
            Seen::Note(note) => {
                use std::io::Write;
                self.bar.suspend(|| {
                    let _ = writeln!(anstream::stderr(), "dms-rule: {note}"); // nowhere left to say it
                });
            }
        }
    }
}

fn failure(
    source: String,
    kind: ErrorKind,
    message: String,
    account_id: Option<String>,
    region: Option<String>,
) -> Failure {
    let kind = match kind {
        ErrorKind::BadInput => FailureKind::BadInput,
        ErrorKind::Denied => FailureKind::Denied,
        ErrorKind::Throttled => FailureKind::Throttled,
        ErrorKind::Internal => FailureKind::Internal,
    };
    Failure { source, kind, message, account_id, region }
}
