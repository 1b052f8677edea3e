//! The id under which a periodic run reports a resource: the recorder's id if it is certain, else the ARN.

use std::collections::HashMap;

use local_aws::{DiscoveredResource, Outcome};
use serde_json::json;

use crate::support::{ACCOUNT, Cloud, INSTANCE, REGION, arn, fleet, instance, scheduled};

/// The id that the recorder has for the first instance is the name of the second.
#[test]
fn two_instances_are_never_reported_under_one_id() {
    let cloud = Cloud::start();
    let mut instances = fleet(2);
    instances[1]["ReplicationInstanceIdentifier"] = "FLEET0000".into();
    cloud.create_instances(instances);
    cloud.aws.account(ACCOUNT, REGION, |account| {
        account.discovered_resources.truncate(1);
        account.discovered_resources[0].resource_id = "FLEET0000".to_owned(); // the last part of the first one's ARN
    });
    cloud.invoke(&scheduled());
    assert_eq!(
        cloud.results(),
        [("FLEET0000".to_owned(), "NON_COMPLIANT".to_owned()), (arn(1), "NON_COMPLIANT".to_owned())]
    );
}

/// Each of two instances has an old result under its ARN and one under the last part of its ARN. The recorder uses
/// the latter for the first instance only.
#[test]
fn a_result_is_cleared_only_under_an_id_that_is_no_longer_used() {
    let cloud = Cloud::start();
    cloud.create_instances(fleet(2));
    cloud.aws.account(ACCOUNT, REGION, |account| {
        account.discovered_resources[0].resource_id = "FLEET0000".to_owned();
    });
    for id in [arn(0), "FLEET0000".to_owned(), arn(1), "FLEET0001".to_owned()] {
        cloud.add_result(&id, "COMPLIANT");
    }
    cloud.invoke(&scheduled());
    assert_eq!(
        cloud.results(),
        [
            ("FLEET0000".to_owned(), "NON_COMPLIANT".to_owned()),
            ("FLEET0001".to_owned(), "NOT_APPLICABLE".to_owned()),
            (arn(0), "NOT_APPLICABLE".to_owned()),
            (arn(1), "NON_COMPLIANT".to_owned()),
        ]
    );
}

/// An instance is renamed during the listing: both names are listed, and the recorder has one of them.
#[test]
fn a_renamed_instance_is_reported_under_one_id() {
    for (first, second) in [("orders", "renamed"), ("renamed", "orders")] {
        for flags in [[true, true], [true, false], [false, true]] {
            let cloud = Cloud::start();
            let mut instances = fleet(101);
            for (index, name, flag) in [(0, first, flags[0]), (100, second, flags[1])] {
                instances[index] = instance(0, &json!(flag));
                instances[index]["ReplicationInstanceIdentifier"] = name.into();
            }
            cloud.create_instances(instances);
            cloud.aws.account(ACCOUNT, REGION, |account| {
                account.discovered_resources.retain(|resource| resource.resource_id != arn(0));
                account.discovered_resources.push(DiscoveredResource {
                    resource_type: INSTANCE.to_owned(),
                    resource_id: "XID".to_owned(),
                    resource_name: Some("renamed".to_owned()),
                });
            });
            cloud.add_result(&arn(0), "COMPLIANT");
            cloud.add_result("XID", "COMPLIANT");
            assert!(matches!(cloud.invoke(&scheduled()), Outcome::Succeeded(_)));
            let results: HashMap<_, _> = cloud.results().into_iter().collect();
            // Either page may be reported first.
            let mut both = [&*results[&arn(0)], &*results["XID"]];
            both.sort_unstable();
            assert_eq!(both, ["NON_COMPLIANT", "NOT_APPLICABLE"], "{first} {flags:?}");
        }
    }
}

/// One of two instances named `foo` has no ARN, so both map to the recorder's id `foo`.
#[test]
fn two_resources_that_map_to_one_id_show_the_worse_verdict() {
    for nameless_first in [true, false] {
        for nameless_is_public in [true, false] {
            let cloud = Cloud::start();
            let nameless =
                json!({"ReplicationInstanceIdentifier": "foo", "PubliclyAccessible": nameless_is_public});
            let mut other = instance(0, &json!(!nameless_is_public));
            other["ReplicationInstanceIdentifier"] = "foo".into();
            cloud.create_instances(if nameless_first {
                vec![nameless, other]
            } else {
                vec![other, nameless]
            });
            cloud.aws.account(ACCOUNT, REGION, |account| {
                account.discovered_resources = vec![DiscoveredResource {
                    resource_type: INSTANCE.to_owned(),
                    resource_id: "foo".to_owned(),
                    resource_name: Some("foo".to_owned()),
                }];
            });
            cloud.invoke(&scheduled());
            let results: HashMap<_, _> = cloud.results().into_iter().collect();
            let non_compliant = results.values().filter(|compliance| *compliance == "NON_COMPLIANT").count();
            assert_eq!(non_compliant, 1, "{nameless_first} {nameless_is_public} {results:?}");
            if nameless_is_public {
                assert_eq!(results["foo"], "NON_COMPLIANT", "{nameless_first} {results:?}");
            }
        }
    }
}
