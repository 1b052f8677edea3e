//! The settings that a file or the environment may have: options of commands, under their own names.

use clap::{Arg, Command};

/// A setting: an option of some commands.
#[derive(Debug)]
pub(crate) struct Key {
    /// The name of the option without `--`.
    pub(crate) name: &'static str,
    /// The form of its value in a file.
    pub(crate) shape: Shape,
    /// The commands that take it from a file and from the environment.
    pub(crate) commands: &'static [&'static str],
}

/// The form of a value in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text.
    Text,
    /// A list of texts; one text stands for a list of one.
    List,
    /// A whole number.
    Number,
    /// A table of names and texts, each `NAME=TEXT` for the option.
    Pairs,
    /// A table of rule parameters, JSON for the option.
    Parameters,
}

const RUNS: &[&str] = &["check", "scan"];
const PLACES: &[&str] = &["scan", "coverage"];

/// All settings, in the order in which `dms-rule config` prints them.
pub(crate) static KEYS: [Key; 21] = [
    Key { name: "rule", shape: Shape::List, commands: RUNS },
    Key { name: "exclude-rule", shape: Shape::List, commands: RUNS },
    Key { name: "severity", shape: Shape::Text, commands: RUNS },
    Key { name: "severities", shape: Shape::Pairs, commands: RUNS },
    Key { name: "rule-parameters", shape: Shape::Parameters, commands: RUNS },
    Key { name: "exclude", shape: Shape::List, commands: &["check"] },
    Key { name: "format", shape: Shape::Text, commands: RUNS },
    Key { name: "output", shape: Shape::List, commands: RUNS },
    Key { name: "fail-on", shape: Shape::Text, commands: RUNS },
    Key { name: "unknown", shape: Shape::Text, commands: RUNS },
    Key { name: "docs-url", shape: Shape::Text, commands: RUNS },
    Key { name: "max-exception-days", shape: Shape::Number, commands: RUNS },
    Key { name: "baseline", shape: Shape::Text, commands: RUNS },
    Key { name: "region", shape: Shape::List, commands: PLACES },
    Key { name: "exclude-region", shape: Shape::List, commands: PLACES },
    Key { name: "accounts", shape: Shape::List, commands: PLACES },
    Key { name: "organizational-unit", shape: Shape::List, commands: PLACES },
    Key { name: "exclude-account", shape: Shape::List, commands: PLACES },
    Key { name: "role-name", shape: Shape::Text, commands: PLACES },
    Key { name: "external-id", shape: Shape::Text, commands: PLACES },
    Key { name: "at-once", shape: Shape::Number, commands: PLACES },
];

impl Key {
    /// Returns the key with this name. `None` if there is no such setting.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// Returns the environment variable that sets it: `DMS_RULE_FAIL_ON`.
    pub(crate) fn variable(&self) -> String {
        format!("DMS_RULE_{}", self.name.replace('-', "_").to_uppercase())
    }

    /// Returns the option of a command that it stands for. `None` if the command does not take it.
    pub(crate) fn argument<'a>(&self, command: &'a Command) -> Option<&'a Arg> {
        let is_taken = self.commands.contains(&command.get_name());
        command.get_arguments().find(|argument| is_taken && argument.get_long() == Some(self.name))
    }
}
