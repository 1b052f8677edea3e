//! The way back: the tasks to the old instance, and the new one deleted.

use crate::action::{Action, Side};
use crate::forward::INSTANCE_MINUTES;
use crate::next::{End, Next, Remedy, Situation, stop, wait};
use crate::place::VISIBLE_MINUTES;

pub(crate) fn next(s: Situation<'_>) -> Next {
    if let Some(next) = s.no_way_back() {
        return next;
    }
    if !s.memory.going_back {
        return Next::Act(Action::TurnBack);
    }
    // A task that waits on the old instance comes before one that runs on the new one.
    let (waiting, rest): (Vec<&str>, Vec<&str>) =
        s.plan.tasks.iter().rev().map(crate::Task::arn).partition(|arn| s.memory.is_open(arn));
    for task in waiting.into_iter().chain(rest) {
        if let Some(next) = s.transfer(task, Side::Old, |_| s.ready_to_return()) {
            return next;
        }
    }
    s.delete_new()
}

impl Situation<'_> {
    /// Returns what comes next before a task may leave the new instance.
    fn ready_to_return(&self) -> Option<Next> {
        let old = self.observation.old.as_ref()?;
        if matches!(old.status(), "available" | "storage-full") {
            return None;
        }
        Some(wait("instance", old.arn(), old.status(), INSTANCE_MINUTES))
    }

    /// Returns what comes next once every task is on the old instance.
    fn delete_new(&self) -> Next {
        let Some(new) = &self.observation.new else { return Next::End(End::AsBefore) };
        let Some(arn) = self.new_arn() else { return self.not_ours() };
        let is_on = |task: &&crate::Task| {
            [&task.replication_instance_arn, &task.target_replication_instance_arn]
                .into_iter()
                .any(|on| on.as_deref() == Some(arn))
        };
        if let Some(task) = self.observation.others.iter().find(is_on) {
            let because =
                format!("the task {} is on the new instance and not in the plan", task.identifier());
            return stop("other-task", task.arn(), because, Remedy::ByHand);
        }
        let status = new.instance.status();
        if matches!(status, "creating" | "modifying" | "upgrading" | "rebooting" | "deleting") {
            return wait("instance", arn, status, INSTANCE_MINUTES);
        }
        if self.attempts.deletes.contains(arn) {
            return wait("deleting", arn, status, VISIBLE_MINUTES);
        }
        Next::Act(Action::DeleteInstance { side: Side::New, instance: arn.to_owned() })
    }
}
