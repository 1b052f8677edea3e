use chrono::{DateTime, Utc};
use rule_core::{Annotation, ComplianceType, ConfigurationItem, Finding, Verdict};

/// One result as AWS Config takes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Evaluation {
    pub(crate) compliance_resource_type: String,
    pub(crate) compliance_resource_id: String,
    pub(crate) compliance_type: ComplianceType,
    pub(crate) annotation: Annotation,
    pub(crate) ordering_timestamp: DateTime<Utc>,
}

impl Evaluation {
    /// Type and id verbatim from the item; ordered by when the item was captured, never by now.
    pub(crate) fn new(item: &ConfigurationItem, verdict: &Verdict) -> Self {
        Self {
            compliance_resource_type: item.resource_type.clone(),
            compliance_resource_id: item.resource_id.clone(),
            compliance_type: verdict.compliance_type,
            annotation: verdict.annotation(),
            ordering_timestamp: item.configuration_item_capture_time,
        }
    }

    /// For a result that AWS Config still holds although the resource is gone.
    pub(crate) fn gone(resource_type: &str, resource_id: &str, at: DateTime<Utc>) -> Self {
        let name = resource_id.rsplit(':').next().unwrap_or(resource_id);
        let finding = Finding::not_applicable(format!(
            "the resource no longer exists, or is reported under another id, since the run of {}",
            at.format("%Y-%m-%dT%H:%MZ")
        ));
        let verdict = Verdict::new(finding, format!("resource {name}"));
        Self {
            compliance_resource_type: resource_type.to_owned(),
            compliance_resource_id: resource_id.to_owned(),
            compliance_type: verdict.compliance_type,
            annotation: verdict.annotation(),
            ordering_timestamp: at,
        }
    }
}
