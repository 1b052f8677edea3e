//! `dms-rule scan --security-hub`: findings that each account imports, and archives where their resource is gone.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use local_aws::{Call, Fault, FaultKind, LocalAws};
use serde_json::{Value, json};

use crate::scan::{ACCOUNTS, PUBLIC, ROLE, cloud, command, failures, instance, list, report, scan};
use crate::support::text;

const HERE: &str = "eu-test-1";

/// The options of most scans here: one rule in one Region.
const ONE: [&str; 5] = ["--security-hub", "--region", HERE, "--rule", PUBLIC];

/// Lists the findings of a place as `name status state`; that about the run has the name `run`.
fn findings(aws: &LocalAws, account: &str, region: &str) -> Vec<String> {
    let all: Vec<Value> =
        aws.account(account, region, |account| account.security_hub.findings.values().cloned().collect());
    let mut words: Vec<String> = all.iter().map(words).collect();
    words.sort();
    words
}

fn words(finding: &Value) -> String {
    let name = match finding["GeneratorId"].as_str() {
        Some("dms-rule/run") => "run",
        _ => finding.pointer("/Resources/0/Id").unwrap().as_str().unwrap().rsplit(':').next().unwrap(),
    };
    let status = finding["Compliance"]["Status"].as_str().unwrap();
    format!("{name} {status} {}", finding["RecordState"].as_str().unwrap())
}

/// Sets the instances of a place, each with true if it is public.
fn set_instances(aws: &LocalAws, instances: &[(&str, bool)]) {
    let all = instances.iter().map(|(name, public)| instance(ACCOUNTS[0], HERE, name, *public)).collect();
    aws.account(ACCOUNTS[0], HERE, |account| {
        account.dms.insert("ReplicationInstances".to_owned(), all);
    });
}

fn calls(aws: &LocalAws, operation: &str) -> Vec<Call> {
    aws.calls().into_iter().filter(|call| call.operation == operation).collect()
}

fn run_one(aws: &LocalAws, more: &[&str]) -> (Value, Output) {
    let output = scan(aws, &[&ONE[..], more].concat());
    (report(&output), output)
}

#[test]
fn each_account_imports_its_own_findings_in_batches_that_security_hub_accepts() {
    let aws = cloud();
    let many = (0..250).map(|n| instance(ACCOUNTS[1], "eu-test-2", &format!("i-{n:03}"), n % 2 == 0));
    aws.account(ACCOUNTS[1], "eu-test-2", |account| {
        account.dms.insert("ReplicationInstances".to_owned(), many.collect());
    });
    let accounts = ACCOUNTS[..2].join(",");
    let output = scan(
        &aws,
        &[
            "--security-hub",
            "--accounts",
            &accounts,
            "--role-name",
            ROLE,
            "--region",
            "eu-test-1,eu-test-2",
            "--rule",
            PUBLIC,
        ],
    );
    let found = report(&output);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let expected = json!({"places": 4, "imported": 257, "archived": 0, "archives": true, "twice": []});
    assert_eq!(found["securityHub"], expected);
    let imports = calls(&aws, "BatchImportFindings");
    assert_eq!(imports.len(), 3 + 3 + 4, "batches of results, and one finding about the run in each place");
    for call in &imports {
        assert_eq!((call.service, call.status), ("securityhub", Some(200)));
        let batch = call.request["Findings"].as_array().unwrap();
        assert!((1..=100).contains(&batch.len()));
        for finding in batch {
            // The server knows the account by the key of the signature, and the Region by its scope.
            assert_eq!(finding["AwsAccountId"], call.account_id.as_str());
            assert_eq!(finding["Resources"][0]["Region"], call.region.as_str());
            let (account, region) = (&call.account_id, &call.region);
            let product = format!("arn:aws:securityhub:{region}:{account}:product/{account}/default");
            assert_eq!(finding["ProductArn"], product);
        }
    }
    for account in &ACCOUNTS[..2] {
        let last = imports.iter().rfind(|call| call.account_id == *account && call.region == "eu-test-2");
        assert_eq!(last.unwrap().request["Findings"][0]["GeneratorId"], "dms-rule/run", "it is the last");
    }
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), ["ORDERS FAILED ACTIVE", "run PASSED ACTIVE"]);
    assert_eq!(findings(&aws, ACCOUNTS[1], "eu-test-2").len(), 251);
    assert_eq!(findings(&aws, ACCOUNTS[2], HERE), [""; 0], "it was not scanned");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    run_one(&aws, &["--output", &format!("table={}", path.display())]);
    let table = std::fs::read_to_string(path).unwrap();
    let line = "Security Hub: 2 findings imported, 0 archived in 1 account × Region\n";
    assert!(table.contains(line), "{table}");
}

