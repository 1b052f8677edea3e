//! The instructions of a step as a person follows them: commands, each with what it must print, and sentences.

use serde_json::{Map, Value};

use crate::formats::command_line::groups;
use crate::formats::words::{ascii_json, quoted, shown};
use crate::request::Request;
use crate::step::{Instruction, NEW_INSTANCE, RUN, Step};

/// The word that a person replaces by the ARN of the new instance.
pub(crate) const NEW_INSTANCE_WORD: &str = "NEW_INSTANCE_ARN";
/// The word that a person replaces by the id of the run.
pub(crate) const RUN_WORD: &str = "RUN_ID";

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A command in groups of words that stay on one line, and what is to be seen then; empty if nothing is.
    Command { groups: Vec<Vec<String>>, then: String },
    /// A sentence without a final period.
    Sentence(String),
}

impl Piece {
    /// Returns the command on one line; `None` for a sentence.
    pub(crate) fn command(&self) -> Option<String> {
        match self {
            Self::Command { groups, .. } => Some(lines(groups, usize::MAX).concat()),
            Self::Sentence(_) => None,
        }
    }
}

/// Returns the command in lines of at most `width` columns where its words allow it, each but the last with a backslash.
pub(crate) fn lines(groups: &[Vec<String>], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for group in groups {
        let text = group.iter().map(|word| redirected(word)).collect::<Vec<_>>().join(" ");
        match lines.last_mut() {
            Some(line) if line.chars().count() + text.chars().count() + 3 <= width => {
                line.push(' ');
                line.push_str(&text);
            }
            Some(line) => {
                line.push_str(" \\");
                lines.push(format!("    {text}"));
            }
            None => lines.push(text),
        }
    }
    lines
}

/// Returns the words of a command for a person on one line, with the Region if the command takes one.
#[must_use]
pub fn command_line(words: &[String], region: &str) -> String {
    lines(&printed(words, region), usize::MAX).concat()
}

/// Quotes a word, but for the sign that saves the output.
fn redirected(word: &str) -> String {
    if word == ">" { word.to_owned() } else { quoted(word) }
}

/// Returns the pieces of a step in their order.
pub(crate) fn pieces(step: &Step, region: &str) -> Vec<Piece> {
    pieces_in(&step.instructions, step.number, region)
}

/// Returns the pieces of instructions; the number is part of the names of files.
pub(crate) fn pieces_in(instructions: &[Instruction], number: usize, region: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut saved = 0;
    let mut instructions = instructions.iter().peekable();
    while let Some(instruction) = instructions.next() {
        pieces.push(match instruction {
            Instruction::Call(request) => command(request, region, &[], String::new()),
            Instruction::WaitFor { query, member, wanted, failed, every_seconds, budget_minutes } => {
                let failed = match failed.as_slice() {
                    [] => String::new(),
                    words => format!("; it has failed if it prints {}", words.join(" or ")),
                };
                let then = format!(
                    "repeat it every {every_seconds} seconds, for {budget_minutes} minutes at most, until it prints \
                     {}{failed}",
                    wanted.join(" or ")
                );
                command(query, region, &["--output", "text", "--query", member], then)
            }
            Instruction::Prove { query, member, wanted } => {
                let mut members = vec![(*member, wanted)];
                while let Some(Instruction::Prove { member, wanted, .. }) =
                    instructions.next_if(|next| matches!(next, Instruction::Prove { query: other, .. } if other == query))
                {
                    members.push((member, wanted));
                }
                proof(query, region, &members)
            }
            Instruction::ProveNone { query } => {
                let then =
                    "it must fail with ResourceNotFoundFault, or print an empty list: nothing matches".to_owned();
                command(query, region, &[], then)
            }
            Instruction::Save(request) => {
                saved += 1;
                let file = format!("step-{number}-{saved}.json");
                command(request, region, &["--output", "json", ">", &file], String::new())
            }
            Instruction::Print(words) => Piece::Command { groups: printed(words, region), then: String::new() },
            Instruction::Note(text) => Piece::Sentence(text.clone()),
        });
    }
    pieces
}

/// Returns a query that prints the members, and what it must print.
fn proof(query: &Request, region: &str, members: &[(&str, &Value)]) -> Piece {
    let wanted: Vec<String> = members.iter().map(|(_, wanted)| shown(&named(wanted).to_string())).collect();
    let then = format!("it must print {}", wanted.join(", "));
    let common = members.first().and_then(|(member, _)| member.split_once("[0].")).map(|(list, _)| list);
    let prefix = common.map(|list| format!("{list}[0].")).unwrap_or_default();
    let names: Vec<&str> =
        members.iter().map(|(member, _)| member.strip_prefix(&prefix).unwrap_or(member)).collect();
    let expression = match names.as_slice() {
        [name] => format!("{prefix}{name}"),
        names => format!("{prefix}[{}]", names.join(",")),
    };
    command(query, region, &["--output", "json", "--query", &expression], then)
}

fn command(request: &Request, region: &str, more: &[&str], then: String) -> Piece {
    let mut groups = groups(&named_request(request), region);
    groups.extend(more.chunks(2).map(|pair| pair.iter().map(|word| (*word).to_owned()).collect()));
    Piece::Command { groups, then }
}

/// Returns the words of a command of the AWS CLI in groups, each option with its values, and with the Region if they
/// name none.
pub(crate) fn printed(words: &[String], region: &str) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = Vec::new();
    for word in words {
        match groups.last_mut() {
            Some(group) if !word.starts_with("--") => group.push(word.clone()),
            _ => groups.push(vec![word.clone()]),
        }
    }
    let is_aws = words.first().is_some_and(|program| program == "aws");
    if is_aws && words.iter().all(|word| word != "--region") {
        groups.insert(1, vec!["--region".to_owned(), region.to_owned()]);
    }
    groups
}

/// Returns the request with words for a person in place of what DMS or the person chooses later.
pub(crate) fn named_request(request: &Request) -> Request {
    let named_value = named(&Value::Object(request.parameters.clone()));
    let parameters = match named_value {
        Value::Object(parameters) => parameters,
        _ => Map::new(),
    };
    Request { operation: request.operation, parameters }
}

fn named(value: &Value) -> Value {
    match value {
        Value::String(text) if text == NEW_INSTANCE => NEW_INSTANCE_WORD.into(),
        Value::String(text) if text == RUN => RUN_WORD.into(),
        Value::Array(values) => values.iter().map(named).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), named(value))).collect())
        }
        other => other.clone(),
    }
}

/// Returns a value of a parameter as a person types it.
pub(crate) fn typed(value: &Value) -> String {
    match named(value) {
        Value::String(text) => shown(&text),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().filter_map(Value::as_str).map(shown).collect::<Vec<_>>().join(", ")
        }
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => ascii_json(&other),
    }
}
