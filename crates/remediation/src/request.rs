//! A call of the DMS API in the API's own shape.

use serde::Serialize;
use serde_json::{Map, Value};

/// A call of the DMS API: an operation of `dms/2016-01-01` and its parameters. Command lines, SDK calls and the
/// runbook's calls are all made from it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// The operation, such as `MoveReplicationTask`.
    pub operation: &'static str,
    /// The parameters in the shape of the API, such as `{"ReplicationTaskArn": "arn:..."}`.
    pub parameters: Map<String, Value>,
}

impl Request {
    /// Builds a request from its parameters.
    #[must_use]
    pub fn new<const N: usize>(operation: &'static str, parameters: [(&str, Value); N]) -> Self {
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { operation, parameters }
    }
}
