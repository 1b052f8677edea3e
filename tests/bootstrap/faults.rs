//! Every fault of AWS in every operation: the right evaluations or a failed invocation follow.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use local_aws::{Fault, FaultKind, Outcome};
use rule_core::rules::find;
use serde_json::{Value, json};

use crate::support::{
    ACCOUNT, Cloud, REGION, RULE, Resource, arn, change, change_of, exempting, fleet, for_rule, instance,
    oversized, resource, scheduled, snapshot,
};

/// Every fault of the local AWS.
const FAULTS: [FaultKind; 16] = [
    FaultKind::Throttle,
    FaultKind::ServerError,
    FaultKind::Unavailable,
    FaultKind::Denied,
    FaultKind::DropConnection,
    FaultKind::DropAfter,
    FaultKind::Garbage,
    FaultKind::CutShort,
    FaultKind::EmptyBody,
    FaultKind::EmptyObject,
    FaultKind::ErrorWithSuccess,
    FaultKind::Slow { milliseconds: 300 },
    FaultKind::FailedEvaluations { count: 1 },
    FaultKind::EmptyPageWithToken,
    FaultKind::RepeatedToken,
    FaultKind::EchoToken,
];

/// A message, its event, and the operations that it leads to.
type Message = (&'static str, fn() -> Value, &'static [&'static str]);

const PERIODIC: &[&str] = &[
    "DescribeReplicationInstances",
    "ListDiscoveredResources",
    "GetComplianceDetailsByConfigRule",
    "PutEvaluations",
];

const MESSAGES: [Message; 5] = [
    ("change", || change(&instance(0, &json!(true))), &["PutEvaluations"]),
    ("oversized", || oversized(&instance(0, &json!(true))), &["GetResourceConfigHistory", "PutEvaluations"]),
    ("scheduled", scheduled, PERIODIC),
    ("snapshot", snapshot, PERIODIC),
    ("exempting", exempting, &["ListTagsForResource"]),
];

#[test]
fn no_fault_makes_a_public_instance_compliant_or_loses_one() {
    let mut cells = Vec::new();
    for (name, event, operations) in MESSAGES {
        for operation in operations {
            cells.extend(each_fault().map(|fault| (name, event, *operation, fault)));
        }
    }
    let rows = matrix(&cells, |(name, event, operation, fault)| {
        let cloud = Cloud::start();
        cloud.create_instances(fleet(1));
        cloud.record(&instance(0, &json!(true)));
        row(&format!("{name:9}"), &cloud, RULE, &arn(0), &event(), operation, fault)
    });
    assert_eq!(rows, (1 + 2 + 4 + 4 + 1) * 16 * 2);
}

/// A rule, the message that it gets, the operation that fails, and the rule parameter `kmsKeyArns`.
const RULES: [(&str, &str, &str, &str); 18] = [
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
    ("dms-s3-bucket-owner-verified", "change", "DescribeEndpoints", ""),
    ("dms-endpoint-credentials-managed", "change", "DescribeEndpoints", ""),
    ("dms-certificate-customer-managed-key", "change", "DescribeCertificates", ""),
    ("dms-endpoint-host-not-public", "change", "SelectResourceConfig", ""),
    ("dms-endpoint-host-not-public", "scheduled", "SelectResourceConfig", ""),
    ("dms-replication-instance-customer-managed-key", "change", "DescribeKey", ""),
    ("dms-replication-instance-customer-managed-key", "scheduled", "DescribeKey", ""),
    (
        "dms-replication-instance-customer-managed-key",
        "change",
        "ListAliases",
        "arn:aws:kms:us-east-1:123456789012:alias/dms-*",
    ),
];

#[test]
fn no_fault_makes_a_bad_resource_compliant_or_loses_one() {
    let cells: Vec<_> = RULES.iter().flat_map(|rule| each_fault().map(move |fault| (rule, fault))).collect();
    let rows = matrix(&cells, |((identifier, message, operation, key_arns), fault)| {
        let rule = find(identifier).unwrap();
        let cloud = Cloud::start();
        cloud.create_rule(identifier);
        // The aliases are requested of a key of a customer; none of them is on the list.
        let Resource { id, description, .. } = resource(rule, 1, !key_arns.is_empty());
        cloud.aws.account(ACCOUNT, REGION, |account| {
            account.kms_keys[0].aliases = vec!["alias/other".to_owned()];
        });
        cloud.create(rule.resource_type.listing().member, vec![description.clone()]);
        let event = if *message == "change" {
            change_of(rule.resource_type.name(), &description)
        } else {
            scheduled()
        };
        let parameters = json!({"ruleIdentifier": identifier, "kmsKeyArns": key_arns});
        let event = for_rule(identifier, event, &parameters);
        let head = format!("{identifier:45} {message:9}");
        row(&head, &cloud, identifier, &id, &event, operation, fault)
    });
    assert_eq!(rows, 18 * 16 * 2);
}

/// A fault that happens once, or always.
type Occurrence = (FaultKind, Option<usize>);

fn each_fault() -> impl Iterator<Item = Occurrence> {
    FAULTS.into_iter().flat_map(|fault| [Some(1), None].map(|times| (fault.clone(), times)))
}

/// Invokes the function once under a fault; returns a row of the matrix. The only right result is NON_COMPLIANT of
/// `id`.
fn row(
    head: &str,
    cloud: &Cloud,
    rule: &str,
    id: &str,
    event: &Value,
    operation: &str,
    (fault, times): &Occurrence,
) -> String {
    cloud.aws.inject(Fault { times: *times, ..Fault::always(operation, fault.clone()) });
    let outcome = cloud.invoke_within(event, Duration::from_secs(3));
    let results = cloud.results_of(rule);
    let row = format!(
        "{head} {operation:32} {:26} {:4} {}",
        format!("{fault:?}"),
        if times.is_some() { "once" } else { "ever" },
        match &outcome {
            Outcome::Succeeded(_) => "right evaluation",
            Outcome::Failed { error_type, .. } => error_type,
            Outcome::TimedOut => "TIMED OUT",
        }
    );
    assert!(results.iter().all(|result| result.compliance_type == "NON_COMPLIANT"), "{row}: {results:?}");
    match &outcome {
        Outcome::Succeeded(_) => {
            let ids: Vec<_> = results.iter().map(|result| result.resource_id.as_str()).collect();
            assert_eq!(ids, [id], "{row}");
        }
        Outcome::Failed { error_message, .. } => {
            assert!(error_message.contains("Next:"), "{row}: {error_message}");
        }
        Outcome::TimedOut => panic!("{row}"),
    }
    row
}

/// Prints the row of each cell (`--no-capture` shows them) and returns how many there are.
#[expect(clippy::print_stdout, reason = "the matrix is for a reader")]
fn matrix<Cell: Sync>(cells: &[Cell], row: impl Fn(&Cell) -> String + Sync) -> usize {
    // A cell mostly waits for a deadline, so that twelve at a time go well with few cores.
    let next = AtomicUsize::new(0);
    let mut rows: Vec<(usize, String)> = std::thread::scope(|scope| {
        let worker = || {
            let mut rows = Vec::new();
            while let number = next.fetch_add(1, Ordering::Relaxed)
                && let Some(cell) = cells.get(number)
            {
                rows.push((number, row(cell)));
            }
            rows
        };
        let workers: Vec<_> = (0..12).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    rows.sort();
    for (_, row) in &rows {
        println!("{row}");
    }
    assert!(rows.iter().filter(|(_, row)| row.ends_with("right evaluation")).count() > 60, "retries help");
    rows.len()
}
