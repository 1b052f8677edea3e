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
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::clients::{CONNECT_TIMEOUT, http_client};

/// What Lambda's environment says to an AWS SDK, by the names that AWS's SDKs and Tools Reference Guide gives.
///
/// `aws_config`'s own loader looks into profile files, the metadata of EC2 and web identities too. A function has none
/// of them, and the code that reads them is a twelfth of the program.
pub(super) fn settings() -> SdkConfig {
    let http_client = http_client();
    let credentials = credentials(&http_client);
    let mut settings = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().build())
        .http_client(http_client)
        .retry_config(retries())
        .timeout_config(timeouts())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .service_config(Endpoints);
    settings
        .set_region(text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION")).map(Region::new))
        .set_endpoint_url(
            text("AWS_ENDPOINT_URL").filter(|_| !is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")),
        )
        .set_use_fips(is_true("AWS_USE_FIPS_ENDPOINT").then_some(true))
        .set_use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT").then_some(true))
        .set_app_name(text("AWS_SDK_UA_APP_ID").and_then(|name| AppName::new(name).ok()));
    settings.build()
}

/// Lambda gives keys, or, where it restores a function from a snapshot, an address to ask for them.
fn credentials(http_client: &SharedHttpClient) -> SharedCredentialsProvider {
    if text("AWS_ACCESS_KEY_ID").is_some() {
        return SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new());
    }
    let asks = ProviderConfig::without_region().with_http_client(http_client.clone());
    SharedCredentialsProvider::new(EcsCredentialsProvider::builder().configure(&asks).build())
}

pub(super) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(10)
        .with_initial_backoff(Duration::from_millis(200))
        .with_max_backoff(Duration::from_secs(5))
}

pub(super) fn timeouts() -> TimeoutConfig {
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

/// An endpoint for one service, such as `AWS_ENDPOINT_URL_CONFIG_SERVICE`.
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
