//! Calls that fail, and an organization in which some do.

use local_aws::{Fault, FaultKind, LocalAws};

use super::cloud::{
    CALLS, OWN, PUBLIC, REGION, RESULTS, ROLE, cloud, deploy, document, of_two_rules, problems, result, run,
};
use crate::support::text;

/// Whatever single call fails, in whatever way, the place is not healthy. Each fault has a Region of its own.
#[test]
fn no_fault_makes_a_place_healthy() {
    let kinds = [
        FaultKind::Denied,
        FaultKind::DeniedByOrganization,
        FaultKind::Garbage,
        FaultKind::EmptyBody,
        FaultKind::EmptyObject,
        FaultKind::ErrorWithSuccess,
        FaultKind::CutShort,
        FaultKind::RepeatedToken,
    ];
    let aws = LocalAws::start().unwrap();
    let mut wanted = Vec::new();
    for operation in CALLS.into_iter().chain([RESULTS]) {
        for kind in &kinds {
            if *kind == FaultKind::RepeatedToken && operation.contains("Recorder") {
                continue; // they have no pages
            }
            let region = format!("eu-test-{}", 100 + wanted.len());
            aws.account(OWN, &region, |account| {
                deploy(account, &[PUBLIC]);
                if operation == RESULTS {
                    account.rule_statuses.clear();
                    account.hold_result(PUBLIC, result("a", 1));
                }
            });
            aws.inject(Fault { region: Some(region.clone()), ..Fault::always(operation, kind.clone()) });
            let is_denied = matches!(kind, FaultKind::Denied | FaultKind::DeniedByOrganization);
            wanted.push((region, operation, if is_denied { "DENIED" } else { "NOT KNOWN" }));
        }
    }
    aws.set_regions(OWN, wanted.iter().map(|(region, _, _)| (region.clone(), true)).collect());
    let regions: Vec<&str> = wanted.iter().map(|(region, _, _)| region.as_str()).collect();
    let regions = regions.join(",");
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("table");
    let output = format!("table={}", table.display());
    let arguments = ["--region", &regions, "--rule", PUBLIC, "--format", "json", "--output", &output];
    let output = run(&aws, &[&arguments[..], &["--at-once", "64"]].concat());
    let document = document(&output);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!((document["healthy"].as_bool(), document["complete"].as_bool()), (Some(false), Some(false)));
    assert_eq!(document["summary"]["HEALTHY"], 0);
    let places = document["places"].as_array().unwrap();
    assert_eq!(places.len(), wanted.len());
    let table = std::fs::read_to_string(table).unwrap();
    assert!(!table.contains("\nHEALTHY") && table.starts_with("NOT HEALTHY"), "{table}");
    for (region, operation, state) in wanted {
        let place = places.iter().find(|place| place["region"] == region).unwrap();
        assert_eq!(place["state"], state, "{operation}: {place}");
        let not_read = &place["notRead"][0];
        assert_eq!(not_read["operation"], operation);
        assert!(["message", "next"].iter().all(|name| !not_read[name].as_str().unwrap().is_empty()));
        let is_row = |line: &str| {
            let place = format!(" {OWN} {region}: ");
            line.starts_with(state) && line.contains(&place) && line.contains(operation)
        };
        assert!(table.lines().any(is_row), "{operation} {region}: {table}");
    }
}

#[test]
fn a_fault_that_passes_changes_nothing() {
    for operation in CALLS {
        for kind in [FaultKind::Throttle, FaultKind::ServerError, FaultKind::EmptyPageWithToken] {
            let aws = cloud(|_| {});
            aws.inject(Fault { times: Some(2), ..Fault::always(operation, kind.clone()) });
            let (document, code) = of_two_rules(&aws, REGION, &[]);
            assert_eq!((problems(&document), code), (Vec::<String>::new(), 0), "{operation} {kind:?}");
        }
    }
}

#[test]
fn a_run_that_cannot_begin_is_not_healthy() {
    for (operation, arguments) in [
        ("GetCallerIdentity", ["--region", REGION].as_slice()),
        ("ListAccounts", &["--accounts", "organization", "--role-name", ROLE]),
        ("ListRegions", &[]),
    ] {
        let aws = cloud(|_| {});
        aws.set_organization(vec![(OWN.to_owned(), "ACTIVE".to_owned())]);
        aws.inject(Fault::always(operation, FaultKind::Denied));
        let output = run(&aws, &[&["--format", "json"], arguments].concat());
        let document = document(&output);
        assert_eq!(
            (document["places"][0]["state"].as_str(), output.status.code()),
            (Some("DENIED"), Some(2))
        );
        assert_eq!(document["places"][0]["notRead"][0]["operation"], operation);
    }
}

/// Starts an organization of 200 accounts with 20 Regions and these rules. Three accounts have no recorder, four deny the
/// role, and a service control policy denies one Region.
fn organization(identifiers: &[&str]) -> LocalAws {
    let aws = LocalAws::start().unwrap();
    let ids: Vec<String> =
        (0..200).map(|n| if n == 0 { OWN.to_owned() } else { format!("2000000{n:05}") }).collect();
    let regions: Vec<String> = (1..=20).map(|number| format!("eu-test-{number}")).collect();
    for (number, id) in ids.iter().enumerate() {
        aws.set_regions(id, regions.iter().map(|region| (region.clone(), true)).collect());
        for region in &regions {
            aws.account(id, region, |account| {
                if !(10..14).contains(&number) {
                    account.role_names.insert(ROLE.to_owned());
                }
                deploy(account, identifiers);
                account.recorder = !(20..23).contains(&number);
            });
        }
    }
    let mut accounts: Vec<_> = ids.into_iter().map(|id| (id, "ACTIVE".to_owned())).collect();
    accounts.push(("999999999999".to_owned(), "SUSPENDED".to_owned()));
    aws.set_organization(accounts);
    for operation in CALLS {
        let region = Some("eu-test-9".to_owned());
        aws.inject(Fault { region, ..Fault::always(operation, FaultKind::DeniedByOrganization) });
    }
    aws
}

#[test]
fn the_first_screen_of_an_organization_has_less_than_fifteen_lines() {
    let aws = organization(&[PUBLIC]);
    let options = ["--accounts", "organization", "--role-name", ROLE, "--rule", PUBLIC];
    let output = run(&aws, &options);
    let screen = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    assert!(screen.lines().count() < 15, "{screen}");
    let (title, rest) = screen.split_once('\n').unwrap();
    assert!(
        title.starts_with(
            "NOT HEALTHY, and not everything could be read: 1 rule in 200 accounts, 20 Regions, 2"
        ),
        "{title}"
    );
    assert_eq!(
        rest,
        "\
3920 account/Region pairs and 4 accounts that were not entered: 57 NO RECORDER, 200 DENIED, 3667 HEALTHY
  NO RECORDER   3 accounts, 19 Regions: there is no configuration recorder: 200000000020 (account 200000000020), \
200000000021 (account 200000000021), 200000000022 (account 200000000022)
  DENIED        eu-test-9, 196 accounts: denied by a service control policy (DescribeConfigurationRecorders, \
DescribeConfigRules)
  DENIED        4 accounts: the role cannot be assumed (AssumeRole): 200000000010 (account 200000000010), \
200000000011 (account 200000000011), 200000000012 (account 200000000012), 200000000013 (account 200000000013)
Note: left out, since not active: 999999999999
A place counts once, by its worst problem. All rows with all problems: --details, or --format json
"
    );
}
