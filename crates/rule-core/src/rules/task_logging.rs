//! What the two rules on the logging of a task share.

use crate::{Configuration, Fact, Finding, Flag, Input, Json, Lookup, Setting, rule};

/// The severities that say enough; ERROR, WARNING and INFO leave out what an investigation needs.
const ENOUGH: [&str; 3] =
    ["logger_severity_default", "logger_severity_debug", "logger_severity_detailed_debug"];

const MODIFY: &str = "stop the task, modify-replication-task --replication-task-settings with EnableLogging and these components at LOGGER_SEVERITY_DEFAULT, resume it.";

/// The finding on the components that log one side of a task.
pub(super) fn check(input: &Input, components: &[&str]) -> Result<Finding, Lookup> {
    let own = match input.configuration() {
        Ok(configuration) => configuration.group("ReplicationTaskSettings"),
        Err(why) => return Ok(Finding::unknown(why, MODIFY)),
    };
    let settings = match (own, &input.facts.description) {
        (Configuration::Absent, Fact::NotRead) => return Err(Lookup::Description),
        (Configuration::Absent, Fact::Known(description)) => description.group("ReplicationTaskSettings"),
        (Configuration::Absent, Fact::Unavailable(why)) => {
            let why = format!("ReplicationTaskSettings is not recorded, and {why}");
            return Ok(Finding::unknown(why, MODIFY));
        }
        (own, _) => own,
    };
    Ok(judge(&settings, components).unwrap_or_else(|finding| finding))
}

fn judge(settings: &Configuration, components: &[&str]) -> Result<Finding, Finding> {
    let unknown = |why: String| Finding::unknown(why, MODIFY);
    let settings = rule::readable("ReplicationTaskSettings", settings).map_err(unknown)?;
    let logging = settings.group("Logging");
    let logging = rule::readable("Logging in ReplicationTaskSettings", &logging).map_err(unknown)?;
    if !Flag::read(logging, "EnableLogging", true).known("EnableLogging").map_err(unknown)? {
        return Err(Finding::non_compliant("NOT LOGGED: EnableLogging=false", MODIFY));
    }
    let recorded = log_components(logging).map_err(unknown)?;
    let mut quiet = Vec::new();
    for &component in components {
        let severities: Vec<&Setting> =
            recorded.iter().filter(|(id, _)| id.eq_ignore_ascii_case(component)).map(|(_, s)| s).collect();
        if severities.is_empty() {
            quiet.push(format!("{component} is not among the LogComponents"));
        }
        for severity in severities {
            match severity {
                Setting::Is(word) if ENOUGH.contains(&word.as_str()) => {}
                Setting::Is(word) => quiet.push(format!("{component} is at {}", word.to_uppercase())),
                Setting::Absent => quiet.push(format!("{component} has no Severity")),
                Setting::Unreadable(what) => quiet.push(format!("the Severity of {component} is {what}")),
            }
        }
    }
    if quiet.is_empty() {
        return Ok(Finding::compliant(format!("LOGGED: {} at DEFAULT or more", components.join(" and "))));
    }
    Err(Finding::non_compliant(format!("NOT LOGGED: {}", quiet.join("; ")), MODIFY))
}

/// The ids and severities of the components, in whatever order and however often they stand there.
fn log_components(logging: &Configuration) -> Result<Vec<(String, Setting)>, String> {
    let mut components = Vec::new();
    for list in logging.values("LogComponents") {
        let Json::List(list) = list else { return Err(format!("LogComponents is {}", list.in_words())) };
        for entry in list {
            let Json::Object(members) = entry else {
                return Err(format!("LogComponents holds {}", entry.in_words()));
            };
            let component = Configuration::Properties(members.clone());
            match Setting::read(&component, "Id") {
                Setting::Is(id) => components.push((id, Setting::read(&component, "Severity"))),
                Setting::Absent => return Err("LogComponents holds one without an Id".to_owned()),
                Setting::Unreadable(what) => return Err(format!("LogComponents holds an Id that is {what}")),
            }
        }
    }
    Ok(components)
}
