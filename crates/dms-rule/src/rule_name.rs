//! The name of a rule on the command line.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use rule_core::Rule;
use rule_core::rules::RULES;

use crate::suggestion::{nearest, question};

/// The beginning of the name of every rule.
const PREFIX: &str = "dms-";

/// Parses the name of a rule, in any case, with or without `dms-`. The help does not list the names, the completions do.
#[derive(Clone, Debug)]
pub(crate) struct RuleName;

impl TypedValueParser for RuleName {
    type Value = &'static Rule;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, clap::Error> {
        StringValueParser::new().try_map(|name| find(&name)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(RULES.iter().map(|rule| PossibleValue::new(rule.identifier).help(rule.summary()))))
    }
}

/// Finds a rule by its name, in any case, with or without `dms-`.
///
/// # Errors
/// Returns a message with the names that are like it.
pub(crate) fn find(name: &str) -> Result<&'static Rule, String> {
    let own = own_part(name);
    RULES.iter().copied().find(|rule| own_part(rule.identifier) == own).ok_or_else(|| {
        let known: Vec<String> = RULES.iter().map(|rule| own_part(rule.identifier)).collect();
        let near = nearest(&own, known.iter().map(String::as_str));
        let hint = match question(near.into_iter().map(|name| format!("{PREFIX}{name}"))) {
            nothing if nothing.is_empty() => "; `dms-rule rules` lists the rules".to_owned(),
            question => question,
        };
        format!("there is no rule `{name}`{hint}")
    })
}

/// Returns a name in lower case, without `dms-`.
fn own_part(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_prefix(PREFIX).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_by_its_name_in_any_case_and_without_its_prefix() {
        for rule in RULES {
            let own = rule.identifier.strip_prefix(PREFIX).unwrap();
            for name in [rule.identifier, &rule.identifier.to_uppercase(), own] {
                assert_eq!(find(name).unwrap().identifier, rule.identifier, "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_rejected_with_those_that_are_like_it() {
        for (name, hint) in [
            ("dms-replication-not-publi", "did you mean `dms-replication-not-public`?"),
            (
                "not-public",
                "did you mean `dms-replication-not-public`, `dms-instance-profile-not-public` or \
                 `dms-endpoint-host-not-public`?",
            ),
            ("nope", "`dms-rule rules` lists the rules"),
            ("", "`dms-rule rules` lists the rules"),
            ("dms-", "`dms-rule rules` lists the rules"),
        ] {
            assert_eq!(find(name).unwrap_err(), format!("there is no rule `{name}`; {hint}"));
        }
    }
}
