//! An abstract DMS: two instances, three tasks, two endpoints. What AWS does not document is a choice among several
//! outcomes, of which the first is the usual one.
#![expect(clippy::trivially_copy_pass_by_ref, reason = "the facts are those of a world, whatever their size")]

/// The tasks that a state has room for.
pub(crate) const TASKS: usize = 3;
/// The endpoints, which every task has both.
pub(crate) const ENDPOINTS: usize = 2;
/// The owner of an instance that no run created.
pub(crate) const FOREIGN: u8 = 9;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum InstanceStatus {
    Absent,
    Creating,
    Available,
    Modifying,
    Rebooting,
    Deleting,
    Broken,
}

impl InstanceStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Creating => "creating",
            Self::Available => "available",
            Self::Modifying => "modifying",
            Self::Rebooting => "rebooting",
            Self::Deleting => "deleting",
            Self::Broken => "incompatible-network",
        }
    }
}

/// The public instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Old {
    pub(crate) status: InstanceStatus,
    pub(crate) version: u8,
    /// True if a user gave it another class.
    pub(crate) changed: bool,
}

/// The private instance; a later one of the same name is another generation, with another ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct New {
    pub(crate) status: InstanceStatus,
    pub(crate) generation: u8,
    pub(crate) owner: u8,
    pub(crate) version: u8,
    pub(crate) public: bool,
    pub(crate) upgrades: bool,
    pub(crate) renamed: bool,
    /// The change that is applied at the end of `modifying`, and does not show before.
    pub(crate) pending: Option<Modification>,
}

/// A change of the new instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Modification {
    Upgrades,
    Name,
}

impl New {
    pub(crate) fn apply(&mut self, modification: Modification) {
        match modification {
            Modification::Upgrades => self.upgrades = true,
            Modification::Name => self.renamed = true,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Old,
    New,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TaskStatus {
    Gone,
    Ready,
    Stopped,
    Failed,
    FailedMove,
    Running,
    /// A status that nobody documents, of a task that runs.
    Odd,
    Starting,
    /// The assessment that DMS may run before a start.
    Testing,
    /// An assessment that a user began; the task rests afterwards.
    Assessing,
    Stopping,
    Moving,
}

impl TaskStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Ready => "ready",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::FailedMove => "failed-move",
            Self::Running => "running",
            Self::Odd => "running with errors",
            Self::Starting => "starting",
            Self::Testing | Self::Assessing => "testing",
            Self::Stopping => "stopping",
            Self::Moving => "moving",
        }
    }

    pub(crate) fn is_at_rest(self) -> bool {
        matches!(self, Self::Ready | Self::Stopped | Self::Failed | Self::FailedMove)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Task {
    pub(crate) status: TaskStatus,
    pub(crate) on: Place,
    pub(crate) target: Option<Place>,
    /// True if tables are still to be loaded.
    pub(crate) loading: bool,
    /// True if the reason of the stop says that a full load ended by itself.
    pub(crate) finished: bool,
    /// True if the task was started before: only such a one can be resumed.
    pub(crate) ran: bool,
}

/// The test of an endpoint from the new instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Connection {
    Untested,
    Testing,
    Successful,
    Failed,
    /// A test under way while DMS still describes the earlier result.
    LateAfterNothing,
    LateAfterSuccess,
    LateAfterFailure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Dms {
    pub(crate) old: Old,
    pub(crate) new: New,
    pub(crate) tasks: [Task; TASKS],
    pub(crate) connections: [Connection; ENDPOINTS],
    /// True for an endpoint that can be reached from the network of the new instance.
    pub(crate) reachable: [bool; ENDPOINTS],
    /// A task that is not in the plan.
    pub(crate) other: Option<Place>,
}

/// The facts about AWS that are the same in a whole exploration, since nobody knows them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// True if a task that never ran can be moved.
    pub(crate) ready_moves: bool,
    /// True for each task that loads its tables once and captures no changes.
    pub(crate) full_load: [bool; TASKS],
}

/// The ARN of an instance: of the old one, or of a generation of the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Arn {
    Old,
    New(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    Create { owner: u8, public: bool, upgrades: bool },
    Test { instance: Arn, endpoint: u8 },
    Stop { task: u8 },
    Move { task: u8, to: Arn },
    Start { task: u8 },
    RestoreUpgrades { instance: Arn },
    Rename { instance: Arn },
    Delete { instance: Arn },
}

/// The fault that a call is answered with.
pub(crate) type Fault = &'static str;
pub(crate) const NOT_FOUND: Fault = "ResourceNotFoundFault";
pub(crate) const EXISTS: Fault = "ResourceAlreadyExistsFault";
pub(crate) const STATE: Fault = "InvalidResourceStateFault";
pub(crate) const COMBINATION: Fault = "InvalidParameterCombinationException";

impl Dms {
    /// Returns the place of an instance that exists.
    fn place(&self, arn: Arn) -> Result<Place, Fault> {
        match arn {
            Arn::Old if self.old.status != InstanceStatus::Absent => Ok(Place::Old),
            Arn::New(generation)
                if self.new.status != InstanceStatus::Absent && self.new.generation == generation =>
            {
                Ok(Place::New)
            }
            _ => Err(NOT_FOUND),
        }
    }

