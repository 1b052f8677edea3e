use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::Json;

/// Reads a timestamp as AWS writes it: RFC 3339 in events (`Z`, `+00:00` or `+0000`), epoch seconds with a
/// fraction in API responses. Returns `None` for anything else, and for a time outside the range of chrono.
#[must_use]
pub fn parse_timestamp(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::String(text) => from_text(text),
        Value::Number(seconds) => from_epoch_seconds(seconds.as_f64()?),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads the timestamp in a property, as [`parse_timestamp`] does.
#[must_use]
pub(crate) fn property_timestamp(value: &Json) -> Option<DateTime<Utc>> {
    match value {
        Json::Text(text) => from_text(text),
        Json::Number(seconds) => from_epoch_seconds(seconds.as_f64()?),
        Json::Null
        | Json::Bool(_)
        | Json::List(_)
        | Json::Object(_)
        | Json::Undecided(_)
        | Json::Created { .. } => None,
    }
}

fn from_text(text: &str) -> Option<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .ok()?;
    Some(time.to_utc())
}

/// Reads epoch seconds to the millisecond: AWS Config's own resolution, and the last digit that a binary
/// fraction of today's epoch keeps.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked and the fraction is rounded on purpose"
)]
fn from_epoch_seconds(seconds: f64) -> Option<DateTime<Utc>> {
    let milliseconds = (seconds * 1000.0).round();
    let year_10000 = 253_402_300_800_000.0;
    (milliseconds.abs() < year_10000).then(|| DateTime::from_timestamp_millis(milliseconds as i64))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_and_responses_give_the_same_time() {
        let texts =
            ["2026-10-01T15:03:11.636Z", "2026-10-01T15:03:11.636+00:00", "2026-10-01T15:03:11.636+0000"];
        for text in texts {
            assert_eq!(parse_timestamp(&json!(text)), parse_timestamp(&json!(1_790_866_991.636)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_rejected() {
        for value in [
            json!(""),
            json!("yesterday"),
            json!("2026-10-01"),
            json!(null),
            json!(1e300),
            json!(253_402_300_800.0_f64),
            json!([1]),
        ] {
            assert_eq!(parse_timestamp(&value), None, "{value}");
        }
    }
}
