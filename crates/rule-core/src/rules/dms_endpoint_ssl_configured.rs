#![doc = include_str!("dms_endpoint_ssl_configured.md")]

use crate::rules::endpoint::{self, Word};
use crate::rules::engine_settings::lacks_ssl_mode;
use crate::setting::shown;
use crate::{
    Configuration, Finding, Input, Need, Property, Requirement, ResourceType, Rule, Setting, Severity, Stop,
};

/// The rule `dms-endpoint-ssl-configured`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-ssl-configured",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    property: Property::setting("SslMode", Some("ssl_mode")),
    wanted: "require, verify-ca or verify-full, whichever the engine takes",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List, Need::Describe],
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
    command: None,
    check,
};

const MODIFY: &str =
    "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes";

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    let finding = finding(configuration);
    match Word::engine(configuration) {
        Word::Is(engine) if lacks_ssl_mode(&engine) => {
            Err(Stop::NotApplicable(format!("DMS has no SslMode for the engine {engine}")))
        }
        Word::Is(engine) => Ok(finding.with_evidence("engine", shown(&engine))),
        // With a mode of TLS there is no finding for any engine.
        Word::Open(reason) => Ok(endpoint::whatever_the_engine(finding, &reason)
            .unwrap_or_else(|| endpoint::unknown_engine(&reason))),
        Word::Unreadable(reason) => Ok(endpoint::unknown_engine(&reason)),
    }
}

/// Returns the finding on an endpoint whose engine has the setting.
fn finding(configuration: &Configuration) -> Finding {
    match Setting::read(configuration, "SslMode") {
        Setting::Is(mode) if ["require", "verify-ca", "verify-full"].contains(&mode.as_str()) => {
            Finding::compliant("TLS", format!("SslMode={mode}"))
        }
        Setting::Is(mode) if mode == "none" => Finding::non_compliant("PLAINTEXT", "SslMode=none", MODIFY),
        Setting::Is(mode) => {
            Finding::unknown(format!("SslMode is {:?}, which DMS does not document", shown(&mode)))
        }
        // The default that DMS documents (CreateEndpoint).
        Setting::Absent => {
            Finding::non_compliant("PLAINTEXT", "SslMode is missing, and DMS's default is none", MODIFY)
        }
        Setting::Unreadable(what) => Finding::unknown(format!("SslMode is {what}")),
    }
}
