//! A replication task as DMS describes it.

use serde::{Deserialize, Serialize};

use crate::arn;

/// A replication task in the shape of `DescribeReplicationTasks`. An absent member is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Task {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_task_identifier: Option<String>,
    /// The ARN; a move does not change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_task_arn: Option<String>,
    /// The status, such as `running` or `failed-move`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `full-load`, `cdc` or `full-load-and-cdc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration_type: Option<String>,
    /// The source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_endpoint_arn: Option<String>,
    /// The target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_endpoint_arn: Option<String>,
    /// The instance that the task is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_instance_arn: Option<String>,
    /// The instance that the task is being moved to; absent without a move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_replication_instance_arn: Option<String>,
    /// The cause of the last failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure_message: Option<String>,
    /// The reason of the last stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    /// The position from which another task could go on; current once the task is stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_checkpoint: Option<String>,
    /// The position at which the first run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cdc_start_position: Option<String>,
    /// The position or time at which the task stops by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cdc_stop_position: Option<String>,
    /// The selection and transformation of tables, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_mappings: Option<String>,
    /// The settings, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_task_settings: Option<String>,
    /// The progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_task_stats: Option<Stats>,
}

/// The progress of a task in the shape of `ReplicationTaskStats`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Stats {
    /// The percentage of the full load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_load_progress_percent: Option<i64>,
    /// The tables that are loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables_loaded: Option<i64>,
    /// The tables that are being loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables_loading: Option<i64>,
    /// The tables that wait for their load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables_queued: Option<i64>,
    /// The tables with an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables_errored: Option<i64>,
}

/// The condition of a task, from its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The task runs.
    Running,
    /// The task is at rest: `stopped`, `ready` or `failed`.
    AtRest,
    /// The last move failed; the task is at rest where it was.
    FailedMove,
    /// The task is being moved; nothing but deletion is allowed (DMS user guide, "Task status").
    Moving,
    /// The task is between two states, or in one that is not known.
    Busy,
}

/// The reasons with which DMS stops a task that has done what it was set to do (API reference of DMS, `ReplicationTask`,
/// `StopReason`).
const ENDED: [&str; 5] = [
    "FULL_LOAD_ONLY_FINISHED",
    "STOPPED_AFTER_FULL_LOAD",
    "STOPPED_AFTER_CACHED_EVENTS",
    "STOPPED_AT_SERVER_TIME",
    "STOPPED_AT_COMMIT_TIME",
];
/// The reasons with which DMS stops a task that cannot go on (there).
const BROKEN: [&str; 5] = [
    "RECOVERABLE_ERROR",
    "FATAL_ERROR",
    "EXPRESS_LICENSE_LIMITS_REACHED",
    "STOPPED_DUE_TO_LOW_MEMORY",
    "STOPPED_DUE_TO_LOW_DISK",
];

impl Task {
    /// Returns the identifier; empty if it is unknown.
    #[must_use]
    pub fn identifier(&self) -> &str {
        self.replication_task_identifier.as_deref().unwrap_or_default()
    }

    /// Returns the ARN; empty if it is unknown.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.replication_task_arn.as_deref().unwrap_or_default()
    }

    /// Returns the status; `unknown` if DMS gave none.
    #[must_use]
    pub fn status(&self) -> &str {
        self.status.as_deref().unwrap_or("unknown")
    }

    /// Returns the condition. A status that is not known is busy: nothing is done to such a task.
    #[must_use]
    pub fn condition(&self) -> Condition {
        match self.status() {
            "running" => Condition::Running,
            "moving" => Condition::Moving,
            "failed-move" => Condition::FailedMove,
            // Between the end of a move and the disappearance of its target, the task is not settled.
            "stopped" | "ready" | "failed" if self.target_replication_instance_arn.is_none() => {
                Condition::AtRest
            }
            _ => Condition::Busy,
        }
    }

    /// Returns true if tables may still be loading: DMS begins those again after a stop. Only a task that captures
    /// changes, or whose load is seen to be complete, is not loading.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        match self.migration_type.as_deref() {
            Some("cdc") => false,
            Some("full-load-and-cdc") => !self.replication_task_stats.as_ref().is_some_and(|stats| {
                stats.full_load_progress_percent == Some(100)
                    && stats.tables_loading == Some(0)
                    && stats.tables_queued == Some(0)
            }),
            _ => true,
        }
    }

    /// Returns true if a full load without capture of changes ended by itself: it is not started again, also not after a
    /// move.
    #[must_use]
    pub fn has_finished(&self) -> bool {
        self.migration_type.as_deref() == Some("full-load")
            && matches!(self.status(), "stopped" | "ready" | "failed-move")
            && self.stop_reason.as_deref().is_some_and(|reason| reason.contains("FULL_LOAD_ONLY_FINISHED"))
    }

    /// Returns true if the task ended since it was planned because it had done what it was set to do. It is not started
    /// again. A reason that it had already when it was planned may be of an earlier time.
    #[must_use]
    pub fn has_ended_since(&self, planned: Option<&Self>) -> bool {
        let is_new = planned.is_none_or(|planned| planned.stop_reason != self.stop_reason);
        self.has_finished() || is_new && self.has_stopped_for(&ENDED)
    }

    /// Returns true if the task, which ran, failed, or DMS stopped it for want of something.
    pub(crate) fn has_failed(&self) -> bool {
        self.status() == "failed" || self.has_stopped_for(&BROKEN)
    }

    fn has_stopped_for(&self, reasons: &[&str]) -> bool {
        let reason = self.stop_reason.as_deref().unwrap_or_default();
        matches!(self.status(), "stopped" | "failed-move") && reasons.iter().any(|one| reason.contains(one))
    }

    /// Returns true if the task is on an instance, or DMS moves it there or away from there. Of a task whose instance is
    /// missing, or is no ARN of one, it is not known that it is on another.
    #[must_use]
    pub fn is_tied_to(&self, instance: &str) -> bool {
        let is_it = |arn: &str| arn.eq_ignore_ascii_case(instance);
        let on = self.replication_instance_arn.as_deref();
        on.is_none_or(|arn| is_it(arn) || arn::place(arn, "rep").is_none())
            || self.target_replication_instance_arn.as_deref().is_some_and(is_it)
    }

    /// Returns the ARNs of the endpoints; an unknown one is left out.
    pub fn endpoints(&self) -> impl Iterator<Item = &str> {
        [self.source_endpoint_arn.as_deref(), self.target_endpoint_arn.as_deref()].into_iter().flatten()
    }
}
