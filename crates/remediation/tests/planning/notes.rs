use remediation::{Choices, EngineVersion, Facts, Instruction, Network, Plan, Quota, in_api_shape, plan};
use serde_json::{Value, json};

use crate::facts::{OLD, blocking, facts, instance, instance_from, note, planned, task, tasks_from};

fn with_instance(member: &str, value: Value) -> Plan {
    let mut old = instance();
    old[member] = value;
    planned(&Facts { instance: instance_from(old), ..facts() })
}

#[test]
fn an_instance_of_which_all_is_known_is_ready() {
    let plan = planned(&facts());
    assert_eq!(blocking(&plan), [""; 0]);
    assert!(plan.is_ready());
}

#[test]
fn what_cannot_be_replaced_now_blocks() {
    let cases = [
        ("PubliclyAccessible", json!(false), "already-private"),
        ("PubliclyAccessible", Value::Null, "public-unknown"),
        ("ReplicationInstanceStatus", json!("modifying"), "not-available"),
        ("ReplicationInstanceStatus", Value::Null, "status-unknown"),
        ("ReplicationInstanceStatus", json!("storage-full"), "storage-full"),
        ("PendingModifiedValues", json!({"MultiAZ": true}), "pending-changes"),
        ("EngineVersion", Value::Null, "incomplete"),
        ("AutoMinorVersionUpgrade", Value::Null, "incomplete"),
        (
            "VpcSecurityGroups",
            json!([{"VpcSecurityGroupId": "sg-1", "Status": "removing"}]),
            "security-groups",
        ),
        ("VpcSecurityGroups", Value::Null, "security-groups"),
        (
            "ReplicationSubnetGroup",
            json!({"ReplicationSubnetGroupIdentifier": "g", "IsReadOnly": true}),
            "zero-etl",
        ),
        ("EngineVersion", json!("3.5.3"), "version-not-orderable"),
        ("ReplicationInstanceClass", json!("dms.t2.medium"), "class-not-orderable"),
        ("AvailabilityZone", json!("eu-west-1c"), "zone-not-orderable"),
    ];
    for (member, value, code) in cases {
        let plan = with_instance(member, value.clone());
        assert_eq!(blocking(&plan), [code], "{member} {value}");
    }
}

#[test]
fn a_fact_that_is_not_known_is_not_read_as_nothing() {
    let unknown: [(Facts, &str); 4] = [
        (Facts { tags: None, ..facts() }, "tags-unknown"),
        (Facts { tasks: None, ..facts() }, "tasks-unknown"),
        (Facts { endpoints: None, ..facts() }, "endpoints-unknown"),
        (Facts { instances: None, ..facts() }, "instances-unknown"),
    ];
    for (facts, code) in unknown {
        assert_eq!(blocking(&planned(&facts)), [code]);
    }
    // The creation shows these, before anything else is touched.
    for (facts, code) in [
        (Facts { orderable: None, ..facts() }, "orderable-unknown"),
        (Facts { quotas: None, ..facts() }, "quotas-unknown"),
        (Facts { subscriptions: None, ..facts() }, "event-subscription"),
        (Facts { alarms: None, ..facts() }, "alarm"),
    ] {
        let plan = planned(&facts);
        assert!(plan.is_ready());
        note(&plan, code);
    }
}

#[test]
fn a_version_that_can_no_longer_be_ordered_is_upgraded_on_the_old_instance_first() {
    let plan = with_instance("EngineVersion", json!("3.5.3"));
    let note = note(&plan, "version-not-orderable");
    assert!(note.next.starts_with("upgrade the old instance to 3.5.4 first"), "{}", note.next);
    assert_eq!(
        note.commands[0].join(" "),
        format!(
            "aws dms modify-replication-instance --replication-instance-arn {OLD} --engine-version 3.5.4 \
         --allow-major-version-upgrade --apply-immediately"
        )
    );
}

