//! The transition function: from what is observed to what is done next.

use crate::next::{Direction, Next, Situation};
use crate::{backward, forward};

/// Chooses what comes next. It depends on nothing but the situation, so it can be called again after a crash at any
/// point.
#[must_use]
pub fn next(situation: Situation<'_>) -> Next {
    match situation.direction {
        Direction::Forward => forward::next(situation),
        Direction::Back => backward::next(situation),
    }
}
