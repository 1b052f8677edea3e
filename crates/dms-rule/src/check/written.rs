//! Resources that somebody wrote down to be made.

use chrono::{DateTime, Utc};
use report::{Evaluation, Position, Resource, Source, SourceKind};
use rule_core::RuleParameters;
use templates::Planned;

/// The verdict on a planned resource, and where in the file it is decided.
pub(super) fn judged(
    planned: &Planned,
    parameters: &RuleParameters,
    name: &str,
    kind: SourceKind,
    at: DateTime<Utc>,
) -> Evaluation {
    let rule = parameters.rule;
    let verdict = rule.evaluate_planned(&planned.ways, parameters, Some(at));
    let position = planned.position_of(rule.property.path);
    Evaluation {
        rule,
        verdict,
        resource: Resource {
            resource_type: planned.resource_type.name.to_owned(),
            id: planned.id.clone(),
            name: planned.id.clone(),
            arn: None,
            account_id: None,
            region: None,
        },
        source: Source {
            name: name.to_owned(),
            kind,
            position: position.map(|place| Position { line: place.line, column: place.column }),
            recorded_at: None,
            planned_fix: Some(planned.fix(rule.property)),
        },
    }
}

/// Whether a text that is no template may still be meant as one.
pub(super) fn may_speak_of_dms(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("aws::dms::") || text.contains("aws_dms_")
}
