use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::{Region, SdkConfig};
use aws_sdk_config::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use rule_core::{Fact, KmsKey};
use tokio::sync::{Mutex, OnceCell};

use super::wire::Wire;
use super::{environment, failure};
use crate::journal::Journal;
use crate::{ConfigEvent, Error};

/// The roots that AWS's public endpoints chain to. Loading the system's store instead is most of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// A role's credentials are used while they outlive the longest invocation.
const LONGEST_INVOCATION: Duration = Duration::from_mins(15);

pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Role chaining allows an hour at most.
const ROLE_SESSION_SECONDS: i32 = 3600;

/// The role and the Region, where they are not the function's own.
type Place = (Option<String>, Option<String>);

/// The clients, kept from one invocation to the next, by role and Region.
pub(crate) struct Aws {
    config: SdkConfig,
    clients: Mutex<HashMap<Place, Arc<Clients>>>,
}

struct Clients {
    config: SdkConfig,
    config_service: aws_sdk_config::Client,
    /// Most invocations are change notifications, which never ask DMS.
    dms: OnceCell<aws_sdk_dms::Client>,
    kms: OnceCell<aws_sdk_kms::Client>,
    expires: Option<SystemTime>,
}

/// AWS as one invocation sees it: the account and Region of its rule.
pub(crate) struct Session {
    clients: Arc<Clients>,
    pub(super) journal: Arc<Journal>,
    /// `arn:PARTITION:dms:REGION:ACCOUNT:`, where the event tells it all.
    dms_arns: Option<String>,
    pub(super) kms_keys: Mutex<HashMap<String, Arc<OnceCell<Fact<KmsKey>>>>>,
    denied: std::sync::Mutex<Option<Error>>,
}

impl Aws {
    /// Reads the environment that Lambda gives; makes no call.
    pub(crate) fn from_env() -> Self {
        let config = environment::settings();
        let own = Arc::new(Clients::new(config.clone(), None));
        Self { config, clients: Mutex::new(HashMap::from([((None, None), own)])) }
    }

    /// The clients for an event: of the role that its rule asks for, in the Region of the rule.
    pub(crate) async fn session(
        &self,
        event: &ConfigEvent,
        function_arn: &str,
        journal: &Arc<Journal>,
    ) -> Result<Session, Error> {
        let role = event.role_to_assume(function_arn)?;
        let elsewhere =
            event.region().filter(|region| self.config.region().is_none_or(|own| own.as_ref() != *region));
        let key = (role, elsewhere.map(str::to_owned));
        let mut clients = self.clients.lock().await;
        if let Some(clients) = clients.get(&key).filter(|clients| clients.outlive_the_invocation()) {
            return Ok(Session::of_event(clients, journal, event, function_arn));
        }
        let mut config = self.config.clone().into_builder();
        if let Some(region) = &key.1 {
            config = config.region(Region::new(region.clone()));
        }
        let mut expires = None;
        if let Some(role) = &key.0 {
            let credentials = self.assume(role, event, journal).await?;
            expires = credentials.expiry();
            config = config.credentials_provider(SharedCredentialsProvider::new(credentials));
        }
        let made = Arc::new(Clients::new(config.build(), expires));
        clients.insert(key, Arc::clone(&made));
        Ok(Session::of_event(&made, journal, event, function_arn))
    }

    async fn assume(
        &self,
        role: &str,
        event: &ConfigEvent,
        journal: &Arc<Journal>,
    ) -> Result<Credentials, Error> {
        let mut config = aws_sdk_sts::config::Builder::from(&self.config);
        if let Some(region) = &event.rule_parameters.execution_role.region {
            config = config.region(Region::new(region.clone()));
        }
        assume_role(config.build(), role, "configLambdaExecution", journal).await
    }
}

impl Clients {
    fn new(config: SdkConfig, expires: Option<SystemTime>) -> Self {
        let config_service = aws_sdk_config::Client::new(&config);
        Self { config, config_service, dms: OnceCell::new(), kms: OnceCell::new(), expires }
    }

    fn outlive_the_invocation(&self) -> bool {
        self.expires.is_none_or(|expires| expires > SystemTime::now() + LONGEST_INVOCATION)
    }
}

impl Session {
    fn of_event(
        clients: &Arc<Clients>,
        journal: &Arc<Journal>,
        event: &ConfigEvent,
        function_arn: &str,
    ) -> Self {
        let region = clients.config.region();
        let dms_arns = event.account().zip(region).map(|(account, region)| {
            format!("arn:{}:dms:{region}:{account}:", event.partition(function_arn))
        });
        Self::new(clients, journal, dms_arns)
    }

