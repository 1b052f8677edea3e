//! The engine of an endpoint, and the settings of one engine.

use crate::rules::description::description;
use crate::rules::engine_settings::engines;
use crate::setting::shown;
use crate::{Change, Configuration, Finding, Input, Json, Outcome, Property, Setting, Stop, Unknown};

/// The property that every rule on endpoints reads first.
pub(super) const ENGINE_NAME: Property = Property::setting("EngineName", Some("engine_name"));

/// The property that holds the direction of an endpoint.
pub(super) const ENDPOINT_TYPE: Property = Property::setting("EndpointType", Some("endpoint_type"));

/// The property that holds further settings in one text.
pub(super) const EXTRA_CONNECTION_ATTRIBUTES: Property =
    Property::text("ExtraConnectionAttributes", Some("extra_connection_attributes"));

/// A word that decides whether a rule applies to an endpoint.
pub(super) enum Word {
    /// The word, in lower case.
    Is(String),
    /// The word is not given, or is decided at deployment: it may be any. The text is the reason.
    Open(String),
    /// The word is given in a way that AWS does not write, or as more than one. The text is the reason.
    Unreadable(String),
}

impl Word {
    /// Reads the engine of the endpoint with this configuration.
    pub(super) fn engine(configuration: &Configuration) -> Self {
        Self::read(configuration, ENGINE_NAME.path)
    }

    fn read(configuration: &Configuration, name: &str) -> Self {
        match configuration.only(name) {
            Ok(None) => return Self::Open(format!("{name} is missing")),
            Ok(Some(open @ (Json::Null | Json::Undecided(_) | Json::Created { .. }))) => {
                return Self::Open(format!("{name} is {}", open.in_words()));
            }
            Ok(Some(_)) | Err(_) => {}
        }
        match Setting::read(configuration, name) {
            Setting::Is(word) => Self::Is(word),
            Setting::Absent => Self::Open(format!("{name} is missing")),
            Setting::Unreadable(what) => Self::Unreadable(format!("{name} is {what}")),
        }
    }
}

/// Returns the finding of a rule on the endpoints of one kind of engine, by the group of settings that they have.
///
/// # Errors
/// Returns [`Stop::NotApplicable`] for another engine, [`Stop::Unknown`] if the settings of this one are not known.
pub(super) fn check(
    input: &Input,
    group: &'static str,
    check: impl Fn(&Configuration) -> Result<Finding, Stop>,
) -> Result<Finding, Stop> {
    let configuration = input.configuration()?;
    check_groups(input, &[group], |group| check(&settings(configuration, group)?))
}

/// Returns the finding of a rule on the endpoints of some kinds of engines, each by its group of settings.
///
/// # Errors
/// Returns [`Stop::NotApplicable`] for another engine, and the errors of `check`.
pub(super) fn check_groups(
    input: &Input,
    groups: &[&'static str],
    check: impl Fn(&'static str) -> Result<Finding, Stop>,
) -> Result<Finding, Stop> {
    match Word::engine(input.configuration()?) {
        Word::Is(name) => {
            if let Some(group) = groups.iter().find(|group| engines(group).contains(&name.as_str())) {
                return check(group);
            }
            let engines: Vec<_> = groups.iter().flat_map(|group| engines(group)).copied().collect();
            Err(Stop::NotApplicable(format!(
                "the rule evaluates {} endpoints, and the engine is {}",
                listed(&engines),
                shown(&name)
            )))
        }
        // The rule would apply to one kind of engine only, and this is the finding if it is that one.
        Word::Open(reason) => {
            let finding = match groups {
                [group] => match check(group) {
                    Ok(finding) => whatever_the_engine(finding, &reason),
                    Err(Stop::LookUp(lookup)) => return Err(lookup.into()),
                    Err(Stop::Unknown(_) | Stop::NotApplicable(_)) => None,
                },
                _ => None,
            };
            Ok(finding.unwrap_or_else(|| unknown_engine(&reason)))
        }
        Word::Unreadable(reason) => Ok(unknown_engine(&reason)),
    }
}

/// Returns the words in one phrase: `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns without error for an endpoint that may be a target. A direction that is not given, or is decided at deployment, may
/// be that of a target.
///
/// # Errors
/// Returns [`Stop::NotApplicable`] for a source, with the reason, and [`Stop::Unknown`] if the direction is given in an odd way.
pub(super) fn target(input: &Input, reason: &str) -> Result<(), Stop> {
    match Word::read(input.configuration()?, ENDPOINT_TYPE.path) {
        Word::Is(word) if word == "source" => {
            Err(Stop::NotApplicable(format!("the endpoint is a source, {reason}")))
        }
        Word::Is(word) if word == "target" => Ok(()),
        Word::Is(word) => Err(Unknown::new(format!("EndpointType is {:?}", shown(&word))).into()),
        Word::Open(_) => Ok(()),
        Word::Unreadable(reason) => Err(Unknown::new(reason).into()),
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

/// Returns the settings of a group as DMS has them now, where a record lacks one. `recorded` are those of a resource that does
/// not exist yet, or that DMS itself described.
///
/// # Errors
/// Returns [`Stop`] if DMS must be called first, or if its description is not known or lacks the group.
pub(super) fn described(
    input: &Input,
    group: &str,
    property: &str,
    recorded: &Configuration,
) -> Result<Configuration, Stop> {
    let Some(description) = description(input, property)? else { return Ok(recorded.clone()) };
    settings(description, group).map_err(|Unknown(reason)| {
        Unknown::new(format!("{property} is not recorded, and in DMS {reason}")).into()
    })
}

/// Returns a group of settings that every endpoint of its engine has.
///
/// # Errors
/// Returns the reason if the group is missing, unreadable, or empty (a real one names at least a server).
pub(super) fn settings(configuration: &Configuration, name: &str) -> Result<Configuration, Unknown> {
    let group = configuration.group(name);
    if group.readable(name)?.is_empty() {
        return Err(Unknown::new(format!("{name} is empty")));
    }
    Ok(group)
}
