//! The id under which a periodic run reports a resource: the recorder's id if it is certain, else the ARN.

use std::collections::HashMap;

use local_aws::{DiscoveredResource, Outcome};
use serde_json::{Value, json};

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

fn discovered(id: &str, name: Option<&str>) -> DiscoveredResource {
    DiscoveredResource {
        resource_type: INSTANCE.to_owned(),
        resource_id: id.to_owned(),
        resource_name: name.map(str::to_owned),
    }
}

/// Returns an instance of this name; the last part of its ARN is chosen at its creation.
fn named(last: &str, name: &str, is_public: bool) -> Value {
    let mut instance = instance(0, &json!(is_public));
    instance["ReplicationInstanceArn"] = format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:{last}").into();
    instance["ReplicationInstanceIdentifier"] = name.into();
    instance
}

/// The recorder's ids are names. The ARN of `aaa` ends in the name of `bbb`, which is listed on another page.
#[test]
fn a_resource_whose_arn_ends_in_the_name_of_another_is_not_reported_under_it() {
    for (private_first, names) in [(true, [None, None]), (false, [Some("aaa"), Some("bbb")])] {
        let cloud = Cloud::start();
        let mut instances: Vec<Value> =
            (0..150).map(|number| named(&format!("X{number:03}"), &format!("n{number:03}"), true)).collect();
        let (private, public) = if private_first { (0, 149) } else { (149, 0) };
        instances[private] = named("bbb", "aaa", false);
        instances[public] = named("XYZ", "bbb", true);
        cloud.create_instances(instances.clone());
        cloud.aws.account(ACCOUNT, REGION, |account| {
            let others = instances.iter().map(|instance| &instance["ReplicationInstanceIdentifier"]);
            let others = others.filter_map(Value::as_str).filter(|name| name.starts_with('n'));
            account.discovered_resources = others.map(|name| discovered(name, None)).collect();
            account.discovered_resources.push(discovered("aaa", names[0]));
            account.discovered_resources.push(discovered("bbb", names[1]));
        });
        cloud.add_result("aaa", "COMPLIANT");
        cloud.add_result("bbb", "COMPLIANT");
        assert_eq!(cloud.invoke(&scheduled()), Outcome::Succeeded(json!({"evaluations": 150})));
        let results: HashMap<_, _> = cloud.results().into_iter().collect();
        assert_eq!(results.len(), 150, "each is reported under its name");
        assert_eq!((&*results["aaa"], &*results["bbb"]), ("COMPLIANT", "NON_COMPLIANT"), "{private_first}");
    }
}

/// The recorder lists two ids of one name, one of which was just deleted. A change reports one of them; the schedule
/// reports the other.
#[test]
fn a_schedule_does_not_clear_what_a_change_reported_while_the_recorder_lists_it() {
    let cloud = Cloud::start();
    cloud.create_instances(fleet(1));
    let name = Some("orders-0000");
    cloud.aws.account(ACCOUNT, REGION, |account| {
        account.discovered_resources = vec![discovered("o1", name), discovered("n1", name)];
    });
    for id in ["o1", "n1", "gone"] {
        cloud.add_result(id, "COMPLIANT");
    }
    let results = || cloud.results().into_iter().collect::<HashMap<_, _>>();
    cloud.invoke(&scheduled());
    let first = results();
    assert_eq!(first.len(), 3, "{first:?}");
    assert_eq!((&*first["n1"], &*first["o1"]), ("NON_COMPLIANT", "COMPLIANT"), "{first:?}");
    assert_eq!(&*first["gone"], "NOT_APPLICABLE");
    cloud.aws.account(ACCOUNT, REGION, |account| account.discovered_resources.remove(0));
    cloud.invoke(&scheduled());
    let second = results();
    assert_eq!((&*second["n1"], &*second["o1"]), ("NON_COMPLIANT", "NOT_APPLICABLE"), "{second:?}");
}

/// The recorder knows the ARN of one of two instances, and not yet the other, whose name it has as another's id.
#[test]
fn an_instance_with_a_recorded_arn_is_reported_under_it_whatever_its_name() {
    let cloud = Cloud::start();
    cloud.create_instances(vec![named("AAA", "bbb", true), named("BBB", "ccc", false)]);
    cloud.aws.account(ACCOUNT, REGION, |account| {
        let arn = format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:AAA");
        account.discovered_resources = vec![discovered("bbb", None), discovered(&arn, Some("ccc"))];
    });
    cloud.add_result("bbb", "COMPLIANT");
    cloud.invoke(&scheduled());
    let arn = |last: &str| format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:{last}");
    assert_eq!(
        cloud.results(),
        [
            (arn("AAA"), "NON_COMPLIANT".to_owned()),
            (arn("BBB"), "COMPLIANT".to_owned()),
            ("bbb".to_owned(), "NOT_APPLICABLE".to_owned()),
        ]
    );
}
