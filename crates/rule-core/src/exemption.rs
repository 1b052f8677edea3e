use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::ComplianceType;
use crate::text::cut;

/// The rule parameters `exemptionTagKey` and `exemptionCompliance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemptionTag {
    /// The key of the tag that exempts; its case matters.
    pub key: String,
    /// The result that is reported for an exempt resource: COMPLIANT or NOT_APPLICABLE.
    pub compliance_type: ComplianceType,
}

impl Default for ExemptionTag {
    fn default() -> Self {
        Self { key: String::new(), compliance_type: ComplianceType::NotApplicable }
    }
}

/// The exemption that a resource's tag grants on the day of the notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// The resource does not carry the tag.
    None,
    /// The exemption is in force.
    Until {
        /// The last day, UTC, inclusive.
        day: NaiveDate,
        /// The ticket or reason after the date; may be empty.
        reason: String,
    },
    /// The exemption has ended.
    Expired {
        /// The last day, UTC, on which it was in force.
        day: NaiveDate,
        /// The ticket or reason after the date; may be empty.
        reason: String,
    },
    /// The event has no notification time, so it cannot be known if the exemption is still in force.
    TimeUnknown {
        /// The last day of the exemption.
        day: NaiveDate,
    },
    /// The tags could not be read, so it cannot be known if there is an exemption.
    TagsUnknown {
        /// The reason.
        cause: String,
    },
    /// The resource is planned, and deployment decides the value.
    NotYetKnown,
    /// The value is not `YYYY-MM-DD` optionally followed by a space and a reason: it exempts nothing.
    Malformed {
        /// The value, cut short.
        value: String,
    },
}

impl Exemption {
    /// Returns true if the resource is exempt.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        matches!(self, Self::Until { .. })
    }

    /// Reads the tag `key` of a resource that does not exist yet: its value may be words for one that deployment decides.
    #[must_use]
    pub(crate) fn read_planned(
        tags: &BTreeMap<String, String>,
        key: &str,
        at: Option<DateTime<Utc>>,
    ) -> Self {
        let is_open = |value: &String| UNDECIDED.iter().any(|words| value.starts_with(words));
        if tags.get(key).is_some_and(is_open) { Self::NotYetKnown } else { Self::read(tags, key, at) }
    }

    /// Reads the tag `key`. `at` is the time of the notification, never the time of the item, which may lie
    /// years before an evaluation.
    #[must_use]
    pub fn read(tags: &BTreeMap<String, String>, key: &str, at: Option<DateTime<Utc>>) -> Self {
        let Some(value) = tags.get(key) else { return Self::None };
        let Some((day, reason)) = parse(value.trim()) else {
            return Self::Malformed { value: cut(value, 24) };
        };
        let reason = cut(reason, 48);
        match at.map(|at| at.date_naive()) {
            None => Self::TimeUnknown { day },
            Some(today) if today <= day => Self::Until { day, reason },
            Some(_) => Self::Expired { day, reason },
        }
    }
}

/// The beginnings of the text that stands for a value that is not known before deployment: that of
/// [`Json::in_words`](crate::Json::in_words), and Terraform's own.
const UNDECIDED: [&str; 2] = ["not known before deployment", "known after apply"];

fn parse(value: &str) -> Option<(NaiveDate, &str)> {
    let (date, reason) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    if !is_date_shaped(date) {
        return None;
    }
    let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    Some((day, reason.trim()))
}

/// Returns true for `YYYY-MM-DD`: chrono alone would accept `2026-1-5` and `+2026-01-05` too.
fn is_date_shaped(date: &str) -> bool {
    let is_hyphen = |index| matches!(index, 4 | 7);
    date.len() == 10
        && date.bytes().enumerate().all(
            |(index, byte)| {
                if is_hyphen(index) { byte == b'-' } else { byte.is_ascii_digit() }
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str, at: &str) -> Exemption {
        let tags = BTreeMap::from([("Approved".to_owned(), value.to_owned())]);
        Exemption::read(&tags, "Approved", Some(at.parse().unwrap()))
    }

    #[test]
    fn the_last_day_counts_to_its_last_moment_in_utc() {
        assert!(matches!(read("2026-10-01", "2026-10-01T23:59:59.999Z"), Exemption::Until { .. }));
        assert!(matches!(read("2026-10-01", "2026-10-02T00:00:00Z"), Exemption::Expired { .. }));
        assert!(matches!(read("2026-10-01", "2026-10-01T23:30:00-01:00"), Exemption::Expired { .. }));
    }

    #[test]
    fn a_value_that_is_not_a_date_first_never_exempts() {
        for value in [
            "",
            "yes",
            "true",
            "OPS-12",
            "2099-1-5",
            "2099-02-30",
            "2099-13-01",
            "20990101",
            "2099-01-01T00:00:00Z",
            "2099-01-01OPS-1",
            "2099-01-011",
            "+2099-01-01",
            "+2099-1-01",
            "99999-01-01",
            "31-12-2099",
            "2099/12/31",
            "２０９９-01-01",
            "until 2099-01-01",
        ] {
            assert!(matches!(read(value, "2026-10-01T00:00:00Z"), Exemption::Malformed { .. }), "{value}");
        }
    }

    #[test]
    fn the_reason_is_what_follows_the_date() {
        let Exemption::Until { reason, .. } =
            read(" 2099-12-31  OPS-12 vendor cut-over ", "2026-10-01T00:00:00Z")
        else {
            panic!("exempt");
        };
        assert_eq!(reason, "OPS-12 vendor cut-over");
    }

    #[test]
    fn the_key_is_matched_to_the_letter() {
        let tags = BTreeMap::from([("approved".to_owned(), "2099-12-31".to_owned())]);
        assert_eq!(Exemption::read(&tags, "Approved", None), Exemption::None);
    }
}
