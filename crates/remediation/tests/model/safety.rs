//! The things that no decision may do, checked against the state that it was taken from and against what really happened.

use remediation::Direction;

use crate::case::Case;
use crate::decision::Decision;
use crate::dms::{Arn, Call, Connection, InstanceStatus, Place, TASKS, TaskStatus};
use crate::process::{Act, Entry, Memory};
use crate::world::{Rest, World};

/// Returns what is wrong with a decision that a process takes now.
pub(crate) fn wrong(case: &Case, world: &World, number: usize, decision: Decision) -> Option<&'static str> {
    // A decision can be right for what was seen only.
    let is_new_seen = world.seen(number).new == world.dms.new;
    let seen = World { dms: world.seen(number), ..*world };
    let view = View { case, world: &seen, number, is_new_seen };
    match decision {
        Decision::Act(act, call) => view
            .request(act, call)
            .or_else(|| if view.is_forward() { view.forward(act) } else { view.back(act) }),
        Decision::Done => view.done(),
        Decision::AsBefore => view.as_before(),
        Decision::AskDelete => view.all_moved(),
        Decision::AskStop if view.memory().approved => view.may_touch(),
        Decision::AskStop => view.proved(),
        Decision::Wait(_) | Decision::Stop(..) => None,
    }
}

struct View<'a> {
    case: &'a Case,
    world: &'a World,
    number: usize,
    /// True if the new instance is still as it was seen: the truth is about that one.
    is_new_seen: bool,
}

