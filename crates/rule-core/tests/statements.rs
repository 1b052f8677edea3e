//! A rule's statements about itself hold: it reads no other property, and it looks up no fact that it does
//! not need.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a case that cannot be read fails the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use rule_core::rules::RULES;
use rule_core::{
    Configuration, ConfigurationItem, Fact, Facts, Input, Json, Lookup, Need, Property, Rule, RuleParameters,
};
use serde_json::{Value, json};

/// Returns the items, parameters and times of all cases of a rule.
fn cases(rule: &Rule) -> Vec<(ConfigurationItem, RuleParameters, Option<DateTime<Utc>>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases").join(rule.identifier);
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let Value::Array(list) = serde_json::from_str(&text).unwrap() else { continue };
        for case in list {
            let mut item = json!({
                "resourceType": rule.resource_type.name(),
                "resourceId": "arn:aws:dms:us-east-1:123456789012:rep:EXAMPLE",
                "configurationItemStatus": "OK",
                "configurationItemCaptureTime": "2026-10-01T15:03:11.636Z",
                "tags": {},
            });
            item.as_object_mut().unwrap().extend(case["item"].as_object().unwrap().clone());
            let parameters =
                if case["parameters"].is_null() { json!({}) } else { case["parameters"].clone() };
            cases.push((
                ConfigurationItem::from_json(&item.to_string()).unwrap(),
                RuleParameters::from_json(&parameters.to_string()).unwrap(),
                case["at"].as_str().map(|at| at.parse().unwrap()),
            ));
        }
    }
    assert!(!cases.is_empty(), "{} has no cases", rule.identifier);
    cases
}

/// Returns the properties that the rule states, the identifier of its type included.
fn stated(rule: &Rule) -> Vec<Property> {
    let mut stated = vec![rule.property, rule.resource_type.identifier()];
    stated.extend(rule.reads);
    stated.extend(rule.resource_type.zero_etl_flag().map(|path| Property { path, ..rule.property }));
    stated
}

/// Returns the configuration without every property that is not stated. Members of a group are renamed
/// instead: an empty group counts as unknown, and so does one that is given twice with different members.
fn only(stated: &[Property], configuration: &Configuration) -> Configuration {
    let Configuration::Properties(properties) = configuration else { return configuration.clone() };
    let letters = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let matches = |name: &str, wanted: &str| letters(name) == letters(wanted);
    let kept = properties.iter().filter_map(|(name, value)| {
        let mut parts =
            stated.iter().filter(|property| matches(name, property.group().unwrap_or(property.path)));
        let first = parts.next()?;
        if first.group().is_none() {
            return Some((name.clone(), value.clone()));
        }
        let Json::Object(members) = value else { return Some((name.clone(), value.clone())) };
        let is_stated = |member: &str| {
            stated.iter().any(|property| property.group().is_some() && matches(member, property.name()))
        };
        let kept = members.iter().map(|(member, value)| {
            let member = if is_stated(member) { member.clone() } else { "Other".to_owned() };
            (member, value.clone())
        });
        Some((name.clone(), Json::Object(kept.collect())))
    });
    Configuration::Properties(kept.collect())
}

#[test]
fn a_verdict_depends_on_no_property_that_its_rule_does_not_state() {
    let facts = Facts::unavailable("this test has no access to AWS");
    for rule in RULES {
        let stated = stated(rule);
        for (item, RuleParameters { values, .. }, at) in cases(rule) {
            let reduced =
                ConfigurationItem { configuration: only(&stated, &item.configuration), ..item.clone() };
            let verdict = |item| {
                let input = Input { item, facts: &facts, parameters: &values, at };
                rule.evaluate_without_lookups(&input).text()
            };
            assert_eq!(verdict(&reduced), verdict(&item), "{}", rule.identifier);
        }
    }
}

/// Every look-up of every case is a need that the rule states, and every need but listing is used by a case.
#[test]
fn a_rule_looks_up_what_it_needs_and_nothing_else() {
    for rule in RULES {
        let mut used = BTreeSet::from([Need::List]);
        for (item, RuleParameters { mut values, .. }, at) in cases(rule) {
            values.exemption_tag = None; // its tags are the need of a parameter, not of the rule
            values.reachability = false; // so is the network
            for tags in [item.tags.clone(), None] {
                let item = ConfigurationItem { tags, ..item.clone() };
                // Some look-ups are made only once DMS has described the resource.
                for description in [Fact::NotRead, Fact::Known(Configuration::Absent)] {
                    let facts = Facts { description, ..Facts::default() };
                    let input = Input { item: &item, facts: &facts, parameters: &values, at };
                    used.extend(rule.evaluate(&input).err().map(|lookup| match lookup {
                        Lookup::Tags => Need::Tags,
                        Lookup::Description => Need::Describe,
                        Lookup::KmsKey { .. } => Need::Key,
                        Lookup::EngineVersions => Need::EngineVersions,
                        Lookup::OrderableInstances => Need::OrderableInstances,
                        Lookup::Reachability => {
                            panic!("{}: the network is the need of a parameter", rule.identifier)
                        }
                        Lookup::Databases { .. } => Need::Databases,
                    }));
                }
            }
        }
        assert_eq!(used, rule.needs.iter().copied().collect(), "{}", rule.identifier);
    }
}

#[test]
fn the_actions_of_a_rule_follow_from_its_needs() {
    let actions: BTreeMap<&str, Vec<&str>> =
        RULES.iter().map(|rule| (rule.identifier, rule.actions())).collect();
    for (identifier, expected) in [
        ("dms-replication-not-public", vec!["dms:DescribeReplicationInstances"]),
        ("dms-instance-profile-not-public", vec!["dms:ListInstanceProfiles"]),
        ("dms-replication-task-sourcedb-logging", vec!["dms:DescribeReplicationTasks"]),
        ("dms-endpoint-tagged", vec!["dms:DescribeEndpoints", "dms:ListTagsForResource"]),
        (
            "dms-replication-instance-customer-managed-key",
            vec!["dms:DescribeReplicationInstances", "kms:DescribeKey", "kms:ListAliases"],
        ),
    ] {
        assert_eq!(actions[identifier], expected, "{identifier}");
    }
}
