//! Dates in properties, and how messages write them.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::configuration::{Given, misspelled};
use crate::time::property_timestamp;
use crate::{Configuration, Json, Unknown};

/// Returns a date, `None` if it is missing. If it is given several times, all must be the same.
///
/// # Errors
/// Returns the reason if it is not a time, not known before deployment, or given twice with different values.
pub(super) fn date(source: &Configuration, property: &str) -> Result<Option<DateTime<Utc>>, Unknown> {
    let unreadable = |what: String| Unknown::new(format!("{property} is {what}"));
    let mut dates = source.given(property).map(|given| match given {
        Given::Misspelled(name, _) => Err(unreadable(misspelled(name))),
        Given::Value(value) => property_timestamp(value).ok_or_else(|| {
            let words = value.in_words();
            let is_open = matches!(value, Json::Undecided(_) | Json::Created { .. });
            unreadable(if is_open { words } else { format!("{words}, which is no time") })
        }),
    });
    let Some(first) = dates.next().transpose()? else { return Ok(None) };
    for other in dates {
        if other? != first {
            return Err(unreadable("given twice, differently".to_owned()));
        }
    }
    Ok(Some(first))
}

/// Returns a time as `2026-10-31T00:00:00Z`.
pub(super) fn words(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Returns the day of a time as `2026-10-31`.
pub(super) fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}
