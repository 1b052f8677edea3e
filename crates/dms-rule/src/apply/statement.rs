//! The statement at the end of a run: what is where, and what a person does next.

use std::fmt::Write as _;

use remediation::formats::{command_line, shown};
use remediation::{Instance, Memory, Observation, Plan, REPLACES_TAG, RUN_TAG, Refusal, Remedy, Task};
use rule_core::ErrorKind;

use super::failure::Failure;
use super::names::Names;
use super::resting::{Resting, ran_and_rest};
use super::run::Run;
use crate::terminal::unbroken;

/// Words what is where: each instance with its tasks, and the tasks that are to run again and do not. `has_seen_old` is true if
/// the old instance was observed by this run: what was never seen is not said to be gone.
pub(super) fn what_is_where(
    plan: &Plan,
    observation: &Observation,
    memory: &Memory,
    has_seen_old: bool,
) -> String {
    let was_there = has_seen_old || may_have_acted(memory);
    let mut text = String::new();
    let new = observation.new.as_ref().map(|new| &new.instance);
    let instances = [("public", plan.instance.arn(), observation.old.as_ref()), ("new", "", new)];
    for (word, arn, instance) in instances {
        match instance {
            Some(instance) => instance_line(&mut text, observation, instance),
            None if word == "new" => line(&mut text, "There is no new instance."),
            None if was_there => line(&mut text, &format!("The old instance {arn} does not exist any more.")),
            None => line(&mut text, &format!("The old instance {arn} was not found.")),
        }
    }
    for (arn, task) in &observation.tasks {
        let name = Names(plan).named(arn);
        match task {
            None if was_there => {
                line(&mut text, &format!("The {name} does not exist any more: somebody deleted it."));
            }
            None => line(&mut text, &format!("The {name} was not found.")),
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

/// Words the next step after the delete of the old instance was denied; `None` for any other failure.
pub(super) fn undeletable(failure: &Failure, plan: &Plan) -> Option<String> {
    let Failure::Aws(error) = failure else { return None };
    let is_denied = error.operation() == "DeleteReplicationInstance" && error.kind() == ErrorKind::Denied;
    is_denied.then(|| {
        format!(
            "the role of rule-templates/iam/apply.json can delete the instance only with a tag; set it: {}; with another \
             role, {}",
            unbroken(&command_line(&plan.release(), &plan.region)),
            error.next_step_of_a_migration()
        )
    })
}

/// Returns true if the journal says that a run saw the old instance and went on.
fn may_have_acted(memory: &Memory) -> bool {
    memory.created || memory.approved || memory.going_back || !memory.stops.is_empty()
}

/// Returns true if nothing of a plan with an unfinished run was found: more likely in another place than gone.
pub(super) fn is_elsewhere_altogether(run: &Run<'_>) -> bool {
    let is_empty = |observation: &Observation| {
        let has_task = observation.tasks.values().any(Option::is_some);
        observation.old.is_none() && observation.new.is_none() && !has_task && observation.others.is_empty()
    };
    !run.has_seen_old
        && !run.journal.is_done()
        && run.last().is_some_and(|(_, observation)| is_empty(observation))
}

/// Words the check of the place in which a plan was searched. `profile` is the chosen one.
pub(super) fn check_of_the_place(plan: &Plan, profile: Option<&str>) -> String {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let profile = profile.map(str::to_owned).or_else(|| variable("AWS_PROFILE"));
    let endpoint = ["AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", "AWS_ENDPOINT_URL"]
        .into_iter()
        .find_map(|name| Some(format!("{} of {name}", variable(name)?)));
    format!(
        "check that they are the right ones: the account {}, the Region {}, the profile {} and the endpoint {}",
        plan.account_id.as_deref().unwrap_or("unknown"),
        plan.region,
        profile.as_deref().unwrap_or("that is the default"),
        endpoint.as_deref().unwrap_or("of AWS"),
    )
}

/// Words that the new instance is of another run for the same old instance, and what that run may have stopped; `None` if its
/// tags do not say so.
pub(super) fn other_run(plan: &Plan, observation: &Observation, memory: &Memory) -> Option<String> {
    let new = observation.new.as_ref()?;
    let tag = |name: &str| new.tags.get(name).map(String::as_str);
    let run = tag(RUN_TAG).filter(|run| *run != memory.run)?;
    if tag(REPLACES_TAG) != Some(plan.instance.arn()) {
        return None;
    }
    let resting = ran_and_rest(plan, observation);
    let resting = if resting.is_empty() {
        String::new()
    } else {
        format!(
            ". These tasks ran when the plan was made and do not run now; that run may have stopped them: {}",
            resting.iter().map(Resting::to_string).collect::<Vec<_>>().join(", ")
        )
    };
    Some(format!(
        "the instance {} ({}) is of another run, {run}, whose journal says which tasks are to run again{resting}",
        new.instance.identifier(),
        new.instance.arn()
    ))
}

/// Words the next step after a refusal. `forward` and `back` are the commands that go on; `is_back` is true on the way back,
/// which is no remedy of itself.
pub(super) fn after_refusal(
    plan: &Plan,
    refusal: &Refusal,
    (forward, back): (&str, &str),
    is_back: bool,
) -> String {
    let subject = &refusal.subject;
    match refusal.remedy {
        Remedy::Forward => format!("go on: {forward}"),
        Remedy::ByHand => {
            let again = if is_back { back } else { forward };
            format!("a person must decide what to do with {subject}; then {again}")
        }
        _ if is_back => format!("mend the cause, then {back}"),
        Remedy::PlanAgain => format!(
            "make a new plan of {} and apply that one; or, if the new instance exists, take it back: {back}",
            plan.instance.arn()
        ),
        Remedy::MendOrBack => format!("mend the cause, then {forward}; or take the way back: {back}"),
        Remedy::Back => format!("take the way back: {back}"),
    }
}
