//! A sample organization: accounts, Regions and resources for a person who tries the programs of this project without an
//! account of AWS.
//!
//! Its content is `sample/organization.json`. A place is an account in a Region; `{day+30}` in a text stands for the day
//! thirty days from the start. Places without resources are listed too: AWS Config works there, or does not.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::{Account, Aggregator, EvaluationResult};
use crate::credentials::Credentials;
use crate::fault::{Fault, FaultKind};
use crate::fleet::{Fleet, KmsKey};
use crate::kinds::Kind;
use crate::local_aws::LocalAws;
use crate::recorder::{configuration_item_of, discovered};
use crate::settling::Settling;

const ORGANIZATION: &str = include_str!("sample/organization.json");

/// The time that DMS takes for each transitional status: enough to be seen, and less than a minute for a whole move.
const SETTLING: [(&str, u64); 7] = [
    ("creating", 3000),
    ("modifying", 1000),
    ("deleting", 2000),
    ("testing", 1000),
    ("stopping", 1000),
    ("moving", 2000),
    ("starting", 1000),
];

/// A local AWS with the sample organization.
#[derive(Debug)]
pub struct Sample {
    /// The server.
    pub aws: LocalAws,
    /// Credentials of [`ACCOUNT`](Self::ACCOUNT). No AWS accepts them: the id is not of its form.
    pub credentials: Credentials,
}

/// A rule that is deployed in every place.
#[derive(Clone, Copy, Debug)]
pub struct SampleRule {
    /// The name of the rule.
    pub name: &'static str,
    /// True if changes trigger it, besides the schedule.
    pub on_change: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Organization {
    accounts: Vec<Member>,
    regions: Vec<String>,
    denied: Vec<Denied>,
    places: Vec<Place>,
}

/// An account of the organization.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Member {
    id: String,
    name: String,
    state: String,
    has_role: bool,
}

/// An account and a Region in which a service control policy denies every call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Denied {
    account: String,
    region: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    account: String,
    region: String,
    #[serde(default)]
    dms: Fleet,
    #[serde(default)]
    keys: Vec<KmsKey>,
    /// The tables of each task by its ARN.
    #[serde(default)]
    tables: BTreeMap<String, Vec<Value>>,
    /// The resources of other services that AWS Config recorded, by type.
    #[serde(default)]
    recorded: BTreeMap<String, Vec<Value>>,
    #[serde(default)]
    recorder: Recording,
    /// The rules that are not deployed.
    #[serde(default)]
    missing: BTreeSet<String>,
    /// The rules whose last run failed, with the error.
    #[serde(default)]
    failing: BTreeMap<String, String>,
    /// The results that AWS Config has.
    #[serde(default)]
    results: Vec<StoredResult>,
}

/// The state of the recorder in a place.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Recording {
    #[default]
    On,
    Stopped,
    None,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StoredResult {
    rule: String,
    resource_type: String,
    resource_id: String,
    compliance_type: String,
    annotation: String,
}

impl Sample {
    /// The account of the credentials: a delegated administrator of the organization, with the public instance
    /// `orders-migration`.
    pub const ACCOUNT: &str = "123456789012";
    /// The Region of that instance.
    pub const REGION: &str = "eu-west-1";
    /// The role to assume in the other accounts.
    pub const ROLE: &str = "DmsRuleReader";
    /// The tag by which the deployed rules exempt a resource.
    pub const EXEMPTION_TAG: &str = "PublicDmsApproved";
    /// The name of the aggregator, in the account and Region above.
    pub const AGGREGATOR: &str = "organization";

    /// Starts the server on a port of 127.0.0.1, or on a free one, and fills it. `rules` are deployed in every place.
    ///
    /// # Errors
    /// Returns an error if the port is not available.
    pub fn start(port: Option<u16>, rules: &[SampleRule]) -> io::Result<Self> {
        let now = Utc::now();
        let organization: Organization = serde_json::from_str(&with_days(ORGANIZATION, now))?;
        let aws = LocalAws::start_on(port.unwrap_or_default())?;
        let credentials = Credentials {
            access_key_id: "LOCALEXAMPLEONLY".to_owned(),
            secret_access_key: "no-secret-of-any-aws-account".to_owned(),
            session_token: "local-example-session".to_owned(),
        };
        aws.accept(Self::ACCOUNT, credentials.clone());
        fill(&aws, organization, rules, now);
        Ok(Self { aws, credentials })
    }
}

