//! Tasks: stops, starts, moves and deletions, and the statuses between them.

use std::time::Duration;

use local_aws::{Failure, Settling, Variant};
use serde_json::{Value, json};

use crate::dms::{Dms, OLD, SOURCE, TARGET, create_request, task_arn};

fn start(name: &str, start_type: &str) -> Value {
    json!({"ReplicationTaskArn": task_arn(name), "StartReplicationTaskType": start_type})
}

fn move_request(name: &str, target: &str) -> Value {
    json!({"ReplicationTaskArn": task_arn(name), "TargetReplicationInstanceArn": target})
}

/// Creates a private copy from which both endpoints were reached, and returns its ARN.
fn tested_copy(dms: &Dms) -> String {
    let arn = dms.create(|_| {})["ReplicationInstanceArn"].as_str().unwrap().to_owned();
    dms.test(&arn, SOURCE);
    dms.test(&arn, TARGET);
    arn
}

#[test]
fn only_a_running_task_stops_and_only_one_at_rest_starts_or_moves_or_is_deleted() {
    let dms = Dms::start();
    let new = tested_copy(&dms);
    for (status, stops, starts, moves, is_deleted) in [
        ("running", true, false, false, false),
        ("stopped", false, true, true, true),
        ("failed", false, true, true, true),
        ("ready", false, false, true, true),
        ("failed-move", false, true, true, true),
        ("creating", false, false, false, false),
        ("starting", false, false, false, false),
        ("stopping", false, false, false, false),
        ("modifying", false, false, false, false),
        ("testing", false, false, false, false),
        ("deleting", false, false, false, false),
        ("moving", false, false, false, true),
        ("Running with errors", false, false, false, false),
    ] {
        let arn = json!({"ReplicationTaskArn": task_arn("running")});
        for (operation, request, is_allowed) in [
            ("StopReplicationTask", arn.clone(), stops),
            ("StartReplicationTask", start("running", "resume-processing"), starts),
            ("MoveReplicationTask", move_request("running", &new), moves),
            ("DeleteReplicationTask", arn.clone(), is_deleted),
        ] {
            dms.change(|account| {
                let list = account.dms.get_mut("ReplicationTasks").unwrap();
                list[0] = crate::dms::task("running", status, "full-load-and-cdc");
            });
            if is_allowed {
                dms.ok(operation, &request);
            } else {
                let code = dms.fault(operation, &request);
                let is_first_start = operation == "StartReplicationTask" && status == "ready";
                let expected = if is_first_start {
                    "InvalidParameterCombinationException"
                } else {
                    "InvalidResourceStateFault"
                };
                assert_eq!(code, expected, "{operation} {status}");
            }
        }
    }
    for operation in ["StopReplicationTask", "DeleteReplicationTask"] {
        let request = json!({"ReplicationTaskArn": "other"});
        assert_eq!(dms.fault(operation, &request), "ResourceNotFoundFault");
    }
}

#[test]
fn a_start_type_fits_the_past_of_the_task() {
    for (name, start_type, is_allowed) in [
        ("ready", "start-replication", true),
        ("ready", "resume-processing", false),
        ("ready", "reload-target", false),
        ("stopped", "start-replication", false),
        ("stopped", "resume-processing", true),
        ("stopped", "reload-target", false), // it only captures changes
    ] {
        let dms = Dms::start();
        if is_allowed {
            dms.ok("StartReplicationTask", &start(name, start_type));
        } else {
            let code = dms.fault("StartReplicationTask", &start(name, start_type));
            assert_eq!(code, "InvalidParameterCombinationException", "{name} {start_type}");
        }
    }
    let dms = Dms::start();
    let mut from_position = start("stopped", "start-replication");
    from_position["CdcStartPosition"] = json!("checkpoint:V1#1");
    let mut twice = from_position.clone();
    twice["CdcStartTime"] = json!(1_790_866_991);
    assert_eq!(dms.fault("StartReplicationTask", &twice), "InvalidParameterCombinationException");
    let started = dms.ok("StartReplicationTask", &from_position);
    assert_eq!(started["ReplicationTask"]["CdcStartPosition"], "checkpoint:V1#1");
}

