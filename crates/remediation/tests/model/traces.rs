//! The defects that the exploration found, each as the one situation that showed it.

use remediation::Direction;

use crate::case::{Case, FULL_LOAD, RUNNING, STOPPED};
use crate::decision::{Decisions, Key};
use crate::dms::{Connection, FOREIGN, InstanceStatus, Place, TaskStatus};
use crate::process::{Entry, Process};
use crate::world::World;

/// Returns what comes next for a process that was just started, in words, after a change of the world in which the new
/// instance is there, tested and agreed upon.
fn next(direction: Direction, change: impl FnOnce(&mut World)) -> String {
    next_of_tasks(&Case::new("trace", &[RUNNING, STOPPED]), direction, change)
}

fn next_of_tasks(case: &Case, direction: Direction, change: impl FnOnce(&mut World)) -> String {
    let decisions = Decisions::new(case);
    let mut world = World::first(case);
    world.dms.new.status = InstanceStatus::Available;
    world.dms.new.generation = 1;
    world.dms.connections = [Connection::Successful; 2];
    world.memories[0].approved = true;
    world.processes[0] = Process::started(direction);
    world.processes[0].consent.stop = true;
    change(&mut world);
    let key: Key = world.key(case, 0);
    let next = decisions.real(&key);
    let text = match &next {
        remediation::Next::Stop(refusal) => {
            format!("{} {:?}: {}", next.key(), refusal.remedy, refusal.because)
        }
        _ => next.key(),
    };
    text.replace("arn:aws:dms:eu-west-1:123456789012:", "")
}

fn assert_stop(next: &str, begins: &str, contains: &str) {
    assert!(next.starts_with(begins) && next.contains(contains), "{next}");
}

#[test]
fn the_way_back_names_an_instance_of_somebody_else() {
    let next = next(Direction::Back, |world| {
        world.memories[0].going_back = true;
        world.dms.new.owner = FOREIGN;
    });
    assert_stop(&next, "stop not-ours rep:NEW1 ByHand", "orders-private");
}

#[test]
fn a_task_that_a_user_stopped_before_its_entry_was_written_is_not_started() {
    let next = next(Direction::Forward, |world| {
        world.memories[0].stops[0] = Entry::Open;
        world.dms.tasks[0].status = TaskStatus::Stopped;
    });
    assert_eq!(next, "act rememberClosed task:T0");
}

#[test]
fn a_way_back_that_does_not_exist_is_not_begun() {
    let next = next(Direction::Back, |world| world.dms.old.status = InstanceStatus::Deleting);
    assert_stop(&next, "stop no-way-back rep:OLD Forward", "");
}

#[test]
fn a_run_goes_forward_again_where_its_way_back_was_cut_off() {
    let next = next(Direction::Forward, |world| {
        world.memories[0].going_back = true;
        world.dms.new.version = 1;
        world.dms.tasks[0].on = Place::New;
    });
    assert_eq!(next, "act moveTask task:T1 new");
}

#[test]
fn a_change_after_the_creation_names_the_way_back() {
    let next = next(Direction::Forward, |world| {
        world.memories[0].approved = false;
        world.dms.old.changed = true;
    });
    assert_stop(&next, "stop changed rep:OLD Back", "the class");
}

#[test]
fn a_refusal_names_no_way_back_where_there_is_none_but_the_tasks_at_rest() {
    let next = next(Direction::Forward, |world| {
        world.dms.old.status = InstanceStatus::Absent;
        world.dms.new.status = InstanceStatus::Broken;
        for task in &mut world.dms.tasks {
            task.on = Place::New;
        }
        world.dms.tasks[0].status = TaskStatus::Stopped;
        world.memories[0].stops[0] = Entry::Requested;
    });
    assert_stop(&next, "stop new-unusable rep:NEW1 ByHand", "has not seen running again: task:T0");
}

#[test]
fn an_old_instance_that_cannot_be_used_is_not_waited_for() {
    let next = next(Direction::Forward, |world| world.dms.old.status = InstanceStatus::Broken);
    assert_stop(&next, "stop old-unusable rep:OLD MendOrBack", "incompatible-network");
}

#[test]
fn the_target_of_a_failed_move_is_not_deleted() {
    let next = next(Direction::Back, |world| {
        world.memories[0].going_back = true;
        world.dms.tasks[1].status = TaskStatus::FailedMove;
        world.dms.tasks[1].target = Some(Place::New);
    });
    assert_eq!(next, "wait moving task:T1");
}

