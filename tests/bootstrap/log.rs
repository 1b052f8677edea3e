//! The lines that the function logs.

use std::time::Duration;

use local_aws::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Cloud, RULE, TOKEN, change, error, instance};

#[test]
fn neither_token_nor_payload_is_ever_written() {
    let cloud = Cloud::start_at_level("DEBUG");
    cloud.aws.inject(Fault { times: Some(1), ..Fault::always("PutEvaluations", FaultKind::EchoToken) });
    let outcome = cloud.invoke(&change(&instance(1, &json!(true))));
    let (kind, message) = error(&outcome);
    assert_eq!(kind, "Denied");
    assert!(message.contains("config:PutEvaluations") && message.contains("request id 0"), "{message}");
    cloud.invoke(&change(&instance(1, &json!(true))));
    std::thread::sleep(Duration::from_millis(200)); // the log line may follow the response
    let written = format!("{}{}{message}", cloud.function.stdout(), cloud.function.stderr());
    assert!(!written.contains(TOKEN), "{written}");
    assert!(!written.contains("ReplicationInstanceClass"), "{written}");
    let lines: Vec<Value> =
        cloud.function.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "one line an invocation: {written}");
    let last = &lines[1];
    assert_eq!(
        (&last["level"], &last["messageType"], &last["rule"], &last["nonCompliant"], &last["awsCalls"]),
        (&json!("INFO"), &json!("ConfigurationItemChangeNotification"), &json!(RULE), &json!(1), &json!(1))
    );
    assert_eq!((&lines[0]["level"], &lines[0]["errorType"]), (&json!("ERROR"), &json!("Denied")));
}