#[test]
fn a_task_that_never_ran_stays_so_through_moves_that_fail_and_succeed() {
    let dms = Dms::start();
    let new = tested_copy(&dms);
    dms.change(|account| {
        // A stopped task of which nothing else shows that it ran.
        account.dms.get_mut("ReplicationTasks").unwrap()[1]["ReplicationTaskStats"] = json!({});
        for name in ["ready", "stopped"] {
            account.simulation.failed_moves.insert(task_arn(name), Failure::once("no storage"));
        }
    });
    for (name, rest, start_type) in
        [("ready", "ready", "start-replication"), ("stopped", "stopped", "resume-processing")]
    {
        dms.ok("MoveReplicationTask", &move_request(name, &new));
        let failed = dms.expect_task(name, &["moving", "failed-move"]);
        assert_eq!(
            (&failed["ReplicationInstanceArn"], &failed["LastFailureMessage"]),
            (&json!(OLD), &json!("no storage"))
        );
        assert_eq!(failed.get("TargetReplicationInstanceArn"), None);
        let other_type = if name == "ready" { "resume-processing" } else { "start-replication" };
        let code = dms.fault("StartReplicationTask", &start(name, other_type));
        assert_eq!(code, "InvalidParameterCombinationException");
        dms.ok("MoveReplicationTask", &move_request(name, &new));
        let moved = dms.expect_task(name, &["moving", rest]);
        assert_eq!((&moved["ReplicationInstanceArn"], moved.get("LastFailureMessage")), (&json!(new), None));
        dms.ok("StartReplicationTask", &start(name, start_type));
    }
}

#[test]
fn a_move_to_an_unfit_instance_is_a_fault_and_the_task_stays() {
    let dms = Dms::start();
    let other = |name: &str, change: &dyn Fn(&mut Value)| {
        let created = dms.create(|request| {
            request["ReplicationInstanceIdentifier"] = json!(name);
            change(request);
        });
        created["ReplicationInstanceArn"].as_str().unwrap().to_owned()
    };
    let small = other("small", &|request| request["AllocatedStorage"] = json!(99));
    let newer = other("newer", &|request| request["EngineVersion"] = json!("3.6.1"));
    let full = other("full", &|_| {});
    for (target, code) in [
        (OLD, "InvalidResourceStateFault"),
        ("other", "ResourceNotFoundFault"),
        (small.as_str(), "InvalidResourceStateFault"),
    ] {
        assert_eq!(dms.fault("MoveReplicationTask", &move_request("stopped", target)), code, "{target}");
    }
    dms.change(|account| account.simulation.tasks_per_instance = 0);
    assert_eq!(
        dms.fault("MoveReplicationTask", &move_request("stopped", &full)),
        "ResourceQuotaExceededFault"
    );
    dms.change(|account| account.simulation.tasks_per_instance = 200);
    assert_eq!(dms.task("stopped")["Status"], "stopped");
    dms.ok("MoveReplicationTask", &move_request("stopped", &newer));
    dms.expect_task("stopped", &["moving", "stopped"]);
    let back = dms.fault("MoveReplicationTask", &move_request("stopped", OLD));
    assert_eq!(back, "InvalidResourceStateFault", "an older version");
    dms.change(|account| account.simulation.variants.insert(Variant::LackOfStorageFailsLate));
    dms.ok("MoveReplicationTask", &move_request("ready", &small));
    assert_eq!(dms.expect_task("ready", &["moving", "failed-move"])["ReplicationInstanceArn"], OLD);
}

#[test]
fn variants_of_a_move() {
    let dms = Dms::start();
    let new = tested_copy(&dms);
    dms.change(|account| {
        account.simulation.variants =
            [Variant::ReadyTasksDoNotMove, Variant::OneMoveAtATime, Variant::FailedMoveKeepsTarget]
                .into_iter()
                .collect();
        account.simulation.failed_moves.insert(task_arn("stopped"), Failure::always("x"));
        let list = account.dms.get_mut("ReplicationTasks").unwrap();
        list[0]["Status"] = json!("stopped");
    });
    assert_eq!(dms.fault("MoveReplicationTask", &move_request("ready", &new)), "InvalidResourceStateFault");
    dms.ok("MoveReplicationTask", &move_request("stopped", &new));
    assert_eq!(dms.fault("MoveReplicationTask", &move_request("running", &new)), "InvalidResourceStateFault");
    let failed = dms.expect_task("stopped", &["moving", "failed-move"]);
    assert_eq!(failed["TargetReplicationInstanceArn"], new);
}

#[test]
fn a_moving_task_allows_only_its_deletion() {
    let dms = Dms::start();
    let new = tested_copy(&dms);
    dms.ok("MoveReplicationTask", &move_request("stopped", &new));
    let tag = json!({"ResourceArn": task_arn("stopped"), "Tags": [{"Key": "x", "Value": "y"}]});
    for (operation, request) in [
        ("StartReplicationTask", start("stopped", "resume-processing")),
        ("StopReplicationTask", json!({"ReplicationTaskArn": task_arn("stopped")})),
        ("MoveReplicationTask", move_request("stopped", &new)),
        ("AddTagsToResource", tag),
    ] {
        assert_eq!(dms.fault(operation, &request), "InvalidResourceStateFault", "{operation}");
    }
    dms.task_call("DeleteReplicationTask", "stopped");
    assert_eq!(dms.task("stopped")["Status"], "deleting");
    assert_eq!(
        dms.change(|account| account.dms["ReplicationTasks"].len()),
        2,
        "the move ended with the task"
    );
}

