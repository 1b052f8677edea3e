#![doc = include_str!("dms_mongo_db_authentication_enabled.md")]

use crate::{
    Check, Configuration, Finding, Input, Property, Requirement, Rule, Setting, Severity, resource_type, rules::endpoint,
};

/// The rule.
pub static RULE: Rule = Rule {
    identifier: "dms-mongo-db-authentication-enabled",
    resource_type: &resource_type::ENDPOINT,
    severity: Severity::Medium,
    property: Property { path: "MongoDbSettings.AuthType", wanted: "password" },
    parameters: &[],
    requirements: &[
        Requirement { framework: "Security Hub", ids: &["DMS.11"] },
        Requirement { framework: "AWS Config managed rule", ids: &["DMS_MONGO_DB_AUTHENTICATION_ENABLED"] },
        Requirement { framework: "PCI DSS v4.0.1", ids: &["7.3.1"] },
    ],
    page: include_str!("dms_mongo_db_authentication_enabled.md"),
    check: Check::OfItem(check),
};

/// AWS writes Amazon DocumentDB in two ways.
const ENGINES: [&str; 3] = [MONGODB, "docdb", "documentdb"];
const MONGODB: &str = "mongodb";

const MODIFY: &str = "modify-endpoint --mongo-db-settings with AuthType=password and credentials.";

fn check(input: &Input) -> Finding {
    judge(input).unwrap_or_else(|finding| finding)
}

fn judge(input: &Input) -> Result<Finding, Finding> {
    let (configuration, engine) = endpoint::of_engine(input, &ENGINES, MODIFY)?;
    let names: &[&str] =
        if engine == MONGODB { &["MongoDbSettings"] } else { &["MongoDbSettings", "DocDbSettings"] };
    let groups: Vec<Configuration> = names
        .iter()
        .filter(|name| configuration.values(name).next().is_some())
        .map(|name| endpoint::settings(configuration, name, MODIFY))
        .collect::<Result<_, _>>()?;
    if groups.is_empty() {
        return Err(Finding::unknown(format!("{} missing", names.join(" and ")), MODIFY));
    }
    let mut found = groups.iter().map(|group| Setting::read(group, "AuthType")).filter(|s| *s != Setting::Absent);
    let first = found.next().unwrap_or(Setting::Absent);
    let agreed = if found.all(|other| other == first) {
        first
    } else {
        Setting::Unreadable("given twice, differently".to_owned())
    };
    let finding = match agreed {
        Setting::Is(kind) if kind == "password" => Finding::compliant("AUTHENTICATED: AuthType=password"),
        Setting::Is(kind) => Finding::non_compliant(format!("UNAUTHENTICATED: AuthType={kind}"), MODIFY),
        Setting::Absent => Finding::unknown("AuthType is missing, and DMS documents no default", MODIFY),
        Setting::Unreadable(what) => Finding::unknown(format!("AuthType is {what}"), MODIFY),
    };
    let mechanism = groups.iter().find_map(|group| group.text("AuthMechanism"));
    Ok(match mechanism {
        Some(mechanism) => finding.with("mechanism", crate::annotation::cut(mechanism, 24)),
        None => finding,
    })
}
