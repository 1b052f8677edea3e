//! The roles of `dms-rule scan`, `coverage`, `plan` and `apply`: each is enough for its commands, and for no other.

use local_aws::{KmsKey, Policy};
use serde_json::{Value, json};

use crate::apply::cloud::{ACCOUNT, ACTS, BACK, Cloud, OLD, REGION, outcome};
use crate::coverage::cloud::deploy;
use crate::plan_live::plan;
use crate::support::{root, text};

/// Returns the statements of a policy of `rule-templates/iam` in the account of the tests.
fn statements(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(root().join(format!("rule-templates/iam/{name}.json"))).unwrap();
    let text =
        text.replace("${partition}", "aws").replace("${region}", REGION).replace("${account_id}", ACCOUNT);
    let policy: Value = serde_json::from_str(&text).unwrap();
    policy["Statement"].as_array().unwrap().clone()
}

fn restrict(cloud: &Cloud, statements: &[Value]) {
    let mut policy = Policy::default();
    policy.add(&json!({"Statement": statements})).unwrap();
    cloud.change(|account| account.policy = Some(policy));
}

/// Says by a tag that the old instance may be deleted.
fn release(cloud: &Cloud) {
    cloud.change(|account| {
        let tags = account.dms.get_mut("ReplicationInstances").unwrap()[0]["TagList"].as_array_mut().unwrap();
        tags.push(json!({"Key": "dms-rule:may-be-deleted", "Value": "yes"}));
    });
}

#[test]
fn the_role_for_a_plan_can_read_all_that_a_plan_needs_and_change_nothing() {
    let cloud = Cloud::start();
    restrict(&cloud, &statements("plan"));
    let output = plan(&cloud, &["orders"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 2, "{printed}");
    let changed =
        |call: &local_aws::Call| ACTS.contains(&call.operation.as_str()) && call.error_code.is_none();
    assert!(!cloud.aws.calls().iter().any(changed), "a role for plans changed something");
    cloud.assert_as_before();
}

/// Runs a command in the account whose rights are restricted, and returns its exit code with what it printed.
fn run(cloud: &Cloud, arguments: &[&str]) -> (i32, String) {
    let mut command = cloud.command(&[]);
    let environment: Vec<_> = command
        .get_envs()
        .map(|(name, value)| (name.to_owned(), value.unwrap_or_default().to_owned()))
        .collect();
    command = crate::support::dms_rule();
    command.args(arguments).env_clear().envs(environment);
    outcome(&command.output().unwrap())
}

#[test]
fn the_role_that_reads_is_enough_for_a_scan_and_for_coverage_and_has_no_right_that_neither_needs() {
    let cloud = Cloud::start();
    cloud.aws.set_regions(ACCOUNT, vec![(REGION.to_owned(), true)]);
    cloud.change(|account| {
        account.kms_keys.push(KmsKey {
            arn: account.dms["ReplicationInstances"][0]["KmsKeyId"].as_str().unwrap().to_owned(),
            key_manager: "CUSTOMER".to_owned(),
            aliases: Vec::new(),
        });
        // AWS Config is requested for a DB instance.
        account.dms.get_mut("Endpoints").unwrap()[0]["ServerName"] =
            "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com".into();
        deploy(account, &["dms-replication-not-public"]);
        account.rule_statuses.clear(); // then the results count
    });
    let scan =
        ["scan", "--rule-parameters", r#"{"kmsKeyArns": "arn:aws:kms:eu-west-1:123456789012:alias/dms"}"#];
    let coverage = ["coverage", "--rule", "dms-replication-not-public"];
    let all = statements("scan");
    restrict(&cloud, &all);
    for command in [&scan[..], &coverage] {
        let (code, printed) = run(&cloud, command);
        assert_ne!(code, 2, "{printed}");
    }
    let actions = all.iter().flat_map(|statement| statement["Action"].as_array().unwrap());
    for left_out in actions {
        let mut without = all.clone();
        for statement in &mut without {
            statement["Action"].as_array_mut().unwrap().retain(|action| action != left_out);
        }
        without.retain(|statement| !statement["Action"].as_array().unwrap().is_empty());
        restrict(&cloud, &without);
        let denied = [&scan[..], &coverage].iter().any(|command| {
            let (code, printed) = run(&cloud, command);
            code == 2 && printed.contains(left_out.as_str().unwrap().rsplit(':').next().unwrap())
        });
        assert!(denied, "{left_out} is not needed, or its lack is not reported");
    }
}

#[test]
fn the_role_for_apply_is_enough_and_deletes_only_what_a_tag_releases() {
    let cloud = Cloud::start();
    restrict(&cloud, &statements("apply"));
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("dms:DeleteReplicationInstance"), "{printed}");
    let command = format!(
        "aws dms add-tags-to-resource --region {REGION} --resource-arn {OLD} --tags Key=dms-rule:may-be-deleted,Value=yes"
    );
    assert!(printed.contains(&command), "{printed}");
    assert_eq!(cloud.instances().len(), 2);
    release(&cloud);
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn the_role_for_apply_can_take_the_way_back() {
    let cloud = Cloud::start();
    restrict(&cloud, &statements("apply"));
    let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
    assert_eq!(code, 0, "{printed}");
    let (code, printed) = cloud.apply(&BACK);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_as_before();
}

#[test]
fn without_any_one_action_of_its_role_a_run_ends_in_a_safe_state_and_names_it() {
    let all = statements("apply");
    let actions: std::collections::BTreeSet<String> = all
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .filter(|action| action != "iam:PassRole") // no instance of the test has Kerberos
        .collect();
    for left_out in actions {
        let cloud = Cloud::start();
        release(&cloud);
        let mut without = all.clone();
        for statement in &mut without {
            statement["Action"].as_array_mut().unwrap().retain(|action| *action != left_out.as_str());
        }
        without.retain(|statement| !statement["Action"].as_array().unwrap().is_empty());
        restrict(&cloud, &without);
        let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
        assert_eq!(code, 2, "{left_out}: {printed}");
        assert!(printed.contains(&left_out), "{left_out}: {printed}");
        cloud.assert_safe(&left_out);
    }
}
