//! Statuses that settle: a resource in `creating` or `moving` passes on to another status after a while.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The end of a transitional status, such as `creating`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settling {
    /// The status ends when this many responses of listings have shown it; with 0, it is only in the response of the
    /// operation that begins it.
    Listings(usize),
    /// The status ends after this time.
    After(Duration),
    /// The status never ends.
    Never,
}

/// A change of a resource, at the end of a status.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Members as a JSON merge patch (RFC 7386): null removes a member.
    Change(Value),
    /// The end of the resource.
    Remove,
}

/// The changes that await a resource.
#[derive(Clone, Debug)]
pub(crate) struct Transition {
    /// The list that holds the resource, such as `ReplicationTasks`.
    pub(crate) list: &'static str,
    /// The ARN of the resource; that of the instance, a space and that of the endpoint for a connection.
    pub(crate) id: String,
    /// The present status. If the resource has another one, somebody else changed it, and the transition ends.
    pub(crate) status: String,
    steps: VecDeque<Step>,
    settling: Settling,
    listings: usize,
    since: Instant,
}

impl Transition {
    /// Builds a transition of a resource in a status that settles as `settling`.
    pub(crate) fn new(
        list: &'static str,
        id: String,
        status: String,
        steps: Vec<Step>,
        settling: Settling,
    ) -> Self {
        Self { list, id, status, steps: steps.into(), settling, listings: 0, since: Instant::now() }
    }

    /// Counts a response that showed the resource.
    pub(crate) fn count_listing(&mut self) {
        self.listings += 1;
    }

    /// Returns true if the present status is at its end.
    pub(crate) fn is_due(&self) -> bool {
        match self.settling {
            Settling::Listings(listings) => self.listings >= listings,
            Settling::After(time) => self.since.elapsed() >= time,
            Settling::Never => false,
        }
    }

    /// Returns the next change; `None` after the last one.
    pub(crate) fn next_step(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// Returns true if no change is left.
    pub(crate) fn is_over(&self) -> bool {
        self.steps.is_empty()
    }

    /// Begins to wait for the end of another status.
    pub(crate) fn enter(&mut self, status: String, settling: Settling) {
        self.status = status;
        (self.settling, self.listings, self.since) = (settling, 0, Instant::now());
    }
}
