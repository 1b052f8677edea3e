//! `dms-rule coverage`: recorders and rules in the accounts and Regions of a local AWS.

pub(crate) mod cloud;
mod faults;

use local_aws::{Account, LocalAws};
use rule_core::rules::RULES;
use serde_json::{Value, json};

use crate::support::text;
use cloud::{
    CALLS, CHANGE, OWN, PUBLIC, REGION, RESULTS, SCHEDULE, TAGGED, cloud, config_rule, deploy, document,
    hours_ago, object, of_two_rules, problems, result, run, status,
};

#[test]
fn a_place_is_healthy_if_all_is_there_and_has_run() {
    let aws = cloud(|_| {});
    let (document, code) = of_two_rules(&aws, REGION, &[]);
    assert_eq!(
        (document["healthy"].as_bool(), document["complete"].as_bool(), code),
        (Some(true), Some(true), 0)
    );
    let place = &document["places"][0];
    assert_eq!(
        (&place["state"], &place["accountId"], &place["region"]),
        (&json!("HEALTHY"), &json!(OWN), &json!(REGION))
    );
    assert_eq!(place["recorder"]["recording"], true);
    assert_eq!(place["rules"][0]["rule"], PUBLIC);
    assert!(place["rules"][0]["lastSuccess"].is_string());
    let table = text(&run(&aws, &["--region", REGION, "--rule", PUBLIC, "--details"]).stdout);
    assert!(table.starts_with("HEALTHY: 1 rule in 1 account, 1 Region, "), "{table}");
    assert!(
        table.contains("\nHEALTHY       111111111111 eu-test-1: all rules are there; oldest last success "),
        "{table}"
    );
    let calls: Vec<String> = aws.calls().into_iter().map(|call| call.operation).take(6).collect();
    assert_eq!(calls[2..], CALLS, "after GetCallerIdentity, and ListRegions for the name of the Region");
}

/// Changes a healthy place.
type Change = fn(&mut Account);

/// Changes that make a recorder or the list of rules unhealthy, with state and cause of each problem of the place.
fn unhealthy_places() -> Vec<(Change, Vec<&'static str>)> {
    vec![
        (|account| account.recorder = false, vec!["NO RECORDER: there is no configuration recorder"]),
        (
            |account| account.recorder_status = object(&json!({"recording": false, "lastStatus": null})),
            vec!["STOPPED: the recorder is stopped"],
        ),
        (
            |account| account.recorder_status = object(&json!({"recording": null})),
            vec!["NOT KNOWN: AWS Config does not state if the recorder records"],
        ),
        (
            |account| account.recorder_status = object(&json!({"name": "another"})),
            vec!["NOT KNOWN: AWS Config returns no status of the recorder"],
        ),
        (
            |account| {
                account.recorder_status = object(&json!({
                    "lastStatus": "Failure",
                    "lastErrorCode": "AccessDenied",
                    "lastErrorMessage": "no bucket",
                }));
            },
            vec!["FAILING: the recorder fails: AccessDenied: no bucket"],
        ),
        (
            |account| {
                let group = json!({"allSupported": false, "resourceTypes": ["AWS::DMS::Endpoint"]});
                account.recorder_settings = object(&json!({"recordingGroup": group}));
            },
            vec!["NOT RECORDED: the recorder does not record AWS::DMS::ReplicationInstance"],
        ),
        (
            |account| account.recorder_settings = object(&json!({"recordingGroup": null})),
            vec![
                "NOT KNOWN: the recorder's settings do not state if it records AWS::DMS::ReplicationInstance, \
                 AWS::DMS::Endpoint",
            ],
        ),
        (|account| deploy(account, &[PUBLIC]), vec!["MISSING: missing: dms-endpoint-tagged"]),
        (|account| deploy(account, &[]), vec!["MISSING: all 2 rules are missing"]),
        (
            |account| account.config_rules[1]["ConfigRuleState"] = "DELETING".into(),
            vec!["MISSING: missing: dms-endpoint-tagged"],
        ),
    ]
}

