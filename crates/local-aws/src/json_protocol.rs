//! Requests and responses of the JSON services, as the AWS JSON 1.1 protocol of the Smithy specification writes them.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::AwsError;

/// The body of a successful response, or the error in its place.
pub(crate) type Response = Result<Value, AwsError>;

/// Reads the parameters of an operation. Members that the service model does not have are rejected: a misspelled
/// member would otherwise pass here and be ignored, or rejected, by AWS.
pub(crate) fn read<T: DeserializeOwned>(parameters: &Value) -> Result<T, AwsError> {
    T::deserialize(parameters).map_err(|error| AwsError::client("ValidationException", error.to_string()))
}

/// Builds the response of a listing: `list` under `name` and, if there is a next page, the name and value of its
/// token. Unlike `json!`, does not copy the list.
pub(crate) fn list_response(name: &str, list: Vec<Value>, next: Option<(&str, String)>) -> Value {
    let next = next.map(|(name, token)| (name.to_owned(), token.into()));
    Value::Object(std::iter::once((name.to_owned(), list.into())).chain(next).collect())
}

/// Returns a time as the protocol writes it: seconds since 1970 with milliseconds as the fraction.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit in 53 bits")]
pub(crate) fn epoch_seconds(time: DateTime<Utc>) -> f64 {
    time.timestamp_millis() as f64 / 1000.0
}

/// Converts text that is an RFC 3339 time to epoch seconds; returns any other value as it is.
pub(crate) fn time_on_the_wire(value: &Value) -> Value {
    let time = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    time.map_or_else(|| value.clone(), |time| json!(epoch_seconds(time.to_utc())))
}
