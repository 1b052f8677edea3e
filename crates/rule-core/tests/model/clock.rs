//! The time of every notification, and texts of times around it.

use chrono::{DateTime, Days, Utc};

/// The time of the notification.
pub(crate) const NOW: &str = "2026-10-01T12:00:00Z";

pub(crate) fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// Returns the time that is this many days after the notification.
pub(crate) fn in_days(days: i64) -> DateTime<Utc> {
    let span = Days::new(days.unsigned_abs());
    if days < 0 { now().checked_sub_days(span) } else { now().checked_add_days(span) }.unwrap()
}
