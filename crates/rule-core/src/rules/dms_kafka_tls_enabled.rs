#![doc = include_str!("dms_kafka_tls_enabled.md")]

use crate::{Check, Finding, Input, Property, Rule, Setting, Severity, resource_type, rules::endpoint};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-kafka-tls-enabled",
    resource_type: &resource_type::ENDPOINT,
    severity: Severity::Medium,
    property: Property { path: "KafkaSettings.SecurityProtocol", wanted: "ssl-encryption, ssl-authentication or sasl-ssl" },
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_kafka_tls_enabled.md"),
    check: Check::OfItem(check),
};

const MODIFY: &str = "modify-endpoint --kafka-settings with SecurityProtocol=ssl-encryption, ssl-authentication or sasl-ssl.";

fn check(input: &Input) -> Finding {
    judge(input).unwrap_or_else(|finding| finding)
}

fn judge(input: &Input) -> Result<Finding, Finding> {
    let (configuration, _) = endpoint::of_engine(input, &["kafka"], MODIFY)?;
    let settings = endpoint::settings(configuration, "KafkaSettings", MODIFY)?;
    Ok(match Setting::read(&settings, "SecurityProtocol") {
        Setting::Is(protocol)
            if ["ssl-encryption", "ssl-authentication", "sasl-ssl"].contains(&protocol.as_str()) =>
        {
            Finding::compliant(format!("TLS: SecurityProtocol={protocol}"))
        }
        Setting::Is(protocol) if protocol == "plaintext" => {
            Finding::non_compliant("PLAINTEXT: SecurityProtocol=plaintext", MODIFY)
        }
        Setting::Is(protocol) => {
            Finding::unknown(format!("SecurityProtocol is {protocol:?}, which DMS does not document"), MODIFY)
        }
        Setting::Absent => Finding::unknown("SecurityProtocol is missing, and DMS documents no default", MODIFY),
        Setting::Unreadable(what) => Finding::unknown(format!("SecurityProtocol is {what}"), MODIFY),
    })
}
