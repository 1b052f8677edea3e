//! `dms-rule plan` from live DMS: a fact that cannot be read is unknown, and the plan of one run is carried out by the next.

use std::process::Output;

use local_aws::{Fault, FaultKind};
use remediation::{Choices, Plan};
use serde_json::json;

use crate::apply::cloud::{ACCOUNT, ACTS, Cloud, OLD, REGION};
use crate::support::{dms_rule, text};

/// Runs `dms-rule plan` against the local AWS.
pub(crate) fn plan(cloud: &Cloud, arguments: &[&str]) -> Output {
    let credentials = cloud.aws.credentials(ACCOUNT);
    dms_rule()
        .args(["plan", "--format", "json"])
        .args(arguments)
        .env_clear()
        .env("AWS_REGION", REGION)
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
        .env("AWS_SESSION_TOKEN", credentials.session_token)
        .env("AWS_ENDPOINT_URL", cloud.aws.endpoint())
        .output()
        .unwrap()
}

fn read(output: &Output) -> (i32, Plan) {
    let plan = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    (output.status.code().unwrap(), plan)
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.refusals().map(|note| note.code.as_str()).collect()
}

#[test]
fn a_plan_from_live_dms_is_carried_out() {
    let cloud = Cloud::start();
    for name in ["orders", "ORDERS", OLD] {
        let (code, plan) = read(&plan(&cloud, &[name]));
        assert_eq!((code, codes(&plan)), (0, vec![]), "{name}");
        assert_eq!(plan.tags["team"], "orders");
        let mut expected = cloud.plan(&Choices::default());
        expected.planned_at.clone_from(&plan.planned_at);
        expected.notes.clone_from(&plan.notes);
        expected.exposure.clone_from(&plan.exposure);
        assert_eq!(plan, expected, "{name}");
        cloud.write_plan(&plan);
    }
    assert!(
        cloud.aws.calls().iter().all(|call| !ACTS.contains(&call.operation.as_str())),
        "planning changed something"
    );
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn a_call_that_fails_leaves_its_fact_unknown_or_ends_the_plan() {
    for kind in [FaultKind::Denied, FaultKind::EmptyObject] {
        for (operation, code) in [
            ("DescribeEndpoints", Some("endpoints-unknown")),
            ("ListTagsForResource", Some("tags-unknown")),
            ("DescribeOrderableReplicationInstances", None),
            ("DescribeEngineVersions", None),
            ("DescribeAccountAttributes", None),
            ("DescribePendingMaintenanceActions", None),
            ("DescribeEventSubscriptions", None),
            ("SelectResourceConfig", None),
        ] {
            let cloud = Cloud::start();
            cloud.aws.inject(Fault::always(operation, kind.clone()));
            let output = plan(&cloud, &["orders"]);
            let (exit, plan) = read(&output);
            assert_eq!(exit, i32::from(code.is_some()), "{operation} {kind:?}");
            assert_eq!(codes(&plan), code.into_iter().collect::<Vec<_>>(), "{operation} {kind:?}");
            assert!(
                text(&output.stderr).contains(operation),
                "{operation} {kind:?}: {}",
                text(&output.stderr)
            );
        }
        for operation in ["DescribeReplicationInstances", "DescribeReplicationTasks"] {
            let cloud = Cloud::start();
            cloud.aws.inject(Fault::always(operation, kind.clone()));
            let output = plan(&cloud, &["orders"]);
            assert_eq!(output.status.code(), Some(2), "{operation} {kind:?}");
            assert_eq!(text(&output.stdout), "");
            assert!(text(&output.stderr).contains(operation), "{}", text(&output.stderr));
        }
    }
}

#[test]
fn the_network_is_read_as_aws_config_recorded_it() {
    let cloud = Cloud::start();
    let table = json!({"configuration": {
        "vpcId": "vpc-1",
        "associations": [{"main": true}],
        "routes": [{"gatewayId": "igw-1", "destinationCidrBlock": "0.0.0.0/0", "state": "active"}],
    }});
    cloud.change(|account| {
        account.recorded.insert("AWS::EC2::RouteTable".to_owned(), vec![table.to_string()]);
        account.dms.get_mut("Endpoints").unwrap()[0]["ServerName"] = json!("db.example.com");
    });
    let (code, plan) = read(&plan(&cloud, &["orders"]));
    assert_eq!(code, 0);
    let note = plan.warnings().find(|note| note.code == "server-outside").unwrap();
    assert_eq!(
        note.text,
        "db.example.com is reached over the internet gateway today, which a private instance cannot use"
    );
}

#[test]
fn an_instance_that_is_not_there_is_an_error_that_names_those_that_are() {
    let cloud = Cloud::start();
    let output = plan(&cloud, &["invoices"]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(
        error.contains("there is no replication instance invoices in eu-west-1; there are: orders"),
        "{error}"
    );
    let output = plan(&cloud, &[OLD, "--region", "us-east-1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("the instance is in eu-west-1, and --region names another"));
}

#[test]
fn an_unfinished_run_is_gone_on_with_by_a_new_plan_until_it_moved_something() {
    let cloud = Cloud::start();
    let (code, _) = cloud.apply(&["--yes-until", "reachable"]);
    assert_eq!(code, 0);
    let (code, again) = read(&plan(&cloud, &["orders"]));
    assert_eq!((code, codes(&again)), (0, vec![]));
    assert!(again.warnings().any(|note| note.code == "unfinished"));
    cloud.write_plan(&again);
    let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
    assert_eq!(code, 0, "{printed}");
    let (code, under_way) = read(&plan(&cloud, &["orders"]));
    assert_eq!((code, codes(&under_way)), (1, vec!["under-way"]));
    assert_eq!(cloud.calls("CreateReplicationInstance").len(), 1);
}

#[test]
fn a_plan_that_an_unfinished_run_needs_is_not_overwritten() {
    let cloud = Cloud::start();
    let file = cloud.plan_file();
    let name = file.to_str().unwrap();
    let write = |name: &str| plan(&cloud, &["orders", "--output", &format!("json={name}")]);
    assert_eq!(cloud.apply(&["--yes-until", "reachable"]).0, 0);
    assert_eq!(write(name).status.code(), Some(0), "no task was touched: the run goes on with a newer plan");
    let other = plan(&cloud, &["orders", "--name", "other", "--output", &format!("json={name}")]);
    assert_eq!(other.status.code(), Some(2), "the run could not be taken back with a plan for another name");
    assert_eq!(cloud.apply(&["--yes-until", "verified"]).0, 0);
    let needed = std::fs::read(&file).unwrap();
    let link = cloud.folder.path().join("link.json");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let beside = cloud.folder.path().join("beside.md");
    for written in [name, link.to_str().unwrap()] {
        let output = plan(
            &cloud,
            &[
                "orders",
                "--output",
                &format!("markdown={}", beside.display()),
                "--output",
                &format!("text={written}"),
            ],
        );
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{written}");
        let words = format!(
            "is the plan of a run that has not ended ({name}.journal.jsonl); nothing was written. Go on: dms-rule apply \
             {name}. Back: dms-rule apply {name} --back."
        );
        assert!(text(&output.stderr).contains(&words), "{words}: {}", text(&output.stderr));
        assert_eq!(std::fs::read(&file).unwrap(), needed);
        assert!(!beside.exists());
    }
    // A plan that is blocked says how that run goes on, and writes to another file.
    let output = write(&beside.display().to_string());
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("dms-rule apply FILE --back"));
    let (code, printed) = cloud.apply(&crate::apply::cloud::BACK);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(write(name).status.code(), Some(0), "the run has ended");
    let journal = format!("{name}.journal.jsonl");
    std::fs::write(&journal, "{}\n").unwrap();
    let output = write(name);
    assert_eq!(output.status.code(), Some(2), "it is not known what the journal has");
    assert!(text(&output.stderr).contains("may be the plan of a run that has not ended"));
}

#[test]
fn a_public_flag_that_dms_did_not_send_is_in_the_plans_of_all() {
    let cloud = Cloud::start();
    cloud.change(|account| {
        let mut odd = account.dms["ReplicationInstances"][0].clone();
        odd["ReplicationInstanceIdentifier"] = json!("odd");
        odd["ReplicationInstanceArn"] = json!("arn:aws:dms:eu-west-1:123456789012:rep:ODD");
        odd.as_object_mut().unwrap().remove("PubliclyAccessible");
        let mut private = odd.clone();
        private["ReplicationInstanceIdentifier"] = json!("private");
        private["ReplicationInstanceArn"] = json!("arn:aws:dms:eu-west-1:123456789012:rep:PRIVATE");
        private["PubliclyAccessible"] = json!(false);
        account.dms.get_mut("ReplicationInstances").unwrap().extend([odd, private]);
    });
    let output = plan(&cloud, &["--all", "--region", REGION]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(printed.contains("odd") && printed.contains("orders"), "{printed}");
    assert!(!printed.contains("rep:PRIVATE"), "{printed}");
}
