//! The comparison of table statistics before and after the move.

use std::collections::{BTreeMap, BTreeSet};

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

/// Returns what is worse after the move than before, each as a sentence without a final period.
#[must_use]
pub fn worse(before: &[TableStatistics], after: &[TableStatistics]) -> Vec<String> {
    let known: BTreeSet<(&str, &str)> = before.iter().map(TableStatistics::key).collect();
    let mut worse = Vec::new();
    for new in after.iter().filter(|new| !known.contains(&new.key())) {
        let (schema, table) = new.key();
        let name = format!("{schema}.{table}");
        newly(&name, "is in the state", &BAD_STATES, (&None, &new.table_state), &mut worse);
    }
    let after: BTreeMap<(&str, &str), &TableStatistics> =
        after.iter().map(|table| (table.key(), table)).collect();
    for old in before {
        let (schema, table) = old.key();
        let name = format!("{schema}.{table}");
        let Some(new) = after.get(&(schema, table)) else {
            worse.push(format!("{name} is no longer listed"));
            continue;
        };
        newly(&name, "is in the state", &BAD_STATES, (&old.table_state, &new.table_state), &mut worse);
        let validation = (&old.validation_state, &new.validation_state);
        newly(&name, "has the validation state", &BAD_VALIDATIONS, validation, &mut worse);
        for (counter, old, new) in [
            ("inserts", old.inserts, new.inserts),
            ("updates", old.updates, new.updates),
            ("deletes", old.deletes, new.deletes),
            ("rows of the full load", old.full_load_rows, new.full_load_rows),
        ] {
            if let (Some(old), Some(new)) = (old, new)
                && new < old
            {
                worse.push(format!(
                    "{name}: {counter} fell from {old} to {new}: the table may be loading again"
                ));
            }
        }
        let failed = |table: &TableStatistics| {
            table.validation_failed_records.unwrap_or_default()
                + table.validation_suspended_records.unwrap_or_default()
        };
        if failed(new) > failed(old) {
            worse.push(format!("{name}: validation rejects {} records, {} before", failed(new), failed(old)));
        }
    }
    worse
}

fn newly(
    name: &str,
    words: &str,
    bad: &[&str],
    (old, new): (&Option<String>, &Option<String>),
    worse: &mut Vec<String>,
) {
    if let Some(state) = new
        && bad.contains(&state.as_str())
        && old != new
    {
        worse.push(format!("{name} {words} {state}"));
    }
}

impl TableStatistics {
    fn key(&self) -> (&str, &str) {
        (self.schema_name.as_deref().unwrap_or_default(), self.table_name.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            worse(&before, &after),
            [
                "sales.newer is in the state Table error",
                "sales.orders is in the state Table error",
                "sales.items: inserts fell from 10 to 0: the table may be loading again",
                "sales.gone is no longer listed",
            ]
        );
        assert_eq!(worse(&before, &before), [""; 0]);
    }

    #[test]
    fn a_validation_that_newly_found_a_difference_is_worse() {
        let with = |state: &str, failed| TableStatistics {
            validation_state: Some(state.to_owned()),
            validation_failed_records: Some(failed),
            ..table("orders", "Table completed", 1)
        };
        assert_eq!(
            worse(&[with("Validated", 0)], &[with("Mismatched records", 4)]),
            [
                "sales.orders has the validation state Mismatched records",
                "sales.orders: validation rejects 4 records, 0 before",
            ]
        );
    }
}