/// Replaces `{day+N}` by the day N days from now.
fn with_days(text: &str, now: DateTime<Utc>) -> String {
    let mut parts = text.split("{day+");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (days, rest) = part.split_once('}').unwrap_or_default();
        let day = now + TimeDelta::days(days.parse().unwrap_or_default());
        result += &day.format("%Y-%m-%d").to_string();
        result += rest;
    }
    result
}

fn fill(aws: &LocalAws, organization: Organization, rules: &[SampleRule], now: DateTime<Utc>) {
    let Organization { accounts, regions, denied, places } = organization;
    aws.set_organization(accounts.iter().map(|member| (member.id.clone(), member.state.clone())).collect());
    for member in &accounts {
        aws.set_account_name(&member.id, &member.name);
        aws.set_regions(&member.id, regions.iter().map(|region| (region.clone(), true)).collect());
        if member.has_role {
            aws.account(&member.id, Sample::REGION, |account| {
                account.role_names.insert(Sample::ROLE.to_owned())
            });
        }
    }
    for Denied { account, region } in denied {
        aws.inject(Fault {
            operation: None,
            account_id: Some(account),
            region: Some(region),
            ..Fault::always("", FaultKind::DeniedByOrganization)
        });
    }
    let mut aggregator = Aggregator::default();
    for place in places {
        let status = if place.recorder == Recording::On { "SUCCEEDED" } else { "OUTDATED" };
        aggregator.sources.push((place.account.clone(), place.region.clone(), status.to_owned()));
        if place.recorder != Recording::None {
            aggregator.results.extend(items(&place, now).iter().map(Value::to_string));
        }
        let (account_id, region) = (place.account.clone(), place.region.clone());
        aws.account(&account_id, &region, |account| fill_place(account, place, rules, now));
    }
    aws.account(Sample::ACCOUNT, Sample::REGION, |account| {
        account.aggregators.insert(Sample::AGGREGATOR.to_owned(), aggregator);
    });
}

/// Builds the configuration items of the resources that a recorder knows.
fn items(place: &Place, now: DateTime<Utc>) -> Vec<Value> {
    let recorded = place.dms.iter().filter_map(|(list, resources)| Some((Kind::from_list(list)?, resources)));
    recorded
        .filter(|(kind, _)| kind.is_recorded)
        .flat_map(|(kind, resources)| resources.iter().map(move |resource| (kind.resource_type, resource)))
        .map(|(resource_type, resource)| {
            let captured = now - TimeDelta::days(3);
            configuration_item_of(resource_type, resource, &place.account, &place.region, captured)
        })
        .collect()
}

fn fill_place(account: &mut Account, place: Place, rules: &[SampleRule], now: DateTime<Utc>) {
    account.recorder = place.recorder != Recording::None;
    if account.recorder {
        account.history = items(&place, now);
        account.discovered_resources = discovered(&place.dms, &place.account, &place.region);
    }
    if place.recorder == Recording::Stopped {
        account.recorder_status.insert("recording".to_owned(), false.into());
    }
    let deployed: Vec<&SampleRule> = rules.iter().filter(|rule| !place.missing.contains(rule.name)).collect();
    account.config_rules = deployed.iter().map(|rule| config_rule(rule, &place)).collect();
    account.rule_statuses =
        deployed.iter().map(|rule| status(rule.name, place.failing.get(rule.name), now)).collect();
    for result in place.results {
        let stored = EvaluationResult {
            resource_type: result.resource_type,
            resource_id: result.resource_id,
            compliance_type: result.compliance_type,
            annotation: Some(result.annotation),
            ordering_timestamp: now - TimeDelta::hours(1),
        };
        account.hold_result(&result.rule, stored);
    }
    account.recorded = place
        .recorded
        .into_iter()
        .map(|(name, resources)| (name, resources.iter().map(Value::to_string).collect()))
        .collect();
    account.kms_keys = place.keys;
    account.dms = place.dms;
    account.simulation.tables = place.tables;
    account.simulation.settling = Settling::After(Duration::from_secs(1));
    account.simulation.settling_by_status = SETTLING
        .into_iter()
        .map(|(status, milliseconds)| {
            (status.to_owned(), Settling::After(Duration::from_millis(milliseconds)))
        })
        .collect();
}

