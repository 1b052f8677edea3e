#![doc = include_str!("dms_redis_tls_enabled.md")]

use crate::rules::endpoint;
use crate::setting::shown;
use crate::{
    Finding, Input, Need, Property, Requirement, ResourceType, Rule, Setting, Severity, Stop, Theme,
};

/// The rule `dms-redis-tls-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-redis-tls-enabled",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property::setting(
        "RedisSettings.SslSecurityProtocol",
        Some("redis_settings.ssl_security_protocol"),
    ),
    wanted: "ssl-encryption",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.12"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_REDIS_TLS_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["4.2.1"] },
    ],
    page: include_str!("dms_redis_tls_enabled.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const MODIFY: &str = "modify-endpoint --redis-settings with SslSecurityProtocol=ssl-encryption";

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check(input, "RedisSettings", |recorded| {
        let protocol = match Setting::read(recorded, "SslSecurityProtocol") {
            Setting::Absent => {
                let settings = endpoint::described(input, "RedisSettings", "SslSecurityProtocol", recorded)?;
                Setting::read(&settings, "SslSecurityProtocol")
            }
            given => given,
        };
        Ok(match protocol {
            Setting::Is(protocol) if protocol == "ssl-encryption" => {
                Finding::compliant("TLS", "SslSecurityProtocol=ssl-encryption")
            }
            Setting::Is(protocol) if protocol == "plaintext" => {
                Finding::non_compliant("PLAINTEXT", "SslSecurityProtocol=plaintext", MODIFY)
            }
            Setting::Is(protocol) => Finding::unknown(format!(
                "SslSecurityProtocol is {:?}, which DMS does not document",
                shown(&protocol)
            )),
            // The one documented default that is safe (RedisSettings); the group itself is there, and it is that of
            // DMS or of a resource to create, so DMS applies it.
            Setting::Absent => Finding::compliant(
                "TLS",
                "SslSecurityProtocol is not set, and DMS's default is ssl-encryption",
            ),
            Setting::Unreadable(what) => Finding::unknown(format!("SslSecurityProtocol is {what}")),
        })
    })
}
