//! A result as an observation, a finding and, if it is exempt, a risk.

use rule_core::{ComplianceType, Exemption, Outcome};
use serde_json::{Value, json};

use super::identity::uuid;
use super::words::{properties, property, string};
use crate::text;
use crate::{Evaluation, Report, Resource};

/// A result with what identifies it.
pub(super) struct Entry<'a> {
    pub(super) report: &'a Report,
    pub(super) fingerprint: &'a str,
    pub(super) evaluation: &'a Evaluation,
    /// The id of the resource.
    pub(super) item: &'a str,
}

/// Builds the inventory item of a resource.
pub(super) fn item(id: &str, evaluation: &Evaluation) -> Value {
    let Resource { resource_type, id: resource_id, name, arn, account_id, region } = &evaluation.resource;
    let source = (!evaluation.source.kind.is_live()).then_some(&evaluation.source.name);
    let known = [
        ("arn", arn.as_ref()),
        ("account", account_id.as_ref()),
        ("region", region.as_ref()),
        ("file", source),
    ];
    let mut props =
        properties(&[("resource-type", resource_type), ("resource-id", resource_id), ("name", name)]);
    props.extend(known.iter().filter_map(|(name, value)| value.map(|value| property(name, value))));
    json!({ "uuid": id, "description": string(&format!("{resource_type} {name}")), "props": props })
}

impl Entry<'_> {
    fn observation_id(&self) -> String {
        uuid(&format!("observation/{}/{}", self.fingerprint, text::time(self.report.at)))
    }

    fn risk_id(&self) -> String {
        uuid(&format!("risk/{}", self.fingerprint))
    }

    pub(super) fn observation(&self) -> Value {
        let Evaluation { rule, source, resource, .. } = self.evaluation;
        let mut props = properties(&[
            ("rule", rule.identifier),
            ("result", outcome(self.evaluation.outcome())),
            ("exempt", if self.evaluation.is_exempt() { "true" } else { "false" }),
            ("place", &text::place(source)),
            ("kind-of-source", &source.kind.to_string()),
        ]);
        props.extend(self.evaluation.evidence().iter().map(|one| property("evidence", one)));
        json!({
            "uuid": self.observation_id(),
            "title": rule.identifier,
            "description": string(&self.evaluation.text()),
            "props": props,
            "methods": ["TEST"],
            "subjects": [{ "subject-uuid": self.item, "type": "inventory-item", "title": string(&resource.name) }],
            "collected": text::time(source.recorded_at.unwrap_or(self.report.at)),
        })
    }

    /// Builds the risk that an exemption accepts. `None` without an exemption.
    pub(super) fn risk(&self) -> Option<Value> {
        let deadline = match &self.evaluation.verdict.exemption {
            Exemption::Until { day, .. } => day.and_hms_opt(23, 59, 59).map(|end| text::time(end.and_utc())),
            _ => None,
        };
        let rule = self.evaluation.rule;
        self.is_accepted().then(|| {
            json!({
                "uuid": self.risk_id(),
                "title": format!("Exempt from {}", rule.identifier),
                "description": string(&self.evaluation.exemption().unwrap_or_default()),
                "statement": rule.summary(),
                "status": "deviation-approved",
                "deadline": deadline,
                "related-observations": [{ "observation-uuid": self.observation_id() }],
            })
        })
    }

    /// Returns true if an exemption covers something: a resource that complies has nothing to accept.
    fn is_accepted(&self) -> bool {
        self.evaluation.is_exempt() && self.found() == ComplianceType::NonCompliant
    }

    /// Returns the compliance type that was found, before any exemption.
    fn found(&self) -> ComplianceType {
        self.evaluation.verdict.finding.outcome.compliance_type()
    }

    /// Builds the finding. `None` if the rule does not apply to the resource.
    pub(super) fn finding(&self) -> Option<Value> {
        let Evaluation { rule, verdict, .. } = self.evaluation;
        let status = match (self.found(), verdict.is_unknown()) {
            (ComplianceType::NotApplicable, _) => return None,
            (ComplianceType::Compliant, _) => json!({ "state": "satisfied", "reason": "pass" }),
            (ComplianceType::NonCompliant, _) if self.is_accepted() => {
                let note = self.evaluation.exemption().unwrap_or_default();
                json!({ "state": "not-satisfied", "reason": "other", "remarks": string(&note) })
            }
            (ComplianceType::NonCompliant, true) => {
                let remarks = "UNKNOWN: data that the rule needs is missing, which is not satisfied";
                json!({ "state": "not-satisfied", "reason": "other", "remarks": remarks })
            }
            (ComplianceType::NonCompliant, false) => json!({ "state": "not-satisfied", "reason": "fail" }),
        };
        let mut props = properties(&[("severity", rule.severity.as_str())]);
        props.extend(text::requirements(rule.requirements).iter().map(|one| property("requirement", one)));
        props.extend(self.evaluation.fix().map(|fix| property("fix", &fix)));
        props.push(property("page", &self.report.page(rule)));
        let risks = self.is_accepted().then(|| json!([{ "risk-uuid": self.risk_id() }]));
        Some(json!({
            "uuid": uuid(&format!("finding/{}", self.fingerprint)),
            "title": rule.summary(),
            "description": string(&self.evaluation.text()),
            "props": props,
            "target": { "type": "objective-id", "target-id": rule.identifier, "status": status },
            "related-observations": [{ "observation-uuid": self.observation_id() }],
            "related-risks": risks,
        }))
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Compliant => "COMPLIANT",
        Outcome::NonCompliant => "NON_COMPLIANT",
        Outcome::NotApplicable => "NOT_APPLICABLE",
        Outcome::Unknown => "UNKNOWN",
    }
}
