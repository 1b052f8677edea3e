//! The way back: the tasks to the old instance, and the new one deleted.

use crate::action::{Action, Side};
use crate::next::{End, Next, Remedy, Situation, wait};
use crate::place::{INSTANCE_MINUTES, VISIBLE_MINUTES};

pub(crate) fn next(s: Situation<'_>) -> Next {
    if let Some(refusal) = s.no_way_back() {
        return Next::Stop(refusal);
    }
    if !s.memory.going_back {
        return Next::Act(Action::TurnBack);
    }
    // A task that waits on the old instance comes before one that runs on the new one.
    let (waiting, rest): (Vec<&str>, Vec<&str>) =
        s.plan.tasks.iter().rev().map(crate::Task::arn).partition(|arn| s.memory.is_open(arn));
    for task in waiting.into_iter().chain(rest) {
        if let Some(next) = s.transfer(task, Side::Old, |_| s.old_not_ready()) {
            return next;
        }
    }
    s.delete_new()
}

impl Situation<'_> {
    /// Returns what comes next once every task is on the old instance.
    fn delete_new(&self) -> Next {
        let Some(new) = &self.observation.new else { return self.as_before() };
        let Some(arn) = self.new_arn() else { return self.not_ours(Remedy::ByHand) };
        if let Some(next) = self.left_on(arn) {
            return next;
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

    /// Returns what comes next once the new instance is gone, or was never there.
    fn as_before(&self) -> Next {
        if self.memory.created {
            return wait("creating", &self.plan.target.identifier, "", VISIBLE_MINUTES);
        }
        self.close_all().unwrap_or(Next::End(End::AsBefore))
    }
}