/// Changes that make the runs of a rule unhealthy, with state and cause of each problem of the place.
fn unhealthy_runs() -> Vec<(Change, Vec<&'static str>)> {
    vec![
        (
            |account| {
                account.rule_statuses[0] = status(
                    PUBLIC,
                    &json!({
                        "LastFailedInvocationTime": hours_ago(0),
                        "LastErrorCode": "AccessDenied",
                        "LastErrorMessage": "the function cannot be invoked",
                    }),
                );
            },
            vec!["FAILING: AccessDenied: the function cannot be invoked"],
        ),
        (
            |account| {
                let failed = json!({"LastFailedEvaluationTime": hours_ago(0)});
                account.rule_statuses[0] = status(PUBLIC, &failed);
            },
            vec!["FAILING: AWS Config returns no error code"],
        ),
        (
            |account| {
                let old = json!({
                    "LastSuccessfulEvaluationTime": hours_ago(27),
                    "LastFailedInvocationTime": hours_ago(100),
                    "LastErrorCode": "Old",
                });
                account.rule_statuses = [PUBLIC, TAGGED].map(|name| status(name, &old)).to_vec();
            },
            vec!["STALE: no success for more than 26 hours"],
        ),
        (
            |account| {
                let never =
                    json!({"LastSuccessfulInvocationTime": null, "LastSuccessfulEvaluationTime": null});
                account.rule_statuses[0] = status(PUBLIC, &never);
            },
            vec!["NEVER RAN: the rules have never run"],
        ),
        (
            |account| {
                let called = json!({"LastSuccessfulEvaluationTime": null});
                account.rule_statuses[0] = status(PUBLIC, &called);
            },
            vec![
                "NO EVIDENCE: AWS Config calls the rules, but holds no results (without DMS resources there are none)",
            ],
        ),
        (
            |account| {
                let never =
                    json!({"LastSuccessfulInvocationTime": null, "LastSuccessfulEvaluationTime": null});
                account.config_rules[0] = config_rule(PUBLIC, CHANGE);
                account.rule_statuses[0] = status(PUBLIC, &never);
            },
            vec!["NO EVIDENCE: only changes trigger the rules, and none has yet"],
        ),
        (
            |account| account.rule_statuses.clear(),
            vec![
                "NO EVIDENCE: AWS Config returns neither a status of the rules nor results (without DMS resources \
                 there are none)",
            ],
        ),
        (
            |account| {
                let future = json!({"LastSuccessfulEvaluationTime": hours_ago(-30)});
                account.rule_statuses[0] = status(PUBLIC, &future);
            },
            vec!["NOT KNOWN: the last success is in the future: compare the clocks"],
        ),
        (
            |account| {
                account.recorder = false;
                deploy(account, &[PUBLIC]);
                account.rule_statuses[0]["LastSuccessfulEvaluationTime"] = hours_ago(50).into();
            },
            vec![
                "NO RECORDER: there is no configuration recorder",
                "MISSING: missing: dms-endpoint-tagged",
                "STALE: no success for more than 26 hours",
            ],
        ),
    ]
}

#[test]
fn each_state_has_its_cause_and_counts_for_the_exit_code() {
    for (change, expected) in unhealthy_places().into_iter().chain(unhealthy_runs()) {
        let (document, code) = of_two_rules(&cloud(change), REGION, &[]);
        assert_eq!(problems(&document), expected);
        let worst = expected[0].split_once(':').unwrap().0;
        assert_eq!(document["places"][0]["state"], worst);
        assert_eq!(document["summary"][worst], 1);
        assert_eq!(document["healthy"], false, "{expected:?}");
        let is_incomplete = expected.iter().any(|problem| problem.starts_with("NOT KNOWN"));
        assert_eq!((document["complete"] == false, code), (is_incomplete, if is_incomplete { 2 } else { 1 }));
    }
}

#[test]
fn what_need_not_be_is_no_problem() {
    let healthy: [(Change, &str); 7] = [
        // AWS Config records none of the types there.
        (
            |account| {
                let group = json!({"allSupported": false, "resourceTypes": ["AWS::EC2::Instance"]});
                account.recorder_settings = object(&json!({"recordingGroup": group}));
            },
            "ca-west-1",
        ),
        // Only a schedule triggers the rules.
        (
            |account| {
                let group = json!({"allSupported": false, "resourceTypes": ["AWS::EC2::Instance"]});
                account.recorder_settings = object(&json!({"recordingGroup": group}));
                account.config_rules = [PUBLIC, TAGGED].map(|name| config_rule(name, SCHEDULE)).to_vec();
            },
            REGION,
        ),
        // Where nothing changes, a rule that only changes trigger need not have run lately.
        (
            |account| {
                account.config_rules[0] = config_rule(PUBLIC, CHANGE);
                account.rule_statuses[0] =
                    status(PUBLIC, &json!({"LastSuccessfulEvaluationTime": hours_ago(900)}));
            },
            REGION,
        ),
        // An error that a success followed.
        (
            |account| {
                let before = json!({"LastFailedInvocationTime": hours_ago(2), "LastErrorCode": "Throttled"});
                account.rule_statuses[0] = status(PUBLIC, &before);
            },
            REGION,
        ),
        // Types that are recorded once a day.
        (
            |account| {
                let mode = json!({"recordingFrequency": "DAILY"});
                account.recorder_settings = object(&json!({"recordingMode": mode}));
            },
            REGION,
        ),
        // No status, but a recent result.
        (
            |account| {
                account.rule_statuses.clear();
                for name in [PUBLIC, TAGGED] {
                    for (id, hours) in [("a", 300), ("b", 3)] {
                        account.hold_result(name, result(id, hours));
                    }
                }
            },
            REGION,
        ),
        // The names that conformance packs and organizations give, found by the parameter.
        (
            |account| {
                for (index, name) in
                    ["x-conformance-pack-abc123def", "OrgConfigRule-y-abcd1234"].iter().enumerate()
                {
                    account.config_rules[index]["ConfigRuleName"] = (*name).into();
                    account.rule_statuses[index]["ConfigRuleName"] = (*name).into();
                }
            },
            REGION,
        ),
    ];
    for (number, (change, region)) in healthy.into_iter().enumerate() {
        let aws = cloud(change);
        if region != REGION {
            let account = aws.account(OWN, REGION, |account| account.clone());
            aws.account(OWN, region, |other| *other = account);
        }
        let (document, code) = of_two_rules(&aws, region, &[]);
        assert_eq!((problems(&document), code), (Vec::<String>::new(), 0), "{number}");
    }
}