    pub(crate) fn status(&self, place: Place) -> InstanceStatus {
        match place {
            Place::Old => self.old.status,
            Place::New => self.new.status,
        }
    }

    fn version(&self, place: Place) -> u8 {
        match place {
            Place::Old => self.old.version,
            Place::New => self.new.version,
        }
    }

    /// Returns true if a task is on an instance or on its way to it.
    pub(crate) fn has_tasks(&self, place: Place) -> bool {
        let holds =
            |task: &Task| task.status != TaskStatus::Gone && (task.on == place || task.target == Some(place));
        self.tasks.iter().any(holds) || self.other == Some(place)
    }

    /// Returns every answer that DMS may give to a call, with the state after it.
    pub(crate) fn call(&self, facts: &Facts, call: Call) -> Vec<Result<Dms, Fault>> {
        match call {
            Call::Create { owner, public, upgrades } => self.create(owner, public, upgrades),
            Call::Test { instance, endpoint } => self.test(instance, usize::from(endpoint)),
            Call::Stop { task } => vec![self.with_task(task, Self::stop)],
            Call::Move { task, to } => match self.place(to) {
                Ok(to) => self.move_task(facts, task, to),
                Err(fault) => vec![Err(fault)],
            },
            Call::Start { task } => self.start(task, true),
            Call::RestoreUpgrades { instance } => self.modify(instance, Modification::Upgrades),
            Call::Rename { instance } => {
                let renamed = self.modify(instance, Modification::Name);
                let is_taken = self.old.status != InstanceStatus::Absent;
                if is_taken && renamed.iter().any(Result::is_ok) { vec![Err(EXISTS)] } else { renamed }
            }
            Call::Delete { instance } => vec![self.place(instance).and_then(|place| self.delete(place))],
        }
    }

    fn create(&self, owner: u8, public: bool, upgrades: bool) -> Vec<Result<Dms, Fault>> {
        if self.new.status != InstanceStatus::Absent {
            return vec![Err(EXISTS)];
        }
        let mut dms = *self;
        dms.new = New {
            status: InstanceStatus::Creating,
            generation: self.new.generation + 1,
            owner,
            version: self.old.version,
            public,
            upgrades,
            renamed: false,
            pending: None,
        };
        dms.connections = [Connection::Untested; ENDPOINTS];
        if !upgrades {
            return vec![Ok(dms)];
        }
        // DMS then uses the default version of the day (DMS user guide, "Creating a replication instance").
        let mut newer = dms;
        newer.new.version += 1;
        vec![Ok(newer), Ok(dms)]
    }

    fn test(&self, instance: Arn, endpoint: usize) -> Vec<Result<Dms, Fault>> {
        if let Err(fault) = self.place(instance) {
            return vec![Err(fault)];
        }
        if instance == Arn::Old || self.new.status != InstanceStatus::Available {
            return vec![Err(STATE)];
        }
        let late = match self.connections[endpoint] {
            Connection::Untested => Some(Connection::LateAfterNothing),
            Connection::Successful => Some(Connection::LateAfterSuccess),
            Connection::Failed => Some(Connection::LateAfterFailure),
            _ => None,
        };
        let with = |connection| {
            let mut dms = *self;
            dms.connections[endpoint] = connection;
            Ok(dms)
        };
        std::iter::once(Connection::Testing).chain(late).map(with).collect()
    }

    fn with_task(&self, task: u8, change: fn(&mut Task) -> Result<(), Fault>) -> Result<Dms, Fault> {
        let mut dms = *self;
        change(&mut dms.tasks[usize::from(task)])?;
        Ok(dms)
    }

    fn stop(task: &mut Task) -> Result<(), Fault> {
        match task.status {
            TaskStatus::Gone => Err(NOT_FOUND),
            TaskStatus::Running | TaskStatus::Odd => {
                task.status = TaskStatus::Stopping;
                Ok(())
            }
            _ => Err(STATE),
        }
    }

