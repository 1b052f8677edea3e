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
    reads: &[ENGINE, Property::flag("Virtual", None)],
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

/// The engines whose settings have no `SslMode` (service model of DMS, `RedshiftDataProviderSettings`).
const WITHOUT_SSL_MODE: [&str; 1] = ["redshift"];

fn check(input: &Input) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    if Flag::read(configuration, "Virtual", true) == Flag::Is(true) {
        return Err(Stop::NotApplicable("Virtual=true: it has no server".to_owned()));
    }
    let engine = match Setting::read(configuration, ENGINE.path) {
        Setting::Is(engine) => engine,
        Setting::Absent => return Err(Unknown::new("Engine is missing").into()),
        Setting::Unreadable(what) => return Err(Unknown::new(format!("Engine is {what}")).into()),
    };
    if WITHOUT_SSL_MODE.contains(&engine.as_str()) {
        return Err(Stop::NotApplicable(format!("DMS has no SslMode for data providers of {engine}")));
    }
    let settings = of_engine(configuration)?;
    Ok(ssl_mode::finding(&settings, MODIFY).with_evidence("engine", shown(&engine)))
}

/// Returns the settings of the engine: the one group in `Settings`, which is a union.
fn of_engine(configuration: &Configuration) -> Result<Configuration, Unknown> {
    let settings = configuration.group("Settings");
    let Configuration::Properties(members) = settings.readable("Settings")? else {
        return Err(Unknown::new("Settings is missing"));
    };
    let mut given = members.iter().filter(|(_, value)| *value != Json::Null);
    match (given.next(), given.next()) {
        // A null of another engine is nothing; one of this engine contradicts it.
        (Some((name, _)), None)
            if members.iter().filter(|(other, _)| is_same_name(other, name)).count() > 1 =>
        {
            Err(Unknown::new(format!("Settings holds {} more than once", shown(name))))
        }
        (Some((name, Json::Object(settings))), None) if name.to_ascii_lowercase().ends_with("settings") => {
            Ok(Configuration::Properties(settings.clone()))
        }
        (Some((name, value)), None) => {
            Err(Unknown::new(format!("Settings holds {} that is {}", shown(name), value.in_words())))
        }
        (Some(_), Some(_)) => Err(Unknown::new("Settings holds more than one group")),
        (None, _) => Err(Unknown::new("Settings is empty")),
    }
}
