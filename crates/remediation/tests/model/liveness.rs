//! Every run comes to an end: from each world that was reached, a process that is started again, with a DMS that is
//! fair and nothing more that fails, ends, and the remedy that it names works.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use remediation::Direction;

use crate::case::Case;
use crate::changes::{Change, changes};
use crate::decision::{Decision, Decisions, Mix, Way};
use crate::dms::{Call, Fault, InstanceStatus, Place, STATE, TASKS, TaskStatus};
use crate::process::{Process, State};
use crate::safety;
use crate::search::Worlds;
use crate::world::{Rest, World, agreed};

/// The steps of a run at most: about eight for each task, and twenty for the instances.
const STEPS: usize = 100;
/// The remedies that are followed one after the other at most.
const REMEDIES: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Done,
    AsBefore,
    Stop(&'static str, Way),
    /// DMS rejected a call.
    Rejected(Call, Fault),
    /// It waits for something that does not come.
    Stuck(&'static str),
    Endless,
}

/// The ends of all runs, counted.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    pub(crate) runs: usize,
    pub(crate) counts: std::collections::BTreeMap<String, usize>,
}

/// Checks every world that was reached. Panics with the shortest trace to one from which a run does not end.
pub(crate) fn check(case: &Case, decisions: &mut Decisions<'_>, worlds: &Worlds) -> Ends {
    let mut ends = Ends::default();
    let mut seen: HashSet<World, BuildHasherDefault<Mix>> = HashSet::default();
    for (number, world) in worlds.worlds.iter().enumerate() {
        let mut rested = World { starts: 0, faults: 0, users: 0, ..*world };
        for runner in 0..case.runners.len() {
            rested.end(case, runner);
        }
        if !seen.insert(rested) {
            continue;
        }
        for runner in 0..case.runners.len() {
            for direction in [Direction::Forward, Direction::Back] {
                let (outcome, after) = run(decisions, rested, runner, direction);
                ends.runs += 1;
                *ends.counts.entry(format!("{outcome:?}")).or_default() += 1;
                let wrong = follow(decisions, after, runner, direction, outcome, 0);
                if let Err(wrong) = wrong {
                    let trace = worlds.trace(decisions, number);
                    panic!(
                        "{}: {wrong}: runner {runner}, started again {direction:?}, ends with {outcome:?}\nafter\n\
                         {trace}\n\nand ends with\n{:?}\n{:?}\n{:?}",
                        case.name, after.dms, after.memories, after.truth
                    );
                }
            }
        }
    }
    ends
}

/// Starts a process and lets it run, with a person who agrees to everything.
fn run(decisions: &mut Decisions<'_>, world: World, number: usize, direction: Direction) -> (Outcome, World) {
    let case = decisions.case;
    let mut world = world;
    world.processes[number] = Process::started(direction);
    for _ in 0..STEPS {
        world = settled(case, world);
        let decision = decisions.take(world.key(case, number));
        if let Some(wrong) = safety::wrong(case, &world, number, decision) {
            panic!("{}: {wrong}: {decision:?} in a fair run in {:?}", case.name, world);
        }
        let process = &mut world.processes[number];
        match decision {
            Decision::Act(act, None) => {
                process.attempts.record(act);
                world.journal(case, number, act);
            }
            Decision::Act(act, Some(call)) => {
                let memory = usize::from(case.runners[number].memory);
                let rejected = world.memories[memory].begin(act);
                let answer = world.dms.call(&case.facts(), call).into_iter().next().unwrap();
                match answer {
                    Ok(dms) => {
                        world = world.with_dms(dms, Some(case.runners[number].run));
                        world.forget(case, number, act);
                        world.processes[number].attempts.record(act);
                    }
                    Err(fault) => {
                        world.memories[memory] = rejected;
                        return ended(case, world, number, Outcome::Rejected(call, fault));
                    }
                }
            }
            Decision::AskStop | Decision::AskDelete => process.consent = agreed(process.consent, decision),
            Decision::Wait("creating") if direction == Direction::Back => {
                world.memories[usize::from(case.runners[number].memory)].created = false;
            }
            Decision::Wait(code) => return ended(case, world, number, Outcome::Stuck(code)),
            Decision::Stop(code, way) => return ended(case, world, number, Outcome::Stop(code, way)),
            Decision::Done => return ended(case, world, number, Outcome::Done),
            Decision::AsBefore => return ended(case, world, number, Outcome::AsBefore),
        }
        debug_assert!(world.processes[number].state == State::Watching);
    }
    ended(case, world, number, Outcome::Endless)
}

fn ended(case: &Case, mut world: World, number: usize, outcome: Outcome) -> (Outcome, World) {
    world.end(case, number);
    (outcome, world)
}

