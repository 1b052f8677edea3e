//! `dms-rule scan` of a large organization: accounts that deny the role, and a Region that a service control policy denies.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use local_aws::{Fault, FaultKind, LocalAws};
use rule_core::ResourceType;
use serde_json::Value;

use crate::scan::{ROLE, command, instance};

const DENIED_REGION: &str = "me-test-1";

/// The time, the peak of the memory in bytes (0 where it is not known) and the report of a scan.
struct Measured {
    took: Duration,
    peak: u64,
    calls: usize,
    connections: usize,
    report: Value,
    /// The table that is printed.
    table: String,
}

/// Scans an organization in which every account and Region has two instances, the last four accounts deny the role, and one
/// Region is denied.
fn scan_organization(accounts: usize, regions: usize, more: &[&str]) -> Measured {
    let aws = LocalAws::start().unwrap();
    let ids: Vec<String> = (0..accounts).map(|number| format!("{:012}", 111_111_111_111 + number)).collect();
    let mut names: Vec<String> = (1..regions).map(|number| format!("eu-test-{number}")).collect();
    names.push(DENIED_REGION.to_owned());
    aws.set_organization(ids.iter().map(|id| (id.clone(), "ACTIVE".to_owned())).collect());
    for (number, id) in ids.iter().enumerate() {
        aws.set_regions(id, names.iter().map(|name| (name.clone(), true)).collect());
        for region in &names {
            aws.account(id, region, |account| {
                if number + 4 < accounts {
                    account.role_names.insert(ROLE.to_owned());
                }
                let instances =
                    ["orders", "invoices"].map(|name| instance(id, region, name, name == "orders"));
                account.dms.insert("ReplicationInstances".to_owned(), instances.to_vec());
            });
        }
    }
    aws.inject(Fault {
        operation: None,
        region: Some(DENIED_REGION.to_owned()),
        ..Fault::always("", FaultKind::DeniedByOrganization)
    });
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("report.json");
    let output = format!("json={}", file.display());
    let table = format!("table={}", folder.path().join("report.txt").display());
    let arguments =
        [&["--accounts", "organization", "--role-name", ROLE, "--output", &output, "--output", &table], more]
            .concat();
    let scan = command(&aws, &arguments);
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "peak %M"]).arg(scan.get_program()).args(scan.get_args());
    timed.env_clear().envs(scan.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if !fs::exists("/usr/bin/time").unwrap() {
        timed = scan;
    }
    let start = Instant::now();
    let ended = timed.output().unwrap();
    let took = start.elapsed();
    assert_eq!(ended.status.code(), Some(2));
    let stderr = String::from_utf8(ended.stderr).unwrap();
    let table = fs::read_to_string(folder.path().join("report.txt")).unwrap();
    let peak = stderr.lines().find_map(|line| line.strip_prefix("peak ")?.parse::<u64>().ok());
    let report = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let calls = aws.calls();
    let connections = calls.iter().map(|call| call.connection).collect::<BTreeSet<_>>().len();
    Measured { took, peak: peak.unwrap_or_default() * 1024, calls: calls.len(), connections, report, table }
}

/// Counts the failures of each cause.
fn causes(report: &Value) -> BTreeMap<&str, usize> {
    let mut causes = BTreeMap::new();
    for failure in report["failures"].as_array().unwrap() {
        *causes.entry(failure["cause"].as_str().unwrap()).or_default() += 1;
    }
    causes
}

fn assert_two_causes(report: &Value, accounts: usize) {
    let expected = [
        ("AssumeRole: AccessDenied: the role does not exist, or does not trust the caller", 4),
        ("denied by a service control policy of the organization", (accounts - 4) * ResourceType::ALL.len()),
    ];
    assert_eq!(causes(report), BTreeMap::from(expected));
}

/// The first screen has less than fifteen lines: causes, what was scanned, and the totals.
fn assert_first_screen(table: &str, covered: &str, total: &str) {
    let lines = table.lines().take_while(|line| !line.starts_with("CRITICAL dms-")).collect::<Vec<_>>();
    assert!(lines.len() < 15, "{} lines:\n{}", lines.len(), lines.join("\n"));
    let screen = lines.join("\n");
    for words in ["COULD NOT FINISH", "service control policy", "the role does not exist", covered, total] {
        assert!(screen.contains(words), "{words}:\n{screen}");
    }
}

#[test]
fn the_failures_of_an_organization_have_few_causes() {
    let Measured { report, connections, table, .. } = scan_organization(12, 4, &[]);
    assert_first_screen(&table, "24 accounts × Regions scanned, 12 not at all", "48 resources, ");
    assert!(connections <= 32, "{connections}: each session must not connect anew");
    assert_two_causes(&report, 12);
    assert_eq!(report["lookedAt"].as_array().unwrap().len(), 8 * 3);
}

/// Run by hand: `cargo test --release -p dms-rule --test dms-rule -- --ignored --nocapture two_hundred_accounts`.
#[test]
#[ignore = "takes a minute; it measures"]
#[expect(clippy::print_stdout, reason = "it is run for what it prints")]
fn two_hundred_accounts_in_twenty_regions() {
    for more in [&[][..], &["--at-once", "64"]] {
        let Measured { took, peak, calls, connections, report, table } = scan_organization(200, 20, more);
        assert_two_causes(&report, 200);
        assert_first_screen(&table, "3724 accounts × Regions scanned, 200 not at all", "7448 resources, ");
        println!("{}", table.lines().take(15).collect::<Vec<_>>().join("\n"));
        let results = report["results"].as_array().unwrap().len();
        assert_eq!(report["lookedAt"].as_array().unwrap().len(), 196 * 19);
        println!(
            "{more:?}: {took:?}, peak {} MiB, {calls} calls, {connections} connections, {results} results",
            peak >> 20
        );
    }
}
