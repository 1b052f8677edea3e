//! Instances: creation, modification, deletion, connections, tags and quotas.

use local_aws::{Failure, Unreachable, Variant};
use serde_json::{Value, json};

use crate::dms::{Dms, KEY, OLD, SOURCE, TARGET, create_request, task, task_arn};

/// Removes a member of a request.
fn without(request: &mut Value, member: &str) {
    request.as_object_mut().unwrap().remove(member);
}

#[test]
fn the_defaults_of_a_new_instance_are_those_of_the_service_model() {
    let dms = Dms::start();
    let new = dms.create(|request| {
        *request = json!({
            "ReplicationInstanceIdentifier": "Plain",
            "ReplicationInstanceClass": "dms.t3.medium",
            "ReplicationSubnetGroupIdentifier": "databases",
        });
    });
    for (member, value) in [
        ("ReplicationInstanceIdentifier", json!("plain")),
        ("ReplicationInstanceStatus", json!("available")),
        ("PubliclyAccessible", json!(true)),
        ("AutoMinorVersionUpgrade", json!(true)),
        ("EngineVersion", json!("3.6.1")),
        ("AllocatedStorage", json!(50)),
        ("MultiAZ", json!(false)),
        ("NetworkType", json!("IPV4")),
        ("AvailabilityZone", json!("us-east-1a")),
    ] {
        assert_eq!(new[member], value, "{member}");
    }
    let address = new["ReplicationInstancePublicIpAddress"].as_str().unwrap();
    assert_eq!(new["ReplicationInstancePublicIpAddresses"], json!([address]));
    assert!(new["ReplicationInstancePrivateIpAddress"].as_str().unwrap().starts_with("10.0."));
    let resource = new["ReplicationInstanceArn"].as_str().unwrap().rsplit(':').next().unwrap();
    assert!(
        resource.len() == 26
            && resource.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
    );
}

#[test]
fn a_version_below_the_default_is_overridden_with_auto_minor_version_upgrade() {
    for (requested, upgrades, version) in [
        (Some("3.5.4"), Some(true), "3.6.1"),
        (Some("3.5.4"), None, "3.6.1"),
        (Some("3.5.4"), Some(false), "3.5.4"),
        (Some("3.6.1"), Some(true), "3.6.1"),
        (None, Some(false), "3.6.1"),
    ] {
        let dms = Dms::start();
        let new = dms.create(|request| {
            without(request, "EngineVersion");
            without(request, "AutoMinorVersionUpgrade");
            requested.inspect(|version| request["EngineVersion"] = json!(version));
            upgrades.inspect(|upgrades| request["AutoMinorVersionUpgrade"] = json!(upgrades));
        });
        assert_eq!(new["EngineVersion"], version, "{requested:?} {upgrades:?}");
    }
}

