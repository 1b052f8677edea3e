//! The scripts of `dms-rule plan --format sh`, run with a real AWS CLI against a simulated DMS.
//!
//! The environment variable `DMS_RULE_AWS_CLI` has the path of the AWS CLI. `tests/oracles` runs these tests with
//! version 1 and with version 2.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use local_aws::{Call, Failure, Unreachable, Variant};
use remediation::{Choices, Plan, formats};
use serde_json::json;

use crate::apply::cloud::{ACCOUNT, ACTS, Cloud, OLD, REGION, TASKS, endpoint_arn, task_arn};
use crate::support::{dms_rule, text};

/// An `aws` that records its arguments and runs the real one with the address of the local AWS, which version 2 of Debian
/// does not read from the environment. It kills the script that calls it before or after each
/// call that changes something, once for each.
const WRAPPER: &str = r#"#!/bin/sh
printf '%s\0' "$@" >>"$RECORD"
case $2 in
describe-* | list-*) exec "$REAL_AWS" "$@" --endpoint-url "$AWS_ENDPOINT_URL" ;;
esac
mark=$MARKS/$(printf '%s' "$*" | cksum | tr -d ' ')
if [ "$KILL" != never ] && [ ! -e "$mark" ]; then
  : >"$mark"
  if [ "$KILL" = after ]; then "$REAL_AWS" "$@" --endpoint-url "$AWS_ENDPOINT_URL" >/dev/null 2>&1; fi
  kill -9 "$PPID"
  exit 1
fi
exec "$REAL_AWS" "$@" --endpoint-url "$AWS_ENDPOINT_URL"
"#;

/// The scripts of a plan in a folder of their own.
struct Scripts<'a> {
    cloud: &'a Cloud,
    folder: PathBuf,
    kill: &'static str,
}

