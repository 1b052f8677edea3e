//! The evaluation of the rules on the logging of a task, and of a serverless replication.

use crate::configuration::{Given, misspelled};
use crate::setting::shown;
use crate::text::is_same_name;
use crate::{Configuration, Fact, Finding, Flag, Input, Json, Lookup, Property, Setting, Stop, Unknown};

/// The property of a task that decides: a JSON document.
pub(super) const SETTINGS: Property =
    Property::text("ReplicationTaskSettings", Some("replication_task_settings"));

/// The property of a serverless replication that decides: the same document.
pub(super) const SERVERLESS_SETTINGS: Property =
    Property::text("ReplicationSettings", Some("replication_settings"));

/// The severities that are enough; ERROR, WARNING and INFO leave out what an investigation needs.
const ENOUGH: [&str; 3] =
    ["logger_severity_default", "logger_severity_debug", "logger_severity_detailed_debug"];

/// The remedy: DMS changes the settings of stopped tasks only.
pub(super) const MODIFY: &str = concat!(
    "stop the task, modify-replication-task --replication-task-settings with EnableLogging and these components at ",
    "LOGGER_SEVERITY_DEFAULT, resume it"
);

/// The remedy for a serverless replication: DMS changes one that is not running (`ModifyReplicationConfig`).
pub(super) const MODIFY_SERVERLESS: &str = concat!(
    "stop the replication, modify-replication-config --replication-settings with EnableLogging and these components at ",
    "LOGGER_SEVERITY_DEFAULT, start it"
);

/// The components that log what is read from the source.
pub(super) const SOURCE: [&str; 2] = ["SOURCE_CAPTURE", "SOURCE_UNLOAD"];

/// The components that log what is written to the target.
pub(super) const TARGET: [&str; 2] = ["TARGET_APPLY", "TARGET_LOAD"];

/// Returns the finding on the components that log one side of a task.
pub(super) fn check(input: &Input, components: &[&str]) -> Result<Finding, Stop> {
    by_settings(input, SETTINGS.path, components, MODIFY)
}

/// Returns the finding on the components that log one side of a serverless replication.
pub(super) fn check_serverless(input: &Input, components: &[&str]) -> Result<Finding, Stop> {
    by_settings(input, SERVERLESS_SETTINGS.path, components, MODIFY_SERVERLESS)
}

fn by_settings(
    input: &Input,
    property: &str,
    components: &[&str],
    modify: &'static str,
) -> Result<Finding, Stop> {
    let Settings { document, spelling } = settings(input, property)?;
    let settings = document.readable(property)?;
    spelling.check(settings, &["Logging"])?;
    let logging = settings.group("Logging");
    let logging = logging.readable(&format!("Logging in {property}"))?;
    spelling.check(logging, &["EnableLogging", "LogComponents"])?;
    if !Flag::read(logging, "EnableLogging", true).known("EnableLogging")? {
        return Ok(Finding::non_compliant("NOT LOGGED", "EnableLogging=false", modify));
    }
    let given = log_components(logging, spelling)?;
    let (mut quiet, mut open) = (Vec::new(), Vec::new());
    for Shortfall { words, may_be_completed } in
        components.iter().flat_map(|component| shortfalls(component, &given.components))
    {
        if input.facts.planned && may_be_completed { open.push(words) } else { quiet.push(words) }
    }
    Ok(if !quiet.is_empty() {
        Finding::non_compliant("NOT LOGGED", quiet.join("; "), modify)
    } else if !open.is_empty() {
        let fact = if given.components.is_empty() {
            "LogComponents is not given".to_owned()
        } else {
            open.join("; ")
        };
        Finding::unknown(format!("{fact}, and DMS fills in what is not given"))
    } else if given.differ {
        Finding::unknown("LogComponents is given twice, differently")
    } else {
        Finding::compliant("LOGGED", format!("{} at DEFAULT or more", components.join(" and ")))
    })
}

/// A reason why the severities that are given for a component are not enough.
struct Shortfall {
    words: String,
    /// True if DMS may choose the severity when it creates the task: it completes partial settings. AWS does not
    /// document the severity that it chooses.
    may_be_completed: bool,
}

