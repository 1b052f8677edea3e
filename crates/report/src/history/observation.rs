use chrono::{DateTime, Utc};
use rule_core::{ConfigurationItem, Verdict};

use super::condition::Condition;

/// The condition of a resource at one moment, with the record that shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// The time at which AWS Config captured the record.
    pub at: DateTime<Utc>,
    /// The number that orders the records of one resource, as the record has it. `None` if it has none.
    pub state_id: Option<String>,
    /// The condition.
    pub condition: Condition,
    /// The state and the fact that decided: `PUBLIC: PubliclyAccessible=true`.
    pub reason: String,
    /// The name of the input that holds the record; of several the first in order.
    pub source: String,
}

impl Observation {
    /// Returns the observation of a record with the verdict on it. An exemption does not change it: an exempt instance is
    /// as public as any other.
    #[must_use]
    pub fn new(item: &ConfigurationItem, verdict: &Verdict, source: String) -> Self {
        Self {
            at: item.configuration_item_capture_time,
            state_id: item.configuration_state_id.clone(),
            condition: Condition::new(item.configuration_item_status, &verdict.finding),
            reason: verdict.finding.reason(),
            source,
        }
    }

    /// Returns what is known if the verdict on the same record is `later` before another record comes: nothing, if its
    /// condition differs, since no record shows when it changed.
    #[must_use]
    pub fn until(self, later: &Self) -> Self {
        if self.condition == later.condition {
            return self;
        }
        let reason =
            format!("UNKNOWN: changes with time, without a record: {}; later {}", self.reason, later.reason);
        Self { condition: Condition::Unknown, reason, ..self }
    }

    /// Returns true if the state ids of two records of one time show that this one is older.
    pub(super) fn is_overtaken_by(&self, other: &Self) -> bool {
        let state = |one: &Self| one.state_id.as_deref()?.parse::<u64>().ok();
        self.at == other.at && matches!((state(self), state(other)), (Some(one), Some(other)) if one < other)
    }
}
