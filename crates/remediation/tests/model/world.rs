//! The whole world of an exploration: DMS, the processes of the runs, and what really happened to each task.

use remediation::{Consent, Direction};

use crate::case::Case;
use crate::changes::{Change, UserAct, changes, user_acts};
use crate::decision::{Decision, Decisions, Key};
use crate::dms::{Call, Connection, Dms, ENDPOINTS, Fault, InstanceStatus, Place, TASKS, TaskStatus};
use crate::process::{Act, Entry, Memory, Process, State};

/// The cause of a task's rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Rest {
    /// It was at rest before the run came to it, or a user stopped it, or it failed by itself.
    Theirs,
    /// Its full load ended.
    Finished,
    /// A call of this run stopped it.
    Ours(u8),
    /// It came to rest while it was open in a journal, and nobody can tell whose stop it was: the process ended between
    /// its journal entry and the response to its stop, or the task was started meanwhile.
    Unclear,
}

/// The true history, which no process sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Truth {
    pub(crate) rest: [Rest; TASKS],
    /// True for a task that was started since its stop was journaled.
    pub(crate) restarted: [bool; TASKS],
    /// True for an endpoint that was once tested successfully from the present new instance.
    pub(crate) tested: [bool; ENDPOINTS],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) dms: Dms,
    pub(crate) memories: [Memory; 2],
    pub(crate) processes: [Process; 2],
    pub(crate) truth: Truth,
    pub(crate) starts: u8,
    pub(crate) faults: u8,
    pub(crate) users: u8,
}

/// One step of the world, for a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Dms(Change),
    User(UserAct),
    Starts(usize, Direction),
    Dies(usize),
    Looks(usize),
    Decides(usize, Decision),
    Agrees(usize, Decision),
    Declines(usize, Decision),
    Journals(usize, Act),
    Calls(usize, Act),
    CallsAndLosesResponse(usize, Act),
    CallFails(usize, Act),
    CallIsRejected(usize, Act, Fault),
}

impl World {
    pub(crate) fn first(case: &Case) -> Self {
        Self {
            dms: case.first(),
            memories: [Memory::default(); 2],
            processes: [Process::off(); 2],
            truth: Truth {
                rest: [Rest::Theirs; TASKS],
                restarted: [false; TASKS],
                tested: [false; ENDPOINTS],
            },
            starts: case.starts,
            faults: case.faults,
            users: case.users,
        }
    }

    pub(crate) fn key(&self, case: &Case, number: usize) -> Key {
        let (runner, process) = (case.runners[number], self.processes[number]);
        Key {
            dms: self.seen(number),
            memory: self.memories[usize::from(runner.memory)],
            attempts: process.attempts,
            consent: process.consent,
            direction: process.direction,
            run: runner.run,
        }
    }

    /// Returns the state as a process sees it, which decides now.
    pub(crate) fn seen(&self, number: usize) -> Dms {
        match self.processes[number].state {
            State::Looking(old, new, connections) => Dms { old, new, connections, ..self.dms },
            _ => self.dms,
        }
    }

    /// Returns true if nobody will know later who stopped a task: a memory says that its stop was requested.
    fn is_unclear(&self, task: usize) -> bool {
        self.memories.iter().any(|memory| memory.stops[task] == Entry::Requested)
    }

    /// Returns the world with another state of DMS, and with the truth about each task that it changes.
    pub(crate) fn with_dms(&self, dms: Dms, by: Option<u8>) -> World {
        let mut world = World { dms, ..*self };
        for task in 0..TASKS {
            let (before, after) = (self.dms.tasks[task], dms.tasks[task]);
            let runs = |status| matches!(status, TaskStatus::Running | TaskStatus::Odd);
            if after.status == TaskStatus::Gone {
                world.truth.rest[task] = Rest::Theirs;
                world.truth.restarted[task] = false;
            } else if after.finished && !before.finished {
                world.truth.rest[task] = Rest::Finished;
            } else if runs(before.status) && !runs(after.status) {
                world.truth.rest[task] = match by {
                    Some(run) => Rest::Ours(run),
                    None if self.is_unclear(task) => Rest::Unclear,
                    None => Rest::Theirs,
                };
            } else if before.status.is_at_rest()
                && matches!(after.status, TaskStatus::Starting | TaskStatus::Testing)
            {
                world.truth.restarted[task] = true;
            }
            // The reason of a stop does not have to survive a move, which may be a user's.
            if world.truth.rest[task] == Rest::Finished && !after.finished && self.is_unclear(task) {
                world.truth.rest[task] = Rest::Unclear;
            }
        }
        if dms.new.generation != self.dms.new.generation {
            world.truth.tested = [false; ENDPOINTS];
        }
        for endpoint in 0..ENDPOINTS {
            if dms.connections[endpoint] == Connection::Successful {
                world.truth.tested[endpoint] = true;
            }
        }
        world
    }