#[test]
fn an_instance_that_dms_cannot_create_is_a_fault_and_nothing_is_created() {
    for (member, value, code) in [
        ("ReplicationInstanceIdentifier", json!("ORDERS"), "ResourceAlreadyExistsFault"),
        ("ReplicationInstanceIdentifier", json!("orders-"), "InvalidParameterValueException"),
        ("ReplicationInstanceIdentifier", json!("or--ders"), "InvalidParameterValueException"),
        ("ReplicationInstanceIdentifier", json!("1orders"), "InvalidParameterValueException"),
        ("ReplicationInstanceIdentifier", json!("a".repeat(64)), "InvalidParameterValueException"),
        ("ReplicationInstanceClass", json!("dms.r4.large"), "InvalidParameterValueException"),
        ("ReplicationInstanceClass", json!("x".repeat(31)), "ValidationException"),
        ("EngineVersion", json!("3.5.3"), "InvalidParameterValueException"),
        ("AllocatedStorage", json!(4), "InvalidParameterValueException"),
        ("AllocatedStorage", json!(6145), "InvalidParameterValueException"),
        ("MultiAZ", json!(true), "InvalidParameterCombinationException"),
        ("AvailabilityZone", json!("us-east-1c"), "InvalidSubnet"),
        ("ReplicationSubnetGroupIdentifier", json!("other"), "ResourceNotFoundFault"),
        ("KmsKeyId", json!("arn:aws:kms:us-east-1:123456789012:key/other"), "KMSKeyNotAccessibleFault"),
        ("PreferredMaintenanceWindow", json!("wed:08:08-wed:08:37"), "InvalidParameterValueException"),
        ("PreferredMaintenanceWindow", json!("wed:8:8-wed:08:38"), "InvalidParameterValueException"),
        ("VpcSecurityGroupIds", json!(["vpc-1"]), "InvalidParameterValueException"),
        ("NetworkType", json!("DUAL"), "InvalidParameterValueException"),
        (
            "DnsNameServers",
            json!("1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4,5.5.5.5"),
            "InvalidParameterValueException",
        ),
        ("DnsNameServers", json!("ns.example.com"), "InvalidParameterValueException"),
        ("ResourceIdentifier", json!("x".repeat(32)), "InvalidParameterValueException"),
        ("ResourceIdentifier", json!("OLDINSTANCE"), "ResourceAlreadyExistsFault"),
        ("Tags", json!([{"Key": "aws:x", "Value": ""}]), "InvalidParameterValueException"),
        ("Tags", json!([{"Key": "x", "Value": "DMS:x"}]), "InvalidParameterValueException"),
        ("Tags", json!([{"Key": "x", "Value": "$(id)"}]), "InvalidParameterValueException"),
        ("Tags", json!([{"Key": "", "Value": "x"}]), "InvalidParameterValueException"),
        ("Tags", json!([{"Key": "x"}, {"Key": "x"}]), "InvalidParameterValueException"),
    ] {
        let dms = Dms::start();
        let mut request = create_request();
        request[member] = value;
        assert_eq!(dms.fault("CreateReplicationInstance", &request), code, "{member} {}", request[member]);
        assert_eq!(dms.change(|account| account.dms["ReplicationInstances"].len()), 1, "{member}");
    }
    let dms = Dms::start();
    let mut request = create_request();
    without(&mut request, "ReplicationSubnetGroupIdentifier");
    assert_eq!(dms.fault("CreateReplicationInstance", &request), "ResourceNotFoundFault");
}

#[test]
fn quotas_the_role_and_the_subnets_limit_creation() {
    let create = create_request();
    let dms = Dms::start();
    dms.change(|account| account.simulation.quotas.insert("ReplicationInstances".to_owned(), 1));
    assert_eq!(dms.fault("CreateReplicationInstance", &create), "ResourceQuotaExceededFault");
    let quotas = dms.ok("DescribeAccountAttributes", &json!({}))["AccountQuotas"].clone();
    assert_eq!(quotas[2], json!({"AccountQuotaName": "ReplicationInstances", "Used": 1, "Max": 1}));
    let dms = Dms::start();
    dms.change(|account| account.simulation.quotas.insert("AllocatedStorage".to_owned(), 199));
    assert_eq!(dms.fault("CreateReplicationInstance", &create), "StorageQuotaExceededFault");
    let dms = Dms::start();
    dms.change(|account| account.simulation.variants.insert(Variant::NoVpcRole));
    assert_eq!(dms.fault("CreateReplicationInstance", &create), "AccessDeniedFault");
    dms.change(|account| account.simulation.variants.clear());
    dms.change(|account| {
        account.dms.get_mut("ReplicationSubnetGroups").unwrap()[0]["Subnets"].as_array_mut().unwrap().pop();
    });
    let mut multi = create;
    multi["MultiAZ"] = json!(true);
    without(&mut multi, "AvailabilityZone");
    assert_eq!(dms.fault("CreateReplicationInstance", &multi), "ReplicationSubnetGroupDoesNotCoverEnoughAZs");
}

#[test]
fn what_is_no_longer_offered_cannot_be_created() {
    let dms = Dms::start();
    dms.change(|account| account.simulation.withdraw_version("3.5.4"));
    assert_eq!(dms.fault("CreateReplicationInstance", &create_request()), "InvalidParameterValueException");
    let dms = Dms::start();
    dms.change(|account| account.simulation.withdraw_class("dms.c5.xlarge"));
    assert_eq!(dms.fault("CreateReplicationInstance", &create_request()), "InvalidParameterValueException");
}

