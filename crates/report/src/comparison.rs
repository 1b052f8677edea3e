//! The comparison of a run with an earlier one.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// The change of a result that is not compliant, since the earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The earlier run did not find it, or found it unknown where it is known now.
    New,
    /// The earlier run found it too.
    Unchanged,
}

impl Change {
    /// Returns the change as formats write it: `new`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The fate of a finding of the earlier run that is not among the findings of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The rule passes the resource now, or does not apply to it any more.
    Fixed,
    /// An exemption is in force now.
    Exempt,
    /// This run read the place of the resource whole, and the resource is not there any more.
    Gone,
    /// This run does not know: it did not run the rule, or with another severity or other parameters; it did not read the place,
    /// or not whole; or nothing tells the resource from others.
    NotKnown,
}

impl Fate {
    /// All fates.
    pub const ALL: [Self; 4] = [Self::Fixed, Self::Exempt, Self::Gone, Self::NotKnown];

    /// Returns the fate in words: `fixed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Exempt => "exempt now",
            Self::Gone => "gone",
            Self::NotKnown => "not known",
        }
    }
}

/// A finding of the earlier run that is none of this one. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, Serialize)]
pub struct Past {
    /// The fingerprint, as in the earlier report.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// The name of the resource.
    pub resource: String,
    /// The file, or account and Region.
    pub source: String,
    /// Its fate.
    pub fate: Fate,
}

/// The comparison of a run with an earlier one.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The path of the earlier report.
    pub name: String,
    /// The time the earlier run began.
    pub at: DateTime<Utc>,
    /// True if only new findings count for the exit code.
    pub is_baseline: bool,
    /// The findings of the earlier run that are none of this one, by their fates.
    pub past: Vec<Past>,
    /// The number of results of the earlier run.
    pub results: usize,
    /// The fingerprints of the findings that the earlier run had too.
    pub(crate) unchanged: BTreeSet<String>,
}

impl fmt::Display for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.rule, self.resource, self.source)
    }
}
