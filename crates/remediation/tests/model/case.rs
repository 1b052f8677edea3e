//! One exploration: what there is at first, who acts, and how much may go wrong.

use crate::changes::UserAct;
use crate::dms::{
    Connection, Dms, ENDPOINTS, Facts, InstanceStatus, New, Old, Place, TASKS, Task, TaskStatus,
};

/// A task at the time of planning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    pub(crate) migration_type: &'static str,
    pub(crate) status: TaskStatus,
    pub(crate) loading: bool,
}

/// A task that captures changes.
pub(crate) const RUNNING: Planned =
    Planned { migration_type: "cdc", status: TaskStatus::Running, loading: false };
/// A task that somebody stopped before.
pub(crate) const STOPPED: Planned = Planned { status: TaskStatus::Stopped, ..RUNNING };
/// A task that never ran.
pub(crate) const READY: Planned = Planned { status: TaskStatus::Ready, ..RUNNING };
/// A task that failed before.
pub(crate) const FAILED: Planned = Planned { status: TaskStatus::Failed, ..RUNNING };
/// A task that loads tables, and captures changes.
pub(crate) const LOADING: Planned =
    Planned { migration_type: "full-load-and-cdc", status: TaskStatus::Running, loading: true };
/// A task that loads tables, and then ends.
pub(crate) const FULL_LOAD: Planned = Planned { migration_type: "full-load", ..LOADING };

/// One who runs the transition function: a process of `apply`, or an execution of the runbook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runner {
    /// The number of its run, which the new instance carries.
    pub(crate) run: u8,
    /// The number of its memory. Two executions of the runbook have one memory.
    pub(crate) memory: u8,
    /// True if the memory is in tags: what is on the new instance goes with it.
    pub(crate) tags: bool,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of a case of its own")]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) tasks: Vec<Planned>,
    /// Tables may be loaded again.
    pub(crate) reload: bool,
    pub(crate) rename: bool,
    /// The old instance has automatic minor upgrades.
    pub(crate) upgrades: bool,
    pub(crate) ready_moves: bool,
    pub(crate) runners: Vec<Runner>,
    /// An observation takes time: the tasks are described later than the instances and their tests.
    pub(crate) slow: bool,
    /// A start may take the way back.
    pub(crate) back: bool,
    /// The starts of all processes together.
    pub(crate) starts: u8,
    /// The failures of calls and of DMS.
    pub(crate) faults: u8,
    /// The acts of users.
    pub(crate) users: u8,
    pub(crate) user_acts: fn(UserAct) -> bool,
}

impl Case {
    /// Builds a case of one `apply` with nothing that goes wrong.
    pub(crate) fn new(name: &'static str, tasks: &[Planned]) -> Self {
        Self {
            name,
            tasks: tasks.to_vec(),
            reload: false,
            rename: false,
            upgrades: true,
            ready_moves: true,
            runners: vec![Runner { run: 0, memory: 0, tags: false }],
            slow: false,
            back: true,
            starts: 1,
            faults: 0,
            users: 0,
            user_acts: |_| true,
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        let mut full_load = [false; TASKS];
        for (flag, task) in full_load.iter_mut().zip(&self.tasks) {
            *flag = task.migration_type == "full-load";
        }
        Facts { ready_moves: self.ready_moves, full_load }
    }

    pub(crate) fn first(&self) -> Dms {
        let gone = Task {
            status: TaskStatus::Gone,
            on: Place::Old,
            target: None,
            loading: false,
            finished: false,
            ran: false,
        };
        let mut tasks = [gone; TASKS];
        for (task, planned) in tasks.iter_mut().zip(&self.tasks) {
            task.status = planned.status;
            task.loading = planned.loading;
            task.ran = planned.status != TaskStatus::Ready;
        }
        Dms {
            old: Old { status: InstanceStatus::Available, version: 0, changed: false },
            new: New {
                status: InstanceStatus::Absent,
                generation: 0,
                owner: 0,
                version: 0,
                public: false,
                upgrades: false,
                renamed: false,
                pending: None,
            },
            tasks,
            connections: [Connection::Untested; ENDPOINTS],
            reachable: [true; ENDPOINTS],
            other: None,
        }
    }
}