#[test]
fn every_attribute_of_a_creation_is_described() {
    let dms = Dms::start();
    let kerberos = json!({"KeyCacheSecretId": "secret", "Krb5FileContents": "[realms]"});
    let change = |request: &mut Value| {
        request["DnsNameServers"] = json!("1.1.1.1,2.2.2.2");
        request["ResourceIdentifier"] = json!("Orders-Private");
        request["KerberosAuthenticationSettings"] = kerberos.clone();
        request["MultiAZ"] = json!(true);
        without(request, "AvailabilityZone");
    };
    let new = dms.create(change);
    assert_eq!(new["DnsNameServers"], "1.1.1.1,2.2.2.2");
    assert_eq!(new["ReplicationInstanceArn"], "arn:aws:dms:us-east-1:123456789012:rep:Orders-Private");
    assert_eq!(new["KerberosAuthenticationSettings"], kerberos);
    assert_eq!(
        (&new["AvailabilityZone"], &new["SecondaryAvailabilityZone"]),
        (&json!("us-east-1a"), &json!("us-east-1b"))
    );
    assert_eq!(new["KmsKeyId"], KEY);
    let dms = Dms::start();
    dms.change(|account| {
        account.simulation.variants =
            [Variant::KerberosFileIsHidden, Variant::NullAsPublicAddress].into_iter().collect();
    });
    let created = dms.ok("CreateReplicationInstance", &{
        let mut request = create_request();
        change(&mut request);
        request
    });
    assert_eq!(
        created["ReplicationInstance"]["KerberosAuthenticationSettings"],
        json!({"KeyCacheSecretId": "secret"})
    );
    dms.instance("arn:aws:dms:us-east-1:123456789012:rep:Orders-Private");
    let addresses = dms.change(|account| {
        account.dms["ReplicationInstances"][1]["ReplicationInstancePublicIpAddresses"].clone()
    });
    assert_eq!(addresses, json!([null]));
}

#[test]
fn a_creation_can_end_in_another_status() {
    let dms = Dms::start();
    dms.change(|account| {
        let status = "incompatible-network".to_owned();
        account.simulation.failed_creations.insert("orders-private".to_owned(), status);
    });
    let new = dms.create(|_| {});
    assert_eq!(new["ReplicationInstanceStatus"], "incompatible-network");
    assert_eq!(new.get("ReplicationInstancePrivateIpAddress"), None);
    dms.ok("DeleteReplicationInstance", &json!({"ReplicationInstanceArn": new["ReplicationInstanceArn"]}));
}

#[test]
fn an_instance_with_a_task_on_it_or_on_its_way_to_it_is_not_deleted() {
    let dms = Dms::start();
    let delete = |arn: &Value| json!({"ReplicationInstanceArn": arn});
    assert_eq!(dms.fault("DeleteReplicationInstance", &delete(&json!(OLD))), "InvalidResourceStateFault");
    let arn = dms.create(|_| {})["ReplicationInstanceArn"].clone();
    let request = json!({"ReplicationTaskArn": task_arn("stopped"), "TargetReplicationInstanceArn": arn});
    dms.ok("MoveReplicationTask", &request);
    assert_eq!(dms.fault("DeleteReplicationInstance", &delete(&arn)), "InvalidResourceStateFault");
    dms.expect_task("stopped", &["moving", "stopped"]);
    assert_eq!(dms.fault("DeleteReplicationInstance", &delete(&arn)), "InvalidResourceStateFault");
    dms.task_call("DeleteReplicationTask", "stopped");
    assert_eq!(dms.fault("DeleteReplicationInstance", &delete(&arn)), "InvalidResourceStateFault");
    dms.task("stopped");
    dms.ok("DeleteReplicationInstance", &delete(&arn));
    assert_eq!(dms.fault("DeleteReplicationInstance", &delete(&arn)), "InvalidResourceStateFault");
    assert_eq!(dms.fault("DeleteReplicationInstance", &delete(&json!("other"))), "ResourceNotFoundFault");
}

#[test]
fn an_instance_in_creation_allows_nothing() {
    let dms = Dms::start();
    let created = dms.ok("CreateReplicationInstance", &create_request());
    let arn = &created["ReplicationInstance"]["ReplicationInstanceArn"];
    for (operation, request) in [
        ("DeleteReplicationInstance", json!({"ReplicationInstanceArn": arn})),
        ("ModifyReplicationInstance", json!({"ReplicationInstanceArn": arn, "MultiAZ": true})),
        ("TestConnection", json!({"ReplicationInstanceArn": arn, "EndpointArn": SOURCE})),
        (
            "MoveReplicationTask",
            json!({"ReplicationTaskArn": task_arn("stopped"), "TargetReplicationInstanceArn": arn}),
        ),
    ] {
        assert_eq!(dms.fault(operation, &request), "InvalidResourceStateFault", "{operation}");
    }
}

