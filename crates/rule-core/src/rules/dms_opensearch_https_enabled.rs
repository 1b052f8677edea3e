#![doc = include_str!("dms_opensearch_https_enabled.md")]

use crate::rules::endpoint;
use crate::setting::shown;
use crate::text::cut;
use crate::{Finding, Input, Json, Need, Property, ResourceType, Rule, Severity, Stop, Theme, Unknown};

/// The rule `dms-opensearch-https-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-opensearch-https-enabled",
    resource_type: ResourceType::Endpoint,
    severity: Severity::High,
    theme: Theme::Connections,
    property: Property::text(
        "ElasticsearchSettings.EndpointUri",
        Some("elasticsearch_settings.endpoint_uri"),
    ),
    wanted: "an address that begins with https://",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_opensearch_https_enabled.md"),
    unknown_fix: ANOTHER,
    command: None,
    check,
};

const ANOTHER: &str = "use another endpoint, whose EndpointUri begins with https://, in new tasks: DMS modifies none of OpenSearch";

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check(input, "ElasticsearchSettings", |settings| {
        let uri = uri(settings.only("EndpointUri").map_err(unreadable)?)?;
        let (scheme, server) = match uri.split_once("://") {
            Some((scheme, server)) => (Some(scheme.to_ascii_lowercase()), server),
            None => (None, uri),
        };
        let finding = match scheme.as_deref() {
            Some("http") => {
                return Ok(Finding::non_compliant("PLAINTEXT", "EndpointUri begins with http://", ANOTHER));
            }
            // The text is not shown: it may hold a password.
            Some(other) if other.is_empty() || !other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                return Err(no_address());
            }
            _ if !is_server(server) => return Err(no_address()),
            Some("https") => Finding::compliant("HTTPS", "EndpointUri begins with https://"),
            Some(other) => {
                let fact = format!("EndpointUri begins with {:?}, which DMS does not document", shown(other));
                return Ok(Finding::unknown(fact));
            }
            // The default that DMS documents (ElasticsearchSettings).
            None => Finding::compliant("HTTPS", "EndpointUri names no protocol, and DMS uses HTTPS"),
        };
        Ok(finding.with_evidence("server", cut(server, 60)))
    })
}

fn uri(value: Option<&Json>) -> Result<&str, Unknown> {
    match value {
        Some(Json::Text(uri)) if !uri.is_empty() && uri.trim() == uri => Ok(uri),
        Some(odd) => Err(unreadable(odd.in_words())),
        None => Err(Unknown::new("EndpointUri is missing")),
    }
}

fn unreadable(what: impl std::fmt::Display) -> Unknown {
    Unknown::new(format!("EndpointUri is {what}"))
}

fn no_address() -> Stop {
    unreadable("not the address of a server").into()
}

/// Returns true for the name or address of a server, with a port and a path at most: anything else, such as `http:/server`, may
/// be read as a protocol.
fn is_server(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "0"));
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let is_protocol = ["http", "https"].contains(&name.to_ascii_lowercase().as_str());
    is_name && !is_protocol && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}
