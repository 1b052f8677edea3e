use chrono::{DateTime, Utc};
use rule_core::Rule;

use super::condition::Condition;
use super::period::Period;
use crate::Resource;

/// The periods of one resource for one rule.
#[derive(Clone, Debug)]
pub struct ResourceHistory {
    /// The rule.
    pub rule: &'static Rule,
    /// The resource, as its latest record names it.
    pub resource: Resource,
    /// The periods in order; never empty.
    pub periods: Vec<Period>,
}

impl ResourceHistory {
    /// Returns the condition at the end of the data.
    #[must_use]
    pub fn at_end(&self) -> Option<Condition> {
        self.periods.last().map(|period| period.condition)
    }

    /// Returns the time of the first record.
    #[must_use]
    pub fn first_seen(&self) -> Option<DateTime<Utc>> {
        self.periods.first().map(|period| period.from)
    }

    /// Returns the time of the last record.
    #[must_use]
    pub fn last_seen(&self) -> Option<DateTime<Utc>> {
        self.periods.last().map(|period| period.last.at)
    }

    /// Lists the NON_COMPLIANT periods.
    pub fn exposures(&self) -> impl Iterator<Item = &Period> {
        self.periods.iter().filter(|period| period.condition == Condition::NonCompliant)
    }

    /// Returns true if the resource ever was, or may have been, as the rule does not want it.
    #[must_use]
    pub fn is_of_interest(&self) -> bool {
        self.periods.iter().any(|period| period.condition.is_bad())
    }

    /// Returns the order of histories: by rule, the worst at the end first, then by account, Region and id.
    pub(super) fn order(&self) -> impl Ord + '_ {
        let Self { rule, resource, .. } = self;
        (
            rule.identifier,
            std::cmp::Reverse(self.at_end()),
            &resource.account_id,
            &resource.region,
            (&resource.name, &resource.id, &resource.arn),
        )
    }
}
