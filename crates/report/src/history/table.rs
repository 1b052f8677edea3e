//! The history for a person: each resource that ever was NON_COMPLIANT or UNKNOWN with its periods, then the accounts.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use rule_core::text::one_line;

use super::condition::Condition;
use super::duration::words;
use super::model::{End, History};
use super::observation::Observation;
use super::period::Period;
use super::resource_history::ResourceHistory;
use super::totals::Totals;
use crate::text::counted;

/// Writes the table.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<&str> = history.rules.iter().map(|rule| rule.identifier).collect();
    let end = match history.end {
        End::Given(at) => format!("to {} (--at)", time(at)),
        End::LatestRecord(at) => format!("to {} (the latest record)", time(at)),
        End::NoRecord => "no record of a resource that they evaluate was found".to_owned(),
    };
    writeln!(out, "History for {}, {end}", rules.join(", "))?;
    writeln!(out)?;
    for resource in history.resources.iter().filter(|one| one.is_of_interest()) {
        self::resource(history, resource, out)?;
        writeln!(out)?;
    }
    accounts(&history.totals(), history.rules.len() > 1, out)?;
    if !history.failures.is_empty() {
        writeln!(out, "COULD NOT FINISH: the history is not complete")?;
        for failure in &history.failures {
            writeln!(out, "  {}: {}", one_line(&failure.source), one_line(&failure.text()))?;
        }
        writeln!(out)?;
    }
    if history.later_records > 0 {
        let later = counted(history.later_records, "record is", "records are");
        writeln!(out, "{later} after the end, and left out.")?;
    }
    let count = |condition| (history.at_end(condition), condition);
    let ends = Condition::ALL.into_iter().rev().map(count).filter(|(count, _)| *count > 0);
    let ends: Vec<String> = ends.map(|(count, condition)| format!("{count} {condition}")).collect();
    let resources = counted(history.resources.len(), "history", "histories");
    let ends = if ends.is_empty() { "nothing to report".to_owned() } else { ends.join(", ") };
    writeln!(out, "{resources}, at the end: {ends}.")
}

fn resource(history: &History, resource: &ResourceHistory, out: &mut dyn Write) -> io::Result<()> {
    let of_rule =
        if history.rules.len() > 1 { format!("{}: ", resource.rule.identifier) } else { String::new() };
    let at_end = resource.at_end().map(Condition::as_str).unwrap_or_default();
    writeln!(out, "{of_rule}{}, {at_end} at the end", one_line(&resource.resource.unique_name()))?;
    for period in &resource.periods {
        let reason = if period.condition.is_bad() { one_line(&period.first.reason) } else { String::new() };
        let line = format!(
            "  {:14}  {:8} {}  {:33}  {:>10}  {reason}",
            period.condition,
            if period.is_start_known { "" } else { "at least" },
            time(period.from),
            ending(period),
            words(period.duration()),
        );
        writeln!(out, "{}", line.trim_end())?;
        if period.condition.is_bad() {
            let last = if period.last == period.first {
                String::new()
            } else {
                format!("; {} records, the last of {}", period.records, record(&period.last))
            };
            writeln!(out, "      by {}{last}", record(&period.first))?;
        }
    }
    Ok(())
}

/// Words the end of a period.
fn ending(period: &Period) -> String {
    match period.next {
        None => "still so at the end".to_owned(),
        Some(Condition::Deleted) => format!("deleted {}", time(period.to)),
        Some(Condition::Unknown) => format!("unknown from {}", time(period.to)),
        Some(Condition::NotApplicable | Condition::Compliant | Condition::NonCompliant) => {
            format!("until {}", time(period.to))
        }
    }
}

fn record(record: &Observation) -> String {
    let state = record.state_id.as_ref().map(|id| format!(", state {}", one_line(id))).unwrap_or_default();
    format!("{}, captured {}{state}", one_line(&record.source), time(record.at))
}

fn accounts(totals: &[Totals], names_rules: bool, out: &mut dyn Write) -> io::Result<()> {
    if totals.iter().all(|one| one.exposures == 0 && one.unknown == 0) {
        return Ok(());
    }
    writeln!(
        out,
        "NON_COMPLIANT   periods  still  unknown after  in all      median to fix  longest to fix"
    )?;
    for one in totals.iter().filter(|one| one.exposures > 0 || one.unknown > 0) {
        let duration = |duration: Option<_>| duration.map_or_else(|| "-".to_owned(), words);
        let rule = if names_rules { format!("  {}", one.rule.identifier) } else { String::new() };
        let account = one.account_id.as_deref().map_or_else(|| "no account".to_owned(), one_line);
        let least = if one.is_exact { "" } else { "  at least" };
        let line = format!(
            "  {account:12}  {:>7}  {:>5}  {:>13}  {:10}  {:13}  {:14}{least}{rule}",
            one.exposures,
            one.open,
            one.lost,
            words(one.total),
            duration(one.median),
            duration(one.longest),
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
