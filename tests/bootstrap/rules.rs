//! Every rule in one function, with the AWS calls that it makes.

use std::collections::BTreeMap;
use std::path::Path;

use local_aws::{EvaluationResult, Fault, FaultKind, Outcome, configuration_item_of};
use rule_core::Rule;
use rule_core::rules::{RULES, find};
use serde_json::{Map, Value, json};

use crate::support::{
    ACCOUNT, Cloud, DATABASE, REGION, Resource, captured, change_of, database, for_rule, keys, oversized_of,
    resource, scheduled,
};

/// Of 250 resources every third complies.
#[test]
fn every_rule_of_one_function_evaluates_every_resource_of_its_type() {
    let cloud = Cloud::start();
    let mut calls = Map::new();
    for rule in RULES {
        let parameters = json!({"ruleIdentifier": rule.identifier});
        let resources: Vec<Resource> =
            (0..250).map(|number| resource(rule, number, number % 3 == 0)).collect();
        run_periodically(&cloud, rule, rule.identifier, &parameters, &resources);
        let periodic = cloud.take_calls();
        // AWS Config does not record the state that a rule by schedule is about.
        let change = (!rule.schedule_only).then(|| change(&cloud, rule, &parameters));
        let change = change.filter(|_| rule.has_changes());
        calls.insert(rule.identifier.to_owned(), json!({"change": change, "periodic": periodic}));
    }
    assert_are_committed(&json!({"resources": 250, "rules": calls}));
    let results = cloud.results_of("dms-endpoint-tagged");
    assert_eq!(results.len(), 250, "no other AWS Config rule has cleared them");
}

/// Two AWS Config rules of one function run the same rule.
#[test]
fn the_parameters_of_an_aws_config_rule_hold_for_it_alone() {
    let cloud = Cloud::start();
    let rule = find("dms-certificate-not-expiring").unwrap();
    let some: Vec<Resource> = (0..250).map(|number| resource(rule, number, number % 3 == 0)).collect();
    run_periodically(&cloud, rule, rule.identifier, &json!({"ruleIdentifier": rule.identifier}), &some);
    // Within ten years every one of them expires.
    let parameters = json!({"ruleIdentifier": rule.identifier, "daysToExpiration": 3650});
    let expiring = |certificate| Resource {
        compliance_type: "NON_COMPLIANT",
        reason: "EXPIRING:".to_owned(),
        ..certificate
    };
    let all: Vec<Resource> = some.into_iter().map(expiring).collect();
    run_periodically(&cloud, rule, "dms-certificates-of-a-decade", &parameters, &all);
    let results = cloud.results_of(rule.identifier);
    assert_eq!(results.iter().filter(|result| result.compliance_type == "COMPLIANT").count(), 84);
}

/// Creates the resources, invokes the function by schedule, and compares the results with the resources.
fn run_periodically(cloud: &Cloud, rule: &Rule, name: &str, parameters: &Value, resources: &[Resource]) {
    cloud.create_rule(name);
    let descriptions = resources.iter().map(|resource| resource.description.clone());
    cloud.create(rule.resource_type.listing().member, descriptions.collect());
    let outcome = cloud.invoke(&for_rule(name, scheduled(), parameters));
    assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": resources.len()})), "{name}");
    let results = cloud.results_of(name);
    assert_eq!(results.len(), resources.len(), "{name}");
    for resource in resources {
        let result = results.iter().find(|result| result.resource_id == resource.id).unwrap();
        assert_is_result(rule, resource, result);
    }
}

fn assert_is_result(rule: &Rule, resource: &Resource, result: &EvaluationResult) {
    assert_eq!(
        (result.resource_type.as_str(), result.resource_id.as_str(), result.compliance_type.as_str()),
        (rule.resource_type.name(), resource.id.as_str(), resource.compliance_type),
        "{}",
        rule.identifier
    );
    let annotation = result.annotation.as_deref().unwrap();
    assert!(annotation.starts_with(&resource.reason), "{}: {annotation}", rule.identifier);
}

