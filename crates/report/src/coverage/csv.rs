//! The coverage as CSV: one row for each account and Region. Cells are protected from spreadsheets as in
//! [the report of results](crate::csv).

use std::io;

use ::csv::{Terminator, WriterBuilder};

use super::model::{Coverage, Row};
use super::state::State;
use super::table::{detail, oldest_success};
use crate::csv::harmless;

/// The names of the columns, in order.
pub const COLUMNS: [&str; 8] =
    ["state", "accountId", "accountName", "region", "cause", "problems", "rules", "oldestLastSuccess"];

/// Writes the header and the rows.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(coverage: &Coverage, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    rows.write_record(COLUMNS)?;
    for row in coverage.rows() {
        rows.write_record(cells(coverage, row).map(|cell| harmless(&cell)))?;
    }
    rows.flush()
}

fn cells(coverage: &Coverage, row: &Row) -> [String; COLUMNS.len()] {
    let account = row.place.account_id.clone().unwrap_or_default();
    let rules = row.place.facts.as_ref().ok().and_then(|facts| facts.rules.as_ref().ok());
    let problems: Vec<String> = row
        .problems
        .iter()
        .map(|problem| format!("{}: {}", problem.state.as_str(), detail(problem)))
        .collect();
    [
        row.state().as_str().to_owned(),
        account.clone(),
        coverage.account_names.get(&account).cloned().unwrap_or_default(),
        row.place.region.clone().unwrap_or_default(),
        row.problems.first().map_or_else(|| State::Healthy.as_str().to_owned(), |worst| worst.cause.clone()),
        problems.join("; "),
        rules.map_or_else(String::new, |rules| rules.len().to_string()),
        oldest_success(row).unwrap_or_default(),
    ]
}