/// Builds a rule as the templates of this project deploy it.
fn config_rule(rule: &SampleRule, place: &Place) -> Value {
    let on_change = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"];
    let messages = on_change.into_iter().filter(|_| rule.on_change).chain(["ScheduledNotification"]);
    let details: Vec<Value> =
        messages.map(|message| json!({"EventSource": "aws.config", "MessageType": message})).collect();
    let Place { account, region, .. } = place;
    let parameters = json!({"ruleIdentifier": rule.name, "exemptionTagKey": Sample::EXEMPTION_TAG});
    json!({
        "ConfigRuleName": rule.name,
        "ConfigRuleArn": format!("arn:aws:config:{region}:{account}:config-rule/{}", rule.name),
        "ConfigRuleState": "ACTIVE",
        "InputParameters": parameters.to_string(),
        "MaximumExecutionFrequency": "TwentyFour_Hours",
        "Source": {
            "Owner": "CUSTOM_LAMBDA",
            "SourceIdentifier": format!("arn:aws:lambda:{region}:{account}:function:dms-rules"),
            "SourceDetails": details,
        },
    })
}

/// Builds the status of a rule whose last run was an hour ago, or failed then with `error`.
fn status(name: &str, error: Option<&String>, now: DateTime<Utc>) -> Value {
    let hours_ago = |hours| (now - TimeDelta::hours(hours)).to_rfc3339();
    let mut status = json!({
        "ConfigRuleName": name,
        "LastSuccessfulInvocationTime": hours_ago(if error.is_some() { 25 } else { 1 }),
        "LastSuccessfulEvaluationTime": hours_ago(if error.is_some() { 25 } else { 1 }),
        "FirstActivatedTime": hours_ago(1000),
        "FirstEvaluationStarted": true,
    });
    if let (Value::Object(members), Some(error)) = (&mut status, error) {
        let (code, message) = error.split_once(": ").unwrap_or(("", error));
        members.insert("LastFailedInvocationTime".to_owned(), hours_ago(1).into());
        members.insert("LastErrorCode".to_owned(), code.into());
        members.insert("LastErrorMessage".to_owned(), message.into());
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_a_text_is_counted_from_the_start() {
        let now = "2026-12-15T10:00:00Z".parse().unwrap();
        assert_eq!(
            with_days("until {day+30} (OPS-12), {day+0}", now),
            "until 2027-01-14 (OPS-12), 2026-12-15"
        );
    }

    #[test]
    fn every_place_is_of_an_account_and_a_region_of_the_organization_and_none_is_missing() {
        let organization: Organization = serde_json::from_str(ORGANIZATION).unwrap();
        let mut places: Vec<(String, String)> =
            organization.places.iter().map(|place| (place.account.clone(), place.region.clone())).collect();
        places.sort();
        let with_role = organization.accounts.iter().filter(|account| account.has_role);
        let mut expected: Vec<(String, String)> = with_role
            .flat_map(|account| {
                organization.regions.iter().map(|region| (account.id.clone(), region.clone()))
            })
            .collect();
        expected.sort();
        assert_eq!(places, expected);
    }

    #[test]
    fn every_arn_is_of_the_place_that_it_is_in() {
        let organization: Organization = serde_json::from_str(ORGANIZATION).unwrap();
        for place in organization.places {
            let text = json!({"dms": place.dms, "recorded": place.recorded}).to_string();
            for arn in text.split("\"arn:aws:").skip(1) {
                let parts: Vec<&str> = arn.splitn(4, ':').collect();
                assert_eq!(parts.get(1..3).unwrap(), [place.region.as_str(), &place.account], "{arn}");
            }
        }
    }
}