#[test]
fn a_finding_is_archived_when_its_resource_is_gone_and_active_when_it_returns() {
    let aws = cloud();
    set_instances(&aws, &[("orders", true), ("old", true)]);
    run_one(&aws, &[]);
    assert_eq!(
        findings(&aws, ACCOUNTS[0], HERE),
        ["OLD FAILED ACTIVE", "ORDERS FAILED ACTIVE", "run PASSED ACTIVE"]
    );
    set_instances(&aws, &[("orders", false)]);
    let (found, output) = run_one(&aws, &[]);
    assert_eq!((output.status.code(), &found["securityHub"]["archived"]), (Some(0), &json!(1)));
    let gone = ["OLD FAILED ARCHIVED", "ORDERS PASSED ACTIVE", "run PASSED ACTIVE"];
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), gone);
    aws.clear_calls();
    let (found, _) = run_one(&aws, &[]);
    assert_eq!(found["securityHub"]["archived"], 0, "it is archived once");
    assert_eq!(calls(&aws, "BatchImportFindings").len(), 2);
    set_instances(&aws, &[("orders", true), ("old", true)]);
    run_one(&aws, &[]);
    assert_eq!(
        findings(&aws, ACCOUNTS[0], HERE),
        ["OLD FAILED ACTIVE", "ORDERS FAILED ACTIVE", "run PASSED ACTIVE"]
    );
}

/// Each of these may hide a resource, or is no business of this scan.
#[test]
fn what_a_scan_did_not_read_whole_or_did_not_import_is_not_archived() {
    let aws = cloud();
    set_instances(&aws, &[("orders", true), ("old", true)]);
    let multi_az = "dms-replication-instance-multi-az-enabled";
    scan(
        &aws,
        &["--security-hub", "--region", "eu-test-1,eu-test-2", "--rule", &format!("{PUBLIC},{multi_az}")],
    );
    let saved =
        |region: &str| aws.account(ACCOUNTS[0], region, |account| account.security_hub.findings.clone());
    let (before, elsewhere) = (saved(HERE), saved("eu-test-2"));
    let is_active = |region: &str| {
        let archived = |words: &String| words.contains("ARCHIVED");
        findings(&aws, ACCOUNTS[0], region).iter().filter(|words| archived(words)).count()
    };
    // A resource is gone, and the run is restricted to one rule and one Region.
    set_instances(&aws, &[("orders", true)]);
    aws.account(ACCOUNTS[0], "eu-test-2", |account| account.dms.clear());
    let (found, _) = run_one(&aws, &[]);
    assert_eq!(found["securityHub"]["archived"], 1, "that of the rule");
    assert_eq!((is_active(HERE), saved("eu-test-2") == elsewhere), (1, true));
    // Another Region could not be read: the scan is not complete.
    aws.account(ACCOUNTS[0], HERE, |account| account.security_hub.findings.clone_from(&before));
    let denied = Fault::always("DescribeReplicationInstances", FaultKind::Denied);
    aws.inject(Fault { region: Some("eu-test-3".to_owned()), ..denied });
    let output = scan(&aws, &["--security-hub", "--region", "eu-test-1,eu-test-3", "--rule", PUBLIC]);
    let found = report(&output);
    assert_eq!((output.status.code(), is_active(HERE)), (Some(2), 0));
    assert_eq!(
        (&found["securityHub"]["archives"], &found["securityHub"]["imported"]),
        (&json!(false), &json!(3))
    );
    assert_eq!(findings(&aws, ACCOUNTS[0], "eu-test-3"), ["run WARNING ACTIVE"]);
    assert_eq!(calls(&aws, "GetFindings").len(), 2 * 2 + 2, "none in the scan that is not complete");
    aws.clear_faults();
    // What a template or another product has is not gone, and neither is what cannot be read.
    let of_template = |finding: &mut Value| {
        finding["ProductFields"]["dms-rule/SourceKind"] = "CloudFormation template".into();
    };
    for change in [
        of_template,
        |finding: &mut Value| finding["ProductFields"] = Value::Null,
        |finding: &mut Value| finding["GeneratorId"] = "dms-rule/some-rule-of-later".into(),
        |finding: &mut Value| finding["AwsAccountId"] = ACCOUNTS[1].into(),
        |finding: &mut Value| finding["Resources"][0]["Region"] = "eu-test-2".into(),
        |finding: &mut Value| finding["Resources"] = json!([]),
        |finding: &mut Value| finding["Id"] = Value::Null,
    ] {
        let mut changed = before.clone();
        changed.values_mut().for_each(change);
        aws.account(ACCOUNTS[0], HERE, |account| account.security_hub.findings = changed);
        let (found, _) = run_one(&aws, &[]);
        assert_eq!(found["securityHub"]["archived"], 0);
    }
}

