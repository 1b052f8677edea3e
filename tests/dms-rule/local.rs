//! `dms-rule local`: what a newcomer sees, and the server's beginning and end.

#[cfg(unix)]
mod ends;

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{dms_rule, root, shell, text};

/// Runs a program with the environment of a local AWS.
fn within(command: &[&str]) -> Output {
    dms_rule().args(["local", "--"]).args(command).output().unwrap()
}

fn organization(command: &str) -> Vec<&str> {
    vec!["dms-rule", command, "--accounts", "organization", "--role-name", "DmsRuleReader"]
}

#[test]
fn a_newcomer_sees_the_public_instance_first_and_a_summary_last_as_the_readme_shows() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let command =
        readme.lines().find_map(|line| line.strip_prefix("cargo run --locked -p dms-rule -- ")).unwrap();
    assert!(command.starts_with("local -- dms-rule scan"), "{command}");
    let output = shell(command);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    assert!(printed.lines().count() < 20, "it has its place on a small terminal: {printed}");
    let (_, shown) = readme.split_once("```text\nCRITICAL").unwrap();
    let (first, last) = shown.split_once("```").unwrap().0.split_once("...\n").unwrap();
    assert!(printed.starts_with(&format!("CRITICAL{first}")), "{printed}");
    assert!(printed.ends_with(last), "{printed}");
    assert!(first.contains("orders-migration") && last.contains("resources"), "{readme}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn the_help_lists_the_operations_that_work() {
    let help = text(&dms_rule().args(["local", "--help"]).output().unwrap().stdout);
    let (_, listed) = help.split_once("These operations work there, and no others:").unwrap();
    let (listed, _) = listed.split_once("AWS Config evaluates nothing there").unwrap();
    let words = listed.split([' ', ',', '\n']).filter(|word| !word.is_empty());
    let mut listed: Vec<&str> =
        words.filter(|word| word.chars().filter(char::is_ascii_uppercase).count() > 1).collect();
    listed.retain(|word| !["AWS", "DMS"].contains(word));
    listed.sort_unstable();
    let folder = root().join("crates/local-aws/src");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let services = ["dms.rs", "config_rules.rs", "config_service.rs", "kms.rs", "organization.rs", "sts.rs"];
    let sources = services.map(read).concat();
    let arms = sources.lines().map(str::trim_start).filter(|line| line.contains("\" => "));
    let mut known: Vec<&str> = arms.filter_map(|line| line.strip_prefix('"')?.split('"').next()).collect();
    let kinds = read("kinds.rs");
    known.extend(
        kinds.lines().filter_map(|line| line.trim().strip_prefix("operation: \"")?.split('"').next()),
    );
    known.extend(["ListRegions", "PutEvaluations"]);
    known.sort_unstable();
    known.dedup();
    assert_eq!(listed, known);
}

