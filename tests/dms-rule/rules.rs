//! `dms-rule rules`: the list and the pages of the rules.

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
        let markdown = text(&shell(&format!("rules {} --markdown", rule.identifier)).stdout);
        assert_eq!(markdown, rule.page);
    }
}
