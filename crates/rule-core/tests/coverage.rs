//! The cases under `tests/cases` cover every rule, and every page shows one of them.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rule_core::Rule;
use rule_core::rules::RULES;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

/// Reads what the cases of a rule expect; `listed.json` holds no cases.
fn expectations(rule: &Rule) -> Vec<Value> {
    let folder = folder().join(rule.identifier);
    let entries = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| entry.unwrap().path()).filter(|file| !file.ends_with("listed.json"));
    files
        .flat_map(|file| {
            let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            cases.into_iter().map(|mut case| case["expect"].take())
        })
        .collect()
}

#[test]
fn every_rule_has_a_case_of_each_result() {
    for rule in RULES {
        let expectations = expectations(rule);
        let results: BTreeSet<_> =
            expectations.iter().filter_map(|expect| expect["complianceType"].as_str()).collect();
        assert_eq!(
            results,
            BTreeSet::from(["COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE"]),
            "{}",
            rule.identifier
        );
    }
}

#[test]
fn every_folder_of_cases_belongs_to_a_rule() {
    let folders: BTreeSet<_> =
        folder().read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.identifier.to_owned()).collect();
    assert_eq!(folders, rules);
}

#[test]
fn the_example_of_every_page_is_the_annotation_of_a_case() {
    for rule in RULES {
        let examples: Vec<_> =
            rule.page.split("```text\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0).collect();
        assert!(!examples.is_empty(), "the page of {} has no example", rule.identifier);
        let expectations = expectations(rule);
        for example in examples {
            let is_shown = |expect: &Value| expect["annotation"] == example;
            assert!(
                expectations.iter().any(is_shown),
                "no case of {} has the annotation of its page: {example}",
                rule.identifier
            );
            assert!(example.contains(" Fix: "), "{}: {example}", rule.identifier);
        }
    }
}
