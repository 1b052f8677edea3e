//! The way forward: create, prove, test, stop, move, resume, delete.

use crate::action::{Action, Side};
use crate::instance::Instance;
use crate::next::{End, Gate, Next, Remedy, Situation, stop, wait};
use crate::place::{INSTANCE_MINUTES, Settled, UNUSABLE, VISIBLE_MINUTES};
use crate::proof::{can_receive, differences, not_private};
use crate::task::{Condition, Task};

pub(crate) fn next(s: Situation<'_>) -> Next {
    if s.memory.going_back && s.no_way_back().is_none() {
        let because = "the way back was begun".to_owned();
        return stop("taken-back", s.old_arn(), because, Remedy::Back);
    }
    let Some(new) = &s.observation.new else { return s.create() };
    let Some(new_arn) = s.new_arn() else {
        // The tasks that this run stopped are to run again in any case.
        return s.not_ours(if s.memory.approved { Remedy::Back } else { Remedy::ByHand });
    };
    let new = &new.instance;
    if let Some(next) = usable(new) {
        return next;
    }
    if let Some(because) = not_private(new) {
        return stop("not-private", new_arn, because, Remedy::Back);
    }
    if s.observation.old.is_none() {
        return s.not_gone().unwrap_or_else(|| s.finish(new));
    }
    if !s.memory.approved
        && let Some(next) = s.approve(new)
    {
        return next;
    }
    // A task that waits for its start comes before one that something else may hold up.
    let (waiting, rest): (Vec<&str>, Vec<&str>) =
        s.plan.tasks.iter().map(Task::arn).partition(|arn| s.memory.is_open(arn));
    for task in waiting.into_iter().chain(rest) {
        if let Some(next) = s.transfer(task, Side::New, |settled| s.ready_to_move(new, settled)) {
            return next;
        }
    }
    s.delete()
}

/// Returns what comes next if the new instance cannot be used now.
fn usable(new: &Instance) -> Option<Next> {
    match new.status() {
        "available" => None,
        status if UNUSABLE.contains(&status) || matches!(status, "storage-full" | "deleting") => {
            let because = format!("the new instance is in the status {status}");
            Some(stop("new-unusable", new.arn(), because, Remedy::Back))
        }
        status => Some(wait("instance", new.arn(), status, INSTANCE_MINUTES)),
    }
}