#[test]
fn every_status_of_a_task_has_its_answer() {
    let loading = json!({"FullLoadProgressPercent": 40, "TablesLoading": 2, "TablesQueued": 1});
    let with = |status: &str, stats: Value| {
        let mut task = task("cdc", status);
        task["ReplicationTaskStats"] = stats;
        Facts { tasks: tasks_from([task]), ..facts() }
    };
    let done = json!({"FullLoadProgressPercent": 100, "TablesLoading": 0, "TablesQueued": 0});
    for status in ["stopped", "ready", "failed", "failed-move"] {
        assert_eq!(blocking(&planned(&with(status, done.clone()))), [""; 0], "{status}");
    }
    for status in [
        "starting",
        "stopping",
        "creating",
        "modifying",
        "testing",
        "deleting",
        "moving",
        "Running with errors",
    ] {
        assert_eq!(blocking(&planned(&with(status, done.clone()))), ["task-busy"], "{status}");
    }
    for stats in [loading.clone(), Value::Null, json!({"FullLoadProgressPercent": 100})] {
        assert_eq!(blocking(&planned(&with("running", stats.clone()))), ["task-loading"], "{stats}");
    }
    let choices = Choices { reload: true, ..Choices::default() };
    assert!(plan(&with("running", loading), choices, "eu-west-1", None).is_ready());
}

#[test]
fn an_instance_that_code_manages_is_not_replaced_behind_its_back() {
    let tagged =
        |key: &str, value: &str| Facts { tags: Some([(key.to_owned(), value.to_owned())].into()), ..facts() };
    for (facts, code) in [
        (tagged("aws:cloudformation:stack-name", "orders"), "managed-by-cloudformation"),
        (tagged("dms-rule:managed-by", "Terraform"), "managed-by-terraform"),
        (tagged("dms-rule:managed-by", "the data team"), "managed-by-other"),
    ] {
        assert_eq!(blocking(&planned(&facts)), [code]);
        let choices = Choices { managed: true, ..Choices::default() };
        assert!(plan(&facts, choices, "eu-west-1", None).is_ready(), "{code}");
    }
}

#[test]
fn a_name_that_is_taken_blocks_unless_an_unfinished_run_took_it() {
    let mut other = instance();
    other["ReplicationInstanceIdentifier"] = json!("orders-private");
    other["ReplicationInstanceArn"] = json!("arn:aws:dms:eu-west-1:123456789012:rep:NEW");
    let instances = Some(vec![instance_from(instance()), instance_from(other)]);
    let tags = |arn: &str| Some([("dms-rule:replaces".to_owned(), arn.to_owned())].into());
    let taken = Facts { instances: instances.clone(), ..facts() };
    assert_eq!(blocking(&planned(&taken)), ["name-taken"]);
    let of_another = Facts { namesake_tags: tags("arn:other"), ..taken.clone() };
    assert_eq!(blocking(&planned(&of_another)), ["name-taken"]);
    let unfinished = Facts { namesake_tags: tags(OLD), ..taken.clone() };
    assert_eq!(blocking(&planned(&unfinished)), [""; 0]);
    note(&planned(&unfinished), "unfinished");
    let mut moved = task("moved", "stopped");
    moved["ReplicationInstanceArn"] = json!("arn:aws:dms:eu-west-1:123456789012:rep:NEW");
    let under_way = Facts { tasks: tasks_from([task("cdc", "running"), moved]), ..unfinished };
    assert_eq!(blocking(&planned(&under_way)), ["under-way"]);
}

#[test]
fn names_that_dms_does_not_allow_block() {
    for name in ["", "1st", "a--b", "a-", "a b", "ä", &"a".repeat(64)] {
        let choices = Choices { name: Some(name.to_owned()), ..Choices::default() };
        assert_eq!(blocking(&plan(&facts(), choices, "eu-west-1", None)), ["name-not-allowed"], "{name}");
    }
}

#[test]
fn a_quota_without_room_blocks() {
    let quota = |name: &str, used, max| Quota {
        account_quota_name: Some(name.to_owned()),
        used: Some(used),
        max: Some(max),
    };
    for (quotas, is_ready) in [
        (vec![quota("ReplicationInstances", 60, 60)], false),
        (vec![quota("ReplicationInstances", 59, 60)], true),
        (vec![quota("AllocatedStorage", 29_900, 30_000)], false),
        (vec![quota("AllocatedStorage", 29_800, 30_000)], true),
    ] {
        let plan = planned(&Facts { quotas: Some(quotas.clone()), ..facts() });
        assert_eq!(plan.is_ready(), is_ready, "{quotas:?}");
    }
}

