use std::fmt;

use rule_core::{ConfigurationItemStatus, Finding, Outcome};

/// The condition of a resource in a period, for one rule. Ordered from the best to the worst, so that the worst of several
/// records of one time is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The resource does not exist.
    Deleted,
    /// The resource exists, and the rule does not apply to it.
    NotApplicable,
    /// The property is explicitly as the rule wants it.
    Compliant,
    /// The property cannot be known, or AWS Config did not record the resource.
    Unknown,
    /// The property is not as the rule wants it.
    NonCompliant,
}

impl Condition {
    /// Every condition, the best first.
    pub const ALL: [Self; 5] =
        [Self::Deleted, Self::NotApplicable, Self::Compliant, Self::Unknown, Self::NonCompliant];

    /// Returns the condition that a record shows: its status, and the finding before exemptions.
    ///
    /// A resource that AWS Config stopped recording still exists, so nothing is known of it.
    #[must_use]
    pub fn new(status: ConfigurationItemStatus, finding: &Finding) -> Self {
        match status {
            ConfigurationItemStatus::ResourceDeleted
            | ConfigurationItemStatus::ResourceDeletedNotRecorded => Self::Deleted,
            ConfigurationItemStatus::ResourceNotRecorded => Self::Unknown,
            ConfigurationItemStatus::Ok | ConfigurationItemStatus::ResourceDiscovered => {
                match finding.outcome {
                    Outcome::NotApplicable => Self::NotApplicable,
                    Outcome::Compliant => Self::Compliant,
                    Outcome::Unknown => Self::Unknown,
                    Outcome::NonCompliant => Self::NonCompliant,
                }
            }
        }
    }

    /// Returns the word in capitals, as reports have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "DELETED",
            Self::NotApplicable => "NOT_APPLICABLE",
            Self::Compliant => "COMPLIANT",
            Self::Unknown => "UNKNOWN",
            Self::NonCompliant => "NON_COMPLIANT",
        }
    }

    /// Returns true if the resource may have been as the rule does not want it.
    #[must_use]
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Unknown | Self::NonCompliant)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
