//! One action of a run, and the API call that it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::observation::{REPLACES_TAG, RUN_TAG};
use crate::plan::Plan;
use crate::request::Request;

/// One of the two instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// The public instance.
    Old,
    /// The private instance that replaces it.
    New,
}

impl Side {
    /// Returns the word, `old` or `new`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// One action. Each is chosen from an observation, and is one call or one entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Creates the private instance.
    Create,
    /// Tests an endpoint from the new instance.
    Test {
        /// The ARN of the endpoint.
        endpoint: String,
        /// The ARN of the new instance.
        instance: String,
    },
    /// Saves the descriptions and table statistics of all tasks, and the consent to the stop.
    TakeSnapshot,
    /// Writes to the journal that a task is stopped next for the move.
    Open {
        /// The ARN of the task.
        task: String,
    },
    /// Writes to the journal that a task runs again, or that somebody else stopped it.
    Close {
        /// The ARN of the task.
        task: String,
    },
    /// Writes to the journal that the way back was begun.
    TurnBack,
    /// Stops a task.
    StopTask {
        /// The ARN of the task.
        task: String,
        /// The ARN of the instance that the task is on.
        on: String,
    },
    /// Moves a task.
    MoveTask {
        /// The ARN of the task.
        task: String,
        /// The instance that it is moved to.
        to: Side,
        /// The ARN of that instance.
        instance: String,
    },
    /// Starts a task where it left off.
    ResumeTask {
        /// The ARN of the task.
        task: String,
        /// The ARN of the instance that the task is on.
        on: String,
    },
    /// Deletes an instance.
    DeleteInstance {
        /// The instance.
        side: Side,
        /// Its ARN.
        instance: String,
    },
    /// Turns automatic minor upgrades on again, as the old instance had them.
    RestoreUpgrades {
        /// The ARN of the new instance.
        instance: String,
    },
    /// Gives the new instance the name of the old one.
    Rename {
        /// The ARN of the new instance.
        instance: String,
    },
}

impl Action {
    /// Returns the call of the action; `None` for an entry of the journal or a snapshot.
    #[must_use]
    pub fn request(&self, plan: &Plan, run: &str) -> Option<Request> {
        let request = match self {
            Self::TakeSnapshot | Self::Open { .. } | Self::Close { .. } | Self::TurnBack => return None,
            Self::Create => create(plan, run),
            Self::Test { endpoint, instance } => Request::new(
                "TestConnection",
                [("ReplicationInstanceArn", json!(instance)), ("EndpointArn", json!(endpoint))],
            ),
            Self::StopTask { task, .. } => {
                Request::new("StopReplicationTask", [("ReplicationTaskArn", json!(task))])
            }
            Self::MoveTask { task, instance, .. } => Request::new(
                "MoveReplicationTask",
                [("ReplicationTaskArn", json!(task)), ("TargetReplicationInstanceArn", json!(instance))],
            ),
            Self::ResumeTask { task, .. } => Request::new(
                "StartReplicationTask",
                [
                    ("ReplicationTaskArn", json!(task)),
                    ("StartReplicationTaskType", json!("resume-processing")),
                ],
            ),
            Self::DeleteInstance { instance, .. } => {
                Request::new("DeleteReplicationInstance", [("ReplicationInstanceArn", json!(instance))])
            }
            Self::RestoreUpgrades { instance } => Request::new(
                "ModifyReplicationInstance",
                [
                    ("ReplicationInstanceArn", json!(instance)),
                    ("AutoMinorVersionUpgrade", json!(true)),
                    ("ApplyImmediately", json!(true)),
                ],
            ),
            Self::Rename { instance } => Request::new(
                "ModifyReplicationInstance",
                [
                    ("ReplicationInstanceArn", json!(instance)),
                    ("ReplicationInstanceIdentifier", json!(plan.instance.identifier())),
                    ("ApplyImmediately", json!(true)),
                ],
            ),
        };
        Some(request)
    }

    /// Returns the action in one line of words, such as `moveTask arn:... new`: equal for equal actions, for the
    /// comparison with another implementation.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Create => "create".to_owned(),
            Self::Test { endpoint, .. } => format!("test {endpoint}"),
            Self::TakeSnapshot => "takeSnapshot".to_owned(),
            Self::Open { task } => format!("rememberOpen {task}"),
            Self::Close { task } => format!("rememberClosed {task}"),
            Self::TurnBack => "turnBack".to_owned(),
            Self::StopTask { task, .. } => format!("stopTask {task}"),
            Self::MoveTask { task, to, .. } => format!("moveTask {task} {}", to.word()),
            Self::ResumeTask { task, .. } => format!("resumeTask {task}"),
            Self::DeleteInstance { side, .. } => format!("deleteInstance {}", side.word()),
            Self::RestoreUpgrades { .. } => "restoreUpgrades".to_owned(),
            Self::Rename { .. } => "rename".to_owned(),
        }
    }
}

/// Builds the creation of the private instance: the planned parameters, and the tags by which the run knows it.
fn create(plan: &Plan, run: &str) -> Request {
    let mut parameters = plan.target.parameters.clone();
    let own = [(REPLACES_TAG, plan.instance.arn()), (RUN_TAG, run)];
    let tags: BTreeMap<&str, &str> =
        plan.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).chain(own).collect();
    let tags: Vec<Value> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    parameters.insert("Tags".to_owned(), tags.into());
    Request { operation: "CreateReplicationInstance", parameters }
}
