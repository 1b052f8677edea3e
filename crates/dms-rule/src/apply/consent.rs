//! The consent of a person: by an answer on a terminal, or beforehand by an option.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use remediation::{Action, Consent, Gate, Plan};

/// The state up to which nothing is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Limit {
    /// The private instance exists
    Created,
    /// It is proved private
    Private,
    /// Every endpoint was tested from it
    Reachable,
    /// The tasks and their table statistics are saved
    Approved,
    /// The tasks are moved and in their former state
    Moved,
    /// Their tables show no new error
    Verified,
    /// The old instance is deleted
    Deleted,
    /// The new one has the former settings, and the former name if that was planned
    Renamed,
}

/// How far a run may go, and who is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Permission {
    limit: Limit,
    /// True if the limit is that of an option.
    is_chosen: bool,
    is_asked: bool,
    given: Consent,
}

impl Permission {
    /// Returns the permission that an option gives, or a person at a terminal; without either, tasks are not touched.
    pub(super) fn new(until: Option<Limit>) -> Self {
        let is_asked = until.is_none() && io::stdin().is_terminal() && io::stderr().is_terminal();
        let limit = until.unwrap_or(if is_asked { Limit::Renamed } else { Limit::Reachable });
        let given = Consent {
            stop: !is_asked && limit >= Limit::Approved,
            delete: !is_asked && limit >= Limit::Deleted,
        };
        Self { limit, is_chosen: until.is_some(), is_asked, given }
    }

    /// Returns the consent so far.
    pub(super) fn consent(self) -> Consent {
        self.given
    }

    /// Returns true if a person is asked at a gate.
    pub(super) fn is_asked(self) -> bool {
        self.is_asked
    }

    /// Returns true if the run ends before this action of the way forward. Without an option, the consent that the journal
    /// holds is enough for the tasks.
    pub(super) fn ends_before(self, action: &Action, is_approved: bool) -> bool {
        let limit = if is_approved && !self.is_chosen { self.limit.max(Limit::Verified) } else { self.limit };
        leads_to(action).is_some_and(|state| state > limit)
    }

    /// Records the consent at a gate.
    pub(super) fn give(&mut self, gate: Gate) {
        match gate {
            Gate::Stop => self.given.stop = true,
            Gate::Delete => self.given.delete = true,
        }
    }
}

/// Returns the state that an action of the way forward leads to; `None` if the action waits for no consent: a task that
/// was stopped is started again, however far the run may go.
fn leads_to(action: &Action) -> Option<Limit> {
    match action {
        Action::Create => Some(Limit::Created),
        Action::Test { .. } => Some(Limit::Reachable),
        Action::TakeSnapshot => Some(Limit::Approved),
        Action::Open { .. } | Action::StopTask { .. } | Action::MoveTask { .. } => Some(Limit::Moved),
        Action::DeleteInstance { .. } => Some(Limit::Deleted),
        Action::RestoreUpgrades { .. } | Action::Rename { .. } => Some(Limit::Renamed),
        Action::Close { .. } | Action::ResumeTask { .. } | Action::TurnBack => None,
    }
}

/// Returns the word that a person types at a gate: that of the deed, or the name of what is deleted.
fn word(gate: Gate, plan: &Plan) -> &str {
    match gate {
        Gate::Stop => "stop",
        Gate::Delete => plan.instance.identifier(),
    }
}

/// Asks a person on the terminal, and returns true if the word was typed.
///
/// # Errors
/// Returns an error if the terminal cannot be read.
pub(super) fn ask(gate: Gate, plan: &Plan) -> io::Result<bool> {
    let word = rule_core::text::one_line(word(gate, plan));
    let mut out = anstream::stderr();
    match gate {
        Gate::Stop => writeln!(
            out,
            "The private instance is ready, and every endpoint was tested from it. Next, the tasks ({}) are moved one by \
             one; those that run are stopped for some minutes and resumed.",
            plan.tasks.len()
        )?,
        Gate::Delete => writeln!(
            out,
            "All tasks are on the private instance. Next, the public instance is deleted. There is no way back then."
        )?,
    }
    write!(out, "Type `{word}` to go on, anything else to end here: ")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(!word.is_empty() && line.trim() == word)
}