#[test]
fn a_listing_that_does_not_end_archives_nothing() {
    let aws = cloud();
    let many: Vec<String> = (0..150).map(|n| format!("old-{n:03}")).collect();
    let many: Vec<(&str, bool)> = many.iter().map(|name| (name.as_str(), true)).collect();
    set_instances(&aws, &many);
    run_one(&aws, &[]);
    set_instances(&aws, &[("orders", true)]);
    for kind in [FaultKind::Denied, FaultKind::RepeatedToken, FaultKind::Garbage, FaultKind::EmptyObject] {
        aws.clear_calls();
        aws.inject(Fault { from_call: 2, ..Fault::always("GetFindings", kind.clone()) });
        let (found, output) = run_one(&aws, &[]);
        assert_eq!(
            (output.status.code(), &found["securityHub"]["archived"]),
            (Some(2), &json!(0)),
            "{kind:?}"
        );
        assert!(failures(&found)[0].starts_with("111111111111 eu-test-1 "), "{kind:?}: {found}");
        let active = findings(&aws, ACCOUNTS[0], HERE);
        assert!(active.iter().all(|words| words.ends_with("ACTIVE")), "{kind:?}");
        assert!(active.contains(&"run WARNING ACTIVE".to_owned()), "{kind:?}");
        aws.clear_faults();
    }
    // Pages without findings do not end a listing.
    aws.inject(Fault { times: Some(1), ..Fault::always("GetFindings", FaultKind::EmptyPageWithToken) });
    let (found, output) = run_one(&aws, &[]);
    assert_eq!((output.status.code(), &found["securityHub"]["archived"]), (Some(1), &json!(150)));
}

#[test]
fn what_security_hub_does_not_accept_is_a_failure_with_the_next_step() {
    let aws = cloud();
    let message = "Account 111111111111 is not subscribed to AWS Security Hub";
    for (fault, expected) in [
        (FaultKind::FailedFindings { count: 1 }, "InvalidInput: a fault run the scan again"),
        (FaultKind::Denied, "allow securityhub:BatchImportFindings in the role or user"),
        (
            FaultKind::Rejected { code: "InvalidAccessException".to_owned(), message: message.to_owned() },
            "enable Security Hub in that account and Region",
        ),
        (FaultKind::EmptyObject, "does not have the members of such a response"),
    ] {
        let case = format!("{fault:?}");
        aws.inject(Fault { region: Some(HERE.to_owned()), ..Fault::always("BatchImportFindings", fault) });
        let regions = ["--security-hub", "--region", "eu-test-1,eu-test-2", "--rule", PUBLIC];
        let output = scan(&aws, &regions);
        let found = report(&output);
        let failed = failures(&found);
        assert_eq!(output.status.code(), Some(2), "{case}");
        assert!(failed.iter().all(|failure| failure.starts_with("111111111111 eu-test-1 ")), "{failed:?}");
        assert!(failed.iter().any(|failure| failure.contains(expected)), "{case}: {failed:?}");
        assert_eq!((&found["complete"], list(&found, "results").len()), (&json!(false), 2), "{case}");
        assert_eq!(found["securityHub"]["places"], 1, "{case}: the other place goes on");
        aws.clear_faults();
    }
    aws.account(ACCOUNTS[0], HERE, |account| account.security_hub.is_enabled = false);
    let (found, output) = run_one(&aws, &[]);
    let failed = failures(&found);
    assert_eq!((output.status.code(), failed.len()), (Some(2), 1), "{failed:?}");
    assert!(failed[0].contains(message) && failed[0].contains("enable Security Hub"), "{failed:?}");
}

