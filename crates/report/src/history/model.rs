use chrono::{DateTime, Utc};
use rule_core::Rule;

use super::condition::Condition;
use super::observation::Observation;
use super::period::periods;
use super::resource_history::ResourceHistory;
use super::totals::Totals;
use crate::{Failure, Resource, SourceSummary};

/// The end of the data, to which a period lasts that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A time that was given. Records after it do not count.
    Given(DateTime<Utc>),
    /// The time of the latest record of all.
    LatestRecord(DateTime<Utc>),
    /// There is no record.
    NoRecord,
}

impl End {
    /// Returns the end that is `given`, else the latest of the times of all records.
    #[must_use]
    pub fn new(given: Option<DateTime<Utc>>, records: impl Iterator<Item = DateTime<Utc>>) -> Self {
        match (given, records.max()) {
            (Some(at), _) => Self::Given(at),
            (None, Some(at)) => Self::LatestRecord(at),
            (None, None) => Self::NoRecord,
        }
    }

    /// Returns the time; `None` if there is no record.
    #[must_use]
    pub fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Given(at) | Self::LatestRecord(at) => Some(at),
            Self::NoRecord => None,
        }
    }
}

/// The history of resources for the rules of a run.
#[derive(Clone, Debug)]
pub struct History {
    /// The rules.
    pub rules: Vec<&'static Rule>,
    /// The end of the data.
    pub end: End,
    /// The resources with their periods, the worst at the end first.
    pub resources: Vec<ResourceHistory>,
    /// The number of records after a given end, which do not count.
    pub later_records: usize,
    /// The inputs.
    pub sources: Vec<SourceSummary>,
    /// The parts of the inputs that could not be read.
    pub failures: Vec<Failure>,
}

impl History {
    /// Makes the history of observations, by rule and resource, to the end of the data.
    #[must_use]
    pub fn new(
        rules: Vec<&'static Rule>,
        observed: Vec<(&'static Rule, Resource, Vec<Observation>)>,
        end: End,
    ) -> Self {
        let all = || observed.iter().flat_map(|(_, _, observations)| observations);
        let later_records = all().filter(|one| end.at().is_some_and(|end| one.at > end)).count();
        let mut resources: Vec<ResourceHistory> = Vec::new();
        if let Some(end) = end.at() {
            for (rule, resource, observations) in observed {
                let periods = periods(&observations, end);
                if !periods.is_empty() {
                    resources.push(ResourceHistory { rule, resource, periods });
                }
            }
        }
        resources.sort_by(|one, other| one.order().cmp(&other.order()));
        Self { rules, end, resources, later_records, sources: Vec::new(), failures: Vec::new() }
    }

    /// Returns true if everything could be read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    /// Counts the resources that have this condition at the end of the data.
    #[must_use]
    pub fn at_end(&self, condition: Condition) -> usize {
        self.resources.iter().filter(|one| one.at_end() == Some(condition)).count()
    }

    /// Counts exposures and their durations by rule and account.
    #[must_use]
    pub fn totals(&self) -> Vec<Totals> {
        Totals::count(&self.resources)
    }
}
