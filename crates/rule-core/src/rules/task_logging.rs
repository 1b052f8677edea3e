//! The evaluation of the two rules on the logging of a task.

use crate::{Configuration, Fact, Finding, Flag, Input, Json, Lookup, Property, Setting, Stop, Unknown};

/// The property that decides: a JSON document.
pub(super) const SETTINGS: Property =
    Property::text("ReplicationTaskSettings", Some("replication_task_settings"));

/// The severities that are enough; ERROR, WARNING and INFO leave out what an investigation needs.
const ENOUGH: [&str; 3] =
    ["logger_severity_default", "logger_severity_debug", "logger_severity_detailed_debug"];

/// The remedy: DMS changes the settings of stopped tasks only.
pub(super) const MODIFY: &str = concat!(
    "stop the task, modify-replication-task --replication-task-settings with EnableLogging and these components at ",
    "LOGGER_SEVERITY_DEFAULT, resume it"
);

/// Returns the finding on the components that log one side of a task.
pub(super) fn check(input: &Input, components: &[&str]) -> Result<Finding, Stop> {
    let settings = settings(input)?;
    let settings = settings.readable(SETTINGS.path)?;
    let logging = settings.group("Logging");
    let logging = logging.readable("Logging in ReplicationTaskSettings")?;
    if !Flag::read(logging, "EnableLogging", true).known("EnableLogging")? {
        return Ok(Finding::non_compliant("NOT LOGGED", "EnableLogging=false", MODIFY));
    }
    let recorded = log_components(logging)?;
    let quiet: Vec<String> =
        components.iter().flat_map(|component| shortfalls(component, &recorded)).collect();
    Ok(if quiet.is_empty() {
        Finding::compliant("LOGGED", format!("{} at DEFAULT or more", components.join(" and ")))
    } else {
        Finding::non_compliant("NOT LOGGED", quiet.join("; "), MODIFY)
    })
}

/// Returns the settings of the task: the recorded ones, else those that DMS describes.
fn settings(input: &Input) -> Result<Configuration, Stop> {
    let recorded = input.configuration()?.group(SETTINGS.path);
    if recorded != Configuration::Absent {
        return Ok(recorded);
    }
    match &input.facts.description {
        Fact::Known(description) => Ok(description.group(SETTINGS.path)),
        Fact::NotRead => Err(Lookup::Description.into()),
        Fact::Unavailable(reason) => {
            Err(Unknown::new(format!("ReplicationTaskSettings is not recorded, and {reason}")).into())
        }
    }
}

/// Describes why the severities that are recorded for a component are not enough; empty if they are.
fn shortfalls(component: &str, recorded: &[(String, Setting)]) -> Vec<String> {
    let severities: Vec<&Setting> = recorded
        .iter()
        .filter(|(id, _)| id.eq_ignore_ascii_case(component))
        .map(|(_, severity)| severity)
        .collect();
    if severities.is_empty() {
        return vec![format!("{component} is not among the LogComponents")];
    }
    let shortfall = |severity: &Setting| match severity {
        Setting::Is(word) if ENOUGH.contains(&word.as_str()) => None,
        Setting::Is(word) => Some(format!("{component} is at {}", word.to_uppercase())),
        Setting::Absent => Some(format!("{component} has no Severity")),
        Setting::Unreadable(what) => Some(format!("the Severity of {component} is {what}")),
    };
    severities.into_iter().filter_map(shortfall).collect()
}

/// Returns the ids and severities of the components, in their order and however often they are given.
fn log_components(logging: &Configuration) -> Result<Vec<(String, Setting)>, Unknown> {
    let mut components = Vec::new();
    for list in logging.values("LogComponents") {
        let Json::List(list) = list else {
            return Err(Unknown::new(format!("LogComponents is {}", list.in_words())));
        };
        for entry in list {
            let Json::Object(members) = entry else {
                return Err(Unknown::new(format!("LogComponents holds {}", entry.in_words())));
            };
            let component = Configuration::Properties(members.clone());
            let id = match Setting::read(&component, "Id") {
                Setting::Is(id) => id,
                Setting::Absent => return Err(Unknown::new("LogComponents holds one without an Id")),
                Setting::Unreadable(what) => {
                    return Err(Unknown::new(format!("LogComponents holds an Id that is {what}")));
                }
            };
            components.push((id, Setting::read(&component, "Severity")));
        }
    }
    Ok(components)
}