#[test]
fn less_storage_than_the_old_instance_has_blocks() {
    for (chosen, wanted) in [(5, vec!["storage-smaller"]), (200, vec![]), (300, vec![])] {
        let choices = Choices { allocated_storage: Some(chosen), ..Choices::default() };
        assert_eq!(blocking(&plan(&facts(), choices, "eu-west-1", None)), wanted, "{chosen}");
    }
}

#[test]
fn a_date_in_seconds_is_a_day() {
    for (seconds, day) in
        [(0.0, "1970-01-01"), (1_801_353_600.0, "2027-01-31"), (951_782_400.0, "2000-02-29")]
    {
        let version = EngineVersion {
            version: Some("3.5.4".to_owned()),
            deprecation_date: Some(json!(seconds)),
            force_upgrade_date: None,
        };
        let plan = planned(&Facts { engine_versions: Some(vec![version]), ..facts() });
        let text = &note(&plan, "version-date").text;
        assert!(text.ends_with(day), "{text}");
    }
}

#[test]
fn the_order_is_those_at_rest_then_the_fewest_tables() {
    let mut large = task("large", "running");
    large["ReplicationTaskStats"]["TablesLoaded"] = json!(90);
    let tasks = tasks_from([large, task("small", "running"), task("stopped", "stopped")]);
    let plan = planned(&Facts { tasks, ..facts() });
    let order: Vec<&str> = plan.tasks.iter().map(remediation::Task::identifier).collect();
    assert_eq!(order, ["stopped", "small", "large"]);
}

#[test]
fn a_private_instance_needs_an_exit_for_a_server_outside_and_an_endpoint_for_a_service() {
    let route = |target: Value| {
        let mut table = json!({"VpcId": "vpc-1", "Associations": [{"Main": true}], "Routes": []});
        table["Routes"] = json!([target]);
        Some(vec![table])
    };
    let outside = |network: Network| {
        let mut facts = Facts { network, ..facts() };
        facts.endpoints.as_mut().unwrap()[0]["ServerName"] = json!("db.example.com");
        planned(&facts)
    };
    let warned = |plan: &Plan| -> Vec<String> {
        plan.warnings()
            .filter(|note| matches!(note.code.as_str(), "server-outside" | "vpc-endpoint"))
            .map(|note| note.text.clone())
            .collect()
    };
    let igw = outside(Network {
        route_tables: route(json!({"GatewayId": "igw-1"})),
        vpc_endpoints: Some(Vec::new()),
    });
    assert_eq!(
        warned(&igw),
        [
            "db.example.com is reached over the internet gateway today, which a private instance cannot use",
            "s3 is reached over a VPC endpoint or NAT from a private instance, and the VPC vpc-1 has no VPC endpoint for it",
        ]
    );
    let s3 = json!({"ServiceName": "com.amazonaws.eu-west-1.s3", "VpcId": "vpc-1", "State": "available"});
    let nat = outside(Network {
        route_tables: route(json!({"NatGatewayId": "nat-1"})),
        vpc_endpoints: Some(vec![s3]),
    });
    assert_eq!(warned(&nat), [""; 0]);
    let unknown = outside(Network::default());
    assert_eq!(warned(&unknown).len(), 2);
    let dead = outside(Network {
        route_tables: route(json!({"NatGatewayId": "nat-1", "State": "blackhole"})),
        vpc_endpoints: Some(Vec::new()),
    });
    assert!(warned(&dead)[0].contains("no route out"), "{:?}", warned(&dead));
}

