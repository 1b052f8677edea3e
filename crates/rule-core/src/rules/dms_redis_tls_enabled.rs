#![doc = include_str!("dms_redis_tls_enabled.md")]

use crate::{Check, Finding, Input, Property, Requirement, Rule, Setting, Severity, resource_type, rules::endpoint};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-redis-tls-enabled",
    resource_type: &resource_type::ENDPOINT,
    severity: Severity::Medium,
    property: Property { path: "RedisSettings.SslSecurityProtocol", wanted: "ssl-encryption" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.12"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REDIS_TLS_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["4.2.1"] },
    ],
    page: include_str!("dms_redis_tls_enabled.md"),
    check: Check::OfItem(check),
};

const MODIFY: &str = "modify-endpoint --redis-settings with SslSecurityProtocol=ssl-encryption.";

fn check(input: &Input) -> Finding {
    judge(input).unwrap_or_else(|finding| finding)
}

fn judge(input: &Input) -> Result<Finding, Finding> {
    let (configuration, _) = endpoint::of_engine(input, &["redis"], MODIFY)?;
    let settings = endpoint::settings(configuration, "RedisSettings", MODIFY)?;
    Ok(match Setting::read(&settings, "SslSecurityProtocol") {
        Setting::Is(protocol) if protocol == "ssl-encryption" => {
            Finding::compliant("TLS: SslSecurityProtocol=ssl-encryption")
        }
        Setting::Is(protocol) if protocol == "plaintext" => {
            Finding::non_compliant("PLAINTEXT: SslSecurityProtocol=plaintext", MODIFY)
        }
        Setting::Is(protocol) => {
            Finding::unknown(format!("SslSecurityProtocol is {protocol:?}, which DMS does not document"), MODIFY)
        }
        // The one documented default that is safe; the group itself is there, so this is what DMS does.
        Setting::Absent => {
            Finding::compliant("TLS: SslSecurityProtocol is not set, and DMS's default is ssl-encryption")
        }
        Setting::Unreadable(what) => Finding::unknown(format!("SslSecurityProtocol is {what}"), MODIFY),
    })
}
