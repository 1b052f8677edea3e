use crate::flows::{Addresses, Flows, Traffic, flows};
use crate::gap::Gap;
use crate::region::Region;

/// The flows that something lets through, as far as facts about it are known: it lets `certain` through, and nothing
/// that is not in `possible`. The two are equal if there are no gaps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) certain: Flows,
    pub(crate) possible: Flows,
    /// The facts for which the two differ.
    pub(crate) gaps: Vec<Gap>,
}

impl Bounds {
    /// Returns the bounds of what lets everything through, or nothing.
    pub(crate) fn known(is_open: bool) -> Self {
        let certain = if is_open { Flows::full() } else { Flows::empty() };
        Self { possible: certain.clone(), certain, gaps: Vec::new() }
    }

    /// Returns the bounds of something of which nothing is known.
    pub(crate) fn unknown(gaps: Vec<Gap>) -> Self {
        Self { certain: Flows::empty(), possible: Flows::full(), gaps }
    }

    /// Returns the bounds of what lets through the same addresses whatever the protocol and port.
    pub(crate) fn by_address(certain: Addresses, possible: Addresses, gaps: Vec<Gap>) -> Self {
        Self { certain: flows(Traffic::ALL, certain), possible: flows(Traffic::ALL, possible), gaps }
    }
}
