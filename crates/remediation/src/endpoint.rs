//! An endpoint of a task, as far as a plan needs it.

use serde::{Deserialize, Serialize};

/// An endpoint of a task: what the private network must reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// The ARN.
    pub arn: String,
    /// The name; empty if it is unknown.
    pub identifier: String,
    /// `source` or `target`; empty if it is unknown.
    pub endpoint_type: String,
    /// The engine, such as `postgres`; empty if it is unknown.
    pub engine: String,
    /// The host that DMS connects to; empty for engines that are services of AWS, or if Secrets Manager holds it.
    pub server: String,
    /// True if the credentials are in Secrets Manager: the network must reach it too.
    pub secret: bool,
}
