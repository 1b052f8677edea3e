//! Reads responses from their bytes, and records each attempt.

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
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny};

use crate::attempt::FailedAttempt;
use crate::error::{Cause, Error};
use crate::journal::Journal;
use crate::sdk_error;

/// The member of a body that has the code of an error (Smithy, "AWS JSON 1.1 protocol"). A response that has it is
/// none of its operation, whatever its status and its other members.
pub(crate) const ERROR_TYPE: &str = "__type";

/// The bytes of a response, and an entry in the journal for every attempt.
///
/// The SDK signs, sends, retries and reads errors. Responses are read from their bytes, since the SDK's types
/// cannot tell an absent member from its default: `ReplicationInstance::publicly_accessible` is a plain
/// `bool`, `false` where DMS sent nothing (aws-sdk-databasemigration, `types/_replication_instance.rs`).
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    operation: &'static str,
    journal: Arc<Journal>,
    body: Bytes,
    parsing: Parsing,
}

/// The parser of a response.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Parsing {
    /// The SDK parses; the bytes are checked here.
    Typed,
    /// The bytes are parsed here; the SDK gets an empty object.
    Raw,
}

/// The bytes of the last response, once they are whole.
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
    /// Keeps the bytes of a response that the SDK parses too.
    pub(crate) fn typed(operation: &'static str, journal: &Arc<Journal>) -> Self {
        Self::new(operation, journal, Parsing::Typed)
    }

    /// Keeps the bytes of a response from the SDK, for [`read`](Self::read).
    pub(crate) fn raw(operation: &'static str, journal: &Arc<Journal>) -> Self {
        Self::new(operation, journal, Parsing::Raw)
    }

    fn new(operation: &'static str, journal: &Arc<Journal>, parsing: Parsing) -> Self {
        Self { operation, journal: Arc::clone(journal), body: Bytes::default(), parsing }
    }

    #[cfg(test)]
    pub(crate) fn with_body(operation: &'static str, text: &str) -> Self {
        let wire = Self::raw(operation, &Arc::default());
        wire.body.set(Some(text.as_bytes().to_vec()));
        wire
    }

    /// Parses the response of an operation.
    ///
    /// # Errors
    /// Returns the error of the SDK, or [`Cause::UnreadableResponse`].
    pub(crate) fn read<T: DeserializeOwned, O, E: ProvideErrorMetadata + std::error::Error + 'static>(
        &self,
        subject: &str,
        result: Result<O, SdkError<E, HttpResponse>>,
    ) -> Result<T, Error> {
        self.check(subject, result)?;
        self.parse()
    }

    /// Returns `Ok` if AWS responded with success, even if the SDK could not parse the response: it rejects a
    /// list that holds a null, as AWS's lists of addresses may, and then the bytes decide.
    ///
    /// # Errors
    /// Returns the error of the SDK.
    pub(crate) fn check<O, E: ProvideErrorMetadata + std::error::Error + 'static>(
        &self,
        subject: &str,
        result: Result<O, SdkError<E, HttpResponse>>,
    ) -> Result<(), Error> {
        match result {
            Err(error) if !error.raw_response().is_some_and(|raw| raw.status().is_success()) => {
                Err(self.error(subject, &error))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Converts an error of the SDK.
    pub(crate) fn error<E: ProvideErrorMetadata + std::error::Error + 'static>(
        &self,
        subject: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Error {
        sdk_error::convert(self.operation, subject, error)
    }

    /// Parses the bytes of the response.
    ///
    /// # Errors
    /// Returns [`Cause::UnreadableResponse`] if they are not whole JSON, or not of this type.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.body.take();
        if has_error(&body) {
            return Err(Error::new(
                self.operation,
                "",
                Cause::unreadable("is an error with a status of success"),
            ));
        }
        self.parse_body(&body, std::marker::PhantomData)
    }

    /// Parses the bytes of the response as `seed` does, which must reject an [`ERROR_TYPE`].
    ///
    /// # Errors
    /// Returns [`Cause::UnreadableResponse`] if they are not whole JSON, or not of this type.
    pub(crate) fn parse_with<S: for<'de> DeserializeSeed<'de, Value = T>, T>(
        &self,
        seed: S,
    ) -> Result<T, Error> {
        self.parse_body(&self.body.take(), seed)
    }

    fn parse_body<S: for<'de> DeserializeSeed<'de, Value = T>, T>(
        &self,
        body: &[u8],
        seed: S,
    ) -> Result<T, Error> {
        // serde would read the members of a type from a list, too.
        let is_list = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let parsed = if is_list {
            Err(serde_json::Error::custom("a list"))
        } else {
            let mut json = serde_json::Deserializer::from_slice(body);
            seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value))
        };
        parsed.map_err(|error| unreadable(self.operation, &error))
    }
}

