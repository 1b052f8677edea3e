//! Every rule of the family, end to end, in one function.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use local_aws::{Fault, FaultKind, KmsKey, Outcome};
use rule_core::Rule;
use rule_core::rules::{RULES, find};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::{ACCOUNT, Cloud, FAULTS, REGION, change_of, oversized_of, scheduled};

const CUSTOMER_KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const AWS_KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/99999999-12ab-34cd-56ef-1234567890ab";

/// The list of the API that holds the resources of a type, and the word in their ARNs.
fn list_of(resource_type: &str) -> (&'static str, &'static str) {
    match resource_type {
        "AWS::DMS::ReplicationInstance" => ("ReplicationInstances", "rep"),
        "AWS::DMS::InstanceProfile" => ("InstanceProfiles", "instance-profile"),
        "AWS::DMS::Endpoint" => ("Endpoints", "endpoint"),
        "AWS::DMS::ReplicationTask" => ("ReplicationTasks", "task"),
        "AWS::DMS::Certificate" => ("Certificates", "cert"),
        "AWS::DMS::EventSubscription" => ("EventSubscriptionsList", "es"),
        "AWS::DMS::ReplicationSubnetGroup" => ("ReplicationSubnetGroups", "subgrp"),
        other => panic!("{other}"),
    }
}

fn arn(resource_type: &str, number: usize) -> String {
    let (_, word) = list_of(resource_type);
    // Where DMS answers no ARN, it ends in the name.
    let last = if ["es", "subgrp"].contains(&word) {
        format!("orders-{number:03}")
    } else {
        format!("X{number:03}")
    };
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:{word}:{last}")
}

/// What `listed.json` among the cases of a rule says: a resource that is as the rule wants it, and one that is not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listed {
    compliant: Example,
    non_compliant: Example,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    members: Map<String, Value>,
    /// How the annotation begins.
    reason: String,
}

/// A resource as DMS would answer it, and how the rule's reason begins.
fn resource(rule: &Rule, number: usize, good: bool) -> (Value, String) {
    let file = format!("../../tests/cases/{}/listed.json", rule.identifier);
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
    let listed: Listed = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let Example { members, reason } = if good { listed.compliant } else { listed.non_compliant };
    let of = rule.resource_type;
    let mut resource = json!({of.identifier: format!("orders-{number:03}")});
    if let rule_core::Arn::Property(property) = of.arn {
        resource[property] = arn(of.name, number).into();
    }
    resource.as_object_mut().unwrap().extend(members);
    (resource, reason)
}

fn keys() -> Vec<KmsKey> {
    [(CUSTOMER_KEY, "CUSTOMER", "alias/dms-prod"), (AWS_KEY, "AWS", "alias/aws/dms")]
        .map(|(arn, manager, alias)| KmsKey {
            arn: arn.to_owned(),
            key_manager: manager.to_owned(),
            aliases: vec![alias.to_owned()],
        })
        .to_vec()
}

/// The event as AWS Config sends it for an AWS Config rule of this name.
fn sent_for(name: &str, mut event: Value, parameters: &Value) -> Value {
    event["configRuleName"] = name.into();
    event["resultToken"] = format!("token-of-{name}").into();
    event["ruleParameters"] = parameters.to_string().into();
    event
}

fn expect_rule(cloud: &Cloud, name: &str) {
    cloud.aws.account(ACCOUNT, REGION, |account| {
        account.expect_token(name, &format!("token-of-{name}"));
        account.kms_keys = keys();
    });
}

/// What the calls since the last look were: `DescribeEndpoints` 3, ...
fn calls(cloud: &Cloud) -> String {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    cloud.operations().into_iter().for_each(|operation| *count.entry(operation).or_default() += 1);
    cloud.aws.clear_calls();
    count.iter().map(|(operation, times)| format!("`{operation}` {times}")).collect::<Vec<_>>().join(", ")
}

