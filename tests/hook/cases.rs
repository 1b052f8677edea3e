//! The cases in `tests/hook/cases`: each file is a list of events in which a few members differ, with the response.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::{CREATE, annotations, event, response, settings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The sentence that the case shows.
    about: String,
    /// The members of the event that differ from an ordinary creation, by JSON pointers; null removes one.
    #[serde(default)]
    event: Map<String, Value>,
    /// A text in the event, and the one that replaces it: for members that are given twice.
    #[serde(default)]
    replace: Vec<(String, String)>,
    /// The variables of the function.
    #[serde(default)]
    settings: Map<String, Value>,
    status: String,
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    /// Texts of the message.
    message: Vec<String>,
    /// Texts that no part of the response has.
    #[serde(default)]
    absent: Vec<String>,
    /// The statuses of annotations.
    #[serde(default)]
    annotations: Map<String, Value>,
}

fn set(event: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        assert!(parent.remove(name).is_some(), "{pointer} is not in the event");
    } else {
        parent.insert(name.to_owned(), value.clone());
    }
}

#[test]
fn every_case_has_its_response() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hook/cases");
    let mut tried = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in cases {
            let words = format!("{}: {}", path.display(), case.about);
            let whole = event(CREATE, "AWS::DMS::ReplicationInstance", r#"{"PubliclyAccessible": "false"}"#);
            let mut json: Value = serde_json::from_str(&whole).unwrap();
            for (pointer, value) in &case.event {
                set(&mut json, pointer, value);
            }
            let mut text = json.to_string();
            for (from, to) in &case.replace {
                assert!(text.contains(from), "{words}: {from} is not in {text}");
                text = text.replacen(from, to, 1);
            }
            let mut variables: Vec<(&str, &str)> =
                case.settings.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
            if !case.settings.contains_key("RULES") {
                variables.push(("RULES", "dms-replication-not-public"));
            }
            let response = response(&text, &settings(&variables));
            assert_eq!(response["hookStatus"], case.status, "{words}: {response}");
            assert_eq!(response["errorCode"].as_str(), case.error_code.as_deref(), "{words}: {response}");
            for part in &case.message {
                assert!(response["message"].as_str().unwrap().contains(part), "{words}: {part}: {response}");
            }
            for part in &case.absent {
                assert!(!response.to_string().contains(part), "{words}: {part}: {response}");
            }
            let found: Map<String, Value> = annotations(&response)
                .iter()
                .map(|one| (one["annotationName"].as_str().unwrap().to_owned(), one["status"].clone()))
                .collect();
            assert_eq!(found, case.annotations, "{words}");
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}
