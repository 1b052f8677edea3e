//! Durations in words.

use chrono::TimeDelta;

/// Returns a duration in its two largest units, rounded down: `3 d 4 h`, `2 h 5 min`, `40 s`.
pub(super) fn words(duration: TimeDelta) -> String {
    let (days, hours) = (duration.num_days(), duration.num_hours() % 24);
    let (minutes, seconds) = (duration.num_minutes() % 60, duration.num_seconds() % 60);
    let units = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")];
    let largest = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let shown =
        units.iter().skip(largest).take(2).enumerate().filter(|(i, (count, _))| *i == 0 || *count > 0);
    shown.map(|(_, (count, unit))| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_two_units_at_most() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_661, "1 h 1 min"),
            (86_400, "1 d"),
            (86_460, "1 d"),
            (400 * 86_400 + 3_600, "400 d 1 h"),
        ] {
            assert_eq!(words(TimeDelta::seconds(seconds)), text);
        }
        assert_eq!(words(TimeDelta::milliseconds(999)), "0 s");
    }
}
