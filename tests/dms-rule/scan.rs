//! `dms-rule scan`: several accounts and Regions of a local AWS.

use std::process::{Command, Output};

use local_aws::{Aggregator, Fault, FaultKind, LocalAws, configuration_item_of};
use serde_json::{Value, json};

use crate::support::dms_rule;

pub(crate) const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
pub(crate) const PUBLIC: &str = "dms-replication-not-public";
pub(crate) const ROLE: &str = "DmsRuleReader";

pub(crate) fn regions() -> Vec<String> {
    (1..=17).map(|number| format!("eu-test-{number}")).collect()
}

pub(crate) fn instance(account: &str, region: &str, name: &str, public: bool) -> Value {
    json!({
        "ReplicationInstanceIdentifier": name,
        "ReplicationInstanceArn": format!("arn:aws:dms:{region}:{account}:rep:{}", name.to_uppercase()),
        "PubliclyAccessible": public,
    })
}

/// Starts a local AWS with one public instance in every account and Region.
pub(crate) fn cloud() -> LocalAws {
    let aws = LocalAws::start().unwrap();
    for account_id in ACCOUNTS {
        let mut known: Vec<_> = regions().into_iter().map(|region| (region, true)).collect();
        known.push(("eu-closed-1".to_owned(), false));
        aws.set_regions(account_id, known);
        for region in regions() {
            aws.account(account_id, &region, |account| {
                account.role_names.insert(ROLE.to_owned());
                account.dms.insert(
                    "ReplicationInstances".to_owned(),
                    vec![instance(account_id, &region, "orders", true)],
                );
            });
        }
    }
    aws
}

pub(crate) fn scan(aws: &LocalAws, arguments: &[&str]) -> Output {
    command(aws, arguments).output().unwrap()
}

pub(crate) fn command(aws: &LocalAws, arguments: &[&str]) -> Command {
    let credentials = aws.credentials(ACCOUNTS[0]);
    let mut command = dms_rule();
    command
        .args(["scan", "--format", "json"])
        .args(arguments)
        .env_clear()
        .env("AWS_REGION", "eu-test-1")
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
        .env("AWS_SESSION_TOKEN", credentials.session_token)
        .env("AWS_ENDPOINT_URL", aws.endpoint());
    command
}

pub(crate) fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

pub(crate) fn list<'a>(report: &'a Value, name: &str) -> &'a Vec<Value> {
    report[name].as_array().unwrap()
}

pub(crate) fn failures(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    list(report, "failures")
        .iter()
        .map(|failure| {
            ["accountId", "region", "kind", "message", "next"].map(|name| text(&failure[name])).join(" ")
        })
        .collect()
}

#[test]
fn three_accounts_and_seventeen_regions_with_one_denied_and_one_throttled() {
    let aws = cloud();
    let of = |account: &str, region: &str, times, kind| Fault {
        account_id: Some(account.to_owned()),
        region: Some(region.to_owned()),
        times,
        ..Fault::always("DescribeReplicationInstances", kind)
    };
    aws.inject(of(ACCOUNTS[1], "eu-test-7", None, FaultKind::Denied));
    aws.inject(of(ACCOUNTS[2], "eu-test-9", Some(3), FaultKind::Throttle));
    let accounts = ACCOUNTS.join(",");
    let output = scan(&aws, &["--accounts", &accounts, "--role-name", ROLE, "--rule", PUBLIC]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(2));
    let failed = failures(&report);
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(
        failed[0].starts_with("222222222222 eu-test-7 Denied DescribeReplicationInstances"),
        "{failed:?}"
    );
    assert!(failed[0].contains("allow dms:DescribeReplicationInstances") && !failed[0].contains("Lambda"));
    let mut found: Vec<_> = list(&report, "results")
        .iter()
        .map(|result| {
            assert_eq!(result["complianceType"], "NON_COMPLIANT");
            let resource = &result["resource"];
            format!("{} {}", resource["accountId"].as_str().unwrap(), resource["region"].as_str().unwrap())
        })
        .collect();
    found.sort();
    let mut wanted: Vec<_> = ACCOUNTS
        .iter()
        .flat_map(|account| regions().into_iter().map(move |region| format!("{account} {region}")))
        .filter(|place| place != "222222222222 eu-test-7")
        .collect();
    wanted.sort();
    assert_eq!(found, wanted);
    assert_eq!(list(&report, "lookedAt").len(), 50, "the place that could not be read is in the failures");
    let throttled =
        aws.calls().iter().filter(|call| call.error_code.as_deref() == Some("ThrottlingException")).count();
    assert_eq!(throttled, 3, "the request was sent again until DMS responded");
    assert!(output.stderr.is_empty() || !String::from_utf8_lossy(&output.stderr).contains("accounts ×"));
}

