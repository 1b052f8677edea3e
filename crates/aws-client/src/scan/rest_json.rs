//! Signed calls of a service in the protocol REST-JSON, without a crate for the service.
//!
//! The crate of Security Hub alone would take longer to compile than all that a scan uses of it is worth: two operations
//! whose JSON the caller has already. Signing, retries and timeouts are those of the SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_kms::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{AuthSchemeOptionResolverParams, SharedAuthScheme};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use aws_types::request_id::apply_request_id;
use aws_types::service_config::ServiceConfigKey;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Cause, Error};
use crate::journal::Journal;
use crate::wire::Wire;

/// A service, by its names in the AWS SDKs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service {
    /// The id, from which the variable of its endpoint has its name.
    pub(crate) id: &'static str,
    /// The name in its endpoint and in signatures.
    pub(crate) name: &'static str,
}

/// An operation, called by POST.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PostOperation {
    /// The name.
    pub(crate) name: &'static str,
    /// The path of its address.
    pub(crate) path: &'static str,
}

/// The client of a service in one account and Region.
#[derive(Debug)]
pub(crate) struct RestJsonClient {
    service: Service,
    config: SdkConfig,
    journal: Arc<Journal>,
}

impl RestJsonClient {
    /// Makes a client with the credentials and the Region of these settings; calls nothing.
    pub(crate) fn new(service: Service, config: SdkConfig) -> Self {
        Self { service, config, journal: Arc::default() }
    }

    /// Calls an operation and parses its response. `subject` follows the name of the operation in errors.
    ///
    /// # Errors
    /// Returns the error of the service, or [`Cause::UnreadableResponse`].
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        operation: PostOperation,
        subject: &str,
        body: &Value,
    ) -> Result<T, Error> {
        let fail = |cause| Error::new(operation.name, subject, cause);
        let endpoint = self.endpoint().await.ok_or_else(|| fail(Cause::NotSent))?;
        let client = self.config.http_client().ok_or_else(|| fail(Cause::NotSent))?;
        let wire = Wire::raw(operation.name, &self.journal);
        let mut builder = Operation::builder()
            .service_name(self.service.id)
            .operation_name(operation.name)
            .http_client(client)
            .endpoint_url(&endpoint)
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
            .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
            .interceptor(wire.clone())
            .with_connection_poisoning()
            .runtime_plugin(self.signing());
        if let Some(version) = self.config.behavior_version() {
            builder = builder.behavior_version(version);
        }
        if let Some(retries) = self.config.retry_config() {
            builder = builder.standard_retry(retries);
        }
        if let Some(timeouts) = self.config.timeout_config() {
            builder = builder.timeout_config(timeouts.clone());
        }
        if let Some(protection) = self.config.stalled_stream_protection() {
            builder = builder.stalled_stream_protection(protection);
        }
        if let Some(sleep) = self.config.sleep_impl() {
            builder = builder.sleep_impl(sleep);
        }
        if let Some(time) = self.config.time_source() {
            builder = builder.time_source(time);
        }
        let path = operation.path;
        let operation = builder.serializer(move |body| request(path, body)).deserializer(response).build();
        let bytes = serde_json::to_vec(body).map_err(|_| fail(Cause::NotSent))?;
        wire.read(subject, operation.invoke(bytes).await)
    }

    /// Returns the address that the environment or the profile names, else that of the service in the Region; `None` if it
    /// cannot be built.
    async fn endpoint(&self) -> Option<String> {
        let key = ServiceConfigKey::builder()
            .service_id(self.service.id)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build()
            .ok()?;
        let own = self.config.service_config().and_then(|config| config.load_config(key));
        if let Some(url) = own.or_else(|| self.config.endpoint_url().map(str::to_owned)) {
            return Some(url);
        }
        let region = self.config.region()?.as_ref();
        let is = |setting: Option<bool>| setting.unwrap_or_default();
        default_endpoint(
            self.service.name,
            region,
            is(self.config.use_fips()),
            is(self.config.use_dual_stack()),
        )
        .await
    }

    /// Returns what signs a request with the credentials of the settings.
    fn signing(&self) -> StaticRuntimePlugin {
        let region = self.config.region();
        let mut layer = Layer::new("signing");
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(SigV4OperationSigningConfig {
            region: region.cloned().map(SigningRegion::from),
            name: Some(SigningName::from_static(self.service.name)),
            ..SigV4OperationSigningConfig::default()
        });
        // A Region that throttles does not use up the retries of the others.
        let region = region.map_or("", AsRef::as_ref);
        layer.store_put(RetryPartition::new(format!("{}-{region}", self.service.name)));
        let mut components = RuntimeComponentsBuilder::new("signing");
        components
            .set_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])))
            .push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
        if let Some(cache) = self.config.identity_cache() {
            components.set_identity_cache(Some(cache));
        }
        if let Some(credentials) = self.config.credentials_provider() {
            components.set_identity_resolver(SCHEME_ID, credentials);
        }
        StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
    }
}

