//! The passage of resources from one status to the next.

use serde_json::{Value, json};

use super::resource::{self, CONNECTIONS, INSTANCES, TASKS};
use crate::account::Account;
use crate::settling::{Step, Transition};

/// Returns the member that holds the status of a resource.
fn status_member(list: &str) -> &'static str {
    if list == INSTANCES { "ReplicationInstanceStatus" } else { "Status" }
}

/// Changes a resource by a merge patch that sets a transitional status, and notes the steps that follow it. An earlier
/// transition of the resource ends. Returns the resource as responses hold it; null if there is none with this id.
pub(super) fn begin(
    account: &mut Account,
    list: &'static str,
    id: &str,
    change: &Value,
    steps: Vec<Step>,
) -> Value {
    account.simulation.transitions.retain(|transition| !(transition.list == list && transition.id == id));
    let Some(found) = resource::find_mut(account, list, id) else { return Value::Null };
    resource::merge(found, change);
    let response = resource::as_listed(found);
    let status = resource::text(&response, status_member(list)).to_owned();
    let settling = account.simulation.settling_of(&status);
    account.simulation.transitions.push(Transition::new(list, id.to_owned(), status, steps, settling));
    response
}

/// Counts a response of a listing in the transitions of the resources that it shows.
pub(super) fn count_listing(account: &mut Account, list: &str, shown: &[Value]) {
    for transition in &mut account.simulation.transitions {
        if transition.list == list && shown.iter().any(|one| resource::id(list, one) == transition.id) {
            transition.count_listing();
        }
    }
}

/// Ends every status that is at its end.
pub(super) fn settle(account: &mut Account) {
    while let Some(index) = account.simulation.transitions.iter().position(Transition::is_due) {
        let mut transition = account.simulation.transitions.remove(index);
        let Some(step) = transition.next_step() else { continue };
        let status = apply(account, &transition, &step);
        if let (Some(status), false) = (status, transition.is_over()) {
            let settling = account.simulation.settling_of(&status);
            transition.enter(status, settling);
            account.simulation.transitions.push(transition);
        }
    }
}

/// Applies a step, unless the resource has another status than the transition. Returns the new status; `None` if the
/// resource no longer exists or has another status.
fn apply(account: &mut Account, transition: &Transition, step: &Step) -> Option<String> {
    let Transition { list, id, status, .. } = transition;
    let found = resource::find(account, list, id).ok()?;
    if resource::text(found, status_member(list)) != status {
        return None;
    }
    match step {
        Step::Change(change) => {
            let found = resource::find_mut(account, list, id)?;
            resource::merge(found, change);
            Some(resource::text(found, status_member(list)).to_owned())
        }
        Step::Remove => {
            resource::list_mut(account, list).retain(|one| resource::id(list, one) != *id);
            match *list {
                INSTANCES => resource::list_mut(account, CONNECTIONS)
                    .retain(|one| resource::text(one, "ReplicationInstanceArn") != id),
                TASKS => drop(account.simulation.tables.remove(id)),
                _ => {}
            }
            None
        }
    }
}

/// Returns the step that only changes the status of a task or connection.
pub(super) fn to_status(status: &str) -> Step {
    Step::Change(json!({"Status": status}))
}
