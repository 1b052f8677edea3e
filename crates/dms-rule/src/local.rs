//! `dms-rule local`: a local AWS with a sample organization, and the environment of programs that use it.

mod ends;
mod environment;
mod execution;

use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::process::ExitCode;
use std::time::Duration;

use local_aws::{Sample, SampleRule};
use rule_core::rules::RULES;

use ends::{Ends, end};
use environment::shell_lines;
use execution::execute;

use crate::terminal::{self, print, progress_line};

/// The arguments of `dms-rule local`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The server listens on 127.0.0.1 alone, forwards nothing, and keeps everything in memory: a new start is as the first. Your \
own credentials, profiles and files of the AWS CLI are neither read nor printed.

Without COMMAND it prints lines for another terminal of your shell, and ends with Ctrl-C, with its terminal, with the program \
that started it, with standard input if that is a pipe, or after --minutes. With COMMAND it runs that program with the same \
environment, and ends with it. There the word dms-rule is this program. An AWS CLI before 2.13 or 1.29 does not read \
AWS_ENDPOINT_URL: in a script of your own, give it --endpoint-url \"$AWS_ENDPOINT_URL\".

The organization has six accounts and three Regions. Yours is 123456789012, orders: in eu-west-1 it has the public instance \
orders-migration, with three tasks. One account has an exempt instance, a service control policy denies one Region to two, \
one lacks the role DmsRuleReader, one is suspended; AWS Config has gaps. DMS takes seconds for what takes minutes in AWS. \
After a new start, delete the journal of an apply that had not ended (PLAN.journal.jsonl). The exemption counts with \
--rule-parameters '{\"exemptionTagKey\": \"PublicDmsApproved\"}'.

These operations work there, and no others:
  AWS DMS        AddTagsToResource, CreateReplicationInstance, CreateReplicationTask, DeleteReplicationInstance,
                 DeleteReplicationTask, DescribeAccountAttributes, DescribeCertificates, DescribeConnections,
                 DescribeDataMigrations, DescribeDataProviders, DescribeEndpoints, DescribeEngineVersions,
                 DescribeEventSubscriptions, DescribeInstanceProfiles, DescribeOrderableReplicationInstances,
                 DescribePendingMaintenanceActions, DescribeReplicationConfigs, DescribeReplicationInstances, DescribeReplicationSubnetGroups, DescribeReplicationTasks,
                 DescribeTableStatistics, ListTagsForResource, ModifyReplicationInstance, MoveReplicationTask,
                 RemoveTagsFromResource, StartReplicationTask, StopReplicationTask, TestConnection
  AWS Config     DescribeConfigRuleEvaluationStatus, DescribeConfigRules, DescribeConfigurationAggregatorSourcesStatus,
                 DescribeConfigurationRecorderStatus, DescribeConfigurationRecorders, GetComplianceDetailsByConfigRule,
                 GetResourceConfigHistory, ListDiscoveredResources, PutEvaluations, SelectAggregateResourceConfig,
                 SelectResourceConfig
  Organizations  ListAccounts, ListAccountsForParent, ListOrganizationalUnitsForParent
  others         AssumeRole, DescribeKey, GetCallerIdentity, ListAliases, ListRegions
AWS Config evaluates nothing there: its results stay as they are when a resource changes.

Examples:
  dms-rule local
  dms-rule local -- bash
  dms-rule local -- dms-rule scan
  dms-rule local -- dms-rule coverage --accounts organization --role-name DmsRuleReader
  dms-rule local -- aws dms describe-replication-instances

Exit codes:
  0  it was stopped, or its time is over; with COMMAND, COMMAND ended with 0
  2  it could not start, or COMMAND was ended after --minutes
  With COMMAND any other is that of COMMAND, 128 and the number of the signal if one ended it")]
pub(crate) struct Arguments {
    /// Listen on this port of 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// End after this time
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=1440))]
    minutes: u16,
    /// The program to run, with its arguments
    #[arg(value_name = "COMMAND", last = true)]
    command: Vec<OsString>,
}

/// The commands to type next, each with what it shows.
const NEXT: [(&str, &str); 5] = [
    ("dms-rule scan", "your account: the public instance first"),
    (
        "dms-rule scan --accounts organization --role-name DmsRuleReader",
        "all accounts, with what could not be read",
    ),
    (
        "dms-rule coverage --accounts organization --role-name DmsRuleReader",
        "where AWS Config evaluates the rules",
    ),
    ("dms-rule plan orders-migration --output json=plan.json", "how the instance becomes private"),
    ("dms-rule apply plan.json", "does it, and asks before what interrupts"),
];

/// Starts the server, and waits for its end.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let rules: Vec<SampleRule> = RULES
        .iter()
        .map(|rule| SampleRule { name: rule.identifier, on_change: rule.has_changes() })
        .collect();
    let sample =
        Sample::start(arguments.port, &rules).map_err(|error| cannot_listen(arguments.port, &error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        let ends = Ends::new()?;
        let time = Duration::from_mins(arguments.minutes.into());
        match arguments.command.split_first() {
            None => serve(&sample, ends, time).await,
            Some((program, rest)) => {
                let minutes = arguments.minutes;
                let hint =
                    format!("A local AWS runs until this shell ends, for {minutes} minutes at most. Type");
                execute(&sample, program, rest, ends, time, &next(&hint)).await
            }
        }
    });
    runtime.shutdown_background();
    code
}

fn cannot_listen(port: Option<u16>, error: &io::Error) -> String {
    match port {
        Some(port) if error.kind() == ErrorKind::AddrInUse => {
            format!("127.0.0.1:{port} is in use: name another port with --port, or leave the option out")
        }
        Some(port) => format!("127.0.0.1:{port}: {error}"),
        None => format!("127.0.0.1: {error}"),
    }
}

/// Prints the environment, and waits until the server is to end.
async fn serve(sample: &Sample, mut ends: Ends, time: Duration) -> Result<ExitCode, Box<dyn Error>> {
    let minutes = time.as_secs() / 60;
    let endpoint = sample.aws.endpoint();
    let first = format!(
        "A local AWS runs at {endpoint}, for {minutes} minutes or until Ctrl-C. Nothing leaves this machine."
    );
    progress_line(&textwrap::fill(&first, textwrap::termwidth()));
    progress_line("These lines are the environment of another terminal:\n");
    print(&shell_lines(sample))?;
    progress_line(&format!("\n{}", next("There, type")));
    let note = end(&mut ends, time).await?;
    if !note.is_empty() {
        terminal::note(format!("{note}: the local AWS ends"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the commands to type next.
fn next(beginning: &str) -> String {
    let width = NEXT.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    let wide = textwrap::termwidth() > width + 50;
    let mut text = format!("{beginning}:");
    for (command, shows) in NEXT {
        if wide {
            let _ = write!(text, "\n  {command:width$}  # {shows}");
        } else {
            let _ = write!(text, "\n  # {shows}\n  {command}");
        }
    }
    text
}
