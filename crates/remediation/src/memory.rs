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
    /// The tasks that this run stopped: open until they are seen running again.
    pub stops: BTreeMap<String, Interruption>,
}

/// A stop of a task by this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Interruption {
    /// The task ran, and the run stops or stopped it: it is to run again.
    Open,
    /// The task was seen running again: a later stop is somebody else's.
    Closed,
}

impl Memory {
    /// Returns true if the task is to run again.
    #[must_use]
    pub fn is_open(&self, task: &str) -> bool {
        self.stops.get(task) == Some(&Interruption::Open)
    }
}

/// The calls that succeeded since the process started. A failed test or move is not repeated by the same process;
/// another start is another attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attempts {
    /// The endpoints that were tested from the new instance.
    pub tests: BTreeSet<String>,
    /// The tasks that this process journaled as open and whose stop it has not requested yet. One that is at rest all
    /// the same was stopped by somebody else, after it was observed running.
    pub opened: BTreeSet<String>,
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
