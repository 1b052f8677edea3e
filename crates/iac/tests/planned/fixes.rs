//! Remedies of planned resources: what a change would replace, and that no remedy is cut.

use iac::{Settings, terraform_plan};
use rule_core::{ComplianceType, Finding, ParameterValues, rules};
use serde_json::{Value, json};

use crate::{PUBLIC, cloudformation};

const INSTANCE: &str = "aws_dms_replication_instance";

/// Returns the remedy of a rule for a resource with this change.
fn fix_of_change(type_name: &'static str, rule: &str, change: &Value) -> String {
    let address = format!("{type_name}.a");
    let resource = json!({"address": address, "mode": "managed", "type": type_name, "values": {}});
    let mut plan = json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [{"address": address, "mode": "managed", "type": type_name, "change": change}],
    });
    if change.is_null() {
        plan["resource_changes"] = json!([]);
    }
    let plan = terraform_plan(&plan.to_string()).unwrap();
    plan.resources[0].fix(rules::find(rule).unwrap(), &Finding::non_compliant("X", "x", "the command"))
}

#[test]
fn a_change_that_replaces_tasks_is_the_fix_of_a_new_resource_alone() {
    let key = "dms-replication-instance-customer-managed-key";
    let new = json!({"actions": ["create"], "before": null, "after": {}});
    assert_eq!(fix_of_change(INSTANCE, PUBLIC, &new), "set publicly_accessible = false");
    let exists = "it exists, so do not change publicly_accessible: that replaces it, with provider aws below 5.32 its tasks too; see dms-rule plan";
    for actions in
        [json!(["no-op"]), json!(["update"]), json!(["delete", "create"]), json!(["create", "delete"])]
    {
        let change = json!({"actions": actions, "before": {}, "after": {}});
        assert_eq!(fix_of_change(INSTANCE, PUBLIC, &change), exists, "{actions}");
        let fix = fix_of_change(INSTANCE, key, &change);
        assert!(fix.starts_with("it exists, so do not change kms_key_arn: "), "{fix}");
        let fix = fix_of_change("aws_dms_instance_profile", "dms-instance-profile-not-public", &change);
        assert_eq!(fix, "set publicly_accessible = false, after its migration projects are moved or deleted");
        // The provider changes it in place; CloudFormation, of which awscc is made, does not.
        let mongo = "dms-mongo-db-authentication-enabled";
        let fix = fix_of_change("aws_dms_endpoint", mongo, &change);
        assert_eq!(fix, "set mongodb_settings { auth_type = \"password\" }");
        let fix = fix_of_change("awscc_dms_endpoint", mongo, &change);
        assert!(fix.ends_with("that replaces it and its tasks; use modify-endpoint"), "{fix}");
        for endpoint in ["aws_dms_endpoint", "awscc_dms_endpoint"] {
            let fix = fix_of_change(endpoint, "dms-opensearch-https-enabled", &change);
            let end = "that replaces it and its tasks; use another endpoint in new tasks";
            assert!(fix.ends_with(end), "{fix}");
        }
        let fix = fix_of_change(INSTANCE, "dms-replication-instance-multi-az-enabled", &change);
        assert_eq!(fix, "set multi_az = true");
    }
    // What no change speaks of, or one without actions, may exist.
    for change in [Value::Null, json!({"after": {}})] {
        let fix = fix_of_change(INSTANCE, PUBLIC, &change);
        assert!(
            fix.starts_with("if new, set publicly_accessible = false; if it exists, that replaces it"),
            "{fix}"
        );
    }
    // An object before the change, whatever the actions say.
    let odd = json!({"actions": ["create"], "before": {"publicly_accessible": true}, "after": {}});
    assert_eq!(fix_of_change(INSTANCE, PUBLIC, &odd), exists);
}

#[test]
fn every_fix_of_a_planned_resource_is_whole_in_its_annotation() {
    let template = |resource_type: &str| {
        let text =
            format!("{{\"Resources\": {{\"{}\": {{\"Type\": \"{resource_type}\"}}}}}}", "N".repeat(255));
        cloudformation(&text, &Settings::default()).unwrap()
    };
    for rule in rules::RULES {
        let plan = template(rule.resource_type.name());
        let verdict =
            rule.evaluate_planned(&plan.resources[0].possibilities, &ParameterValues::default(), None);
        let fix = plan.resources[0].fix(rule, &verdict.finding);
        let annotation = verdict.annotation_with_fix(Some(&fix));
        let is_whole = annotation.as_str().ends_with(&format!(" Fix: {fix}."));
        let is_bad = verdict.compliance_type == ComplianceType::NonCompliant;
        assert!(is_whole || !is_bad, "{annotation}");
    }
}