    /// Ends a process. For a task that is open in its memory, nobody can tell any more who stopped it.
    pub(crate) fn end(&mut self, case: &Case, number: usize) {
        self.processes[number] = Process::off();
        let runner = case.runners[number];
        let new = self.dms.new;
        if runner.tags && (new.status == InstanceStatus::Absent || new.owner != runner.run) {
            // The runbook infers from the tags of the tasks that somebody agreed.
            let memory = &mut self.memories[usize::from(runner.memory)];
            memory.approved = memory.stops.iter().any(|entry| entry.is_open());
            memory.going_back = false;
        }
        if runner.tags {
            // A tag says only that the task is to run again.
            let memory = &mut self.memories[usize::from(runner.memory)];
            memory.created = false;
            for entry in memory.stops.iter_mut().filter(|entry| entry.is_open()) {
                *entry = Entry::Requested;
            }
        }
        for task in 0..TASKS {
            self.blur(case, number, task);
        }
    }

    /// Forgets what is in the tags of a new instance, for one that was just created.
    pub(crate) fn forget(&mut self, case: &Case, number: usize, act: Act) {
        let runner = case.runners[number];
        if act == Act::Create && runner.tags {
            let memory = &mut self.memories[usize::from(runner.memory)];
            (memory.approved, memory.going_back) = (false, false);
        }
    }

    pub(crate) fn blur(&mut self, case: &Case, number: usize, task: usize) {
        let memory = self.memories[usize::from(case.runners[number].memory)];
        let runs = matches!(self.dms.tasks[task].status, TaskStatus::Running | TaskStatus::Odd);
        let is_theirs = match self.truth.rest[task] {
            Rest::Theirs => true,
            Rest::Finished => !self.dms.tasks[task].finished,
            Rest::Ours(_) | Rest::Unclear => false,
        };
        if memory.stops[task] == Entry::Requested && !runs && is_theirs {
            self.truth.rest[task] = Rest::Unclear;
        }
    }

    /// Writes an action into the memory of a process; `None` if it is a call.
    pub(crate) fn journal(&mut self, case: &Case, number: usize, act: Act) {
        let memory = &mut self.memories[usize::from(case.runners[number].memory)];
        match act {
            Act::TakeSnapshot => memory.approved = true,
            Act::TurnBack => memory.going_back = true,
            Act::Open(task) => {
                memory.stops[usize::from(task)] = Entry::Open;
                self.truth.restarted[usize::from(task)] = false;
            }
            Act::Close(task) => {
                memory.stops[usize::from(task)] = Entry::Closed;
                self.truth.restarted[usize::from(task)] = false;
            }
            _ => panic!("a call is not journaled"),
        }
    }

    /// Lists the next steps, each with the world after it.
    pub(crate) fn steps(&self, decisions: &mut Decisions<'_>) -> Vec<(Step, World)> {
        let case = decisions.case;
        let facts = case.facts();
        let mut steps = Vec::new();
        for (change, dms) in changes(&self.dms, &facts) {
            if !change.is_fault() || self.faults > 0 {
                let mut world = self.with_dms(dms, None);
                world.faults -= u8::from(change.is_fault());
                steps.push((Step::Dms(change), world));
            }
        }
        if self.users > 0 {
            for (act, dms) in user_acts(&self.dms, &facts, case.tasks.len()) {
                if (case.user_acts)(act) {
                    let mut world = self.with_dms(dms, None);
                    world.users -= 1;
                    steps.push((Step::User(act), world));
                }
            }
        }
        for number in 0..case.runners.len() {
            match self.processes[number].state {
                State::Off => self.start(case, number, &mut steps),
                State::Watching if case.slow => {
                    let mut world = *self;
                    let seen = self.dms;
                    world.processes[number].state = State::Looking(seen.old, seen.new, seen.connections);
                    steps.push((Step::Looks(number), world));
                }
                State::Watching | State::Looking(..) => self.decide(decisions, number, &mut steps),
                State::Holding(act, None) => {
                    let mut world = *self;
                    world.journal(case, number, act);
                    world.processes[number].state = State::Watching;
                    world.processes[number].attempts.record(act);
                    steps.push((Step::Journals(number, act), world));
                }
                State::Holding(act, Some(call)) => self.call(case, number, act, call, &mut steps),
            }
            if self.processes[number].state != State::Off && self.starts > 0 {
                let mut world = *self;
                world.end(case, number);
                steps.push((Step::Dies(number), world));
            }
        }
        steps
    }

