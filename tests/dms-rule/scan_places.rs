//! `dms-rule scan`: the accounts and Regions that options name, those that fail, and a scan that is interrupted.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use local_aws::{Fault, FaultKind};
use rule_core::ResourceType;
use serde_json::Value;
use tempfile::TempDir;

use crate::scan::{ACCOUNTS, PUBLIC, ROLE, cloud, command, failures, list, report, scan};

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Lists the accounts and Regions of the results, each once, sorted.
fn scanned(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut places: Vec<String> = list(report, "results")
        .iter()
        .map(|result| &result["resource"])
        .map(|resource| format!("{} {}", text(&resource["accountId"]), text(&resource["region"])))
        .collect();
    places.sort();
    places.dedup();
    places
}

#[test]
fn a_region_that_does_not_exist_is_refused_with_the_names_that_are_like_it() {
    let aws = cloud();
    let output = scan(&aws, &["--region", "eu-tset-1,eu-test-2", "--rule", PUBLIC]);
    assert_eq!(output.status.code(), Some(2));
    let failed = failures(&report(&output));
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].starts_with(
            "- - BadInput there is no Region eu-tset-1 in this partition did you mean eu-test-1"
        ),
        "{failed:?}"
    );
    let operations: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["GetCallerIdentity", "ListRegions"], "nothing is scanned");
    let failed = failures(&report(&scan(&aws, &["--region", "eu-closed-1"])));
    assert!(
        failed.len() == 1
            && failed[0].contains("the Region eu-closed-1 is disabled in the account 111111111111"),
        "{failed:?}"
    );
    let failed = failures(&report(&scan(&aws, &["--exclude-region", "eu-tset-1"])));
    assert!(failed.len() == 1 && failed[0].contains("there is no Region eu-tset-1"), "{failed:?}");
    let failed = failures(&report(&scan(&aws, &["--aggregator", "all", "--region", "eu-tset-1"])));
    assert!(failed.len() == 1 && failed[0].contains("there is no Region eu-tset-1"), "{failed:?}");
}