/// The components that are given, in all lists of them.
struct LogComponents {
    /// Their ids and severities, in their order and however often they are given.
    components: Vec<(String, Setting)>,
    /// True if there are two lists that are not the same.
    differ: bool,
}

/// The settings of a task, and how their members are named.
struct Settings {
    document: Configuration,
    spelling: Spelling,
}

/// The way in which the members of settings are named.
#[derive(Clone, Copy)]
enum Spelling {
    /// As DMS names them: the settings are the JSON text that DMS itself reads.
    Exact,
    /// As AWS Config may record an object, with a lower first letter too.
    Recorded,
}

impl Spelling {
    /// Checks that no member has a name that DMS may not read as one of `names`.
    ///
    /// # Errors
    /// Returns the reason if a name differs from one of them in case, `_`, `-` or white space.
    fn check(self, object: &Configuration, names: &[&str]) -> Result<(), Unknown> {
        let (Self::Exact, Configuration::Properties(members)) = (self, object) else { return Ok(()) };
        for name in names {
            let odd = members.iter().find(|(given, _)| given != name && is_same_name(given, name));
            if let Some((odd, _)) = odd {
                return Err(Unknown::new(format!("{name} is {}", misspelled(odd))));
            }
        }
        Ok(())
    }
}

/// Returns the settings of the task: the recorded ones, else those that DMS describes.
fn settings(input: &Input, property: &str) -> Result<Settings, Stop> {
    let recorded = read(input.configuration()?, property);
    if recorded.document != Configuration::Absent {
        return Ok(recorded);
    }
    match &input.facts.description {
        Fact::Known(description) => Ok(read(description, property)),
        Fact::NotRead => Err(Lookup::Description.into()),
        Fact::Unavailable(reason) => {
            Err(Unknown::new(format!("{property} is not recorded, and {reason}")).into())
        }
    }
}

fn read(configuration: &Configuration, property: &str) -> Settings {
    let is_text = configuration.values(property).any(|value| matches!(value, Json::Text(_)));
    let spelling = if is_text { Spelling::Exact } else { Spelling::Recorded };
    Settings { document: configuration.group(property), spelling }
}

/// Describes why the severities that are given for a component are not enough; empty if they are.
fn shortfalls(component: &str, given: &[(String, Setting)]) -> Vec<Shortfall> {
    let severities: Vec<&Setting> = given
        .iter()
        .filter(|(id, _)| id.eq_ignore_ascii_case(component))
        .map(|(_, severity)| severity)
        .collect();
    if severities.is_empty() {
        let words = format!("{component} is not among the LogComponents");
        return vec![Shortfall { words, may_be_completed: true }];
    }
    let shortfall = |severity: &Setting| {
        let words = match severity {
            Setting::Is(word) if ENOUGH.contains(&word.as_str()) => return None,
            Setting::Is(word) => format!("{component} is at {}", shown(word).to_uppercase()),
            Setting::Absent => format!("{component} has no Severity"),
            Setting::Unreadable(what) => format!("the Severity of {component} is {what}"),
        };
        Some(Shortfall { words, may_be_completed: !matches!(severity, Setting::Is(_)) })
    };
    severities.into_iter().filter_map(shortfall).collect()
}

/// Reads the components that are given.
fn log_components(logging: &Configuration, spelling: Spelling) -> Result<LogComponents, Unknown> {
    let mut components = Vec::new();
    for given in logging.given("LogComponents") {
        let list = match given {
            Given::Value(Json::List(list)) => list,
            Given::Value(odd) => return Err(Unknown::new(format!("LogComponents is {}", odd.in_words()))),
            Given::Misspelled(name, _) => {
                return Err(Unknown::new(format!("LogComponents is {}", misspelled(name))));
            }
        };
        for entry in list {
            let Json::Object(members) = entry else {
                return Err(Unknown::new(format!("LogComponents holds {}", entry.in_words())));
            };
            let component = Configuration::Properties(members.clone());
            spelling.check(&component, &["Id", "Severity"])?;
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
    Ok(LogComponents { components, differ: logging.only("LogComponents").is_err() })
}
