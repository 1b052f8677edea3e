//! A line on standard error for each change that is observed, and for each action.

use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use remediation::formats::shown;
use remediation::{Action, Connection, Direction, Observation, Plan, Side, Task, Wait};

use super::consent::state_in_words;
use super::names::Names;
use crate::terminal::{progress_bar, progress_line};

/// The progress of a run.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    plan: &'a Plan,
    direction: Direction,
    spinner: ProgressBar,
    shown: Vec<Line>,
}

/// The state of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    /// The thing, whatever its name is: a rename is a change of one thing.
    key: String,
    name: String,
    state: String,
}

impl<'a> Progress<'a> {
    pub(super) fn new(plan: &'a Plan, direction: Direction) -> Self {
        let spinner = progress_bar(None);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
            spinner.set_style(style);
        }
        Self { plan, direction, spinner, shown: Vec::new() }
    }

    /// Prints what changed since the last observation; all, at the first one.
    pub(super) fn observed(&mut self, observation: &Observation) {
        let states = states(self.plan, observation);
        for Line { key, name, state } in &states {
            match self.shown.iter().find(|shown| shown.key == *key) {
                Some(before) if before.name != *name => {
                    self.line(&format!("{} is now {name}: {state}", before.name));
                }
                Some(before) if before.state == *state => {}
                Some(before) => self.line(&format!("{name}: {} → {state}", before.state)),
                None => self.line(&format!("{name}: {state}")),
            }
        }
        for gone in self.shown.iter().filter(|shown| !states.iter().any(|now| now.key == shown.key)) {
            self.line(&format!("{}: gone", gone.name));
        }
        self.shown = states;
    }

    /// Prints the action that is begun, after the state that it leads to.
    pub(super) fn acts(&self, action: &Action) {
        let words = in_words(self.plan, action);
        match self.direction {
            Direction::Forward => self.line(&format!("[{}] {words}", state_in_words(action))),
            Direction::Back => self.line(&format!("[back] {words}")),
        }
    }

    /// Prints that a call failed and the run goes on.
    pub(super) fn failed(&self, error: &aws_client::Error) {
        self.line(&format!("{} Observing again", sentence(&error.to_string())));
    }

    /// Shows what is waited for, on a terminal.
    pub(super) fn waits(&self, wait: &Wait) {
        let name = Names(self.plan).named(&wait.subject);
        self.spinner.set_message(format!("waiting for {name} ({})", shown(&wait.status)));
        self.spinner.tick();
    }

    /// Removes the line that shows what is waited for.
    pub(super) fn clear(&self) {
        self.spinner.finish_and_clear();
    }

    /// Prints a line with the time.
    pub(super) fn line(&self, text: &str) {
        let line = format!("{} {}", Utc::now().format("%H:%M:%SZ"), shown(text));
        self.spinner.suspend(|| progress_line(&line));
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

/// Returns an action in words, as what is being done.
fn in_words(plan: &Plan, action: &Action) -> String {
    let named = |arn: &str| Names(plan).named(arn);
    let target = &plan.target.identifier;
    let old = plan.instance.identifier();
    let side = |side: &Side| if *side == Side::New { target.as_str() } else { old };
    match action {
        Action::Create => format!("creating the private instance {target}"),
        Action::Test { endpoint, .. } => format!("testing {} from {target}", named(endpoint)),
        Action::TakeSnapshot => "saving the tasks and their table statistics".to_owned(),
        Action::Open { task } => {
            format!("writing down that {} is to run again", named(task))
        }
        Action::Close { task } => format!("writing down that {} needs no start", named(task)),
        Action::TurnBack => "beginning the way back".to_owned(),
        Action::StopTask { task, .. } => format!("stopping {}", named(task)),
        Action::MoveTask { task, to, .. } => format!("moving {} to {}", named(task), side(to)),
        Action::ResumeTask { task, .. } => format!("resuming {}", named(task)),
        Action::DeleteInstance { side: which, .. } => format!("deleting the instance {}", side(which)),
        Action::RestoreUpgrades { .. } => format!("turning automatic minor upgrades of {target} on again"),
        Action::Rename { .. } => format!("renaming {target} to {old}"),
    }
}

/// Lists the state of everything that is observed.
fn states(plan: &Plan, observation: &Observation) -> Vec<Line> {
    let named = |arn: &str| Names(plan).named(arn);
    let mut states = Vec::new();
    let mut add = |key: &str, name: String, state: String| {
        states.push(Line { key: key.to_owned(), name, state });
    };
    if let Some(old) = &observation.old {
        add(old.arn(), named(old.arn()), old.status().to_owned());
    }
    if let Some(new) = &observation.new {
        let privacy = match new.instance.publicly_accessible {
            Some(false) => "private",
            Some(true) => "public",
            None => "public or private: not known",
        };
        let name = format!("instance {}", new.instance.identifier());
        add(new.instance.arn(), name, format!("{}, {privacy}", new.instance.status()));
    }
    for (endpoint, Connection { status, .. }) in &observation.connections {
        let name = format!("connection test of {}", named(endpoint));
        add(endpoint, name, status.clone().unwrap_or_else(|| "unknown".to_owned()));
    }
    for (arn, task) in &observation.tasks {
        let state = match task {
            None => "does not exist".to_owned(),
            Some(task) => format!("{} on {}", task.status(), instance_of(plan, observation, task)),
        };
        add(arn, named(arn), state);
    }
    states
}

/// Returns the name of the instance that a task is on, or its ARN if it is neither of the two.
pub(super) fn instance_of(plan: &Plan, observation: &Observation, task: &Task) -> String {
    let on = task.replication_instance_arn.as_deref().unwrap_or("an unknown instance");
    let new = observation.new.as_ref().filter(|new| new.instance.arn() == on);
    match new {
        Some(new) => new.instance.identifier().to_owned(),
        None if on == plan.instance.arn() => plan.instance.identifier().to_owned(),
        None => on.to_owned(),
    }
}
