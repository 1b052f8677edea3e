//! A role that is assumed for the acts, with credentials that are renewed.

use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_config::config::{Credentials, SharedCredentialsProvider};
use rule_core::Arn;

use crate::assume_role::assume_role;
use crate::clients::Clients;
use crate::error::{Cause, Error};
use crate::journal::Journal;
use crate::scan::Caller;
use crate::session::Session;

/// The name under which CloudTrail shows what is done with the role.
const ROLE_SESSION_NAME: &str = "dms-rule-apply";

/// The credentials of a role: those of the first call, then new ones whenever they expire, since creating an instance
/// and moving its tasks may take longer than they last.
#[derive(Debug)]
struct RoleCredentials {
    config: SdkConfig,
    role_arn: String,
    external_id: Option<String>,
    first: Mutex<Option<Credentials>>,
}

impl RoleCredentials {
    async fn assume(&self) -> Result<Credentials, Error> {
        let sts = aws_sdk_sts::config::Builder::from(&self.config).build();
        let external_id = self.external_id.as_deref();
        assume_role(sts, &self.role_arn, ROLE_SESSION_NAME, external_id, &Arc::new(Journal::default())).await
    }
}

impl ProvideCredentials for RoleCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
            match first {
                Some(credentials) => Ok(credentials),
                None => self.assume().await.map_err(CredentialsError::provider_error),
            }
        })
    }
}

impl Caller {
    /// Assumes a role and opens a session with it in a Region. The role is assumed again whenever its credentials expire.
    ///
    /// # Errors
    /// Returns the error of `AssumeRole`, and [`Cause::InvalidRequest`] if the ARN is not that of a role in an account.
    pub async fn session_with_role(
        &self,
        role_arn: &str,
        external_id: Option<&str>,
        region: &str,
    ) -> Result<Session, Error> {
        let account = Arn::parse(role_arn).filter(|arn| arn.service == "iam" && !arn.account_id.is_empty());
        let Some(arn) = account else {
            let cause = Cause::invalid_request("it is not the ARN of a role");
            return Err(Error::new("AssumeRole", format!("of {role_arn}"), cause));
        };
        let provider = RoleCredentials {
            config: self.config().clone(),
            role_arn: role_arn.to_owned(),
            external_id: external_id.map(str::to_owned),
            first: Mutex::default(),
        };
        let first = provider.assume().await?;
        *provider.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(first);
        let config = self.config_in(region).into_builder();
        let config = config.credentials_provider(SharedCredentialsProvider::new(provider)).build();
        let clients = Arc::new(Clients::new(config, None));
        Ok(Session::new(clients, &Arc::default(), arn.partition, Some(arn.account_id)))
    }
}