/// Returns the address of a service in a Region. The partitions and their names are those of the SDK, in whose table of
/// endpoints AWS KMS has the same form.
async fn default_endpoint(service: &str, region: &str, fips: bool, dual_stack: bool) -> Option<String> {
    let parameters =
        Params::builder().region(region).use_fips(fips).use_dual_stack(dual_stack).build().ok()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await.ok()?;
    let rest = endpoint.url().strip_prefix("https://kms")?;
    Some(format!("https://{service}{rest}"))
}

/// Builds the request, without address and signature.
///
/// # Errors
/// Returns an error if the path is none.
fn request(
    path: &'static str,
    body: Vec<u8>,
) -> Result<HttpRequest, aws_smithy_runtime_api::box_error::BoxError> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri(path)?;
    let headers = request.headers_mut();
    headers.insert("content-type", "application/json");
    headers.insert("user-agent", concat!("dms-rule/", env!("CARGO_PKG_VERSION")));
    Ok(request)
}

/// Returns `Ok` for a success, whose bytes [`Wire`] has.
///
/// # Errors
/// Returns code and message of the service.
fn response(response: &HttpResponse) -> Result<(), OrchestratorError<ErrorMetadata>> {
    if response.status().is_success() {
        return Ok(());
    }
    let body = response.body().bytes().unwrap_or_default();
    let metadata = metadata(response.headers().get("x-amzn-errortype"), body);
    Err(OrchestratorError::operation(apply_request_id(metadata, response.headers()).build()))
}

/// The body of an error, in each spelling that services have (Smithy, "AWS REST-JSON 1 protocol", "Operation error
/// serialization").
#[derive(Default, Deserialize)]
struct ErrorBody {
    #[serde(rename = "__type", alias = "code", alias = "Code")]
    code: Option<String>,
    #[serde(alias = "Message")]
    message: Option<String>,
}

/// Reads code and message of an error. The header is the first source of the code, as the protocol requires; it may have a
/// namespace before the code, and an address after it.
fn metadata(header: Option<&str>, body: &[u8]) -> aws_smithy_types::error::metadata::Builder {
    let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let code = header.map(str::to_owned).or(body.code).unwrap_or_default();
    let code = code.split(':').next().and_then(|code| code.rsplit('#').next()).unwrap_or_default();
    let mut metadata = ErrorMetadata::builder();
    if !code.is_empty() {
        metadata = metadata.code(code);
    }
    if let Some(message) = body.message {
        metadata = metadata.message(message);
    }
    metadata
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// The addresses are those of botocore's rules for Security Hub.
    #[test]
    fn an_endpoint_has_the_form_of_its_partition() {
        for (region, fips, dual_stack, expected) in [
            ("eu-west-1", false, false, "https://securityhub.eu-west-1.amazonaws.com"),
            ("us-east-1", true, false, "https://securityhub-fips.us-east-1.amazonaws.com"),
            ("us-east-1", false, true, "https://securityhub.us-east-1.api.aws"),
            ("cn-north-1", false, false, "https://securityhub.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", false, false, "https://securityhub.us-gov-west-1.amazonaws.com"),
            ("eusc-de-east-1", false, false, "https://securityhub.eusc-de-east-1.amazonaws.eu"),
        ] {
            let found = default_endpoint("securityhub", region, fips, dual_stack).now_or_never().unwrap();
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn an_error_has_a_code_in_every_spelling() {
        let body = br#"{"Message": "no", "Code": "Other"}"#;
        for (header, body, code, message) in [
            (Some("InvalidAccessException"), body.as_slice(), Some("InvalidAccessException"), Some("no")),
            (Some("InvalidAccessException:http://internal"), b"", Some("InvalidAccessException"), None),
            (
                None,
                br#"{"__type": "a.b#LimitExceededException", "message": "m"}"#,
                Some("LimitExceededException"),
                Some("m"),
            ),
            (None, body.as_slice(), Some("Other"), Some("no")),
            (None, b"<html>", None, None),
        ] {
            let metadata = metadata(header, body).build();
            assert_eq!((metadata.code(), metadata.message()), (code, message));
        }
    }
}
