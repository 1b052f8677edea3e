//! An endpoint of a task, as far as a plan needs it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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

impl Endpoint {
    /// Reads an endpoint from its description in the shape of `DescribeEndpoints`; unknown parts stay empty.
    #[must_use]
    pub fn read(arn: &str, described: Option<&Value>) -> Self {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let member = |name: &str| text(described.and_then(|described| described.get(name)));
        // The settings of the engine hold the host too, and may be the only place.
        let settings: Vec<&Value> = described
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(name, value)| name.ends_with("Settings") && value.is_object())
            .map(|(_, value)| value)
            .collect();
        let setting = |name: &str| {
            settings.iter().find_map(|group| group.get(name)?.as_str()).unwrap_or_default().to_owned()
        };
        let first = |names: [&str; 2]| names.into_iter().map(setting).find(|value| !value.is_empty());
        let server = Some(member("ServerName")).filter(|server| !server.is_empty());
        Self {
            arn: arn.to_owned(),
            identifier: member("EndpointIdentifier"),
            endpoint_type: member("EndpointType").to_ascii_lowercase(),
            engine: member("EngineName").to_ascii_lowercase(),
            server: server.or_else(|| first(["ServerName", "EndpointUri"])).unwrap_or_default(),
            secret: settings
                .iter()
                .any(|group| group.get("SecretsManagerSecretId").is_some_and(Value::is_string)),
        }
    }

    /// Returns the name, or the ARN if DMS gave none.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.identifier.is_empty() { &self.arn } else { &self.identifier }
    }
}