impl Situation<'_> {
    /// Returns the stop before an instance of the planned name that this run did not create.
    pub(crate) fn not_ours(&self, remedy: Remedy) -> Next {
        let new = self.observation.new.as_ref().map(|new| &new.instance);
        let arn = new.map(Instance::arn).unwrap_or_default();
        let because = format!(
            "an instance named {} exists that this run did not create",
            new.map(Instance::identifier).unwrap_or_default()
        );
        stop("not-ours", arn, because, remedy)
    }

    /// Returns what comes next before the new instance exists.
    fn create(&self) -> Next {
        if self.observation.old.is_none() {
            let because = "neither of the two instances exists".to_owned();
            return stop("nothing-left", self.old_arn(), because, Remedy::ByHand);
        }
        if self.memory.approved {
            let because = "the new instance no longer exists, and tasks may be stopped".to_owned();
            return stop("new-gone", self.old_arn(), because, Remedy::Back);
        }
        if let Some(next) = self.changed(Remedy::PlanAgain) {
            return next;
        }
        if self.attempts.create {
            return wait("creating", &self.plan.target.identifier, "", VISIBLE_MINUTES);
        }
        Next::Act(Action::Create)
    }

    fn changed(&self, remedy: Remedy) -> Option<Next> {
        let changes = self.changes();
        let because = format!("since the plan was made, this changed: {}", changes.join("; "));
        (!changes.is_empty()).then(|| stop("changed", self.old_arn(), because, remedy))
    }

    /// Returns what comes next before a person has agreed to touch the tasks: the plan still holds, the new instance
    /// is as planned, every endpoint was tested from it by this process.
    fn approve(&self, new: &Instance) -> Option<Next> {
        // Without a task, nothing says yet that the old instance was to be deleted.
        let is_deleting = self.observation.old.as_ref().is_some_and(|old| old.status() == "deleting");
        if self.plan.tasks.is_empty() && is_deleting {
            return None;
        }
        // A new plan would find the instance that this run created: it goes first.
        if let Some(next) = self.changed(Remedy::Back) {
            return Some(next);
        }
        let differences = differences(self.plan, new);
        if !differences.is_empty() {
            let because = format!("the new instance is not as planned: {}", differences.join("; "));
            return Some(stop("not-equal", new.arn(), because, Remedy::Back));
        }
        if self.plan.tasks.is_empty() {
            return None;
        }
        // An endpoint of several tasks is tested once: the next time, its test has passed.
        let mut endpoints = self.plan.tasks.iter().flat_map(Task::endpoints);
        if let Some(next) = endpoints.find_map(|endpoint| self.test(new, endpoint, true)) {
            return Some(next);
        }
        if !self.consent.stop {
            return Some(Next::Ask(Gate::Stop));
        }
        Some(Next::Act(Action::TakeSnapshot))
    }

    /// Returns what comes next before a task may leave the old instance. A task that this run stopped goes on without
    /// another consent.
    fn ready_to_move(&self, new: &Instance, settled: &Settled<'_>) -> Option<Next> {
        let old = self.observation.old.as_ref()?;
        if let Some(next) = self.old_not_ready() {
            return Some(next);
        }
        if !can_receive(new, old) {
            let because =
                "the new instance has an older engine version: DMS would refuse the move".to_owned();
            return Some(stop("older-version", new.arn(), because, Remedy::Back));
        }
        let must_ask = !self.consent.stop && !settled.is_open;
        self.reach(new, settled.task).or_else(|| must_ask.then_some(Next::Ask(Gate::Stop)))
    }

    /// Returns what comes next once every task is on the new instance.
    fn delete(&self) -> Next {
        let old_arn = self.old_arn();
        if let Some(next) = self.left_on(old_arn).or_else(|| self.failed()) {
            return next;
        }
        let status = self.observation.old.as_ref().map(Instance::status).unwrap_or_default();
        if status == "deleting" {
            return wait("deleting", old_arn, status, INSTANCE_MINUTES);
        }
        if self.attempts.deletes.contains(old_arn) {
            return wait("deleting", old_arn, status, VISIBLE_MINUTES);
        }
        if !self.consent.delete {
            return Next::Ask(Gate::Delete);
        }
        Next::Act(Action::DeleteInstance { side: Side::Old, instance: old_arn.to_owned() })
    }

    /// Returns the stop before a task that ran when the plan was made or when it was stopped for the move, and failed since:
    /// the old instance is the way back of its data.
    fn failed(&self) -> Option<Next> {
        let ran = |arn: &str| {
            let planned = self.planned(arn);
            planned.is_none_or(|planned| planned.condition() == Condition::Running)
                || self.memory.stops.contains_key(arn)
        };
        let mut tasks = self.observation.tasks.iter().filter_map(|(arn, task)| Some((arn, task.as_ref()?)));
        let (arn, task) = tasks.find(|(arn, task)| ran(arn) && task.has_failed())?;
        let reason = task.last_failure_message.as_deref().or(task.stop_reason.as_deref());
        let because = format!(
            "the task {} failed on the new instance: {}",
            task.identifier(),
            reason.unwrap_or("DMS gives no reason")
        );
        Some(stop("task-failed", arn, because, Remedy::MendOrBack))
    }

    /// Returns the stop before an old instance that DMS does not find although a task is on it, as long as nobody agreed to
    /// move tasks: DMS deletes no instance that has tasks.
    fn not_gone(&self) -> Option<Next> {
        let mut tasks = self.observation.tasks.values().flatten();
        let task = tasks.find(|task| self.side(task) == Some(Side::Old) && !self.memory.approved)?;
        let because = format!(
            "DMS does not find the old instance, and says that the task {} is on it",
            task.identifier()
        );
        Some(stop("old-not-found", self.old_arn(), because, Remedy::ByHand))
    }

    /// Returns what comes next once the old instance is gone.
    fn finish(&self, new: &Instance) -> Next {
        for task in &self.plan.tasks {
            if let Some(next) = self.transfer(task.arn(), Side::New, |_| None) {
                return next;
            }
        }
        let instance = new.arn().to_owned();
        if self.plan.instance.auto_minor_version_upgrade == Some(true)
            && new.auto_minor_version_upgrade != Some(true)
        {
            if self.attempts.restore {
                return wait("modifying", new.arn(), new.status(), VISIBLE_MINUTES);
            }
            return Next::Act(Action::RestoreUpgrades { instance });
        }
        if self.plan.choices.rename && new.identifier() != self.plan.instance.identifier() {
            if self.attempts.rename {
                return wait("modifying", new.arn(), new.status(), VISIBLE_MINUTES);
            }
            return Next::Act(Action::Rename { instance });
        }
        self.close_all().unwrap_or(Next::End(End::Done))
    }
}