#[test]
fn what_hangs_on_the_old_name_is_listed() {
    let plan = planned(&Facts {
        subscriptions: Some(vec![json!({"CustSubscriptionId": "pager", "SourceIdsList": ["orders"]})]),
        alarms: Some(vec![
            json!({
                "AlarmName": "orders-cpu",
                "Dimensions": [{"Name": "ReplicationInstanceIdentifier", "Value": "orders"}],
            }),
            json!({
                "AlarmName": "orders-archive-cpu",
                "Dimensions": [{"Name": "ReplicationInstanceIdentifier", "Value": "orders-archive"}],
            }),
        ]),
        engine_versions: Some(vec![EngineVersion {
            version: Some("3.5.4".to_owned()),
            deprecation_date: Some(json!("2027-01-31")),
            force_upgrade_date: None,
        }]),
        maintenance: Some(vec![json!({})]),
        ..facts()
    });
    assert_eq!(note(&plan, "event-subscription").subject, "pager");
    let alarms: Vec<&str> =
        plan.notes.iter().filter(|note| note.code == "alarm").map(|note| note.subject.as_str()).collect();
    assert_eq!(alarms, ["orders-cpu"]);
    for code in ["log-group", "arn", "maintenance", "version-date"] {
        note(&plan, code);
    }
}

#[test]
fn the_network_is_read_from_what_aws_config_recorded_as_from_ec2() {
    let recorded = json!({
        "vpcId": "vpc-1",
        "associations": [{"main": true}],
        "routes": [{"natGatewayId": "nat-1", "destinationCidrBlock": "0.0.0.0/0", "state": "active"}],
    });
    let network = Network { route_tables: Some(vec![in_api_shape(&recorded)]), vpc_endpoints: None };
    let mut facts = Facts { network, ..facts() };
    facts.endpoints.as_mut().unwrap()[0]["ServerName"] = json!("db.example.com");
    let plan = planned(&facts);
    assert!(plan.notes.iter().all(|note| note.code != "server-outside"), "{:?}", plan.notes);
}

#[test]
fn an_arn_that_is_none_or_of_another_place_blocks() {
    for arn in [
        "garbage",
        "a:b:c:eu-west-1:123456789012:f:g",
        "arn:aws:rds:eu-west-1:123456789012:rep:OLD",
        "arn:aws:dms:eu-west-2:123456789012:rep:OLD",
        "arn:aws:dms:eu-west-1:1234:rep:OLD",
        "arn:aws:dms:eu-west-1:123456789012:task:OLD",
    ] {
        let mut old = instance();
        old["ReplicationInstanceArn"] = json!(arn);
        let plan = planned(&Facts { instance: instance_from(old), tasks: tasks_from([]), ..facts() });
        assert_eq!(blocking(&plan), ["arn-odd"], "{arn}");
    }
    for (member, kind) in
        [("ReplicationTaskArn", "task"), ("SourceEndpointArn", "endpoint"), ("TargetEndpointArn", "endpoint")]
    {
        for arn in [
            "garbage".to_owned(),
            format!("arn:aws:dms:eu-west-1:123456789012:x{kind}:A"),
            format!("arn:aws:dms:eu-west-2:123456789012:{kind}:A"),
            format!("arn:aws:dms:eu-west-1:999999999999:{kind}:A"),
            format!("arn:aws-cn:dms:eu-west-1:123456789012:{kind}:A"),
        ] {
            let mut odd = task("odd", "running");
            odd[member] = json!(arn);
            let plan = planned(&Facts { tasks: tasks_from([odd]), ..facts() });
            assert!(blocking(&plan).contains(&"arn-odd"), "{member} {arn}");
        }
    }
}

#[test]
fn a_task_that_is_given_twice_is_one_if_equal_and_else_blocks() {
    let twice =
        planned(&Facts { tasks: tasks_from([task("a", "running"), task("a", "running")]), ..facts() });
    assert_eq!((twice.tasks.len(), blocking(&twice)), (1, vec![]));
    let differing = tasks_from([task("a", "running"), task("b", "stopped"), task("a", "stopped")]);
    let plan = planned(&Facts { tasks: differing, ..facts() });
    assert_eq!((plan.tasks.len(), blocking(&plan)), (3, vec!["task-twice"]));
}

