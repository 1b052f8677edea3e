//! The needs of rules that a kind of source never answers.

use report::SourceKind;
use rule_core::{Need, RuleParameters};

/// The reason where no file shows what DMS supports and offers.
pub(super) const ONLY_DMS: &str =
    "only DMS knows what it supports and offers today; `dms-rule scan` requests it";

/// The remedy where a file does not show who manages a KMS key.
pub(super) const FIND_KEY_MANAGER: &str = "run `dms-rule scan`, which requests the manager of the key from KMS, or name the key in the parameter kmsKeyArns";

/// Returns the reason why a rule with these parameters cannot be evaluated from any source of this kind; `None` if it can,
/// which says nothing about a single resource.
pub(super) fn unanswered(kind: SourceKind, parameters: &RuleParameters) -> Option<&'static str> {
    let is_listed = !parameters.values.kms_key_arns.is_empty();
    parameters.rule.needs.iter().find_map(|need| match need {
        Need::Tags => without_tags(kind),
        // A list of allowed keys is compared with the key itself.
        Need::Key if is_listed => None,
        // Another property than the key is a finding by itself.
        Need::Key if parameters.rule.property.path != "KmsKeyId" => None,
        Need::Key => without_key_managers(kind),
        Need::EngineVersions | Need::OrderableInstances => without_offers(kind),
        Need::List | Need::Describe | Need::Databases => None,
    })
}

fn without_tags(kind: SourceKind) -> Option<&'static str> {
    match kind {
        SourceKind::DmsDescription(_) | SourceKind::DmsResource | SourceKind::DmsResources => {
            Some("the describe commands of DMS print no tags; `dms-rule scan` lists them")
        }
        // API reference of AWS Config, `BatchGetResourceConfig`.
        SourceKind::ConfigBatch => Some(
            "BatchGetResourceConfig returns no tags; get-resource-config-history and snapshots have them",
        ),
        _ => None,
    }
}

fn without_key_managers(kind: SourceKind) -> Option<&'static str> {
    let reason = "only KMS knows who manages a key; `dms-rule scan` requests it, and the parameter kmsKeyArns lists allowed keys";
    // A key of the same template, plan or state is customer managed.
    is_of_existing(kind).then_some(reason)
}

fn without_offers(kind: SourceKind) -> Option<&'static str> {
    (is_of_existing(kind) || kind == SourceKind::TerraformState).then_some(ONLY_DMS)
}

/// Returns true for a kind of source that AWS Config or DMS writes.
fn is_of_existing(kind: SourceKind) -> bool {
    match kind {
        SourceKind::ConfigEvent
        | SourceKind::ConfigNotification
        | SourceKind::ConfigNotifications
        | SourceKind::ConfigurationItem
        | SourceKind::ConfigurationItems
        | SourceKind::ConfigFile
        | SourceKind::ConfigHistory
        | SourceKind::ConfigBatch
        | SourceKind::ConfigQuery
        | SourceKind::DmsDescription(_)
        | SourceKind::DmsResource
        | SourceKind::DmsResources => true,
        SourceKind::CloudFormationTemplate
        | SourceKind::TerraformPlan
        | SourceKind::TerraformState
        | SourceKind::EmptyList
        | SourceKind::TerraformConfiguration
        | SourceKind::TerraformPlanFile
        | SourceKind::CdkMetadata
        | SourceKind::Report
        | SourceKind::WithoutDms
        | SourceKind::NotEvaluated
        | SourceKind::Excluded
        | SourceKind::Output
        | SourceKind::LiveDms => false,
    }
}
