use std::fmt;

use chrono::{DateTime, Utc};

use crate::{Annotation, ConfigurationItem, Exemption, ExemptionTag, Fact, Facts, Finding, Lookup};

/// What AWS Config can be told. `INSUFFICIENT_DATA` is not among them: `PutEvaluations` refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComplianceType {
    /// Nothing to judge: deleted, out of scope, another type.
    NotApplicable,
    /// Explicitly as the rule wants it.
    Compliant,
    /// Not so, or it cannot be known. The worst, and so the greatest.
    NonCompliant,
}

impl ComplianceType {
    /// The word on the wire, for example `NON_COMPLIANT`.
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

/// One thing that was seen and counts for a verdict, for example `public IP 203.0.113.10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was looked at.
    pub name: &'static str,
    /// What stood there; empty where the name says it all.
    pub value: String,
}

/// The answer of a rule for one resource, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer: the finding's, unless an exemption is in force.
    pub compliance_type: ComplianceType,
    /// What the rule found out.
    pub finding: Finding,
    /// What the exemption tag of the resource says.
    pub exemption: Exemption,
    /// Whom it is about, for example `instance orders-migration`.
    pub subject: String,
}

impl Verdict {
    /// The verdict that follows from a finding about `subject`, without exemption.
    #[must_use]
    pub fn new(finding: Finding, subject: String) -> Self {
        Self { compliance_type: finding.compliance_type, finding, exemption: Exemption::None, subject }
    }

    /// The verdict after the resource's exemption tag was read; only a resource that needs one is exempted.
    pub(crate) fn with_exemption(
        self,
        item: &ConfigurationItem,
        facts: &Facts,
        tag: &ExemptionTag,
        at: Option<DateTime<Utc>>,
    ) -> Result<Self, Lookup> {
        if self.compliance_type != ComplianceType::NonCompliant {
            return Ok(self);
        }
        let exemption = match (&item.tags, &facts.tags) {
            (Some(tags), _) | (None, Fact::Known(tags)) => Exemption::read(tags, &tag.key, at),
            (None, Fact::Unavailable(why)) => Exemption::TagsUnknown { why: why.clone() },
            (None, Fact::NotRead) => return Err(Lookup::Tags),
        };
        let compliance_type = match exemption {
            Exemption::Until { .. } => tag.compliance_type,
            Exemption::None
            | Exemption::Expired { .. }
            | Exemption::TimeUnknown { .. }
            | Exemption::TagsUnknown { .. }
            | Exemption::Malformed { .. } => self.compliance_type,
        };
        Ok(Self { compliance_type, exemption, ..self })
    }

    /// The words for the dashboard; the grammar is on [`Annotation`].
    #[must_use]
    pub fn annotation(&self) -> Annotation {
        let bracketed = |reason: &str| if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        let (before, note) = match &self.exemption {
            Exemption::None => (String::new(), String::new()),
            Exemption::Until { day, reason } => {
                (format!("EXEMPT until {day}{}: ", bracketed(reason)), String::new())
            }
            Exemption::Expired { day, reason } => {
                (String::new(), format!("; exemption expired on {day}{}", bracketed(reason)))
            }
            Exemption::TimeUnknown { day } => (
                String::new(),
                format!("; exemption until {day} not applied: the event carries no notification time"),
            ),
            Exemption::TagsUnknown { why } => {
                (String::new(), format!("; exemption not applied: the tags are unknown ({why})"))
            }
            Exemption::Malformed { value } => (
                String::new(),
                format!("; exemption tag value {value:?} is malformed: it must start with YYYY-MM-DD"),
            ),
        };
        let mut text = format!("{before}{}", self.finding.reason);
        for Evidence { name, value } in &self.finding.evidence {
            text.push_str("; ");
            text.push_str(name);
            if !value.is_empty() {
                text.push(' ');
                text.push_str(value);
            }
        }
        text.push_str(&note);
        text.push_str("; ");
        text.push_str(&self.subject);
        text.push('.');
        if let Some(fix) = self.finding.fix {
            text.push_str(" Fix: ");
            text.push_str(fix);
        }
        Annotation::new(&text)
    }
}
