//! The plan as one JSON document, for programs and for `dms-rule apply`.
//!
//! [`SCHEMA`] describes it. It is the plan itself with `ready`, `steps` and their `commands`, which follow from it: a
//! program that reads it back reads the plan and leaves those out.

use serde::Serialize;

use crate::formats::instruction::{Piece, pieces};
use crate::managed::{ManagedPath, managed_paths};
use crate::plan::Plan;
use crate::steps::Step;

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
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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
        serde_json::from_value(json!({
            "schemaVersion": 1, "plannedAt": "2026-11-27T09:00:00Z", "accountId": "123456789012", "region": "eu-west-1",
            "instance": instance, "tags": {"k": "v"}, "tasks": [task], "endpoints": [endpoint], "notes": [note],
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
        assert_eq!(serde_json::from_value::<Plan>(written()).unwrap(), plan());
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
