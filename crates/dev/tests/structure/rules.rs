//! The files of the rules.

use std::collections::BTreeSet;

use rule_core::rules::RULES;

use crate::source::{entries, read, root};

/// Returns the names of the rules that have a file.
fn rules_with_a_file() -> BTreeSet<String> {
    let files = entries(&root().join("crates/rule-core/src/rules")).into_iter();
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .filter(|file| read(file).contains("pub static RULE: Rule"))
        .map(|file| file.file_stem().unwrap().to_string_lossy().replace('_', "-"))
        .collect()
}

#[test]
fn every_rule_with_a_file_is_in_the_list() {
    let listed: BTreeSet<String> = RULES.iter().map(|rule| rule.identifier.to_owned()).collect();
    assert_eq!(rules_with_a_file(), listed);
}

#[test]
fn every_rule_has_a_page_and_cases() {
    for rule in rules_with_a_file() {
        let page = root().join(format!("crates/rule-core/src/rules/{}.md", rule.replace('-', "_")));
        assert!(page.exists(), "{} is missing", page.display());
        let cases = entries(&root().join("tests/cases").join(&rule));
        assert!(cases.iter().any(|file| file.ends_with("listed.json")), "{rule} has no listed.json");
        assert!(cases.len() > 1, "{rule} has no cases beside listed.json");
    }
}

/// The page of a new rule has these words in every paragraph that is to be written.
#[test]
fn no_page_has_a_paragraph_to_replace() {
    for rule in RULES {
        assert!(!rule.page.contains("Replace this"), "the page of {} is not finished", rule.identifier);
    }
}
