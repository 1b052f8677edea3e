use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::condition::Condition;
use super::observation::Observation;

/// A time in which a resource had one condition, by its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The condition.
    pub condition: Condition,
    /// The time of the first record that shows it.
    pub from: DateTime<Utc>,
    /// The time of the first record that shows another condition, or the end of the data.
    pub to: DateTime<Utc>,
    /// False if the condition may have begun before `from`: there is no record before it, or it is not known what came before.
    pub is_start_known: bool,
    /// The condition that follows; `None` if the period lasts to the end of the data.
    pub next: Option<Condition>,
    /// The record that the period begins with: of several of one time the worst.
    pub first: Observation,
    /// The last record that shows the condition.
    pub last: Observation,
    /// The number of different records in the period.
    pub records: usize,
}

impl Period {
    /// Returns the duration, from the first record to the end.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        self.to - self.from
    }

    /// Returns true if the condition is known to have ended: another one follows that is known.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.next.is_some_and(|next| next != Condition::Unknown)
    }

    /// Returns true if the duration is exact: the condition may have lasted longer if its start or end is not known.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.is_start_known && self.is_over()
    }
}

/// One time, with what its records show.
struct Step {
    worst: Observation,
    records: usize,
}

/// Returns the periods of one resource for one rule, in order. They follow each other without a gap, from the first record to
/// `end`, and two that follow each other differ in their condition. The order of the records does not matter, nor does it if
/// one is given twice. Records after `end` do not count.
///
/// Of several records of one time those with the highest state id count, as far as they have one. If that does not decide, the
/// worst does. One that is overtaken within its time and worse than what follows is a period without a duration.
#[must_use]
pub fn periods(observations: &[Observation], end: DateTime<Utc>) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for Step { worst, records } in steps(observations, end) {
        let at = worst.at;
        if let Some(last) = periods.last_mut() {
            if last.condition == worst.condition {
                last.records += records;
                last.last = worst;
                continue;
            }
            last.to = at;
            last.next = Some(worst.condition);
        }
        let before = periods.last().map(|last| last.condition);
        periods.push(Period {
            condition: worst.condition,
            from: at,
            to: end,
            is_start_known: before.is_some_and(|before| before != Condition::Unknown),
            next: None,
            first: worst.clone(),
            last: worst,
            records,
        });
    }
    periods
}

fn steps(observations: &[Observation], end: DateTime<Utc>) -> Vec<Step> {
    // The same record may be in many snapshots.
    let mut seen = BTreeSet::new();
    let mut ordered: Vec<&Observation> = observations.iter().filter(|one| one.at <= end).collect();
    ordered.sort();
    ordered.retain(|one| seen.insert((one.at, &one.state_id, one.condition, &one.reason)));
    let mut steps = Vec::new();
    for group in ordered.chunk_by(|one, other| one.at == other.at) {
        let is_overtaken = |one: &&&Observation| group.iter().any(|other| one.is_overtaken_by(other));
        let (overtaken, last): (Vec<&Observation>, Vec<&Observation>) =
            group.iter().partition(|one| is_overtaken(one));
        let last = step(&last);
        let condition = last.as_ref().map(|step| step.worst.condition);
        steps.extend(step(&overtaken).filter(|step| Some(step.worst.condition) > condition));
        steps.extend(last);
    }
    steps
}

/// Returns the step of records of one time: the worst of them, and of several such the first in order.
fn step(records: &[&Observation]) -> Option<Step> {
    let condition = records.iter().map(|one| one.condition).max()?;
    let worst = records.iter().find(|one| one.condition == condition)?;
    Some(Step { worst: (*worst).clone(), records: records.len() })
}
