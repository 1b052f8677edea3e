//! Measures how fast an event is read. `cargo bench -p config-lambda`.

#![expect(clippy::indexing_slicing, reason = "documents of a known shape")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run stops with the error")]

#[path = "../../../tests/support/table_mappings.rs"]
mod table_mappings;

use config_lambda::ConfigEvent;
use divan::Bencher;
use divan::counter::BytesCount;
use serde_json::{Value, json};

const CHANGE: &str = include_str!("../../../tests/events/change-public.json");

fn main() {
    divan::main();
}

/// Returns the change of a task that names hundreds of tables.
fn large() -> String {
    let mut event: Value = serde_json::from_str(CHANGE).unwrap();
    let mut notification: Value = serde_json::from_str(event["invokingEvent"].as_str().unwrap()).unwrap();
    let item = &mut notification["configurationItem"];
    item["resourceType"] = json!("AWS::DMS::ReplicationTask");
    item["configuration"]["TableMappings"] = table_mappings::of_a_large_task();
    event["invokingEvent"] = json!(notification.to_string());
    event.to_string()
}

fn read(bencher: Bencher, event: &str) {
    assert!(ConfigEvent::from_json(event).is_ok());
    bencher.counter(BytesCount::of_str(event)).bench(|| ConfigEvent::from_json(divan::black_box(event)));
}

#[divan::bench]
fn reading_a_change(bencher: Bencher) {
    read(bencher, CHANGE);
}

#[divan::bench]
fn reading_a_large_change(bencher: Bencher) {
    read(bencher, &large());
}
