use rule_core::ComplianceType;

use crate::Evaluation;

/// The results that a report shows when it does not show all. Totals count every result all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All NON_COMPLIANT results, including UNKNOWN.
    NonCompliant,
    /// NON_COMPLIANT results that are UNKNOWN because data was missing.
    Unknown,
    /// COMPLIANT results.
    Compliant,
    /// NOT_APPLICABLE results.
    NotApplicable,
    /// Results with an exemption in force.
    Exempt,
}

impl Filter {
    /// All filters.
    pub const ALL: [Self; 5] =
        [Self::NonCompliant, Self::Unknown, Self::Compliant, Self::NotApplicable, Self::Exempt];

    /// Returns the name of the filter on a command line: `non-compliant`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NonCompliant => "non-compliant",
            Self::Unknown => "unknown",
            Self::Compliant => "compliant",
            Self::NotApplicable => "not-applicable",
            Self::Exempt => "exempt",
        }
    }

    /// Returns a phrase for help texts.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::NonCompliant => "All NON_COMPLIANT results, including UNKNOWN",
            Self::Unknown => "NON_COMPLIANT results that are UNKNOWN because data was missing",
            Self::Compliant => "COMPLIANT results",
            Self::NotApplicable => "NOT_APPLICABLE results",
            Self::Exempt => "Results with an exemption in force",
        }
    }

    /// Returns the filter with this [name](Self::name). `None` if there is no such filter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.name() == name)
    }

    /// Returns true if the filter shows the result.
    #[must_use]
    pub fn shows(self, evaluation: &Evaluation) -> bool {
        match self {
            Self::NonCompliant => evaluation.is_non_compliant(),
            Self::Unknown => evaluation.is_unknown(),
            Self::Compliant => evaluation.compliance_type() == ComplianceType::Compliant,
            Self::NotApplicable => evaluation.compliance_type() == ComplianceType::NotApplicable,
            Self::Exempt => evaluation.is_exempt(),
        }
    }
}
