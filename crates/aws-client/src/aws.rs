use std::collections::HashMap;
use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_sdk_config::config::{Credentials, SharedCredentialsProvider};
use tokio::sync::Mutex;

use crate::assume_role::assume_role;
use crate::clients::Clients;
use crate::environment;
use crate::error::Error;
use crate::journal::Journal;
use crate::place::{Place, Role};
use crate::session::Session;

/// The name under which CloudTrail shows what the function does with a role; the Rule Development Kit's.
const ROLE_SESSION_NAME: &str = "configLambdaExecution";

/// A role's ARN and a Region, where they are not those of the environment.
type Key = (Option<String>, Option<String>);

/// AWS as a Lambda function reaches it. Clients are kept from one invocation to the next, by role and Region.
#[derive(Debug)]
pub struct Aws {
    config: SdkConfig,
    clients: Mutex<HashMap<Key, Arc<Clients>>>,
}

impl Aws {
    /// Reads the environment of a Lambda function; calls nothing.
    ///
    /// # Errors
    /// Returns [`Cause::CaBundle`](crate::Cause::CaBundle) if `AWS_CA_BUNDLE` names a file that cannot be
    /// used.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self::new(environment::settings()?))
    }

    /// Makes the clients of the function's own role and Region.
    pub(crate) fn new(config: SdkConfig) -> Self {
        let own = Arc::new(Clients::new(config.clone(), None));
        Self { config, clients: Mutex::new(HashMap::from([((None, None), own)])) }
    }

    /// Opens a session in a place, and assumes its role unless that was done before.
    ///
    /// # Errors
    /// Returns the error of `AssumeRole`.
    pub async fn session(&self, place: &Place, journal: &Arc<Journal>) -> Result<Session, Error> {
        let clients = self.clients(place, journal).await?;
        Ok(Session::new(clients, journal, &place.partition, place.account_id.as_deref()))
    }

    async fn clients(&self, place: &Place, journal: &Arc<Journal>) -> Result<Arc<Clients>, Error> {
        let own_region = self.config.region().map(AsRef::as_ref);
        let region = place.region.clone().filter(|region| own_region != Some(region.as_str()));
        let key = (place.role.as_ref().map(|role| role.arn.clone()), region);
        let mut clients = self.clients.lock().await;
        if let Some(clients) = clients.get(&key).filter(|clients| clients.outlive_the_invocation()) {
            return Ok(Arc::clone(clients));
        }
        let mut config = self.config.clone().into_builder();
        if let (_, Some(region)) = &key {
            config = config.region(Region::new(region.clone()));
        }
        let mut expires = None;
        if let Some(role) = &place.role {
            let credentials = self.assume(role, journal).await?;
            expires = credentials.expiry();
            config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
        }
        let made = Arc::new(Clients::new(config.build(), expires));
        clients.insert(key, Arc::clone(&made));
        Ok(made)
    }

    async fn assume(&self, role: &Role, journal: &Arc<Journal>) -> Result<Credentials, Error> {
        let mut config = aws_sdk_sts::config::Builder::from(&self.config);
        if let Some(region) = &role.sts_region {
            config = config.region(Region::new(region.clone()));
        }
        assume_role(config.build(), &role.arn, ROLE_SESSION_NAME, None, journal).await
    }
}
