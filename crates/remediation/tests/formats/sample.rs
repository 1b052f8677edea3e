//! A plan as a realistic instance gives it, and one in which everything is hostile.

use std::collections::BTreeMap;

use remediation::{Choices, Facts, Network, Plan, plan};
use serde_json::{Value, json};

pub(crate) const OLD: &str = "arn:aws:dms:eu-west-1:123456789012:rep:7QX3ORDERS";
pub(crate) const REGION: &str = "eu-west-1";

fn task(name: &str, status: &str, kind: &str, source: &str, target: &str, tables: i64) -> Value {
    json!({
        "ReplicationTaskIdentifier": name,
        "ReplicationTaskArn": format!("arn:aws:dms:eu-west-1:123456789012:task:{}", name.to_uppercase()),
        "Status": status,
        "MigrationType": kind,
        "SourceEndpointArn": endpoint_arn(source),
        "TargetEndpointArn": endpoint_arn(target),
        "ReplicationInstanceArn": OLD,
        "ReplicationTaskStats": {
            "FullLoadProgressPercent": 100, "TablesLoaded": tables, "TablesLoading": 0, "TablesQueued": 0, "TablesErrored": 0
        },
    })
}

fn endpoint_arn(name: &str) -> String {
    format!("arn:aws:dms:eu-west-1:123456789012:endpoint:{}", name.to_uppercase())
}

pub(crate) fn instance() -> Value {
    json!({
        "ReplicationInstanceIdentifier": "orders-migration",
        "ReplicationInstanceArn": OLD,
        "ReplicationInstanceStatus": "available",
        "ReplicationInstanceClass": "dms.r5.large",
        "AllocatedStorage": 200,
        "EngineVersion": "3.5.4",
        "AutoMinorVersionUpgrade": true,
        "MultiAZ": false,
        "AvailabilityZone": "eu-west-1a",
        "PubliclyAccessible": true,
        "ReplicationInstancePublicIpAddress": "52.18.40.9",
        "ReplicationInstancePrivateIpAddress": "10.20.1.17",
        "ReplicationSubnetGroup": {
            "ReplicationSubnetGroupIdentifier": "dms-shared",
            "VpcId": "vpc-0b1946ac",
            "Subnets": [
                {"SubnetIdentifier": "subnet-0a1b", "SubnetAvailabilityZone": {"Name": "eu-west-1a"}},
                {"SubnetIdentifier": "subnet-0c2d", "SubnetAvailabilityZone": {"Name": "eu-west-1b"}},
            ],
        },
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0d75a1", "Status": "active"}],
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1f0c9c3e-5d2c-4d6a-9a44-0f8a52a3a5f1",
        "PreferredMaintenanceWindow": "sun:06:00-sun:14:00",
        "NetworkType": "IPV4",
        "PendingModifiedValues": {},
    })
}

/// Returns what the Internet reaches: two rules of one group, and a fact that is missing.
fn exposure() -> Value {
    json!({
        "state": "OPEN: at least tcp 5432 from 0.0.0.0/0 by sg-0d75a1, recorded 2026-11-01",
        "isClosed": false,
        "rules": [
            {"GroupId": "sg-0d75a1", "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIpv4": "0.0.0.0/0"},
            {"GroupId": "sg-0d75a1", "IpProtocol": "-1", "PrefixListId": "pl-0a1"},
        ],
        "unknown": ["prefix list pl-0b2 is not recorded"],
    })
}

