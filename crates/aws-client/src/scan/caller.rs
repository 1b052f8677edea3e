use std::sync::Arc;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_config::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use rule_core::Arn;

use super::profiles::Profiles;
use crate::assume_role::assume_role;
use crate::clients::Clients;
use crate::environment::{retries, timeouts};
use crate::error::{Cause, Error};
use crate::http_client::http_client;
use crate::journal::Journal;
use crate::session::Session;
use crate::wire::Wire;

/// The Region of APIs without a Region of their own, if none is configured.
const DEFAULT_REGION: &str = "us-east-1";

/// The name under which CloudTrail shows what a scan does with a role.
const ROLE_SESSION_NAME: &str = "dms-rule-scan";

/// A person's credentials, and the account that they belong to.
#[derive(Debug)]
pub struct Caller {
    config: SdkConfig,
    journal: Arc<Journal>,
    account_id: String,
    arn: Option<String>,
    partition: String,
    external_id: Option<String>,
}

/// An account, with credentials that work in it.
#[derive(Clone, Debug)]
pub struct Account {
    id: String,
    role_arn: Option<String>,
    config: SdkConfig,
}

impl Account {
    /// Returns the account id, 12 digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the ARN of the role that was assumed; `None` with the person's own credentials.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.role_arn.as_deref()
    }

    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }
}

impl Caller {
    /// Loads credentials from wherever the AWS CLI finds them, and reads their account. A profile that is named comes
    /// before keys in the environment, as it does in the AWS CLI, and nothing else is tried.
    ///
    /// # Errors
    /// Returns the error of `GetCallerIdentity`, [`Cause::Credentials`] if there are none, or [`Cause::CaBundle`].
    pub async fn load(profile: Option<&str>) -> Result<Self, Error> {
        let http_client = http_client()?;
        let profiles = Profiles::load(profile).await?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client.clone())
            .retry_config(retries())
            .timeout_config(timeouts())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let mut config = loader.load().await;
        if config.region().is_none() {
            config = config.into_builder().region(Region::new(DEFAULT_REGION)).build();
        }
        if let Some(profile) = profile {
            let region = config.region().cloned();
            let settings = ProviderConfig::without_region().with_http_client(http_client).with_region(region);
            let provider =
                ProfileFileCredentialsProvider::builder().configure(&settings).profile_name(profile).build();
            config =
                config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
        }
        let journal = Arc::new(Journal::default());
        let wire = Wire::typed("GetCallerIdentity", &journal);
        let subject = "of your credentials";
        let first_call = aws_sdk_sts::config::Builder::from(&config).retry_config(first_retries()).build();
        let request = aws_sdk_sts::Client::from_conf(first_call).get_caller_identity();
        let result = request.customize().interceptor(wire.clone()).send().await;
        let identity = result.map_err(|error| profiles.explain(wire.error(subject, &error), &error))?;
        let account_id = identity
            .account()
            .ok_or_else(|| Error::new("GetCallerIdentity", subject, Cause::unreadable("names no account")))?;
        let partition = identity.arn().and_then(Arn::parse).map_or("aws", |arn| arn.partition);
        Ok(Self {
            account_id: account_id.to_owned(),
            arn: identity.arn().map(str::to_owned),
            partition: partition.to_owned(),
            external_id: None,
            config,
            journal,
        })
    }

    /// Sets the external id with which roles are assumed.
    #[must_use]
    pub fn with_external_id(mut self, external_id: Option<String>) -> Self {
        self.external_id = external_id;
        self
    }

    /// Returns the external id with which roles are assumed.
    #[must_use]
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// Returns the ARN of the role session or user that the credentials belong to; `None` if AWS did not send it.
    #[must_use]
    pub fn arn(&self) -> Option<&str> {
        self.arn.as_deref()
    }

    /// Returns the account of the credentials.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// Returns the Region of the configuration, `us-east-1` if it names none.
    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or(DEFAULT_REGION, AsRef::as_ref)
    }

    /// Returns the account of the credentials, with these.
    #[must_use]
    pub fn own_account(&self) -> Account {
        Account { id: self.account_id.clone(), role_arn: None, config: self.config.clone() }
    }

    /// Returns credentials for an account: the person's own, or those of a role in it.
    ///
    /// # Errors
    /// Returns the error of `AssumeRole`, or [`Cause::NoRole`] if another account needs a role and none is
    /// named.
    pub async fn account(&self, id: &str, role_name: Option<&str>) -> Result<Account, Error> {
        if id == self.account_id {
            return Ok(self.own_account());
        }
        let Some(role_name) = role_name else {
            return Err(Error::new("account", id, Cause::NoRole { own: self.account_id.clone() }));
        };
        let role_arn = format!("arn:{}:iam::{id}:role/{role_name}", self.partition);
        let sts = aws_sdk_sts::config::Builder::from(&self.config).build();
        let credentials =
            assume_role(sts, &role_arn, ROLE_SESSION_NAME, self.external_id.as_deref(), &self.journal)
                .await?;
        let config = self.config.clone().into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
        Ok(Account { id: id.to_owned(), role_arn: Some(role_arn), config })
    }

    /// Opens a session in a Region of an account.
    #[must_use]
    pub fn session(&self, account: &Account, region: &str) -> Session {
        let config = in_region(&account.config, region);
        let clients = Arc::new(Clients::new(config, None));
        Session::new(clients, &Arc::default(), &self.partition, Some(&account.id))
    }

    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }

    pub(crate) fn config_in(&self, region: &str) -> SdkConfig {
        in_region(&self.config, region)
    }

    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }
}

/// Returns how often the first call is tried again: seldom, since a person waits for it, and what keeps it from AWS
/// mostly does not pass.
fn first_retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(100))
}

pub(crate) fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config.clone().into_builder().region(Region::new(region.to_owned())).build()
}
