//! `dms-rule rules`: the list and the pages of the rules.

use serde_json::{Value, json};

use crate::support::{shell, text};

#[test]
fn piped_output_is_plain_and_every_rule_has_a_page() {
    let page = text(&shell("rules").stdout) + &text(&shell("invoke tests/events/change-public.json").stdout);
    assert!(!page.contains('\x1b'), "{page}");
    for rule in rule_core::rules::RULES {
        let row = page.lines().find(|line| line.starts_with(&format!("{} ", rule.identifier))).unwrap();
        for cell in [rule.resource_type.name(), rule.severity.as_str(), rule.triggers(), rule.summary()] {
            assert!(row.contains(cell), "{row}");
        }
        let page = text(&shell(&format!("rules {}", rule.identifier)).stdout);
        for part in ["How to fix it", "Parameters of every rule", rule.summary()] {
            assert!(page.contains(part), "{}: {part}", rule.identifier);
        }
        for odd in ["<!--", "**", "|---", "\x1b"] {
            assert!(!page.contains(odd), "{}: {odd}", rule.identifier);
        }
        assert!(page.lines().all(|line| line.chars().count() <= 100 || !line.trim().contains(' ')), "{page}");
        for option in ["--format markdown", "--markdown"] {
            let markdown = text(&shell(&format!("rules {} {option}", rule.identifier)).stdout);
            assert_eq!(markdown, rule.page);
        }
    }
}

#[test]
fn the_rules_are_listed_for_programs_with_all_that_is_known() {
    let list: Vec<Value> = serde_json::from_slice(&shell("rules --format json").stdout).unwrap();
    assert_eq!(list.len(), rule_core::rules::RULES.len());
    for (entry, rule) in list.iter().zip(rule_core::rules::RULES) {
        assert_eq!(entry["identifier"], rule.identifier);
        assert_eq!(entry["resourceType"], rule.resource_type.name());
        assert_eq!(entry["severity"], rule.severity.as_str());
        assert_eq!(entry["summary"], rule.summary());
        assert_eq!(entry["page"], rule.page);
        for (entry, requirement) in entry["requirements"].as_array().unwrap().iter().zip(rule.requirements) {
            assert_eq!(entry["framework"], requirement.framework);
            assert_eq!(entry["ids"], json!(requirement.ids));
        }
        let names: Vec<&str> =
            entry["parameters"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert!(names.contains(&"exemptionTagKey"), "{names:?}");
        assert!(rule.parameters.iter().all(|parameter| names.contains(&parameter.name)), "{names:?}");
        let triggers = entry["triggers"].as_array().unwrap();
        assert_eq!(triggers.len(), if rule.has_changes() { 2 } else { 1 }, "{triggers:?}");
    }
    let one: Value =
        serde_json::from_slice(&shell("rules dms-endpoint-tagged --format json").stdout).unwrap();
    assert!(list.contains(&one), "{one}");
    let table = text(&shell("rules --format markdown").stdout);
    assert_eq!(table.lines().count(), list.len() + 2, "{table}");
}

#[test]
fn a_name_is_matched_in_any_case_and_an_unknown_one_is_rejected_with_the_nearest() {
    let page = text(&shell("rules dms-redis-tls-enabled").stdout);
    for name in ["DMS-Redis-TLS-enabled", "redis-tls-enabled"] {
        assert_eq!(text(&shell(&format!("rules {name}")).stdout), page, "{name}");
    }
    for (arguments, hint) in [
        ("rules dms-replication-not-publi", "did you mean `dms-replication-not-public`?"),
        ("check x --rule dms-redis-tsl-enabled", "did you mean `dms-redis-tls-enabled`?"),
        ("scan --exclude-rule kafka", "did you mean `dms-kafka-tls-enabled`?"),
        ("rules nope", "`dms-rule rules` lists the rules"),
    ] {
        let output = shell(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(message.contains("there is no rule `") && message.contains(hint), "{message}");
        assert!(message.len() < 250, "{message}");
    }
}
