//! The engine of an endpoint, and the settings of one engine.

use crate::setting::shown;
use crate::{Change, Configuration, Finding, Input, Json, Lookup, Outcome, Property, Setting, Stop, Unknown};

/// The property that every rule on endpoints reads first.
pub(super) const ENGINE_NAME: Property = Property::setting("EngineName", Some("engine_name"));

/// The engine of an endpoint.
pub(super) enum Engine {
    /// The engine, in lower case.
    Is(String),
    /// The engine is not given, or is decided at deployment: it may be any. The text is the reason.
    Open(String),
    /// The engine is given in a way that AWS does not write, or as more than one. The text is the reason.
    Unreadable(String),
}

impl Engine {
    /// Reads the engine of the endpoint with this configuration.
    pub(super) fn read(configuration: &Configuration) -> Self {
        let name = ENGINE_NAME.path;
        match configuration.only(name) {
            Ok(None) => return Self::Open(format!("{name} is missing")),
            Ok(Some(open @ (Json::Null | Json::Undecided(_) | Json::Created { .. }))) => {
                return Self::Open(format!("{name} is {}", open.in_words()));
            }
            Ok(Some(_)) | Err(_) => {}
        }
        match Setting::read(configuration, name) {
            Setting::Is(engine) => Self::Is(engine),
            Setting::Absent => Self::Open(format!("{name} is missing")),
            Setting::Unreadable(what) => Self::Unreadable(format!("{name} is {what}")),
        }
    }
}

/// Returns the finding of a rule on the endpoints of one engine, by the group of settings that they have.
///
/// # Errors
/// Returns [`Stop::NotApplicable`] for another engine, [`Stop::Unknown`] if the settings of this one are not known.
pub(super) fn check(
    input: &Input,
    engine: &str,
    group: &str,
    check: impl FnOnce(&Configuration) -> Result<Finding, Stop>,
) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    match Engine::read(configuration) {
        Engine::Is(name) if name == engine => check(&settings(configuration, group)?),
        Engine::Is(name) => Err(Stop::NotApplicable(format!(
            "the rule evaluates {engine} endpoints, and the engine is {}",
            shown(&name)
        ))),
        // The rule would apply to one engine only, and this is the finding if it is that one.
        Engine::Open(reason) => {
            let finding =
                match settings(configuration, group).map_err(Stop::from).and_then(|group| check(&group)) {
                    Ok(finding) => whatever_the_engine(finding, &reason),
                    Err(Stop::LookUp(lookup)) => return Err(lookup.into()),
                    Err(Stop::Unknown(_) | Stop::NotApplicable(_)) => None,
                };
            Ok(finding.unwrap_or_else(|| unknown_engine(&reason)))
        }
        Engine::Unreadable(reason) => Ok(unknown_engine(&reason)),
    }
}

/// Returns a finding of COMPLIANT for an engine that is not known, `None` for any other finding.
pub(super) fn whatever_the_engine(finding: Finding, reason: &str) -> Option<Finding> {
    let fact = format!("{}, whatever the engine ({reason})", finding.fact);
    (finding.outcome == Outcome::Compliant).then_some(Finding { fact, ..finding })
}

/// Returns the finding on an endpoint whose engine is not known, and may be one for which there is a finding.
pub(super) fn unknown_engine(reason: &str) -> Finding {
    let finding = Finding::unknown(format!("{reason}, so the rule may apply"));
    Finding { fix: Some(DESCRIBE), ..finding }
        .with_change(Change::set(ENGINE_NAME, "the name of the engine, written in the file itself"))
}

const DESCRIBE: &str = "find EngineName with describe-endpoints, and evaluate the endpoint with it";

/// Returns the settings of a group as DMS has them now, where a record lacks one: no default stands in for what a
/// record may have left out. `recorded` are those of a resource that does not exist yet, or that DMS itself
/// described.
///
/// # Errors
/// Returns [`Stop`] if DMS must be called first, or if its description is not known or lacks the group.
pub(super) fn described(
    input: &Input,
    group: &str,
    property: &str,
    recorded: &Configuration,
) -> Result<Configuration, Stop> {
    let description = &input.facts.description;
    let description = match description.get(|| Lookup::Description)? {
        // The item is the description, or there is nothing to describe.
        Ok(Configuration::Absent) => return Ok(recorded.clone()),
        Ok(description) => description,
        Err(reason) => return Err(Unknown::new(format!("{property} is not recorded, and {reason}")).into()),
    };
    let group = settings(description, group);
    group.map_err(|Unknown(reason)| {
        Unknown::new(format!("{property} is not recorded, and in DMS {reason}")).into()
    })
}

/// Returns a group of settings that every endpoint of its engine has.
///
/// # Errors
/// Returns the reason if the group is missing, unreadable, or empty (a real one names at least a server).
fn settings(configuration: &Configuration, name: &str) -> Result<Configuration, Unknown> {
    let group = configuration.group(name);
    if group.readable(name)?.is_empty() {
        return Err(Unknown::new(format!("{name} is empty")));
    }
    Ok(group)
}
