//! The record of an action in the memory and the attempts.

use crate::action::Action;
use crate::memory::{Attempts, Interruption, Memory};

impl Action {
    /// Records that the call of the action is about to be sent. From then on nobody knows if it took effect, until
    /// [`record`](Self::record) says so.
    pub fn begin(&self, attempts: &mut Attempts) {
        if let Self::StopTask { task, .. } = self {
            attempts.opened.remove(task);
        }
    }

    /// Records that the action succeeded: the entry was journaled, or the call was answered without an error.
    pub fn record(&self, memory: &mut Memory, attempts: &mut Attempts) {
        match self {
            Self::Create => attempts.create = true,
            Self::Test { endpoint, .. } => {
                attempts.tests.insert(endpoint.clone());
            }
            Self::TakeSnapshot => memory.approved = true,
            Self::Remember { task, entry } => {
                memory.stops.insert(task.clone(), *entry);
                match entry {
                    Interruption::Open => attempts.opened.insert(task.clone()),
                    Interruption::Closed => attempts.opened.remove(task),
                };
            }
            Self::TurnBack => memory.going_back = true,
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
        }
    }
}
