//! The comparison of table statistics before and after the move.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;

/// The statistics of a table in the shape of `DescribeTableStatistics`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TableStatistics {
    /// The schema.
    pub schema_name: Option<String>,
    /// The table.
    pub table_name: Option<String>,
    /// The state, such as `Table completed` or `Table error`.
    pub table_state: Option<String>,
    /// The inserts since the start.
    pub inserts: Option<i64>,
    /// The updates since the start.
    pub updates: Option<i64>,
    /// The deletes since the start.
    pub deletes: Option<i64>,
    /// The rows of the full load.
    pub full_load_rows: Option<i64>,
    /// The state of the validation, such as `Validated` or `Mismatched records`.
    pub validation_state: Option<String>,
    /// The records whose validation failed.
    pub validation_failed_records: Option<i64>,
    /// The records that cannot be validated.
    pub validation_suspended_records: Option<i64>,
}

/// The states of a table whose data does not flow (DMS user guide, "Monitoring tables").
const BAD_STATES: [&str; 3] = ["Table error", "Table cancelled", "Table does not exist"];
/// The states of a validation that found a difference, or could not go on (DMS user guide, "AWS DMS data validation").
const BAD_VALIDATIONS: [&str; 5] =
    ["Mismatched records", "Suspended records", "Table error", "Error", "Stopped validation"];

/// A fault that was not there before the move, in words without a final period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The subject and what is wrong with it, which stays the same while the fault lasts.
    pub kind: String,
    /// The figures, which change all the time in a table that loads again; empty if there are none.
    pub detail: String,
}

impl Fault {
    /// Returns a fault without figures.
    #[must_use]
    pub fn new(kind: String) -> Self {
        Self { kind, detail: String::new() }
    }

    fn with(kind: String, detail: String) -> Self {
        Self { kind, detail }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind, self.detail)
    }
}

/// Returns what is worse after the move than before, or can no longer be known to be as good. `None` are statistics that DMS
/// did not give.
#[must_use]
pub fn worse(before: Option<&[TableStatistics]>, after: Option<&[TableStatistics]>) -> Vec<Fault> {
    let before = before.unwrap_or_default();
    let count = match before.len() {
        1 => "the table that it listed before".to_owned(),
        count => format!("the {count} tables that it listed before"),
    };
    match after {
        _ if before.is_empty() => worse_tables(before, after.unwrap_or_default()),
        None => vec![Fault::new(format!("not known: DMS gives no table statistics now for {count}"))],
        Some([]) => vec![Fault::new(format!("not known: DMS lists none of {count}"))],
        Some(after) => worse_tables(before, after),
    }
}

fn worse_tables(before: &[TableStatistics], after: &[TableStatistics]) -> Vec<Fault> {
    let known: BTreeSet<(&str, &str)> = before.iter().map(TableStatistics::key).collect();
    let mut worse = Vec::new();
    for new in after.iter().filter(|new| !known.contains(&new.key())) {
        let name = new.name();
        newly(&name, "is in the state", &BAD_STATES, (None, new.table_state.as_deref()), &mut worse);
        let validation = (None, new.validation_state.as_deref());
        newly(&name, "has the validation state", &BAD_VALIDATIONS, validation, &mut worse);
    }
    // Of a table that is listed twice, neither entry is known to be the right one.
    let mut by_name: BTreeMap<(&str, &str), Vec<&TableStatistics>> = BTreeMap::new();
    for table in after {
        by_name.entry(table.key()).or_default().push(table);
    }
    for old in before {
        match by_name.get(&old.key()) {
            None => worse.push(Fault::new(format!("{} is no longer listed", old.name()))),
            Some(tables) => tables.iter().for_each(|new| compare(old, new, &mut worse)),
        }
    }
    worse
}

/// Adds what is worse in one table. A value that DMS gave before and does not give now is not known to be as good.
fn compare(old: &TableStatistics, new: &TableStatistics, worse: &mut Vec<Fault>) {
    let name = old.name();
    for (words, bad, old, new) in [
        ("state", BAD_STATES.as_slice(), &old.table_state, &new.table_state),
        ("validation state", BAD_VALIDATIONS.as_slice(), &old.validation_state, &new.validation_state),
    ] {
        let verb = if words == "state" { "is in the state" } else { "has the validation state" };
        newly(&name, verb, bad, (old.as_deref(), new.as_deref()), worse);
        if old.is_some() && new.is_none() {
            worse.push(Fault::new(format!("{name}: not known: DMS no longer gives its {words}")));
        }
    }
    for (counter, old, new) in [
        ("inserts", old.inserts, new.inserts),
        ("updates", old.updates, new.updates),
        ("deletes", old.deletes, new.deletes),
        ("rows of the full load", old.full_load_rows, new.full_load_rows),
    ] {
        match (old, new) {
            (Some(old), Some(new)) if new < old => worse.push(Fault::with(
                format!("{name}: {counter} fell"),
                format!(" from {old} to {new}: the table may be loading again"),
            )),
            (Some(old), None) if old > 0 => worse.push(Fault::with(
                format!("{name}: not known: DMS no longer gives its {counter}"),
                format!(", {old} before"),
            )),
            _ => {}
        }
    }
    let failed = |table: &TableStatistics| {
        let failed = table.validation_failed_records.unwrap_or_default();
        failed.saturating_add(table.validation_suspended_records.unwrap_or_default())
    };
    if failed(new) > failed(old) {
        worse.push(Fault::with(
            format!("{name}: validation rejects more records"),
            format!(": {}, {} before", failed(new), failed(old)),
        ));
    }
}

