//! The changes of the abstract DMS without a call of a run: its own transitions, and what users do.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "the facts are those of a world, whatever their size")]

use super::dms::{
    Arn, Call, Connection, Dms, ENDPOINTS, FOREIGN, Facts, InstanceStatus, Place, TASKS, TaskStatus,
};

/// A transition that DMS makes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    OldSettles,
    NewSettles,
    CreationFails,
    CreatedPublic,
    CreatedNewer,
    OldBreaks,
    NewBreaks,
    TestStarts(u8),
    TestEnds(u8),
    TestFails(u8),
    TaskSettles(u8),
    TaskSettlesReady(u8),
    TaskSettlesFailed(u8),
    TaskStartsAllTheSame(u8),
    TaskIsAssessed(u8),
    TaskFinishes(u8),
    TaskLoaded(u8),
    TaskFails(u8),
    TaskOdd(u8),
    TargetLingers(u8),
    TargetLeaves(u8),
}

impl Change {
    /// Returns true for a change that a fair DMS does not make.
    pub(crate) fn is_fault(self) -> bool {
        matches!(
            self,
            Self::CreationFails
                | Self::CreatedPublic
                | Self::CreatedNewer
                | Self::OldBreaks
                | Self::NewBreaks
                | Self::TestFails(_)
                | Self::TaskFails(_)
                | Self::TaskOdd(_)
        )
    }
}

/// Lists the transitions of DMS, the usual one of each thing first.
pub(crate) fn changes(dms: &Dms, facts: &Facts) -> Vec<(Change, Dms)> {
    let mut changes = Vec::new();
    let settled = |status| match status {
        InstanceStatus::Creating | InstanceStatus::Modifying | InstanceStatus::Rebooting => {
            Some(InstanceStatus::Available)
        }
        InstanceStatus::Deleting => Some(InstanceStatus::Absent),
        _ => None,
    };
    if let Some(status) = settled(dms.old.status) {
        let mut after = *dms;
        after.old.status = status;
        changes.push((Change::OldSettles, after));
    }
    if let Some(status) = settled(dms.new.status) {
        let mut after = *dms;
        after.new.status = status;
        if let Some(modification) = after.new.pending.take() {
            after.new.apply(modification);
        }
        if status == InstanceStatus::Absent {
            after.connections = [Connection::Untested; ENDPOINTS];
        }
        changes.push((Change::NewSettles, after));
        if dms.new.status == InstanceStatus::Creating {
            let mut broken = *dms;
            broken.new.status = InstanceStatus::Broken;
            changes.push((Change::CreationFails, broken));
            let mut public = after;
            public.new.public = true;
            changes.push((Change::CreatedPublic, public));
            let mut newer = after;
            newer.new.version += 1;
            changes.push((Change::CreatedNewer, newer));
        }
    }
    if dms.old.status == InstanceStatus::Available {
        let mut broken = *dms;
        broken.old.status = InstanceStatus::Broken;
        changes.push((Change::OldBreaks, broken));
    }
    if dms.new.status == InstanceStatus::Available {
        let mut broken = *dms;
        broken.new.status = InstanceStatus::Broken;
        changes.push((Change::NewBreaks, broken));
    }
    for endpoint in 0..ENDPOINTS {
        test_changes(dms, endpoint, &mut changes);
    }
    for task in 0..TASKS {
        task_changes(dms, facts, task, &mut changes);
    }
    changes
}

fn test_changes(dms: &Dms, endpoint: usize, changes: &mut Vec<(Change, Dms)>) {
    let number = u8::try_from(endpoint).unwrap();
    let with = |connection| {
        let mut after = *dms;
        after.connections[endpoint] = connection;
        after
    };
    match dms.connections[endpoint] {
        Connection::Testing if dms.reachable[endpoint] => {
            changes.push((Change::TestEnds(number), with(Connection::Successful)));
            changes.push((Change::TestFails(number), with(Connection::Failed)));
        }
        Connection::Testing => changes.push((Change::TestEnds(number), with(Connection::Failed))),
        Connection::LateAfterNothing | Connection::LateAfterSuccess | Connection::LateAfterFailure => {
            changes.push((Change::TestStarts(number), with(Connection::Testing)));
        }
        Connection::Untested | Connection::Successful | Connection::Failed => {}
    }
}