/// Sends each kind of change notification of a resource that complies and of one that does not; returns the calls of
/// a change that is not oversized.
fn change(cloud: &Cloud, rule: &Rule, parameters: &Value) -> BTreeMap<String, usize> {
    let resource_type = rule.resource_type.name();
    let mut calls_of_a_change = BTreeMap::new();
    for complies in [true, false] {
        let resource = resource(rule, usize::from(!complies), complies);
        let item = configuration_item_of(resource_type, &resource.description, ACCOUNT, REGION, captured());
        cloud.aws.account(ACCOUNT, REGION, |account| account.history = vec![item]);
        for event in
            [change_of(resource_type, &resource.description), oversized_of(resource_type, &resource.id)]
        {
            cloud.aws.clear_calls();
            let outcome = cloud.invoke(&for_rule(rule.identifier, event, parameters));
            assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 1})), "{}", rule.identifier);
            let accepted = cloud.aws.accepted();
            let [evaluation] = accepted.as_slice() else { panic!("{}: {accepted:?}", rule.identifier) };
            assert_is_result(rule, &resource, &evaluation.result);
            let calls = cloud.take_calls();
            if !calls.contains_key("GetResourceConfigHistory") {
                calls_of_a_change = calls;
            }
        }
    }
    calls_of_a_change
}

/// Compares the calls of all rules with the committed ones, from which the pages of the rules are generated.
fn assert_are_committed(measured: &Value) {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/calls.json");
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(committed).unwrap()).unwrap();
    if *measured != committed {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("calls.json");
        std::fs::write(&file, serde_json::to_string_pretty(measured).unwrap() + "\n").unwrap();
        let (measured, committed) = (&measured["rules"], &committed["rules"]);
        let names = measured.as_object().unwrap().keys();
        let changed: Vec<_> = names.filter(|name| measured[*name] != committed[*name]).collect();
        panic!(
            "tests/calls.json has no or other calls for {changed:?}; to accept what was measured, run this and the test \
             again: cargo dev generate --measured {}",
            file.display()
        );
    }
}

#[test]
fn aliases_are_requested_only_if_the_list_needs_them() {
    let cloud = Cloud::start();
    let rule = find("dms-replication-instance-customer-managed-key").unwrap();
    cloud.create_rule("keys");
    let instance = resource(rule, 1, true).description;
    let all = ["DescribeKey", "ListAliases", "PutEvaluations"].as_slice();
    for (list, expected, operations) in [
        (keys()[0].arn.as_str(), "COMPLIANT", ["PutEvaluations"].as_slice()),
        ("arn:aws:kms:us-east-1:123456789012:alias/dms-*", "COMPLIANT", all),
        ("arn:aws:kms:us-east-1:123456789012:alias/x", "NON_COMPLIANT", all),
    ] {
        cloud.aws.clear_calls();
        let parameters = json!({"ruleIdentifier": rule.identifier, "kmsKeyArns": list});
        cloud.invoke(&for_rule("keys", change_of(rule.resource_type.name(), &instance), &parameters));
        let accepted = cloud.aws.accepted();
        assert_eq!(accepted[0].result.compliance_type, expected, "{list}: {accepted:?}");
        assert_eq!(cloud.operations(), operations, "{list}");
    }
}

