#![doc = include_str!("dms_mongo_db_authentication_enabled.md")]

use crate::rules::endpoint;
use crate::text::cut;
use crate::{
    Configuration, Finding, Input, Need, Property, Requirement, ResourceType, Rule, Setting, Severity, Stop,
    Unknown,
};

/// The rule `dms-mongo-db-authentication-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-mongo-db-authentication-enabled",
    resource_type: ResourceType::Endpoint,
    severity: Severity::Medium,
    property: Property::setting("MongoDbSettings.AuthType", Some("mongodb_settings.auth_type")),
    wanted: "password",
    reads: &[
        endpoint::ENGINE_NAME,
        Property::setting("DocDbSettings.AuthType", None),
        Property::text("MongoDbSettings.AuthMechanism", Some("mongodb_settings.auth_mechanism")),
        Property::text("DocDbSettings.AuthMechanism", None),
    ],
    needs: &[Need::List],
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.11"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_MONGO_DB_AUTHENTICATION_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["7.3.1"] },
    ],
    page: include_str!("dms_mongo_db_authentication_enabled.md"),
    unknown_fix: MODIFY,
    check,
};

const MODIFY: &str = "modify-endpoint --mongo-db-settings with AuthType=password and credentials";

/// The engines of the rule: AWS spells Amazon DocumentDB in two ways.
const ENGINES: [&str; 3] = [MONGODB, "docdb", "documentdb"];
const MONGODB: &str = "mongodb";

fn check(input: &Input) -> Result<Finding, Stop> {
    let (configuration, engine) = endpoint::with_engine(input, &ENGINES)?;
    let names: &[&str] =
        if engine == MONGODB { &["MongoDbSettings"] } else { &["MongoDbSettings", "DocDbSettings"] };
    let groups: Vec<Configuration> = names
        .iter()
        .filter(|name| configuration.values(name).next().is_some())
        .map(|name| endpoint::settings(configuration, name))
        .collect::<Result<_, _>>()?;
    if groups.is_empty() {
        return Err(Unknown::new(format!("{} missing", names.join(" and "))).into());
    }
    let finding = match auth_type(&groups) {
        Setting::Is(kind) if kind == "password" => Finding::compliant("AUTHENTICATED", "AuthType=password"),
        Setting::Is(kind) => Finding::non_compliant("UNAUTHENTICATED", format!("AuthType={kind}"), MODIFY),
        Setting::Absent => Finding::unknown("AuthType is missing, and DMS documents no default"),
        Setting::Unreadable(what) => Finding::unknown(format!("AuthType is {what}")),
    };
    Ok(match groups.iter().find_map(|group| group.text("AuthMechanism")) {
        Some(mechanism) => finding.with_evidence("mechanism", cut(mechanism, 24)),
        None => finding,
    })
}

/// Reads `AuthType` in the groups, which must agree where several have it.
fn auth_type(groups: &[Configuration]) -> Setting {
    let mut given =
        groups.iter().map(|group| Setting::read(group, "AuthType")).filter(|it| *it != Setting::Absent);
    let first = given.next().unwrap_or(Setting::Absent);
    if given.all(|other| other == first) {
        first
    } else {
        Setting::Unreadable("given twice, differently".to_owned())
    }
}