fn task_changes(dms: &Dms, facts: &Facts, index: usize, changes: &mut Vec<(Change, Dms)>) {
    let task = dms.tasks[index];
    let number = u8::try_from(index).unwrap();
    let with = |status| {
        let mut after = *dms;
        after.tasks[index].status = status;
        after
    };
    let finished = || {
        let mut after = with(TaskStatus::Stopped);
        after.tasks[index].finished = true;
        after.tasks[index].loading = false;
        after
    };
    match task.status {
        TaskStatus::Stopping => {
            changes.push((Change::TaskSettles(number), with(TaskStatus::Stopped)));
            if facts.full_load[index] {
                changes.push((Change::TaskFinishes(number), finished()));
            }
        }
        // DMS may assess a task when it starts it ("Creating tasks for ongoing replication" in the user guide).
        TaskStatus::Starting | TaskStatus::Testing => {
            if task.on == Place::New && dms.reachable.contains(&false) {
                changes.push((Change::TaskSettles(number), with(TaskStatus::Failed)));
                changes.push((Change::TaskStartsAllTheSame(number), with(TaskStatus::Running)));
            } else {
                changes.push((Change::TaskSettles(number), with(TaskStatus::Running)));
                changes.push((Change::TaskFails(number), with(TaskStatus::Failed)));
            }
            if task.status == TaskStatus::Starting {
                changes.push((Change::TaskIsAssessed(number), with(TaskStatus::Testing)));
            }
        }
        TaskStatus::Assessing => changes.push((Change::TaskSettles(number), with(TaskStatus::Stopped))),
        TaskStatus::Odd => changes.push((Change::TaskSettles(number), with(TaskStatus::Running))),
        TaskStatus::Running => {
            if facts.full_load[index] {
                changes.push((Change::TaskFinishes(number), finished()));
            } else if task.loading {
                let mut loaded = *dms;
                loaded.tasks[index].loading = false;
                changes.push((Change::TaskLoaded(number), loaded));
            }
            changes.push((Change::TaskFails(number), with(TaskStatus::Failed)));
            changes.push((Change::TaskOdd(number), with(TaskStatus::Odd)));
        }
        TaskStatus::Moving => {
            let Some(target) = task.target else { return };
            let arrived = |status, target_left: bool| {
                let mut after = with(status);
                after.tasks[index].on = target;
                after.tasks[index].target = (!target_left).then_some(target);
                after
            };
            changes.push((Change::TaskSettles(number), arrived(TaskStatus::Stopped, true)));
            // The reason of the last stop does not have to survive a move.
            let mut ready = arrived(TaskStatus::Ready, true);
            ready.tasks[index].finished = false;
            changes.push((Change::TaskSettlesReady(number), ready));
            let mut rests_failed = arrived(TaskStatus::Failed, true);
            rests_failed.tasks[index].finished = false;
            changes.push((Change::TaskSettlesFailed(number), rests_failed));
            changes.push((Change::TargetLingers(number), arrived(TaskStatus::Stopped, false)));
            let mut failed = with(TaskStatus::FailedMove);
            failed.tasks[index].target = None;
            changes.push((Change::TaskFails(number), failed));
            changes.push((Change::TaskFails(number), with(TaskStatus::FailedMove)));
        }
        _ => {}
    }
    if task.status != TaskStatus::Moving && task.target.is_some() {
        let mut left = *dms;
        left.tasks[index].target = None;
        changes.push((Change::TargetLeaves(number), left));
    }
}

/// An act of a user while a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserAct {
    StopTask(u8),
    StartTask(u8),
    Test,
    MoveTask(u8),
    Assess(u8),
    DeleteTask(u8),
    AddTask,
    CloseNetwork,
    OpenNetwork,
    RebootOld,
    RebootNew,
    UpgradeNew,
    ChangeOld,
    DeleteOld,
    DeleteNew,
    CreateForeign,
}

/// Lists what a user may do.
pub(crate) fn user_acts(dms: &Dms, facts: &Facts, tasks: usize) -> Vec<(UserAct, Dms)> {
    let mut acts = Vec::new();
    let mut calls = Vec::new();
    let new = Arn::New(dms.new.generation);
    for index in 0..tasks {
        let task = u8::try_from(index).unwrap();
        calls.push((UserAct::StopTask(task), Call::Stop { task }));
        if let Some(Ok(after)) = dms.start(task, dms.tasks[index].ran).into_iter().next() {
            acts.push((UserAct::StartTask(task), after));
        }
        let to = if dms.tasks[index].on == Place::Old { new } else { Arn::Old };
        calls.push((UserAct::MoveTask(task), Call::Move { task, to }));
        if dms.tasks[index].status.is_at_rest() && dms.tasks[index].target.is_none() {
            let mut after = *dms;
            after.tasks[index].status = TaskStatus::Assessing;
            acts.push((UserAct::Assess(task), after));
        }
        if dms.tasks[index].status.is_at_rest() || dms.tasks[index].status == TaskStatus::Moving {
            let mut after = *dms;
            after.tasks[index].status = TaskStatus::Gone;
            after.tasks[index].target = None;
            after.tasks[index].finished = false;
            after.tasks[index].loading = false;
            acts.push((UserAct::DeleteTask(task), after));
        }
    }
    calls.push((UserAct::Test, Call::Test { instance: new, endpoint: 0 }));
    calls.push((UserAct::DeleteOld, Call::Delete { instance: Arn::Old }));
    calls.push((UserAct::DeleteNew, Call::Delete { instance: new }));
    calls.push((UserAct::CreateForeign, Call::Create { owner: FOREIGN, public: false, upgrades: false }));
    for (act, call) in calls {
        if let Some(Ok(after)) = dms.call(facts, call).into_iter().next() {
            acts.push((act, after));
        }
    }
    let mut change = |act, possible: bool, change: fn(&mut Dms)| {
        if possible {
            let mut after = *dms;
            change(&mut after);
            acts.push((act, after));
        }
    };
    let (old, new) = (dms.old.status, dms.new.status);
    change(UserAct::AddTask, old == InstanceStatus::Available && dms.other.is_none(), |dms| {
        dms.other = Some(Place::Old);
    });
    change(UserAct::CloseNetwork, dms.reachable[0], |dms| dms.reachable[0] = false);
    change(UserAct::OpenNetwork, !dms.reachable[0], |dms| dms.reachable[0] = true);
    change(UserAct::RebootOld, old == InstanceStatus::Available, |dms| {
        dms.old.status = InstanceStatus::Rebooting;
    });
    change(UserAct::RebootNew, new == InstanceStatus::Available, |dms| {
        dms.new.status = InstanceStatus::Rebooting;
    });
    change(UserAct::UpgradeNew, new == InstanceStatus::Available, |dms| {
        dms.new.status = InstanceStatus::Modifying;
        dms.new.version += 1;
    });
    change(UserAct::ChangeOld, old == InstanceStatus::Available && !dms.old.changed, |dms| {
        dms.old.changed = true;
    });
    acts
}
