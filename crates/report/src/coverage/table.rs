//! The coverage for a terminal: totals and causes on a first screen of less than fifteen lines, then each row on request.

use std::collections::BTreeSet;
use std::io::{self, Write};

use chrono::SecondsFormat;
use rule_core::text::{cut, one_line};

use super::model::{Coverage, Group, Row};
use super::place::{DeployedRule, Facts};
use super::problems::few;
use super::state::State;
use crate::text::counted;

/// The most causes on the first screen.
const CAUSES_MAXIMUM: usize = 8;

/// The most notes on the first screen.
const NOTES_MAXIMUM: usize = 2;

/// The longest cause or note on the first screen, in UTF-16 units.
const CAUSE_MAXIMUM: usize = 120;

/// The most accounts or Regions that the first screen names for a cause.
const NAMES_MAXIMUM: usize = 5;

/// Writes the first screen, then each row if `details` is true.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(coverage: &Coverage, out: &mut dyn Write, details: bool) -> io::Result<()> {
    let places = || coverage.rows().iter().map(|row| &row.place);
    let accounts: BTreeSet<&str> = places().filter_map(|place| place.account_id.as_deref()).collect();
    let regions: BTreeSet<&str> = places().filter_map(|place| place.region.as_deref()).collect();
    let at = coverage.conditions.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let outcome = match (coverage.is_healthy(), coverage.is_complete()) {
        (true, _) => "HEALTHY",
        (false, true) => "NOT HEALTHY",
        (false, false) => "NOT HEALTHY, and not everything could be read",
    };
    writeln!(
        out,
        "{outcome}: {} in {}, {}, {at}",
        counted(coverage.conditions.rules.len(), "rule", "rules"),
        counted(accounts.len(), "account", "accounts"),
        counted(regions.len(), "Region", "Regions")
    )?;
    let totals: Vec<String> =
        coverage.totals().into_iter().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
    let entered = places().filter(|place| place.region.is_some()).count();
    let not_entered = match places().count() - entered {
        0 => String::new(),
        count => format!(
            " and {}",
            counted(count, "account that was not entered", "accounts that were not entered")
        ),
    };
    let pairs = counted(entered, "account/Region pair", "account/Region pairs");
    writeln!(
        out,
        "{pairs}{not_entered}: {}",
        if totals.is_empty() { "none".to_owned() } else { totals.join(", ") }
    )?;
    let groups = coverage.groups();
    for group in groups.iter().take(CAUSES_MAXIMUM) {
        writeln!(out, "  {}", cause(coverage, group))?;
    }
    let others: usize = groups.iter().skip(CAUSES_MAXIMUM).map(|group| group.rows).sum();
    if others > 0 {
        let more = counted(groups.len() - CAUSES_MAXIMUM, "more cause", "more causes");
        writeln!(out, "  ... {more}, {}", counted(others, "row", "rows"))?;
    }
    let notes: Vec<String> = daily(coverage).into_iter().chain(coverage.notes.clone()).collect();
    for note in notes.iter().take(NOTES_MAXIMUM) {
        writeln!(out, "Note: {}", cut(&one_line(note), CAUSE_MAXIMUM))?;
    }
    if details {
        writeln!(out)?;
        return coverage.rows().iter().try_for_each(|row| write_row(coverage, row, out));
    }
    writeln!(
        out,
        "A place counts once, by its worst problem. All rows with all problems: --details, or --format json"
    )
}

/// Words a cause with its accounts and Regions.
fn cause(coverage: &Coverage, group: &Group<'_>) -> String {
    let Group { state, cause, rows, accounts, regions } = group;
    let regions: Vec<&str> = regions.iter().copied().collect();
    let names: Vec<String> = accounts.iter().map(|id| one_line(&coverage.account(id))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let account_count = counted(names.len(), "account", "accounts");
    let region_count = counted(regions.len(), "Region", "Regions");
    let mut place = match (names.as_slice(), regions.as_slice()) {
        (_, []) => account_count,
        (_, [region]) => format!("{region}, {account_count}"),
        _ => format!("{account_count}, {region_count}"),
    };
    if *rows != names.len() * regions.len().max(1) {
        place = format!("{place}, {}", counted(*rows, "pair", "pairs"));
    }
    let mut lists: Vec<String> = Vec::new();
    if names.len() <= NAMES_MAXIMUM {
        lists.push(names.join(", "));
    }
    if (2..=NAMES_MAXIMUM).contains(&regions.len()) {
        lists.push(few(&regions, NAMES_MAXIMUM));
    }
    let lists = if lists.is_empty() { String::new() } else { format!(": {}", lists.join("; ")) };
    format!("{:12}  {place}: {}{lists}", state.as_str(), cut(&one_line(cause), CAUSE_MAXIMUM))
}

/// Words in how many places types are recorded once a day, which delays rules that changes trigger; `None` if in none.
fn daily(coverage: &Coverage) -> Option<String> {
    let is_daily = |row: &&Row| {
        let facts = row.place.facts.as_ref().ok();
        let recorder = facts.and_then(|facts| facts.recorder.as_ref().ok()).and_then(Option::as_ref);
        recorder.is_some_and(|recorder| !recorder.daily.is_empty())
    };
    let count = coverage.rows().iter().filter(is_daily).count();
    let places = counted(count, "account/Region pair", "account/Region pairs");
    (count > 0).then(|| format!("in {places}, types are recorded once a day, not at each change"))
}

fn write_row(coverage: &Coverage, row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let account = row.place.account_id.as_deref().map_or_else(|| "-".to_owned(), |id| coverage.account(id));
    let place = format!("{} {}", one_line(&account), row.place.region.as_deref().unwrap_or("-"));
    if row.problems.is_empty() {
        let last = oldest_success(row).map_or(String::new(), |time| format!("; oldest last success {time}"));
        return writeln!(out, "{:12}  {place}: all rules are there{last}", State::Healthy.as_str());
    }
    for problem in &row.problems {
        writeln!(out, "{:12}  {place}: {}", problem.state.as_str(), one_line(&detail(problem)))?;
    }
    Ok(())
}

/// Joins the cause of a problem, its detail if that adds something, and the next step.
pub(super) fn detail(problem: &super::state::Problem) -> String {
    let mut text = problem.cause.clone();
    if problem.detail != problem.cause {
        text = if problem.detail.starts_with(&text) {
            problem.detail.clone()
        } else {
            format!("{text}: {}", problem.detail)
        };
    }
    match &problem.next {
        Some(next) => format!("{text}. Next: {next}"),
        None => text,
    }
}

/// Returns the oldest of the last successes of the rules of a place.
pub(super) fn oldest_success(row: &Row) -> Option<String> {
    let Facts { rules, .. } = row.place.facts.as_ref().ok()?;
    let last = |rule: &DeployedRule| rule.runs.as_ref().ok()?.last_success();
    let oldest = rules.as_ref().ok()?.iter().filter_map(last).min()?;
    Some(oldest.to_rfc3339_opts(SecondsFormat::Secs, true))
}
