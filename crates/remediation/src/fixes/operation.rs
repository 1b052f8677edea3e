//! The fixes of the rules on versions, classes, states, serverless replications and the homogeneous family: none is one safe
//! call, since each pauses a replication or needs a choice.

use crate::correction::Fix;

pub(super) fn engine_version(arn: &str) -> Fix {
    Fix::not_one_step(
        "an upgrade of the engine stops the tasks for some minutes, and cannot be taken back",
        "test the version with an instance of no importance, then upgrade in a window of your choice",
    )
    .with_command(&["aws", "dms", "describe-engine-versions"])
    .with_command(&[
        "aws",
        "dms",
        "modify-replication-instance",
        "--replication-instance-arn",
        arn,
        "--engine-version",
        "VERSION",
        "--apply-immediately",
    ])
}

pub(super) fn instance_class(arn: &str) -> Fix {
    Fix::not_one_step(
        "another class pauses the tasks, and which one is large enough is a choice",
        "choose a class that the first command lists, then change it in a window of your choice",
    )
    .with_command(&["aws", "dms", "describe-orderable-replication-instances"])
    .with_command(&[
        "aws",
        "dms",
        "modify-replication-instance",
        "--replication-instance-arn",
        arn,
        "--replication-instance-class",
        "CLASS",
    ])
}

/// Returns the fix of a setting that a serverless replication takes while it is stopped; `option` has it, with its value.
pub(super) fn serverless(arn: &str, option: [&str; 2]) -> Fix {
    let [name, value] = option;
    Fix::not_one_step(
        "DMS changes a serverless replication only while it is stopped",
        "stop it, change it, and start it with resume-processing",
    )
    .with_command(&["aws", "dms", "stop-replication", "--replication-config-arn", arn])
    .with_command(&["aws", "dms", "modify-replication-config", "--replication-config-arn", arn, name, value])
    .with_command(&[
        "aws",
        "dms",
        "start-replication",
        "--replication-config-arn",
        arn,
        "--start-replication-type",
        "resume-processing",
    ])
}

pub(super) fn serverless_key() -> Fix {
    Fix::not_one_step(
        "DMS cannot change the key of a serverless replication",
        "create a replication config with KmsKeyId in --compute-config, stop the old one, start the new one from its position, \
         and delete the old one",
    )
}

pub(super) fn data_provider(arn: &str) -> Fix {
    Fix::not_one_step(
        "the settings are those of its engine, and the server must take TLS",
        "give the settings of its engine with SslMode, and a certificate if the mode verifies; test the next migration",
    )
    .with_command(&["aws", "dms", "describe-data-providers", "--filters", &filter("data-provider-identifier", arn)])
}

pub(super) fn data_migration(arn: &str) -> Fix {
    Fix::not_one_step(
        "DMS changes a data migration only while it does not run",
        "stop it if it runs, change it, and start it again",
    )
    .with_command(&[
        "aws",
        "dms",
        "modify-data-migration",
        "--data-migration-identifier",
        arn,
        "--enable-cloudwatch-logs",
    ])
}

pub(super) fn task(arn: &str) -> Fix {
    Fix::not_one_step(
        "why a task stopped is in its log, and only its owner knows if it is still needed",
        "read the log and the failure; then start it with resume-processing, or delete it",
    )
    .with_command(&[
        "aws",
        "dms",
        "describe-replication-tasks",
        "--filters",
        &filter("replication-task-arn", arn),
    ])
}

pub(super) fn subscription() -> Fix {
    Fix::not_one_step(
        "the topic and its policy are outside of DMS",
        "let DMS publish to the topic, or give the subscription another one, and enable it",
    )
    .with_command(&["aws", "dms", "describe-event-subscriptions"])
}

fn filter(name: &str, value: &str) -> String {
    format!("Name={name},Values={value}")
}
