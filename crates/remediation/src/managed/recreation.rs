//! The ways to have a task in a stack again that has left it: CloudFormation cannot import one.

use std::fmt::Write;

use super::path::Recreation;
use super::subject::ManagedTask;
use super::text::yaml;

/// The place of the checkpoint in the lines: it is current only once the task is stopped (DMS user guide, "Performing
/// replication starting from a CDC start point").
const CHECKPOINT: &str = "<RecoveryCheckpoint of the stopped task>";

/// The engines that have no native start point of a capture of changes, so that a new task cannot take over (DMS user guide,
/// "Performing replication starting from a CDC start point").
const WITHOUT_START: [&str; 12] = [
    "aurora",
    "aurora-serverless",
    "aurora-postgresql",
    "aurora-postgresql-serverless",
    "azuredb",
    "azure-sql-managed-instance",
    "db2",
    "db2-zos",
    "docdb",
    "mongodb",
    "s3",
    "sybase",
];
/// The engines that have one.
const WITH_START: [&str; 5] = ["mysql", "mariadb", "oracle", "sqlserver", "postgres"];

/// Returns the way to have a task in the stack again; `name` is its resource in the lines, `instance` that of the new instance.
pub(super) fn recreation(task: &ManagedTask, name: &str, instance: &str) -> Recreation {
    let without = |text: String| Recreation { task: task.identifier.clone(), text, lines: None };
    let engine = task.source_engine.as_str();
    match task.member("MigrationType") {
        "full-load" => {
            return without(
                "it loads once and captures no changes: the stack can have it again as a new task, which is left unstarted \
                 unless everything is to be loaded again"
                    .to_owned(),
            );
        }
        "cdc" | "full-load-and-cdc" => {}
        _ => {
            let text = "its migration type is not known: keep it outside of the stack";
            return without(text.to_owned());
        }
    }
    if WITHOUT_START.contains(&engine) {
        return without(format!(
            "a task on {engine} has no native start point, so a new one cannot take over: keep this one outside of the stack"
        ));
    }
    if !WITH_START.contains(&engine) {
        return without(
            "it is not known if its engine has a native start point: keep it outside of the stack".to_owned(),
        );
    }
    let text = "once it is stopped, a new task of the stack can take over its changes from its RecoveryCheckpoint: stop it, \
                write the lines with the checkpoint, update the stack, start the new task, and delete this one when the new one \
                has caught up; the price is a second interruption, a new ARN, new table statistics, and a checkpoint that is \
                good only while the source keeps its log";
    Recreation {
        task: task.identifier.clone(),
        text: text.to_owned(),
        lines: Some(lines(task, name, instance)),
    }
}

fn lines(task: &ManagedTask, name: &str, instance: &str) -> String {
    let mut lines =
        format!("Resources:\n  {name}Cdc:\n    Type: AWS::DMS::ReplicationTask\n    Properties:\n");
    let mut add = |property: &str, value: &str| {
        let _ = writeln!(lines, "      {property}: {value}");
    };
    add("MigrationType", "cdc");
    add("CdcStartPosition", &yaml(CHECKPOINT));
    add("ReplicationInstanceArn", &format!("!Ref {instance}"));
    for member in ["SourceEndpointArn", "TargetEndpointArn", "TableMappings", "ReplicationTaskSettings"] {
        let value = task.member(member);
        if !value.is_empty() {
            add(member, &yaml(value));
        }
    }
    lines
}
