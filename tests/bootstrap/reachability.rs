//! The part of the Internet that reaches a public instance, by the records of AWS Config: evidence, and its calls.

use std::path::Path;

use local_aws::{Fault, FaultKind, Outcome};
use serde_json::{Value, json};

use crate::support::{Cloud, RULE, change, error, for_rule, instance, scheduled};

/// The lists of `tests/reachability/ordinary.json`, and the types that AWS Config records them as.
const LISTS: [(&str, &str, &str); 6] = [
    ("describe-security-groups", "SecurityGroups", "AWS::EC2::SecurityGroup"),
    ("describe-network-acls", "NetworkAcls", "AWS::EC2::NetworkAcl"),
    ("describe-route-tables", "RouteTables", "AWS::EC2::RouteTable"),
    ("describe-network-interfaces", "NetworkInterfaces", "AWS::EC2::NetworkInterface"),
    ("describe-vpcs", "Vpcs", "AWS::EC2::VPC"),
    ("describe-subnets", "Subnets", "AWS::EC2::Subnet"),
];

/// Records the network of the reachability cases: one public subnet, and a group that lets in port 5432.
fn record_network(cloud: &Cloud, without: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reachability/ordinary.json");
    let network: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let record = |resource_type: &str, configuration: &Value| {
        json!({
            "resourceType": resource_type,
            "configuration": configuration,
            "configurationItemCaptureTime": "2026-10-01T00:00:00Z",
        })
        .to_string()
    };
    cloud.aws.account(crate::support::ACCOUNT, crate::support::REGION, |account| {
        for (command, list, resource_type) in LISTS {
            let all = network[command][list].as_array().unwrap_or_else(|| panic!("{command}"));
            let all = all.iter().map(|configuration| record(resource_type, configuration)).collect();
            account.recorded.insert(resource_type.to_owned(), all);
        }
        let options = "AWS::EC2::VPCBlockPublicAccessOptions";
        let all = vec![record(options, &network["describe-vpc-block-public-access-options"])];
        account.recorded.insert(options.to_owned(), all);
        account.recorded.remove(without);
    });
}

fn public(number: usize) -> Value {
    let mut instance = instance(number, &json!(true));
    instance["ReplicationInstancePrivateIpAddresses"] = json!(["10.0.1.10"]);
    instance
}

fn wanted(event: Value) -> Value {
    for_rule(RULE, event, &json!({"ruleIdentifier": RULE, "reachability": true}))
}

const OPEN: &str =
    "PUBLIC: PubliclyAccessible=true; internet OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, recorded 2026-10-01; ";

#[test]
fn a_thousand_public_instances_take_two_queries() {
    let cloud = Cloud::start();
    cloud.create_rule(RULE);
    record_network(&cloud, "");
    cloud.create_instances((0..1000).map(public).collect());
    assert_eq!(cloud.invoke(&wanted(scheduled())), Outcome::Succeeded(json!({"evaluations": 1000})));
    let calls = cloud.take_calls();
    assert_eq!((calls["SelectResourceConfig"], calls["DescribeReplicationInstances"]), (2, 10), "{calls:?}");
    let results = cloud.results_of(RULE);
    assert_eq!(results.len(), 1000);
    for result in results {
        assert_eq!(result.compliance_type, "NON_COMPLIANT");
        assert!(result.annotation.as_ref().unwrap().starts_with(OPEN), "{result:?}");
    }
}

#[test]
fn a_change_of_a_private_instance_still_makes_one_call() {
    let cloud = Cloud::start();
    cloud.create_rule(RULE);
    record_network(&cloud, "");
    cloud.invoke(&wanted(change(&instance(1, &json!(false)))));
    assert_eq!(cloud.operations(), ["PutEvaluations"]);
    cloud.aws.clear_calls();
    cloud.create_instances(vec![public(2)]);
    cloud.invoke(&wanted(change(&public(2))));
    let mut operations = cloud.operations();
    operations.sort();
    let expected =
        ["DescribeReplicationInstances", "PutEvaluations", "SelectResourceConfig", "SelectResourceConfig"];
    assert_eq!(operations, expected);
    let annotation = cloud.aws.accepted().pop().unwrap().result.annotation.unwrap();
    assert!(annotation.starts_with(OPEN), "{annotation}");
}

/// Whatever the network is, or is not known to be, a public instance is NON_COMPLIANT.
#[test]
fn a_network_that_is_not_recorded_is_unknown_and_an_instance_public_all_the_same() {
    for (without, words) in [
        ("AWS::EC2::SecurityGroup", "UNKNOWN (sg-1 is not recorded)"),
        ("AWS::EC2::NetworkAcl", "UNKNOWN (the network ACL of subnet-1 is not recorded)"),
        ("AWS::EC2::RouteTable", "UNKNOWN ("),
        ("AWS::EC2::VPCBlockPublicAccessOptions", "UNKNOWN ("),
        ("AWS::EC2::NetworkInterface", "UNKNOWN ("),
    ] {
        let cloud = Cloud::start();
        cloud.create_rule(RULE);
        record_network(&cloud, without);
        cloud.create_instances(vec![public(1)]);
        assert_eq!(cloud.invoke(&wanted(scheduled())), Outcome::Succeeded(json!({"evaluations": 1})));
        let result = cloud.results_of(RULE).pop().unwrap();
        assert_eq!(result.compliance_type, "NON_COMPLIANT");
        let annotation = result.annotation.unwrap();
        let start = format!("PUBLIC: PubliclyAccessible=true; internet {words}");
        assert!(annotation.starts_with(&start), "{without}: {annotation}");
    }
}

#[test]
fn a_query_that_fails_costs_no_verdict_and_fails_the_invocation() {
    for kind in [FaultKind::Denied, FaultKind::Throttle] {
        let cloud = Cloud::start();
        cloud.create_rule(RULE);
        record_network(&cloud, "");
        cloud.create_instances(vec![public(1), instance(2, &json!(false))]);
        cloud.aws.inject(Fault::always("SelectResourceConfig", kind.clone()));
        let outcome = cloud.invoke(&wanted(scheduled()));
        let (_, message) = error(&outcome);
        assert!(message.contains("SelectResourceConfig"), "{message}");
        let results = cloud.results_of(RULE);
        assert_eq!(results.len(), 2, "{kind:?}: {results:?}");
        let bad = results.iter().find(|result| result.compliance_type == "NON_COMPLIANT").unwrap();
        let annotation = bad.annotation.as_ref().unwrap();
        assert!(annotation.contains("internet UNKNOWN (SelectResourceConfig failed ("), "{annotation}");
    }
}
