//! The statement at the end of a run: what is where, and what a person does next.

use std::fmt::Write as _;

use remediation::formats::shown;
use remediation::{Instance, Memory, Observation, Plan, Refusal, Remedy, Task};

use super::failure::Failure;
use super::names::Names;

/// Words what is where: each instance with its tasks, and the tasks that are to run again and do not.
pub(super) fn what_is_where(plan: &Plan, observation: &Observation, memory: &Memory) -> String {
    let mut text = String::new();
    let new = observation.new.as_ref().map(|new| &new.instance);
    let instances = [("public", plan.instance.arn(), observation.old.as_ref()), ("new", "", new)];
    for (word, arn, instance) in instances {
        match instance {
            Some(instance) => instance_line(&mut text, observation, instance),
            None if word == "new" => line(&mut text, "There is no new instance."),
            None => line(&mut text, &format!("The old instance {arn} does not exist any more.")),
        }
    }
    for (arn, task) in &observation.tasks {
        let name = Names(plan).named(arn);
        match task {
            None => line(&mut text, &format!("The {name} does not exist any more: somebody deleted it.")),
            Some(task) if is_elsewhere(observation, task) => {
                let on = task.replication_instance_arn.as_deref().unwrap_or("an unknown instance");
                line(&mut text, &format!("The {name} is {} on {on}.", task.status()));
            }
            Some(_) => {}
        }
    }
    let waiting: Vec<String> = observation
        .tasks
        .keys()
        .filter(|arn| memory.is_open(arn))
        .map(|arn| Names(plan).named(arn))
        .collect();
    if !waiting.is_empty() {
        line(&mut text, &format!("Stopped for the move, not seen running again: {}.", waiting.join(", ")));
    }
    text
}

fn line(text: &mut String, words: &str) {
    let _ = writeln!(text, "{}", shown(words)); // writing to a text does not fail
}

fn instance_line(text: &mut String, observation: &Observation, instance: &Instance) {
    let privacy = match instance.publicly_accessible {
        Some(true) => "public",
        Some(false) => "private",
        None => "public or private: not known",
    };
    let planned = observation.tasks.values().flatten();
    let on_it: Vec<String> = planned
        .chain(&observation.others)
        .filter(|task| task.replication_instance_arn.as_deref() == Some(instance.arn()))
        .map(|task| format!("{} {}", task.identifier(), task.status()))
        .collect();
    let tasks = if on_it.is_empty() { "no tasks".to_owned() } else { format!("tasks: {}", on_it.join(", ")) };
    let status = if instance.status().is_empty() { "unknown" } else { instance.status() };
    line(text, &format!("{} ({}): {status}, {privacy}; {tasks}", instance.identifier(), instance.arn()));
}

fn is_elsewhere(observation: &Observation, task: &Task) -> bool {
    let on = task.replication_instance_arn.as_deref();
    let old = observation.old.as_ref().map(Instance::arn);
    let new = observation.new.as_ref().map(|new| new.instance.arn());
    on.is_none() || !(on == old || on == new)
}

/// Words the next step after DMS rejected the move of a task that never ran, which AWS does not document; `None` for any
/// other failure.
pub(super) fn unmovable(failure: &Failure, observation: &Observation) -> Option<String> {
    let Failure::Aws(error) = failure else { return None };
    let is_rejected =
        error.operation() == "MoveReplicationTask" && error.code() == Some("InvalidResourceStateFault");
    let ready = observation.tasks.values().flatten().find(|task| {
        task.status() == "ready" && error.subject().contains(task.arn()) && !task.arn().is_empty()
    })?;
    is_rejected.then(|| {
        format!(
            "the task {} never ran, and DMS may not move such a task: create it again on the new instance with another \
             name, delete this one (it has no checkpoint to lose), then run the command again",
            ready.identifier()
        )
    })
}

/// Words the next step after a refusal. `forward` and `back` are the commands that go on.
pub(super) fn after_refusal(plan: &Plan, refusal: &Refusal, forward: &str, back: &str) -> String {
    let subject = &refusal.subject;
    match refusal.remedy {
        Remedy::PlanAgain => format!(
            "make a new plan of {} and apply that one; or, if the new instance exists, take it back: {back}",
            plan.instance.arn()
        ),
        Remedy::MendOrBack => format!("mend the cause, then {forward}; or take the way back: {back}"),
        Remedy::Back => format!("take the way back: {back}"),
        Remedy::Forward => format!("go on: {forward}"),
        Remedy::ByHand => format!("a person must decide what to do with {subject}; then {forward}"),
    }
}