    fn move_task(&self, facts: &Facts, task: u8, to: Place) -> Vec<Result<Dms, Fault>> {
        let mut dms = *self;
        let moved = &mut dms.tasks[usize::from(task)];
        if moved.status == TaskStatus::Gone {
            return vec![Err(NOT_FOUND)];
        }
        let movable = match moved.status {
            TaskStatus::Ready => facts.ready_moves,
            status => status.is_at_rest(),
        };
        let lingers = moved.target.is_some();
        if !movable
            || moved.on == to
            || self.status(to) != InstanceStatus::Available
            || self.version(to) < self.version(moved.on)
            || (lingers && moved.status != TaskStatus::FailedMove)
        {
            return vec![Err(STATE)];
        }
        moved.status = TaskStatus::Moving;
        moved.target = Some(to);
        std::iter::once(Ok(dms)).chain(lingers.then_some(Err(STATE))).collect()
    }

    /// Starts a task: where it left off, or for the first time.
    pub(crate) fn start(&self, task: u8, resume: bool) -> Vec<Result<Dms, Fault>> {
        let before = self.tasks[usize::from(task)];
        if before.status == TaskStatus::Gone {
            return vec![Err(NOT_FOUND)];
        }
        let lingers = before.target.is_some();
        if !before.status.is_at_rest() || (lingers && before.status != TaskStatus::FailedMove) {
            return vec![Err(STATE)];
        }
        if before.ran != resume {
            return vec![Err(COMBINATION)];
        }
        // "Test connection for replication instance and endpoint should be successful for starting the replication
        // task": on an instance that was public for long, it was so.
        let is_tested = |connection: &Connection| {
            matches!(connection, Connection::Successful | Connection::LateAfterSuccess)
        };
        let is_reached = before.on == Place::Old || self.connections.iter().all(is_tested);
        if !is_reached || self.status(before.on) != InstanceStatus::Available {
            return vec![Err(STATE)];
        }
        let with = |status, target| {
            let mut dms = *self;
            let task = &mut dms.tasks[usize::from(task)];
            task.status = status;
            task.finished = false;
            task.ran = true;
            task.target = target;
            Ok(dms)
        };
        let mut outcomes = vec![with(TaskStatus::Starting, None), with(TaskStatus::Testing, None)];
        if lingers {
            // Nobody knows how long the target of a failed move is shown, and if it prevents a start.
            outcomes.extend([with(TaskStatus::Starting, before.target), Err(STATE)]);
        }
        outcomes
    }

    fn modify(&self, instance: Arn, modification: Modification) -> Vec<Result<Dms, Fault>> {
        match self.place(instance) {
            Err(fault) => return vec![Err(fault)],
            Ok(Place::New) if self.new.status == InstanceStatus::Available => {}
            Ok(_) => return vec![Err(STATE)],
        }
        let mut dms = *self;
        dms.new.apply(modification);
        let mut modifying = dms;
        modifying.new.status = InstanceStatus::Modifying;
        let mut late = *self;
        late.new.status = InstanceStatus::Modifying;
        late.new.pending = Some(modification);
        vec![Ok(modifying), Ok(dms), Ok(late)]
    }

    fn delete(&self, place: Place) -> Result<Dms, Fault> {
        if self.has_tasks(place)
            || !matches!(self.status(place), InstanceStatus::Available | InstanceStatus::Broken)
        {
            return Err(STATE);
        }
        let mut dms = *self;
        match place {
            Place::Old => dms.old.status = InstanceStatus::Deleting,
            Place::New => dms.new.status = InstanceStatus::Deleting,
        }
        Ok(dms)
    }

    /// Returns the state without all that DMS does not describe, so that states that look alike are equal.
    pub(crate) fn visible(&self) -> Dms {
        let mut visible = *self;
        visible.reachable = [true; ENDPOINTS];
        visible.new.pending = None;
        for connection in &mut visible.connections {
            *connection = match *connection {
                Connection::LateAfterNothing => Connection::Untested,
                Connection::LateAfterSuccess => Connection::Successful,
                Connection::LateAfterFailure => Connection::Failed,
                shown => shown,
            };
        }
        for task in &mut visible.tasks {
            task.ran = true;
            if task.status == TaskStatus::Assessing {
                task.status = TaskStatus::Testing;
            }
        }
        if visible.new.status == InstanceStatus::Absent {
            visible.new.owner = 0;
            visible.new.version = 0;
            visible.new.public = false;
            visible.new.upgrades = false;
            visible.new.renamed = false;
            visible.new.generation = 0;
        }
        visible
    }
}