/// Of 250 resources every third is as the rule wants it.
#[test]
fn twenty_rules_of_one_function_each_judge_every_resource_of_their_type() {
    let cloud = Cloud::start();
    let mut names: Vec<(String, &Rule, Value)> = RULES
        .iter()
        .map(|rule| (rule.identifier.to_owned(), *rule, json!({"ruleIdentifier": rule.identifier})))
        .collect();
    let again = find("dms-certificate-not-expiring").unwrap();
    let parameters = json!({"ruleIdentifier": again.identifier, "daysToExpiration": 3650});
    names.push(("dms-certificates-of-a-decade".to_owned(), again, parameters));
    assert_eq!(names.len(), 20);
    for (name, rule, parameters) in &names {
        expect_rule(&cloud, name);
        let of = rule.resource_type.name;
        let built: Vec<(Value, String)> =
            (0..250).map(|number| resource(rule, number, number % 3 == 0)).collect();
        cloud.exist(list_of(of).0, built.iter().map(|(resource, _)| resource.clone()).collect());
        let outcome = cloud.invoke(&sent_for(name, scheduled(), parameters));
        assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 250})), "{name}");
        let shown = cloud.aws.account(ACCOUNT, REGION, |account| account.results(name));
        assert_eq!(shown.len(), 250, "{name}");
        for (number, (_, reason)) in built.iter().enumerate() {
            let decade = name.ends_with("decade");
            let good = number % 3 == 0 && !decade;
            let result = shown.iter().find(|result| result.resource_id == arn(of, number)).unwrap();
            let reason = if decade { "EXPIRING:" } else { reason.as_str() };
            let wanted = if good { "COMPLIANT" } else { "NON_COMPLIANT" };
            assert_eq!(
                (result.resource_type.as_str(), result.compliance_type.as_str()),
                (of, wanted),
                "{name}"
            );
            assert!(result.annotation.as_ref().unwrap().starts_with(reason), "{name}: {result:?}");
        }
        let periodic = calls(&cloud);
        if *name == rule.identifier {
            let change = changes(&cloud, rule, name, parameters);
            the_page_states(rule, &periodic, &change);
        }
    }
    assert_eq!(
        cloud.aws.account(ACCOUNT, REGION, |account| account.results("dms-endpoint-tagged").len()),
        250
    );
}

/// A good and a bad resource by change and by oversized notification; the calls of one change.
fn changes(cloud: &Cloud, rule: &Rule, name: &str, parameters: &Value) -> String {
    let of = rule.resource_type.name;
    let mut calls_of_a_change = String::new();
    for good in [true, false] {
        let number = usize::from(!good);
        let (resource, reason) = resource(rule, number, good);
        let item =
            local_aws::configuration_item_of(of, &resource, ACCOUNT, REGION, crate::support::captured());
        cloud.aws.account(ACCOUNT, REGION, |account| account.history = vec![item]);
        for event in [change_of(of, &resource), oversized_of(of, &arn(of, number))] {
            cloud.aws.clear_calls();
            let outcome = cloud.invoke(&sent_for(name, event, parameters));
            assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 1})), "{name}");
            let put = cloud.aws.accepted();
            let [put] = put.as_slice() else { panic!("{name}: {put:?}") };
            let wanted = if good { "COMPLIANT" } else { "NON_COMPLIANT" };
            assert_eq!(
                (put.result.resource_id.as_str(), put.result.compliance_type.as_str()),
                (arn(of, number).as_str(), wanted),
                "{name}"
            );
            assert!(put.result.annotation.as_ref().unwrap().starts_with(&reason), "{name}: {put:?}");
            let made = calls(cloud);
            if !made.contains("GetResourceConfigHistory") {
                calls_of_a_change = made;
            }
        }
    }
    calls_of_a_change
}

/// The page's own words about calls; with UPDATE they are written.
fn the_page_states(rule: &Rule, periodic: &str, change: &str) {
    let file = format!("../rule-core/src/rules/{}.md", rule.identifier.replace('-', "_"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let page = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = page.split_once("<!-- calls: ").unwrap();
    let (how, rest) = rest.split_once('\n').unwrap();
    let (is, after) = rest.split_once("<!-- end of calls -->").unwrap();
    let change = if rule.resource_type.recorded { format!("- A change: {change}.\n") } else { String::new() };
    let wanted = format!("{change}- A periodic run over 250 resources: {periodic}.\n");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, format!("{before}<!-- calls: {how}\n{wanted}<!-- end of calls -->{after}"))
            .unwrap();
    } else {
        assert_eq!(is, wanted, "{}: UPDATE=1 cargo test -p config-lambda --test lambda", rule.identifier);
    }
}