#[test]
#[cfg(unix)]
fn the_prompt_of_a_shell_shows_that_its_aws_is_local() {
    let mut command = dms_rule();
    command.args(["local", "--", "bash", "--norc", "-i"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"exit\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = text(&output.stderr);
    assert!(printed.contains("(local AWS) "), "{printed}");
}

#[test]
fn every_plan_that_a_scan_of_the_organization_names_can_be_made() {
    let options = ["--rule", "dms-replication-not-public", "--format", "json"];
    let output = within(&[&organization("scan")[..], &options].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = report["results"].as_array().unwrap().iter();
    let commands =
        results.flat_map(|one| one["commands"].as_array().unwrap()).map(|one| one.as_str().unwrap());
    let plans: Vec<&str> = commands.filter(|command| command.starts_with("dms-rule plan ")).collect();
    let role = " --role-arn=arn:aws:iam::222222222222:role/DmsRuleReader";
    assert!(plans.len() == 3 && plans.iter().any(|plan| plan.ends_with(role)), "{plans:?}");
    let script = plans.join(" --format json | grep -o '\"ready\": [a-z]*'\n")
        + " --format json | grep -o '\"ready\": [a-z]*'";
    let output = within(&["sh", "-c", &script]);
    let mut ready: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
    ready.sort();
    // It is not known of one instance if it is public, which blocks its plan.
    let expected = ["\"ready\": false", "\"ready\": true", "\"ready\": true"];
    assert_eq!(ready, expected, "{}", text(&output.stderr));
    let without = plans.iter().find_map(|plan| plan.strip_suffix(role)).unwrap();
    let output = within(&without.split(' ').collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(2));
    let words = "the ARN is in account 222222222222, the credentials are of 123456789012: give --role-arn";
    assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
}

#[test]
fn what_the_organization_does_not_have_is_said_with_what_lists_it() {
    let role = ["--role-name", "DmsRuleReader"];
    for (options, cause, next) in [
        (
            &["--organizational-unit", "ou-ab12-34567890"][..],
            "BadInput   AWS: ListAccountsForParent of ou-ab12-34567890: ParentNotFoundException",
            "aws organizations list-organizational-units-for-parent",
        ),
        (
            &["--aggregator", "my-aggregator", "--region", "eu-central-1"],
            "BadInput   AWS: SelectAggregateResourceConfig of aggregator my-aggregator",
            "aws configservice describe-configuration-aggregators",
        ),
    ] {
        let role = if options.contains(&"--aggregator") { &[][..] } else { &role };
        let output = within(&[&["dms-rule", "scan"], options, role].concat());
        let printed = text(&output.stdout);
        let words: Vec<&str> = printed.split_whitespace().collect();
        let has =
            |part: &str| words.join(" ").contains(&part.split_whitespace().collect::<Vec<_>>().join(" "));
        assert_eq!(output.status.code(), Some(2), "{printed}");
        assert!(has(cause) && has(next), "{printed}");
        assert!(
            printed
                .ends_with("\nNOTHING WAS SCANNED: 1 account or Region not complete (1 API call failed).\n")
        );
    }
    let excluded = ["dms-rule", "scan", "--exclude-region", "me-south-1", "--fail-on", "never"];
    let output = within(&excluded);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(
        text(&output.stderr)
            .contains("--exclude-region me-south-1: the account 123456789012 has no such Region")
    );
}

#[test]
fn after_the_end_of_the_local_aws_a_command_says_so() {
    for command in [&["scan"][..], &["plan", "orders-migration"]] {
        // Nothing listens at port 1.
        let output = dms_rule()
            .args(command)
            .env_clear()
            .envs([("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_REGION", "eu-west-1")])
            .envs([("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")])
            .output()
            .unwrap();
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{printed}");
        assert!(printed.contains("the local AWS of `dms-rule local` has ended: start it again"), "{printed}");
    }
}

#[test]
fn the_organization_has_an_unknown_an_exempt_and_a_denied_place() {
    let rule = ["--rule", "dms-replication-not-public", "--format", "json", "--rule-parameters"];
    let parameters = r#"{"exemptionTagKey": "PublicDmsApproved"}"#;
    let output = within(&[&organization("scan")[..], &rule, &[parameters]].concat());
    assert_eq!(output.status.code(), Some(2));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found: Vec<String> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let name = one["resource"]["name"].as_str().unwrap();
            let kind = one["complianceType"].as_str().unwrap();
            let unknown = if one["unknown"] == true { " UNKNOWN" } else { "" };
            let exempt = if one["exempt"] == true { " exempt" } else { "" };
            format!("{name} {kind}{unknown}{exempt}")
        })
        .collect();
    found.sort();
    let expected = [
        "billing-replica COMPLIANT",
        "legacy-sync NON_COMPLIANT UNKNOWN",
        "orders-migration NON_COMPLIANT",
        "orders-reporting COMPLIANT",
        "vendor-cutover NOT_APPLICABLE exempt",
        "warehouse-load COMPLIANT",
    ];
    assert_eq!(found, expected);
    let mut failed: Vec<String> = report["failures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!("{} {}", one["accountId"].as_str().unwrap(), one["region"].as_str().unwrap_or("-"))
        })
        .collect();
    failed.sort();
    assert_eq!(failed, ["111111111111 -", "333333333333 us-east-1", "444444444444 us-east-1"]);
}

#[test]
fn coverage_shows_every_gap_of_the_sample_and_no_other() {
    let output = within(&[&organization("coverage")[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let coverage: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found: Vec<String> = coverage["places"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|place| place["state"] != "HEALTHY")
        .map(|place| {
            let text = |name: &str| place[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", text("accountId"), text("region"), text("state"))
        })
        .collect();
    found.sort();
    let expected = [
        "111111111111 - DENIED",
        "222222222222 eu-central-1 STOPPED",
        "222222222222 eu-west-1 FAILING",
        "333333333333 us-east-1 DENIED",
        "444444444444 eu-central-1 NO RECORDER",
        "444444444444 eu-west-1 MISSING",
        "444444444444 us-east-1 DENIED",
    ];
    assert_eq!(found, expected, "{coverage:#}");
}

#[test]
fn the_public_instance_becomes_private_in_less_than_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
        dms-rule plan orders-migration --output json="$0/plan.json" || exit 10
        dms-rule apply "$0/plan.json" --yes-until renamed || exit 11
        dms-rule scan --rule dms-replication-not-public --format json >"$0/report.json" || exit 12
        dms-rule plan orders-migration && exit 13
        exit 0
    "#;
    let start = Instant::now();
    let output = within(&["sh", "-c", script, folder.path().to_str().unwrap()]);
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out}\n{error}");
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
    assert!(out.contains("to do first: orders-migration can be replaced"), "{out}");
    assert!(
        out.contains(
            "available, private; tasks: archive-once stopped, customers-cdc running, orders-cdc running"
        ),
        "{out}"
    );
    assert!(error.contains("there is no replication instance orders-migration in eu-west-1"), "{error}");
    let report: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    let mut found: Vec<(&str, &str)> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["resource"]["name"].as_str().unwrap(), one["complianceType"].as_str().unwrap()))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [("orders-migration-private", "COMPLIANT"), ("orders-reporting", "COMPLIANT")]);
}

