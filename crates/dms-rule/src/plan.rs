//! `dms-rule plan`: how a public replication instance becomes private.

mod correction;
mod exposure;
mod instance_name;
mod live;
mod output;
mod records;
mod saved;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{SecondsFormat, Utc};
use remediation::{Choices, Plan};
use rule_core::Rule;

use crate::rule_name::RuleName;
use crate::scan::regions;
use crate::terminal;
use instance_name::InstanceName;
use output::Output;

/// The rule whose fix is a plan.
const PUBLIC: &str = "dms-replication-not-public";

/// The arguments of `dms-rule plan`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
DMS cannot change the public access of an instance. The plan creates a private one beside it, proves that it is \
private, tests every endpoint from it, and only then stops, moves and resumes the tasks, one by one. Deleting the old \
instance is a step of its own. Planning changes nothing.

Required permissions: dms:DescribeReplicationInstances, dms:DescribeReplicationTasks, dms:DescribeEndpoints and \
dms:ListTagsForResource. With dms:DescribeOrderableReplicationInstances, dms:DescribeEngineVersions, \
dms:DescribeAccountAttributes, dms:DescribePendingMaintenanceActions and dms:DescribeEventSubscriptions the plan knows \
more; what it does not know, it says.

Without an account, give the output of the AWS CLI with --from, one response a file:
  aws dms describe-replication-instances      aws dms describe-replication-tasks
  aws dms describe-endpoints                  aws dms list-tags-for-resource --resource-arn INSTANCE
  aws dms describe-orderable-replication-instances, describe-engine-versions, describe-account-attributes,
  describe-pending-maintenance-actions, describe-event-subscriptions
  aws ec2 describe-route-tables, describe-vpc-endpoints, and what `dms-rule check --network` reads, such as
  describe-security-groups, describe-network-acls, describe-network-interfaces: what of the Internet gets in
  aws cloudwatch describe-alarms
With credentials, the network is read as AWS Config recorded it (config:SelectResourceConfig), and alarms are not read: \
give saved responses of EC2 and CloudWatch with --beside.

Examples:
  dms-rule plan orders-migration --region eu-west-1
  dms-rule plan arn:aws:dms:eu-west-1:123456789012:rep:ABC --output json=plan.json --output markdown=change.md
  dms-rule plan orders-migration --from saved/ --format markdown
  dms-rule plan orders-migration --output sh=scripts/
  dms-rule plan --all --region eu-west-1
  dms-rule plan arn:aws:dms:eu-west-1:123456789012:endpoint:ABC --rule dms-endpoint-ssl-configured

Exit codes:
  0  the plan is ready; with --all, each plan is
  1  something blocks the plan, or one of the plans
  2  the plan could not be made")]
pub(crate) struct Arguments {
    /// The identifier or the ARN of the instance
    #[arg(value_name = "INSTANCE", required_unless_present_any = ["all", "schema"], conflicts_with = "all")]
    instance: Option<InstanceName>,
    /// Print the fix of this rule for the resource with this ARN instead
    #[arg(long, value_name = "NAME", value_parser = RuleName, hide_possible_values = true, conflicts_with = "all")]
    rule: Option<&'static Rule>,
    /// Plan for every public instance, and print one line for each
    #[arg(long)]
    all: bool,
    /// Read saved responses from this file or folder instead of calling DMS
    #[arg(long = "from", value_name = "PATH")]
    saved: Vec<PathBuf>,
    /// Read saved responses of EC2 and CloudWatch from this file or folder, beside live DMS
    #[arg(long, value_name = "PATH", conflicts_with = "saved")]
    beside: Vec<PathBuf>,
    #[command(flatten)]
    choices: ChoiceArguments,
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    output: Output,
}