#[test]
fn a_task_starts_only_where_both_endpoints_were_reached() {
    let dms = Dms::start();
    let new = dms.create(|_| {})["ReplicationInstanceArn"].as_str().unwrap().to_owned();
    dms.ok("MoveReplicationTask", &move_request("stopped", &new));
    dms.expect_task("stopped", &["moving", "stopped"]);
    let resume = start("stopped", "resume-processing");
    assert_eq!(dms.fault("StartReplicationTask", &resume), "InvalidResourceStateFault");
    dms.test(&new, SOURCE);
    assert_eq!(dms.fault("StartReplicationTask", &resume), "InvalidResourceStateFault");
    dms.test(&new, TARGET);
    dms.ok("StartReplicationTask", &resume);
}

#[test]
fn a_start_fails_on_demand_and_may_pass_through_an_assessment() {
    let dms = Dms::start();
    dms.change(|account| {
        account.simulation.failed_starts.insert(task_arn("stopped"), Failure::once("binlog is gone"));
    });
    dms.ok("StartReplicationTask", &start("stopped", "resume-processing"));
    let failed = dms.expect_task("stopped", &["starting", "failed"]);
    assert_eq!(failed["LastFailureMessage"], "binlog is gone");
    dms.change(|account| account.simulation.variants.insert(Variant::StartsWithAnAssessment));
    dms.ok("StartReplicationTask", &start("stopped", "resume-processing"));
    let running = dms.expect_task("stopped", &["starting", "testing", "running"]);
    assert_eq!(running.get("LastFailureMessage"), None);
}

#[test]
fn a_full_load_that_is_complete_ends_by_itself() {
    let dms = Dms::start();
    dms.ok("StartReplicationTask", &start("ready", "start-replication"));
    let ended = dms.expect_task("ready", &["starting", "running", "stopped"]);
    assert_eq!(ended["StopReason"], "Stop Reason FULL_LOAD_ONLY_FINISHED");
    dms.ok("StartReplicationTask", &start("ready", "resume-processing"));
    dms.expect_task("ready", &["starting", "running", "stopped"]);
    dms.change(|account| {
        account.dms.get_mut("ReplicationTasks").unwrap()[2]["ReplicationTaskStats"]["FullLoadProgressPercent"] = json!(40);
    });
    dms.ok("StartReplicationTask", &start("ready", "resume-processing"));
    dms.expect_task("ready", &["starting", "running", "running"]);
}

#[test]
fn a_status_settles_after_listings_or_time_or_never() {
    let dms = Dms::start();
    let settle = |settling| {
        dms.change(|account| account.simulation.settling_by_status.insert("stopping".to_owned(), settling));
    };
    let resume = || {
        dms.ok("StartReplicationTask", &start("running", "resume-processing"));
        dms.expect_task("running", &["starting", "running"]);
    };
    settle(Settling::Listings(0));
    assert_eq!(dms.task_call("StopReplicationTask", "running")["Status"], "stopping");
    dms.expect_task("running", &["stopped"]);
    resume();
    settle(Settling::Listings(3));
    dms.task_call("StopReplicationTask", "running");
    dms.expect_task("running", &["stopping", "stopping", "stopping", "stopped"]);
    resume();
    settle(Settling::After(Duration::from_millis(100)));
    dms.task_call("StopReplicationTask", "running");
    dms.expect_task("running", &["stopping"; 2]);
    std::thread::sleep(Duration::from_millis(110));
    dms.expect_task("running", &["stopped"]);
    resume();
    settle(Settling::Never);
    dms.task_call("StopReplicationTask", "running");
    dms.expect_task("running", &["stopping"; 20]);
    assert!(!dms.change(|account| account.simulation.is_settled()));
}

#[test]
fn a_status_that_somebody_else_set_stays() {
    let dms = Dms::start();
    dms.task_call("StopReplicationTask", "running");
    dms.change(|account| {
        account.dms.get_mut("ReplicationTasks").unwrap()[0]["Status"] = json!("modifying");
    });
    dms.expect_task("running", &["modifying"; 3]);
    assert!(dms.change(|account| account.simulation.is_settled()));
}

#[test]
fn only_a_listing_that_shows_the_resource_brings_it_on() {
    let dms = Dms::start();
    dms.ok("CreateReplicationInstance", &create_request());
    dms.instance(OLD);
    dms.task("ready");
    let status = || {
        let listed = dms.ok("DescribeReplicationInstances", &json!({}));
        listed["ReplicationInstances"][1]["ReplicationInstanceStatus"].clone()
    };
    assert_eq!([status(), status()], ["creating", "available"]);
}
