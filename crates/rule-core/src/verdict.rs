use chrono::{DateTime, Utc};

use crate::{
    ComplianceType, ConfigurationItem, Exemption, ExemptionTag, Fact, Facts, Finding, Lookup, Outcome,
};

/// The result of a rule for one resource, and its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The result that AWS Config is sent: the finding's, unless an exemption is in force.
    pub compliance_type: ComplianceType,
    /// The finding of the rule.
    pub finding: Finding,
    /// The exemption of the resource.
    pub exemption: Exemption,
    /// The resource, for example `instance orders-migration`; empty where a text without it is clear.
    pub subject: String,
}

impl Verdict {
    /// Returns the verdict that follows from a finding about `subject`, without exemption.
    #[must_use]
    pub fn new(finding: Finding, subject: String) -> Self {
        let compliance_type = finding.outcome.compliance_type();
        Self { compliance_type, finding, exemption: Exemption::None, subject }
    }

    /// Returns true if the resource is reported as NON_COMPLIANT because it cannot be known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.compliance_type == ComplianceType::NonCompliant && self.finding.outcome == Outcome::Unknown
    }

    /// Applies the resource's exemption tag to a verdict of NON_COMPLIANT. If `is_later`, the verdict rests on a description
    /// that is later than the item: an exemption that the item grants must be in force by the present tags too, which may have
    /// changed with the property.
    ///
    /// # Errors
    /// Returns [`Lookup::Tags`] if the tags must be looked up first.
    pub(crate) fn with_exemption(
        self,
        item: &ConfigurationItem,
        facts: &Facts,
        tag: &ExemptionTag,
        at: Option<DateTime<Utc>>,
        is_later: bool,
    ) -> Result<Self, Lookup> {
        if self.compliance_type != ComplianceType::NonCompliant {
            return Ok(self);
        }
        let exemption = match (&item.tags, &facts.tags) {
            (Some(tags), _) if facts.planned => Exemption::read_planned(tags, &tag.key, at),
            (Some(tags), _) | (None, Fact::Known(tags)) => Exemption::read(tags, &tag.key, at),
            (None, Fact::Unavailable(cause)) => Exemption::TagsUnknown { cause: cause.clone() },
            (None, Fact::NotRead) => return Err(Lookup::Tags),
        };
        let exemption = match &facts.tags {
            _ if !(is_later && item.tags.is_some() && exemption.is_in_force()) => exemption,
            Fact::NotRead => return Err(Lookup::Tags),
            Fact::Known(tags) => Exemption::read(tags, &tag.key, at),
            Fact::Unavailable(cause) => Exemption::TagsUnknown { cause: cause.clone() },
        };
        let compliance_type =
            if exemption.is_in_force() { tag.compliance_type } else { self.compliance_type };
        Ok(Self { compliance_type, exemption, ..self })
    }
}
