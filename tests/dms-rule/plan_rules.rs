//! The fixes of the rules for `dms-rule plan ARN --rule NAME`.

use remediation::{Fix, fix};
use rule_core::rules::RULES;
use serde_json::json;

#[test]
fn every_rule_has_a_fix_or_a_reason_why_there_is_none_of_one_step() {
    for rule in RULES {
        let found = fix(rule.identifier, &json!({}), "arn:aws:dms:eu-west-1:123456789012:rep:A");
        let found = found
            .unwrap_or_else(|| panic!("{} has no entry in crates/remediation/src/fixes.rs", rule.identifier));
        if let Fix::NotOneStep { because, next, .. } = found {
            assert!(!because.is_empty() && !next.is_empty(), "{}", rule.identifier);
        }
    }
}
