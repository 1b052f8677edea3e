//! The state of both instances and of the tasks at one moment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::connection::Connection;
use crate::instance::Instance;
use crate::task::Task;

/// The tag of the new instance with the id of the run that created it.
pub const RUN_TAG: &str = "dms-rule:run";
/// The tag of the new instance with the ARN of the instance that it replaces.
pub const REPLACES_TAG: &str = "dms-rule:replaces";

/// The state of both instances and of the tasks. It is complete: if a call fails, there is no observation.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Observation {
    /// The public instance; `None` if it no longer exists.
    pub old: Option<Instance>,
    /// The instance with the planned name, or, after the rename, with the name of the old one and another ARN.
    pub new: Option<NewInstance>,
    /// The tasks of the plan by ARN; `None` for one that no longer exists.
    pub tasks: BTreeMap<String, Option<Task>>,
    /// Every other task that is on one of the two instances, or is being moved to one.
    pub others: Vec<Task>,
    /// The connection tests of the new instance by the ARN of the endpoint.
    pub connections: BTreeMap<String, Connection>,
}

/// The new instance with its tags.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewInstance {
    /// The instance.
    pub instance: Instance,
    /// The tags.
    pub tags: BTreeMap<String, String>,
}

impl NewInstance {
    /// Returns true if the instance was created by this run for this old instance.
    #[must_use]
    pub fn belongs_to(&self, run: &str, old: &str) -> bool {
        let tag = |name: &str| self.tags.get(name).map(String::as_str);
        tag(RUN_TAG) == Some(run) && tag(REPLACES_TAG) == Some(old)
    }
}
