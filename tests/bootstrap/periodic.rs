//! Periodic runs: every resource is listed, evaluated and reported, and results of deleted ones are cleared.

use std::collections::HashMap;

use local_aws::{DeletedResource, DiscoveredResource, Fault, FaultKind, Outcome};
use serde_json::{Value, json};

use crate::support::{
    ACCOUNT, Cloud, INSTANCE, REGION, arn, error, exempting, fleet, for_rule, instance, result, scheduled,
};

#[test]
fn every_instance_of_every_page_is_reported_in_batches_of_a_hundred() {
    for (instances, describes, puts) in
        [(0, 1, 0), (1, 1, 1), (99, 1, 1), (100, 1, 1), (101, 2, 2), (250, 3, 3), (10_000, 100, 100)]
    {
        let cloud = Cloud::start();
        cloud.create_instances(fleet(instances));
        let outcome = cloud.invoke(&scheduled());
        assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": instances})), "{instances}");
        let operations = cloud.operations();
        let count = |name: &str| operations.iter().filter(|operation| *operation == name).count();
        assert_eq!(
            (count("DescribeReplicationInstances"), count("PutEvaluations")),
            (describes, puts),
            "{instances}"
        );
        assert_eq!(count("ListTagsForResource"), 0, "no exemption tag, no tags");
        let results = cloud.results();
        assert_eq!(results.len(), instances);
        assert!(results.iter().all(|(_, compliance)| compliance == "NON_COMPLIANT"));
    }
}

#[test]
fn a_page_that_fails_clears_nothing_and_fails_the_invocation() {
    for kind in [FaultKind::Denied, FaultKind::Garbage, FaultKind::EmptyObject, FaultKind::RepeatedToken] {
        let cloud = Cloud::start();
        cloud.create_instances(fleet(250));
        cloud.add_result("arn:aws:dms:us-east-1:123456789012:rep:GONE", "NON_COMPLIANT");
        let mut fault = Fault::always("DescribeReplicationInstances", kind.clone());
        fault.from_call = 2;
        cloud.aws.inject(fault);
        let outcome = cloud.invoke(&scheduled());
        let (_, message) = error(&outcome);
        assert!(message.starts_with("DescribeReplicationInstances"), "{kind:?}: {message}");
        assert!(cloud.results().iter().all(|(_, compliance)| compliance == "NON_COMPLIANT"), "{kind:?}");
        assert!(cloud.results().iter().any(|(id, _)| id.ends_with(":GONE")), "{kind:?}");
    }
}

#[test]
fn results_of_deleted_instances_are_cleared_and_no_others() {
    let cloud = Cloud::start();
    cloud.create_instances(fleet(2));
    cloud.add_result("arn:aws:dms:us-east-1:123456789012:rep:GONE", "NON_COMPLIANT");
    cloud.add_result_at(
        "arn:aws:dms:us-east-1:123456789012:rep:NEWER",
        "NON_COMPLIANT",
        "2026-10-01T13:26:18Z",
    );
    cloud.invoke(&scheduled());
    assert_eq!(
        cloud.results(),
        [
            (arn(0), "NON_COMPLIANT".to_owned()),
            (arn(1), "NON_COMPLIANT".to_owned()),
            ("arn:aws:dms:us-east-1:123456789012:rep:GONE".to_owned(), "NOT_APPLICABLE".to_owned()),
            ("arn:aws:dms:us-east-1:123456789012:rep:NEWER".to_owned(), "NON_COMPLIANT".to_owned()),
        ]
    );
}

