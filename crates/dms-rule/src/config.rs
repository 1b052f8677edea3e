//! `dms-rule config`: the settings that hold, and where each is from.

mod exemption_tags;

use std::error::Error;
use std::process::ExitCode;

use chrono::Utc;
use clap::Command;
use serde_json::{Map, Value, json};

use crate::settings::file::{EXCEPTION, INLINE, NAME};
use crate::settings::key::{KEYS, Key, Shape};
use crate::settings::{self, Choice, Settings};
use crate::terminal;

/// The arguments of `dms-rule config`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
A setting is an option of check, scan or coverage under its own name. Its value is, in this order: that of the option on
the command line, of the environment variable DMS_RULE_NAME (FAIL_ON for fail-on; values of a list separated by commas),
of the file dms-rule.toml, or the default. A list replaces the one below it.

  # dms-rule.toml
  fail-on = \"high\"
  exclude-rule = [\"dms-endpoint-tagged\"]
  region = [\"eu-west-1\", \"eu-central-1\"]

  [rule-parameters]
  exemptionTagKey = \"PublicDmsApproved\"

  [severities]
  dms-replication-instance-multi-az-enabled = \"low\"

  [[exception]]
  rule = \"dms-replication-not-public\"
  resource = \"orders-migration\"  # name, id or ARN; * and ? are wildcards
  account = \"123456789012\"       # optional, as are file and ticket
  until = 2026-12-31
  owner = \"orders team\"
  reason = \"the vendor connects from outside until the cut-over\"
  ticket = \"OPS-12\"

Examples:
  dms-rule config
  dms-rule config --config ci/dms-rule.toml
  dms-rule config --tags > tags.sh
  dms-rule config --schema > dms-rule.schema.json")]
pub(crate) struct Arguments {
    /// Print the JSON Schema of dms-rule.toml, for editors
    #[arg(long)]
    schema: bool,
    /// Print the commands that give resources the exemption tags of these exceptions
    ///
    /// The function in AWS Config reads tags: with them its results agree with those of check and scan. The key is the
    /// exemptionTagKey of the settings. A tag exempts from every rule that has this key.
    #[arg(long, conflicts_with = "schema")]
    tags: bool,
    #[command(flatten)]
    choice: Choice,
}

/// Prints the settings, or the schema of the file.
///
/// # Errors
/// Returns an error if standard output cannot be written to.
pub(crate) fn run(
    arguments: &Arguments,
    settings: &Settings,
    command: &Command,
) -> Result<ExitCode, Box<dyn Error>> {
    let text = match (arguments.schema, arguments.tags) {
        (true, _) => format!("{:#}\n", schema(command)),
        (false, true) => {
            exemption_tags::script(settings, Utc::now().date_naive(), days_maximum(settings, command))?
        }
        (false, false) => listing(settings, command),
    };
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists each setting with its value and the place it is from, and the exceptions.
fn listing(settings: &Settings, command: &Command) -> String {
    let file = match &settings.file {
        Some(file) => format!("{} (SHA-256 {})", file.path, file.sha256),
        None => {
            format!("none: there is no {NAME} in this folder and those above it, or --no-config is given")
        }
    };
    let mut rows: Vec<[String; 3]> = KEYS
        .iter()
        .map(|key| {
            let (value, source) = held(settings, key, command);
            [key.name.to_owned(), if value.is_empty() { "-".to_owned() } else { value }, source]
        })
        .collect();
    let allowed = settings.inline_exceptions;
    let source = if allowed { file_name(settings) } else { "default".to_owned() };
    rows.push([INLINE.to_owned(), allowed.to_string(), source]);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (names, values) = (width(0), width(1).min(60));
    let lines =
        rows.iter().map(|[name, value, source]| format!("{name:names$}  {value:values$}  {source}\n"));
    let mut text = format!("File: {file}\n\n{}", lines.collect::<String>());
    if !settings.exceptions.is_empty() {
        text += "\nExceptions:\n";
        text.extend(settings.exceptions.iter().map(|exception| format!("  {exception}\n")));
    }
    text
}

fn file_name(settings: &Settings) -> String {
    settings.file.as_ref().map(|file| file.path.clone()).unwrap_or_default()
}

/// Returns the most days until an exception may end.
fn days_maximum(settings: &Settings, command: &Command) -> u16 {
    let key = Key::find("max-exception-days");
    key.and_then(|key| held(settings, key, command).0.parse().ok()).unwrap_or(0)
}

/// Returns the value of a setting that holds, and the place it is from: the default in the first command that has it, if it is
/// not set.
fn held(settings: &Settings, key: &Key, command: &Command) -> (String, String) {
    match settings.values.iter().find(|value| value.key.name == key.name) {
        Some(value) if settings::is_secret(value) => ("(not shown)".to_owned(), value.source.clone()),
        Some(value) => (value.texts.join(","), value.source.clone()),
        None => {
            let argument = command.get_subcommands().find_map(|subcommand| key.argument(subcommand));
            let defaults = argument.map(clap::Arg::get_default_values).unwrap_or_default();
            let defaults: Vec<_> = defaults.iter().map(|value| value.to_string_lossy()).collect();
            (defaults.join(","), "default".to_owned())
        }
    }
}

/// Builds the JSON Schema (2020-12) of the settings file from the options.
fn schema(command: &Command) -> Value {
    let mut properties: Map<String, Value> =
        KEYS.iter().map(|key| (key.name.to_owned(), property(key, command))).collect();
    properties.insert(
        INLINE.to_owned(),
        json!({ "type": "boolean", "description": "Allow exceptions beside resources: in Metadata of a template, in tags of a Terraform plan." }),
    );
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    properties.insert(
        EXCEPTION.to_owned(),
        json!({
            "type": "array",
            "description": "Exceptions. Each has an owner, a reason and an end.",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["rule", "resource", "until", "owner", "reason"],
                "properties": {
                    "rule": text("The name of the rule."),
                    "resource": text("The name, id or ARN of the resources; * and ? are wildcards."),
                    "account": json!({ "type": "string", "pattern": "^[0-9]{12}$", "description": "The account of the resources." }),
                    "file": text("The path of the file of the resources; * and ? are wildcards."),
                    "until": json!({ "type": "string", "format": "date", "description": "The last day, UTC: 2026-12-31." }),
                    "owner": text("The person or team that answers for it."),
                    "reason": text("The reason."),
                    "ticket": text("The ticket."),
                },
            },
        }),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of dms-rule",
        "description": "dms-rule.toml. Each setting is an option of dms-rule check, scan or coverage.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

/// Describes the value of a setting by the help and the possible values of its option.
fn property(key: &Key, command: &Command) -> Value {
    let argument = command.get_subcommands().find_map(|subcommand| key.argument(subcommand));
    let help = argument.and_then(clap::Arg::get_help).map(ToString::to_string).unwrap_or_default();
    let possible = argument.map(clap::Arg::get_possible_values).unwrap_or_default();
    let names: Vec<&str> = possible.iter().map(clap::builder::PossibleValue::get_name).collect();
    let text = if names.is_empty() { json!({ "type": "string" }) } else { json!({ "enum": names }) };
    let mut property = match key.shape {
        Shape::Text => text,
        Shape::List => json!({ "anyOf": [text, { "type": "array", "items": text }] }),
        Shape::Number => json!({ "type": "integer", "minimum": 1 }),
        Shape::Pairs => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Shape::Parameters => json!({ "type": "object" }),
    };
    if let Some(members) = property.as_object_mut() {
        members.insert("description".to_owned(), help.into());
    }
    property
}
