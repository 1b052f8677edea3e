//! Requests have the members of the service model and no others.

use serde_json::{Value, json};

use crate::client::call;
use crate::dms::{Dms, OLD, SOURCE, filter, task_arn};
use crate::model::Model;

/// Builds a value of a shape.
fn value_of(model: &Model, shape: &Value) -> Value {
    match shape["type"].as_str().unwrap() {
        "structure" => {
            let members = shape["members"].as_object().unwrap();
            let members =
                members.iter().map(|(name, shape)| (name.clone(), value_of(model, model.named(shape))));
            Value::Object(members.collect())
        }
        "list" => json!([value_of(model, model.named(&shape["member"]))]),
        "string" => shape["enum"].get(0).cloned().unwrap_or_else(|| json!("x")),
        "integer" | "long" => json!(30),
        "double" | "timestamp" => json!(1_790_866_991.5),
        _ => json!(true),
    }
}

/// Returns a value of another type than a shape.
fn value_of_another_type(shape: &Value) -> Value {
    if shape["type"] == "string" { json!(1) } else { json!("x") }
}

#[test]
fn each_operation_takes_the_members_of_the_model_with_their_types_and_no_others() {
    let dms = Dms::start();
    let model = dms.model();
    for operation in model.operations() {
        let shape = model.shape(operation, "input");
        let whole = value_of(model, shape);
        let is_malformed = |body: &Value| {
            let (_, code, response) = call(&dms.aws, operation, body);
            assert_ne!(code, "UnknownOperationException", "{operation}");
            code == "ValidationException" && response["message"].as_str().unwrap().contains(' ')
        };
        assert!(!is_malformed(&whole), "{operation} {whole}");
        let mut unknown = whole.clone();
        unknown["Unknown"] = json!("x");
        assert!(is_malformed(&unknown), "{operation} {unknown}");
        for required in shape["required"].as_array().into_iter().flatten() {
            let mut missing = whole.clone();
            missing.as_object_mut().unwrap().remove(required.as_str().unwrap());
            assert!(is_malformed(&missing), "{operation} {missing}");
        }
        for (name, member) in shape["members"].as_object().unwrap() {
            let mut wrong = whole.clone();
            wrong[name] = value_of_another_type(model.named(member));
            assert!(is_malformed(&wrong), "{operation} {wrong}");
        }
    }
}

#[test]
fn a_start_of_an_unknown_type_is_rejected() {
    let dms = Dms::start();
    let request = json!({"ReplicationTaskArn": task_arn("stopped"), "StartReplicationTaskType": "resume"});
    assert_eq!(dms.fault("StartReplicationTask", &request), "ValidationException");
}

#[test]
fn filters_select_and_a_filter_without_a_match_is_a_fault() {
    let dms = Dms::start();
    for (operation, list, name, value, count) in [
        ("DescribeReplicationTasks", "ReplicationTasks", "replication-instance-arn", OLD, 3),
        ("DescribeReplicationTasks", "ReplicationTasks", "endpoint-arn", SOURCE, 3),
        ("DescribeReplicationTasks", "ReplicationTasks", "migration-type", "cdc", 1),
        ("DescribeReplicationTasks", "ReplicationTasks", "replication-task-id", "ready", 1),
        ("DescribeReplicationInstances", "ReplicationInstances", "engine-version", "3.5.4", 1),
        (
            "DescribeReplicationInstances",
            "ReplicationInstances",
            "replication-instance-class",
            "dms.c5.xlarge",
            1,
        ),
        ("DescribeEndpoints", "Endpoints", "endpoint-arn", SOURCE, 1),
        ("DescribeEndpoints", "Endpoints", "endpoint-type", "source", 1),
    ] {
        let response = dms.ok(operation, &filter(name, value));
        assert_eq!(response[list].as_array().unwrap().len(), count, "{operation} {name}");
        assert_eq!(dms.fault(operation, &filter(name, "other")), "ResourceNotFoundFault");
        assert_eq!(dms.fault(operation, &filter("made-up", value)), "InvalidParameterValueException");
    }
    let two = json!({"Filters": [
        {"Name": "replication-task-arn", "Values": [task_arn("ready"), task_arn("stopped"), "other"]},
    ]});
    assert_eq!(dms.ok("DescribeReplicationTasks", &two)["ReplicationTasks"].as_array().unwrap().len(), 2);
    let none = filter("replication-instance-arn", OLD);
    assert_eq!(dms.fault("DescribeConnections", &none), "ResourceNotFoundFault");
    let statistics = json!({
        "ReplicationTaskArn": task_arn("ready"),
        "Filters": [{"Name": "table-state", "Values": ["Table error"]}],
    });
    assert_eq!(dms.fault("DescribeTableStatistics", &statistics), "ResourceNotFoundFault");
}

#[test]
fn tasks_are_described_without_settings_on_request() {
    let dms = Dms::start();
    for (without, has_settings) in [(true, false), (false, true)] {
        let response = dms.ok("DescribeReplicationTasks", &json!({"WithoutSettings": without}));
        let task = &response["ReplicationTasks"][0];
        assert_eq!(task.get("ReplicationTaskSettings").is_some(), has_settings);
    }
}

#[test]
fn the_offers_have_two_pages() {
    let dms = Dms::start();
    let first = dms.ok("DescribeOrderableReplicationInstances", &json!({}));
    let marker = &first["Marker"];
    assert_ne!(marker, "");
    let second = dms.ok("DescribeOrderableReplicationInstances", &json!({"Marker": marker}));
    let offers =
        [&first, &second].map(|page| page["OrderableReplicationInstances"].as_array().unwrap().len());
    assert_eq!((offers, &second["Marker"]), ([100, 12], &json!("")));
    let zones = json!(["us-east-1a", "us-east-1b", "us-east-1c"]);
    assert_eq!(first["OrderableReplicationInstances"][0]["AvailabilityZones"], zones);
}
