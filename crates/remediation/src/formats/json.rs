//! The plan as one JSON document, for programs and for `dms-rule apply`.
//!
//! [`SCHEMA`] describes it. It is the plan itself with `ready`, `steps` and their `commands`, which follow from it: a
//! program that reads it back reads the plan and leaves those out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::formats::instruction::{Piece, pieces};
use crate::formats::words::pretty;
use crate::managed::{ManagedPath, managed_paths};
use crate::plan::Plan;
use crate::step::Step;

/// The JSON Schema (2020-12) of the document that [`json()`] returns.
pub const SCHEMA: &str = include_str!("plan.schema.json");

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    ready: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    managed: Vec<ManagedPath>,
    steps: Vec<StepEntry<'a>>,
}

#[derive(Serialize)]
struct StepEntry<'a> {
    #[serde(flatten)]
    step: &'a Step,
    commands: Vec<String>,
}

/// Returns the plan as JSON, indented, with a line break at the end.
///
/// # Errors
/// Returns an error of the serializer; no plan is known that has one.
pub fn json(plan: &Plan) -> Result<String, serde_json::Error> {
    let steps = plan.steps();
    let entry = |step| StepEntry {
        step,
        commands: pieces(step, &plan.region).iter().filter_map(Piece::command).collect(),
    };
    let document = Document {
        plan,
        ready: plan.is_ready(),
        managed: managed_paths(plan),
        steps: steps.iter().map(entry).collect(),
    };
    pretty(&document)
}

/// Reads a plan from the document that [`json()`] returns: nothing may be missing, and nothing else in it.
///
/// # Errors
/// Returns what is wrong with each member, such as `choices.reload: missing`.
pub fn read(mut document: Value) -> Result<Plan, Vec<String>> {
    let plan: Plan = Plan::deserialize(&document).map_err(|error| vec![error.to_string()])?;
    let mut wrong = Vec::new();
    if let Some(members) = document.as_object_mut() {
        // The content of these follows from the plan, and they are for other readers.
        match members.remove("ready") {
            Some(ready) if ready == plan.is_ready() => {}
            Some(_) => wrong.push("ready: the notes contradict it".to_owned()),
            None => wrong.push("ready: missing".to_owned()),
        }
        match members.remove("steps") {
            Some(Value::Array(_)) => {}
            Some(_) => wrong.push("steps: not a list".to_owned()),
            None => wrong.push("steps: missing".to_owned()),
        }
        if members.remove("managed").is_some() == managed_paths(&plan).is_empty() {
            wrong.push("managed: the owner contradicts it".to_owned());
        }
    }
    let whole = serde_json::to_value(&plan).map_err(|error| vec![error.to_string()])?;
    add_differences("", Some(&document), Some(&whole), &mut wrong);
    if wrong.is_empty() { Ok(plan) } else { Err(wrong) }
}

