//! Checks and scans of public instances that state what of the Internet reaches them: `--network`, `--reachability`.

use std::fs;
use std::path::Path;

use local_aws::{Aggregator, Fault, FaultKind, LocalAws};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::scan::{ACCOUNTS, PUBLIC, failures, report, scan};
use crate::support::{check, root, run_check, text};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";

/// Returns the responses of EC2 of an ordinary network, by command: its instance is open to everyone on port 5432.
pub(crate) fn ordinary() -> Map<String, Value> {
    let file = root().join("tests/reachability/ordinary.json");
    let all: Map<String, Value> = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    all.into_iter().filter(|(command, _)| command.starts_with("describe-")).collect()
}

/// Writes each response into a file of its own.
pub(crate) fn saved(responses: &Map<String, Value>) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (command, response) in responses {
        fs::write(folder.path().join(format!("{command}.json")), response.to_string()).unwrap();
    }
    folder
}

/// Returns the description of a public instance in the ordinary network.
pub(crate) fn described(name: &str) -> Value {
    json!({
        "ReplicationInstanceIdentifier": name,
        "ReplicationInstanceArn": format!("arn:aws:dms:{REGION}:{ACCOUNT}:rep:{}", name.to_uppercase()),
        "ReplicationInstanceClass": "dms.t3.micro",
        "PubliclyAccessible": true,
        "MultiAZ": false,
        "ReplicationInstancePrivateIpAddresses": ["10.0.1.10"],
        "ReplicationInstancePublicIpAddresses": ["203.0.113.10"],
        "ReplicationInstanceIpv6Addresses": [],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "ReplicationSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
    })
}

pub(crate) fn instances(all: &[Value]) -> String {
    json!({"ReplicationInstances": all}).to_string()
}

/// Checks a public instance beside network files. Returns the report and the exit code.
fn check_with(paths: &[&str], stdin: &str) -> (Value, i32) {
    let arguments = [&["-", "--rule", PUBLIC, "--network"], paths].concat();
    check(&arguments, stdin.as_bytes())
}

/// Returns the compliance type and the line of the first result.
fn line(report: &Value) -> (String, String) {
    let result = &report["results"][0];
    let evidence = result["evidence"].as_array().unwrap();
    let line = evidence.iter().filter_map(|one| one.as_str()?.strip_prefix("internet "));
    (result["complianceType"].as_str().unwrap().to_owned(), line.map(str::to_owned).collect())
}

fn messages(report: &Value) -> Vec<String> {
    let messages = report["failures"].as_array().unwrap().iter();
    messages.map(|failure| failure["message"].as_str().unwrap().to_owned()).collect()
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

#[test]
fn a_public_instance_is_non_compliant_whatever_its_network_is() {
    let group = |block: &str| {
        json!({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "sg-1", "VpcId": "vpc-1",
            "IpPermissionsEgress": [], "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
            "UserIdGroupPairs": [], "IpRanges": [{"CidrIp": block}], "Ipv6Ranges": [], "PrefixListIds": []}]}]})
    };
    let options = |mode: &str| {
        json!({"VpcBlockPublicAccessOptions": {"AwsAccountId": ACCOUNT, "AwsRegion": REGION, "State": "update-complete",
            "InternetGatewayBlockMode": mode, "ManagedBy": "account", "ExclusionsAllowed": "allowed"}})
    };
    let elsewhere = |mut options: Value| {
        options["VpcBlockPublicAccessOptions"]["AwsRegion"] = "eu-west-1".into();
        options
    };
    let bpa = "describe-vpc-block-public-access-options";
    for (command, response, wanted) in [
        ("", json!(null), "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, age unknown"),
        (
            "describe-security-groups",
            group("203.0.113.0/24"),
            "OPEN: tcp 5432 from 203.0.113.0/24 (256 addresses) by sg-1, age unknown; Prowler: not open (no rule with \
             exactly 0.0.0.0/0)",
        ),
        ("describe-security-groups", group("10.0.0.0/8"), "FILTERED BY sg-1, age unknown"),
        ("describe-security-groups", json!(null), "UNKNOWN (sg-1 is not recorded), age unknown"),
        (
            bpa,
            options("block-bidirectional"),
            "BLOCKED BY VPC BPA, age unknown; Prowler: open (a rule with 0.0.0.0/0, whatever \
             else closes)",
        ),
        (
            bpa,
            elsewhere(options("block-bidirectional")),
            "UNKNOWN (VPC Block Public Access is not recorded), age unknown",
        ),
        ("describe-network-interfaces", json!(null), "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, age unknown"),
    ] {
        let mut responses = ordinary();
        responses.remove(command);
        if !response.is_null() {
            responses.insert(command.to_owned(), response);
        }
        let folder = saved(&responses);
        let (report, code) = check_with(&[path(&folder)], &instances(&[described("orders")]));
        assert_eq!(line(&report), ("NON_COMPLIANT".to_owned(), wanted.to_owned()), "{command}");
        assert_eq!((messages(&report), code), (Vec::new(), 1), "{command}");
        let parameters = &report["run"]["rules"][0]["parameters"];
        assert_eq!(*parameters, json!([{"name": "reachability", "value": "true"}]), "{command}");
    }
}

