//! The paths for instances that code manages. `tests/oracles` proves what each step does to the resources.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use remediation::managed::{Effect, ManagedPath, Subject, cloudformation, managed_paths, terraform};
use remediation::{Choices, Facts, Instance, OPT_OUT_TAG, Plan, State, Task, plan};
use serde_json::json;

fn plan_with(tags: &[(&str, &str)], tasks: &[(&str, &str)]) -> Plan {
    let instance: Instance = serde_json::from_value(json!({
        "ReplicationInstanceIdentifier": "orders",
        "ReplicationInstanceArn": "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS",
        "ReplicationInstanceClass": "dms.t3.medium",
        "AutoMinorVersionUpgrade": false,
        "PubliclyAccessible": true,
    }))
    .unwrap();
    let tasks = tasks.iter().map(|(name, status)| Task {
        replication_task_identifier: Some((*name).to_owned()),
        replication_task_arn: Some(format!("arn:aws:dms:eu-west-1:123456789012:task:{name}")),
        status: Some((*status).to_owned()),
        replication_instance_arn: Some("arn:aws:dms:eu-west-1:123456789012:rep:ORDERS".to_owned()),
        ..Task::default()
    });
    let facts = Facts {
        instance,
        tags: Some(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()),
        tasks: Some(tasks.collect()),
        ..Facts::default()
    };
    plan(&facts, Choices::default(), "eu-west-1", None)
}

fn titles(path: &ManagedPath) -> Vec<(usize, &str)> {
    path.steps.iter().map(|step| (step.number, step.title.split(' ').next().unwrap())).collect()
}

#[test]
fn an_owner_gets_the_paths_of_its_code() {
    let codes = |tags: &[(&str, &str)]| -> Vec<&str> {
        managed_paths(&plan_with(tags, &[])).iter().map(|path| path.code).collect()
    };
    assert_eq!(codes(&[("aws:cloudformation:stack-name", "s")]), ["CloudFormation"]);
    let both = ["Terraform with provider aws 5.32 or later", "Terraform with provider aws below 5.32"];
    assert_eq!(codes(&[(OPT_OUT_TAG, "Terraform")]), both);
    assert!(codes(&[]).is_empty() && codes(&[(OPT_OUT_TAG, "pulumi")]).is_empty());
}

#[test]
fn an_instance_without_tasks_has_no_step_for_them() {
    let subject = Subject::from_plan(&plan_with(&[], &[]));
    for path in [cloudformation(&subject, "s", "Orders"), terraform(&subject)] {
        assert_eq!(titles(&path), [(1, "Add"), (2, "Prove"), (3, "Take")]);
        assert!(path.steps.iter().all(|step| !step.interrupts));
        assert_eq!(path.steps[1].states, [State::Private]);
        assert_eq!(path.steps[2].preview.len(), 1);
        assert_eq!(path.steps[2].preview[0].effect, Effect::Delete);
        // The old instance did not upgrade by itself, so the new one does not either.
        assert_eq!(path.steps[2].edit.as_ref().unwrap().lines, "");
    }
}

#[test]
fn nothing_is_moved_before_it_is_protected_and_tested() {
    let tasks = [("a", "running"), ("b", "stopped")];
    let subject = Subject::from_plan(&plan_with(&[], &tasks));
    let path = cloudformation(&subject, "s", "");
    assert_eq!(titles(&path), [(1, "Add"), (2, "Prove"), (3, "Stop,"), (4, "Take"), (5, "Take")]);
    assert_eq!(path.steps[0].edit.as_ref().unwrap().lines.matches("DeletionPolicy: Retain\n").count(), 2);
    // A logical id that no tag gives is named as a guess.
    assert!(path.names[0].starts_with("Orders: no tag gives the logical id"), "{:?}", path.names);
    let path = terraform(&subject);
    assert_eq!(titles(&path), [(1, "Add"), (2, "Prove"), (3, "Point"), (4, "Take")]);
    assert_eq!(path.steps[0].edit.as_ref().unwrap().lines.matches("prevent_destroy = true\n").count(), 2);
    let starts = path.steps[2].edit.as_ref().unwrap().lines.clone();
    assert_eq!((starts.matches("= true\n").count(), starts.matches("= false\n").count()), (1, 1));
}

#[test]
fn a_task_named_as_the_instance_is_another_resource() {
    let subject =
        Subject::from_plan(&plan_with(&[], &[("orders", "stopped"), ("orders-private", "stopped")]));
    let path = cloudformation(&subject, "s", "Orders");
    let edits = path.steps.iter().filter_map(|step| step.edit.as_ref());
    let removed: Vec<&str> = edits.flat_map(|edit| &edit.removed).map(String::as_str).collect();
    assert_eq!(removed, ["Orders2", "OrdersPrivate2", "Orders"]);
}

#[test]
fn the_new_instance_names_the_one_that_it_replaces() {
    let subject =
        Subject::from_plan(&plan_with(&[("team", "a"), ("aws:cloudformation:stack-name", "s")], &[]));
    let expected = [("dms-rule:replaces", "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS"), ("team", "a")];
    assert_eq!(
        subject.tags,
        expected
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>()
    );
}
