//! The tasks that ran when the plan was made, and do not run now although nothing says that they are done.

use std::fmt;

use remediation::{Condition, Fault, Observation, Plan, Task};

/// A task that ran when the plan was made and does not run now: a run may have stopped it, or somebody else.
#[derive(Debug)]
pub(super) struct Resting {
    name: String,
    status: String,
}

impl Resting {
    /// Returns the task as a fault of the move.
    pub(super) fn into_fault(self) -> Fault {
        Fault {
            kind: format!("the task {} ran when the plan was made, and does not run now", self.name),
            detail: format!(": it is {}", self.status),
        }
    }
}

impl fmt::Display for Resting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.status)
    }
}

/// Lists the tasks that ran when the plan was made and do not run now, each with its status now. A task that has done what
/// it was set to do is none of them.
pub(super) fn ran_and_rest(plan: &Plan, observation: &Observation) -> Vec<Resting> {
    let ran = plan.tasks.iter().filter(|task| task.condition() == Condition::Running);
    let rests = |planned: &Task| {
        let status = match observation.tasks.get(planned.arn())? {
            Some(task) if task.condition() == Condition::Running || task.has_ended_since(Some(planned)) => {
                return None;
            }
            Some(task) => task.status(),
            None => "not found",
        };
        Some(Resting { name: planned.identifier().to_owned(), status: status.to_owned() })
    };
    ran.filter_map(rests).collect()
}
