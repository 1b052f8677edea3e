//! A request to AWS after its signature was verified, up to the text of its response.

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use serde_json::Value;

use crate::dispatch;
use crate::error::AwsError;
use crate::fault::FaultKind;
use crate::request::{AwsRequest, Target};
use crate::signature::{self, Caller};
use crate::state::{Shared, State};

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    pub(crate) target: Target,
    /// The parameters; null if the body was not JSON.
    pub(crate) parameters: Value,
    /// The account and Region, or the error of a wrong signature.
    pub(crate) caller: Result<Caller, AwsError>,
    content_type: Result<(), AwsError>,
    pub(crate) request_id: String,
}

/// The text of a response.
pub(crate) struct ResponseText {
    pub(crate) status: u16,
    pub(crate) error_code: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl ReceivedRequest {
    /// Reads a request and verifies its signature.
    pub(crate) fn read(headers: &HeaderMap, path: &str, body: &[u8], shared: &Shared) -> Self {
        let target = Target::read(headers, path, body);
        let find = |key: &str| shared.state().credentials.get(key).cloned();
        Self {
            caller: signature::verify(headers, path, target.service, body, find),
            content_type: target.check_content_type(headers),
            parameters: target.parameters(body),
            request_id: shared.next_request_id(),
            target,
        }
    }

    /// Carries the request out. `call` is the index of the request in the list of calls.
    pub(crate) fn respond(self, state: &mut State, fault: Option<&FaultKind>, call: usize) -> ResponseText {
        let Self { target, parameters, caller, content_type, request_id } = self;
        let result = caller.and_then(|caller| {
            content_type?;
            let request = AwsRequest {
                service: target.service,
                operation: target.operation.clone(),
                parameters,
                caller,
                request_id: request_id.clone(),
            };
            dispatch::respond(state, &request, fault, call)
        });
        let error_code = result.as_ref().err().map(|error| error.code.to_string());
        let status = result.as_ref().map_or_else(|error| error.status, |_| 200);
        let body = result.unwrap_or_else(|error| {
            if target.uses_query_protocol() { error.xml(&request_id) } else { error.json().to_string() }
        });
        let content_type =
            if target.uses_query_protocol() { "text/xml" } else { "application/x-amz-json-1.1" };
        let mut headers =
            vec![(CONTENT_TYPE.as_str(), content_type.to_owned()), ("x-amzn-requestid", request_id)];
        if let (Some(code), "securityhub") = (&error_code, target.service) {
            headers.push(("x-amzn-errortype", code.clone())); // REST-JSON has the code here
        }
        ResponseText { status, error_code, headers, body }
    }
}
