//! The inputs and the result of the transition function.

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::memory::{Attempts, Consent, Memory};
use crate::observation::Observation;
use crate::plan::Plan;

/// The direction of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// To the private instance.
    #[default]
    Forward,
    /// Back to the state before.
    Back,
}

/// All that the next action depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The state of DMS.
    pub observation: &'a Observation,
    /// The journal.
    pub memory: &'a Memory,
    /// The calls of this process.
    pub attempts: &'a Attempts,
    /// The consent of a person.
    pub consent: Consent,
    /// The direction.
    pub direction: Direction,
}

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// An action.
    Act(Action),
    /// Nothing but time.
    Wait(Wait),
    /// The consent of a person.
    Ask(Gate),
    /// The decision of a person.
    Stop(Refusal),
    /// Nothing.
    End(End),
}

/// A wait for DMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The stable word, such as `creating` or `moving`.
    pub code: &'static str,
    /// The ARN of what is waited for; the name of an instance that DMS does not show yet.
    pub subject: String,
    /// The status that is waited out; empty if DMS does not show the thing yet.
    pub status: String,
    /// The minutes after which a person must act.
    pub budget_minutes: u32,
}

/// A question to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// The tasks are stopped and moved.
    Stop,
    /// The old instance is deleted.
    Delete,
}

/// The reason for which a person must act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable word, such as `changed` or `endpoint-failed`.
    pub code: &'static str,
    /// The ARN of what the refusal is about.
    pub subject: String,
    /// The fact, in a sentence without a final period.
    pub because: String,
    /// The next step.
    pub remedy: Remedy,
}

/// The next step of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Make a new plan.
    PlanAgain,
    /// Mend the cause, then run `apply` again; or take the way back.
    MendOrBack,
    /// Take the way back.
    Back,
    /// Go on forward: there is no way back.
    Forward,
    /// Nothing that this program can do.
    ByHand,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The new instance has the tasks, and the old one is gone.
    Done,
    /// The old instance has the tasks, and the new one is gone.
    AsBefore,
}

impl Gate {
    /// Returns the word, `stop` or `delete`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Delete => "delete",
        }
    }
}

impl Next {
    /// Returns one line of words that is equal for equal decisions, such as `act moveTask arn:... new` or
    /// `stop changed`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Act(action) => format!("act {}", action.key()),
            Self::Wait(Wait { code, subject, .. }) => format!("wait {code} {subject}"),
            Self::Ask(gate) => format!("ask {}", gate.word()),
            Self::Stop(Refusal { code, subject, .. }) => format!("stop {code} {subject}"),
            Self::End(End::Done) => "end done".to_owned(),
            Self::End(End::AsBefore) => "end asBefore".to_owned(),
        }
    }
}

pub(crate) fn wait(code: &'static str, subject: &str, status: &str, budget_minutes: u32) -> Next {
    Next::Wait(Wait { code, subject: subject.to_owned(), status: status.to_owned(), budget_minutes })
}

pub(crate) fn stop(code: &'static str, subject: &str, because: String, remedy: Remedy) -> Next {
    Next::Stop(Refusal { code, subject: subject.to_owned(), because, remedy })
}
