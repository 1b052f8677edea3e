//! The instance that a task is on.

use crate::action::Side;
use crate::memory::Interruption;
use crate::next::{Next, Remedy, Situation, stop, wait};
use crate::task::{Condition, Task};

/// The minutes that DMS has for a move. Nothing else can be done meanwhile.
const MOVE_MINUTES: u32 = 120;
/// The minutes that DMS has for a start, a stop or an assessment.
const TASK_MINUTES: u32 = 60;
/// The minutes within which a call that succeeded shows in what DMS describes.
pub(crate) const VISIBLE_MINUTES: u32 = 10;

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
        let is_open = self.memory.stops.get(arn) == Some(&Interruption::Open);
        Place::Settled(Settled { task, on, instance, condition, is_open })
    }
}
