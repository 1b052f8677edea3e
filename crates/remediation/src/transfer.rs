//! The transfer of one task to an instance: stop, move, resume. Both directions are this.

use crate::action::{Action, Side};
use crate::next::{Next, Remedy, Situation, stop, wait};
use crate::place::{Place, Settled, VISIBLE_MINUTES};
use crate::task::{Condition, Task};

impl Situation<'_> {
    /// Returns what comes next for a task on its way to `to`; `None` if it has arrived and is in its state of before,
    /// or was deleted by somebody. `ready_to_leave` is called before a task is stopped or moved away.
    pub(crate) fn transfer(
        &self,
        arn: &str,
        to: Side,
        ready_to_leave: impl Fn(&Settled<'_>) -> Option<Next>,
    ) -> Option<Next> {
        match self.place(arn) {
            Place::Gone => None,
            Place::Pending(next) => Some(next),
            Place::Settled(settled) if self.rests_without_us(arn, &settled) => Some(close(arn)),
            Place::Settled(settled) if settled.on == to => self.arrive(arn, settled),
            Place::Settled(settled) => {
                ready_to_leave(&settled).or_else(|| Some(self.leave(arn, settled, to)))
            }
        }
    }

    /// Returns true for an open task that is at rest for another reason than a stop of this run: DMS has accepted none,
    /// or the load of the task ended. It is not started.
    fn rests_without_us(&self, arn: &str, settled: &Settled<'_>) -> bool {
        let is_at_rest = settled.condition != Condition::Running;
        let is_known = !self.memory.is_requested(arn) || settled.task.has_ended_since(self.planned(arn));
        settled.is_open && is_at_rest && is_known
    }

    /// Returns what comes next for a task that is still on the other instance.
    fn leave(&self, arn: &str, settled: Settled<'_>, to: Side) -> Next {
        let Settled { task, instance: on, condition, is_open, .. } = settled;
        let name = task.identifier();
        if condition == Condition::Running {
            if self.attempts.stops.contains(&(arn.to_owned(), on.to_owned())) {
                return wait("stopping", arn, task.status(), VISIBLE_MINUTES);
            }
            if task.is_loading() && !self.plan.choices.reload {
                let because = format!(
                    "the task {name} is loading tables; those that are not complete would begin again"
                );
                return stop("loading", arn, because, Remedy::MendOrBack);
            }
            if !is_open {
                return Next::Act(Action::Open { task: arn.to_owned() });
            }
            return Next::Act(Action::StopTask { task: arn.to_owned(), on: on.to_owned() });
        }
        let Some(instance) = self.instance_arn(to) else {
            let because = "the instance that the task is to be moved to does not exist".to_owned();
            return stop("no-target", arn, because, Remedy::ByHand);
        };
        if self.attempts.moves.contains(&(arn.to_owned(), instance.to_owned())) {
            if condition == Condition::FailedMove {
                let message = task.last_failure_message.as_deref().unwrap_or("DMS gives no reason");
                let because = format!("the move of the task {name} failed: {message}");
                return stop("move-failed", arn, because, Remedy::MendOrBack);
            }
            return wait("moving", arn, task.status(), VISIBLE_MINUTES);
        }
        Next::Act(Action::MoveTask { task: arn.to_owned(), to, instance: instance.to_owned() })
    }

    /// Returns what comes next for a task that is on the instance where it is to be.
    fn arrive(&self, arn: &str, settled: Settled<'_>) -> Option<Next> {
        let Settled { task, instance: on, condition, is_open, .. } = settled;
        if !is_open {
            return None;
        }
        let is_resumed = self.attempts.resumes.contains(&(arn.to_owned(), on.to_owned()));
        if condition == Condition::Running {
            // A stop that was requested on this instance may still come into effect, unless the task was started since.
            let may_stop = self.memory.going_back && self.memory.is_requested(arn) && !is_resumed;
            return (!may_stop).then(|| close(arn));
        }
        let not_ready = match (settled.on, &self.observation.new) {
            (Side::Old, _) => self.old_not_ready(),
            (Side::New, Some(new)) => self.reach(&new.instance, task),
            (Side::New, None) => None,
        };
        if not_ready.is_some() {
            return not_ready;
        }
        if is_resumed {
            if task.status() == "failed" {
                let message = task.last_failure_message.as_deref().unwrap_or("DMS gives no reason");
                let because = format!("the task {} failed after its start: {message}", task.identifier());
                return Some(stop("resume-failed", arn, because, Remedy::MendOrBack));
            }
            return Some(wait("starting", arn, task.status(), VISIBLE_MINUTES));
        }
        Some(Next::Act(Action::ResumeTask { task: arn.to_owned(), on: on.to_owned() }))
    }

    /// Returns what comes next for a task that runs and is still open, once the tasks have arrived: whatever was
    /// requested has come into effect by now.
    pub(crate) fn close_all(&self) -> Option<Next> {
        let mut open = self.plan.tasks.iter().map(Task::arn).filter(|arn| self.memory.is_open(arn));
        open.find(|arn| {
            matches!(self.place(arn), Place::Settled(settled) if settled.condition == Condition::Running)
        })
        .map(close)
    }

    /// Returns a task as it was when it was planned.
    pub(crate) fn planned(&self, arn: &str) -> Option<&Task> {
        self.plan.tasks.iter().find(|task| task.arn() == arn)
    }

    fn instance_arn(&self, side: Side) -> Option<&str> {
        match side {
            Side::Old => self.observation.old.as_ref().map(|_| self.old_arn()),
            Side::New => self.new_arn(),
        }
    }
}

fn close(arn: &str) -> Next {
    Next::Act(Action::Close { task: arn.to_owned() })
}
