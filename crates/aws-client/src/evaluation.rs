use chrono::{DateTime, Utc};
use rule_core::arn::last_part;
use rule_core::{Annotation, ComplianceType, ConfigurationItem, Finding, ResourceType, Verdict};

/// An evaluation as `PutEvaluations` takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    pub(crate) resource_type: String,
    pub(crate) resource_id: String,
    pub(crate) compliance_type: ComplianceType,
    pub(crate) annotation: Annotation,
    pub(crate) ordering_timestamp: DateTime<Utc>,
}

impl Evaluation {
    /// Evaluates the resource of `item`, under its type and id as they came. It is ordered by when the item
    /// was captured, never by the clock (API reference of AWS Config, `Evaluation`, "OrderingTimestamp").
    #[must_use]
    pub fn new(item: &ConfigurationItem, verdict: &Verdict) -> Self {
        Self {
            resource_type: item.resource_type.clone(),
            resource_id: item.resource_id.clone(),
            compliance_type: verdict.compliance_type,
            annotation: verdict.annotation(),
            ordering_timestamp: item.configuration_item_capture_time,
        }
    }

    /// Clears the result of a resource that the run of the time `at` did not find: NOT_APPLICABLE.
    #[must_use]
    pub fn for_deleted_resource(resource_type: ResourceType, resource_id: &str, at: DateTime<Utc>) -> Self {
        let name = last_part(resource_id);
        let finding = Finding::not_applicable(format!(
            "the resource no longer exists, or is reported under another id, since the run of {}",
            at.format("%Y-%m-%dT%H:%MZ")
        ));
        let verdict = Verdict::new(finding, format!("resource {name}"));
        Self {
            resource_type: resource_type.name().to_owned(),
            resource_id: resource_id.to_owned(),
            compliance_type: verdict.compliance_type,
            annotation: verdict.annotation(),
            ordering_timestamp: at,
        }
    }

    /// Returns the id of the resource.
    #[must_use]
    pub fn resource_id(&self) -> &str {
        &self.resource_id
    }

    /// Returns the compliance type.
    #[must_use]
    pub fn compliance_type(&self) -> ComplianceType {
        self.compliance_type
    }
}