/// The sample is that of `tests/plans`, so that the README and the pages on remediation are about one instance.
#[test]
fn the_plan_is_that_of_the_saved_output() {
    let read = |output: Output| -> Value {
        let mut plan: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
        plan["plannedAt"] = Value::Null;
        for task in plan["tasks"].as_array_mut().unwrap() {
            task["ReplicationTaskSettings"] = Value::Null; // those of the sample log, as the rules want it
        }
        // The AWS CLI writes a day as a time.
        serde_json::from_str(&plan.to_string().replace("T00:00:00+00:00", "")).unwrap()
    };
    let arguments = ["plan", "orders-migration", "--format", "json"];
    let live = read(within(&[&["dms-rule"], &arguments[..]].concat()));
    let saved =
        read(dms_rule().args(arguments).args(["--from", "tests/plans/orders-migration"]).output().unwrap());
    for (name, value) in saved.as_object().unwrap() {
        assert!(live[name] == *value, "{name}: {}\n{value}", live[name]);
    }
}

#[test]
fn an_aggregator_shows_what_is_recorded() {
    let output = within(&["dms-rule", "scan", "--aggregator", "organization", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let printed = report["results"].to_string();
    assert!(printed.contains("vendor-cutover") && printed.contains("warehouse-load"), "{printed}");
    assert!(!printed.contains("legacy-sync"), "nothing is recorded there: {printed}");
    assert_eq!(output.status.code(), Some(2), "two sources are outdated");
}

/// Sets variables that would lead past the local AWS, or hold secrets.
fn with_settings(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", "AKIASECRETSECRET0000")
        .env("AWS_SECRET_ACCESS_KEY", "my-secret")
        .env("AWS_SESSION_TOKEN", "my-secret")
        .env("AWS_PROFILE", "my-secret-profile")
        .env("AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", "https://my-secret.example.com")
        .env("AWS_ENDPOINT_URL_STS", "https://my-secret.example.com")
        .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        .env("AWS_USE_FIPS_ENDPOINT", "true")
        .env("AWS_REGION", "ap-southeast-2")
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("http_proxy", "http://127.0.0.1:1")
        .env("NO_PROXY", "intranet.example.com")
        .env_remove("no_proxy")
}

#[test]
fn no_setting_of_the_user_reaches_the_command_and_its_calls_reach_the_local_aws() {
    let output = with_settings(&mut dms_rule()).args(["local", "--", "env"]).output().unwrap();
    let printed = text(&output.stdout);
    let aws: Vec<&str> = printed.lines().filter(|line| line.starts_with("AWS_")).collect();
    assert_eq!(aws.len(), 9, "{aws:?}");
    assert!(!aws.concat().contains("SECRET0000") && !aws.concat().contains("my-secret"), "{aws:?}");
    assert!(aws.iter().any(|line| line.starts_with("AWS_ENDPOINT_URL=http://127.0.0.1:")), "{aws:?}");
    for line in ["AWS_REGION=eu-west-1", "AWS_EC2_METADATA_DISABLED=true", "no_proxy=127.0.0.1"] {
        assert!(printed.lines().any(|one| one == line), "{line}: {printed}");
    }
    assert!(printed.contains("NO_PROXY=intranet.example.com,127.0.0.1"), "{printed}");
    let scan =
        ["local", "--", "dms-rule", "scan", "--rule", "dms-replication-not-public", "--fail-on", "never"];
    let output = with_settings(&mut dms_rule()).args(scan).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("orders-migration"));
}

#[test]
fn a_command_has_its_exit_code_and_finds_this_program() {
    assert_eq!(within(&["sh", "-c", "exit 7"]).status.code(), Some(7));
    let output = within(&["no-such-program-at-all"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("dms-rule: cannot run no-such-program-at-all: "));
    let mut bare = dms_rule();
    bare.env("PATH", "/usr/bin:/bin").args(["local", "--", "sh", "-c", "dms-rule rules"]);
    let output = bare.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("dms-replication-not-public"));
    // Another program of that name, such as an older one, is not what runs.
    let other = tempfile::tempdir().unwrap();
    let file = other.path().join("dms-rule");
    std::fs::write(&file, "#!/bin/sh\necho another\n").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut beside = dms_rule();
    beside.env("PATH", format!("{}:/usr/bin:/bin", other.path().display()));
    let output = beside.args(["local", "--", "sh", "-c", "dms-rule rules"]).output().unwrap();
    assert!(text(&output.stdout).contains("dms-replication-not-public"), "{}", text(&output.stdout));
}
