//! The results of a run as one JSON document.

use local_aws::EvaluationResult;
use serde_json::{Value, json};

use super::run::{EventResult, Run};

/// Renders the results as the JSON document of `--format json`.
pub(super) fn render(run: &Run) -> Value {
    let rules = run.rules.iter().map(
        |rule| json!({"rule": rule.rule, "results": rule.results.iter().map(result).collect::<Vec<_>>()}),
    );
    json!({
        "events": run.events.iter().map(event).collect::<Vec<_>>(),
        "awsConfigShows": rules.collect::<Vec<_>>(),
    })
}

fn event(event: &EventResult) -> Value {
    let evaluations = event.evaluations.iter().map(|accepted| {
        let mut evaluation = result(&accepted.result);
        if let Value::Object(members) = &mut evaluation {
            members.insert("testMode".to_owned(), accepted.test_mode.into());
        }
        evaluation
    });
    let calls = event.calls.iter().map(|call| {
        json!({
            "operation": call.operation,
            "status": call.status,
            "errorCode": call.error_code,
            "requestId": call.request_id,
        })
    });
    let error = event.error.as_ref();
    json!({
        "file": event.file,
        "event": event.description,
        "evaluations": evaluations.collect::<Vec<_>>(),
        "error": error.map(|error| json!({"type": error.error_type, "message": error.message})),
        "calls": calls.collect::<Vec<_>>(),
    })
}

fn result(result: &EvaluationResult) -> Value {
    json!({
        "resourceType": result.resource_type,
        "resourceId": result.resource_id,
        "complianceType": result.compliance_type,
        "annotation": result.annotation,
        "orderingTimestamp": result.ordering_timestamp,
    })
}