pub(crate) fn facts() -> Facts {
    let instance: remediation::Instance = serde_json::from_value(instance()).unwrap();
    let tasks = json!([
        task("orders-cdc", "running", "full-load-and-cdc", "orders-db", "lake", 214),
        task("crm-cdc", "running", "cdc", "crm-db", "lake", 31),
        task("archive-2024", "stopped", "full-load", "orders-db", "lake", 12),
    ]);
    let endpoints = json!([
        {"EndpointArn": endpoint_arn("orders-db"), "EndpointIdentifier": "orders-db", "EndpointType": "SOURCE", "EngineName": "postgres", "ServerName": "db.example.com"},
        {"EndpointArn": endpoint_arn("crm-db"), "EndpointIdentifier": "crm-db", "EndpointType": "SOURCE", "EngineName": "mysql", "ServerName": "10.20.3.9"},
        {"EndpointArn": endpoint_arn("lake"), "EndpointIdentifier": "lake", "EndpointType": "TARGET", "EngineName": "s3"},
    ]);
    let list = |value: Value| value.as_array().cloned();
    Facts {
        instances: Some(vec![instance.clone()]),
        instance,
        tags: Some(BTreeMap::from([("team".to_owned(), "data".to_owned()), ("cost centre".to_owned(), "4 711".to_owned())])),
        tasks: serde_json::from_value(tasks).unwrap(),
        endpoints: list(endpoints),
        orderable: serde_json::from_value(json!([{"EngineVersion": "3.5.4", "ReplicationInstanceClass": "dms.r5.large", "AvailabilityZones": ["eu-west-1a", "eu-west-1b"]}])).unwrap(),
        engine_versions: serde_json::from_value(json!([{"Version": "3.5.4", "DeprecationDate": "2027-01-31T00:00:00Z"}])).unwrap(),
        quotas: serde_json::from_value(json!([
            {"AccountQuotaName": "ReplicationInstances", "Used": 3, "Max": 60},
            {"AccountQuotaName": "AllocatedStorage", "Used": 300, "Max": 30000},
        ]))
        .unwrap(),
        maintenance: Some(vec![]),
        subscriptions: list(json!([{"CustSubscriptionId": "dba-mail", "SourceIdsList": ["orders-migration"]}])),
        alarms: None,
        network: Network {
            route_tables: list(json!([{
                "VpcId": "vpc-0b1946ac", "Associations": [{"Main": true}],
                "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}],
            }])),
            vpc_endpoints: list(json!([])),
        },
        exposure: serde_json::from_value(exposure()).unwrap(),
        ..Facts::default()
    }
}

pub(crate) fn made(facts: &Facts, choices: Choices) -> Plan {
    plan(facts, choices, REGION, Some("2026-11-27T09:00:00Z".to_owned()))
}

pub(crate) fn sample() -> Plan {
    made(&facts(), Choices::default())
}

/// Returns a plan in which every text that DMS gives is `text`; where texts must differ, with a number behind it.
pub(crate) fn hostile(text: &str) -> Plan {
    let mut facts = facts();
    facts.tags = Some(BTreeMap::from([
        (format!("{text}k"), text.to_owned()),
        ("dms-rule:managed-by".to_owned(), text.to_owned()),
    ]));
    let some = || Some(text.to_owned());
    facts.instance.replication_instance_identifier = some();
    facts.instance.replication_instance_arn = some();
    facts.instance.replication_instance_class = some();
    facts.instance.engine_version = some();
    facts.instance.availability_zone = some();
    facts.instance.kms_key_id = some();
    facts.instance.preferred_maintenance_window = some();
    facts.instance.dns_name_servers = some();
    facts.instance.network_type = some();
    facts.instance.replication_instance_public_ip_address = some();
    facts.instance.replication_instance_private_ip_address = some();
    let group = facts.instance.replication_subnet_group.as_mut().unwrap();
    group.replication_subnet_group_identifier = some();
    group.vpc_id = some();
    facts.instance.vpc_security_groups.as_mut().unwrap()[0].vpc_security_group_id = some();
    for (number, task) in facts.tasks.as_mut().unwrap().iter_mut().enumerate() {
        task.replication_task_identifier = Some(format!("{text}{number}"));
        task.replication_task_arn = Some(format!("{text}:{number}"));
        task.replication_instance_arn = some();
        task.source_endpoint_arn = Some(format!("{text}s{number}"));
        task.target_endpoint_arn = some();
        task.cdc_stop_position = some();
        task.last_failure_message = some();
    }
    facts.tasks.as_mut().unwrap()[2].status = Some("failed".to_owned());
    facts.endpoints = Some(vec![json!({
        "EndpointArn": text, "EndpointIdentifier": text, "EndpointType": text, "EngineName": text, "ServerName": text
    })]);
    facts.subscriptions = Some(vec![json!({"CustSubscriptionId": text, "SourceIdsList": [text]})]);
    let rule = json!({"GroupId": text, "IpProtocol": text, "CidrIpv4": text, "CidrIpv6": text, "PrefixListId": text});
    let exposure = json!({"state": text, "isClosed": false, "rules": [rule], "unknown": [text]});
    facts.exposure = serde_json::from_value(exposure).unwrap();
    facts.alarms = Some(vec![json!({"AlarmName": text, "Dimensions": [text]})]);
    made(&facts, Choices { rename: true, managed: true, ..Choices::default() })
}