/// The aliases of a key are asked for only where the list holds aliases and the key is not in it.
#[test]
fn aliases_are_looked_up_where_the_list_needs_them() {
    let cloud = Cloud::start();
    let rule = find("dms-replication-instance-customer-managed-key").unwrap();
    expect_rule(&cloud, "keys");
    let (instance, _) = resource(rule, 1, true);
    for (list, wanted, made) in [
        (CUSTOMER_KEY, "COMPLIANT", "`PutEvaluations` 1"),
        (
            "arn:aws:kms:us-east-1:123456789012:alias/dms-*",
            "COMPLIANT",
            "`DescribeKey` 1, `ListAliases` 1, `PutEvaluations` 1",
        ),
        (
            "arn:aws:kms:us-east-1:123456789012:alias/x",
            "NON_COMPLIANT",
            "`DescribeKey` 1, `ListAliases` 1, `PutEvaluations` 1",
        ),
    ] {
        let parameters = json!({"ruleIdentifier": rule.identifier, "kmsKeyArns": list});
        cloud.invoke(&sent_for("keys", change_of(rule.resource_type.name, &instance), &parameters));
        let put = cloud.aws.accepted();
        assert_eq!(put[0].result.compliance_type, wanted, "{list}: {put:?}");
        assert_eq!(calls(&cloud), made, "{list}");
    }
}

