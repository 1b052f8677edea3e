//! Public instances in containers of all kinds, known and unknown: each is in the results, or its file in a failure.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::test_runner::TestCaseError;
use serde_json::{Map, Value, json};

#[path = "../support/choices.rs"]
mod choices;
#[path = "../support/runs.rs"]
mod runs;

use crate::support::check;
use choices::Choices;

/// The choices of one document.
const CHOICES: usize = 24;

/// Names of members in which AWS puts resources, and names that mean nothing.
const NAMES: [&str; 25] = [
    "x",
    "payload",
    "configurationItems",
    "configurationItem",
    "ConfigurationItem",
    "baseConfigurationItems",
    "Records",
    "Sns",
    "Message",
    "Messages",
    "Body",
    "detail",
    "invokingEvent",
    "Results",
    "ReplicationInstances",
    "ReplicationInstance",
    "TemplateBody",
    "Resources",
    "Properties",
    "Outputs",
    "data",
    "items",
    "resources",
    "value",
    "values",
];

/// Returns a public instance with this name, in one of the forms in which AWS writes it.
fn resource(name: &str, choices: &mut Choices) -> Value {
    let arn = format!("arn:aws:dms:eu-west-1:123456789012:rep:{}", name.to_uppercase());
    let configuration = json!({ "ReplicationInstanceIdentifier": name, "PubliclyAccessible": true });
    let mut described = configuration.clone();
    described["ReplicationInstanceArn"] = arn.as_str().into();
    let recorded = match choices.oddity(2) {
        0 => configuration,
        _ => configuration.to_string().into(),
    };
    let item = json!({
        "resourceType": "AWS::DMS::ReplicationInstance", "resourceId": arn, "arn": arn, "resourceName": name,
        "awsAccountId": "123456789012", "awsRegion": "eu-west-1", "configurationItemStatus": "OK",
        "configurationItemCaptureTime": "2026-10-01T00:00:00Z", "configuration": recorded,
    });
    let planned =
        json!({ "Type": "AWS::DMS::ReplicationInstance", "Properties": { "PubliclyAccessible": true } });
    match choices.number(7) {
        0 => item,
        1 => described,
        2 => json!({ "Resources": { name: planned } }),
        3 => json!({ name: planned }),
        4 => json!({ "configurationItems": [item] }),
        5 => json!({ "ReplicationInstances": [described] }),
        _ => json!({
            "messageType": "ConfigurationItemChangeNotification", "configurationItem": item,
            "notificationCreationTime": "2026-10-01T00:00:01Z",
        }),
    }
}

/// Puts a value into one more container.
fn contained(value: Value, choices: &mut Choices) -> Value {
    let name = choices.one(&NAMES);
    let value = match choices.number(6) {
        0 => return json!([value]),
        1 => json!([value]),
        2 => json!([{ "other": 1 }, value]),
        3 => value.to_string().into(),
        _ => value,
    };
    let mut members = Map::from_iter([(name.to_owned(), value)]);
    if choices.rarely(3) {
        members.insert("also".to_owned(), json!([{ "none": null }]));
    }
    members.into()
}

/// Checks one folder with a document for each list of choices, and returns the first that is lost.
fn lost(folder: &Path, documents: &[Vec<u8>]) -> Option<String> {
    let mut written = Vec::new();
    for (number, bytes) in documents.iter().enumerate() {
        let mut choices = Choices::new(bytes);
        let name = format!("r{number}x");
        let depth = choices.number(4);
        let whole = (0..depth).fold(resource(&name, &mut choices), |value, _| contained(value, &mut choices));
        let path = folder.join(format!("{number}.json"));
        std::fs::write(&path, whole.to_string()).unwrap();
        written.push((path.display().to_string(), name, whole));
    }
    let (report, _) = check(&["--rule", "dms-replication-not-public", folder.to_str().unwrap()], b"");
    let texts = |list: &str, part: fn(&Value) -> &Value| -> BTreeSet<String> {
        let entries = report[list].as_array().unwrap().iter();
        entries.map(|entry| part(entry).as_str().unwrap_or_default().to_lowercase()).collect()
    };
    let failed = texts("failures", |failure| &failure["source"]);
    let found = texts("results", |result| match result["complianceType"].as_str() {
        Some("NON_COMPLIANT") => &result["resource"]["name"],
        _ => &Value::Null,
    });
    let is_lost = |(path, name, _): &&(String, String, Value)| {
        !failed.contains(&path.to_lowercase())
            && !found.contains(name)
            && !found.iter().any(|known| known.ends_with(&format!(".{name}")))
    };
    written.iter().find(is_lost).map(|(path, _, whole)| format!("{path}: {whole}"))
}

/// Checks as many documents, 2,500 in a folder.
fn compare(documents: u32, seed: &[u8; 32]) {
    let mut runner = runs::runner(documents.div_ceil(2500), 200, seed);
    let document = proptest::collection::vec(proptest::num::u8::ANY, CHOICES);
    let result = runner.run(&proptest::collection::vec(document, 2500), |documents| {
        let folder = tempfile::tempdir().unwrap();
        lost(folder.path(), &documents).map_or(Ok(()), |lost| Err(TestCaseError::fail(lost)))
    });
    result.unwrap();
}

#[test]
fn a_public_instance_in_any_container_is_a_result_or_its_file_a_failure() {
    let seeds = [b"instances in containers of kinds", b"instances in containers and more"];
    runs::both(seeds, |seed| compare(50_000, seed));
}

#[test]
#[ignore = "ten million documents take an hour"]
fn a_public_instance_in_any_of_ten_million_containers_is_a_result_or_its_file_a_failure() {
    runs::long(10_000_000, compare);
}
