//! Requests to AWS: the service, the operation and the parameters of each, in the protocol of the service.

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::error::AwsError;
use crate::signature::Caller;

/// A request whose signature was verified.
#[derive(Debug)]
pub(crate) struct AwsRequest {
    pub(crate) service: &'static str,
    pub(crate) operation: String,
    pub(crate) parameters: Value,
    pub(crate) caller: Caller,
    pub(crate) request_id: String,
}

/// The service and operation that a request names.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The name by which signatures and IAM actions know the service.
    pub(crate) service: &'static str,
    pub(crate) operation: String,
}

impl Target {
    /// Reads the target as the service model of each service defines it: from the header `X-Amz-Target`, from the
    /// path, or from the form in the body.
    pub(crate) fn read(headers: &HeaderMap, path: &str, body: &[u8]) -> Self {
        let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let (service, operation) = match target.split_once('.') {
            Some(("StarlingDoveService", operation)) => ("config", operation),
            Some(("AmazonDMSv20160101", operation)) => ("dms", operation),
            Some(("AWSOrganizationsV20161128", operation)) => ("organizations", operation),
            Some(("TrentService", operation)) => ("kms", operation),
            None if path == "/listRegions" => ("account", "ListRegions"),
            None if path == "/findings/import" => ("securityhub", "BatchImportFindings"),
            None if path == "/findings" => ("securityhub", "GetFindings"),
            _ => {
                let action = form(body).remove("Action");
                let action = action.as_ref().and_then(Value::as_str).unwrap_or_default();
                return Self { service: "sts", operation: action.to_owned() };
            }
        };
        Self { service, operation: operation.to_owned() }
    }

    /// Returns true if the service uses the query protocol: forms as requests and XML as responses.
    pub(crate) fn uses_query_protocol(&self) -> bool {
        self.service == "sts"
    }

    /// Returns true if the service uses the protocol REST-JSON.
    fn uses_rest_protocol(&self) -> bool {
        ["account", "securityhub"].contains(&self.service)
    }

    /// Reads the parameters; null if the body is not JSON. A form becomes an object of texts.
    pub(crate) fn parameters(&self, body: &[u8]) -> Value {
        if self.uses_query_protocol() {
            return Value::Object(form(body));
        }
        serde_json::from_slice(body).unwrap_or(Value::Null)
    }

    /// Checks the content type, which the AWS JSON 1.1 protocol requires.
    ///
    /// # Errors
    /// Returns the error of AWS if the service uses that protocol and the type is another.
    pub(crate) fn check_content_type(&self, headers: &HeaderMap) -> Result<(), AwsError> {
        let uses_other_protocol = self.uses_query_protocol() || self.uses_rest_protocol();
        if uses_other_protocol
            || headers.get(CONTENT_TYPE).is_some_and(|value| value == "application/x-amz-json-1.1")
        {
            return Ok(());
        }
        let message = "the Content-Type must be application/x-amz-json-1.1";
        Err(AwsError::client("SerializationException", message))
    }
}

fn form(body: &[u8]) -> Map<String, Value> {
    form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect()
}
