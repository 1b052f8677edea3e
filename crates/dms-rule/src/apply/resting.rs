//! The tasks that ran when the plan was made, and do not run now.

use remediation::{Condition, Observation, Plan, Task};

/// Lists the tasks that ran when the plan was made and do not run now, each with its status now: a run may have stopped
/// them, or somebody else.
pub(super) fn ran_and_rest(plan: &Plan, observation: &Observation) -> Vec<String> {
    let ran = plan.tasks.iter().filter(|task| task.condition() == Condition::Running);
    let rests = |planned: &Task| {
        let status = match observation.tasks.get(planned.arn())? {
            Some(task) if task.condition() == Condition::Running => return None,
            Some(task) => task.status(),
            None => "not found",
        };
        Some(format!("{} ({status})", planned.identifier()))
    };
    ran.filter_map(rests).collect()
}
