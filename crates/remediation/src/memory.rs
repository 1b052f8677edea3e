//! The memory that survives a crash, and the attempts that do not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The memory of a run, which its journal keeps. Each entry is written before the call that it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Memory {
    /// The id of the run, which the new instance carries as a tag.
    pub run: String,
    /// True once a person agreed to the stop, and tasks and statistics were saved.
    pub approved: bool,
    /// True once the way back was begun: the way forward is closed.
    pub going_back: bool,
    /// The tasks that this run stops or stopped.
    pub stops: BTreeMap<String, Interruption>,
    /// True once the creation of the new instance was requested, until its deletion was, or until DMS rejected it: it may
    /// still appear.
    pub created: bool,
}

/// A stop of a task by this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Interruption {
    /// The task ran and is to be stopped. DMS has accepted no stop of this run: if it is at rest, somebody else stopped it.
    Open,
    /// The stop was requested, and DMS may have accepted it: the task is to run again.
    Requested,
    /// The task was seen running again, or somebody else stopped it: it is not started.
    Closed,
}

impl Memory {
    /// Returns true if the task is to be stopped, or to run again.
    #[must_use]
    pub fn is_open(&self, task: &str) -> bool {
        matches!(self.stops.get(task), Some(Interruption::Open | Interruption::Requested))
    }

    /// Returns true if DMS may have accepted a stop of this run, after which the task was not seen running.
    #[must_use]
    pub fn is_requested(&self, task: &str) -> bool {
        self.stops.get(task) == Some(&Interruption::Requested)
    }
}

/// The calls that succeeded since the process started. A failed test or move is not repeated by the same process;
/// another start is another attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attempts {
    /// The endpoints that were tested from the new instance.
    pub tests: BTreeSet<String>,
    /// The tasks that were stopped, each with the ARN of the instance that it was on.
    pub stops: BTreeSet<(String, String)>,
    /// The tasks that were moved, each with the ARN of the instance that it was moved to.
    pub moves: BTreeSet<(String, String)>,
    /// The tasks that were resumed, each with the ARN of the instance that it was resumed on.
    pub resumes: BTreeSet<(String, String)>,
    /// True if the creation was requested.
    pub create: bool,
    /// The ARNs of the instances whose deletion was requested.
    pub deletes: BTreeSet<String>,
    /// True if the automatic upgrade was requested to be restored.
    pub restore: bool,
    /// True if the rename was requested.
    pub rename: bool,
}

/// The consent of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Consent {
    /// Tasks may be stopped and moved.
    pub stop: bool,
    /// The old instance may be deleted.
    pub delete: bool,
}
