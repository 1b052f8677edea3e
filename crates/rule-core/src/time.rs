use chrono::{DateTime, Utc};
use serde_json::Value;

/// Reads a timestamp as AWS writes it: RFC 3339 in events (`Z`, `+00:00` or `+0000`), epoch seconds with a
/// fraction in API answers. Anything else, and a time outside what chrono holds, is `None`.
#[must_use]
pub fn parse_timestamp(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::String(text) => DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
            .ok()
            .map(|time| time.to_utc()),
        Value::Number(seconds) => from_epoch_seconds(seconds.as_f64()?),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// To the millisecond: AWS Config's own resolution, and the last digit a binary fraction of today's epoch keeps.
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
    fn events_and_answers_tell_the_same_time() {
        let texts =
            ["2026-10-01T15:03:11.636Z", "2026-10-01T15:03:11.636+00:00", "2026-10-01T15:03:11.636+0000"];
        for text in texts {
            assert_eq!(parse_timestamp(&json!(text)), parse_timestamp(&json!(1_790_866_991.636)), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_time() {
        for value in
            [json!(""), json!("yesterday"), json!("2026-10-01"), json!(null), json!(1e300), json!([1])]
        {
            assert_eq!(parse_timestamp(&value), None, "{value}");
        }
    }
}
