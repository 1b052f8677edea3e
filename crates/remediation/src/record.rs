//! The record of an action: in the memory of its run before its call, and in the attempts of the process after it.

use crate::action::{Action, Side};
use crate::memory::{Attempts, Interruption, Memory};

impl Action {
    /// Records that the call of the action is sent next. From then on nobody knows if it took effect. Returns true if a
    /// rejection would say that it did not, and that no call before it did: then it is for [`reject`](Self::reject).
    pub fn begin(&self, memory: &mut Memory) -> bool {
        match self {
            Self::StopTask { task, .. } => {
                memory.stops.insert(task.clone(), Interruption::Requested) == Some(Interruption::Open)
            }
            Self::Create => !std::mem::replace(&mut memory.created, true),
            Self::DeleteInstance { side: Side::New, .. } => {
                memory.created = false;
                false
            }
            _ => false,
        }
    }

    /// Records that DMS rejected the call, for which [`begin`](Self::begin) returned true.
    pub fn reject(&self, memory: &mut Memory) {
        match self {
            Self::StopTask { task, .. } => {
                memory.stops.insert(task.clone(), Interruption::Open);
            }
            Self::Create => memory.created = false,
            _ => {}
        }
    }

    /// Records that the action succeeded: its entry was journaled, or its call was answered without an error. The entry
    /// itself is the executor's to keep.
    pub fn record(&self, attempts: &mut Attempts) {
        match self {
            Self::Create => attempts.create = true,
            Self::Test { endpoint, .. } => {
                attempts.tests.insert(endpoint.clone());
            }
            Self::StopTask { task, on } => {
                attempts.stops.insert((task.clone(), on.clone()));
            }
            Self::MoveTask { task, instance, .. } => {
                attempts.moves.insert((task.clone(), instance.clone()));
            }
            Self::ResumeTask { task, on } => {
                attempts.resumes.insert((task.clone(), on.clone()));
            }
            Self::DeleteInstance { instance, .. } => {
                attempts.deletes.insert(instance.clone());
            }
            Self::RestoreUpgrades { .. } => attempts.restore = true,
            Self::Rename { .. } => attempts.rename = true,
            Self::TakeSnapshot | Self::Open { .. } | Self::Close { .. } | Self::TurnBack => {}
        }
    }
}