#[test]
fn a_load_that_ended_is_closed_before_its_move() {
    let case = Case { reload: true, ..Case::new("trace", &[FULL_LOAD]) };
    let next = next_of_tasks(&case, Direction::Forward, |world| {
        world.memories[0].stops[0] = Entry::Requested;
        world.dms.tasks[0].status = TaskStatus::Stopped;
        world.dms.tasks[0].finished = true;
    });
    assert_eq!(next, "act rememberClosed task:T0");
}

#[test]
fn a_load_that_ended_is_not_started_after_a_move_that_failed() {
    let next = next_of_tasks(&Case::new("trace", &[FULL_LOAD]), Direction::Back, |world| {
        world.memories[0].going_back = true;
        world.memories[0].stops[0] = Entry::Requested;
        world.dms.tasks[0].status = TaskStatus::FailedMove;
        world.dms.tasks[0].finished = true;
    });
    assert_eq!(next, "act rememberClosed task:T0");
}

#[test]
fn tasks_that_were_stopped_are_not_left_behind_an_instance_of_somebody_else() {
    let next = next(Direction::Forward, |world| world.dms.new.owner = FOREIGN);
    assert_stop(&next, "stop not-ours rep:NEW1 Back", "orders-private");
}

#[test]
fn an_endpoint_is_tested_again_before_a_task_is_resumed() {
    let next = next(Direction::Forward, |world| {
        world.memories[0].stops[0] = Entry::Requested;
        world.dms.tasks[0].status = TaskStatus::Stopped;
        world.dms.tasks[0].on = Place::New;
        world.dms.connections[1] = Connection::Failed;
    });
    assert_eq!(next, "act test endpoint:E1");
}

#[test]
fn a_task_that_failed_since_the_plan_keeps_the_old_instance() {
    let next = next(Direction::Forward, |world| {
        for task in &mut world.dms.tasks {
            task.on = Place::New;
        }
        world.memories[0].stops[1] = Entry::Closed;
        world.dms.tasks[1].status = TaskStatus::Failed;
    });
    assert_stop(&next, "stop task-failed task:T1 MendOrBack", "failed on the new instance");
}

#[test]
fn a_stop_that_may_still_come_into_effect_is_not_closed_on_the_way_back() {
    let next = next(Direction::Back, |world| {
        world.memories[0].going_back = true;
        world.memories[0].stops[0] = Entry::Requested;
    });
    assert_eq!(next, "act deleteInstance new");
}

#[test]
fn a_task_that_runs_after_the_way_back_is_closed_at_its_end() {
    let next = next(Direction::Back, |world| {
        world.memories[0].going_back = true;
        world.memories[0].stops[0] = Entry::Requested;
        world.dms.new.status = InstanceStatus::Absent;
    });
    assert_eq!(next, "act rememberClosed task:T0");
}

#[test]
fn a_creation_that_may_still_come_into_effect_is_waited_for() {
    let next = next(Direction::Back, |world| {
        world.memories[0].going_back = true;
        world.memories[0].created = true;
        world.dms.new.status = InstanceStatus::Absent;
    });
    assert_eq!(next, "wait creating orders-private");
}

#[test]
fn a_process_that_was_started_again_asks_before_it_touches_another_task() {
    let next = next(Direction::Forward, |world| world.processes[0].consent.stop = false);
    assert_eq!(next, "ask stop");
}

#[test]
fn a_task_that_waits_for_its_start_needs_no_other_consent_and_comes_first() {
    let next = next(Direction::Forward, |world| {
        world.processes[0].consent.stop = false;
        world.dms.tasks[0].status = TaskStatus::Testing;
        world.memories[0].stops[1] = Entry::Requested;
        world.dms.tasks[1].status = TaskStatus::Stopped;
    });
    assert_eq!(next, "act moveTask task:T1 new");
}

#[test]
fn a_task_that_was_at_rest_when_it_was_planned_keeps_nothing() {
    let next = next(Direction::Forward, |world| {
        for task in &mut world.dms.tasks {
            task.on = Place::New;
        }
        world.dms.tasks[1].status = TaskStatus::Failed;
    });
    assert_eq!(next, "ask delete");
}
