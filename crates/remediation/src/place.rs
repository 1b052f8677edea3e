//! The instance that a task is on.

use crate::action::Side;
use crate::next::{Next, Refusal, Remedy, Situation, stop, wait};
use crate::proof::can_receive;
use crate::task::{Condition, Task};

/// The minutes that DMS has for a move. Nothing else can be done meanwhile.
const MOVE_MINUTES: u32 = 120;
/// The minutes that DMS has for a start, a stop or an assessment.
const TASK_MINUTES: u32 = 60;
/// The minutes within which a call that succeeded shows in what DMS describes.
pub(crate) const VISIBLE_MINUTES: u32 = 10;

/// The minutes that DMS has to create an instance: the budget of AWS's own waiter.
pub(crate) const INSTANCE_MINUTES: u32 = 60;

/// The statuses from which an instance does not become available by waiting.
pub(crate) const UNUSABLE: [&str; 4] =
    ["failed", "incompatible-network", "incompatible-credentials", "inaccessible-encryption-credentials"];

/// A task that can be acted upon: it exists, on one of the two instances, and is at rest or runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled<'a> {
    pub(crate) task: &'a Task,
    pub(crate) on: Side,
    /// The ARN of that instance.
    pub(crate) instance: &'a str,
    pub(crate) condition: Condition,
    /// True if this run stopped the task and has not seen it running again.
    pub(crate) is_open: bool,
}

/// The state of a planned task.
#[derive(Debug)]
pub(crate) enum Place<'a> {
    /// Somebody deleted it.
    Gone,
    /// DMS is at work on it, or it is somewhere else.
    Pending(Next),
    /// It can be acted upon.
    Settled(Settled<'a>),
}

impl<'a> Situation<'a> {
    /// Returns the ARN of the old instance, which the plan knows.
    pub(crate) fn old_arn(&self) -> &'a str {
        self.plan.instance.arn()
    }

    /// Returns the ARN of the new instance, if it exists and belongs to this run.
    pub(crate) fn new_arn(&self) -> Option<&'a str> {
        let new = self.observation.new.as_ref()?;
        new.belongs_to(&self.memory.run, self.old_arn()).then(|| new.instance.arn())
    }

    /// Returns the side that a task is on; `None` if it is on neither.
    pub(crate) fn side(&self, task: &Task) -> Option<Side> {
        let on = task.replication_instance_arn.as_deref()?;
        if on == self.old_arn() { Some(Side::Old) } else { (self.new_arn() == Some(on)).then_some(Side::New) }
    }

    /// Returns what comes next before a task of the old instance can be moved, or one can be moved to it or started
    /// on it. An instance without free storage still gives its tasks away.
    pub(crate) fn old_not_ready(&self) -> Option<Next> {
        let old = self.observation.old.as_ref()?;
        match old.status() {
            "available" | "storage-full" => None,
            status if UNUSABLE.contains(&status) => {
                let because = format!("the old instance is in the status {status}");
                Some(stop("old-unusable", old.arn(), because, Remedy::MendOrBack))
            }
            status => Some(wait("instance", old.arn(), status, INSTANCE_MINUTES)),
        }
    }

    /// Returns what comes next before an instance can be deleted that a task is on, or is a task's target: also after a
    /// failed move, whose target DMS may show for a while.
    pub(crate) fn left_on(&self, instance: &str) -> Option<Next> {
        let is_on = |task: &&Task| task.is_tied_to(instance);
        if let Some(task) = self.observation.tasks.values().flatten().find(is_on) {
            return Some(wait("moving", task.arn(), task.status(), VISIBLE_MINUTES));
        }
        let task = self.observation.others.iter().find(is_on)?;
        let because = format!("the task {} is on {instance} and not in the plan", task.identifier());
        Some(stop("other-task", task.arn(), because, Remedy::ByHand))
    }

    /// Returns the reason for which there is no way back: the old instance is gone, or has an older version than the
    /// new one, where a task is.
    pub(crate) fn no_way_back(&self) -> Option<Refusal> {
        let gone = |because: &str| {
            let (code, subject) = ("no-way-back", self.old_arn().to_owned());
            Some(Refusal { code, subject, because: because.to_owned(), remedy: Remedy::Forward })
        };
        let Some(old) = &self.observation.old else { return gone("the old instance no longer exists") };
        if old.status() == "deleting" {
            return gone("the old instance is being deleted");
        }
        let new = self.observation.new.as_ref().map(|new| &new.instance)?;
        let is_on_new = |task: &&Task| self.side(task) == Some(Side::New);
        let task = self.observation.tasks.values().flatten().find(is_on_new)?;
        if can_receive(old, new) {
            return None;
        }
        let because = format!(
            "the new instance has the engine version {} and the old one {}: DMS moves a task to the same or a later \
             version only",
            new.engine_version.as_deref().unwrap_or("unknown"),
            old.engine_version.as_deref().unwrap_or("unknown"),
        );
        let (code, subject) = ("newer-version", task.arn().to_owned());
        Some(Refusal { code, subject, because, remedy: Remedy::Forward })
    }

    /// Returns the state of a task of the plan.
    pub(crate) fn place(&self, arn: &str) -> Place<'a> {
        let task = match self.observation.tasks.get(arn) {
            None => {
                let because = "the task was not observed".to_owned();
                return Place::Pending(stop("not-observed", arn, because, Remedy::MendOrBack));
            }
            Some(None) => return Place::Gone,
            Some(Some(task)) => task,
        };
        let condition = task.condition();
        match condition {
            Condition::Moving => {
                return Place::Pending(wait("moving", arn, task.status(), MOVE_MINUTES));
            }
            Condition::Busy => return Place::Pending(wait("busy", arn, task.status(), TASK_MINUTES)),
            Condition::Running | Condition::AtRest | Condition::FailedMove => {}
        }
        let (Some(on), Some(instance)) = (self.side(task), task.replication_instance_arn.as_deref()) else {
            let because = format!(
                "the task {} is on neither of the two instances but on {}",
                task.identifier(),
                task.replication_instance_arn.as_deref().unwrap_or("an unknown one")
            );
            return Place::Pending(stop("elsewhere", arn, because, Remedy::ByHand));
        };
        let is_open = self.memory.is_open(arn);
        Place::Settled(Settled { task, on, instance, condition, is_open })
    }
}
