//! The transition function: from what is observed to what is done next.

use std::fmt::Write as _;

use crate::next::{Direction, Next, Refusal, Remedy, Situation};
use crate::task::Task;
use crate::{backward, forward};

/// Chooses what comes next. It depends on nothing but the situation, so it can be called again after a crash at any
/// point.
#[must_use]
pub fn next(situation: Situation<'_>) -> Next {
    let next = match situation.direction {
        Direction::Forward => forward::next(situation),
        Direction::Back => backward::next(situation),
    };
    match next {
        Next::Stop(refusal) => Next::Stop(complete(situation, refusal)),
        next => next,
    }
}

/// Completes a refusal, so that no two refusals name each other as the remedy, and none leaves a task at rest without a
/// word.
fn complete(s: Situation<'_>, mut refusal: Refusal) -> Refusal {
    if refusal.remedy == Remedy::Back
        && let Some(closed) = s.no_way_back()
    {
        let _ = write!(refusal.because, "; and there is no way back: {}", closed.because);
        refusal.remedy = Remedy::ByHand;
    }
    let open: Vec<&str> = s.plan.tasks.iter().map(Task::arn).filter(|arn| s.memory.is_open(arn)).collect();
    if refusal.remedy == Remedy::ByHand && !open.is_empty() {
        let open = open.join(", ");
        let _ = write!(refusal.because, "; this run stopped, and has not seen running again: {open}");
    }
    refusal
}
