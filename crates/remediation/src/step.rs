//! A step of a plan, and its instructions.

use serde::Serialize;
use serde_json::Value;

use crate::request::Request;

/// The ARN of the new instance in a plan: DMS chooses it at creation. Every format writes in its place what stands for
/// it there, such as a variable of the shell.
pub const NEW_INSTANCE: &str = "<ARN of the new instance>";
/// The id of the run in a plan: `apply` and the scripts choose their own.
pub const RUN: &str = "<id of the run>";

/// The state that a step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// The network lets nobody in; optional.
    Contained,
    /// The new instance is available.
    Created,
    /// The new instance is proved private and as planned.
    Private,
    /// Every endpoint was tested from the new instance.
    Reachable,
    /// A person agreed; the tasks and their statistics are saved.
    Approved,
    /// The tasks are on the new instance, in their former state.
    Moved,
    /// The tables show no new error.
    Verified,
    /// The old instance is gone.
    Deleted,
    /// The new instance has the former settings, and the former name if that was chosen.
    Renamed,
}

impl State {
    /// Returns the word, such as `reachable`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Contained => "contained",
            Self::Created => "created",
            Self::Private => "private",
            Self::Reachable => "reachable",
            Self::Approved => "approved",
            Self::Moved => "moved",
            Self::Verified => "verified",
            Self::Deleted => "deleted",
            Self::Renamed => "renamed",
        }
    }
}

/// A numbered step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The number, from 1.
    pub number: usize,
    /// The state that the step leads to.
    pub state: State,
    /// The step in a few words.
    pub title: String,
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// The condition under which the step is done.
    pub done: String,
    /// The failures, and what then.
    pub fails: String,
    /// The way back.
    pub back: String,
    /// True if data does not flow during the step.
    pub interrupts: bool,
    /// The consent that the step needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<&'static str>,
}

/// One instruction of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Instruction {
    /// A call.
    Call(Request),
    /// A query that is repeated until a member has a wanted value.
    WaitFor {
        /// The query.
        query: Request,
        /// The member of the response in JMESPath, such as `ReplicationTasks[0].Status`.
        member: &'static str,
        /// The values that end the wait.
        wanted: Vec<String>,
        /// The values that end the wait as a failure.
        failed: Vec<String>,
        /// The seconds between two queries.
        every_seconds: u32,
        /// The minutes after which a person must act.
        budget_minutes: u32,
    },
    /// A query of which a member must have a value.
    Prove {
        /// The query.
        query: Request,
        /// The member of the response in JMESPath.
        member: &'static str,
        /// The value, as JSON.
        wanted: Value,
    },
    /// A query that must find nothing: DMS responds with `ResourceNotFoundFault`.
    ProveNone {
        /// The query.
        query: Request,
    },
    /// A query whose response is saved.
    Save(Request),
    /// A command of another service, as its words; nothing but a person runs it.
    Print(Vec<String>),
    /// A sentence.
    Note(String),
}

impl Step {
    pub(crate) fn new(state: State, title: impl Into<String>) -> Self {
        Self {
            number: 0,
            state,
            title: title.into(),
            instructions: Vec::new(),
            done: String::new(),
            fails: String::new(),
            back: String::new(),
            interrupts: false,
            consent: None,
        }
    }

    pub(crate) fn outcome(
        &mut self,
        done: impl Into<String>,
        fails: impl Into<String>,
        back: impl Into<String>,
    ) {
        self.done = done.into();
        self.fails = fails.into();
        self.back = back.into();
    }
}

/// Returns the words as texts of their own.
pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
