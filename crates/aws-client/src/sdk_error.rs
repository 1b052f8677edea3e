//! Converts errors of the SDK, without secrets and payloads.

use aws_sdk_config::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{Cause, Error};

/// The most characters of AWS's message that an error keeps.
const MESSAGE_MAXIMUM: usize = 400;

/// Converts an error of the SDK.
pub(crate) fn convert<E: ProvideErrorMetadata + std::error::Error + 'static>(
    operation: &'static str,
    subject: &str,
    error: &SdkError<E, HttpResponse>,
) -> Error {
    let cause = match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            Cause::Service {
                code: service.err().code().map_or_else(|| format!("HTTP {status}"), str::to_owned),
                message: service.err().message().unwrap_or_default().chars().take(MESSAGE_MAXIMUM).collect(),
            }
        }
        SdkError::TimeoutError(_) => Cause::Timeout,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => Cause::Timeout,
        SdkError::DispatchFailure(_) => explained(error).unwrap_or(Cause::Connection),
        SdkError::ResponseError(_) => Cause::BrokenResponse,
        SdkError::ConstructionFailure(_) => explained(error).unwrap_or(Cause::NotSent),
        _ => Cause::Unknown,
    };
    Error::new(operation, subject, cause).with_request_id(error.request_id())
}

/// Returns the cause that the chain of errors names: no credentials, or no connection and why. `None` if it names neither.
#[cfg(feature = "scan")]
fn explained(error: &(dyn std::error::Error + 'static)) -> Option<Cause> {
    use crate::connection;
    use crate::unusable_credentials::UnusableCredentials;
    if let Some(failure) = connection::failure(error) {
        return Some(Cause::NoConnection(failure));
    }
    let error = connection::credentials_error(error)?;
    let reason = connection::words(error, MESSAGE_MAXIMUM);
    Some(Cause::Credentials(UnusableCredentials::Other { profile: None, reason }))
}

/// Returns `None`: the function has no other credentials than those of Lambda, and its owner needs no more words.
#[cfg(not(feature = "scan"))]
fn explained(_: &(dyn std::error::Error + 'static)) -> Option<Cause> {
    None
}