/// Adds each member in which a document differs from the plan that was read from it.
fn add_differences(path: &str, given: Option<&Value>, whole: Option<&Value>, wrong: &mut Vec<String>) {
    match (given, whole) {
        (given, whole) if given == whole => {}
        (Some(Value::Object(given)), Some(Value::Object(whole))) => {
            let others = whole.keys().filter(|name| !given.contains_key(*name));
            for name in given.keys().chain(others) {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                add_differences(&path, given.get(name), whole.get(name), wrong);
            }
        }
        (Some(Value::Array(given)), Some(Value::Array(whole))) => {
            for index in 0..given.len().max(whole.len()) {
                add_differences(&format!("{path}.{index}"), given.get(index), whole.get(index), wrong);
            }
        }
        (None, _) => wrong.push(format!("{path}: missing")),
        (_, None) => wrong.push(format!("{path}: no plan has it")),
        (Some(_), Some(_)) => wrong.push(format!("{path}: no plan has this value")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns a plan that has every member.
    fn plan() -> Plan {
        let instance = json!({
            "ReplicationInstanceIdentifier": "a", "ReplicationInstanceArn": "arn:aws:dms:eu-west-1:123456789012:rep:A",
            "EngineVersion": "3.5.4", "AutoMinorVersionUpgrade": true, "MultiAZ": true,
            "ReplicationInstancePublicIpAddresses": [null, "1.2.3.4"],
            "ReplicationSubnetGroup": {"Subnets": [{"SubnetAvailabilityZone": {"Name": "a"}}], "IsReadOnly": false},
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
            "KerberosAuthenticationSettings": {"KeyCacheSecretId": "x"}, "PendingModifiedValues": {},
        });
        let task = json!({
            "ReplicationTaskIdentifier": "t", "ReplicationTaskArn": "arn:t", "Status": "running", "MigrationType": "cdc",
            "SourceEndpointArn": "arn:s", "TargetEndpointArn": "arn:e", "ReplicationTaskStats": {"TablesLoaded": 3},
        });
        let endpoint = json!({
            "arn": "arn:s", "identifier": "s", "endpointType": "source", "engine": "mysql", "server": "h", "secret": true
        });
        let note = json!({
            "weight": "warns", "code": "x", "subject": "s", "text": "t", "next": "n", "commands": [["aws", "x"]]
        });
        let rule = json!({
            "GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "CidrIpv4": "0.0.0.0/0", "CidrIpv6": "::/0",
            "PrefixListId": "pl-1"
        });
        let exposure = json!({"state": "OPEN", "isClosed": false, "rules": [rule], "unknown": ["x"]});
        serde_json::from_value(json!({
            "schemaVersion": 1, "plannedAt": "2026-11-27T09:00:00Z", "accountId": "123456789012", "region": "eu-west-1",
            "instance": instance, "tags": {"k": "v"}, "tasks": [task], "endpoints": [endpoint], "notes": [note],
            "exposure": exposure,
            "target": {"identifier": "a-private", "parameters": {"PubliclyAccessible": false}},
            "owner": {"kind": "cloudFormation", "stack": "s", "logical_id": "l"},
            "choices": {"name": "a-private", "reload": true, "rename": true, "allocatedStorage": 50, "managed": true},
        }))
        .unwrap()
    }

    fn written() -> Value {
        serde_json::from_str(&json(&plan()).unwrap()).unwrap()
    }

    fn faults(document: &Value) -> Vec<String> {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    #[test]
    fn a_plan_matches_the_schema_and_is_read_back() {
        assert_eq!(faults(&written()), Vec::<String>::new());
        assert_eq!(read(written()), Ok(plan()));
    }

    #[test]
    fn a_document_from_which_a_required_member_was_removed_is_not_read() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let required =
            |pointer: &str| schema.pointer(pointer).unwrap()["required"].as_array().unwrap().clone();
        for (place, pointer) in [
            ("", ""),
            ("/choices", "/properties/choices"),
            ("/target", "/properties/target"),
            ("/endpoints/0", "/properties/endpoints/items"),
            ("/notes/0", "/properties/notes/items"),
            ("/exposure", "/properties/exposure"),
            ("/exposure/rules/0", "/properties/exposure/properties/rules/items"),
            ("/owner", "/properties/owner/oneOf/1"),
        ] {
            for name in required(pointer) {
                let name = name.as_str().unwrap();
                let mut document = written();
                document.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(name).unwrap();
                let wrong = read(document).unwrap_err().join("\n");
                assert!(wrong.contains(name), "{place}/{name}: {wrong}");
            }
        }
    }

    #[test]
    fn a_document_with_another_member_or_value_is_not_read() {
        for (place, name, value, words) in [
            ("", "approved", json!(true), "approved: no plan has it"),
            ("/choices", "force", json!(true), "choices.force: no plan has it"),
            ("/instance", "Password", json!("x"), "instance.Password: no plan has it"),
            ("/instance", "MultiAZ", Value::Null, "instance.MultiAZ: no plan has it"),
            ("/tasks/0", "status", json!("x"), "tasks.0.status: no plan has it"),
            ("/notes/0", "blocks", json!(false), "notes.0.blocks: no plan has it"),
            ("", "ready", json!(false), "ready: the notes contradict it"),
            ("", "ready", json!("true"), "ready: the notes contradict it"),
            ("", "steps", json!({}), "steps: not a list"),
            ("", "tags", json!({"k": 1}), "invalid type"),
        ] {
            let mut document = written();
            document.pointer_mut(place).unwrap()[name] = value;
            let wrong = read(document).unwrap_err().join("\n");
            assert!(wrong.contains(words), "{place}/{name}: {wrong}");
        }
        let mut document = written();
        document["managed"] = json!([]);
        assert!(read(document).is_ok(), "the plan has an owner");
        let mut document = written();
        document.as_object_mut().unwrap().remove("managed");
        assert!(read(document).is_err());
        assert!(read(json!([])).is_err());
    }

    #[test]
    fn the_schema_rejects_other_values() {
        for (pointer, value) in [
            ("/schemaVersion", json!(2)),
            ("/plannedAt", json!("yesterday")),
            ("/region", json!("")),
            ("/instance/PubliclyAccessible", json!("false")),
            ("/instance/Password", json!("x")),
            ("/tasks/0/status", json!("running")),
            ("/endpoints/0/password", json!("x")),
            ("/owner/kind", json!("pulumi")),
            ("/notes/0/weight", json!("blocks")),
            ("/ready", json!(false)),
            ("/steps/0/state", json!("begun")),
            ("/steps/1/instructions/0/call/operation", json!("")),
            ("/steps/1/instructions/0/note", json!("x")),
        ] {
            let mut broken = written();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            broken.pointer_mut(parent).unwrap()[name] = value;
            assert_ne!(faults(&broken), Vec::<String>::new(), "{pointer}");
        }
    }
}
