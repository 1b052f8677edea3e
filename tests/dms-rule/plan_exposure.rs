//! The first step of `dms-rule plan`: the commands that close what the Internet reaches, from saved responses and live.

use std::fs;

use local_aws::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::apply::cloud::Cloud;
use crate::plan_live::plan as plan_live;
use crate::reachability::{described, instances, ordinary, recorded, saved};
use crate::support::{dms_rule, text};

const REVOKE: &str = "aws ec2 revoke-security-group-ingress --region us-east-1 --group-id sg-1 --ip-permissions \
    '[{\"FromPort\":5432,\"IpProtocol\":\"tcp\",\"IpRanges\":[{\"CidrIp\":\"0.0.0.0/0\"}],\"ToPort\":5432}]'";
const SEARCH: &str =
    "aws ec2 describe-security-group-rules --region us-east-1 --filters Name=group-id,Values=sg-1";

/// Plans for the instance `orders` of the ordinary network from saved responses, some of them changed. Returns the plan, and what
/// was printed on standard error.
fn plan(change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> (Value, String) {
    let mut responses = ordinary();
    change(&mut responses);
    let folder = saved(&responses);
    fs::write(folder.path().join("instances.json"), instances(&[described("orders")])).unwrap();
    let output = dms_rule()
        .args(["plan", "orders", "--format", "json", "--from"])
        .arg(folder.path())
        .env_clear()
        .output()
        .unwrap();
    (serde_json::from_slice(&output.stdout).unwrap_or_default(), text(&output.stderr))
}

/// Returns the state of the exposure and the commands of the first step.
fn first(plan: &Value) -> (String, Vec<String>) {
    let commands = plan["steps"][0]["commands"].as_array().unwrap().iter();
    let commands = commands.map(|command| command.as_str().unwrap().to_owned()).collect();
    (plan["exposure"]["state"].as_str().unwrap_or_default().to_owned(), commands)
}

#[test]
fn the_first_step_names_the_rule_that_lets_the_internet_in() {
    let open = "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, age unknown";
    let (whole, error) = plan(|_| ());
    assert_eq!((first(&whole), error.as_str()), ((open.to_owned(), vec![REVOKE.to_owned()]), ""));
    // No route: there is nothing to revoke.
    let (closed, _) = plan(|responses| {
        responses["describe-route-tables"]["RouteTables"][0]["Routes"] = json!([]);
    });
    let (state, commands) = first(&closed);
    assert!(state.starts_with("NOT ROUTED (rtb-"), "{state}");
    assert_eq!(commands, [""; 0]);
    // What is not known is searched for, and is not "nothing".
    for missing in ["describe-security-groups", "describe-route-tables", "describe-network-acls"] {
        let (unknown, _) = plan(|responses| {
            responses.remove(missing);
        });
        let (state, commands) = first(&unknown);
        assert!(state.starts_with("UNKNOWN ("), "{missing}: {state}");
        assert_eq!(commands, [SEARCH], "{missing}");
    }
    // Without any fact about the network, the plan has none.
    let (none, _) = plan(serde_json::Map::clear);
    assert_eq!(first(&none), (String::new(), vec![SEARCH.to_owned()]));
    assert_eq!(none.get("exposure"), None);
}

#[test]
fn a_response_about_the_network_that_is_cut_short_or_odd_ends_the_plan() {
    for (member, value, words) in [
        ("NextToken", json!("more"), "cut short"),
        ("SecurityGroups", json!({}), "SecurityGroups"),
        ("SecurityGroups", json!([{"GroupName": "x"}]), "GroupId"),
    ] {
        let (plan, error) = plan(|responses| responses["describe-security-groups"][member] = value.clone());
        assert_eq!(plan, Value::Null, "{member} {value}");
        assert!(
            error.contains("describe-security-groups.json: ") && error.contains(words),
            "{value}: {error}"
        );
    }
}

#[test]
fn live_it_is_what_aws_config_recorded_and_a_denied_query_is_reported() {
    let cloud = Cloud::start();
    cloud.change(|account| {
        for member in [
            "ReplicationInstancePrivateIpAddresses",
            "ReplicationInstancePublicIpAddresses",
            "ReplicationInstanceIpv6Addresses",
            "VpcSecurityGroups",
            "ReplicationSubnetGroup",
        ] {
            account.dms.get_mut("ReplicationInstances").unwrap()[0][member] =
                described("orders")[member].clone();
        }
        let instance = &mut account.dms.get_mut("ReplicationInstances").unwrap()[0];
        instance["ReplicationInstancePrivateIpAddress"] = json!("10.0.1.10");
        instance["ReplicationInstancePublicIpAddress"] = json!("203.0.113.10");
        for item in recorded("2026-10-01T00:00:00Z") {
            let name = item["resourceType"].as_str().unwrap().to_owned();
            account.recorded.entry(name).or_default().push(item.to_string());
        }
    });
    let read = |output: &std::process::Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let whole = read(&plan_live(&cloud, &["orders"]));
    let (state, commands) = first(&whole);
    assert_eq!(state, "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, recorded 2026-10-01", "{}", whole["exposure"]);
    assert_eq!(commands.len(), 1);
    assert!(commands[0].starts_with("aws ec2 revoke-security-group-ingress "), "{commands:?}");
    cloud.aws.inject(Fault::always("SelectResourceConfig", FaultKind::Denied));
    let output = plan_live(&cloud, &["orders"]);
    let (state, commands) = first(&read(&output));
    assert_eq!(state, "");
    assert!(commands[0].starts_with("aws ec2 describe-security-group-rules "), "{commands:?}");
    assert!(text(&output.stderr).contains("SelectResourceConfig of networks"), "{}", text(&output.stderr));
}
