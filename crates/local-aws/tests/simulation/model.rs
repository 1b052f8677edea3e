//! The service model of DMS, as `model/extract.py` writes it.

use serde_json::Value;

/// The shapes of operations.
pub(crate) struct Model(Value);

impl Model {
    pub(crate) fn load() -> Self {
        Self(serde_json::from_str(include_str!("../model/dms.json")).unwrap())
    }

    /// Returns the names of the operations.
    pub(crate) fn operations(&self) -> Vec<&String> {
        self.0["operations"].as_object().unwrap().keys().collect()
    }

    /// Returns the shape of an operation's `input` or `output`.
    pub(crate) fn shape(&self, operation: &str, side: &str) -> &Value {
        self.named(&self.0["operations"][operation][side])
    }

    /// Returns the shape with a name.
    pub(crate) fn named(&self, name: &Value) -> &Value {
        let shape = &self.0["shapes"][name.as_str().unwrap_or_default()];
        assert!(shape.is_object(), "no shape {name}");
        shape
    }

    /// Returns true if the model lists an error for an operation.
    pub(crate) fn has_error(&self, operation: &str, code: &str) -> bool {
        self.0["operations"][operation]["errors"].as_array().unwrap().iter().any(|error| error == code)
    }

    /// Returns the places at which a value differs from a shape.
    pub(crate) fn differences(&self, shape: &Value, value: &Value) -> Vec<String> {
        match (shape["type"].as_str().unwrap(), value) {
            ("structure", Value::Object(members)) => {
                let missing = shape["required"].as_array().into_iter().flatten();
                let missing = missing.filter(|name| !members.contains_key(name.as_str().unwrap()));
                let mut found: Vec<String> = missing.map(|name| format!("{name} is missing")).collect();
                for (name, member) in members {
                    match shape["members"].get(name) {
                        None => found.push(format!("{name} is unknown")),
                        Some(shape) => {
                            let differences = self.differences(self.named(shape), member);
                            found.extend(differences.into_iter().map(|one| format!("{name}: {one}")));
                        }
                    }
                }
                found
            }
            ("list", Value::Array(values)) => {
                let shape = self.named(&shape["member"]);
                values.iter().flat_map(|value| self.differences(shape, value)).collect()
            }
            ("string", Value::String(text)) => {
                let values = shape["enum"].as_array();
                let is_known = values.is_none_or(|values| values.iter().any(|value| value == text));
                let is_short = shape["max"].as_u64().is_none_or(|maximum| text.len() as u64 <= maximum);
                if is_known && is_short { Vec::new() } else { vec![format!("{text} is not allowed")] }
            }
            ("integer" | "long", Value::Number(number)) if number.is_i64() => Vec::new(),
            ("double" | "timestamp", Value::Number(_)) | ("boolean", Value::Bool(_)) => Vec::new(),
            (wanted, _) => vec![format!("{value} is no {wanted}")],
        }
    }
}

#[test]
fn values_that_differ_from_the_model_are_found() {
    let model = Model::load();
    let shape = model.shape("DescribeReplicationInstances", "output");
    let differences = |instance: Value| {
        model.differences(shape, &serde_json::json!({"Marker": "", "ReplicationInstances": [instance]}))
    };
    for (instance, count) in [
        (serde_json::json!({"MultiAZ": true, "AllocatedStorage": 1, "InstanceCreateTime": 1.5}), 0),
        (serde_json::json!({"MultiAz": true}), 1),
        (serde_json::json!({"MultiAZ": "true"}), 1),
        (serde_json::json!({"AllocatedStorage": 1.5}), 1),
        (serde_json::json!({"InstanceCreateTime": "2026-10-01T00:00:00Z"}), 1),
        (serde_json::json!({"VpcSecurityGroups": [{"Status": 1, "Id": ""}]}), 2),
        (serde_json::json!({"SecondaryAvailabilityZone": null}), 1),
    ] {
        assert_eq!(differences(instance.clone()).len(), count, "{instance}");
    }
}
