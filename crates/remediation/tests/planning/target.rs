use remediation::{Action, Choices, Facts, plan};
use serde_json::{Value, json};

use crate::facts::{OLD, facts, instance, instance_from, planned};

#[test]
fn the_new_instance_has_every_attribute_that_can_be_given_and_is_private() {
    let plan = planned(&facts());
    assert_eq!(
        Value::Object(plan.target.parameters),
        json!({
            "ReplicationInstanceIdentifier": "orders-private",
            "ReplicationInstanceClass": "dms.r6i.large",
            "AllocatedStorage": 200,
            "EngineVersion": "3.5.4",
            "AutoMinorVersionUpgrade": false,
            "PubliclyAccessible": false,
            "MultiAZ": false,
            "AvailabilityZone": "eu-west-1a",
            "ReplicationSubnetGroupIdentifier": "dms-subnets",
            "VpcSecurityGroupIds": ["sg-1"],
            "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k",
            "PreferredMaintenanceWindow": "sun:03:00-sun:04:00",
            "DnsNameServers": "10.0.0.2,10.0.0.3",
            "NetworkType": "IPV4",
        })
    );
}

#[test]
fn an_instance_in_two_zones_gets_no_zone() {
    let mut old = instance();
    old["MultiAZ"] = json!(true);
    let plan = planned(&Facts { instance: instance_from(old), ..facts() });
    assert_eq!(plan.target.parameters["MultiAZ"], json!(true));
    assert_eq!(plan.target.parameters.get("AvailabilityZone"), None);
}

#[test]
fn tags_are_copied_but_for_those_of_aws_and_of_an_earlier_run() {
    let tags = [
        ("team", "orders"),
        ("aws:createdBy", "x"),
        ("dms-rule:run", "earlier"),
        ("dms-rule:replaces", "arn"),
    ];
    let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let plan = planned(&Facts { tags: Some(tags), ..facts() });
    let request = Action::Create.request(&plan, "run-1").unwrap();
    assert_eq!(
        request.parameters["Tags"],
        json!([
            {"Key": "dms-rule:replaces", "Value": OLD},
            {"Key": "dms-rule:run", "Value": "run-1"},
            {"Key": "team", "Value": "orders"},
        ])
    );
}

#[test]
fn a_long_name_is_cut_so_that_dms_takes_it() {
    let mut old = instance();
    old["ReplicationInstanceIdentifier"] = json!(format!("a{}-tail", "b".repeat(53)));
    let plan = planned(&Facts { instance: instance_from(old), ..facts() });
    assert_eq!(plan.target.identifier, format!("a{}-private", "b".repeat(53)));
    assert!(plan.is_ready(), "{:?}", plan.notes);
}

#[test]
fn a_plan_that_is_written_and_read_is_the_same() {
    let choices = Choices { rename: true, allocated_storage: Some(300), ..Choices::default() };
    let plan = plan(&facts(), choices, "eu-west-1", Some("2026-11-27T08:00:00Z".to_owned()));
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<remediation::Plan>(&text).unwrap(), plan);
    assert_eq!(plan.target.parameters["AllocatedStorage"], json!(300));
}
