//! A plan that is as it was made agrees with itself; one that was changed does not.

use remediation::formats::{json, read};
use remediation::{Choices, Facts, Plan, plan};
use serde_json::{Value, json};

use crate::facts::{facts, instance, instance_from, planned, task, tasks_from};

fn read_back(plan: &Plan) -> Plan {
    read(serde_json::from_str(&json(plan).unwrap()).unwrap()).unwrap()
}

/// Returns plans of all kinds, those that are blocked too.
fn plans() -> Vec<Plan> {
    let choices = [
        Choices::default(),
        Choices { rename: true, reload: true, managed: true, ..Choices::default() },
        Choices { name: Some("Chosen".to_owned()), allocated_storage: Some(300), ..Choices::default() },
    ];
    let tagged =
        |key: &str, value: &str| Facts { tags: Some([(key.to_owned(), value.to_owned())].into()), ..facts() };
    let with = |member: &str, value: Value| {
        let mut old = instance();
        old[member] = value;
        Facts { instance: instance_from(old), ..facts() }
    };
    let mut loading = task("loading", "running");
    loading["ReplicationTaskStats"]["TablesLoading"] = json!(1);
    let mut position = task("position", "stopped");
    position["CdcStopPosition"] = json!("server_time:2030-01-01T00:00:00");
    let all = [
        facts(),
        tagged("aws:cloudformation:stack-name", "orders"),
        tagged("dms-rule:managed-by", "terraform"),
        tagged("dms-rule:managed-by", "the data team"),
        with("MultiAZ", json!(true)),
        with("KerberosAuthenticationSettings", json!({"KeyCacheSecretId": "x"})),
        with("KerberosAuthenticationSettings", json!({"KeyCacheSecretId": "x", "Krb5FileContents": "y"})),
        with("ReplicationInstanceStatus", json!("storage-full")),
        Facts { tasks: tasks_from([]), ..facts() },
        Facts {
            tasks: tasks_from([
                task("failed", "failed"),
                task("ready", "ready"),
                loading,
                position,
                task("a", "moving"),
            ]),
            ..facts()
        },
        Facts { quotas: None, orderable: None, subscriptions: None, alarms: None, ..facts() },
    ];
    all.iter()
        .flat_map(|facts| choices.iter().map(|choice| plan(facts, choice.clone(), "eu-west-1", None)))
        .collect()
}

#[test]
fn a_plan_as_it_was_made_agrees_with_itself() {
    for plan in plans() {
        assert_eq!(read_back(&plan).contradictions(), [""; 0], "{plan:?}");
    }
}

#[test]
fn the_contents_of_krb5_conf_may_be_added_where_dms_gave_none() {
    let mut old = instance();
    old["KerberosAuthenticationSettings"] = json!({"KeyCacheSecretId": "x"});
    let mut plan = planned(&Facts { instance: instance_from(old.clone()), ..facts() });
    plan.target.parameters["KerberosAuthenticationSettings"]["Krb5FileContents"] = json!("[libdefaults]");
    assert_eq!(plan.contradictions(), [""; 0]);
    plan.target.parameters["KerberosAuthenticationSettings"]["KeyCacheSecretId"] = json!("y");
    assert_eq!(plan.contradictions().len(), 1);
    old["KerberosAuthenticationSettings"]["Krb5FileContents"] = json!("known");
    let mut plan = planned(&Facts { instance: instance_from(old), ..facts() });
    plan.target.parameters["KerberosAuthenticationSettings"]["Krb5FileContents"] = json!("other");
    assert_eq!(plan.contradictions().len(), 1);
}

/// Each note that follows from the plan alone is missed, whichever it is.
#[test]
fn a_note_that_was_removed_is_missed() {
    let made_elsewhere = [
        "address",
        "orderable-unknown",
        "quotas-unknown",
        "event-subscription",
        "alarm",
        "log-group",
        "arn",
        "server-outside",
        "server-network",
        "vpc-endpoint",
        "network-unknown",
    ];
    let mut missed = std::collections::BTreeSet::new();
    for plan in plans() {
        for index in 0..plan.notes.len() {
            let mut without = plan.clone();
            let note = without.notes.remove(index);
            if without.contradictions().is_empty() {
                assert!(made_elsewhere.contains(&note.code.as_str()), "{}", note.code);
            } else {
                missed.insert(note.code);
            }
        }
    }
    for code in [
        "owner-not-seen",
        "managed-by-other",
        "kerberos",
        "task-busy",
        "task-loading",
        "task-failed",
        "storage-full",
    ] {
        assert!(missed.contains(code), "{code}: {missed:?}");
    }
}

#[test]
fn the_order_of_the_tasks_is_part_of_a_plan() {
    let mut plan =
        planned(&Facts { tasks: tasks_from([task("a", "stopped"), task("b", "running")]), ..facts() });
    assert_eq!(plan.contradictions(), [""; 0]);
    plan.tasks.swap(0, 1);
    assert_eq!(plan.contradictions(), ["tasks: their order is not that of a plan"]);
}
