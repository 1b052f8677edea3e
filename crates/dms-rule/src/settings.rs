//! The settings of a run: from `dms-rule.toml`, from environment variables and, over both, from arguments.

mod environment;
pub(crate) mod exception;
pub(crate) mod file;
pub(crate) mod key;
mod value;

use std::error::Error;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, Command, FromArgMatches};
use report::{Exception, Setting, SettingsFile};

use key::Key;
pub(crate) use value::Value;

/// The variable that names the file.
const FILE_VARIABLE: &str = "DMS_RULE_CONFIG";

/// The options that choose the settings.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Choice {
    /// Read the settings from this file
    ///
    /// Without the option it is dms-rule.toml in the working folder, or in the next folder above that has one. `dms-rule config`
    /// prints what holds.
    #[arg(long, value_name = "FILE", hide_short_help = true, conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Use neither a settings file nor environment variables of dms-rule
    #[arg(long, hide_short_help = true)]
    no_config: bool,
}

/// The settings that hold in a run, beside its arguments.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The file that was read.
    pub(crate) file: Option<SettingsFile>,
    /// The values that no argument overrides.
    pub(crate) values: Vec<Value>,
    /// True if exceptions beside resources are allowed.
    pub(crate) inline_exceptions: bool,
    /// The exceptions of the file.
    pub(crate) exceptions: Vec<Exception>,
}

impl Settings {
    /// Reads the settings for a command line, and returns them with the command that has them as its defaults.
    ///
    /// A command line that cannot be parsed, or asks for help, has no settings: the parser states why.
    ///
    /// # Errors
    /// Returns a message if the file or a variable is wrong.
    pub(crate) fn read(command: Command) -> Result<(Self, Command), Box<dyn Error>> {
        let Ok(matches) = command.clone().ignore_errors(true).try_get_matches() else {
            return Ok((Self::default(), command));
        };
        let Some((name, given)) = matches.subcommand().filter(|(name, _)| takes_settings(name)) else {
            return Ok((Self::default(), command));
        };
        let choice = Choice::from_arg_matches(given).unwrap_or_default();
        if choice.no_config {
            return Ok((Self::default(), command));
        }
        let mut settings = Self::default();
        let named = || std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let path = match choice.config.or_else(named) {
            Some(path) => Some(path),
            None => file::find(&std::env::current_dir()?),
        };
        if let Some(path) = path {
            let content = file::read(&path)?;
            settings.file = Some(content.file);
            settings.inline_exceptions = content.inline_exceptions;
            settings.exceptions = content.exceptions;
            settings.values = content.values;
        }
        let variables = environment::read(std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name != FILE_VARIABLE)?;
            Some((name, value.to_string_lossy().into_owned()))
        }))?;
        for subcommand in command.get_subcommands().filter(|one| takes_settings(one.get_name())) {
            validate(subcommand, &settings.values)?;
            validate(subcommand, &variables)?;
        }
        // A variable overrides the file, and an argument overrides both.
        settings.values.retain(|value| {
            let contradictory = contradictory(&command, value.key);
            let overrides = |name: &str| name == value.key.name || contradictory.contains(&name);
            !variables.iter().any(|variable| overrides(variable.key.name))
        });
        settings.values.extend(variables);
        contradiction(&command, &settings.values)?;
        let is_given = |id: &str| {
            let is_known = given.ids().any(|known| known.as_str() == id);
            is_known && given.value_source(id) == Some(ValueSource::CommandLine)
        };
        let subcommand = command.find_subcommand(name);
        settings.values.retain(|value| {
            let Some(argument) = subcommand.and_then(|subcommand| value.key.argument(subcommand)) else {
                return name == "config"; // the command has no such option
            };
            let conflicts = subcommand.into_iter().flat_map(|one| conflicting(one, argument));
            !is_given(argument.get_id().as_str())
                && !conflicts.into_iter().any(|other| is_given(other.get_id().as_str()))
        });
        let command = settings.as_defaults(command, name);
        Ok((settings, command))
    }

    /// Returns the command with the values as the defaults of its options.
    fn as_defaults(&self, command: Command, name: &str) -> Command {
        command.mut_subcommand(name, |mut subcommand| {
            for Value { key, texts, .. } in &self.values {
                let id = key.argument(&subcommand).map(|argument| argument.get_id().clone());
                if let Some(id) = id {
                    subcommand = subcommand.mut_arg(id, |argument| argument.default_values(texts.clone()));
                }
            }
            subcommand
        })
    }

    /// Returns the settings as a report states them.
    pub(crate) fn described(&self) -> report::Settings {
        let values = self.values.iter().map(|value| Setting {
            name: value.key.name.to_owned(),
            value: if is_secret(value) { "(not shown)".to_owned() } else { value.texts.join(",") },
            source: value.source.clone(),
        });
        report::Settings { file: self.file.clone(), values: values.collect() }
    }
}