/// The finding about the run is imported last, since it states what is missing.
#[test]
fn a_run_whose_findings_were_rejected_does_not_pass() {
    let aws = cloud();
    aws.inject(Fault {
        times: Some(1),
        ..Fault::always("BatchImportFindings", FaultKind::FailedFindings { count: 1 })
    });
    run_one(&aws, &[]);
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), ["run WARNING ACTIVE"]);
    run_one(&aws, &[]);
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), ["ORDERS FAILED ACTIVE", "run PASSED ACTIVE"]);
}

#[test]
fn no_fault_at_any_call_archives_or_passes_the_finding_of_a_public_instance() {
    let aws = cloud();
    set_instances(&aws, &[("orders", true), ("old", true)]);
    run_one(&aws, &[]);
    set_instances(&aws, &[("orders", true)]);
    let before = aws.account(ACCOUNTS[0], HERE, |account| account.security_hub.findings.clone());
    aws.clear_calls();
    let restore =
        || aws.account(ACCOUNTS[0], HERE, |account| account.security_hub.findings.clone_from(&before));
    run_one(&aws, &[]);
    let operations: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
    let first = operations.iter().position(|operation| operation == "DescribeReplicationInstances").unwrap();
    assert_eq!(
        operations[operations.len() - 5..],
        ["BatchImportFindings", "GetFindings", "BatchImportFindings", "GetFindings", "BatchImportFindings"]
    );
    for from_call in first + 1..=operations.len() {
        for kind in [
            FaultKind::Denied,
            FaultKind::ServerError,
            FaultKind::Garbage,
            FaultKind::EmptyObject,
            FaultKind::ErrorWithSuccess,
            FaultKind::CutShort,
            FaultKind::DropAfter,
            FaultKind::RepeatedToken,
            FaultKind::FailedFindings { count: 1 },
        ] {
            restore();
            aws.inject(Fault {
                operation: None,
                region: None,
                account_id: None,
                from_call,
                times: Some(1),
                kind: kind.clone(),
            });
            let (found, output) = run_one(&aws, &[]);
            aws.clear_faults();
            let case = format!("{kind:?} at {}: {found}", operations[from_call - 1]);
            let words = findings(&aws, ACCOUNTS[0], HERE);
            assert!(words.contains(&"ORDERS FAILED ACTIVE".to_owned()), "{words:?}: {case}");
            let is_clean = failures(&found).is_empty();
            assert_eq!(output.status.code(), Some(if is_clean { 1 } else { 2 }), "{case}");
            let is_archived = words.contains(&"OLD FAILED ARCHIVED".to_owned());
            assert!(
                is_archived || !is_clean,
                "what is gone is archived after a whole run: {words:?}: {case}"
            );
        }
    }
}

/// The import is interrupted while Security Hub takes long to respond in one Region.
#[test]
fn an_interrupted_import_names_what_is_missing() {
    let aws = cloud();
    aws.inject(Fault {
        region: Some("eu-test-2".to_owned()),
        ..Fault::always("BatchImportFindings", FaultKind::Slow { milliseconds: 9_000 })
    });
    let regions = ["--security-hub", "--region", "eu-test-1,eu-test-2", "--rule", PUBLIC];
    let child = command(&aws, &regions).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let is_done = || calls(&aws, "GetFindings").len() == 2 && calls(&aws, "BatchImportFindings").len() == 2;
    while !is_done() {
        assert!(start.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    let found = report(&output);
    assert_eq!((output.status.code(), list(&found, "results").len()), (Some(2), 2));
    let words = "Internal interrupted before its findings were imported into Security Hub run the scan again";
    assert_eq!(
        failures(&found),
        ["eu-test-1", "eu-test-2"].map(|region| format!("111111111111 {region} {words}"))
    );
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), ["ORDERS FAILED ACTIVE"]);
}

