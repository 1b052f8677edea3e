//! Invocations that fail, and their messages.

use std::time::Duration;

use local_aws::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Cloud, TOKEN, change, error, fleet, instance, scheduled};

#[test]
fn a_timeout_is_an_error_that_reports_the_progress() {
    let cloud = Cloud::start();
    cloud.create_instances(fleet(150));
    let mut fault = Fault::always("PutEvaluations", FaultKind::Throttle);
    fault.from_call = 2;
    cloud.aws.inject(fault);
    let outcome = cloud.invoke_within(&scheduled(), Duration::from_secs(2));
    let (kind, message) = error(&outcome);
    assert_eq!(kind, "Throttled", "{message}");
    assert!(message.contains("150 resources listed"), "{message}");
    assert!(
        message.contains("last failed attempt: PutEvaluations: ThrottlingException (request id 0"),
        "{message}"
    );
}

#[test]
fn an_event_encoded_twice_is_rejected_without_being_quoted() {
    let cloud = Cloud::start();
    let event = change(&instance(1, &json!(true)));
    let mut inner = event.clone();
    inner["invokingEvent"] = json!(event["invokingEvent"].to_string());
    for odd in [Value::from(event.to_string()), inner] {
        let outcome = cloud.invoke(&odd);
        let (kind, message) = error(&outcome);
        assert_eq!(kind, "BadInput");
        assert!(
            message.len() < 300 && !message.contains(TOKEN) && !message.contains("ReplicationInstance"),
            "{message}"
        );
    }
    assert!(!cloud.function.stdout().contains(TOKEN));
}
