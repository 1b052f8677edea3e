#![doc = include_str!("dms_mongo_db_authentication_enabled.md")]

use crate::rules::endpoint;
use crate::setting::shown;
use crate::text::cut;
use crate::{
    Finding, Input, Need, Property, Requirement, ResourceType, Rule, Setting, Severity, Stop, Theme,
};

/// The rule `dms-mongo-db-authentication-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-mongo-db-authentication-enabled",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property::setting("MongoDbSettings.AuthType", Some("mongodb_settings.auth_type")),
    wanted: "password",
    reads: &[
        endpoint::ENGINE_NAME,
        Property::text("MongoDbSettings.AuthMechanism", Some("mongodb_settings.auth_mechanism")),
    ],
    needs: &[Need::List, Need::Describe],
    schedule_only: false,
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.11"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_MONGO_DB_AUTHENTICATION_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["7.3.1"] },
    ],
    page: include_str!("dms_mongo_db_authentication_enabled.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const MODIFY: &str = "modify-endpoint --mongo-db-settings with AuthType=password and credentials";

fn check(input: &Input) -> Result<Finding, Stop> {
    endpoint::check(input, "MongoDbSettings", |settings| {
        let finding = match Setting::read(settings, "AuthType") {
            Setting::Is(kind) if kind == "password" => {
                Finding::compliant("AUTHENTICATED", "AuthType=password")
            }
            Setting::Is(kind) => {
                Finding::non_compliant("UNAUTHENTICATED", format!("AuthType={}", shown(&kind)), MODIFY)
            }
            Setting::Absent => Finding::unknown("AuthType is missing, and DMS documents no default"),
            Setting::Unreadable(what) => Finding::unknown(format!("AuthType is {what}")),
        };
        Ok(match settings.text("AuthMechanism") {
            Some(mechanism) => finding.with_evidence("mechanism", cut(mechanism, 24)),
            None => finding,
        })
    })
}
