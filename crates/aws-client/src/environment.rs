use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::identity::IdentityCache;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_runtime::env_config::EnvConfigValue;
use aws_sdk_config::config::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::os_shim_internal::Env;
use aws_types::sdk_config::Builder;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use crate::error::Error;
use crate::http_client::{CONNECT_TIMEOUT, http_client};

/// Reads the settings of an AWS SDK from Lambda's environment, by their names in the AWS SDKs and Tools
/// reference guide, "Environment variables"; calls nothing.
///
/// The loader of `aws_config` reads profile files, EC2's metadata and web identities too. A function has none
/// of them, and the code that reads them is a twelfth of the program.
///
/// # Errors
/// Returns the error of [`http_client`].
pub(crate) fn settings() -> Result<SdkConfig, Error> {
    let http_client = http_client()?;
    let credentials = credentials(&http_client);
    let mut settings = common(http_client, credentials).service_config(Endpoints);
    settings
        .set_region(text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION")).map(Region::new))
        .set_endpoint_url(
            text("AWS_ENDPOINT_URL").filter(|_| !is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")),
        )
        .set_use_fips(is_true("AWS_USE_FIPS_ENDPOINT").then_some(true))
        .set_use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT").then_some(true))
        .set_app_name(text("AWS_SDK_UA_APP_ID").and_then(|name| AppName::new(name).ok()));
    Ok(settings.build())
}

/// Returns the settings that no environment changes.
pub(crate) fn common(http_client: SharedHttpClient, credentials: SharedCredentialsProvider) -> Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().build())
        .http_client(http_client)
        .retry_config(retries())
        .timeout_config(timeouts())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

/// Takes the keys of Lambda's environment or, where Lambda restores a function from a snapshot, the address
/// that responds with them (AWS Lambda developer guide, "Lambda SnapStart").
fn credentials(http_client: &SharedHttpClient) -> SharedCredentialsProvider {
    if text("AWS_ACCESS_KEY_ID").is_some() {
        return SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
    }
    let provider = ProviderConfig::without_region().with_http_client(http_client.clone());
    SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(&provider).build())
}

/// Returns how often and after what pauses an operation is tried again.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(10)
        .with_initial_backoff(Duration::from_millis(200))
        .with_max_backoff(Duration::from_secs(5))
}

/// Returns how long an attempt of an operation may take.
pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(Duration::from_secs(10))
        .build()
}

fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn is_true(name: &str) -> bool {
    text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Reads the endpoint of one service, for example from `AWS_ENDPOINT_URL_CONFIG_SERVICE`.
#[derive(Debug)]
struct Endpoints;

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
            return None;
        }
        let env = Env::real();
        let value = EnvConfigValue::new().env(key.env()).service_id(key.service_id());
        let (value, _) = value.load(&env, None)?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}