/// There are more earlier results than the function keeps at once: it forgets those of listed instances on the way.
#[test]
fn of_a_thousand_earlier_results_those_of_deleted_instances_are_cleared_and_no_others() {
    for listing_is_slow in [false, true] {
        let cloud = Cloud::start();
        cloud.create_instances(fleet(1000));
        // Their ids come before those of the existing instances, and after them.
        let deleted = |number: usize| {
            let name = if number < 75 { "ARCHIVED" } else { "GONE" };
            format!("arn:aws:dms:us-east-1:123456789012:rep:{name}{number:04}")
        };
        (0..1000).for_each(|number| cloud.add_result(&arn(number), "NON_COMPLIANT"));
        (0..150).for_each(|number| cloud.add_result(&deleted(number), "NON_COMPLIANT"));
        if listing_is_slow {
            cloud
                .aws
                .inject(Fault::always("DescribeReplicationInstances", FaultKind::Slow { milliseconds: 30 }));
        }
        let outcome = cloud.invoke(&scheduled());
        assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 1150})));
        let results = cloud.results();
        let with = |compliance: &str| {
            results
                .iter()
                .filter(|(_, compliance_type)| compliance_type == compliance)
                .map(|(id, _)| id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(with("NON_COMPLIANT"), (0..1000).map(arn).collect::<Vec<_>>());
        assert_eq!(with("NOT_APPLICABLE"), (0..150).map(deleted).collect::<Vec<_>>());
    }
}

#[test]
fn a_flag_that_dms_did_not_send_is_not_read_as_false() {
    let cloud = Cloud::start();
    let mut absent = instance(0, &json!(true));
    absent.as_object_mut().unwrap().remove("PubliclyAccessible");
    let odd_list = json!({"ReplicationInstanceArn": arn(3), "PubliclyAccessible": false, "ReplicationInstancePublicIpAddresses": [null]});
    cloud.create_instances(vec![absent, instance(1, &Value::Null), instance(2, &json!(false)), odd_list]);
    cloud.invoke(&scheduled());
    let compliance: Vec<_> = cloud.results().into_iter().map(|(_, compliance)| compliance).collect();
    assert_eq!(compliance, ["NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT", "COMPLIANT"]);
}

#[test]
fn an_instance_listed_twice_keeps_its_worst_verdict() {
    for flags in [[true, false], [false, true]] {
        let cloud = Cloud::start();
        let mut instances = fleet(150);
        instances[0] = instance(0, &json!(flags[0]));
        instances[149] = instance(0, &json!(flags[1]));
        cloud.create_instances(instances);
        cloud.invoke(&scheduled());
        assert!(cloud.results().contains(&(arn(0), "NON_COMPLIANT".to_owned())), "{flags:?}");
    }
}

#[test]
fn a_worse_verdict_is_submitted_even_if_earlier_results_cannot_be_listed() {
    let cloud = Cloud::start();
    let mut instances = fleet(150);
    instances[0] = instance(0, &json!(false));
    instances[149] = instance(0, &json!(true));
    cloud.create_instances(instances);
    cloud.aws.inject(Fault::always("GetComplianceDetailsByConfigRule", FaultKind::Denied));
    let outcome = cloud.invoke(&scheduled());
    assert_eq!(error(&outcome).0, "Denied");
    assert!(cloud.results().contains(&(arn(0), "NON_COMPLIANT".to_owned())));
}

#[test]
fn tags_are_read_in_one_call_per_page_and_halved_if_the_list_is_rejected() {
    for maximum in [None, Some(30)] {
        let cloud = Cloud::start();
        let mut instances = fleet(100);
        instances[7]["TagList"] = json!([{"Key": "Approved", "Value": "2026-12-31 OPS-1"}]);
        cloud.create_instances(instances);
        cloud.aws.account(ACCOUNT, REGION, |account| account.tag_list_maximum = maximum);
        cloud.invoke(&exempting());
        let calls = cloud.operations().iter().filter(|operation| *operation == "ListTagsForResource").count();
        assert_eq!(calls, if maximum.is_none() { 1 } else { 7 });
        let exempt: Vec<_> =
            cloud.results().into_iter().filter(|(_, compliance)| compliance == "NOT_APPLICABLE").collect();
        assert_eq!(exempt, [(arn(7), "NOT_APPLICABLE".to_owned())]);
    }
}

