//! The consent of a person: by an answer on a terminal, or beforehand by an option.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use clap::ValueEnum;
use remediation::formats::{command_line, shown};
use remediation::{Action, Condition, Consent, Gate, Instance, Observation, Plan, Task};

use super::resting::{Resting, ran_and_rest};
use crate::terminal::{legible, stderr_width, unbroken};

/// The most tasks that a question names.
const NAMES_MAXIMUM: usize = 20;

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
    /// With --back: the old instance has all tasks in their former state, and the new one is deleted
    AsBefore,
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

    /// Returns true if the way back may be taken without a question.
    pub(super) fn goes_back(self) -> bool {
        self.limit == Limit::AsBefore
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

    /// Takes the consent to the delete back: it was given before something else became known.
    pub(super) fn take_back_delete(&mut self) {
        self.given.delete = false;
    }
}

/// Returns the state on whose way an action of the way forward is, with its number: `5/8 moved`.
pub(super) fn state_in_words(action: &Action) -> String {
    leads_to(action).unwrap_or(Limit::Moved).in_words()
}

impl Limit {
    /// Returns the state with its number: `5/8 moved`.
    pub(super) fn in_words(self) -> String {
        let states = Self::value_variants().iter().filter(|state| **state != Self::AsBefore);
        let number = states.clone().take_while(|other| **other <= self).count();
        let name = self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        format!("{number}/{} {name}", states.count())
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

/// A question to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// The tasks are stopped and moved.
    Stop,
    /// The tasks are stopped and moved back.
    Back,
    /// The old instance is deleted.
    Delete,
}

impl From<Gate> for Question {
    fn from(gate: Gate) -> Self {
        match gate {
            Gate::Stop => Self::Stop,
            Gate::Delete => Self::Delete,
        }
    }
}

/// A question in words, with the word that is consent: that of the deed, or the name of what is deleted.
#[derive(Debug)]
pub(super) struct Prompt {
    text: String,
    word: String,
}

impl Prompt {
    /// Words a question about what is there now.
    pub(super) fn new(question: Question, plan: &Plan, observation: &Observation) -> Self {
        let interruption = "one by one; those that run are stopped for some minutes and resumed.";
        let place =
            format!("Account {}, Region {}. ", plan.account_id.as_deref().unwrap_or("unknown"), plan.region);
        let (text, word) = match question {
            Question::Stop => {
                let text = format!(
                    "The private instance {} is ready, and every endpoint was tested from it. Next, the tasks ({}) are moved \
                     to it {interruption} {}",
                    plan.target.identifier,
                    plan.tasks.len(),
                    running(observation)
                );
                (text, "move")
            }
            Question::Back => {
                let tasks = tasks_to_move_back(observation);
                let text = format!(
                    "The private instance has tasks of the plan ({tasks}). Next, they are moved back {interruption} Then \
                     the private instance is deleted."
                );
                (text, "back")
            }
            // The name as DMS gives it now: a plan may be of another time.
            Question::Delete => {
                let old = observation.old.as_ref();
                let resting: Vec<String> =
                    ran_and_rest(plan, observation).iter().map(Resting::to_string).collect();
                let resting = match resting.len() {
                    0 => String::new(),
                    count => {
                        format!("{} ran when the plan was made and not now: {}. ", count, named(&resting))
                    }
                };
                let text = format!(
                    "All tasks are on the private instance. {resting}Next, the public instance {} is deleted. There is no \
                     way back then. You may end here, wait a day, and run the same command again: it compares the tables \
                     anew. The role of rule-templates/iam/apply.json can delete it only with a tag: {}",
                    old.map(Instance::arn).unwrap_or_default(),
                    unbroken(&command_line(&plan.release(), &plan.region)),
                );
                (text, old.map(Instance::identifier).unwrap_or_default())
            }
        };
        Self { text: place + &text, word: shown(word) }
    }

    /// Asks a person on the terminal, and returns true if the word was typed. What was typed before the question is no answer
    /// to it, and is discarded.
    ///
    /// # Errors
    /// Returns an error if the terminal cannot be read.
    pub(super) fn ask(&self) -> io::Result<bool> {
        let word = &self.word;
        let request = format!("Type `{word}` to go on, anything else to end here: ");
        let text = format!("{}\n{request}", shown(&self.text));
        discard_typed()?;
        let mut out = anstream::stderr();
        write!(out, "{} ", legible(&text, stderr_width()).trim_end())?;
        out.flush()?;
        let line = read_line()?;
        Ok(!word.is_empty() && line.trim() == word)
    }
}

/// Discards what a terminal has and nobody has read.
#[cfg(unix)]
fn discard_typed() -> io::Result<()> {
    let queue = rustix::termios::QueueSelector::IFlush;
    Ok(rustix::termios::tcflush(io::stdin(), queue)?)
}

/// Does nothing: the program is made for Linux and macOS.
#[cfg(not(unix))]
fn discard_typed() -> io::Result<()> {
    Ok(())
}

/// Reads a line of standard input. What follows it in one read is not kept for the next question, as the buffer of
/// [`io::stdin`] would.
fn read_line() -> io::Result<String> {
    let mut line = String::new();
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let terminal = std::fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
        BufReader::new(terminal).read_line(&mut line)?;
    }
    #[cfg(not(unix))]
    BufReader::new(io::stdin()).read_line(&mut line)?;
    Ok(line)
}

/// Words which tasks of the plan run now.
fn running(observation: &Observation) -> String {
    let runs = |task: &&Task| task.condition() == Condition::Running;
    let names: Vec<String> =
        observation.tasks.values().flatten().filter(runs).map(|task| task.identifier().to_owned()).collect();
    match names.len() {
        0 => "None runs now.".to_owned(),
        1 => format!("1 runs now: {}.", named(&names)),
        count => format!("{count} run now: {}.", named(&names)),
    }
}

/// Lists names, and the number of those that are too many.
fn named(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().map(String::as_str).take(NAMES_MAXIMUM).collect();
    match names.len().checked_sub(NAMES_MAXIMUM) {
        None | Some(0) => first.join(", "),
        Some(more) => format!("{} and {more} more", first.join(", ")),
    }
}

/// Returns the number of tasks of the plan that are on the new instance, or on their way to it.
pub(super) fn tasks_to_move_back(observation: &Observation) -> usize {
    let Some(new) = observation.new.as_ref().map(|new| new.instance.arn()) else { return 0 };
    observation.tasks.values().flatten().filter(|task| task.is_tied_to(new)).count()
}
