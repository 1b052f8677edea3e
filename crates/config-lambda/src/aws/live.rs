//! AWS as a person with credentials of their own sees it: who they are, which accounts and Regions there are.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_config::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use serde::Deserialize;
use serde_json::Value;

use super::clients::{Session, assume_role, http_client};
use super::config_service::next_page;
use super::environment::{retries, timeouts};
use super::failure;
use super::wire::Wire;
use crate::Error;
use crate::journal::Journal;

/// Where the APIs without a Region of their own are asked if none is configured.
const HOME: &str = "us-east-1";

/// The person's own credentials, and the account that they are of.
pub(crate) struct Live {
    config: SdkConfig,
    journal: Arc<Journal>,
    pub(crate) own: String,
    partition: String,
}

/// An account, with credentials that can look at it.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) account_id: String,
    config: SdkConfig,
}

/// What an aggregator holds.
pub(crate) struct Aggregated {
    /// Items, as text.
    pub(crate) results: Vec<String>,
    /// Account and Region of each source that was not read to the end, and what AWS Config says of it.
    pub(crate) stale: Vec<(String, String, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionsPage {
    regions: Vec<RegionEntry>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RegionEntry {
    region_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccountsPage {
    accounts: Vec<AccountEntry>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccountEntry {
    id: String,
    status: Option<String>,
    state: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResultsPage {
    results: Vec<String>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SourcesPage {
    aggregated_source_status_list: Vec<Value>,
    next_token: Option<String>,
}

impl Live {
    /// Loads the person's credentials from wherever the AWS CLI would, and asks whose they are.
    pub(crate) async fn load(profile: Option<&str>) -> Result<Self, Error> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .retry_config(retries())
            .timeout_config(timeouts())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let mut config = loader.load().await;
        if config.region().is_none() {
            config = config.into_builder().region(Region::new(HOME)).build();
        }
        let journal = Arc::new(Journal::default());
        let wire = Wire::new("GetCallerIdentity", &journal);
        let answer = aws_sdk_sts::Client::new(&config).get_caller_identity();
        let answer = answer.customize().interceptor(wire.clone()).send().await;
        let answer =
            answer.map_err(|error| failure::error(wire.operation(), "of your credentials", &error))?;
        let own = answer
            .account()
            .ok_or_else(|| Error::internal("GetCallerIdentity: the answer names no account"))?;
        let partition = answer.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
        Ok(Self { own: own.to_owned(), partition: partition.to_owned(), config, journal })
    }

    /// The Region of the person's configuration.
    pub(crate) fn region(&self) -> String {
        self.config.region().map_or(HOME, AsRef::as_ref).to_owned()
    }

    /// The accounts of the organization: those that are active, and the others.
    pub(crate) async fn organization(&self) -> Result<(Vec<String>, Vec<String>), Error> {
        let client = aws_sdk_organizations::Client::new(&self.config);
        let wire = Wire::unread("ListAccounts", &self.journal);
        let (mut active, mut others) = (Vec::new(), Vec::new());
        let mut token: Option<String> = None;
        for number in 1.. {
            let request = client.list_accounts().set_next_token(token.clone());
            let answer = request.customize().interceptor(wire.clone()).send().await;
            let page: AccountsPage = wire.listing("of the organization", answer)?;
            for AccountEntry { id, status, state } in page.accounts {
                let word = state.or(status).unwrap_or_default();
                if word == "ACTIVE" { active.push(id) } else { others.push(id) }
            }
            token = next_page(&wire, token.as_deref(), page.next_token, number)?;
            if token.is_none() {
                break;
            }
        }
        Ok((active, others))
    }

    /// Credentials for an account: the person's own, or those of a role in it.
    pub(crate) async fn member(&self, account_id: &str, role_name: Option<&str>) -> Result<Member, Error> {
        let Some(role) = role_name.filter(|_| account_id != self.own) else {
            if account_id != self.own {
                return Err(Error::bad_input(format!(
                    "account {account_id} is not that of your credentials ({}); name a role in it with --role-name",
                    self.own
                )));
            }
            return Ok(Member { account_id: account_id.to_owned(), config: self.config.clone() });
        };
        let role = format!("arn:{}:iam::{account_id}:role/{role}", self.partition);
        let sts = aws_sdk_sts::config::Builder::from(&self.config).build();
        let credentials = assume_role(sts, &role, "dms-rule-scan", &self.journal).await?;
        let config = self.config.clone().into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
        Ok(Member { account_id: account_id.to_owned(), config })
    }

    /// The Regions that are enabled in an account.
    pub(crate) async fn regions(&self, of: &Member) -> Result<Vec<String>, Error> {
        use aws_sdk_account::types::RegionOptStatus::{Enabled, EnabledByDefault};
        let client = aws_sdk_account::Client::new(&of.config);
        let wire = Wire::unread("ListRegions", &self.journal);
        let mut regions = Vec::new();
        let mut token: Option<String> = None;
        for number in 1.. {
            let request = client
                .list_regions()
                .max_results(50)
                .region_opt_status_contains(Enabled)
                .region_opt_status_contains(EnabledByDefault)
                .set_next_token(token.clone());
            let answer = request.customize().interceptor(wire.clone()).send().await;
            let page: RegionsPage = wire.listing(&format!("of account {}", of.account_id), answer)?;
            regions.extend(page.regions.into_iter().map(|region| region.region_name));
            token = next_page(&wire, token.as_deref(), page.next_token, number)?;
            if token.is_none() {
                break;
            }
        }
        if regions.is_empty() {
            return Err(Error::internal(format!(
                "ListRegions of account {}: the answer names no Region. Next: name the Regions with --region",
                of.account_id
            )));
        }
        regions.sort();
        Ok(regions)
    }

    /// DMS and KMS of an account in a Region.
    pub(crate) fn session(&self, of: &Member, region: &str) -> Session {
        let config = of.config.clone().into_builder().region(Region::new(region.to_owned())).build();
        let arns = format!("arn:{}:dms:{region}:{}:", self.partition, of.account_id);
        Session::of_config(config, &Arc::new(Journal::default()), arns)
    }

    /// Everything of these types that an aggregator holds.
    pub(crate) async fn aggregated(
        &self,
        name: &str,
        region: &str,
        types: &[&str],
    ) -> Result<Aggregated, Error> {
        let config = self.config.clone().into_builder().region(Region::new(region.to_owned())).build();
        let client = aws_sdk_config::Client::new(&config);
        let listed: Vec<String> = types.iter().map(|name| format!("'{name}'")).collect();
        let expression = format!(
            "SELECT accountId, awsRegion, resourceType, resourceId, resourceName, arn, configuration, tags, configurationItemStatus, configurationItemCaptureTime WHERE resourceType IN ({})",
            listed.join(", ")
        );
        let about = format!("of aggregator {name}");
        let wire = Wire::unread("SelectAggregateResourceConfig", &self.journal);
        let mut results = Vec::new();
        let mut token: Option<String> = None;
        for number in 1.. {
            let request = client
                .select_aggregate_resource_config()
                .configuration_aggregator_name(name)
                .expression(&expression)
                .limit(100)
                .set_next_token(token.clone());
            let answer = request.customize().interceptor(wire.clone()).send().await;
            let page: ResultsPage = wire.listing(&about, answer)?;
            results.extend(page.results);
            token = next_page(&wire, token.as_deref(), page.next_token, number)?;
            if token.is_none() {
                break;
            }
        }
        let wire = Wire::unread("DescribeConfigurationAggregatorSourcesStatus", &self.journal);
        let mut stale = Vec::new();
        for number in 1.. {
            let request = client
                .describe_configuration_aggregator_sources_status()
                .configuration_aggregator_name(name)
                .limit(100)
                .set_next_token(token.clone());
            let answer = request.customize().interceptor(wire.clone()).send().await;
            let page: SourcesPage = wire.listing(&about, answer)?;
            for source in page.aggregated_source_status_list {
                let text =
                    |name: &str| source.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                let status = text("LastUpdateStatus");
                if status != "SUCCEEDED" {
                    let error = [status, text("LastErrorCode"), text("LastErrorMessage")];
                    let words: Vec<String> = error.into_iter().filter(|word| !word.is_empty()).collect();
                    stale.push((text("SourceId"), text("AwsRegion"), words.join(": ")));
                }
            }
            token = next_page(&wire, token.as_deref(), page.next_token, number)?;
            if token.is_none() {
                break;
            }
        }
        Ok(Aggregated { results, stale })
    }
}
