//! Measures how fast an item is read and evaluated. `cargo bench -p rule-core`.

#![expect(clippy::indexing_slicing, reason = "documents of a known shape")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run stops with the error")]

#[path = "../../../tests/support/table_mappings.rs"]
mod table_mappings;

use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use rule_core::rules::{RULES, find};
use rule_core::{
    ComplianceType, ConfigurationItem, Fact, Facts, Input, KmsKey, RuleParameters, parse_timestamp,
};
use serde_json::{Map, Value, json};

fn main() {
    divan::main();
}

fn test_data(path: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(path);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Returns the item of a change notification.
fn plain() -> Map<String, Value> {
    let event = test_data("events/change-public.json");
    let notification: Value = serde_json::from_str(event["invokingEvent"].as_str().unwrap()).unwrap();
    notification["configurationItem"].as_object().unwrap().clone()
}

/// Returns the same item as a task that names hundreds of tables.
fn large() -> Map<String, Value> {
    let mut item = plain();
    item.insert("resourceType".to_owned(), json!("AWS::DMS::ReplicationTask"));
    item["configuration"]["TableMappings"] = table_mappings::of_a_large_task();
    item
}

fn read(bencher: Bencher, item: Map<String, Value>) {
    let text = Value::Object(item).to_string();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| ConfigurationItem::from_json(divan::black_box(&text)));
}

#[divan::bench]
fn reading_a_plain_item(bencher: Bencher) {
    read(bencher, plain());
}

#[divan::bench]
fn reading_a_large_item(bencher: Bencher) {
    read(bencher, large());
}

/// Evaluates a resource that fails the rule: evidence and fix make the longest annotation.
#[divan::bench(args = RULES.iter().map(|rule| rule.identifier))]
fn verdict(bencher: Bencher, identifier: &str) {
    let rule = find(identifier).unwrap();
    let mut item = plain();
    item.insert("resourceType".to_owned(), json!(rule.resource_type.name()));
    let listed = test_data(&format!("cases/{identifier}/listed.json"));
    for (name, value) in listed["nonCompliant"]["members"].as_object().unwrap() {
        item["configuration"][name] = value.clone();
    }
    let item = ConfigurationItem::from_json(&Value::Object(item).to_string()).unwrap();
    let key = KmsKey { key_manager: Some("AWS".to_owned()), ..KmsKey::default() };
    let facts = Facts { kms_key: Fact::Known(key), ..Facts::default() };
    let parameters = RuleParameters::from_json(&json!({ "ruleIdentifier": identifier }).to_string()).unwrap();
    let input = Input {
        item: &item,
        facts: &facts,
        parameters: &parameters.values,
        at: parse_timestamp(&json!("2026-10-01T15:03:13.332Z")),
    };
    let verdict = rule.evaluate(&input).unwrap();
    assert_eq!(verdict.compliance_type, ComplianceType::NonCompliant);
    assert!(
        verdict.annotation().as_str().starts_with(listed["nonCompliant"]["reason"].as_str().unwrap()),
        "{verdict:?}"
    );
    bencher.bench(|| {
        divan::black_box(rule).evaluate(divan::black_box(&input)).map(|verdict| verdict.annotation())
    });
}
