#![doc = include_str!("dms_endpoint_ssl_configured.md")]

use crate::rules::endpoint::{self, Word};
use crate::rules::engine_settings::lacks_ssl_mode;
use crate::rules::ssl_mode;
use crate::setting::shown;
use crate::{
    Change, Configuration, Finding, Input, MinimumMode, Need, Outcome, Parameter, Property, Requirement,
    ResourceType, Rule, Setting, Severity, Stop, Theme,
};

/// The rule `dms-endpoint-ssl-configured`.
pub static RULE: Rule = Rule {
    identifier: "dms-endpoint-ssl-configured",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: SSL_MODE,
    wanted: "require, verify-ca or verify-full, whichever the engine takes",
    reads: &[endpoint::ENGINE_NAME],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[&MINIMUM_MODE],
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

/// The property that decides.
const SSL_MODE: Property = Property::setting("SslMode", Some("ssl_mode"));

/// The parameter `minimumMode`.
static MINIMUM_MODE: Parameter = Parameter {
    name: "minimumMode",
    default: "encrypted",
    meaning: concat!(
        "the least that the mode must do: `encrypted` (`require`, `verify-ca` or `verify-full`), or `verified` (`verify-ca` ",
        "or `verify-full`, which verify the certificate of the server)"
    ),
    must_be: "encrypted or verified",
    pattern: "encrypted|verified",
    read: |values, word| {
        values.minimum_mode = match word {
            "encrypted" => MinimumMode::Encrypted,
            "verified" => MinimumMode::Verified,
            _ => return false,
        };
        true
    },
};

const MODIFY: &str =
    "modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes";
const VERIFY: &str = "modify-endpoint --ssl-mode verify-full, or verify-ca if the engine takes no other, with --certificate-arn";

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    let finding = finding(configuration, input.parameters.minimum_mode);
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
fn finding(configuration: &Configuration, minimum: MinimumMode) -> Finding {
    let is_required = Setting::read(configuration, ssl_mode::NAME) == Setting::Is("require".to_owned());
    let finding = if is_required && minimum == MinimumMode::Verified {
        Finding::non_compliant("NOT VERIFIED", "SslMode=require", MODIFY)
    } else {
        ssl_mode::finding(configuration, MODIFY)
    };
    match (minimum, finding.outcome) {
        (MinimumMode::Encrypted, _) | (_, Outcome::Compliant | Outcome::NotApplicable) => finding,
        (MinimumMode::Verified, Outcome::Unknown | Outcome::NonCompliant) => {
            Finding { fix: Some(VERIFY), ..finding }
                .with_change(Change::set(SSL_MODE, "verify-full, or verify-ca if the engine takes no other"))
        }
    }
}
