use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde::de::DeserializeOwned;

use super::failure;
use crate::Error;

/// What one operation's attempts looked like on the wire.
///
/// The SDK's types cannot tell an absent member from its default: `ReplicationInstance.publicly_accessible` is a
/// plain `bool` that is `false` when DMS did not say. So answers are read from their bytes; the SDK signs, sends,
/// retries and tells errors.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    operation: &'static str,
    attempts: Arc<Mutex<Attempts>>,
}

#[derive(Debug, Default)]
struct Attempts {
    sent: usize,
    failures: Vec<failure::Attempt>,
    body: Option<Vec<u8>>,
}

impl Wire {
    pub(crate) fn new(operation: &'static str) -> Self {
        Self { operation, attempts: Arc::default() }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Attempts) -> T) -> T {
        change(&mut self.attempts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The answer, from its bytes.
    pub(crate) fn answer<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.with(|attempts| attempts.body.take()).unwrap_or_default();
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

    /// Moves what was seen since the last look to `journal`.
    pub(crate) fn tell(&self, journal: &crate::journal::Journal) {
        let (sent, failures) = self
            .with(|attempts| (std::mem::take(&mut attempts.sent), std::mem::take(&mut attempts.failures)));
        (0..sent).for_each(|_| journal.called(self.operation));
        for attempt in failures {
            journal.failed(format!("{}: {attempt}", self.operation), attempt.kind());
        }
    }
}

impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "Wire"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().map(<[u8]>::to_vec);
        self.with(|attempts| attempts.body = body);
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
        self.with(|attempts| {
            attempts.sent += 1;
            attempts.failures.extend(attempt);
        });
        Ok(())
    }
}