#[test]
fn an_event_that_comes_twice_gives_the_same_evaluations() {
    let cloud = Cloud::start();
    cloud.create_instances(fleet(3));
    let run = || {
        cloud.aws.clear_calls();
        cloud.invoke(&scheduled());
        let mut results: Vec<_> = cloud.aws.accepted().into_iter().map(|accepted| accepted.result).collect();
        results.sort_by(|a, b| a.resource_id.cmp(&b.resource_id));
        results
    };
    assert_eq!(run(), run());
}

/// AWS's model limits the name in this operation to 64 characters, and a pack makes a longer one of a rule. It is not
/// known whether AWS enforces that.
#[test]
fn results_of_deleted_instances_are_cleared_under_a_rule_with_a_long_name() {
    let name = "dms-replication-instance-customer-managed-key-conformance-pack-abcdefghi";
    let of_rule = |last: &str| format!("arn:aws:dms:us-east-1:123456789012:rep:{last}");
    let (gone, forgotten) = (of_rule("GONE"), of_rule("FORGOTTEN"));
    for (maximum, forgotten_result) in [(Some(64), "NON_COMPLIANT"), (None, "NOT_APPLICABLE")] {
        let cloud = Cloud::start();
        cloud.create_rule(name);
        cloud.create_instances(fleet(2));
        cloud.aws.account(ACCOUNT, REGION, |account| {
            account.rule_name_maximum = maximum;
            // The last one exists again; AWS Config keeps its deletion.
            for (id, deleted) in [
                (gone.clone(), "2026-09-30T00:00:00Z"),
                (of_rule("LATER"), "2026-10-02T00:00:00Z"),
                (arn(1), "2026-09-30T00:00:00Z"),
            ] {
                let resource = DiscoveredResource {
                    resource_type: INSTANCE.to_owned(),
                    resource_id: id,
                    resource_name: None,
                };
                let deleted = deleted.parse().unwrap();
                account.deleted_resources.push(DeletedResource { resource, deleted });
            }
            for id in [gone.clone(), forgotten.clone(), arn(1)] {
                let held = result(INSTANCE, &id, "NON_COMPLIANT", "2026-09-01T00:00:00Z");
                account.hold_result(name, held);
            }
        });
        let outcome = cloud.invoke(&for_rule(name, scheduled(), &json!({})));
        assert!(matches!(outcome, Outcome::Succeeded(_)), "{outcome:?}");
        let results = cloud.results_of(name);
        let results: HashMap<_, _> =
            results.iter().map(|result| (&*result.resource_id, &*result.compliance_type)).collect();
        assert_eq!(results.len(), 4, "{results:?}");
        assert_eq!(results[&*gone], "NOT_APPLICABLE");
        assert_eq!(results[&*forgotten], forgotten_result);
        assert_eq!((results[&*arn(0)], results[&*arn(1)]), ("NON_COMPLIANT", "NON_COMPLIANT"));
    }
}

/// Only the length of the name has another way: any other rejection is an error.
#[test]
fn a_rejected_name_that_is_short_enough_is_an_error() {
    let cloud = Cloud::start();
    cloud.create_instances(fleet(1));
    cloud.aws.account(ACCOUNT, REGION, |account| account.rule_name_maximum = Some(10));
    let outcome = cloud.invoke(&scheduled());
    let (kind, message) = error(&outcome);
    assert_eq!(kind, "BadInput");
    assert!(message.starts_with("GetComplianceDetailsByConfigRule"), "{message}");
    assert_eq!(cloud.results(), [(arn(0), "NON_COMPLIANT".to_owned())]);
}

/// Nothing is left uncleared silently.
#[test]
fn a_long_name_whose_deleted_resources_cannot_be_listed_is_an_error() {
    let name = "x".repeat(65);
    let cloud = Cloud::start();
    cloud.create_rule(&name);
    cloud.create_instances(fleet(1));
    cloud.aws.inject(Fault { from_call: 2, ..Fault::always("ListDiscoveredResources", FaultKind::Denied) });
    let outcome = cloud.invoke(&for_rule(&name, scheduled(), &json!({})));
    assert_eq!(error(&outcome).0, "Denied");
}