/// A key that KMS will not speak of: its instance is NON_COMPLIANT, the others get their verdicts, and the invocation
/// fails in the end.
#[test]
fn a_denied_key_costs_no_other_resource_its_verdict() {
    let cloud = Cloud::start();
    let rule = find("dms-replication-instance-customer-managed-key").unwrap();
    expect_rule(&cloud, "keys");
    let good = resource(rule, 1, true).0;
    let mut unknown = resource(rule, 2, true).0;
    unknown["KmsKeyId"] = "arn:aws:kms:us-east-1:999999999999:key/1234abcd".into();
    cloud.exist("ReplicationInstances", vec![good.clone(), unknown]);
    let run = || {
        let parameters = json!({"ruleIdentifier": rule.identifier});
        let outcome = cloud.invoke(&sent_for("keys", scheduled(), &parameters));
        let results = cloud.aws.account(ACCOUNT, REGION, |account| account.results("keys"));
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

/// A resource that DMS no longer finds is not let off.
#[test]
fn what_dms_no_longer_finds_is_unknown() {
    let cloud = Cloud::start();
    for (identifier, reason) in [
        (
            "dms-replication-task-sourcedb-logging",
            "UNKNOWN: ReplicationTaskSettings is not recorded, and DMS no longer",
        ),
        ("dms-certificate-not-expiring", "UNKNOWN: ValidToDate is not recorded, and DMS no longer"),
    ] {
        let rule = find(identifier).unwrap();
        expect_rule(&cloud, identifier);
        let (resource, _) = resource(rule, 1, true);
        let event = change_of(rule.resource_type.name, &resource);
        cloud.invoke(&sent_for(identifier, event, &json!({"ruleIdentifier": identifier})));
        let put = cloud.aws.accepted().pop().unwrap().result;
        assert_eq!(put.compliance_type, "NON_COMPLIANT");
        assert!(put.annotation.as_ref().unwrap().starts_with(reason), "{put:?}");
    }
}

/// Which rule, by which message, meets a fault of which operation.
const CELLS: [(&str, &str, &str, &str); 13] = [
    ("dms-instance-profile-not-public", "scheduled", "DescribeInstanceProfiles", ""),
    ("dms-endpoint-ssl-configured", "scheduled", "DescribeEndpoints", ""),
    ("dms-replication-task-targetdb-logging", "scheduled", "DescribeReplicationTasks", ""),
    ("dms-replication-task-targetdb-logging", "change", "DescribeReplicationTasks", ""),
    ("dms-certificate-not-expiring", "scheduled", "DescribeCertificates", ""),
    ("dms-certificate-not-expiring", "change", "DescribeCertificates", ""),
    ("dms-event-subscription-tagged", "scheduled", "DescribeEventSubscriptions", ""),
    ("dms-event-subscription-tagged", "scheduled", "ListTagsForResource", ""),
    ("dms-subnet-group-tagged", "scheduled", "DescribeReplicationSubnetGroups", ""),
    ("dms-endpoint-tagged", "scheduled", "ListTagsForResource", ""),
    ("dms-replication-instance-customer-managed-key", "change", "DescribeKey", ""),
    ("dms-replication-instance-customer-managed-key", "scheduled", "DescribeKey", ""),
    (
        "dms-replication-instance-customer-managed-key",
        "change",
        "ListAliases",
        "arn:aws:kms:us-east-1:123456789012:alias/dms-*",
    ),
];

/// As the matrix of the public-access rule, for what the other rules ask AWS. Printed; `--no-capture` shows it.
#[test]
#[expect(clippy::print_stdout, reason = "the matrix is for a reader")]
fn no_fault_makes_a_bad_resource_compliant_or_loses_one() {
    let cells: Vec<_> = CELLS
        .iter()
        .flat_map(|cell| {
            FAULTS.iter().flat_map(move |fault| [Some(1), None].map(|times| (cell, fault, times)))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let mut rows: Vec<(usize, String)> = std::thread::scope(|scope| {
        let worker = || {
            let mut rows = Vec::new();
            while let number = next.fetch_add(1, Ordering::Relaxed)
                && let Some((cell, fault, times)) = cells.get(number)
            {
                rows.push((number, play(cell, fault, *times)));
            }
            rows
        };
        let workers: Vec<_> = (0..12).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    rows.sort();
    let rows: Vec<String> = rows.into_iter().map(|(_, row)| row).collect();
    println!("{}", rows.join("\n"));
    assert_eq!(rows.len(), 13 * 15 * 2);
    assert!(rows.iter().filter(|row| row.ends_with("right evaluation")).count() > 60, "retries help");
}

fn play(cell: &(&str, &str, &str, &str), fault: &FaultKind, times: Option<usize>) -> String {
    let (identifier, message, operation, list) = cell;
    let rule = find(identifier).unwrap();
    let of = rule.resource_type.name;
    let cloud = Cloud::start();
    expect_rule(&cloud, identifier);
    // The key whose aliases are asked for is one that the list does not hold.
    let (resource, _) = if list.is_empty() { resource(rule, 1, false) } else { resource(rule, 1, true) };
    cloud
        .aws
        .account(ACCOUNT, REGION, |account| account.kms_keys[0].aliases = vec!["alias/other".to_owned()]);
    cloud.exist(list_of(of).0, vec![resource.clone()]);
    cloud.aws.inject(Fault { times, ..Fault::always(operation, fault.clone()) });
    let event = if *message == "change" { change_of(of, &resource) } else { scheduled() };
    let parameters = json!({"ruleIdentifier": identifier, "kmsKeyArns": list});
    let outcome = cloud.invoke_within(&sent_for(identifier, event, &parameters), Duration::from_secs(3));
    let shown = cloud.aws.account(ACCOUNT, REGION, |account| account.results(identifier));
    let row = format!(
        "{identifier:45} {message:9} {operation:31} {:26} {:4} {}",
        format!("{fault:?}"),
        if times.is_some() { "once" } else { "ever" },
        match &outcome {
            Outcome::Succeeded(_) => "right evaluation",
            Outcome::Failed { error_type, .. } => error_type,
            Outcome::TimedOut => "TIMED OUT",
        }
    );
    assert!(shown.iter().all(|result| result.compliance_type == "NON_COMPLIANT"), "{row}: {shown:?}");
    match &outcome {
        Outcome::Succeeded(_) => {
            assert_eq!(shown.len(), 1, "{row}");
            assert_eq!(shown[0].resource_id, arn(of, 1), "{row}");
        }
        Outcome::Failed { error_message, .. } => {
            assert!(error_message.contains("Next:"), "{row}: {error_message}");
        }
        Outcome::TimedOut => panic!("{row}"),
    }
    row
}