/// Lets DMS finish all that it is at.
fn settled(case: &Case, mut world: World) -> World {
    let is_pending = |change: Change| {
        !change.is_fault() && !matches!(change, Change::TaskFinishes(_) | Change::TaskLoaded(_))
    };
    while let Some((_, dms)) =
        changes(&world.dms, &case.facts()).into_iter().find(|(change, _)| is_pending(*change))
    {
        world = world.with_dms(dms, None);
    }
    world
}

/// Mends what a person can mend: the network is opened, instances are repaired, loads are waited out, failed tasks are
/// started.
fn mended(case: &Case, mut world: World) -> World {
    let mut dms = world.dms;
    dms.reachable = [true; 2];
    for status in [&mut dms.old.status, &mut dms.new.status] {
        if *status == InstanceStatus::Broken {
            *status = InstanceStatus::Available;
        }
    }
    for (task, planned) in dms.tasks.iter_mut().zip(&case.tasks) {
        if task.status == TaskStatus::Failed && planned.status != TaskStatus::Failed && task.on == Place::New
        {
            task.status = TaskStatus::Running;
        }
    }
    world = world.with_dms(dms, None);
    while let Some((_, dms)) = changes(&world.dms, &case.facts())
        .into_iter()
        .find(|(change, _)| matches!(change, Change::TaskFinishes(_) | Change::TaskLoaded(_)))
    {
        world = world.with_dms(dms, None);
    }
    world
}

/// Follows the remedies until an end that needs none, or returns what is wrong with them.
fn follow(
    decisions: &mut Decisions<'_>,
    world: World,
    number: usize,
    direction: Direction,
    outcome: Outcome,
    depth: usize,
) -> Result<(), String> {
    let case = decisions.case;
    let run_number = case.runners[number].run;
    let is_ours = world.dms.new.status != InstanceStatus::Absent && world.dms.new.owner == run_number;
    let owes = |task: usize| {
        world.dms.tasks[task].status.is_at_rest() && world.truth.rest[task] == Rest::Ours(run_number)
    };
    let next = match outcome {
        Outcome::Done | Outcome::AsBefore => return Ok(()),
        Outcome::Rejected(Call::Move { task, .. }, STATE) if !case.ready_moves => {
            let status = world.dms.tasks[usize::from(task)].status;
            return if status == TaskStatus::Ready { Ok(()) } else { Err("a call is rejected".to_owned()) };
        }
        Outcome::Rejected(..) => return Err("a call is rejected".to_owned()),
        Outcome::Stuck(_) => return Err("nothing comes".to_owned()),
        Outcome::Endless => return Err("the run does not end".to_owned()),
        Outcome::Stop("changed", Way::PlanAgain) => {
            let clean = !is_ours && !(0..TASKS).any(owes);
            return if clean { Ok(()) } else { Err("a new plan would find what this run left".to_owned()) };
        }
        Outcome::Stop(code, Way::ByHand) => {
            let dms = &world.dms;
            let is_cut_off = matches!(dms.old.status, InstanceStatus::Absent | InstanceStatus::Deleting)
                || (dms.new.version > dms.old.version && dms.has_tasks(Place::New));
            let is_true = match code {
                "not-ours" | "elsewhere" => dms.new.status != InstanceStatus::Absent && !is_ours,
                "other-task" => dms.other.is_some(),
                "nothing-left" => {
                    dms.old.status == InstanceStatus::Absent && dms.new.status == InstanceStatus::Absent
                }
                // All others name the way back where there is one.
                _ => is_cut_off,
            };
            if !is_true {
                return Err(format!("{code} is not the case"));
            }
            // The text names every task that is open in the memory.
            let memory = world.memories[usize::from(case.runners[number].memory)];
            if (0..TASKS).any(|task| owes(task) && !memory.stops[task].is_open()) {
                return Err("a task that this run stopped does not run, and nothing says so".to_owned());
            }
            if code != "other-task" {
                return Ok(());
            }
            let mut without = world;
            without.dms.other = None;
            (without, direction)
        }
        Outcome::Stop(_, Way::Back) => (world, Direction::Back),
        Outcome::Stop(_, Way::Forward) => (world, Direction::Forward),
        Outcome::Stop(_, Way::MendOrBack) => {
            if direction == Direction::Forward {
                let (back, after) = run(decisions, world, number, Direction::Back);
                // Where there is no way back, it says so.
                if !matches!(back, Outcome::Stop(_, Way::Forward)) {
                    follow(decisions, after, number, Direction::Back, back, depth + 1)?;
                }
            }
            (mended(case, world), direction)
        }
        Outcome::Stop(code, Way::PlanAgain) => return Err(format!("a new plan after {code}")),
    };
    if depth == REMEDIES {
        return Err("the remedies lead nowhere".to_owned());
    }
    let (outcome, after) = run(decisions, next.0, number, next.1);
    follow(decisions, after, number, next.1, outcome, depth + 1)
        .map_err(|wrong| format!("{wrong} (then {outcome:?})"))
}