    /// A session of these credentials in this Region; `dms_arns` is how the ARNs of DMS begin there.
    #[cfg(feature = "scan")]
    pub(super) fn of_config(config: SdkConfig, journal: &Arc<Journal>, dms_arns: String) -> Self {
        Self::new(&Arc::new(Clients::new(config, None)), journal, Some(dms_arns))
    }

    fn new(clients: &Arc<Clients>, journal: &Arc<Journal>, dms_arns: Option<String>) -> Self {
        Self {
            clients: Arc::clone(clients),
            journal: Arc::clone(journal),
            dms_arns,
            kms_keys: Mutex::default(),
            denied: std::sync::Mutex::default(),
        }
    }

    /// The ARN of a DMS resource of which DMS answers none.
    pub(super) fn dms_arn(&self, word: &str, name: &str) -> Option<String> {
        self.dms_arns.as_ref().map(|start| format!("{start}{word}:{name}"))
    }

    /// Remembers a denial that made a verdict unknown: the verdict is put all the same.
    pub(super) fn denied(&self, error: Error) {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Ends the invocation, once everything was put.
    ///
    /// # Errors
    /// A look-up was denied.
    pub(crate) fn end(&self) -> Result<(), Error> {
        let denied = self.denied.lock().unwrap_or_else(PoisonError::into_inner).take();
        denied.map_or(Ok(()), Err)
    }

    pub(super) async fn kms(&self) -> &aws_sdk_kms::Client {
        self.clients.kms.get_or_init(|| async { aws_sdk_kms::Client::new(&self.clients.config) }).await
    }

    pub(super) fn config_service(&self) -> &aws_sdk_config::Client {
        &self.clients.config_service
    }

    pub(super) async fn dms(&self) -> &aws_sdk_dms::Client {
        self.clients.dms.get_or_init(|| async { aws_sdk_dms::Client::new(&self.clients.config) }).await
    }
}

/// Keys of a role, for [`ROLE_SESSION_SECONDS`].
pub(super) async fn assume_role(
    config: aws_sdk_sts::Config,
    role: &str,
    session_name: &str,
    journal: &Arc<Journal>,
) -> Result<Credentials, Error> {
    let wire = Wire::new("AssumeRole", journal);
    let answer = aws_sdk_sts::Client::from_conf(config)
        .assume_role()
        .role_arn(role)
        .role_session_name(session_name)
        .duration_seconds(ROLE_SESSION_SECONDS)
        .customize()
        .interceptor(wire.clone())
        .send()
        .await;
    let answer = answer.map_err(|error| failure::error(wire.operation(), &format!("of {role}"), &error))?;
    let given = answer
        .credentials()
        .ok_or_else(|| Error::internal(format!("AssumeRole of {role}: the answer holds no credentials")))?;
    Ok(Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        Some(given.session_token().to_owned()),
        SystemTime::try_from(*given.expiration()).ok(),
        "AssumeRole",
    ))
}

/// TLS by ring: its start-up costs a fortieth of aws-lc's, which gathers entropy anew in every process.
pub(super) fn http_client() -> SharedHttpClient {
    let mut roots = if trusts_the_system() {
        TrustStore::empty().with_native_roots(true)
    } else {
        TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)
    };
    // A private CA beside them: nothing else that the system trusts is needed for it.
    if let Some(bundle) = std::env::var_os("AWS_CA_BUNDLE").and_then(|path| std::fs::read(path).ok()) {
        roots = roots.with_pem_certificate(bundle);
    }
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
    let builder =
        Connector::builder().connector_settings(settings).tls_provider(Provider::Rustls(CryptoMode::Ring));
    let connector = match TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => builder.tls_context(context).build(),
        Err(_) => builder.build(), // the system's roots
    };
    // One for all clients: the SDK's own would read the roots again for each client, and once more for the first call.
    let connector = SharedHttpConnector::new(connector);
    http_client_fn(move |_, _| connector.clone())
}

/// Where endpoints may chain to other roots than Amazon's, and to which is not said: behind a proxy, and in other
/// partitions.
fn trusts_the_system() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let other_partition = std::env::var("AWS_REGION").is_ok_and(|region| {
        ["cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"].iter().any(|start| region.starts_with(start))
    });
    other_partition
        || ["SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"].into_iter().any(set)
}
