//! The states in which a person must act.

use std::fs;
use std::process::Stdio;

use local_aws::{Failure, Settling, Unreachable, Variant};
use remediation::Choices;
use serde_json::json;

use super::cloud::{BACK, Cloud, OLD, endpoint_arn, outcome, task_arn};

const ALL: [&str; 2] = ["--yes-until", "renamed"];

#[test]
fn an_endpoint_that_is_not_reached_keeps_every_task_where_it_is() {
    let cloud = Cloud::start();
    let failure = Failure::once("Test Endpoint failed: $(id)\u{1b}[31m \u{202e}timeout\u{2066}\u{200b}");
    let endpoint = endpoint_arn("TARGET");
    cloud.change(|account| {
        account.simulation.unreachable.push(Unreachable { instance: None, endpoint, failure });
    });
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("does not reach an endpoint: Test Endpoint failed: $(id)"), "{printed}");
    assert!(!printed.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{200b}']), "{printed}");
    assert!(printed.contains("mend the cause, then dms-rule apply "), "{printed}");
    assert_eq!(cloud.calls("StopReplicationTask").len() + cloud.calls("MoveReplicationTask").len(), 0);
    // The cause is mended: the same command goes on.
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn a_move_that_fails_leaves_the_task_where_it_was_to_be_moved_again_or_resumed_there() {
    for back in [false, true] {
        let cloud = Cloud::start();
        let failure = Failure::once("Not enough storage");
        cloud.change(|account| account.simulation.failed_moves.insert(task_arn("RUNNING"), failure));
        let (code, printed) = cloud.apply(&ALL);
        assert_eq!(code, 1, "{printed}");
        assert!(printed.contains("the move of the task running failed: Not enough storage"), "{printed}");
        assert!(printed.contains("not seen running again: task running"), "{printed}");
        cloud.assert_safe("failed move");
        let (code, printed) = cloud.apply(if back { &BACK } else { &ALL });
        assert_eq!(code, 0, "{printed}");
        if back { cloud.assert_as_before() } else { cloud.assert_done() }
    }
}

#[test]
fn a_start_that_fails_is_stated_and_tried_again_by_the_next_run() {
    let cloud = Cloud::start();
    let failure = Failure::once("Log is gone");
    cloud.change(|account| account.simulation.failed_starts.insert(task_arn("RUNNING"), failure));
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("the task running failed after its start: Log is gone"), "{printed}");
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn what_documents_leave_open_ends_done_or_stated() {
    for variant in [
        Variant::ReadyTasksDoNotMove,
        Variant::OneMoveAtATime,
        Variant::StartsWithAnAssessment,
        Variant::LackOfStorageFailsLate,
        Variant::FailedMoveKeepsTarget,
        Variant::SecondTestIsRejected,
        Variant::NoVpcRole,
        Variant::NullAsPublicAddress,
        Variant::KerberosFileIsHidden,
    ] {
        let cloud = Cloud::start();
        cloud.change(|account| account.simulation.variants.insert(variant));
        let (code, printed) = cloud.apply(&ALL);
        cloud.assert_safe(&format!("{variant:?}"));
        match variant {
            Variant::ReadyTasksDoNotMove => {
                assert_eq!(code, 2, "{printed}");
                assert!(
                    printed.contains("MoveReplicationTask of")
                        && printed.contains("create it again on the new instance"),
                    "{printed}"
                );
                // The person does so, and the run goes on.
                cloud.change(|account| {
                    let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
                    tasks.retain(|task| task["Status"] != "ready");
                });
                let (code, printed) = cloud.apply(&ALL);
                assert_eq!(code, 0, "{printed}");
            }
            Variant::NoVpcRole => {
                assert_eq!(code, 2, "{printed}");
                assert!(printed.contains("create the role dms-vpc-role"), "{printed}");
                cloud.assert_as_before();
            }
            _ => {
                assert_eq!(code, 0, "{variant:?}: {printed}");
                cloud.assert_done();
            }
        }
    }
}

#[test]
fn what_does_not_settle_in_its_time_is_stated() {
    for (status, words) in [
        ("creating", "is creating after 60 minutes"),
        ("testing", "the endpoint source is testing after 5 minutes"),
        ("moving", "the task ready is moving after 120 minutes"),
        ("stopping", "the task running is stopping after"),
        ("starting", "the task running is starting after"),
        ("deleting", "the instance orders is deleting after 60 minutes"),
    ] {
        let cloud = Cloud::start();
        cloud.change(|account| {
            account.simulation.settling_by_status.insert(status.to_owned(), Settling::Never);
        });
        let (code, printed) = cloud.apply(&["--yes-until", "renamed", "--minute", "1"]);
        assert_eq!(code, 1, "{status}: {printed}");
        assert!(printed.contains(words) && printed.contains("Next: to wait on, "), "{status}: {printed}");
        cloud.assert_safe(status);
    }
}

#[test]
fn a_fact_that_changed_since_the_plan_ends_the_run_before_anything_is_done() {
    let cloud = Cloud::start();
    cloud.change(|account| {
        let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
        tasks[1]["Status"] = json!("running");
    });
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("since the plan was made, this changed: the status of the task stopped"),
        "{printed}"
    );
    assert!(printed.contains("make a new plan of"), "{printed}");
    assert_eq!(cloud.instances().len(), 1);
    assert_eq!(cloud.calls("CreateReplicationInstance").len(), 0);
}

