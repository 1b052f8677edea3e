use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rule_core::Rule;

use super::place::Place;
use super::problems::{Expected, problems};
use super::state::{Problem, State};

/// The conditions that a place is held against.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// The time of the run.
    pub at: DateTime<Utc>,
    /// The rules that each place should have.
    pub rules: Vec<&'static Rule>,
    /// The longest time since the last success of a rule that a schedule triggers.
    pub max_age: TimeDelta,
}

/// Shows if AWS Config evaluates the rules, for each account and Region.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The conditions.
    pub conditions: Conditions,
    /// The names of accounts by id, as far as they are known.
    pub account_names: BTreeMap<String, String>,
    /// Remarks on what was left out.
    pub notes: Vec<String>,
    /// One row for each account and Region, and for each account that could not be entered; worst first.
    rows: Vec<Row>,
}

/// An account and Region with its problems.
#[derive(Clone, Debug)]
pub struct Row {
    /// The account and Region.
    pub place: Place,
    /// The problems, worst first; empty if it is healthy.
    pub problems: Vec<Problem>,
}

impl Row {
    /// Returns the state: that of the worst problem.
    #[must_use]
    pub fn state(&self) -> State {
        self.problems.first().map_or(State::Healthy, |problem| problem.state)
    }
}

impl Coverage {
    /// Compares places with the conditions. There are no names of accounts and no notes yet.
    #[must_use]
    pub fn new(conditions: Conditions, places: Vec<Place>) -> Self {
        let Conditions { at, max_age, ref rules } = conditions;
        let expected = Expected { rules, at, max_age };
        let row = |place| Row { problems: problems(&place, expected), place };
        let mut rows: Vec<Row> = places.into_iter().map(row).collect();
        rows.sort_by(|a, b| order(a).cmp(&order(b)));
        Self { conditions, account_names: BTreeMap::new(), notes: Vec::new(), rows }
    }

    /// Lists the rows, worst first.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns true if everything could be read, and there is something to read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_incomplete = |row: &Row| row.problems.iter().any(|problem| problem.state.is_incomplete());
        !self.rows.is_empty() && !self.rows.iter().any(is_incomplete)
    }

    /// Returns true if each place is healthy, and there is at least one.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.state() == State::Healthy)
    }

    /// Counts the rows of each state that occurs, worst first.
    #[must_use]
    pub fn totals(&self) -> Vec<(State, usize)> {
        let count = |state| self.rows.iter().filter(|row| row.state() == state).count();
        State::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
    }

    /// Lists the rows that are not healthy by the state and cause of their worst problem: worst first, then those with
    /// most rows. A row is in one group.
    #[must_use]
    pub fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<(State, &str), Group<'_>> = BTreeMap::new();
        for row in &self.rows {
            let Some(Problem { state, cause, .. }) = row.problems.first() else { continue };
            let group = groups.entry((*state, cause)).or_insert_with(|| Group::new(*state, cause));
            group.rows += 1;
            group.accounts.extend(row.place.account_id.as_deref());
            group.regions.extend(row.place.region.as_deref());
        }
        let mut groups: Vec<Group<'_>> = groups.into_values().collect();
        groups.sort_by_key(|group| (group.state, std::cmp::Reverse(group.rows)));
        groups
    }

    /// Returns the account with its name, if that is known: `111111111111 (production)`.
    #[must_use]
    pub fn account(&self, id: &str) -> String {
        match self.account_names.get(id) {
            Some(name) => format!("{id} ({name})"),
            None => id.to_owned(),
        }
    }
}

/// The rows with one state and cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The state.
    pub state: State,
    /// The cause.
    pub cause: &'a str,
    /// The number of rows.
    pub rows: usize,
    /// The accounts.
    pub accounts: BTreeSet<&'a str>,
    /// The Regions; empty if they are accounts that could not be entered.
    pub regions: BTreeSet<&'a str>,
}

impl<'a> Group<'a> {
    fn new(state: State, cause: &'a str) -> Self {
        Self { state, cause, rows: 0, accounts: BTreeSet::new(), regions: BTreeSet::new() }
    }
}

fn order(row: &Row) -> impl Ord + '_ {
    (row.state(), row.place.account_id.as_deref(), row.place.region.as_deref())
}
