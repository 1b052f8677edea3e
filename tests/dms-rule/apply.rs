//! `dms-rule apply`: a plan carried out against a simulated DMS.

pub(crate) mod cloud;
mod faults;
mod gates;
mod hands;
mod journal;
mod kills;
mod refusals;
mod tampering;

use serde_json::json;

use cloud::{ACTS, Cloud, OLD};

#[test]
fn the_tasks_are_moved_to_a_private_instance_in_their_former_state() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
    cloud.assert_safe("happy");
    let acts: Vec<String> = cloud
        .aws
        .calls()
        .into_iter()
        .filter(|call| ACTS.contains(&call.operation.as_str()))
        .map(|call| {
            let task = call.request["ReplicationTaskArn"].as_str().unwrap_or_default();
            let (operation, name) = (call.operation, task.rsplit(':').next().unwrap_or_default());
            format!("{operation} {name}").trim().to_owned()
        })
        .collect();
    assert_eq!(
        acts,
        [
            "CreateReplicationInstance",
            "TestConnection",
            "TestConnection",
            "MoveReplicationTask READY",
            "MoveReplicationTask STOPPED",
            "StopReplicationTask RUNNING",
            "MoveReplicationTask RUNNING",
            "StartReplicationTask RUNNING",
            "DeleteReplicationInstance",
            "ModifyReplicationInstance",
        ]
    );
    for words in
        ["[1/8 created] creating the private", "[5/8 moved] moving task ready", "[7/8 deleted] deleting"]
    {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    // What is left has its commands: the plan can no longer be printed.
    let printed_commands =
        ["describe-alarms-for-metric --region eu-west-1", "describe-metric-filters --region eu-west-1"];
    for words in printed_commands {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    let create = &cloud.calls("CreateReplicationInstance")[0].request;
    assert_eq!(create["PubliclyAccessible"], false);
    let run = create["Tags"].as_array().unwrap().iter().find(|tag| tag["Key"] == "dms-rule:run").unwrap();
    assert!(cloud.journal().contains(run["Value"].as_str().unwrap()), "the journal knows the run");
    assert!(create["Tags"].as_array().unwrap().contains(&json!({"Key": "dms-rule:replaces", "Value": OLD})));
    let (code, again) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{again}");
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 1);
}
