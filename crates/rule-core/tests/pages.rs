//! The pages of the rules: their headings, and the facts that they repeat from the code.

use std::collections::BTreeSet;

use rule_core::rules::dms_endpoint_ssl_configured::RULE;
use rule_core::rules::{RULES, engines_without_ssl_mode};
use rule_core::{ParameterValues, parameter};

const HEADINGS: [&str; 9] = [
    "What it checks",
    "Why it matters",
    "Evidence",
    "Parameters",
    "How to fix it",
    "AWS calls",
    "Limits",
    "Where other tools differ",
    "References",
];

#[test]
fn every_page_has_the_name_of_its_rule_a_summary_and_all_headings() {
    for rule in RULES {
        assert!(rule.page.starts_with(&format!("# {}\n\n", rule.identifier)), "{}", rule.identifier);
        assert!(rule.summary().ends_with('.'), "{}", rule.identifier);
        let headings: Vec<_> = rule.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", rule.identifier);
    }
}

#[test]
fn every_page_has_a_fix_for_each_tool() {
    for rule in RULES {
        for tool in ["Console", "CLI", "Terraform", "CloudFormation"] {
            assert!(rule.page.contains(&format!("- **{tool}**: ")), "{} {tool}", rule.identifier);
        }
    }
}

#[test]
fn no_two_rules_share_a_name() {
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.identifier).collect();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn the_default_of_every_parameter_is_valid() {
    let own = RULES.iter().flat_map(|rule| rule.parameters).copied();
    for parameter in parameter::COMMON.into_iter().chain(own) {
        let mut values = ParameterValues::default();
        let is_valid = parameter.default.is_empty() || (parameter.read)(&mut values, parameter.default);
        assert!(is_valid, "{}", parameter.name);
    }
}

#[test]
fn the_page_names_the_engines_without_ssl_mode() {
    let engines = engines_without_ssl_mode();
    let (last, others) = engines.split_last().unwrap();
    let sentence = format!("| the engine is {} or {last} | NOT_APPLICABLE", others.join(", "));
    assert!(RULE.page.contains(&sentence), "{sentence}");
}