fn newly(
    name: &str,
    words: &str,
    bad: &[&str],
    (old, new): (Option<&str>, Option<&str>),
    worse: &mut Vec<Fault>,
) {
    if let Some(state) = new
        && bad.contains(&state)
        && old != new
    {
        worse.push(Fault::new(format!("{name} {words} {state}")));
    }
}

impl TableStatistics {
    fn key(&self) -> (&str, &str) {
        (self.schema_name.as_deref().unwrap_or_default(), self.table_name.as_deref().unwrap_or_default())
    }

    fn name(&self) -> String {
        let (schema, table) = self.key();
        format!("{schema}.{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worse(before: Option<&[TableStatistics]>, after: Option<&[TableStatistics]>) -> Vec<String> {
        super::worse(before, after).iter().map(Fault::to_string).collect()
    }

    fn table(name: &str, state: &str, inserts: i64) -> TableStatistics {
        TableStatistics {
            schema_name: Some("sales".to_owned()),
            table_name: Some(name.to_owned()),
            table_state: Some(state.to_owned()),
            inserts: Some(inserts),
            ..TableStatistics::default()
        }
    }

    #[test]
    fn a_table_that_is_newly_in_error_is_lost_or_counts_less_is_worse() {
        let before = [
            table("orders", "Table completed", 10),
            table("items", "Table completed", 10),
            table("old", "Table error", 3),
            table("gone", "Table completed", 1),
        ];
        let after = [
            table("orders", "Table error", 12),
            table("items", "Table completed", 0),
            table("old", "Table error", 3),
            table("new", "Table completed", 0),
            table("newer", "Table error", 0),
        ];
        assert_eq!(
            worse(Some(&before), Some(&after)),
            [
                "sales.newer is in the state Table error",
                "sales.orders is in the state Table error",
                "sales.items: inserts fell from 10 to 0: the table may be loading again",
                "sales.gone is no longer listed",
            ]
        );
        assert_eq!(worse(Some(&before), Some(&before)), [""; 0]);
    }

    #[test]
    fn a_validation_that_newly_found_a_difference_is_worse() {
        let with = |state: &str, failed| TableStatistics {
            validation_state: Some(state.to_owned()),
            validation_failed_records: Some(failed),
            ..table("orders", "Table completed", 1)
        };
        assert_eq!(
            worse(Some(&[with("Validated", 0)]), Some(&[with("Mismatched records", 4)])),
            [
                "sales.orders has the validation state Mismatched records",
                "sales.orders: validation rejects more records: 4, 0 before",
            ]
        );
    }

    /// A person who agreed to a fault is not asked again because its figures went on.
    #[test]
    fn a_fault_whose_figures_change_is_of_the_same_kind() {
        let before = [TableStatistics {
            updates: Some(9),
            deletes: Some(1),
            validation_failed_records: Some(0),
            ..table("orders2", "Table completed", 10)
        }];
        let after = |figure| {
            let table = TableStatistics {
                updates: Some(figure),
                validation_failed_records: Some(figure),
                ..table("orders2", "Table completed", figure)
            };
            super::worse(Some(&before), Some(&[table]))
        };
        let (first, then) = (after(4), after(5));
        assert_eq!(first.len(), 4, "{first:?}");
        assert_eq!(
            first.iter().map(|fault| &fault.kind).collect::<Vec<_>>(),
            then.iter().map(|fault| &fault.kind).collect::<Vec<_>>()
        );
        let texts = |faults: &[Fault]| faults.iter().map(Fault::to_string).collect::<Vec<_>>();
        assert_ne!(texts(&first), texts(&then));
    }

    #[test]
    fn what_was_known_and_is_not_is_never_as_good() {
        let known = [table("orders", "Table completed", 10)];
        let none = worse(Some(&known), Some(&[]));
        assert_eq!(none, ["not known: DMS lists none of the table that it listed before"]);
        let unknown = worse(Some(&[known.clone(), known.clone()].concat()), None);
        assert_eq!(
            unknown,
            ["not known: DMS gives no table statistics now for the 2 tables that it listed before"]
        );
        let without = |change: fn(&mut TableStatistics)| {
            let mut table = table("orders", "Table completed", 10);
            change(&mut table);
            worse(Some(&known), Some(&[table]))
        };
        assert_eq!(
            without(|table| table.table_state = None),
            ["sales.orders: not known: DMS no longer gives its state"]
        );
        assert_eq!(
            without(|table| table.inserts = None),
            ["sales.orders: not known: DMS no longer gives its inserts, 10 before"]
        );
        // One that never had tables has none to lose.
        for before in [None, Some([].as_slice())] {
            for after in [None, Some([].as_slice()), Some(known.as_slice())] {
                assert_eq!(worse(before, after), [""; 0]);
            }
            let bad = [table("orders", "Table error", 0)];
            assert_eq!(worse(before, Some(&bad)), ["sales.orders is in the state Table error"]);
        }
    }

    #[test]
    fn a_table_that_is_listed_twice_is_as_bad_as_its_worse_entry() {
        let before = [table("orders", "Table completed", 10)];
        let (bad, good) = (table("orders", "Table error", 10), table("orders", "Table completed", 10));
        for after in [[bad.clone(), good.clone()], [good, bad]] {
            assert_eq!(worse(Some(&before), Some(&after)), ["sales.orders is in the state Table error"]);
        }
    }
}
