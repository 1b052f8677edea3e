//! What the rules on endpoints share: whether an endpoint is of an engine that they speak of.

use crate::{Configuration, Finding, Input, Setting, rule};

/// The configuration of an endpoint and its engine, in lower case.
///
/// # Errors
/// The finding that follows from not knowing the engine: what cannot be told to be out of scope is not let off.
pub(super) fn engine<'a>(
    input: &Input<'a>,
    fix: &'static str,
) -> Result<(&'a Configuration, String), Finding> {
    let configuration = rule::readable("the configuration", &input.item.configuration)
        .map_err(|why| Finding::unknown(why, fix))?;
    match Setting::read(configuration, "EngineName") {
        Setting::Is(engine) => Ok((configuration, engine)),
        Setting::Absent => Err(Finding::unknown("EngineName is missing, so the rule may apply", fix)),
        Setting::Unreadable(what) => {
            Err(Finding::unknown(format!("EngineName is {what}, so the rule may apply"), fix))
        }
    }
}

/// The configuration of an endpoint of one of these engines, and which of them.
///
/// # Errors
/// `NOT_APPLICABLE` for another engine, or as [`engine`].
pub(super) fn of_engine<'a>(
    input: &Input<'a>,
    engines: &[&str],
    fix: &'static str,
) -> Result<(&'a Configuration, String), Finding> {
    let (configuration, engine) = engine(input, fix)?;
    if engines.contains(&engine.as_str()) {
        return Ok((configuration, engine));
    }
    Err(Finding::not_applicable(format!(
        "the rule judges {} endpoints, and the engine is {engine}",
        engines.join(" and ")
    )))
}

/// A group of settings of an endpoint, which every endpoint of its engine has.
///
/// # Errors
/// The finding that follows from not knowing it: missing, empty (a real one names at least a server), unreadable.
pub(super) fn settings(
    configuration: &Configuration,
    name: &str,
    fix: &'static str,
) -> Result<Configuration, Finding> {
    let group = configuration.group(name);
    rule::readable(name, &group).map_err(|why| Finding::unknown(why, fix))?;
    if group == Configuration::Properties(Vec::new()) {
        return Err(Finding::unknown(format!("{name} is empty"), fix));
    }
    Ok(group)
}
