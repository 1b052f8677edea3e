use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde::de::DeserializeOwned;

use super::failure;
use crate::Error;
use crate::journal::Journal;

/// What one operation's attempts looked like on the wire.
///
/// The SDK's types cannot tell an absent member from its default: `ReplicationInstance.publicly_accessible` is a
/// plain `bool` that is `false` when DMS did not say. So answers are read from their bytes; the SDK signs, sends,
/// retries and tells errors.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    operation: &'static str,
    journal: Arc<Journal>,
    body: Arc<Mutex<Option<Vec<u8>>>>,
}

impl Wire {
    pub(crate) fn new(operation: &'static str, journal: &Arc<Journal>) -> Self {
        Self { operation, journal: Arc::clone(journal), body: Arc::default() }
    }

    fn body(&self) -> MutexGuard<'_, Option<Vec<u8>>> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a listing, from its bytes.
    ///
    /// The SDK gives up on a list that holds a null, as AWS's lists of addresses may; so where AWS answered, its bytes
    /// decide, and not the SDK's reading of them.
    pub(crate) fn listing<T: DeserializeOwned, O, E: ProvideErrorMetadata>(
        &self,
        about: &str,
        answer: Result<O, SdkError<E, HttpResponse>>,
    ) -> Result<T, Error> {
        let succeeded = |error: &SdkError<E, HttpResponse>| {
            error.raw_response().is_some_and(|raw| raw.status().is_success())
        };
        match answer {
            Err(error) if !succeeded(&error) => Err(failure::error(self.operation, about, &error)),
            Ok(_) | Err(_) => self.answer(),
        }
    }

    /// The answer, from its bytes.
    pub(crate) fn answer<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.body().take().unwrap_or_default();
        serde_json::from_slice(&body).map_err(|error| {
            // serde's words for a wrong type quote the value; its category and place are enough.
            let what = if error.is_data() { "does not have the members of such an answer" } else { "is not whole JSON" };
            Error::internal(format!(
                "{}: the answer {what} (line {}, column {}). Next: Lambda invokes again; if it goes on, look for a proxy between the function and AWS",
                self.operation,
                error.line(),
                error.column()
            ))
        })
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }
}

impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "Wire"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.body() = None;
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.body() = context.response().body().bytes().map(<[u8]>::to_vec);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let attempt = match context.response() {
            Some(response) if response.status().is_success() => None,
            Some(response) => Some(failure::Attempt::answered(
                response.status().as_u16(),
                response.headers().get("x-amzn-requestid"),
                response.body().bytes().unwrap_or_default(),
            )),
            None => Some(failure::Attempt::unanswered()),
        };
        self.journal.called(self.operation);
        if let Some(attempt) = attempt {
            self.journal.failed(format!("{}: {attempt}", self.operation), attempt.kind());
        }
        Ok(())
    }
}