#[test]
fn old_results_are_stale_unless_the_maximum_allows_their_age() {
    let aws = cloud(|account| {
        account.rule_statuses.clear();
        for name in [PUBLIC, TAGGED] {
            (0..250)
                .for_each(|number| account.hold_result(name, result(&format!("r-{number:03}"), 40 + number)));
        }
    });
    let (document, code) = of_two_rules(&aws, REGION, &[]);
    assert_eq!((problems(&document), code), (vec!["STALE: no success for more than 26 hours".to_owned()], 1));
    let calls = |aws: &LocalAws| aws.calls().iter().filter(|call| call.operation == RESULTS).count();
    assert_eq!(calls(&aws), 6, "every page was read to find the newest result");
    aws.clear_calls();
    let (document, code) = of_two_rules(&aws, REGION, &["--max-age", "50"]);
    assert_eq!((problems(&document), code, calls(&aws)), (Vec::<String>::new(), 0, 2));
}

#[test]
fn rules_and_statuses_are_read_to_their_last_page() {
    let aws = cloud(|account| {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.identifier).collect();
        deploy(account, &names);
        let others = (0..70).map(|number| {
            let source = json!({"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"});
            json!({"ConfigRuleName": format!("a-{number:02}"), "Source": source})
        });
        account.config_rules = others.chain(account.config_rules.clone()).collect();
    });
    let output = run(&aws, &["--region", REGION, "--format", "json"]);
    let document = document(&output);
    assert_eq!((problems(&document), output.status.code()), (Vec::<String>::new(), Some(0)));
    assert_eq!(document["places"][0]["rules"].as_array().unwrap().len(), RULES.len());
    let count = |operation: &str| aws.calls().iter().filter(|call| call.operation == operation).count();
    // 25 rules of a page, and 10 statuses of one for at most 25 names.
    let rules = (70 + RULES.len()).div_ceil(25);
    let statuses: usize = RULES.chunks(25).map(|names| names.len().div_ceil(10)).sum();
    assert_eq!(
        (count("DescribeConfigRules"), count("DescribeConfigRuleEvaluationStatus")),
        (rules, statuses)
    );
}

#[test]
fn files_are_written_and_cells_are_harmless() {
    let aws = cloud(|account| {
        account.rule_statuses[0] = status(
            PUBLIC,
            &json!({"LastFailedInvocationTime": hours_ago(0), "LastErrorCode": "=cmd|' /C calc'!A0"}),
        );
    });
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let outputs = ["csv", "json", "table"].map(|name| format!("{name}={}", path(&format!("a/{name}"))));
    let mut arguments = vec!["--region", REGION, "--rule", PUBLIC];
    outputs.iter().for_each(|output| arguments.extend(["--output", output]));
    assert_eq!(run(&aws, &arguments).status.code(), Some(1));
    let rows = std::fs::read_to_string(path("a/csv")).unwrap();
    assert!(
        rows.starts_with("state,accountId,accountName,region,cause,problems,rules,oldestLastSuccess\r\n"),
        "{rows}"
    );
    assert!(rows.contains("FAILING,111111111111,,eu-test-1,'=cmd|"), "{rows}");
    let document: Value = serde_json::from_slice(&std::fs::read(path("a/json")).unwrap()).unwrap();
    assert_eq!(document["schemaVersion"], 1);
    assert!(
        std::fs::read_to_string(path("a/table"))
            .unwrap()
            .contains("FAILING       111111111111 eu-test-1: =cmd")
    );
    let output = run(&aws, &["--output", "html=x"]);
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("html"));
}
