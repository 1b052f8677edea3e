//! Converts errors of the SDK, without secrets and payloads.

use aws_sdk_config::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{Cause, Error};

/// The most characters of AWS's message that an error keeps.
const MESSAGE_MAXIMUM: usize = 400;

/// Converts an error of the SDK.
pub(crate) fn convert<E: ProvideErrorMetadata>(
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
        SdkError::DispatchFailure(_) => Cause::Connection,
        SdkError::ResponseError(_) => Cause::BrokenResponse,
        SdkError::ConstructionFailure(_) => Cause::NotSent,
        _ => Cause::Unknown,
    };
    Error::new(operation, subject, cause).with_request_id(error.request_id())
}