#[test]
fn an_instance_of_another_run_is_not_used_and_not_deleted() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "reachable"]);
    let other = cloud.folder.path().join("other.jsonl");
    let other = ["--yes-until", "renamed", "--journal", other.to_str().unwrap()];
    let (code, printed) = cloud.apply(&other);
    assert_eq!(code, 1, "{printed}");
    let words = "is of another run, ";
    assert!(printed.contains(words) && !printed.contains("do not run now"), "{printed}");
    assert!(printed.contains(" --journal=FILE"), "{printed}");
    assert_eq!(cloud.instances().len(), 2);
    assert_eq!(cloud.calls("MoveReplicationTask").len(), 0);
}

#[test]
fn without_its_journal_a_run_says_whose_the_new_instance_is_and_which_tasks_rest() {
    let cloud = Cloud::start();
    cloud.aws.inject(local_aws::Fault::always("StartReplicationTask", local_aws::FaultKind::Denied));
    cloud.apply(&["--yes-until", "moved"]);
    cloud.aws.clear_faults();
    assert_eq!(cloud.task("RUNNING")["Status"], "stopped");
    let journal = cloud.journal();
    fs::remove_file(cloud.folder.path().join("plan.json.journal.jsonl")).unwrap();
    let run = journal.split("\"run\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for options in [&["--yes-until", "renamed"][..], &BACK] {
        let (code, printed) = cloud.apply(options);
        assert_eq!(code, 1, "{printed}");
        let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!("orders-private ({})", cloud.new_arn().unwrap())), "{printed}");
        assert!(words.contains(&format!("is of another run, {run}, whose journal")), "{printed}");
        assert!(words.contains("that run may have stopped them: running (stopped)"), "{printed}");
        assert!(words.contains("--journal=FILE"), "{printed}");
        assert!(!words.contains("neither of the two"), "{printed}");
        assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0);
    }
}

#[test]
fn what_was_never_seen_is_not_said_to_be_deleted() {
    let cloud = Cloud::start();
    cloud.change(|account| {
        account.dms.get_mut("ReplicationInstances").unwrap().clear();
        account.dms.get_mut("ReplicationTasks").unwrap().clear();
    });
    let mut command = cloud.command(&ALL);
    let (code, printed) = outcome(&command.env("AWS_PROFILE", "").output().unwrap());
    assert_eq!(code, 1, "{printed}");
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("because nothing of the plan was found"), "{printed}");
    let place = format!(
        "Next: check that they are the right ones: the account 123456789012, the Region eu-west-1, the profile that is the \
         default and the endpoint {} of AWS_ENDPOINT_URL; then dms-rule apply",
        cloud.aws.endpoint()
    );
    assert!(words.contains(&place), "{printed}");
    assert!(words.contains("The task running was not found."), "{printed}");
    assert!(!words.contains("deleted") && !words.contains("any more"), "{printed}");
}

#[test]
fn the_way_back_is_no_remedy_of_itself() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "verified"]);
    cloud.change(|account| {
        let instances = account.dms.get_mut("ReplicationInstances").unwrap();
        let old = instances.iter_mut().find(|one| one["ReplicationInstanceArn"] == OLD).unwrap();
        old["ReplicationInstanceStatus"] = json!("inaccessible-encryption-credentials");
    });
    let (code, printed) = cloud.apply(&BACK);
    assert_eq!(code, 1, "{printed}");
    let (_, next) = printed.split_once("Next: ").expect(&printed);
    assert!(next.starts_with("mend the cause, then dms-rule apply") && next.contains("--back"), "{printed}");
    assert_eq!(next.matches("dms-rule apply").count(), 1, "{printed}");
}

#[test]
fn what_leaves_is_named_as_what_it_is() {
    let cloud = Cloud::start_with(&Choices { rename: true, ..Choices::default() });
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("instance orders-private is now instance orders: "), "{printed}");
    assert!(!printed.contains("instance orders-private: gone"), "{printed}");
    let shown = ["[2/8 private] orders-private is private", "no table is compared"];
    assert!(shown.iter().all(|words| printed.matches(words).count() == 1), "{printed}");
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "reachable"]);
    let (_, printed) = cloud.apply(&BACK);
    assert!(printed.contains("connection test of endpoint source: gone"), "{printed}");
    assert!(!printed.contains("Z endpoint source: gone"), "{printed}");
}