/// The instance of a key that KMS denies is NON_COMPLIANT, the others get their verdicts, and the invocation fails
/// after that.
#[test]
fn a_denied_key_costs_no_other_resource_its_verdict() {
    let cloud = Cloud::start();
    let rule = find("dms-replication-instance-customer-managed-key").unwrap();
    cloud.create_rule("keys");
    let good = resource(rule, 1, true).description;
    let mut unknown = resource(rule, 2, true).description;
    unknown["KmsKeyId"] = "arn:aws:kms:us-east-1:999999999999:key/1234abcd".into();
    cloud.create("ReplicationInstances", vec![good.clone(), unknown]);
    let run = || {
        let parameters = json!({"ruleIdentifier": rule.identifier});
        let outcome = cloud.invoke(&for_rule("keys", scheduled(), &parameters));
        let results = cloud.results_of("keys");
        (outcome, results.into_iter().map(|r| (r.compliance_type, r.annotation.unwrap())).collect::<Vec<_>>())
    };
    let (outcome, results) = run();
    assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 2})));
    assert_eq!((results[0].0.as_str(), results[1].0.as_str()), ("COMPLIANT", "NON_COMPLIANT"));
    assert!(
        results[1].1.starts_with("UNKNOWN: KMS does not find the key (NotFoundException)"),
        "{results:?}"
    );
    cloud.aws.inject(Fault { from_call: 2, ..Fault::always("DescribeKey", FaultKind::Denied) });
    let (outcome, results) = run();
    let Outcome::Failed { error_type, error_message } = outcome else { panic!("{outcome:?}") };
    assert_eq!(error_type, "Denied");
    assert!(
        error_message.contains("allow kms:DescribeKey") && error_message.contains("kmsKeyArns"),
        "{error_message}"
    );
    assert_eq!(
        results.iter().filter(|(_, annotation)| annotation.starts_with("UNKNOWN: KMS denies")).count(),
        1
    );
    assert_eq!(results.iter().filter(|(compliance, _)| compliance == "COMPLIANT").count(), 1);
}

#[test]
fn a_resource_that_dms_no_longer_finds_is_unknown() {
    let cloud = Cloud::start();
    for (identifier, reason) in [
        (
            "dms-replication-task-sourcedb-logging",
            "UNKNOWN: ReplicationTaskSettings is not recorded, and DMS no longer",
        ),
        ("dms-certificate-not-expiring", "UNKNOWN: ValidToDate is not recorded, and DMS no longer"),
    ] {
        let rule = find(identifier).unwrap();
        cloud.create_rule(identifier);
        let resource = resource(rule, 1, true).description;
        let event = change_of(rule.resource_type.name(), &resource);
        cloud.invoke(&for_rule(identifier, event, &json!({"ruleIdentifier": identifier})));
        let result = cloud.aws.accepted().pop().unwrap().result;
        assert_eq!(result.compliance_type, "NON_COMPLIANT");
        assert!(result.annotation.as_ref().unwrap().starts_with(reason), "{result:?}");
    }
}

/// The response about another key has CUSTOMER, and its alias is on the list.
#[test]
fn a_response_of_kms_about_another_key_is_unknown() {
    let rule = find("dms-replication-instance-customer-managed-key").unwrap();
    for (operation, list) in
        [("DescribeKey", ""), ("ListAliases", "arn:aws:kms:us-east-1:123456789012:alias/dms-*")]
    {
        let cloud = Cloud::start();
        cloud.create_rule("keys");
        let instance = resource(rule, 1, true).description;
        cloud.create("ReplicationInstances", vec![instance.clone()]);
        cloud.aws.inject(Fault::always(operation, FaultKind::AnotherKey));
        for event in [change_of(rule.resource_type.name(), &instance), scheduled()] {
            cloud.aws.clear_calls();
            let parameters = json!({"ruleIdentifier": rule.identifier, "kmsKeyArns": list});
            let outcome = cloud.invoke(&for_rule("keys", event, &parameters));
            assert!(matches!(outcome, Outcome::Succeeded(_)), "{outcome:?}");
            let result = cloud.aws.accepted().pop().unwrap().result;
            assert_eq!(result.compliance_type, "NON_COMPLIANT", "{operation}");
            assert!(result.annotation.as_ref().unwrap().starts_with("UNKNOWN: KMS"), "{result:?}");
        }
    }
}