fn unless(right: bool, wrong: &'static str) -> Option<&'static str> {
    (!right).then_some(wrong)
}

impl View<'_> {
    fn is_forward(&self) -> bool {
        self.world.processes[self.number].direction == Direction::Forward
    }

    fn run(&self) -> u8 {
        self.case.runners[self.number].run
    }

    fn memory(&self) -> Memory {
        self.world.key(self.case, self.number).memory
    }

    fn entry(&self, task: u8) -> Entry {
        self.memory().stops[usize::from(task)]
    }

    fn is_ours(&self) -> bool {
        let new = self.world.dms.new;
        new.status != InstanceStatus::Absent && new.owner == self.run()
    }

    fn is_now(&self, arn: Arn) -> bool {
        self.is_ours() && arn == Arn::New(self.world.dms.new.generation)
    }

    /// Returns true for a task that this run stopped and has not started again.
    fn owes(&self, task: usize) -> bool {
        let status = self.world.dms.tasks[task].status;
        let rests = status.is_at_rest() || matches!(status, TaskStatus::Stopping | TaskStatus::Moving);
        rests && self.world.truth.rest[task] == Rest::Ours(self.run())
    }

    fn owes_any(&self) -> bool {
        (0..TASKS).any(|task| self.owes(task))
    }

    /// Checks that the call is the action's own.
    fn request(&self, act: Act, call: Option<Call>) -> Option<&'static str> {
        let expected = match act {
            Act::Create => Some(Call::Create { owner: self.run(), public: false, upgrades: false }),
            Act::Test(endpoint, instance) => Some(Call::Test { instance, endpoint }),
            Act::Stop(task, _) => Some(Call::Stop { task }),
            Act::Move(task, to) => Some(Call::Move { task, to }),
            Act::Resume(task, _) => Some(Call::Start { task }),
            Act::Delete(instance) => Some(Call::Delete { instance }),
            Act::RestoreUpgrades(instance) => Some(Call::RestoreUpgrades { instance }),
            Act::Rename(instance) => Some(Call::Rename { instance }),
            Act::TakeSnapshot | Act::Open(_) | Act::Close(_) | Act::TurnBack => None,
        };
        let process = self.world.processes[self.number];
        let mut attempts = process.attempts;
        attempts.record(act);
        unless(call == expected, "the call is not the action's").or_else(|| {
            let is_first = call.is_none() || attempts != process.attempts;
            unless(is_first, "a process repeats a call that succeeded")
        })
    }

    fn proved(&self) -> Option<&'static str> {
        let dms = &self.world.dms;
        unless(self.is_ours(), "the new instance is not this run's")
            .or_else(|| {
                unless(dms.new.status == InstanceStatus::Available, "the new instance is not available")
            })
            .or_else(|| unless(!dms.new.public, "the new instance is public"))
            .or_else(|| unless(dms.new.version == dms.old.version, "the versions differ"))
            .or_else(|| unless(!dms.new.upgrades, "the new instance may upgrade by itself"))
            .or_else(|| {
                let seen = |connection: &Connection| {
                    matches!(connection, Connection::Successful | Connection::LateAfterSuccess)
                };
                unless(dms.connections.iter().all(seen), "an endpoint was not tested")
            })
    }

    /// Checks what holds whenever a task of the old instance is touched.
    fn may_touch(&self) -> Option<&'static str> {
        let dms = &self.world.dms;
        let memory = self.memory();
        unless(memory.approved, "nobody agreed to the stop")
            .or_else(|| {
                let is_cut_off = dms.new.version > dms.old.version && dms.has_tasks(Place::New);
                unless(!memory.going_back || is_cut_off, "the way back was begun, and can be gone")
            })
            .or_else(|| unless(self.is_ours(), "the new instance is not this run's"))
            .or_else(|| {
                unless(dms.new.status == InstanceStatus::Available, "the new instance is not available")
            })
            .or_else(|| unless(!dms.new.public, "the new instance is public"))
            .or_else(|| {
                unless(
                    !self.is_new_seen || self.world.truth.tested == [true; 2],
                    "an endpoint was never tested from the new instance",
                )
            })
    }

    fn resume(&self, task: u8) -> Option<&'static str> {
        let rest = self.world.truth.rest[usize::from(task)];
        unless(self.entry(task) == Entry::Requested, "a task is started whose stop was not requested")
            .or_else(|| {
                // The stop of another run counts too: the task ran when that run came to it.
                let is_owed = matches!(rest, Rest::Ours(_) | Rest::Unclear);
                unless(is_owed, "a task is started that no run stopped")
            })
    }

    fn stop(&self, task: u8) -> Option<&'static str> {
        let state = self.world.dms.tasks[usize::from(task)];
        unless(self.entry(task).is_open(), "a task is stopped that is not open").or_else(|| {
            let loads = state.loading || self.case.facts().full_load[usize::from(task)];
            unless(!loads || self.case.reload, "a task is stopped that loads tables")
        })
    }

    fn forward(&self, act: Act) -> Option<&'static str> {
        let dms = &self.world.dms;
        let consent = self.world.processes[self.number].consent;
        match act {
            Act::Create => unless(
                dms.new.status == InstanceStatus::Absent && dms.old.status != InstanceStatus::Absent,
                "created beside another, or without an old one",
            ),
            Act::Test(_, instance) => {
                unless(self.is_now(instance), "tested from an instance that is not ours")
            }
            Act::TakeSnapshot => unless(consent.stop, "nobody agreed to the stop").or_else(|| self.proved()),
            Act::Open(_) => self.may_touch(),
            Act::Close(task) => unless(
                !self.owes(usize::from(task)),
                "a task is closed that this run stopped, and that does not run",
            ),
            Act::Stop(task, _) => self.may_touch().or_else(|| self.stop(task)),
            Act::Move(_, to) => {
                self.may_touch().or_else(|| unless(self.is_now(to), "moved to an instance that is not ours"))
            }
            Act::Resume(task, _) => self.resume(task),
            Act::Delete(instance) => unless(instance == Arn::Old, "forward deletes the new instance")
                .or_else(|| unless(consent.delete, "nobody agreed to the deletion"))
                .or_else(|| self.all_moved()),
            Act::RestoreUpgrades(instance) => unless(
                self.case.upgrades && self.is_now(instance) && dms.old.status == InstanceStatus::Absent,
                "the upgrades are not to be restored",
            ),
            Act::Rename(instance) => unless(
                self.case.rename && self.is_now(instance) && dms.old.status == InstanceStatus::Absent,
                "the new instance is not to be renamed",
            ),
            Act::TurnBack => Some("forward turns back"),
        }
    }

    fn back(&self, act: Act) -> Option<&'static str> {
        let dms = &self.world.dms;
        match act {
            Act::TurnBack => None,
            Act::Open(task) => unless(
                dms.tasks[usize::from(task)].on == Place::New,
                "the way back stops a task of the old instance",
            ),
            Act::Close(task) => unless(
                !self.owes(usize::from(task)),
                "a task is closed that this run stopped, and that does not run",
            ),
            Act::Stop(task, on) => self.stop(task).or_else(|| {
                unless(self.is_now(on), "the way back stops a task of an instance that is not the new one")
            }),
            Act::Move(_, to) => unless(to == Arn::Old, "the way back moves to the new instance"),
            Act::Resume(task, _) => self.resume(task),
            Act::Delete(instance) => unless(self.is_now(instance), "deletes an instance that is not ours")
                .or_else(|| unless(!dms.has_tasks(Place::New), "deletes an instance that has tasks"))
                .or_else(|| unless(!self.owes_any(), "deletes before all tasks run again")),
            Act::Create | Act::Test(..) | Act::TakeSnapshot | Act::RestoreUpgrades(_) | Act::Rename(_) => {
                Some("the way back goes forward")
            }
        }
    }

    /// Checks what holds before the old instance may go.
    fn all_moved(&self) -> Option<&'static str> {
        let dms = &self.world.dms;
        unless(!dms.has_tasks(Place::Old), "deletes an instance that has tasks")
            .or_else(|| unless(self.is_ours() && !dms.new.public, "no private instance of this run"))
            .or_else(|| unless(!self.owes_any(), "deletes before all tasks run again"))
            .or_else(|| {
                let stops = self.memory().stops;
                let tasks = dms.tasks.iter().zip(&self.case.tasks).zip(stops);
                let mut failed = tasks.filter(|((task, planned), entry)| {
                    let ran = planned.status == TaskStatus::Running || *entry != Entry::None;
                    ran && task.status == TaskStatus::Failed
                });
                unless(failed.next().is_none(), "deletes the old instance though a task that ran failed")
            })
    }

    fn done(&self) -> Option<&'static str> {
        let dms = &self.world.dms;
        unless(dms.old.status == InstanceStatus::Absent, "done, and the old instance exists")
            .or_else(|| unless(self.is_ours() && !dms.new.public, "done without a private instance"))
            .or_else(|| unless(dms.new.status == InstanceStatus::Available, "done, and it is not available"))
            .or_else(|| unless(!self.owes_any(), "done, and a task does not run again"))
            .or_else(|| unless(dms.new.upgrades || !self.case.upgrades, "done without automatic upgrades"))
            .or_else(|| unless(dms.new.renamed == self.case.rename, "done under another name"))
            .or_else(|| {
                let moved = (0..TASKS).all(|task| self.world.is_on(task, Place::New));
                unless(moved, "done, and a task is elsewhere")
            })
    }

    fn as_before(&self) -> Option<&'static str> {
        let dms = &self.world.dms;
        unless(dms.old.status != InstanceStatus::Absent, "as before without the old instance")
            .or_else(|| {
                unless(dms.new.status == InstanceStatus::Absent, "as before, and two instances exist")
            })
            .or_else(|| unless(!self.owes_any(), "as before, and a task does not run again"))
            .or_else(|| {
                let back = (0..TASKS).all(|task| self.world.is_on(task, Place::Old));
                unless(back, "as before, and a task is elsewhere")
            })
    }
}