#[test]
fn a_private_instance_and_a_check_without_a_network_state_nothing() {
    let folder = saved(&ordinary());
    let mut private = described("orders");
    private["PubliclyAccessible"] = false.into();
    private["ReplicationInstancePublicIpAddresses"] = json!([]);
    let (report, code) = check_with(&[path(&folder)], &instances(&[private]));
    assert_eq!((line(&report), code), (("COMPLIANT".to_owned(), String::new()), 0));
    let (report, code) = check(&["-", "--rule", PUBLIC], instances(&[described("orders")]).as_bytes());
    assert_eq!((line(&report), code), (("NON_COMPLIANT".to_owned(), String::new()), 1));
}

#[test]
fn a_network_file_that_cannot_be_read_is_a_failure_and_no_verdict_is_lost() {
    let whole = json!({"SecurityGroups": [], "NextToken": null}).to_string();
    for (name, content, message) in [
        ("groups.json", "", "is empty"),
        ("groups.json", "SECURITYGROUPS\tsg-1", "is not JSON"),
        ("groups.json", r#"{"SecurityGroups": [{"GroupId""#, "cut short"),
        ("groups.json", r#"{"SecurityGroups": [{"GroupName": "a"}]}"#, "it has no GroupId"),
        ("groups.json", r#"{"SecurityGroups": {}}"#, "SecurityGroups cannot be read"),
        ("groups.json", r#"{"SecurityGroups": null}"#, "SecurityGroups cannot be read"),
        ("groups.json", r#"{"SecurityGroups": [], "SecurityGroups": [1]}"#, "SecurityGroups cannot be read"),
        ("groups.json", r#"{"SecurityGroups": [], "NextToken": "more"}"#, "the output is cut short"),
        ("groups.json", r#"{"Reservations": []}"#, "describes no network"),
        ("entries.json", r#"{"Entries": [{"Cidr": "203.0.113.0/24"}]}"#, "its name has no id"),
        ("bpa.json", r#"{"VpcBlockPublicAccessOptions": []}"#, "VpcBlockPublicAccessOptions"),
        (
            "items.json",
            r#"{"fileVersion": "1.0", "configurationItems": [{"resourceType": "AWS::EC2::VPC", "resourceId": "vpc-1"}]}"#,
            "vpc-1 has no configuration",
        ),
        (
            "items.json",
            r#"{"fileVersion": "1.0", "configurationItems": [{"resourceType": "AWS::EC2::VPC", "configuration": {}}]}"#,
            "resourceId",
        ),
        ("items.json", r#"{"configurationItems": [], "nextToken": "more"}"#, "is cut short"),
    ] {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, content).unwrap();
        let (report, code) = check_with(&[file.to_str().unwrap()], &instances(&[described("orders")]));
        assert_eq!((line(&report).0.as_str(), code), ("NON_COMPLIANT", 2), "{content}");
        assert!(line(&report).1.starts_with("UNKNOWN ("), "{content}: {report}");
        let messages = messages(&report);
        assert!(
            messages.len() == 1 && messages[0].starts_with("--network: ") && messages[0].contains(message),
            "{content}: {messages:?}"
        );
    }
    // One that can be read is no failure, and a file that is not there is one.
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("groups.json"), whole).unwrap();
    let (report, code) = check_with(&[path(&folder)], &instances(&[described("orders")]));
    assert_eq!((messages(&report), code), (Vec::new(), 1));
    let missing = folder.path().join("acls.json");
    let (report, code) =
        check_with(&[path(&folder), missing.to_str().unwrap()], &instances(&[described("orders")]));
    assert_eq!((messages(&report).len(), code), (1, 2));
}

/// Returns the items of AWS Config with the resources of the ordinary network.
pub(crate) fn recorded(time: &str) -> Vec<Value> {
    let mut items = Vec::new();
    for (command, list, resource_type, id) in [
        ("describe-network-interfaces", "NetworkInterfaces", "NetworkInterface", "NetworkInterfaceId"),
        ("describe-security-groups", "SecurityGroups", "SecurityGroup", "GroupId"),
        ("describe-network-acls", "NetworkAcls", "NetworkAcl", "NetworkAclId"),
        ("describe-route-tables", "RouteTables", "RouteTable", "RouteTableId"),
        ("describe-internet-gateways", "InternetGateways", "InternetGateway", "InternetGatewayId"),
        ("describe-vpcs", "Vpcs", "VPC", "VpcId"),
        ("describe-subnets", "Subnets", "Subnet", "SubnetId"),
    ] {
        for resource in ordinary()[command][list].as_array().unwrap() {
            items.push(item(resource_type, resource[id].as_str().unwrap(), time, resource));
        }
    }
    let options = json!({"AccountId": ACCOUNT, "InternetGatewayBlockMode": "off"});
    items.push(item("VPCBlockPublicAccessOptions", ACCOUNT, time, &options));
    items
}

fn item(resource_type: &str, id: &str, time: &str, configuration: &Value) -> Value {
    json!({
        "configurationItemVersion": "1.3", "configurationItemStatus": "OK", "configurationItemCaptureTime": time,
        "awsAccountId": ACCOUNT, "awsRegion": REGION, "resourceType": format!("AWS::EC2::{resource_type}"),
        "resourceId": id, "configuration": configuration,
    })
}

fn write(folder: &Path, name: &str, document: &Value) {
    fs::write(folder.join(name), document.to_string()).unwrap();
}

#[test]
fn of_the_records_of_aws_config_the_newest_of_each_resource_counts() {
    let open = "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, recorded 2026-10-01";
    let folder = TempDir::new().unwrap();
    let snapshot =
        |items: &[Value]| json!({"fileVersion": "1.0", "configSnapshotId": "1", "configurationItems": items});
    write(folder.path(), "snapshot.json", &snapshot(&recorded("2026-10-01T00:00:00Z")));
    let mut instance = described("orders");
    // As AWS Config records it.
    instance["ReplicationInstancePrivateIpAddresses"] = "10.0.1.10".into();
    instance["ReplicationInstancePublicIpAddresses"] = "203.0.113.10".into();
    let mut recorded_instance = item("X", "orders", "2026-10-02T00:00:00Z", &instance);
    recorded_instance["resourceType"] = "AWS::DMS::ReplicationInstance".into();
    let lines = |recorded_instance: &Value| {
        let (report, code) = check_with(&[path(&folder)], &recorded_instance.to_string());
        assert_eq!((messages(&report), code), (Vec::new(), 1));
        line(&report).1
    };
    assert_eq!(lines(&recorded_instance), open);
    // Another Region has another network, whatever the ids are.
    let mut elsewhere = recorded_instance.clone();
    elsewhere["awsRegion"] = "eu-west-1".into();
    assert!(lines(&elsewhere).starts_with("UNKNOWN ("));
    // An older and a newer record of the group, in files of history.
    let closed = |time: &str| {
        let group = json!({"groupId": "sg-1", "groupName": "sg-1", "vpcId": "vpc-1", "ipPermissions": [],
            "ipPermissionsEgress": []});
        json!({"fileVersion": "1.0", "configurationItems": [item("SecurityGroup", "sg-1", time, &group)]})
    };
    write(folder.path(), "history.json", &closed("2026-09-01T00:00:00Z"));
    assert_eq!(lines(&recorded_instance), open);
    write(folder.path(), "history.json", &closed("2026-10-03T00:00:00Z"));
    assert_eq!(lines(&recorded_instance), "FILTERED BY sg-1, recorded 2026-10-01");
    // A deleted group lets nothing in that is known.
    let mut deleted = closed("2026-10-03T00:00:00Z");
    deleted["configurationItems"][0]["configurationItemStatus"] = "ResourceDeleted".into();
    deleted["configurationItems"][0]["configuration"] = Value::Null;
    write(folder.path(), "history.json", &deleted);
    assert!(lines(&recorded_instance).starts_with("UNKNOWN (sg-1 is not recorded"));
    // Output of EC2 comes before records.
    let group = &ordinary()["describe-security-groups"];
    write(folder.path(), "groups.json", group);
    assert_eq!(lines(&recorded_instance), "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, age unknown");
}

#[test]
fn an_interface_elsewhere_or_of_something_else_is_not_that_of_the_instance() {
    // AWS Config records no subnet group: the address alone finds the interface.
    let mut instance = described("orders");
    instance.as_object_mut().unwrap().remove("ReplicationSubnetGroup");
    for (member, value, is_found) in [
        ("AvailabilityZone", json!("us-east-1a"), true),
        ("AvailabilityZone", json!("eu-west-1a"), false),
        ("OwnerId", json!(ACCOUNT), true),
        ("OwnerId", json!("999999999999"), false),
        ("Description", json!("web"), false),
        ("Description", json!(null), false),
    ] {
        let mut responses = ordinary();
        responses["describe-network-interfaces"]["NetworkInterfaces"][0][member] = value.clone();
        let folder = saved(&responses);
        let (report, _) = check_with(&[path(&folder)], &instances(std::slice::from_ref(&instance)));
        let (_, line) = line(&report);
        assert_eq!(line.starts_with("OPEN: "), is_found, "{member} {value}: {line}");
        assert!(is_found || line.starts_with("UNKNOWN ("), "{member} {value}: {line}");
    }
}

#[test]
fn an_instance_that_has_no_address_yet_may_get_a_public_one() {
    let no_public = "NO PUBLIC ADDRESS";
    for (status, private, public, wanted) in [
        (json!("creating"), json!([]), json!([]), "UNKNOWN ("),
        (json!("available"), json!([]), json!([]), "UNKNOWN ("),
        (json!("available"), json!([]), json!([null]), "UNKNOWN ("),
        (json!("creating"), json!(["10.0.1.10"]), json!([]), "UNKNOWN ("),
        (json!(" Creating"), json!(["10.0.1.10"]), json!([]), "UNKNOWN ("),
        (json!(5), json!(["10.0.1.10"]), json!([]), "UNKNOWN ("),
        (json!("available"), json!(["10.0.1.10"]), json!([]), no_public),
        (json!("creating"), json!(["10.0.1.10"]), json!(["203.0.113.10"]), "OPEN: "),
    ] {
        let mut instance = described("orders");
        instance["ReplicationInstanceStatus"] = status.clone();
        instance["ReplicationInstancePrivateIpAddresses"] = private.clone();
        instance["ReplicationInstancePublicIpAddresses"] = public.clone();
        let mut with_interface = ordinary();
        // An interface without a public address, if the instance shows none.
        if wanted != "OPEN: " {
            let interface = &mut with_interface["describe-network-interfaces"]["NetworkInterfaces"][0];
            interface.as_object_mut().unwrap().remove("Association");
            for address in interface["PrivateIpAddresses"].as_array_mut().unwrap() {
                address.as_object_mut().unwrap().remove("Association");
            }
        }
        let mut without_interface = with_interface.clone();
        without_interface.remove("describe-network-interfaces");
        for responses in [with_interface, without_interface] {
            let folder = saved(&responses);
            let (report, _) = check_with(&[path(&folder)], &instances(std::slice::from_ref(&instance)));
            let (compliance, line) = line(&report);
            assert_eq!(compliance, "NON_COMPLIANT");
            assert!(line.starts_with(wanted), "{status} {private} {public}: {line}");
        }
    }
}

#[test]
fn the_options_of_other_rules_and_of_histories_are_rejected() {
    for (arguments, message) in [
        (
            &["a.json", "--rule", "dms-endpoint-tagged", "--network", "b.json"][..],
            "--network: dms-replication-not-public is not run",
        ),
        (&["a.json", "--history", "--network", "b.json"], "cannot be used with"),
        (&["a.json", "--network", "-"], "--network: name files or folders"),
        (
            &["a.json", "--rule-parameters", r#"{"reachability": "false"}"#, "--network", "b.json"],
            "--network and reachability in --rule-parameters contradict each other",
        ),
    ] {
        let output = run_check(arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(message), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_scan_states_it_first_and_a_denied_query_costs_no_verdict() {
    let aws = LocalAws::start().unwrap();
    aws.set_regions(ACCOUNTS[0], vec![(REGION.to_owned(), true)]);
    aws.account(ACCOUNTS[0], REGION, |account| {
        let mut closed = described("archive");
        closed["ReplicationInstancePrivateIpAddresses"] = json!(["10.0.1.99"]);
        account.dms.insert("ReplicationInstances".to_owned(), vec![closed, described("orders")]);
        for item in recorded("2026-10-01T00:00:00Z") {
            let name = item["resourceType"].as_str().unwrap().to_owned();
            account.recorded.entry(name).or_default().push(item.to_string());
        }
    });
    let arguments = ["--region", REGION, "--rule", PUBLIC, "--reachability"];
    let output = scan(&aws, &arguments);
    let scanned = report(&output);
    assert_eq!(failures(&scanned), Vec::<String>::new());
    let names: Vec<&str> = scanned["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["resource"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["orders", "archive"]);
    assert!(line(&scanned).1.starts_with("OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, recorded "), "{scanned}");
    aws.inject(Fault::always("SelectResourceConfig", FaultKind::Denied));
    let output = scan(&aws, &arguments);
    let denied = report(&output);
    assert_eq!(line(&denied).0, "NON_COMPLIANT");
    assert!(line(&denied).1.starts_with("UNKNOWN (SelectResourceConfig failed"), "{denied}");
    assert_eq!((denied["results"].as_array().unwrap().len(), output.status.code()), (2, Some(2)));
}

const PLACES: [(&str, &str); 4] = [
    ("111111111111", "us-east-1"),
    ("111111111111", "eu-west-1"),
    ("222222222222", "us-east-1"),
    ("222222222222", "eu-west-1"),
];

/// Returns the results of an aggregator: in each place a public instance, and a network of the same ids that `change` makes
/// another one.
fn aggregated(change: impl Fn(usize, &mut Vec<Value>)) -> Vec<String> {
    let mut results = Vec::new();
    for (number, (account, region)) in PLACES.into_iter().enumerate() {
        let mut instance = described("orders");
        instance["ReplicationInstanceArn"] = format!("arn:aws:dms:{region}:{account}:rep:ORDERS").into();
        // As AWS Config records it.
        instance["ReplicationInstancePrivateIpAddresses"] = "10.0.1.10".into();
        instance["ReplicationInstancePublicIpAddresses"] = "203.0.113.10".into();
        let mut recorded_instance = item("X", "orders", "2026-10-02T00:00:00Z", &instance);
        recorded_instance["resourceType"] = "AWS::DMS::ReplicationInstance".into();
        let mut items = recorded("2026-10-01T00:00:00Z");
        items.push(recorded_instance);
        for item in &mut items {
            let members = item.as_object_mut().unwrap();
            members.remove("awsAccountId");
            members.insert("accountId".to_owned(), account.into());
            members.insert("awsRegion".to_owned(), region.into());
        }
        change(number, &mut items);
        results.extend(items.iter().map(Value::to_string));
    }
    results
}

fn without(items: &mut Vec<Value>, name: &str) {
    let resource_type = format!("AWS::EC2::{name}");
    let count = items.len();
    items.retain(|item| item["resourceType"] != *resource_type);
    assert!(items.len() < count, "{name}");
}

fn one<'a>(items: &'a mut [Value], name: &str) -> &'a mut Value {
    let resource_type = format!("AWS::EC2::{name}");
    let item = items.iter_mut().find(|item| item["resourceType"] == *resource_type).unwrap();
    &mut item["configuration"]
}

/// Scans an aggregator with these results. Returns the line of each place, the failures, the exit code, and the number of queries.
fn scan_aggregator(
    results: Vec<String>,
    failed: Option<usize>,
    faults: Vec<Fault>,
    more: &[&str],
) -> (Vec<String>, Vec<String>, i32, usize) {
    let aws = LocalAws::start().unwrap();
    aws.set_regions(ACCOUNTS[0], vec![(REGION.to_owned(), true)]);
    let status = |number: usize| if failed == Some(number) { "FAILED" } else { "SUCCEEDED" }.to_owned();
    let sources = PLACES.iter().enumerate();
    let sources =
        sources.map(|(n, (account, region))| ((*account).to_owned(), (*region).to_owned(), status(n)));
    let aggregator = Aggregator { results, sources: sources.collect() };
    aws.account(ACCOUNTS[0], REGION, |account| {
        account.aggregators.insert("all".to_owned(), aggregator);
    });
    faults.into_iter().for_each(|fault| aws.inject(fault));
    let arguments = [&["--aggregator", "all", "--region", REGION, "--rule", PUBLIC], more].concat();
    let output = scan(&aws, &arguments);
    let report = report(&output);
    let lines = PLACES.iter().map(|(account, region)| {
        let results = report["results"].as_array().unwrap();
        let mut here = results.iter().filter(|result| {
            result["resource"]["accountId"] == **account && result["resource"]["region"] == **region
        });
        let result = here.next().unwrap_or_else(|| panic!("{account} {region}: {report}"));
        assert!(here.next().is_none() && result["complianceType"] == "NON_COMPLIANT", "{report}");
        let evidence = result["evidence"].as_array().unwrap().iter();
        evidence.filter_map(|one| one.as_str()?.strip_prefix("internet ")).collect()
    });
    let calls =
        aws.calls().into_iter().filter(|call| call.operation == "SelectAggregateResourceConfig").count();
    (lines.collect(), failures(&report), output.status.code().unwrap(), calls)
}

const ALL_OPEN: &str = "OPEN: tcp 5432 from 0.0.0.0/0 by sg-1, recorded 2026-10-01";
const REACHABILITY: &[&str] = &["--reachability"];

#[test]
fn an_aggregator_keeps_the_networks_of_accounts_and_regions_apart() {
    let results = aggregated(|number, items| match number {
        1 => one(items, "SecurityGroup")["IpPermissions"] = json!([]),
        2 => {
            one(items, "VPCBlockPublicAccessOptions")["InternetGatewayBlockMode"] =
                "block-bidirectional".into();
            let mut exclusion = items[0].clone();
            exclusion["resourceType"] = "AWS::EC2::VPCBlockPublicAccessExclusion".into();
            exclusion["configuration"] = json!({"ExclusionId": "exclude-1", "VpcId": "vpc-9",
                "InternetGatewayExclusionMode": "allow-bidirectional"});
            items.push(exclusion);
        }
        3 => without(items, "SecurityGroup"),
        _ => {}
    });
    let (lines, failed, code, calls) = scan_aggregator(results.clone(), None, Vec::new(), REACHABILITY);
    assert_eq!(
        lines,
        [
            ALL_OPEN,
            "FILTERED BY sg-1, recorded 2026-10-01",
            "BLOCKED BY VPC BPA, recorded 2026-10-01",
            "UNKNOWN (sg-1 is not recorded), recorded 2026-10-01",
        ]
    );
    assert_eq!((failed, code, calls), (Vec::new(), 1, 3));
    let (lines, _, code, calls) = scan_aggregator(results, None, Vec::new(), &[]);
    assert_eq!((lines, code, calls), (vec![String::new(); 4], 1, 1));
}

#[test]
fn a_network_of_an_aggregator_that_is_not_known_is_unknown_in_its_place_alone() {
    // Each type that decides, where no account and Region but one lacks it.
    for (name, is_open) in [
        ("SecurityGroup", false),
        ("NetworkAcl", false),
        ("RouteTable", false),
        ("VPCBlockPublicAccessOptions", false),
        ("InternetGateway", true),
        ("NetworkInterface", true),
    ] {
        let results = aggregated(|number, items| {
            if number == 2 {
                without(items, name);
            }
        });
        let (lines, failed, code, _) = scan_aggregator(results, None, Vec::new(), REACHABILITY);
        for (number, line) in lines.iter().enumerate() {
            assert_eq!(line == ALL_OPEN, number != 2 || is_open, "{name} {number}: {line}");
            assert!(line == ALL_OPEN || line.starts_with("UNKNOWN ("), "{name} {number}: {line}");
        }
        assert_eq!((failed, code), (Vec::new(), 1), "{name}");
    }
    // No record but that of the instance.
    let results = aggregated(|number, items| {
        if number == 3 {
            items.retain(|item| item["resourceType"] == "AWS::DMS::ReplicationInstance");
        }
    });
    let (lines, _, _, _) = scan_aggregator(results, None, Vec::new(), REACHABILITY);
    assert_eq!(lines[3], "UNKNOWN (no network is recorded in that account and Region)");
    assert_eq!(lines[..3], [ALL_OPEN; 3]);
    // A source that the aggregator did not read to the end.
    let (lines, failed, code, _) = scan_aggregator(aggregated(|_, _| {}), Some(1), Vec::new(), REACHABILITY);
    assert_eq!(lines[1], "UNKNOWN (the aggregator did not read that account and Region to the end)");
    assert_eq!([&lines[0], &lines[2], &lines[3]], [ALL_OPEN; 3]);
    assert_eq!((failed.len(), code), (1, 2));
}

#[test]
fn a_failed_query_of_an_aggregator_for_networks_costs_no_verdict() {
    let unread = |members: &str| {
        let mut results = aggregated(|_, _| {});
        results.push(format!(
            r#"{{"resourceType": "AWS::EC2::SecurityGroup", {members} "configuration": {{}}}}"#
        ));
        results
    };
    for (results, fault) in [
        (aggregated(|_, _| {}), Some(FaultKind::Denied)),
        (unread(r#""accountId": "111111111111","#), None),
        (unread(r#""accountId": "111111111111", "awsRegion": null,"#), None),
        (
            unread(r#""accountId": "111111111111", "accountId": "222222222222", "awsRegion": "us-east-1","#),
            None,
        ),
    ] {
        let faults = fault
            .into_iter()
            .map(|kind| Fault { from_call: 2, ..Fault::always("SelectAggregateResourceConfig", kind) });
        let (lines, failed, code, _) = scan_aggregator(results, None, faults.collect(), REACHABILITY);
        for line in lines {
            assert!(line.starts_with("UNKNOWN (SelectAggregateResourceConfig failed ("), "{line}");
        }
        assert_eq!((failed.len(), code), (1, 2), "{failed:?}");
    }
    // An odd record of a known place is unknown there alone.
    let odd = unread(r#""accountId": "111111111111", "awsRegion": "us-east-1","#);
    let (lines, _, _, _) = scan_aggregator(odd, None, Vec::new(), REACHABILITY);
    assert!(lines[0].starts_with("UNKNOWN (sg-1 may be one that cannot be read"), "{lines:?}");
    assert_eq!(lines[1..], [ALL_OPEN; 3]);
}