    fn start(&self, case: &Case, number: usize, steps: &mut Vec<(Step, World)>) {
        if self.starts == 0 {
            return;
        }
        for direction in [Direction::Forward, Direction::Back] {
            if direction == Direction::Forward || case.back {
                let mut world = *self;
                world.starts -= 1;
                world.processes[number] = Process::started(direction);
                steps.push((Step::Starts(number, direction), world));
            }
        }
    }

    fn decide(&self, decisions: &mut Decisions<'_>, number: usize, steps: &mut Vec<(Step, World)>) {
        let case = decisions.case;
        let decision = decisions.take(self.key(case, number));
        let mut world = *self;
        match decision {
            Decision::Act(act, call) => {
                world.processes[number].state = State::Holding(act, call);
                steps.push((Step::Decides(number, decision), world));
            }
            Decision::Wait(code) => {
                world.processes[number].state = State::Watching;
                if code == "creating" && world.processes[number].direction == Direction::Back {
                    // What does not appear in time was not created.
                    world.memories[usize::from(case.runners[number].memory)].created = false;
                }
                steps.push((Step::Decides(number, decision), world));
            }
            Decision::AskStop | Decision::AskDelete => {
                world.processes[number].consent = agreed(world.processes[number].consent, decision);
                world.processes[number].state = State::Watching;
                steps.push((Step::Agrees(number, decision), world));
                let mut declined = *self;
                declined.end(case, number);
                steps.push((Step::Declines(number, decision), declined));
            }
            Decision::Stop(..) | Decision::Done | Decision::AsBefore => {
                world.end(case, number);
                steps.push((Step::Decides(number, decision), world));
            }
        }
    }

    fn call(&self, case: &Case, number: usize, act: Act, call: Call, steps: &mut Vec<(Step, World)>) {
        let run = case.runners[number].run;
        let mut watching = *self;
        watching.processes[number].state = State::Watching;
        let rejected = watching.memories[usize::from(case.runners[number].memory)].begin(act);
        for result in self.dms.call(&case.facts(), call) {
            match result {
                Ok(dms) => {
                    let mut world = watching.with_dms(dms, Some(run));
                    world.forget(case, number, act);
                    if self.faults > 0 {
                        let mut lost = world;
                        lost.faults -= 1;
                        steps.push((Step::CallsAndLosesResponse(number, act), lost));
                    }
                    world.processes[number].attempts.record(act);
                    steps.push((Step::Calls(number, act), world));
                }
                Err(fault) => {
                    let mut world = watching;
                    world.memories[usize::from(case.runners[number].memory)] = rejected;
                    // The process may observe again, or end.
                    let mut ended = world;
                    ended.end(case, number);
                    steps.push((Step::CallIsRejected(number, act, fault), world));
                    steps.push((Step::CallIsRejected(number, act, fault), ended));
                }
            }
        }
        if self.faults > 0 {
            let mut world = watching;
            world.faults -= 1;
            if let Call::Stop { task } = call {
                world.blur(case, number, usize::from(task));
            }
            steps.push((Step::CallFails(number, act), world));
        }
    }

    /// Returns true if a task is on the old instance and in the state that its plan found.
    pub(crate) fn is_on(&self, task: usize, place: Place) -> bool {
        self.dms.tasks[task].status == TaskStatus::Gone || self.dms.tasks[task].on == place
    }
}

/// Returns the consent after a person agreed.
pub(crate) fn agreed(consent: Consent, decision: Decision) -> Consent {
    match decision {
        Decision::AskStop => Consent { stop: true, ..consent },
        _ => Consent { delete: true, ..consent },
    }
}