#[test]
fn a_modification_waits_for_the_window_unless_it_applies_immediately() {
    let dms = Dms::start();
    let modify = |change: Value| {
        let mut request = json!({"ReplicationInstanceArn": OLD});
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        request
    };
    let waiting = modify(json!({"AllocatedStorage": 200, "ReplicationInstanceIdentifier": "later"}));
    let response = dms.ok("ModifyReplicationInstance", &waiting)["ReplicationInstance"].clone();
    assert_eq!(response["ReplicationInstanceStatus"], "available");
    assert_eq!(response["PendingModifiedValues"], json!({"AllocatedStorage": 200}));
    assert_eq!(
        (&response["AllocatedStorage"], &response["ReplicationInstanceIdentifier"]),
        (&json!(100), &json!("orders"))
    );

    let upgrade =
        modify(json!({"EngineVersion": "3.6.1", "AllocatedStorage": 200, "ApplyImmediately": true}));
    assert_eq!(dms.fault("ModifyReplicationInstance", &upgrade), "InvalidParameterCombinationException");
    let mut upgrade = upgrade;
    upgrade["AllowMajorVersionUpgrade"] = json!(true);
    let response = dms.ok("ModifyReplicationInstance", &upgrade)["ReplicationInstance"].clone();
    assert_eq!(
        (&response["ReplicationInstanceStatus"], &response["EngineVersion"]),
        (&json!("upgrading"), &json!("3.5.4"))
    );
    dms.instance(OLD);
    let upgraded = dms.instance(OLD);
    assert_eq!((&upgraded["EngineVersion"], &upgraded["AllocatedStorage"]), (&json!("3.6.1"), &json!(200)));
    assert_eq!(upgraded["PendingModifiedValues"], json!({}));

    for (change, code) in [
        (
            json!({"EngineVersion": "3.5.4", "AllowMajorVersionUpgrade": true}),
            "InvalidParameterValueException",
        ),
        (json!({"AllocatedStorage": 100}), "InvalidParameterValueException"),
        (json!({"ReplicationInstanceClass": "dms.r4.large"}), "InvalidParameterValueException"),
        (json!({"ReplicationInstanceIdentifier": "-"}), "InvalidParameterValueException"),
        (json!({"PubliclyAccessible": false}), "ValidationException"),
        (json!({"DnsNameServers": "1.1.1.1"}), "ValidationException"),
    ] {
        assert_eq!(dms.fault("ModifyReplicationInstance", &modify(change.clone())), code, "{change}");
    }
}

#[test]
fn a_name_that_another_instance_has_is_not_given() {
    let dms = Dms::start();
    let arn = dms.create(|_| {})["ReplicationInstanceArn"].clone();
    let rename = |name: &str| json!({"ReplicationInstanceArn": arn, "ReplicationInstanceIdentifier": name, "ApplyImmediately": true});
    assert_eq!(dms.fault("ModifyReplicationInstance", &rename("Orders")), "ResourceAlreadyExistsFault");
    let same = dms.ok("ModifyReplicationInstance", &rename("orders-private"));
    assert_eq!(same["ReplicationInstance"]["ReplicationInstanceStatus"], "available");
}

#[test]
fn a_connection_fails_on_demand_from_one_instance_or_from_all() {
    let dms = Dms::start();
    let arn = dms.create(|_| {})["ReplicationInstanceArn"].as_str().unwrap().to_owned();
    dms.change(|account| {
        account.simulation.unreachable = vec![
            Unreachable {
                instance: Some("orders-private".to_owned()),
                endpoint: SOURCE.to_owned(),
                failure: Failure::once("no route to host"),
            },
            Unreachable { instance: None, endpoint: TARGET.to_owned(), failure: Failure::always("denied") },
        ];
    });
    assert_eq!(dms.test(OLD, SOURCE)["Status"], "successful");
    let failed = dms.test(&arn, SOURCE);
    assert_eq!(
        (&failed["Status"], &failed["LastFailureMessage"]),
        (&json!("failed"), &json!("no route to host"))
    );
    assert_eq!(failed["EndpointIdentifier"], "source");
    let again = dms.test(&arn, SOURCE);
    assert_eq!((&again["Status"], again.get("LastFailureMessage")), (&json!("successful"), None));
    for instance in [OLD, &arn] {
        assert_eq!(dms.test(instance, TARGET)["LastFailureMessage"], "denied");
    }
    for (instance, endpoint) in [("other", SOURCE), (OLD, "other")] {
        let request = json!({"ReplicationInstanceArn": instance, "EndpointArn": endpoint});
        assert_eq!(dms.fault("TestConnection", &request), "ResourceNotFoundFault");
    }
}