impl<'a> Scripts<'a> {
    fn write(cloud: &'a Cloud, plan: &Plan) -> Self {
        let folder = cloud.folder.path().join("scripts");
        for name in ["scripts", "bin", "marks", "home"] {
            std::fs::create_dir_all(cloud.folder.path().join(name)).unwrap();
        }
        for script in formats::shell(plan) {
            std::fs::write(folder.join(script.name), script.text).unwrap();
        }
        let aws = cloud.folder.path().join("bin/aws");
        std::fs::write(&aws, WRAPPER).unwrap();
        std::fs::set_permissions(&aws, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { cloud, folder, kill: "never" }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let credentials = self.cloud.aws.credentials(ACCOUNT);
        let folder = self.cloud.folder.path();
        let real = std::env::var("DMS_RULE_AWS_CLI")
            .unwrap_or_else(|_| panic!("DMS_RULE_AWS_CLI has the path of the AWS CLI"));
        let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
        Command::new("sh")
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs([
                ("PATH", path.as_str()),
                ("REAL_AWS", &real),
                ("KILL", self.kill),
                ("DMS_RULE_PAUSE", "0"),
            ])
            .envs([
                ("HOME", folder.join("home")),
                ("MARKS", folder.join("marks")),
                ("RECORD", folder.join("record")),
            ])
            .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", credentials.session_token)
            .env("AWS_ENDPOINT_URL", self.cloud.aws.endpoint())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs a script, and fails unless it ends with 0.
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {printed}");
        printed
    }

    /// Runs a script, and fails unless it stops.
    fn stop(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let printed = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {printed}");
        assert!(printed.contains("stopped: "), "{printed}");
        printed
    }

    /// Runs a script again and again while it is killed, and then to its end.
    fn insist(&self, arguments: &[&str]) -> usize {
        for kills in 0..30 {
            let output = self.run(arguments);
            match output.status.code() {
                None => {}
                Some(0) => return kills,
                code => panic!("{arguments:?}: {code:?} {}{}", text(&output.stdout), text(&output.stderr)),
            }
        }
        panic!("{arguments:?} does not end");
    }

    fn state(&self) -> PathBuf {
        let folders = std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        folders.filter(|path| path.is_dir()).min().unwrap()
    }
}

fn acts(cloud: &Cloud) -> Vec<Call> {
    cloud.aws.calls().into_iter().filter(|call| ACTS.contains(&call.operation.as_str())).collect()
}

fn start() -> (Cloud, Plan) {
    let cloud = Cloud::start();
    cloud.aws.set_regions(ACCOUNT, vec![(REGION.to_owned(), true)]);
    let plan = cloud.plan(&Choices::default());
    assert!(plan.is_ready(), "{:?}", plan.refusals().collect::<Vec<_>>());
    (cloud, plan)
}

fn scanned(cloud: &Cloud) -> String {
    let credentials = cloud.aws.credentials(ACCOUNT);
    let output = dms_rule()
        .args(["scan", "--format", "json", "--rule", "dms-replication-not-public", "--region", REGION])
        .env_clear()
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
        .env("AWS_SESSION_TOKEN", credentials.session_token)
        .env("AWS_ENDPOINT_URL", cloud.aws.endpoint())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    assert_eq!(report["failures"], json!([]));
    report["results"].as_array().unwrap().iter().map(|one| one["complianceType"].as_str().unwrap()).collect()
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn the_scripts_make_the_instance_private_with_all_tasks_in_their_former_state() {
    let (cloud, plan) = start();
    let scripts = Scripts::write(&cloud, &plan);
    assert_eq!(scanned(&cloud), "NON_COMPLIANT");
    scripts.succeed(&["1-prepare.sh"]);
    let touching: BTreeSet<String> = acts(&cloud).into_iter().map(|call| call.operation).collect();
    let wanted = ["CreateReplicationInstance", "TestConnection"].map(str::to_owned).into();
    assert_eq!(touching, wanted, "nothing is stopped before every endpoint is tested");
    let new = cloud.new_arn().unwrap();
    let tested = |call: &Call| call.request["EndpointArn"].as_str().unwrap().to_owned();
    let tests: BTreeSet<String> = cloud.calls("TestConnection").iter().map(tested).collect();
    assert_eq!(tests, [endpoint_arn("SOURCE"), endpoint_arn("TARGET")].into());
    scripts.stop(&["3-delete.sh", "--delete=orders"]);
    let printed = scripts.succeed(&["2-move.sh"]);
    assert!(printed.contains(&format!("Every task is on {new}")), "{printed}");
    assert!(scripts.stop(&["3-delete.sh"]).contains("--delete=orders"));
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0, "the deletion has a consent of its own");
    scripts.succeed(&["3-delete.sh", "--delete=orders"]);
    cloud.assert_done();
    cloud.assert_safe("scripts");
    let instance = &cloud.instances()[0];
    for member in
        ["AllocatedStorage", "VpcSecurityGroups", "KmsKeyId", "PreferredMaintenanceWindow", "MultiAZ"]
    {
        assert_eq!(instance[member], json!(plan.instance)[member], "{member}");
    }
    assert_eq!(scanned(&cloud), "COMPLIANT");
    let before = acts(&cloud).len();
    scripts.succeed(&["3-delete.sh", "--delete=orders"]);
    assert_eq!(acts(&cloud).len(), before, "a script that has ended does nothing when it is run again");
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn scripts_that_are_killed_at_every_call_end_in_the_same_state_and_do_nothing_twice() {
    for kill in ["before", "after"] {
        let (cloud, plan) = start();
        let scripts = Scripts { kill, ..Scripts::write(&cloud, &plan) };
        let kills = scripts.insist(&["1-prepare.sh"])
            + scripts.insist(&["2-move.sh"])
            + scripts.insist(&["3-delete.sh", "--delete=orders"]);
        assert!(kills >= 9, "{kill}: {kills}");
        cloud.assert_done();
        for operation in ["CreateReplicationInstance", "StopReplicationTask", "DeleteReplicationInstance"] {
            assert_eq!(cloud.calls(operation).len(), 1, "{kill}: {operation}");
        }
        assert_eq!(cloud.calls("MoveReplicationTask").len(), TASKS.len(), "{kill}");
    }
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn the_way_back_restores_the_state_of_before() {
    let (cloud, plan) = start();
    let scripts = Scripts { kill: "after", ..Scripts::write(&cloud, &plan) };
    scripts.insist(&["1-prepare.sh"]);
    scripts.insist(&["2-move.sh"]);
    scripts.insist(&["back.sh"]);
    cloud.assert_as_before();
    scripts.stop(&["2-move.sh"]);
    assert_eq!(cloud.calls("StopReplicationTask").len(), 2);
    assert_eq!(cloud.calls("MoveReplicationTask").len(), 2 * TASKS.len());
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn a_script_stops_where_a_fact_has_changed_and_touches_nothing() {
    let (cloud, plan) = start();
    let scripts = Scripts::write(&cloud, &plan);
    cloud.change(|account| account.dms.get_mut("ReplicationTasks").unwrap()[1]["Status"] = json!("running"));
    assert!(scripts.stop(&["1-prepare.sh"]).contains("the tasks are not as planned"));
    cloud.change(|account| account.dms.get_mut("ReplicationTasks").unwrap()[1]["Status"] = json!("stopped"));
    cloud.change(|account| {
        account.dms.get_mut("ReplicationInstances").unwrap()[0]["AllocatedStorage"] = json!(200);
    });
    assert!(scripts.stop(&["1-prepare.sh"]).contains("the old instance is not as planned"));
    assert_eq!(acts(&cloud).len(), 0);
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn an_endpoint_that_is_not_reached_stops_the_scripts_before_any_task_is_touched() {
    let (cloud, plan) = start();
    let scripts = Scripts::write(&cloud, &plan);
    let failure = Failure::always("no route \u{1b}[2J to host");
    cloud.change(|account| {
        account.simulation.unreachable.push(Unreachable {
            instance: None,
            endpoint: endpoint_arn("TARGET"),
            failure,
        });
    });
    let printed = scripts.stop(&["1-prepare.sh"]);
    assert!(printed.contains(r"no route \u001b[2J to host"), "{printed}");
    scripts.stop(&["2-move.sh"]);
    scripts.succeed(&["back.sh"]);
    cloud.assert_as_before();
    assert_eq!(cloud.calls("StopReplicationTask").len() + cloud.calls("MoveReplicationTask").len(), 0);
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn a_failed_move_stops_the_script_and_the_task_runs_again_where_the_person_wants_it() {
    for way in ["2-move.sh", "back.sh"] {
        let (cloud, plan) = start();
        let scripts = Scripts::write(&cloud, &plan);
        cloud.change(|account| {
            if way == "2-move.sh" {
                // On the way back DMS would not delete an instance that is still shown as a target.
                account.simulation.variants.insert(Variant::FailedMoveKeepsTarget);
            }
            account.simulation.failed_moves.insert(task_arn("RUNNING"), Failure::once("no storage"));
        });
        scripts.succeed(&["1-prepare.sh"]);
        let printed = scripts.stop(&["2-move.sh"]);
        assert!(printed.contains("no storage"), "{printed}");
        let marker = |path: &Path| path.extension().is_some_and(|ending| ending == "open");
        let files = std::fs::read_dir(scripts.state()).unwrap().map(|file| file.unwrap().path());
        assert_eq!(files.filter(|file| marker(file)).count(), 1, "the task that ran is to run again");
        scripts.succeed(&[way]);
        if way == "back.sh" {
            cloud.assert_as_before();
        } else {
            assert_eq!(cloud.task("RUNNING")["Status"], "running");
            scripts.succeed(&["3-delete.sh", "--delete=orders"]);
            cloud.assert_done();
        }
    }
}

#[test]
#[ignore = "needs the AWS CLI; tests/oracles runs it with versions 1 and 2"]
fn an_instance_that_another_run_created_is_never_used_or_deleted() {
    let (cloud, plan) = start();
    let scripts = Scripts::write(&cloud, &plan);
    scripts.succeed(&["1-prepare.sh"]);
    std::fs::write(scripts.state().join("run"), "script-0123456789abcdef\n").unwrap();
    let before = acts(&cloud).len();
    for script in [&["1-prepare.sh"][..], &["2-move.sh"], &["3-delete.sh", "--delete=orders"]] {
        assert!(scripts.stop(script).contains("this run did not create it"));
    }
    scripts.succeed(&["back.sh"]);
    assert_eq!(acts(&cloud).len(), before);
    assert!(cloud.new_arn().is_some());
    assert_eq!(cloud.instances().iter().filter(|one| one["ReplicationInstanceArn"] == OLD).count(), 1);
}
