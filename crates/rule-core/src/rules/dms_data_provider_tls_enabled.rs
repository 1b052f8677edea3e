#![doc = include_str!("dms_data_provider_tls_enabled.md")]

use crate::rules::ssl_mode;
use crate::setting::shown;
use crate::text::is_same_name;
use crate::{
    Configuration, Finding, Flag, Input, Json, Kind, Need, Property, ResourceType, Rule, Setting, Severity,
    Stop, Theme, Unknown,
};

/// The rule `dms-data-provider-tls-enabled`.
pub static RULE: Rule = Rule {
    identifier: "dms-data-provider-tls-enabled",
    resource_type: ResourceType::DataProvider,
    severity: Severity::Medium,
    theme: Theme::Connections,
    property: Property { path: "Settings", kind: Kind::Group, terraform: None },
    wanted: "settings of one engine with SslMode require, verify-ca or verify-full",
    reads: &[
        ENGINE,
        Property::flag("Virtual", None),
        Property::setting("Settings.MySqlSettings.SslMode", None),
        Property::setting("Settings.PostgreSqlSettings.SslMode", None),
        Property::setting("Settings.IbmDb2LuwSettings.SslMode", None),
        Property::setting("Settings.IbmDb2zOsSettings.SslMode", None),
        Property::setting("Settings.DocDbSettings.SslMode", None),
        Property::setting("Settings.MariaDbSettings.SslMode", None),
        Property::setting("Settings.MongoDbSettings.SslMode", None),
        Property::setting("Settings.OracleSettings.SslMode", None),
        Property::setting("Settings.MicrosoftSqlServerSettings.SslMode", None),
        Property::setting("Settings.SybaseAseSettings.SslMode", None),
        Property { path: "Settings.RedshiftSettings", kind: Kind::Group, terraform: None },
    ],
    needs: &[Need::List],
    schedule_only: false,
    parameters: &[],
    requirements: &[],
    page: include_str!("dms_data_provider_tls_enabled.md"),
    unknown_fix: MODIFY,
    command: None,
    check,
};

const ENGINE: Property = Property::setting("Engine", None);

const MODIFY: &str = "modify-data-provider --settings with SslMode require, verify-ca or verify-full, whichever the engine takes";

/// The engines, and the group of settings that each has (service model of DMS, `DataProviderSettings`; `CreateDataProvider`,
/// "Engine").
const ENGINES: [(&str, &str); 13] = [
    ("aurora", "MySqlSettings"),
    ("aurora-postgresql", "PostgreSqlSettings"),
    ("db2", "IbmDb2LuwSettings"),
    ("db2-zos", "IbmDb2zOsSettings"),
    ("docdb", "DocDbSettings"),
    ("mariadb", "MariaDbSettings"),
    ("mongodb", "MongoDbSettings"),
    ("mysql", "MySqlSettings"),
    ("oracle", "OracleSettings"),
    ("postgres", "PostgreSqlSettings"),
    ("redshift", "RedshiftSettings"),
    ("sqlserver", "MicrosoftSqlServerSettings"),
    ("sybase", "SybaseAseSettings"),
];

/// The group without an `SslMode` (service model of DMS, `RedshiftDataProviderSettings`).
const WITHOUT_SSL_MODE: &str = "RedshiftSettings";

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    // CloudFormation has no such property.
    if !input.facts.planned && Flag::read(configuration, "Virtual", true) == Flag::Is(true) {
        return Err(Stop::NotApplicable("Virtual=true: it has no server".to_owned()));
    }
    let engine = match Setting::read(configuration, ENGINE.path) {
        Setting::Is(engine) => engine,
        Setting::Absent => return Err(Unknown::new("Engine is missing").into()),
        Setting::Unreadable(what) => return Err(Unknown::new(format!("Engine is {what}")).into()),
    };
    let group =
        ENGINES.iter().find(|(known, _)| *known == engine).map(|(_, group)| *group).ok_or_else(|| {
            Unknown::new(format!("Engine is {:?}, of which no settings are known", shown(&engine)))
        })?;
    let settings = of_engine(configuration, group, input.facts.planned)?;
    if group == WITHOUT_SSL_MODE {
        return Err(Stop::NotApplicable(format!("DMS has no SslMode for data providers of {engine}")));
    }
    Ok(ssl_mode::finding(&settings, MODIFY).with_evidence("engine", shown(&engine)))
}

/// Returns the settings of the engine: the one group in `Settings`, which is a union.
fn of_engine(configuration: &Configuration, group: &str, is_exact: bool) -> Result<Configuration, Unknown> {
    let settings = configuration.group("Settings");
    let Configuration::Properties(members) = settings.readable("Settings")? else {
        return Err(Unknown::new("Settings is missing"));
    };
    // A group of another engine that only deployment shows is none, since DMS takes one group: Terraform marks all so.
    let is_open_elsewhere = |name: &str, value: &Json| {
        is_exact && matches!(value, Json::Undecided(_)) && !is_same_name(name, group)
    };
    let mut given =
        members.iter().filter(|(name, value)| *value != Json::Null && !is_open_elsewhere(name, value));
    match (given.next(), given.next()) {
        // A null of another engine is nothing; one of this engine contradicts it.
        (Some((name, _)), None)
            if members.iter().filter(|(other, _)| is_same_name(other, name)).count() > 1 =>
        {
            Err(Unknown::new(format!("Settings holds {} more than once", shown(name))))
        }
        (Some((name, _)), None) if is_same_name(name, group) => {
            let own = settings.group(group);
            let own = own.readable(group)?;
            // In a template, another spelling is another property, or none.
            match is_exact.then(|| misspelled_in(name, group, own)).flatten() {
                Some(odd) => Err(Unknown::new(format!("Settings holds a name spelled {:?}", shown(odd)))),
                None => Ok(own.clone()),
            }
        }
        (Some((name, _)), None) => {
            Err(Unknown::new(format!("Settings holds {}, and the engine has {group}", shown(name))))
        }
        (Some(_), Some(_)) => Err(Unknown::new("Settings holds more than one group")),
        (None, _) => Err(Unknown::new("Settings is empty")),
    }
}

/// Returns a name of the group, or of the mode in it, that is not spelled as CloudFormation spells it.
fn misspelled_in<'a>(name: &'a str, group: &str, settings: &'a Configuration) -> Option<&'a str> {
    if name != group {
        return Some(name);
    }
    let Configuration::Properties(members) = settings else { return None };
    let mut names = members.iter().map(|(name, _)| name.as_str());
    names.find(|name| is_same_name(name, ssl_mode::NAME) && *name != ssl_mode::NAME)
}