#[test]
fn findings_that_aws_config_sends_too_are_pointed_out() {
    let aws = cloud();
    for (title, is_twice) in [
        ("dms-replication-not-public", true),
        ("dms-replication-not-public-of-my-stack", true),
        ("dms-another-rule", false),
    ] {
        let product = format!("arn:aws:securityhub:{HERE}::product/aws/config");
        let finding = json!({
            "ProductArn": product,
            "ProductName": "Config",
            "AwsAccountId": ACCOUNTS[0],
            "RecordState": "ACTIVE",
            "Title": title,
        });
        aws.account(ACCOUNTS[0], HERE, |account| {
            account.security_hub.findings = [((product, title.to_owned()), finding)].into();
        });
        let (found, output) = run_one(&aws, &[]);
        let twice = if is_twice { json!(["111111111111 eu-test-1"]) } else { json!([]) };
        assert_eq!((&found["securityHub"]["twice"], output.status.code()), (&twice, Some(1)), "{title}");
        let note = "dms-rule: 111111111111 eu-test-1: AWS Config sends the results";
        assert_eq!(text(&output.stderr).contains(note), is_twice, "{title}");
    }
}

#[test]
fn a_scan_that_imports_cannot_hide_results_or_read_an_aggregator() {
    let aws = cloud();
    for more in [["--only", "compliant"], ["--aggregator", "all"]] {
        let output = scan(&aws, &[&["--security-hub"][..], &more].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("cannot be used with"), "{}", text(&output.stderr));
    }
    assert!(aws.calls().is_empty());
    let found = report(&scan(&aws, &ONE[1..]));
    assert_eq!(found["securityHub"], Value::Null);
    assert!(calls(&aws, "BatchImportFindings").is_empty(), "nothing is imported without the option");
}

#[test]
fn an_exception_is_imported_as_archived_and_ends_with_it() {
    let aws = cloud();
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("dms-rule.toml");
    let until = (chrono::Utc::now() + chrono::Days::new(9)).format("%Y-%m-%d");
    let exception = format!(
        "[[exception]]\nrule = \"{PUBLIC}\"\nresource = \"*:rep:ORDERS\"\nuntil = {until}\nowner = \"o\"\nreason = \"r\"\n"
    );
    std::fs::write(&settings, exception).unwrap();
    let (_, output) = run_one(&aws, &["--config", settings.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let words = findings(&aws, ACCOUNTS[0], HERE);
    assert_eq!(words, ["ORDERS NOT_AVAILABLE ARCHIVED", "run PASSED ACTIVE"]);
    run_one(&aws, &["--no-config"]);
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), ["ORDERS FAILED ACTIVE", "run PASSED ACTIVE"]);
}

/// The ARN of an instance decides about its account.
#[test]
fn a_finding_of_an_account_that_was_not_entered_is_a_failure() {
    let aws = cloud();
    let elsewhere = instance("999999999999", HERE, "strange", true);
    aws.account(ACCOUNTS[0], HERE, |account| {
        account.dms.insert("ReplicationInstances".to_owned(), vec![elsewhere]);
    });
    let (found, output) = run_one(&aws, &[]);
    let words = "Internal its findings are not imported into Security Hub: the scan has no credentials there";
    let expected = format!("- - {words} check the ARNs of its resources");
    assert_eq!((failures(&found), output.status.code()), (vec![expected], Some(2)));
    assert_eq!(list(&found, "failures")[0]["source"], format!("999999999999 {HERE}"));
    assert_eq!(found["securityHub"]["archives"], false);
    assert_eq!(findings(&aws, ACCOUNTS[0], HERE), ["run WARNING ACTIVE"]);
}
