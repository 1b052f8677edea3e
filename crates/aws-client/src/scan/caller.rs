use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_config::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use rule_core::Arn;

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
    partition: String,
}

/// An account, with credentials that work in it.
#[derive(Clone, Debug)]
pub struct Account {
    id: String,
    config: SdkConfig,
}

impl Account {
    /// Returns the account id, 12 digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }
}

impl Caller {
    /// Loads credentials from wherever the AWS CLI finds them, of this profile or the default one, and reads
    /// their account.
    ///
    /// # Errors
    /// Returns the error of `GetCallerIdentity`, or [`Cause::CaBundle`].
    pub async fn load(profile: Option<&str>) -> Result<Self, Error> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client()?)
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
        let journal = Arc::new(Journal::default());
        let wire = Wire::typed("GetCallerIdentity", &journal);
        let subject = "of your credentials";
        let request = aws_sdk_sts::Client::new(&config).get_caller_identity();
        let result = request.customize().interceptor(wire.clone()).send().await;
        let identity = result.map_err(|error| wire.error(subject, &error))?;
        let account_id = identity
            .account()
            .ok_or_else(|| Error::new("GetCallerIdentity", subject, Cause::unreadable("names no account")))?;
        let partition = identity.arn().and_then(Arn::parse).map_or("aws", |arn| arn.partition);
        Ok(Self { account_id: account_id.to_owned(), partition: partition.to_owned(), config, journal })
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

    /// Returns credentials for an account: the person's own, or those of a role in it.
    ///
    /// # Errors
    /// Returns the error of `AssumeRole`, or [`Cause::NoRole`] if another account needs a role and none is
    /// named.
    pub async fn account(&self, id: &str, role_name: Option<&str>) -> Result<Account, Error> {
        if id == self.account_id {
            return Ok(Account { id: id.to_owned(), config: self.config.clone() });
        }
        let Some(role_name) = role_name else {
            return Err(Error::new("account", id, Cause::NoRole { own: self.account_id.clone() }));
        };
        let role_arn = format!("arn:{}:iam::{id}:role/{role_name}", self.partition);
        let sts = aws_sdk_sts::config::Builder::from(&self.config).build();
        let credentials = assume_role(sts, &role_arn, ROLE_SESSION_NAME, &self.journal).await?;
        let config = self.config.clone().into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
        Ok(Account { id: id.to_owned(), config })
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

fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config.clone().into_builder().region(Region::new(region.to_owned())).build()
}