/// The exception to one call for each change: a record may have left out what DMS's default would stand in for.
#[test]
fn a_protocol_of_redis_that_is_not_recorded_is_read_from_dms_once() {
    let rule = find("dms-redis-tls-enabled").unwrap();
    let cloud = Cloud::start();
    cloud.create_rule(rule.identifier);
    let with = |protocol: Option<&str>| {
        let mut endpoint = resource(rule, 1, true).description;
        let settings = endpoint["RedisSettings"].as_object_mut().unwrap();
        settings.insert("ServerName".to_owned(), "cache".into());
        match protocol {
            Some(protocol) => settings.insert("SslSecurityProtocol".to_owned(), protocol.into()),
            None => settings.remove("SslSecurityProtocol"),
        };
        endpoint
    };
    let silent = with(None);
    for (recorded, described, expected, calls) in [
        (&with(Some("ssl-encryption")), Some("plaintext"), "COMPLIANT: TLS: SslSecurityProtocol=ssl", 0),
        (&silent, None, "COMPLIANT: TLS: SslSecurityProtocol is not set", 1),
        (&silent, Some("ssl-encryption"), "COMPLIANT: TLS: SslSecurityProtocol=ssl-encryption", 1),
        (&silent, Some("plaintext"), "NON_COMPLIANT: PLAINTEXT: SslSecurityProtocol=plaintext", 1),
    ] {
        cloud.aws.clear_calls();
        cloud.create(rule.resource_type.listing().member, vec![with(described)]);
        let event = change_of(rule.resource_type.name(), recorded);
        cloud.invoke(&for_rule(rule.identifier, event, &json!({"ruleIdentifier": rule.identifier})));
        let result = cloud.aws.accepted().pop().unwrap().result;
        let found = format!("{}: {}", result.compliance_type, result.annotation.unwrap());
        assert!(found.starts_with(expected), "{found}");
        let operations = cloud.operations();
        assert_eq!(operations.iter().filter(|name| *name == "DescribeEndpoints").count(), calls, "{found}");
        assert_eq!(operations.len(), calls + 1, "{operations:?}");
    }
    cloud.aws.clear_calls();
    cloud.aws.inject(Fault::always("DescribeEndpoints", FaultKind::Denied));
    let event = change_of(rule.resource_type.name(), &silent);
    let outcome =
        cloud.invoke(&for_rule(rule.identifier, event, &json!({"ruleIdentifier": rule.identifier})));
    assert!(matches!(&outcome, Outcome::Failed { error_type, .. } if error_type == "Denied"), "{outcome:?}");
    assert!(!cloud.operations().contains(&"PutEvaluations".to_owned()));
}

/// One query for all endpoints of a page; a denial costs no endpoint without a DB instance its verdict.
#[test]
fn the_db_instances_of_all_endpoints_are_looked_up_together() {
    let rule = find("dms-endpoint-host-not-public").unwrap();
    let cloud = Cloud::start();
    cloud.create_rule(rule.identifier);
    let private = resource(rule, 0, true).description;
    let databases = (1..=40).map(|number| {
        let mut endpoint = resource(rule, number, false).description;
        let server = if number == 1 { DATABASE.to_owned() } else { format!("db-{number}.{DATABASE}") };
        endpoint["ServerName"] = server.clone().into();
        endpoint["MySQLSettings"]["ServerName"] = server.into();
        endpoint
    });
    let all: Vec<Value> = std::iter::once(private).chain(databases).collect();
    cloud.create(rule.resource_type.listing().member, all);
    let run = || {
        cloud.aws.clear_calls();
        let parameters = json!({"ruleIdentifier": rule.identifier});
        let outcome = cloud.invoke(&for_rule(rule.identifier, scheduled(), &parameters));
        let queries = cloud.operations().iter().filter(|name| *name == "SelectResourceConfig").count();
        let results = cloud.results_of(rule.identifier);
        let count = |wanted: &str| {
            let starts = |result: &&EvaluationResult| {
                let annotation = result.annotation.as_deref().unwrap();
                format!("{} {annotation}", result.compliance_type).starts_with(wanted)
            };
            results.iter().filter(starts).count()
        };
        let unknown = count("NON_COMPLIANT UNKNOWN");
        (outcome, queries, [count("COMPLIANT PRIVATE"), count("NON_COMPLIANT PUBLIC DATABASE"), unknown])
    };
    let (outcome, queries, counts) = run();
    assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 41})));
    assert_eq!((queries, counts), (1, [1, 1, 39]));
    cloud.aws.account(ACCOUNT, REGION, |account| {
        account.recorded.insert("AWS::RDS::DBInstance".to_owned(), database(false));
    });
    assert_eq!(run().2, [2, 0, 39]);
    cloud.aws.inject(Fault::always("SelectResourceConfig", FaultKind::Denied));
    let (outcome, _, counts) = run();
    assert!(matches!(&outcome, Outcome::Failed { error_type, .. } if error_type == "Denied"), "{outcome:?}");
    assert_eq!(counts, [1, 0, 40]);
}

