use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use http_body::{Body, Frame};
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
    body: Bytes,
    /// Whether the SDK is kept from reading answers.
    unread: bool,
}

/// The bytes of the last answer, once they are whole.
#[derive(Clone, Debug, Default)]
struct Bytes(Arc<Mutex<Option<Vec<u8>>>>);

impl Bytes {
    fn set(&self, bytes: Option<Vec<u8>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    }

    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

impl Wire {
    /// For an answer that both the SDK and we read.
    pub(crate) fn new(operation: &'static str, journal: &Arc<Journal>) -> Self {
        Self { operation, journal: Arc::clone(journal), body: Bytes::default(), unread: false }
    }

    /// For a listing: it is read from its bytes alone.
    pub(crate) fn unread(operation: &'static str, journal: &Arc<Journal>) -> Self {
        Self { unread: true, ..Self::new(operation, journal) }
    }

    #[cfg(test)]
    pub(super) fn holding(journal: &Arc<Journal>, text: &str) -> Self {
        let wire = Self::unread("DescribeEndpoints", journal);
        wire.body.set(Some(text.as_bytes().to_vec()));
        wire
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
        let body = self.body.take();
        let read = match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            // serde would read the members of a type from a list, too.
            Some(b'[') => Err(serde::de::Error::custom("a list")),
            _ => serde_json::from_slice(&body),
        };
        read.map_err(|error| unreadable(self.operation, &error))
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }
}

/// Whether this is the whole of an answer: a 206, say, has a part of one.
fn is_whole(response: &HttpResponse) -> bool {
    response.status().as_u16() == 200
}

/// An answer that is not one.
pub(crate) fn unreadable(operation: &str, error: &serde_json::Error) -> Error {
    // serde's words for a wrong type quote the value; its category and place are enough.
    let what =
        if error.is_data() { "does not have the members of such an answer" } else { "is not whole JSON" };
    Error::internal(format!(
        "{operation}: the answer {what} (line {}, column {}). Next: Lambda invokes again; if it goes on, look for a proxy between the function and AWS",
        error.line(),
        error.column()
    ))
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
        self.body.set(None);
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.unread && is_whole(context.response()) {
            let body = context.response_mut().body_mut();
            let kept = Kept {
                arriving: Some(std::mem::replace(body, SdkBody::taken())),
                so_far: Vec::new(),
                whole: self.body.clone(),
            };
            *body = SdkBody::from_body_1_x(kept);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if !self.unread && is_whole(context.response()) {
            self.body.set(context.response().body().bytes().map(<[u8]>::to_vec));
        }
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

/// The body of an answer, whose bytes are kept as they arrive. The SDK gets an object without members in their place:
/// it would take a millisecond for a page of a hundred instances, and nobody asks what it read.
struct Kept {
    /// None at its end.
    arriving: Option<SdkBody>,
    so_far: Vec<u8>,
    whole: Bytes,
}

impl Body for Kept {
    type Data = bytes::Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<bytes::Bytes>, BoxError>>> {
        while let Some(arriving) = &mut self.arriving {
            match ready!(Pin::new(arriving).poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.so_far.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.arriving = None;
                    let whole = std::mem::take(&mut self.so_far);
                    self.whole.set(Some(whole));
                    return Poll::Ready(Some(Ok(Frame::data(bytes::Bytes::from_static(b"{}")))));
                }
            }
        }
        Poll::Ready(None)
    }
}
