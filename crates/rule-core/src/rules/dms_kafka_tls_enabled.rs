#![doc = include_str!("dms_kafka_tls_enabled.md")]

use crate::rules::endpoint;
use crate::setting::shown;
use crate::{Finding, Input, Need, Property, ResourceType, Rule, Setting, Severity, Stop, Theme};

/// The rule `dms-kafka-tls-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-kafka-tls-enabled",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property::setting("KafkaSettings.SecurityProtocol", Some("kafka_settings.security_protocol")),
    wanted: "ssl-encryption, ssl-authentication or sasl-ssl",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_kafka_tls_enabled.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const MODIFY: &str =
    "modify-endpoint --kafka-settings with SecurityProtocol=ssl-encryption, ssl-authentication or sasl-ssl";

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check(input, "KafkaSettings", |settings| {
        Ok(match Setting::read(settings, "SecurityProtocol") {
            Setting::Is(protocol)
                if ["ssl-encryption", "ssl-authentication", "sasl-ssl"].contains(&protocol.as_str()) =>
            {
                Finding::compliant("TLS", format!("SecurityProtocol={protocol}"))
            }
            Setting::Is(protocol) if protocol == "plaintext" => {
                Finding::non_compliant("PLAINTEXT", "SecurityProtocol=plaintext", MODIFY)
            }
            Setting::Is(protocol) => Finding::unknown(format!(
                "SecurityProtocol is {:?}, which DMS does not document",
                shown(&protocol)
            )),
            Setting::Absent => Finding::unknown("SecurityProtocol is missing, and DMS documents no default"),
            Setting::Unreadable(what) => Finding::unknown(format!("SecurityProtocol is {what}")),
        })
    })
}
