//! The notes of a plan: what blocks it, and what its reader should know.

use serde::{Deserialize, Serialize};

/// The weight of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Weight {
    /// Nothing is done until this is solved.
    Blocks,
    /// The reader decides.
    Warns,
    /// Something that hangs on the old name, ARN or address, and must be repaired afterwards.
    Dependent,
}

/// A fact that blocks a plan, or that its reader should know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// The weight.
    pub weight: Weight,
    /// The stable word for programs, such as `task-busy`.
    pub code: String,
    /// The thing that the note is about: an identifier or ARN; empty for the instance itself.
    #[serde(default)]
    pub subject: String,
    /// The fact, in a sentence without a final period.
    pub text: String,
    /// The next step of the reader, in a sentence without a final period.
    #[serde(default)]
    pub next: String,
    /// Commands of the AWS CLI that help, each as its words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Vec<String>>,
}

impl Note {
    /// Builds a note.
    #[must_use]
    pub fn new(weight: Weight, code: &str, subject: &str, text: String, next: String) -> Self {
        Self { weight, code: code.to_owned(), subject: subject.to_owned(), text, next, commands: Vec::new() }
    }

    /// Builds a note that blocks because a fact is not known; the command would give it.
    #[must_use]
    pub fn unknown(code: &str, fact: &str, command: &[&str]) -> Self {
        let text = format!("{fact} is not known");
        let next =
            "run the command and give its output to the plan, or plan with rights to call it".to_owned();
        let mut note = Self::new(Weight::Blocks, code, "", text, next);
        note.commands.push(command.iter().map(|word| (*word).to_owned()).collect());
        note
    }

    /// Adds a command, as its words.
    #[must_use]
    pub fn with_command<const N: usize>(mut self, words: [&str; N]) -> Self {
        self.commands.push(words.into_iter().map(str::to_owned).collect());
        self
    }

    /// Returns the fact after the thing that it is about, such as `orders-cdc: the task is in the status moving`.
    #[must_use]
    pub fn statement(&self) -> String {
        if self.subject.is_empty() { self.text.clone() } else { format!("{}: {}", self.subject, self.text) }
    }

    /// Returns true if the note blocks the plan.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.weight == Weight::Blocks
    }
}
