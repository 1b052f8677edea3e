//! The result of a connection test as DMS describes it.

use serde::{Deserialize, Serialize};

/// The test of an endpoint from an instance, in the shape of `DescribeConnections`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Connection {
    /// The endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_arn: Option<String>,
    /// The instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_arn: Option<String>,
    /// `successful`, `failed`, `testing` or `deleting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The cause of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure_message: Option<String>,
}