/// AWS Config does not record that DMS manages a resource for a zero-ETL integration.
#[test]
fn a_recorded_resource_that_dms_describes_as_read_only_is_not_blamed() {
    for identifier in ["dms-endpoint-ssl-configured", "dms-endpoint-tagged", "dms-subnet-group-tagged"] {
        let rule = find(identifier).unwrap();
        for is_read_only in [true, false] {
            let cloud = Cloud::start();
            cloud.create_rule(identifier);
            let recorded = resource(rule, 1, false).description;
            let mut described = recorded.clone();
            described["IsReadOnly"] = is_read_only.into();
            cloud.create(
                rule.resource_type.listing().member,
                vec![resource(rule, 2, true).description, described],
            );
            let event = change_of(rule.resource_type.name(), &recorded);
            cloud.invoke(&for_rule(identifier, event, &json!({"ruleIdentifier": identifier})));
            let result = cloud.aws.accepted().pop().unwrap().result;
            let expected = if is_read_only { "NOT_APPLICABLE" } else { "NON_COMPLIANT" };
            assert_eq!(result.compliance_type, expected, "{identifier}: {result:?}");
            let operation = rule.resource_type.listing().operation;
            assert!(cloud.operations().contains(&operation.to_owned()), "{identifier}");
        }
    }
}

/// The settings of a task are read when the function runs, later than its item. The exemption must be in force then too: else the
/// tag of the one moment would exempt the settings of the other.
#[test]
fn an_exemption_of_an_earlier_moment_does_not_exempt_later_settings() {
    let identifier = "dms-replication-task-sourcedb-logging";
    let rule = find(identifier).unwrap();
    let parameters = json!({"ruleIdentifier": identifier, "exemptionTagKey": "Approved"});
    let approved = json!([{"Key": "Approved", "Value": "2099-12-31 OPS-1"}]);
    for (tags_now, expected) in [(json!([]), "NON_COMPLIANT"), (approved.clone(), "NOT_APPLICABLE")] {
        let cloud = Cloud::start();
        cloud.create_rule(identifier);
        let mut recorded = resource(rule, 1, true).description;
        recorded["TagList"] = approved.clone();
        let mut described = resource(rule, 1, false).description;
        described["TagList"] = tags_now;
        cloud.create(rule.resource_type.listing().member, vec![described]);
        let event = change_of(rule.resource_type.name(), &recorded);
        cloud.invoke(&for_rule(identifier, event, &parameters));
        let result = cloud.aws.accepted().pop().unwrap().result;
        assert_eq!(result.compliance_type, expected, "{result:?}");
        let called = cloud.operations();
        assert_eq!(called, ["DescribeReplicationTasks", "ListTagsForResource", "PutEvaluations"]);
    }
}
