//! The record of an action in the attempts of a process.

use crate::action::Action;
use crate::memory::{Attempts, Interruption};

impl Action {
    /// Records that the call of the action is about to be sent. From then on nobody knows if it took effect, until
    /// [`record`](Self::record) says so.
    pub fn begin(&self, attempts: &mut Attempts) {
        if let Self::StopTask { task, .. } = self {
            attempts.opened.remove(task);
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
            Self::Remember { task, entry: Interruption::Open } => {
                attempts.opened.insert(task.clone());
            }
            Self::Remember { task, entry: Interruption::Closed } => {
                attempts.opened.remove(task);
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
            Self::TakeSnapshot | Self::TurnBack => {}
        }
    }
}
