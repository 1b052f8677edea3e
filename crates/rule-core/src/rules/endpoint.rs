//! The engine of an endpoint, and the settings of one engine.

use crate::{Configuration, Input, Property, Setting, Stop, Unknown};

/// The property that every rule on endpoints reads first.
pub(super) const ENGINE_NAME: Property = Property::setting("EngineName", Some("engine_name"));

/// Returns the configuration of an endpoint and its engine, in lower case.
///
/// # Errors
/// Returns the reason if the engine is not known: the rule may apply then, so the endpoint is not let off.
pub(super) fn engine<'a>(input: &'a Input) -> Result<(&'a Configuration, String), Unknown> {
    let configuration = input.configuration()?;
    match Setting::read(configuration, ENGINE_NAME.path) {
        Setting::Is(engine) => Ok((configuration, engine)),
        Setting::Absent => Err(Unknown::new("EngineName is missing, so the rule may apply")),
        Setting::Unreadable(what) => {
            Err(Unknown::new(format!("EngineName is {what}, so the rule may apply")))
        }
    }
}

/// Returns the configuration of an endpoint with one of these engines, and the engine.
///
/// # Errors
/// Returns [`Stop::NotApplicable`] for another engine, [`Stop::Unknown`] if the engine is not known.
pub(super) fn with_engine<'a>(
    input: &'a Input,
    engines: &[&str],
) -> Result<(&'a Configuration, String), Stop> {
    let (configuration, engine) = engine(input)?;
    if engines.contains(&engine.as_str()) {
        return Ok((configuration, engine));
    }
    let evaluated = engines.join(" and ");
    Err(Stop::NotApplicable(format!("the rule evaluates {evaluated} endpoints, and the engine is {engine}")))
}

/// Returns a group of settings that every endpoint of its engine has.
///
/// # Errors
/// Returns the reason if the group is missing, unreadable, or empty (a real one names at least a server).
pub(super) fn settings(configuration: &Configuration, name: &str) -> Result<Configuration, Unknown> {
    let group = configuration.group(name);
    group.readable(name)?;
    if group == Configuration::Properties(Vec::new()) {
        return Err(Unknown::new(format!("{name} is empty")));
    }
    Ok(group)
}
