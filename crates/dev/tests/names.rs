//! Every name of a rule that is shipped leaves room for what AWS Config adds to it.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::Path;

use serde_json::Value;

/// The longest name by which AWS Config lists results (service model, GetComplianceDetailsByConfigRule).
const LONGEST_NAME: usize = 64;

/// The additions that were seen: to a rule of a pack, and around a rule of an organization.
const PACK: &str = "-conformance-pack-abcdefghi";
const ORGANIZATION: &str = "OrgConfigRule--abcdefgh";

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rule-templates").join(file))
        .unwrap()
}

fn assert_fits(file: &str, name: &str, addition: &str) {
    let length = name.len() + addition.len();
    assert!(length <= LONGEST_NAME, "{file}: {name} has {length} characters with {addition}");
}

#[test]
fn no_shipped_name_becomes_too_long_for_its_results_to_be_listed() {
    for (file, property, addition, rules) in [
        ("cloudformation/single-account.yaml", "ConfigRuleName: ", "", 10),
        ("cloudformation/single-account-operations.yaml", "ConfigRuleName: ", "", 18),
        ("sam/template.yaml", "ConfigRuleName: ", "", 10),
        ("cloudformation/organization-central.yaml", "OrganizationConfigRuleName: ", ORGANIZATION, 10),
        (
            "cloudformation/organization-central-operations.yaml",
            "OrganizationConfigRuleName: ",
            ORGANIZATION,
            18,
        ),
        (
            "cloudformation/organization-central-by-account.yaml",
            "OrganizationConfigRuleName: ",
            ORGANIZATION,
            10,
        ),
        ("conformance-packs/dms-all-controls.yaml", "ConfigRuleName: ", PACK, 28),
        ("conformance-packs/dms-exposure.yaml", "ConfigRuleName: ", PACK, 2),
        ("conformance-packs/replace-managed-rule.yaml", "ConfigRuleName: ", PACK, 1),
    ] {
        let text = read(file);
        let names: Vec<&str> =
            text.lines().filter_map(|line| line.trim_start().strip_prefix(property)).collect();
        assert!(names.len() >= rules, "{file} has {} rules", names.len());
        names.iter().for_each(|name| assert_fits(file, name, addition));
    }
}

/// Terraform takes the names from `rules.json`: the short one for an organization.
#[test]
fn no_name_of_rules_json_becomes_too_long() {
    let rules: Value = serde_json::from_str(&read("rules.json")).unwrap();
    for rule in rules.get("rules").and_then(Value::as_array).unwrap() {
        let text = |member: &str| rule.get(member).and_then(Value::as_str).unwrap();
        assert_fits("rules.json", text("name"), "");
        assert_fits("rules.json", text("shortName"), ORGANIZATION);
        assert_fits("rules.json", text("shortName"), PACK);
    }
    let module = read("terraform/modules/organization/main.tf");
    assert!(module.lines().any(|line| line.split_whitespace().eq(["name", "=", "each.value.short_name"])));
}
