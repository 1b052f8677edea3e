//! Table mappings, which make the configuration item of a task large. The benchmarks of two crates include this file.

use serde_json::{Value, json};

/// The number of tables; their mappings make an item of 90 KB.
const TABLES: usize = 486;

pub(crate) fn of_a_large_task() -> Value {
    let rules: Vec<Value> = (1..=TABLES)
        .map(|id| {
            json!({
                "rule-type": "selection",
                "rule-id": id.to_string(),
                "rule-name": format!("orders-{id}"),
                "object-locator": { "schema-name": "orders", "table-name": format!("line_{id}") },
                "rule-action": "include",
            })
        })
        .collect();
    json!({ "rules": rules }).to_string().into()
}
