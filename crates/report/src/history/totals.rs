use std::collections::BTreeMap;

use chrono::TimeDelta;
use rule_core::Rule;

use super::condition::Condition;
use super::period::Period;
use super::resource_history::ResourceHistory;

/// The NON_COMPLIANT periods of one account, for one rule.
///
/// A period whose start is not known counts from its first record, so its duration, and every figure made of it, is the least
/// that it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The rule.
    pub rule: &'static Rule,
    /// The account; `None` for resources whose account is not known.
    pub account_id: Option<String>,
    /// The number of resources with a record.
    pub resources: usize,
    /// The number of NON_COMPLIANT periods.
    pub exposures: usize,
    /// The number of those that last to the end of the data.
    pub open: usize,
    /// The number of those after which nothing is known.
    pub lost: usize,
    /// The number of resources that are UNKNOWN at the end of the data.
    pub unknown: usize,
    /// The duration of all NON_COMPLIANT periods together.
    pub total: TimeDelta,
    /// The median duration of those that are over: the time to fix. `None` if none is over.
    pub median: Option<TimeDelta>,
    /// The longest duration of those that are over.
    pub longest: Option<TimeDelta>,
    /// True if every duration is exact: the start of each period is known, and each is over.
    pub is_exact: bool,
}

impl Totals {
    /// Counts the histories by account and rule, in the order of the rules' names.
    pub(super) fn count(resources: &[ResourceHistory]) -> Vec<Self> {
        let mut groups: BTreeMap<(&str, Option<&str>), Vec<&ResourceHistory>> = BTreeMap::new();
        for history in resources {
            let key = (history.rule.identifier, history.resource.account_id.as_deref());
            groups.entry(key).or_default().push(history);
        }
        groups.into_values().filter_map(|group| Self::new(&group)).collect()
    }

    fn new(group: &[&ResourceHistory]) -> Option<Self> {
        let first = group.first()?;
        let exposures: Vec<&Period> = group.iter().flat_map(|history| history.exposures()).collect();
        let mut fixed: Vec<TimeDelta> =
            exposures.iter().filter(|one| one.is_over()).map(|one| one.duration()).collect();
        fixed.sort();
        Some(Self {
            rule: first.rule,
            account_id: first.resource.account_id.clone(),
            resources: group.len(),
            exposures: exposures.len(),
            open: exposures.iter().filter(|one| one.next.is_none()).count(),
            lost: exposures.iter().filter(|one| one.next == Some(Condition::Unknown)).count(),
            unknown: group.iter().filter(|one| one.at_end() == Some(Condition::Unknown)).count(),
            total: exposures.iter().map(|one| one.duration()).sum(),
            median: median(&fixed),
            longest: fixed.last().copied(),
            is_exact: exposures.iter().all(|one| one.is_exact()),
        })
    }
}

/// Returns the median of durations in order: the middle one, or half of the sum of the two in the middle.
fn median(sorted: &[TimeDelta]) -> Option<TimeDelta> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get((sorted.len() / 2).checked_sub(1)?)?;
    Some((lower + upper) / 2)
}
