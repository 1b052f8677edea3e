//! A process of a run in few bytes: its memory, its attempts, and the action that it has decided upon.

use std::collections::BTreeMap;

use remediation::{Action, Consent, Direction, Interruption, Side};

use crate::dms::{Arn, Call, Connection, ENDPOINTS, New, Old, TASKS};
use crate::names;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Entry {
    #[default]
    None,
    Open,
    Requested,
    Closed,
}

impl Entry {
    /// Returns true if the task is to be stopped, or to run again.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Requested)
    }
}

/// The journal, or the tags of the runbook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Memory {
    pub(crate) approved: bool,
    pub(crate) going_back: bool,
    pub(crate) stops: [Entry; TASKS],
    pub(crate) created: bool,
}

impl Memory {
    pub(crate) fn real(self, run: u8) -> remediation::Memory {
        let mut stops = BTreeMap::new();
        for (index, entry) in self.stops.iter().enumerate() {
            let entry = match entry {
                Entry::None => continue,
                Entry::Open => Interruption::Open,
                Entry::Requested => Interruption::Requested,
                Entry::Closed => Interruption::Closed,
            };
            stops.insert(names::task(index), entry);
        }
        remediation::Memory {
            run: names::run(run).to_owned(),
            approved: self.approved,
            going_back: self.going_back,
            stops,
            created: self.created,
        }
    }

    /// Records that a call is about to be sent. Returns the memory after its rejection.
    pub(crate) fn begin(&mut self, act: Act) -> Self {
        let mut rejected = *self;
        match act {
            Act::Stop(task, _) => {
                let entry = &mut self.stops[usize::from(task)];
                if *entry != Entry::Open {
                    rejected.stops[usize::from(task)] = Entry::Requested;
                }
                *entry = Entry::Requested;
            }
            Act::Create => self.created = true,
            Act::Delete(Arn::New(_)) => {
                self.created = false;
                rejected.created = false;
            }
            _ => {}
        }
        rejected
    }
}

/// One bit for each thing that was attempted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Attempts {
    tests: u8,
    stops: u16,
    moves: u16,
    resumes: u16,
    deletes: u8,
    create: bool,
    restore: bool,
    rename: bool,
}

/// The bits of a task: one for each instance.
const INSTANCES: usize = 5;

fn instance(arn: Arn) -> usize {
    match arn {
        Arn::Old => 0,
        Arn::New(generation) => {
            assert!(usize::from(generation) < INSTANCES, "more generations than bits");
            usize::from(generation)
        }
    }
}

fn pair(task: u8, arn: Arn) -> u16 {
    1 << (usize::from(task) * INSTANCES + instance(arn))
}

impl Attempts {
    pub(crate) fn record(&mut self, act: Act) {
        match act {
            Act::Create => self.create = true,
            Act::Test(endpoint, _) => self.tests |= 1 << endpoint,
            Act::Stop(task, on) => self.stops |= pair(task, on),
            Act::Move(task, to) => self.moves |= pair(task, to),
            Act::Resume(task, on) => self.resumes |= pair(task, on),
            Act::Delete(arn) => self.deletes |= 1 << instance(arn),
            Act::RestoreUpgrades(_) => self.restore = true,
            Act::Rename(_) => self.rename = true,
            Act::Open(_) | Act::Close(_) | Act::TakeSnapshot | Act::TurnBack => {}
        }
    }

    pub(crate) fn real(&self) -> remediation::Attempts {
        let arns = || (0..INSTANCES).map(names::instance_by_number);
        let pairs = |bits: u16| {
            (0..TASKS)
                .flat_map(|task| arns().enumerate().map(move |(bit, arn)| (task, bit, arn)))
                .filter(|(task, bit, _)| bits & (1 << (task * INSTANCES + bit)) != 0)
                .map(|(task, _, arn)| (names::task(task), arn))
                .collect()
        };
        remediation::Attempts {
            tests: (0..ENDPOINTS).filter(|bit| self.tests & (1 << bit) != 0).map(names::endpoint).collect(),
            stops: pairs(self.stops),
            moves: pairs(self.moves),
            resumes: pairs(self.resumes),
            create: self.create,
            deletes: arns()
                .enumerate()
                .filter(|(bit, _)| self.deletes & (1 << bit) != 0)
                .map(|(_, arn)| arn)
                .collect(),
            restore: self.restore,
            rename: self.rename,
        }
    }
}

/// An action in few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Act {
    Create,
    Test(u8, Arn),
    TakeSnapshot,
    Open(u8),
    Close(u8),
    TurnBack,
    Stop(u8, Arn),
    Move(u8, Arn),
    Resume(u8, Arn),
    Delete(Arn),
    RestoreUpgrades(Arn),
    Rename(Arn),
}

impl Act {
    pub(crate) fn from_action(action: &Action) -> Self {
        let task = |arn: &str| names::task_number(arn);
        let instance = |arn: &str| names::instance_number(arn);
        match action {
            Action::Create => Self::Create,
            Action::Test { endpoint, instance: on } => {
                Self::Test(names::endpoint_number(endpoint), instance(on))
            }
            Action::TakeSnapshot => Self::TakeSnapshot,
            Action::Open { task: arn } => Self::Open(task(arn)),
            Action::Close { task: arn } => Self::Close(task(arn)),
            Action::TurnBack => Self::TurnBack,
            Action::StopTask { task: arn, on } => Self::Stop(task(arn), instance(on)),
            Action::MoveTask { task: arn, to, instance: on } => {
                assert_eq!(*to == Side::Old, instance(on) == Arn::Old, "the side and its ARN agree");
                Self::Move(task(arn), instance(on))
            }
            Action::ResumeTask { task: arn, on } => Self::Resume(task(arn), instance(on)),
            Action::DeleteInstance { side, instance: on } => {
                assert_eq!(*side == Side::Old, instance(on) == Arn::Old, "the side and its ARN agree");
                Self::Delete(instance(on))
            }
            Action::RestoreUpgrades { instance: on } => Self::RestoreUpgrades(instance(on)),
            Action::Rename { instance: on } => Self::Rename(instance(on)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    Off,
    /// It observes next.
    Watching,
    /// It has described the instances and the connections, and describes the tasks next.
    Looking(Old, New, [Connection; ENDPOINTS]),
    /// It has decided from an observation that may be out of date by now.
    Holding(Act, Option<Call>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) state: State,
    pub(crate) direction: Direction,
    pub(crate) consent: Consent,
    pub(crate) attempts: Attempts,
}

impl Process {
    pub(crate) fn off() -> Self {
        Self {
            state: State::Off,
            direction: Direction::Forward,
            consent: Consent::default(),
            attempts: Attempts::default(),
        }
    }

    pub(crate) fn started(direction: Direction) -> Self {
        Self { state: State::Watching, direction, ..Self::off() }
    }
}