/// Returns true if the body is an object with the member [`ERROR_TYPE`].
fn has_error(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Members {
        #[serde(rename = "__type")]
        error_type: Option<IgnoredAny>,
    }
    match serde_json::from_slice(body) {
        Ok(Members { error_type }) => error_type.is_some(),
        Err(error) => error.is_data(), // given twice, or no object at all
    }
}

/// Returns the error of a response that serde could not read, with the place but without the value.
pub(crate) fn unreadable(operation: &'static str, error: &serde_json::Error) -> Error {
    // serde's message for a wrong type quotes the value; its category and place are enough.
    let reason =
        if error.is_data() { "does not have the members of such a response" } else { "is not whole JSON" };
    let reason = format!("{reason} (line {}, column {})", error.line(), error.column());
    Error::new(operation, "", Cause::unreadable(reason))
}

/// Returns true if the response is a whole one: a 206, for example, is a part.
fn is_whole(response: &HttpResponse) -> bool {
    response.status().as_u16() == 200
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
        if self.parsing == Parsing::Raw && is_whole(context.response()) {
            let body = context.response_mut().body_mut();
            let diverted = DivertedBody {
                arriving: Some(std::mem::replace(body, SdkBody::taken())),
                so_far: Vec::new(),
                whole: self.body.clone(),
            };
            *body = SdkBody::from_body_1_x(diverted);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.parsing == Parsing::Typed && is_whole(context.response()) {
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
        let failure = match context.response() {
            Some(response) if response.status().is_success() => None,
            Some(response) => Some(FailedAttempt::with_response(
                self.operation,
                response.status().as_u16(),
                response.headers().get("x-amzn-requestid"),
                response.body().bytes().unwrap_or_default(),
            )),
            None => Some(FailedAttempt::without_response(self.operation)),
        };
        self.journal.count_call(self.operation);
        if let Some(failure) = failure {
            self.journal.record_failure(failure);
        }
        Ok(())
    }
}

/// The body of a response whose bytes are kept as they arrive. The SDK gets an object without members in
/// their place: parsing a page of a hundred instances would take it a millisecond, and the result
/// is not used.
struct DivertedBody {
    /// `None` at its end.
    arriving: Option<SdkBody>,
    so_far: Vec<u8>,
    whole: Bytes,
}

impl Body for DivertedBody {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A list that stands beside an error may lack anything.
    #[test]
    fn an_error_in_a_success_is_an_error() {
        #[derive(Debug, Deserialize)]
        struct Page {
            list: Vec<String>,
        }
        let parse = |text: &str| Wire::with_body("ListTests", text).parse::<Page>();
        assert!(parse(r#"{"list": [], "type": "a"}"#).unwrap().list.is_empty());
        for text in [
            r#"{"__type": "InternalFailure", "list": []}"#,
            r#"{"list": [], "__type": "com.amazonaws.dms#AccessDeniedFault"}"#,
            r#"{"__type": null, "list": [], "__type": 1}"#,
            r#"{"list": [], "list": []}"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    /// The bytes of any other success must not be read: they may be a part of a listing that parses.
    #[test]
    fn only_a_200_is_a_whole_response() {
        for (status, is_whole_response) in
            [(200, true), (201, false), (204, false), (206, false), (500, false)]
        {
            let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
            assert_eq!(is_whole(&response), is_whole_response, "{status}");
        }
    }
}
