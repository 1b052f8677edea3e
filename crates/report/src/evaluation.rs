use std::sync::Arc;

use rule_core::{Annotation, ComplianceType, Outcome, Rule, Severity, Verdict};

use crate::{Exception, Resource, Source};

/// The result of one rule for one resource.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The rule.
    pub rule: &'static Rule,
    /// The verdict of the rule, with the exemption of the resource.
    pub verdict: Verdict,
    /// The exception that exempts the resource, if it is not exempt by its tag.
    pub exception: Option<Arc<Exception>>,
    /// The resource.
    pub resource: Resource,
    /// The place the resource was read from.
    pub source: Source,
}

impl Evaluation {
    /// Returns the evaluation of a resource that no exception exempts.
    #[must_use]
    pub fn new(rule: &'static Rule, verdict: Verdict, resource: Resource, source: Source) -> Self {
        Self { rule, verdict, exception: None, resource, source }
    }

    /// Returns the compliance type that is reported, after exemptions.
    #[must_use]
    pub fn compliance_type(&self) -> ComplianceType {
        self.verdict.compliance_type
    }

    /// Returns the outcome that is reported, after exemptions: the compliance type, with UNKNOWN apart.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.compliance_type() {
            ComplianceType::NonCompliant if self.verdict.is_unknown() => Outcome::Unknown,
            ComplianceType::NonCompliant => Outcome::NonCompliant,
            ComplianceType::Compliant => Outcome::Compliant,
            ComplianceType::NotApplicable => Outcome::NotApplicable,
        }
    }

    /// Returns true if the resource is reported as NON_COMPLIANT because data was missing.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.outcome() == Outcome::Unknown
    }

    /// Returns true if an exemption is in force, whatever compliance type it is reported as.
    #[must_use]
    pub fn is_exempt(&self) -> bool {
        self.verdict.exemption.is_in_force()
    }

    /// Returns true if the resource is reported as NON_COMPLIANT, UNKNOWN or not.
    #[must_use]
    pub fn is_non_compliant(&self) -> bool {
        self.compliance_type() == ComplianceType::NonCompliant
    }

    /// Returns the severity of the rule.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// Returns the state and the fact that decided: `PUBLIC: PubliclyAccessible=true`.
    #[must_use]
    pub fn reason(&self) -> String {
        self.verdict.finding.reason()
    }

    /// Lists the further evidence, such as `public IP 203.0.113.10`.
    #[must_use]
    pub fn evidence(&self) -> Vec<String> {
        self.verdict.finding.evidence.iter().map(ToString::to_string).collect()
    }

    /// Returns the remedy; for a planned resource, the line to write. `None` unless the resource is NON_COMPLIANT.
    #[must_use]
    pub fn fix(&self) -> Option<String> {
        let fix = || self.verdict.finding.fix.map(str::to_owned);
        self.is_non_compliant().then(|| self.source.own_fix.clone().or_else(fix)).flatten()
    }

    /// Returns the note on the exemption, with the owner and place of an exception. `None` if the resource has neither a tag
    /// nor an exception.
    #[must_use]
    pub fn exemption(&self) -> Option<String> {
        let note = self.verdict.exemption.note()?;
        Some(match self.exception.as_deref() {
            Some(Exception { owner, origin, .. }) => format!("{note}, owner {owner}, {origin}"),
            None => note,
        })
    }

    /// Returns all of it on one line: reason, evidence, exemption, resource and [fix](Self::fix).
    #[must_use]
    pub fn text(&self) -> String {
        self.verdict.text_with_fix(self.fix().as_deref())
    }

    /// Returns the text that AWS Config shows. For a planned resource, its remedy is the line to write.
    #[must_use]
    pub fn annotation(&self) -> Annotation {
        // An exempt resource keeps the remedy of its finding, a compliant one has none.
        let fix = self.verdict.finding.fix.map(|fix| self.source.own_fix.as_deref().unwrap_or(fix));
        self.verdict.annotation_with_fix(fix)
    }

    /// Returns the text that identifies this evaluation from run to run: the rule, and the resource with its account
    /// and Region or its file.
    #[must_use]
    pub fn key(&self) -> String {
        key(self.rule.identifier, &self.resource, &self.source.name, self.source.position.is_some())
    }
}

/// Returns the text that identifies a result from run to run. A source with positions is a file.
pub(crate) fn key(rule: &str, resource: &Resource, source: &str, has_position: bool) -> String {
    let Resource { resource_type, id, account_id, region, .. } = resource;
    let place = match (has_position, account_id, region) {
        (true, _, _) | (false, None, None) => source.to_owned(),
        (false, _, _) => [account_id.as_deref(), region.as_deref()].map(Option::unwrap_or_default).join("/"),
    };
    format!("{rule}/{place}/{resource_type}/{id}")
}