/// The options that choose how the instance is replaced.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Choices")]
struct ChoiceArguments {
    /// The name of the new instance [default: the old one with -private]
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    name: Option<String>,
    /// Give the new instance the name of the old one in the end
    ///
    /// It keeps alarms, dashboards and event subscriptions that go by the name.
    #[arg(long)]
    rename: bool,
    /// Accept that tables whose load is not complete are loaded again
    #[arg(long)]
    reload: bool,
    /// The storage of the new instance in GiB [default: that of the old one]
    #[arg(long, value_name = "GIB", conflicts_with = "all", value_parser = clap::value_parser!(i64).range(5..=6144))]
    allocated_storage: Option<i64>,
    /// Move by API although code manages the instance; the code is changed by hand
    #[arg(long)]
    managed: bool,
}

/// The options that choose the place and the credentials.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Place")]
struct PlaceArguments {
    /// The Region [default: that of the ARN or the configuration; with --all, all that are enabled]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',', value_parser = regions::region)]
    regions: Vec<String>,
    /// The profile of the AWS CLI
    #[arg(long, value_name = "NAME", conflicts_with = "saved")]
    profile: Option<String>,
    /// The role to assume
    #[arg(long, value_name = "ARN", conflicts_with = "saved")]
    role_arn: Option<String>,
    /// The external id that the trust policy of the role requires
    #[arg(long, value_name = "ID", requires = "role_arn")]
    external_id: Option<String>,
}

impl ChoiceArguments {
    fn choices(&self) -> Choices {
        Choices {
            name: self.name.clone(),
            reload: self.reload,
            rename: self.rename,
            allocated_storage: self.allocated_storage,
            managed: self.managed,
        }
    }
}

impl Arguments {
    fn request<'a>(&'a self, instance: Option<&'a InstanceName>) -> live::Request<'a> {
        let place = &self.place;
        live::Request {
            instance,
            regions: &place.regions,
            profile: place.profile.as_deref(),
            role: place.role_arn.as_deref().map(|arn| (arn, place.external_id.as_deref())),
            name: self.choices.name.as_deref(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    if arguments.output.schema {
        Output::write_schema()?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(instance) = &arguments.instance
        && let Some(rule) = arguments.rule.filter(|rule| rule.identifier != PUBLIC)
    {
        let saved =
            (!arguments.saved.is_empty()).then(|| saved::Saved::read(&arguments.saved)).transpose()?;
        let request = arguments.request(Some(instance));
        correction::print(rule, &request, saved.as_ref(), &arguments.output)?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.instance.as_ref().and_then(InstanceName::arn_word).is_some_and(|word| word != "rep") {
        let text = "a plan is for a replication instance (arn:...:rep:...); for the fix of a rule name it with --rule";
        return Err(text.into());
    }
    let plans = if arguments.saved.is_empty() { from_dms(arguments)? } else { from_files(arguments)? };
    if arguments.all {
        arguments.output.write_overview(&plans)?;
    } else if let [plan] = plans.as_slice() {
        arguments.output.write(plan)?;
    }
    Ok(ExitCode::from(u8::from(!plans.iter().all(Plan::is_ready))))
}

/// Makes the plans from live DMS.
fn from_dms(arguments: &Arguments) -> Result<Vec<Plan>, Box<dyn Error>> {
    let saved = saved::Saved::read(&arguments.beside)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let request = arguments.request(arguments.instance.as_ref());
    let found = runtime.block_on(live::facts(&request, &saved, terminal::failure))?;
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let plans = found.iter().map(|(region, facts)| {
        remediation::plan(facts, arguments.choices.choices(), region, Some(now.clone()))
    });
    Ok(plans.collect())
}

/// Makes the plans from saved responses.
fn from_files(arguments: &Arguments) -> Result<Vec<Plan>, Box<dyn Error>> {
    let saved = saved::Saved::read(&arguments.saved)?;
    let region = arguments.place.regions.first().map(String::as_str);
    let found = saved.facts(arguments.instance.as_ref(), region)?;
    let plans = found
        .iter()
        .map(|(region, facts)| remediation::plan(facts, arguments.choices.choices(), region, None));
    Ok(plans.collect())
}
