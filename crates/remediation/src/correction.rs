//! The fix of a finding of another rule than that on public access.

use serde::Serialize;

use crate::request::Request;
use crate::step::Instruction;

/// The way from a finding to its fix.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fix {
    /// One change, with what comes before and after it.
    Correction(Correction),
    /// No change of one step fixes it.
    NotOneStep {
        /// The reason, in a sentence without a final period.
        because: String,
        /// The next step of the reader, in a sentence without a final period.
        next: String,
        /// Commands that help, each as its words.
        commands: Vec<Vec<String>>,
    },
}

/// A change of one resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// The change in a few words.
    pub title: String,
    /// The interruption, in a sentence without a final period.
    pub interruption: String,
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// The condition under which it is done.
    pub done: String,
    /// The way back.
    pub back: String,
}

impl Fix {
    pub(crate) fn not_one_step(because: impl Into<String>, next: impl Into<String>) -> Self {
        Self::NotOneStep { because: because.into(), next: next.into(), commands: Vec::new() }
    }

    /// Adds a command, as its words, to a fix of several steps.
    #[must_use]
    pub(crate) fn with_command(mut self, words: &[&str]) -> Self {
        if let Self::NotOneStep { commands, .. } = &mut self {
            commands.push(words.iter().map(|word| (*word).to_owned()).collect());
        }
        self
    }
}

/// Builds a query that is repeated until a member has one of the wanted values.
pub(crate) fn wait_for(
    query: Request,
    member: &'static str,
    wanted: &[&str],
    failed: &[&str],
) -> Instruction {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Instruction::WaitFor {
        query,
        member,
        wanted: words(wanted),
        failed: words(failed),
        every_seconds: 15,
        budget_minutes: 60,
    }
}