#[test]
fn more_tags_than_dms_takes_with_those_of_the_run_block() {
    for (count, codes) in [(48, vec![]), (49, vec!["too-many-tags"]), (50, vec!["too-many-tags"])] {
        let mut tags: std::collections::BTreeMap<String, String> =
            (0..count).map(|number| (format!("k{number}"), String::new())).collect();
        // These are not copied.
        tags.insert("aws:createdBy".to_owned(), String::new());
        tags.insert("dms-rule:run".to_owned(), String::new());
        let plan = planned(&Facts { tags: Some(tags), ..facts() });
        assert_eq!(blocking(&plan), codes, "{count}");
    }
}

#[test]
fn a_task_on_its_way_to_an_unfinished_instance_is_a_run_under_way() {
    let new = "arn:aws:dms:eu-west-1:123456789012:rep:NEW";
    let mut other = instance();
    other["ReplicationInstanceIdentifier"] = json!("orders-private");
    other["ReplicationInstanceArn"] = json!(new);
    let mut moving = task("moving", "moving");
    moving["TargetReplicationInstanceArn"] = json!(new);
    let plan = planned(&Facts {
        instances: Some(vec![instance_from(instance()), instance_from(other)]),
        namesake_tags: Some([("dms-rule:replaces".to_owned(), OLD.to_owned())].into()),
        tasks: tasks_from([moving]),
        ..facts()
    });
    assert!(blocking(&plan).contains(&"under-way"), "{:?}", plan.notes);
}

#[test]
fn the_name_of_the_old_instance_is_taken() {
    for name in ["orders", "ORDERS"] {
        let choices = Choices { name: Some(name.to_owned()), ..Choices::default() };
        for instances in [facts().instances, Some(Vec::new())] {
            let plan = plan(&Facts { instances, ..facts() }, choices.clone(), "eu-west-1", None);
            assert_eq!(blocking(&plan), ["name-taken"], "{name}");
        }
    }
}

/// The first step is about the rules that let something in, is a query if they are not known, and nothing if nothing enters.
#[test]
fn the_first_step_closes_what_is_open() {
    let rule =
        json!({"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"});
    let other = json!({"GroupId": "sg-2", "IpProtocol": "-1", "PrefixListId": "pl-1"});
    for (exposure, wanted) in [
        (None, vec!["aws ec2 describe-security-group-rules --filters Name=group-id,Values=sg-1"]),
        (
            Some(json!({"state": "UNKNOWN (acl-1)", "isClosed": false})),
            vec!["aws ec2 describe-security-group-rules --filters Name=group-id,Values=sg-1"],
        ),
        (Some(json!({"state": "NOT ROUTED (rtb-1)", "isClosed": true})), vec![]),
        (
            Some(json!({"state": "OPEN: x", "isClosed": false, "rules": [rule, other, rule]})),
            vec![
                "aws ec2 revoke-security-group-ingress --group-id sg-1 --ip-permissions \
                 [{\"FromPort\":22,\"IpProtocol\":\"tcp\",\"Ipv6Ranges\":[{\"CidrIpv6\":\"::/0\"}],\"ToPort\":22},\
                 {\"FromPort\":22,\"IpProtocol\":\"tcp\",\"Ipv6Ranges\":[{\"CidrIpv6\":\"::/0\"}],\"ToPort\":22}]",
                "aws ec2 revoke-security-group-ingress --group-id sg-2 --ip-permissions \
                 [{\"IpProtocol\":\"-1\",\"PrefixListIds\":[{\"PrefixListId\":\"pl-1\"}]}]",
            ],
        ),
    ] {
        let mut facts = facts();
        facts.exposure = exposure.clone().map(|exposure| serde_json::from_value(exposure).unwrap());
        let plan = planned(&facts);
        let step = plan.steps().remove(0);
        let commands: Vec<String> = step
            .instructions
            .iter()
            .filter_map(|instruction| match instruction {
                Instruction::Print(words) => Some(words.join(" ")),
                _ => None,
            })
            .collect();
        assert_eq!(commands, wanted, "{exposure:?}");
        let state = exposure.as_ref().map(|exposure| exposure["state"].as_str().unwrap().to_owned());
        let shown = remediation::formats::terminal(&plan, None, false);
        assert!(state.is_none_or(|state| shown.matches(&state).count() == 2), "{shown}");
    }
}
