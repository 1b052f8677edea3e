//! The values from which a path is made.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::endpoint::Endpoint;
use crate::observation::REPLACES_TAG;
use crate::plan::Plan;
use crate::task::{Condition, Task};

/// The values from which a path is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// The name of the public instance.
    pub identifier: String,
    /// The ARN of the public instance.
    pub arn: String,
    /// The Region.
    pub region: String,
    /// The private instance in the shape of `CreateReplicationInstance`, its name included, without tags.
    pub parameters: Map<String, Value>,
    /// The tags of the private instance.
    pub tags: BTreeMap<String, String>,
    /// True if the public instance applies minor versions by itself: the private one does so in the end.
    pub upgrades: bool,
    /// The tasks in the order in which they are moved.
    pub tasks: Vec<ManagedTask>,
}

/// A task of the instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ManagedTask {
    /// The name.
    pub identifier: String,
    /// The ARN.
    pub arn: String,
    /// True if it runs now, and is to run again.
    pub runs: bool,
    /// The members of the task in the shape of `CreateReplicationTask`, as far as they are known.
    pub parameters: Map<String, Value>,
    /// The engine of its source, such as `mysql`; empty if it is unknown.
    pub source_engine: String,
}

impl Subject {
    /// Returns the values of a plan.
    #[must_use]
    pub fn from_plan(plan: &Plan) -> Self {
        let mut tags = plan.tags.clone();
        tags.insert(REPLACES_TAG.to_owned(), plan.instance.arn().to_owned());
        Self {
            identifier: plan.instance.identifier().to_owned(),
            arn: plan.instance.arn().to_owned(),
            region: plan.region.clone(),
            parameters: plan.target.parameters.clone(),
            tags,
            upgrades: plan.instance.auto_minor_version_upgrade == Some(true),
            tasks: plan.tasks.iter().map(|task| ManagedTask::new(task, &plan.endpoints)).collect(),
        }
    }

    /// Returns the name of the private instance.
    #[must_use]
    pub fn new_identifier(&self) -> &str {
        let name = self.parameters.get("ReplicationInstanceIdentifier").and_then(Value::as_str);
        name.unwrap_or_default()
    }

    /// Lists the parameters that a language has under the names that `rename` gives; it gives none to those that it lacks.
    pub(super) fn attributes<'a>(
        &'a self,
        rename: impl Fn(&str) -> Option<String> + 'a,
    ) -> impl Iterator<Item = (String, &'a Value)> + 'a {
        self.parameters.iter().filter_map(move |(name, value)| Some((rename(name)?, value)))
    }
}

impl ManagedTask {
    fn new(task: &Task, endpoints: &[Endpoint]) -> Self {
        let source = task.source_endpoint_arn.as_deref();
        let engine = endpoints.iter().find(|endpoint| Some(endpoint.arn.as_str()) == source);
        let members = [
            ("SourceEndpointArn", &task.source_endpoint_arn),
            ("TargetEndpointArn", &task.target_endpoint_arn),
            ("MigrationType", &task.migration_type),
            ("TableMappings", &task.table_mappings),
            ("ReplicationTaskSettings", &task.replication_task_settings),
        ];
        let known =
            members.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
        Self {
            identifier: task.identifier().to_owned(),
            arn: task.arn().to_owned(),
            runs: task.condition() == Condition::Running,
            parameters: known.collect(),
            source_engine: engine.map(|endpoint| endpoint.engine.clone()).unwrap_or_default(),
        }
    }

    /// Returns a member of the task as text; empty if it is unknown.
    pub(super) fn member(&self, name: &str) -> &str {
        self.parameters.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}
