//! Inputs that were once answered wrongly, and inputs of the same kinds. `tests/faults/NAME.json` is the right answer to the
//! files in `tests/faults/NAME`, which is named by the symptom.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::{dms_rule, root};

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    /// The kind of fault: one letter or number for all inputs of a kind.
    kind: String,
    /// The arguments of `dms-rule check`.
    arguments: Vec<String>,
    exit: i32,
    /// For each rule its results: name, compliance type and reason.
    results: BTreeMap<String, Vec<String>>,
    failures: Vec<String>,
    not_evaluated: Vec<String>,
}

/// Returns the difference between the answer to a case and the right one; `None` if it is right.
fn difference(name: &str, case: &Case) -> Option<String> {
    let output = dms_rule()
        .arg("check")
        .args(&case.arguments)
        .args(["--format", "json", "--at", "2026-12-01T00:00:00Z"])
        .current_dir(root().join("tests/faults").join(name))
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{name}: {error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut results: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for result in report["results"].as_array().unwrap() {
        let (name, compliance) = (text(&result["resource"]["name"]), text(&result["complianceType"]));
        let line = format!("{name}: {compliance} {}", text(&result["reason"]));
        results.entry(text(&result["rule"])).or_default().push(line);
    }
    results.values_mut().for_each(|lines| lines.sort());
    let failures = report["failures"].as_array().unwrap().iter();
    let failures: Vec<String> =
        failures.map(|one| format!("{}: {}", text(&one["source"]), text(&one["message"]))).collect();
    let not_evaluated = report["notEvaluated"].as_array().unwrap().iter();
    let not_evaluated: Vec<String> = not_evaluated.map(|one| text(&one["rule"])).collect();
    assert_eq!(report["complete"].as_bool(), Some(failures.is_empty()), "{name}");
    let found = (output.status.code(), &results, &failures, &not_evaluated);
    let right = (Some(case.exit), &case.results, &case.failures, &case.not_evaluated);
    (found != right).then(|| format!("{name} (kind {}):\n  found {found:?}\n  right {right:?}", case.kind))
}

fn cases() -> Vec<(String, Case)> {
    let folder = root().join("tests/faults");
    let mut cases: Vec<(String, Case)> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let case = std::fs::read_to_string(&path).unwrap();
            (name, serde_json::from_str(&case).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        })
        .collect();
    cases.sort_by(|(one, _), (other, _)| one.cmp(other));
    cases
}

#[test]
fn no_input_that_was_answered_wrongly_is_again() {
    let cases = cases();
    assert!(cases.len() > 80, "{}", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(|(name, case)| difference(name, case)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_folder_of_inputs_has_its_right_answer() {
    let folder = root().join("tests/faults");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let answer = path.with_extension("json");
        assert!(Path::new(&answer).is_file() && path.with_extension("").is_dir(), "{}", path.display());
    }
}
