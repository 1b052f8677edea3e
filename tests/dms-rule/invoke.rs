//! `dms-rule invoke`: events against the function and a local AWS.

use serde_json::{Value, json};

use crate::support::{shell, text};

#[test]
fn one_event_of_each_kind_is_accepted() {
    for (file, compliance) in [
        ("change-public", &["NON_COMPLIANT"][..]),
        ("change-private", &["COMPLIANT"]),
        ("change-unknown", &["NON_COMPLIANT"]),
        ("change-deleted", &["NOT_APPLICABLE"]),
        ("change-left-scope", &["NOT_APPLICABLE"]),
        ("oversized", &["NON_COMPLIANT"]),
        ("scheduled", &["NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT"]),
        ("scheduled-exempt", &["NON_COMPLIANT", "COMPLIANT", "NOT_APPLICABLE"]),
        ("snapshot-delivered", &["NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT"]),
        ("change-endpoint-plaintext", &["NON_COMPLIANT"]),
        ("change-task-settings-not-recorded", &["NON_COMPLIANT"]),
        ("scheduled-certificates", &["NON_COMPLIANT"]),
        ("scheduled-instance-profiles", &["NON_COMPLIANT"]),
        ("scheduled-keys", &["NON_COMPLIANT", "NON_COMPLIANT", "NON_COMPLIANT"]),
        ("scheduled-tags", &["NON_COMPLIANT", "COMPLIANT"]),
    ] {
        let output = shell(&format!("invoke tests/events/{file}.json --json"));
        assert_eq!(output.status.code(), Some(0), "{file}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let evaluations = document["events"][0]["evaluations"].as_array().unwrap();
        let found: Vec<_> =
            evaluations.iter().map(|evaluation| evaluation["complianceType"].as_str().unwrap()).collect();
        assert_eq!(found, compliance, "{file}");
        assert!(
            evaluations.iter().all(|evaluation| !evaluation["annotation"].as_str().unwrap().is_empty()),
            "{file}"
        );
    }
}

#[test]
fn a_malformed_event_is_reported_with_its_error() {
    for (file, named) in [
        ("malformed/no-invoking-event", "BadInput: the payload has no invokingEvent"),
        ("malformed/not-json", "BadInput: not JSON"),
        ("malformed/unknown-parameter", "BadInput: unknown rule parameter `exemptTagKey`"),
        ("no-such-file", "No such file"),
    ] {
        let output = shell(&format!("invoke tests/events/{file}.json tests/events/change-private.json"));
        assert_eq!(output.status.code(), Some(2), "{file}");
        let page = text(&output.stdout);
        assert!(page.contains(named), "{file}: {page}");
        assert!(
            page.contains("PRIVATE: PubliclyAccessible=false"),
            "the other event is still evaluated: {page}"
        );
    }
}

#[test]
fn findings_change_the_exit_code_only_with_fail_on() {
    let code = |arguments: &str| shell(arguments).status.code();
    assert_eq!(code("invoke tests/events/change-public.json"), Some(0));
    assert_eq!(code("invoke tests/events/change-public.json --fail-on non-compliant"), Some(1));
    assert_eq!(code("invoke tests/events/change-private.json --fail-on non-compliant"), Some(0));
    assert_eq!(code("invoke"), Some(2));
    assert_eq!(code("rules no-such-rule"), Some(2));
}

#[test]
fn a_fleet_file_replaces_the_example_fleet() {
    let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    let instance = json!({
        "ReplicationInstanceArn": "arn:aws:dms:us-east-1:123456789012:rep:MINE",
        "ReplicationInstanceIdentifier": "mine",
        "PubliclyAccessible": true,
    });
    std::fs::write(&file, json!({"ReplicationInstances": [instance]}).to_string()).unwrap();
    let output = shell(&format!("invoke tests/events/scheduled.json --fleet {}", file.path().display()));
    let page = text(&output.stdout);
    assert!(page.contains("instance mine"), "{page}");
    assert!(!page.contains("orders-migration"), "{page}");
    assert_eq!(shell("invoke tests/events/scheduled.json --fleet Cargo.toml").status.code(), Some(2));
}