#[test]
fn what_cannot_be_a_scan_is_refused_before_any_call() {
    let aws = cloud();
    for (arguments, words) in [
        (&["--region", ""][..], "expected the name of a Region, such as eu-west-1"),
        (&["--region", "EU-TEST-1"], "names of Regions are in lower case: eu-test-1"),
        (&["--region", "eu-test-1,"], "expected the name of a Region"),
        (&["--accounts", "organization"], "name it with --role-name"),
        (&["--organizational-unit", "ou-ab12-1"], "name it with --role-name"),
        (&["--organizational-unit", "production", "--role-name", ROLE], "such as ou-ab12-34567890"),
        (
            &["--accounts", "organization,111111111111", "--role-name", ROLE],
            "name either organization or account ids",
        ),
        (&["--region", "eu-test-1", "--exclude-region", "eu-test-1"], "no Region is left"),
        (&["--accounts", "222222222222", "--exclude-account", "222222222222"], "no account is left"),
        (&["--aggregator", "all", "--region", "eu-test-1,eu-test-2"], "--aggregator: name one --region"),
        (&["--external-id", "x"], "--role-name"),
    ] {
        let output = scan(&aws, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    assert!(aws.calls().is_empty(), "{:?}", aws.calls());
}

#[test]
fn without_the_right_to_list_regions_those_that_are_named_are_scanned() {
    let aws = cloud();
    aws.inject(Fault::always("ListRegions", FaultKind::Denied));
    let output = scan(&aws, &["--region", "eu-test-1", "--rule", PUBLIC]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(scanned(&report(&output)), ["111111111111 eu-test-1"]);
    assert!(
        stderr(&output).contains("the names of Regions are not checked: ListRegions"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_organizational_unit_is_scanned_with_the_units_below_it_and_without_what_is_excluded() {
    let aws = cloud();
    let mut accounts: Vec<_> = ACCOUNTS.iter().map(|id| ((*id).to_owned(), "ACTIVE".to_owned())).collect();
    accounts.push(("999999999999".to_owned(), "SUSPENDED".to_owned()));
    aws.set_organization(accounts);
    aws.set_unit("ou-ab12-1", &["ou-ab12-2"], &[ACCOUNTS[1]]);
    aws.set_unit("ou-ab12-2", &[], &[ACCOUNTS[2], "999999999999"]);
    aws.set_unit("ou-ab12-3", &[], &[]);
    let unit = |id, more: &[&str]| {
        let arguments = ["--organizational-unit", id, "--role-name", ROLE, "--rule", PUBLIC];
        scan(&aws, &[&arguments, more].concat())
    };
    let output = unit("ou-ab12-1", &["--region", "eu-test-1"]);
    let report_ = report(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(scanned(&report_), ["222222222222 eu-test-1", "333333333333 eu-test-1"]);
    assert!(stderr(&output).contains("left out, since not active: 999999999999"));
    let closed = &["--exclude-account", "333333333333,999999999999", "--exclude-region", "eu-test-17"];
    let output = unit("ou-ab12-1", closed);
    let places = scanned(&report(&output));
    assert_eq!(places.len(), 16, "{places:?}");
    assert!(places.iter().all(|place| place.starts_with("222222222222") && !place.ends_with("eu-test-17")));
    for (id, more, words) in [
        ("ou-ab12-3", &[][..], "AWS Organizations lists no active account"),
        ("ou-ab12-4", &[], "ParentNotFoundException"),
        ("ou-ab12-1", &["--exclude-account", "222222222222,333333333333"], "no account is left"),
    ] {
        let output = unit(id, more);
        let failed = failures(&report(&output));
        assert_eq!(output.status.code(), Some(2), "{id}");
        assert!(failed.len() == 1 && failed[0].contains(words), "{failed:?}");
    }
}

#[test]
fn an_organization_without_active_accounts_is_a_failure() {
    let aws = cloud();
    aws.set_organization(vec![("999999999999".to_owned(), "SUSPENDED".to_owned())]);
    let output = scan(&aws, &["--accounts", "organization", "--role-name", ROLE]);
    assert_eq!(output.status.code(), Some(2));
    let failed = failures(&report(&output));
    assert!(failed.len() == 1 && failed[0].contains("lists no active account"), "{failed:?}");
}

#[test]
fn the_external_id_is_sent_with_the_role() {
    let aws = cloud();
    let arguments = ["--accounts", ACCOUNTS[1], "--role-name", ROLE, "--external-id", "shared-word"];
    scan(&aws, &[&arguments[..], &["--region", "eu-test-1", "--rule", PUBLIC]].concat());
    let calls = aws.calls();
    let assumed = calls.iter().find(|call| call.operation == "AssumeRole").unwrap();
    assert_eq!(assumed.request["ExternalId"], "shared-word");
}

#[test]
fn a_deny_by_the_organization_is_one_cause_in_all_accounts_and_a_region_that_it_hides_is_no_source() {
    let aws = cloud();
    aws.inject(Fault {
        region: Some("eu-test-3".to_owned()),
        ..Fault { operation: None, ..Fault::always("", FaultKind::DeniedByOrganization) }
    });
    let accounts = ACCOUNTS.join(",");
    let output =
        scan(&aws, &["--accounts", &accounts, "--role-name", ROLE, "--region", "eu-test-2,eu-test-3"]);
    let report_ = report(&output);
    let failed = list(&report_, "failures");
    assert_eq!(failed.len(), 3 * ResourceType::ALL.len());
    for failure in failed {
        assert_eq!(failure["cause"], "denied by a service control policy of the organization");
        assert_eq!(
            failure["next"],
            "an administrator of the organization must change that policy; or leave out what it denies with \
             --exclude-region or --exclude-account"
        );
        assert_eq!(failure["region"], "eu-test-3");
    }
    let names: Vec<&str> =
        list(&report_, "lookedAt").iter().map(|source| source["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["111111111111 eu-test-2", "222222222222 eu-test-2", "333333333333 eu-test-2"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn accounts_that_deny_the_role_are_one_cause() {
    let aws = cloud();
    let output = scan(
        &aws,
        &["--accounts", "555555555555,666666666666", "--role-name", ROLE, "--region", "eu-test-2"],
    );
    let report = report(&output);
    let causes: Vec<_> = list(&report, "failures").iter().map(|failure| &failure["cause"]).collect();
    assert_eq!(
        causes,
        [
            "AssumeRole: AccessDenied: the role does not exist, or does not trust the caller",
            "AssumeRole: AccessDenied: the role does not exist, or does not trust the caller"
        ]
    );
    assert!(list(&report, "lookedAt").is_empty());
}

/// The scan is interrupted while DMS takes long to respond in one Region.
#[test]
fn an_interrupted_scan_writes_what_there_is_and_names_what_is_missing() {
    for signal in ["INT", "TERM"] {
        let aws = cloud();
        aws.inject(Fault {
            region: Some("eu-test-2".to_owned()),
            ..Fault::always("DescribeReplicationInstances", FaultKind::Slow { milliseconds: 9_000 })
        });
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("report.csv");
        let csv = format!("csv={}", file.display());
        let regions = ["--region", "eu-test-1,eu-test-2,eu-test-3", "--rule", PUBLIC];
        let child = command(&aws, &[&regions[..], &["--output", &csv, "--at-once", "2"]].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while aws.calls().iter().filter(|call| call.operation == "DescribeReplicationInstances").count() < 3 {
            assert!(start.elapsed() < Duration::from_mins(1));
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert_eq!(output.status.code(), Some(2));
        let report = report(&output);
        assert_eq!(scanned(&report), ["111111111111 eu-test-1", "111111111111 eu-test-3"]);
        let failed = failures(&report);
        assert_eq!(
            failed,
            ["111111111111 eu-test-2 Internal interrupted before it was scanned run the scan again"]
        );
        assert_eq!(report["complete"], false);
        assert!(std::fs::read_to_string(file).unwrap().contains("interrupted before it was scanned"));
        assert!(stderr(&output).contains("interrupted: writing what was scanned"));
    }
}

#[test]
fn a_scan_that_is_interrupted_before_its_regions_are_known_has_a_failure() {
    let aws = cloud();
    aws.inject(Fault::always("GetCallerIdentity", FaultKind::Slow { milliseconds: 8_000 }));
    let child = command(&aws, &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while aws.calls().is_empty() {
        assert!(start.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let failed = failures(&report(&output));
    assert!(failed.len() == 1 && failed[0].contains("interrupted before"), "{failed:?}");
}

/// The report cannot be written, since nobody reads the pipe that it goes to.
#[test]
fn a_second_signal_ends_the_program_at_once() {
    let aws = cloud();
    aws.inject(Fault::always("DescribeReplicationInstances", FaultKind::Slow { milliseconds: 3_000 }));
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("report.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let csv = format!("csv={}", pipe.display());
    let mut child = command(&aws, &["--region", "eu-test-1", "--rule", PUBLIC, "--output", &csv])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while aws.calls().iter().all(|call| call.operation != "DescribeReplicationInstances") {
        assert!(start.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    for _ in 0..2 {
        assert!(child.try_wait().unwrap().is_none(), "one signal does not end a program that cannot write");
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// The endpoint of DMS may not exist in a Region: seven types in hundreds of accounts would each be tried ten times.
#[test]
fn an_endpoint_that_cannot_be_reached_is_tried_for_one_type_only() {
    let aws = cloud();
    let output = command(&aws, &["--region", "eu-test-1"])
        .env("AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", "http://no-such-host.invalid")
        .output()
        .unwrap();
    let report = report(&output);
    let failed = list(&report, "failures");
    assert_eq!((failed.len(), output.status.code()), (1, Some(2)), "{failed:?}");
    assert_eq!(failed[0]["cause"], "no connection: the name of the endpoint cannot be resolved");
    assert!(
        failed[0]["message"].as_str().unwrap().ends_with("; no further type was listed there"),
        "{failed:?}"
    );
    assert!(failed[0]["next"].as_str().unwrap().starts_with("leave out the Region with --exclude-region"));
    assert!(list(&report, "lookedAt").is_empty());
}
