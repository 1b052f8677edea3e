use std::fmt;

/// The outcome of a rule for one resource, before exemptions. Ordered from the best to the worst, so that the
/// worst of several is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule does not apply: the resource is deleted, out of scope, or of another type or engine.
    NotApplicable,
    /// The property is explicitly as the rule wants it.
    Compliant,
    /// The property cannot be known. Reported as NON_COMPLIANT: unknown is never compliant.
    Unknown,
    /// The property is not as the rule wants it.
    NonCompliant,
}

impl Outcome {
    /// Returns the compliance type that AWS Config is sent.
    #[must_use]
    pub fn compliance_type(self) -> ComplianceType {
        match self {
            Self::NotApplicable => ComplianceType::NotApplicable,
            Self::Compliant => ComplianceType::Compliant,
            Self::Unknown | Self::NonCompliant => ComplianceType::NonCompliant,
        }
    }
}

/// The values of `Evaluation.ComplianceType` that `PutEvaluations` accepts. The fourth value of the service
/// model, `INSUFFICIENT_DATA`, is rejected by that operation (API reference of PutEvaluations).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComplianceType {
    /// The rule does not apply to the resource.
    NotApplicable,
    /// The resource is explicitly as the rule wants it.
    Compliant,
    /// The resource is not so, or it cannot be known. The worst, and so the greatest.
    NonCompliant,
}

impl ComplianceType {
    /// Returns the value on the wire, for example `NON_COMPLIANT`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "NOT_APPLICABLE",
            Self::Compliant => "COMPLIANT",
            Self::NonCompliant => "NON_COMPLIANT",
        }
    }
}

impl fmt::Display for ComplianceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_reported_as_non_compliant_and_a_known_failure_is_worse() {
        assert_eq!(Outcome::Unknown.compliance_type(), ComplianceType::NonCompliant);
        assert!(Outcome::NonCompliant > Outcome::Unknown && Outcome::Unknown > Outcome::Compliant);
    }
}