#[test]
fn each_type_is_listed_once_for_all_its_rules_and_tags_are_requested_together() {
    let aws = cloud();
    let output = scan(&aws, &["--region", "eu-test-1,eu-test-1"]);
    assert_eq!(output.status.code(), Some(1));
    let mut calls: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
    calls.sort();
    assert_eq!(
        calls,
        [
            "DescribeCertificates",
            "DescribeDataMigrations",
            "DescribeDataProviders",
            "DescribeEndpoints",
            "DescribeEventSubscriptions",
            "DescribeInstanceProfiles",
            "DescribeReplicationConfigs",
            "DescribeReplicationInstances",
            "DescribeReplicationSubnetGroups",
            "DescribeReplicationTasks",
            "GetCallerIdentity",
            "ListRegions",
            "ListTagsForResource",
        ]
    );
}

#[test]
fn an_organization_is_scanned_except_its_closed_and_denied_accounts() {
    let aws = cloud();
    let mut organization: Vec<_> =
        ACCOUNTS.iter().map(|id| ((*id).to_owned(), "ACTIVE".to_owned())).collect();
    organization.extend((0..25).map(|number| (format!("9{number:011}"), "SUSPENDED".to_owned())));
    organization.push(("444444444444".to_owned(), "ACTIVE".to_owned()));
    aws.set_organization(organization);
    let output = scan(
        &aws,
        &[
            "--accounts",
            "organization",
            "--role-name",
            ROLE,
            "--region",
            "eu-test-1,eu-test-2",
            "--rule",
            PUBLIC,
        ],
    );
    let report = report(&output);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(list(&report, "results").len(), 6);
    let failed = failures(&report);
    assert!(failed.len() == 1 && failed[0].starts_with("444444444444 - Denied AssumeRole"), "{failed:?}");
    assert!(failed[0].contains("--role-name"), "{failed:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("left out, since not active: 900000000000"));
}

#[test]
fn a_scan_that_cannot_begin_reports_the_next_step() {
    let aws = cloud();
    aws.inject(Fault::always("ListRegions", FaultKind::Denied));
    let failed = failures(&report(&scan(&aws, &["--rule", PUBLIC])));
    assert!(failed.len() == 1 && failed[0].contains("--region"), "{failed:?}");
    let failed = failures(&report(&scan(&aws, &["--accounts", "222222222222", "--region", "eu-test-1"])));
    assert!(failed.len() == 1 && failed[0].contains("--role-name"), "{failed:?}");
    let failed = failures(&report(&scan(&aws, &["--accounts", "organization", "--role-name", ROLE])));
    assert!(failed.len() == 1 && failed[0].contains("not a member of an organization"), "{failed:?}");
    aws.inject(Fault::always("GetCallerIdentity", FaultKind::Denied));
    let output = scan(&aws, &[]);
    assert_eq!((failures(&report(&output)).len(), output.status.code()), (1, Some(2)));
}

#[test]
fn no_fault_makes_a_public_instance_pass_or_loses_it_silently() {
    for kind in [
        FaultKind::ServerError,
        FaultKind::Denied,
        FaultKind::Garbage,
        FaultKind::EmptyBody,
        FaultKind::EmptyObject,
        FaultKind::CutShort,
        FaultKind::EmptyPageWithToken,
        FaultKind::RepeatedToken,
    ] {
        for times in [Some(1), None] {
            let aws = cloud();
            // The SDK retries server errors: without an end they would take too long here.
            if times.is_none() && kind == FaultKind::ServerError {
                continue;
            }
            aws.inject(Fault { times, ..Fault::always("DescribeReplicationInstances", kind.clone()) });
            let output = scan(&aws, &["--region", "eu-test-1", "--rule", PUBLIC]);
            let report = report(&output);
            let results = list(&report, "results");
            assert!(results.iter().all(|result| result["complianceType"] == "NON_COMPLIANT"), "{kind:?}");
            let failed = failures(&report);
            assert!(results.len() == 1 || failed.len() == 1, "{kind:?} {times:?}: {report}");
            assert_eq!(
                output.status.code(),
                Some(if failed.is_empty() { 1 } else { 2 }),
                "{kind:?} {times:?}"
            );
        }
    }
}

#[test]
fn a_page_that_fails_loses_no_page_before_it() {
    let aws = cloud();
    aws.account(ACCOUNTS[0], "eu-test-1", |account| {
        let many =
            (0..250).map(|n| instance(ACCOUNTS[0], "eu-test-1", &format!("orders-{n:03}"), n % 2 == 0));
        account.dms.insert("ReplicationInstances".to_owned(), many.collect());
    });
    let whole = report(&scan(&aws, &["--region", "eu-test-1", "--rule", PUBLIC]));
    assert_eq!((list(&whole, "results").len(), whole["summary"]["nonCompliant"].as_u64()), (250, Some(125)));
    aws.inject(Fault { from_call: 2, ..Fault::always("DescribeReplicationInstances", FaultKind::Denied) });
    let cut = report(&scan(&aws, &["--region", "eu-test-1", "--rule", PUBLIC]));
    assert_eq!((list(&cut, "results").len(), failures(&cut).len()), (100, 1));
}

#[test]
fn an_aggregator_is_read_by_one_query_and_its_gaps_are_reported() {
    let aws = cloud();
    let at = "2026-10-01T00:00:00Z".parse().unwrap();
    let mut results: Vec<String> = (0..150)
        .map(|n| {
            let of = instance(ACCOUNTS[n % 3], "eu-test-2", &format!("orders-{n:03}"), n % 2 == 0);
            configuration_item_of("AWS::DMS::ReplicationInstance", &of, ACCOUNTS[n % 3], "eu-test-2", at)
                .to_string()
        })
        .collect();
    results.push(r#"{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"r"}"#.to_owned());
    let source = |id: &str, status: &str| (id.to_owned(), "eu-test-2".to_owned(), status.to_owned());
    let sources = vec![
        source(ACCOUNTS[0], "SUCCEEDED"),
        source(ACCOUNTS[1], "FAILED"),
        source(ACCOUNTS[2], "SUCCEEDED"),
    ];
    aws.account(ACCOUNTS[0], "eu-test-1", |account| {
        account.aggregators.insert("all".to_owned(), Aggregator { results, sources });
    });
    let output = scan(&aws, &["--aggregator", "all", "--rule", PUBLIC]);
    let report_ = report(&output);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        (list(&report_, "results").len(), report_["summary"]["nonCompliant"].as_u64()),
        (150, Some(75))
    );
    let failed = failures(&report_);
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert!(failed[1].contains("result 151 of aggregator all cannot be evaluated"), "{failed:?}");
    assert!(
        failed[0].starts_with("222222222222 eu-test-2 Internal aggregator all: could not read"),
        "{failed:?}"
    );
    let calls: Vec<String> = aws.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls.iter().filter(|call| *call == "SelectAggregateResourceConfig").count(), 2);
    let failed = failures(&report(&scan(&aws, &["--aggregator", "none", "--rule", PUBLIC])));
    assert!(failed.len() == 1 && failed[0].contains("NoSuchConfigurationAggregatorException"), "{failed:?}");
    let report_ = report(&scan(&aws, &["--aggregator", "all"]));
    let not_evaluated: Vec<&str> =
        list(&report_, "notEvaluated").iter().map(|entry| entry["rule"].as_str().unwrap()).collect();
    assert!(not_evaluated.contains(&"dms-instance-profile-not-public"), "{not_evaluated:?}");
    let reason = list(&report_, "notEvaluated")[0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("AWS Config does not record the type"), "{reason}");
    let failed =
        failures(&report(&scan(&aws, &["--aggregator", "all", "--rule", "dms-instance-profile-not-public"])));
    assert!(failed.len() == 1 && failed[0].contains("AWS Config does not record AWS::DMS::InstanceProfile"));
}