#[test]
fn two_runs_at_once_move_each_task_once() {
    let cloud = Cloud::start();
    let other = cloud.folder.path().join("other.jsonl");
    let other = ["--yes-until", "renamed", "--journal", other.to_str().unwrap()];
    let children = [cloud.command(&ALL).spawn().unwrap(), cloud.command(&other).spawn().unwrap()];
    let outcomes = children.map(|child| outcome(&child.wait_with_output().unwrap()));
    assert!(outcomes.iter().any(|(code, _)| *code == 0), "{outcomes:?}");
    cloud.assert_done();
    super::cloud::assert_nothing_twice(&cloud.aws.calls(), None, "two runs");
}

#[test]
fn a_plan_that_is_blocked_or_is_for_another_place_is_rejected_before_any_call() {
    let cloud = Cloud::start();
    let ready = cloud.plan(&Choices::default());
    let mut blocked = ready.clone();
    blocked.notes.push(remediation::Note::new(
        remediation::Weight::Blocks,
        "task-busy",
        "x",
        "the task is busy".to_owned(),
        "wait".to_owned(),
    ));
    cloud.write_plan(&blocked);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("x: the task is busy. Next: wait"), "{printed}");
    for (text, words) in [
        ("{", "not JSON"),
        ("{}", "not a plan with the schemaVersion 1"),
        (r#"{"schemaVersion": 2}"#, "not a plan with the schemaVersion 1"),
        (r#"{"schemaVersion": 1}"#, "not a plan:"),
    ] {
        std::fs::write(cloud.plan_file(), text).unwrap();
        let (code, printed) = cloud.apply(&ALL);
        assert_eq!(code, 2, "{printed}");
        assert!(printed.contains(words), "{text}: {printed}");
    }
    cloud.write_plan(&ready);
    let (code, printed) = cloud.apply(&["--region", "eu-west-2"]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("--region is eu-west-2, and the plan is for eu-west-1"), "{printed}");
    assert!(cloud.aws.calls().is_empty());
    assert_eq!(cloud.journal(), "");
}

#[test]
fn credentials_of_another_account_do_nothing() {
    let cloud = Cloud::start();
    let credentials = cloud.aws.credentials("999999999999");
    let mut command = cloud.command(&ALL);
    command
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
        .env("AWS_SESSION_TOKEN", credentials.session_token);
    let (code, printed) = outcome(&command.output().unwrap());
    assert_eq!(code, 2, "{printed}");
    assert!(
        printed
            .contains("your credentials are of the account 999999999999, and the plan is for 123456789012")
    );
    // With a role in the account of the plan, it works from there too.
    cloud.change(|account| account.role_names.insert("DmsRuleApply".to_owned()));
    command.args(["--role-arn", "arn:aws:iam::123456789012:role/DmsRuleApply"]);
    let (code, printed) = outcome(&command.stdin(Stdio::null()).output().unwrap());
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
    assert_eq!(cloud.calls("AssumeRole").len(), 1);
    let acts = cloud.calls("DeleteReplicationInstance");
    assert!(acts.iter().all(|call| call.account_id == "123456789012"), "{acts:?}");
}

#[test]
fn a_task_that_is_new_on_the_old_instance_keeps_it() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "verified"]);
    cloud.change(|account| {
        let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
        let mut other = tasks[1].clone();
        other["ReplicationTaskArn"] = json!(task_arn("OTHER"));
        other["ReplicationTaskIdentifier"] = json!("other");
        other["ReplicationInstanceArn"] = json!(OLD);
        tasks.push(other);
    });
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains(&format!("the task other is on {OLD} and not in the plan")), "{printed}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0);
}

#[test]
fn a_task_that_is_on_its_way_from_a_third_instance_is_seen() {
    let third = "arn:aws:dms:eu-west-1:123456789012:rep:THIRD";
    let arrives = |cloud: &Cloud| {
        cloud.change(|account| {
            let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
            let mut other = tasks[1].clone();
            other["ReplicationTaskArn"] = json!(task_arn("OTHER"));
            other["ReplicationTaskIdentifier"] = json!("other");
            other["ReplicationInstanceArn"] = json!(third);
            other["TargetReplicationInstanceArn"] = json!(OLD);
            other["Status"] = json!("moving");
            tasks.push(other);
        });
    };
    let cloud = Cloud::start();
    arrives(&cloud);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("the task other is new on the old instance"), "{printed}");
    assert_eq!(cloud.calls("CreateReplicationInstance").len(), 0);

    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "verified"]);
    arrives(&cloud);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("the task other is on") && printed.contains("not in the plan"), "{printed}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0);
}

#[test]
fn an_instance_that_was_renamed_since_the_plan_is_another_fact() {
    let cloud = Cloud::start();
    cloud.change(|account| {
        account.dms.get_mut("ReplicationInstances").unwrap()[0]["ReplicationInstanceIdentifier"] =
            json!("other");
    });
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("this changed: the name of the old instance"), "{printed}");
    assert_eq!(cloud.calls("CreateReplicationInstance").len(), 0);
}
