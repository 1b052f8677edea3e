use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;

use crate::Json;

/// The years that a time of AWS can have. From the first on, times have non-negative epoch seconds; the last is
/// that of a certificate without an end (RFC 5280, section 4.1.2.5). Differences and sums of such times, and
/// their conversions to other types, are far from any overflow.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// Reads a timestamp as AWS writes it: RFC 3339 in events (`Z`, `+00:00` or `+0000`), epoch seconds with a
/// fraction in API responses. Returns `None` for anything else, and for a time before 1970 or after 9999.
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
    Some(time.to_utc()).filter(is_sane)
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
    let time = (milliseconds.abs() < year_10000)
        .then(|| DateTime::from_timestamp_millis(milliseconds as i64))
        .flatten();
    time.filter(is_sane)
}

fn is_sane(time: &DateTime<Utc>) -> bool {
    YEARS.contains(&time.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;
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
            json!(-1),
            json!([1]),
            json!("+262142-12-31T23:59:59.999+0000"),
            json!("-262143-01-01T00:00:00+0000"),
            json!("+10000-01-01T00:00:00+0000"),
            json!("9999-12-31T23:59:59-0001"),
            json!("1970-01-01T00:00:00+00:01"),
            json!("0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(parse_timestamp(&value), None, "{value}");
        }
    }

    #[test]
    fn the_first_and_the_last_time_are_read() {
        for (value, text) in [
            (json!(0), "1970-01-01T00:00:00+00:00"),
            (json!("1970-01-01T00:00:00Z"), "1970-01-01T00:00:00+00:00"),
            (json!("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59+00:00"),
            (json!(253_402_300_799_u64), "9999-12-31T23:59:59+00:00"),
        ] {
            assert_eq!(parse_timestamp(&value).unwrap().to_rfc3339(), text);
        }
    }

    /// Any number, and any text in the form of a time, however absurd.
    fn any_time() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<f64>().prop_map(|seconds| json!(seconds)),
            any::<i64>().prop_map(|seconds| json!(seconds)),
            any::<u64>().prop_map(|seconds| json!(seconds)),
            (-1e12..1e12).prop_map(|seconds: f64| json!(seconds)),
            ("[+-]?[0-9]{4,6}", 1..13_u8, 1..29_u8, 0..24_u8, "Z|[+-](00|23):?(00|59)")
                .prop_map(|(y, m, d, h, zone)| json!(format!("{y}-{m:02}-{d:02}T{h:02}:59:59.999{zone}"))),
            ".{0,40}".prop_map(|text| json!(text)),
        ]
    }

    proptest! {
        /// Differences, sums with days and milliseconds are all that this project computes with times.
        #[test]
        fn no_arithmetic_on_a_time_that_is_read_overflows(one in any_time(), other in any_time()) {
            if let (Some(one), Some(other)) = (parse_timestamp(&one), parse_timestamp(&other)) {
                let apart = one.signed_duration_since(other);
                prop_assert!(apart.num_milliseconds().checked_abs().is_some());
                prop_assert!(one.checked_add_signed(TimeDelta::days(3650)).is_some());
                prop_assert!(one.checked_sub_signed(TimeDelta::days(3650)).is_some());
                prop_assert!((0..253_402_300_800_000).contains(&one.timestamp_millis()));
                prop_assert_eq!(parse_timestamp(&json!(one.to_rfc3339())), Some(one));
            }
        }
    }
}
