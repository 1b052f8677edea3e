#![doc = include_str!("dms_endpoint_ssl_configured.md")]

use crate::rules::endpoint;
use crate::{Finding, Input, Need, Property, Requirement, ResourceType, Rule, Setting, Severity, Stop};

/// The rule `dms-endpoint-ssl-configured`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-ssl-configured",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    property: Property::setting("SslMode", Some("ssl_mode")),
    wanted: "require, verify-ca or verify-full",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List],
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.9"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_ENDPOINT_SSL_CONFIGURED"] },
        Requirement { framework: "Control Tower", ids: &["CT.DMS.PR.2"] },
        Requirement { framework: "NIST SP 800-53 r5", ids: &["AC-4", "SC-13", "SC-23"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["4.2.1"] },
    ],
    page: include_str!("dms_endpoint_ssl_configured.md"),
    unknown_fix: MODIFY,
    check,
};

/// The engines that are reached in another way, or have a setting of their own. An engine that is not in this
/// list has `SslMode` (Control Tower's CT.DMS.PR.2 names eleven that do), or is not known to lack it, and is
/// evaluated.
pub const ENGINES_WITHOUT_SSL_MODE: [&str; 10] = [
    "dynamodb",
    "elasticsearch",
    "kafka",
    "kinesis",
    "neptune",
    "opensearch",
    "redis",
    "redshift",
    "redshift-serverless",
    "s3",
];

const MODIFY: &str =
    "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes";

fn check(input: &Input) -> Result<Finding, Stop> {
    let (configuration, engine) = endpoint::engine(input)?;
    if ENGINES_WITHOUT_SSL_MODE.contains(&engine.as_str()) {
        return Err(Stop::NotApplicable(format!("DMS has no SslMode for the engine {engine}")));
    }
    let finding = match Setting::read(configuration, "SslMode") {
        Setting::Is(mode) if ["require", "verify-ca", "verify-full"].contains(&mode.as_str()) => {
            Finding::compliant("TLS", format!("SslMode={mode}"))
        }
        Setting::Is(mode) if mode == "none" => Finding::non_compliant("PLAINTEXT", "SslMode=none", MODIFY),
        Setting::Is(mode) => Finding::unknown(format!("SslMode is {mode:?}, which DMS does not document")),
        // The default that DMS documents (CreateEndpoint).
        Setting::Absent => {
            Finding::non_compliant("PLAINTEXT", "SslMode is missing, and DMS's default is none", MODIFY)
        }
        Setting::Unreadable(what) => Finding::unknown(format!("SslMode is {what}")),
    };
    Ok(finding.with_evidence("engine", engine))
}
