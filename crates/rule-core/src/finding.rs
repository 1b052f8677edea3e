use crate::{ComplianceType, Evidence};

/// What a rule found out about one resource, before exemptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub compliance_type: ComplianceType,
    /// The state and the fact that decided, for example `PUBLIC: PubliclyAccessible=true`.
    pub reason: String,
    /// What else was seen, most important first.
    pub evidence: Vec<Evidence>,
    /// What a person does about it, in words; nothing where there is nothing to do.
    pub fix: Option<&'static str>,
}

impl Finding {
    /// As the rule wants it.
    #[must_use]
    pub fn compliant(reason: impl Into<String>) -> Self {
        Self::new(ComplianceType::Compliant, reason.into(), None)
    }

    /// Not as the rule wants it.
    #[must_use]
    pub fn non_compliant(reason: impl Into<String>, fix: &'static str) -> Self {
        Self::new(ComplianceType::NonCompliant, reason.into(), Some(fix))
    }

    /// It cannot be known, so NON_COMPLIANT.
    #[must_use]
    pub fn unknown(why: impl AsRef<str>, fix: &'static str) -> Self {
        Self::new(ComplianceType::NonCompliant, format!("UNKNOWN: {}", why.as_ref()), Some(fix))
    }

    /// The rule does not speak of such a resource.
    #[must_use]
    pub fn not_applicable(why: impl AsRef<str>) -> Self {
        Self::new(ComplianceType::NotApplicable, format!("NOT APPLICABLE: {}", why.as_ref()), None)
    }

    /// The word in capitals that the reason begins with, for example `PUBLIC`.
    #[must_use]
    pub fn state(&self) -> &str {
        self.reason.split_once(": ").map_or(self.reason.as_str(), |(state, _)| state)
    }

    /// Whether it is NON_COMPLIANT because it cannot be known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.compliance_type == ComplianceType::NonCompliant && self.state() == "UNKNOWN"
    }

    fn new(compliance_type: ComplianceType, reason: String, fix: Option<&'static str>) -> Self {
        Self { compliance_type, reason, evidence: Vec::new(), fix }
    }

    /// With one more thing that was seen.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.evidence.push(Evidence { name, value: value.into() });
        self
    }
}