#[test]
fn a_second_test_of_a_connection_is_accepted_unless_a_variant_rejects_it() {
    let dms = Dms::start();
    let request = json!({"ReplicationInstanceArn": OLD, "EndpointArn": SOURCE});
    dms.ok("TestConnection", &request);
    dms.ok("TestConnection", &request);
    dms.change(|account| account.simulation.variants.insert(Variant::SecondTestIsRejected));
    assert_eq!(dms.fault("TestConnection", &request), "InvalidResourceStateFault");
    assert_eq!(dms.tested(OLD, SOURCE)["Status"], "successful");
}

#[test]
fn tags_are_added_replaced_and_removed() {
    let dms = Dms::start();
    let tags = |arn: &str| dms.ok("ListTagsForResource", &json!({"ResourceArn": arn}))["TagList"].clone();
    for arn in [OLD, &task_arn("running"), SOURCE] {
        let add = |value: &str| json!({"ResourceArn": arn, "Tags": [{"Key": "dms-rule:stopped-for-move", "Value": value}]});
        let before = tags(arn).as_array().unwrap().len();
        dms.ok("AddTagsToResource", &add("open"));
        dms.ok("AddTagsToResource", &add("closed"));
        assert_eq!(tags(arn)[before], json!({"Key": "dms-rule:stopped-for-move", "Value": "closed"}));
        assert_eq!(tags(arn).as_array().unwrap().len(), before + 1);
        dms.ok(
            "RemoveTagsFromResource",
            &json!({"ResourceArn": arn, "TagKeys": ["dms-rule:stopped-for-move", "other"]}),
        );
        assert_eq!(tags(arn).as_array().unwrap().len(), before);
    }
    let other = json!({"ResourceArn": "arn:aws:dms:us-east-1:123456789012:rep:OTHER", "Tags": []});
    assert_eq!(dms.fault("AddTagsToResource", &other), "ResourceNotFoundFault");
    let hostile = json!({"ResourceArn": OLD, "Tags": [{"Key": "x", "Value": "'$(id)`\n"}]});
    assert_eq!(dms.fault("AddTagsToResource", &hostile), "InvalidParameterValueException");
    dms.change(|account| account.simulation.variants.insert(Variant::TagsOfAnyCharacters));
    dms.ok("AddTagsToResource", &hostile);
    assert_eq!(tags(OLD)[1]["Value"], "'$(id)`\n");
    let many: Vec<Value> = (0..50).map(|number| json!({"Key": number.to_string(), "Value": ""})).collect();
    let many = json!({"ResourceArn": OLD, "Tags": many});
    assert_eq!(dms.fault("AddTagsToResource", &many), "InvalidParameterValueException");
}

#[test]
fn pending_maintenance_is_listed_by_instance() {
    let dms = Dms::start();
    let new = dms.create(|_| {})["ReplicationInstanceArn"].clone();
    dms.change(|account| {
        account.simulation.maintenance = vec![json!({
            "ResourceIdentifier": OLD,
            "PendingMaintenanceActionDetails": [
                {"Action": "db-upgrade", "ForcedApplyDate": "2026-12-01T00:00:00Z"},
            ],
        })];
    });
    let actions = |request: &Value| {
        dms.ok("DescribePendingMaintenanceActions", request)["PendingMaintenanceActions"].clone()
    };
    let details = &actions(&json!({"ReplicationInstanceArn": OLD}))[0]["PendingMaintenanceActionDetails"];
    assert_eq!(details[0]["ForcedApplyDate"], 1_796_083_200.0);
    assert_eq!(actions(&json!({"ReplicationInstanceArn": new})), json!([]));
    let other = json!({"ReplicationInstanceArn": "other"});
    assert_eq!(dms.fault("DescribePendingMaintenanceActions", &other), "ResourceNotFoundFault");
}

#[test]
fn a_task_of_another_user_that_appears_blocks_a_deletion() {
    let dms = Dms::start();
    let arn = dms.create(|_| {})["ReplicationInstanceArn"].as_str().unwrap().to_owned();
    dms.change(|account| {
        let mut late = task("late", "creating", "cdc");
        late["ReplicationInstanceArn"] = json!(arn);
        account.dms.get_mut("ReplicationTasks").unwrap().push(late);
    });
    let request = json!({"ReplicationInstanceArn": arn});
    assert_eq!(dms.fault("DeleteReplicationInstance", &request), "InvalidResourceStateFault");
    assert_eq!(dms.task("late")["Status"], "creating");
}
