//! What makes a large item: the table mappings of a task.

use serde_json::{Value, json};

/// Tables that are named: 90 KB of item.
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