/// Returns true for a value that a report does not repeat: an external id is agreed with the other account alone.
pub(crate) fn is_secret(value: &Value) -> bool {
    value.key.name == "external-id"
}

fn takes_settings(command: &str) -> bool {
    command == "config" || key::KEYS.iter().any(|key| key.commands.contains(&command))
}

/// Compares the settings with each other.
///
/// # Errors
/// Returns a message with two settings that no command takes together: one of them would not hold.
fn contradiction(command: &Command, values: &[Value]) -> Result<(), String> {
    for (number, value) in values.iter().enumerate() {
        let contradictory = contradictory(command, value.key);
        let other = values.iter().skip(number + 1).find(|other| contradictory.contains(&other.key.name));
        if let Some(other) = other {
            let (name, other_name) = (value.key.name, other.key.name);
            return Err(format!("{}: {name} contradicts {other_name} ({})", value.source, other.source));
        }
    }
    Ok(())
}

/// Lists the names of the options that some command does not take together with that of a setting.
fn contradictory<'a>(command: &'a Command, key: &Key) -> Vec<&'a str> {
    let conflicts = command.get_subcommands().filter_map(|one| Some(conflicting(one, key.argument(one)?)));
    conflicts.flatten().filter_map(Arg::get_long).collect()
}

/// Lists the options that a command does not take together with this one, whichever of the two states it.
fn conflicting<'a>(command: &'a Command, argument: &Arg) -> Vec<&'a Arg> {
    let states = |one: &Arg, other: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|conflict| conflict.get_id() == other.get_id())
    };
    command.get_arguments().filter(|other| states(argument, other) || states(other, argument)).collect()
}

/// Validates values as the parser of a command does.
///
/// # Errors
/// Returns the message of the parser, with the place that the value is from.
fn validate(subcommand: &Command, values: &[Value]) -> Result<(), String> {
    for value in values {
        let Some(argument) = value.key.argument(subcommand) else { continue };
        let alone = Arg::new(argument.get_id().clone())
            .long(value.key.name)
            .num_args(1)
            .action(ArgAction::Append)
            .value_parser(argument.get_value_parser().clone());
        let alone = match argument.get_value_delimiter() {
            Some(delimiter) => alone.value_delimiter(delimiter),
            None => alone,
        };
        let alone = Command::new(subcommand.get_name().to_owned()).arg(alone);
        let words = value.texts.iter().map(|text| format!("--{}={text}", value.key.name));
        let words = std::iter::once(subcommand.get_name().to_owned()).chain(words);
        alone.try_get_matches_from(words).map_err(|error| {
            let context = |kind| match error.get(kind) {
                Some(ContextValue::String(text)) => Some(text.clone()),
                _ => None,
            };
            let text = context(ContextKind::InvalidValue).unwrap_or_default();
            let cause = Error::source(&error).map(ToString::to_string);
            let known = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(known)) => Some(format!("the values are {}", known.join(", "))),
                _ => None,
            };
            let why = cause.or(known).map(|why| format!(": {why}")).unwrap_or_default();
            format!("{}: {}: invalid value `{text}`{why}", value.source, value.key.name)
        })?;
    }
    Ok(())
}
