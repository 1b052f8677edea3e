//! The built function, end to end: the real binary, the real SDK, real HTTP.

#[cfg(test)]
mod support;

#[cfg(test)]
mod family;

#[cfg(test)]
mod scenarios;

#[cfg(test)]
mod environment;

#[cfg(test)]
mod tls;

#[cfg(test)]
mod flow {
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use local_aws::{DiscoveredResource, Fault, FaultKind, Outcome};
    use serde_json::{Value, json};

    use crate::support::{
        ACCOUNT, Cloud, FAULTS, INSTANCE, REGION, RULE, TOKEN, arn, change, fleet, instance, oversized,
        scheduled, snapshot,
    };

    fn error(outcome: &Outcome) -> (&str, &str) {
        match outcome {
            Outcome::Failed { error_type, error_message } => (error_type, error_message),
            other => panic!("expected an error, not {other:?}"),
        }
    }

    #[test]
    fn a_change_makes_one_call_and_an_oversized_one_two() {
        let cloud = Cloud::start();
        let public = instance(1, &json!(true));
        cloud.invoke(&change(&public));
        assert_eq!(cloud.operations(), ["PutEvaluations"]);
        cloud.aws.clear_calls();
        cloud.record(&public);
        cloud.invoke(&oversized(&public));
        assert_eq!(cloud.operations(), ["GetResourceConfigHistory", "PutEvaluations"]);
        assert_eq!(cloud.shown(), [(arn(1), "NON_COMPLIANT".to_owned())]);
    }

    #[test]
    fn every_instance_of_every_page_is_reported_in_batches_of_a_hundred() {
        for (instances, describes, puts) in
            [(0, 1, 0), (1, 1, 1), (99, 1, 1), (100, 1, 1), (101, 2, 2), (250, 3, 3), (10_000, 100, 100)]
        {
            let cloud = Cloud::start();
            cloud.exists(fleet(instances));
            let outcome = cloud.invoke(&scheduled());
            assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": instances})), "{instances}");
            let operations = cloud.operations();
            let count = |name: &str| operations.iter().filter(|operation| *operation == name).count();
            assert_eq!(
                (count("DescribeReplicationInstances"), count("PutEvaluations")),
                (describes, puts),
                "{instances}"
            );
            assert_eq!(count("ListTagsForResource"), 0, "no exemption tag, no tags");
            let shown = cloud.shown();
            assert_eq!(shown.len(), instances);
            assert!(shown.iter().all(|(_, compliance)| compliance == "NON_COMPLIANT"));
        }
    }

    #[test]
    fn a_page_that_fails_clears_nothing_and_fails_the_invocation() {
        for kind in [FaultKind::Denied, FaultKind::Garbage, FaultKind::EmptyObject, FaultKind::RepeatedToken]
        {
            let cloud = Cloud::start();
            cloud.exists(fleet(250));
            cloud.holds("arn:aws:dms:us-east-1:123456789012:rep:GONE", "NON_COMPLIANT");
            let mut fault = Fault::always("DescribeReplicationInstances", kind.clone());
            fault.from_call = 2;
            cloud.aws.inject(fault);
            let outcome = cloud.invoke(&scheduled());
            let (_, message) = error(&outcome);
            assert!(message.starts_with("DescribeReplicationInstances"), "{kind:?}: {message}");
            assert!(cloud.shown().iter().all(|(_, compliance)| compliance == "NON_COMPLIANT"), "{kind:?}");
            assert!(cloud.shown().iter().any(|(id, _)| id.ends_with(":GONE")), "{kind:?}");
        }
    }

    #[test]
    fn results_of_instances_that_are_gone_are_cleared_and_no_others() {
        let cloud = Cloud::start();
        cloud.exists(fleet(2));
        cloud.holds("arn:aws:dms:us-east-1:123456789012:rep:GONE", "NON_COMPLIANT");
        cloud.holds_at(
            "arn:aws:dms:us-east-1:123456789012:rep:NEWER",
            "NON_COMPLIANT",
            "2026-10-01T13:26:18Z",
        );
        cloud.invoke(&scheduled());
        assert_eq!(
            cloud.shown(),
            [
                (arn(0), "NON_COMPLIANT".to_owned()),
                (arn(1), "NON_COMPLIANT".to_owned()),
                ("arn:aws:dms:us-east-1:123456789012:rep:GONE".to_owned(), "NOT_APPLICABLE".to_owned()),
                ("arn:aws:dms:us-east-1:123456789012:rep:NEWER".to_owned(), "NON_COMPLIANT".to_owned()),
            ]
        );
    }

    /// More earlier results than are held at once: those of the living are let go while the rest is listed.
    #[test]
    fn of_a_thousand_earlier_results_those_of_the_gone_are_cleared_and_no_others() {
        for listing_is_slow in [false, true] {
            let cloud = Cloud::start();
            cloud.exists(fleet(1000));
            // They are listed before the living, and after them.
            let gone = |number: usize| {
                let name = if number < 75 { "ARCHIVED" } else { "GONE" };
                format!("arn:aws:dms:us-east-1:123456789012:rep:{name}{number:04}")
            };
            (0..1000).for_each(|number| cloud.holds(&arn(number), "NON_COMPLIANT"));
            (0..150).for_each(|number| cloud.holds(&gone(number), "NON_COMPLIANT"));
            if listing_is_slow {
                cloud.aws.inject(Fault::always(
                    "DescribeReplicationInstances",
                    FaultKind::Slow { milliseconds: 30 },
                ));
            }
            let outcome = cloud.invoke(&scheduled());
            assert_eq!(outcome, Outcome::Succeeded(json!({"evaluations": 1150})));
            let shown = cloud.shown();
            let with = |compliance: &str| {
                shown
                    .iter()
                    .filter(|(_, shown)| shown == compliance)
                    .map(|(id, _)| id.clone())
                    .collect::<Vec<_>>()
            };
            assert_eq!(with("NON_COMPLIANT"), (0..1000).map(arn).collect::<Vec<_>>());
            assert_eq!(with("NOT_APPLICABLE"), (0..150).map(gone).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_flag_that_dms_did_not_send_is_not_read_as_false() {
        let cloud = Cloud::start();
        let mut absent = instance(0, &json!(true));
        absent.as_object_mut().unwrap().remove("PubliclyAccessible");
        let odd_list = json!({"ReplicationInstanceArn": arn(3), "PubliclyAccessible": false, "ReplicationInstancePublicIpAddresses": [null]});
        cloud.exists(vec![absent, instance(1, &Value::Null), instance(2, &json!(false)), odd_list]);
        cloud.invoke(&scheduled());
        let compliance: Vec<_> = cloud.shown().into_iter().map(|(_, compliance)| compliance).collect();
        assert_eq!(compliance, ["NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT", "COMPLIANT"]);
    }

    #[test]
    fn an_instance_listed_twice_keeps_its_worst_verdict() {
        for flags in [[true, false], [false, true]] {
            let cloud = Cloud::start();
            let mut instances = fleet(150);
            instances[0] = instance(0, &json!(flags[0]));
            instances[149] = instance(0, &json!(flags[1]));
            cloud.exists(instances);
            cloud.invoke(&scheduled());
            assert!(cloud.shown().contains(&(arn(0), "NON_COMPLIANT".to_owned())), "{flags:?}");
        }
    }

    #[test]
    fn two_instances_never_share_the_id_of_one() {
        let cloud = Cloud::start();
        let mut instances = fleet(2);
        instances[1]["ReplicationInstanceIdentifier"] = "FLEET0000".into();
        cloud.exists(instances);
        cloud.aws.account(ACCOUNT, REGION, |account| {
            account.discovered_resources.truncate(1);
            account.discovered_resources[0].resource_id = "FLEET0000".to_owned(); // the last part of the first one's ARN
        });
        cloud.invoke(&scheduled());
        assert_eq!(
            cloud.shown(),
            [("FLEET0000".to_owned(), "NON_COMPLIANT".to_owned()), (arn(1), "NON_COMPLIANT".to_owned())]
        );
    }

    #[test]
    fn a_result_under_an_id_that_is_no_longer_used_is_cleared_and_none_under_the_one_that_is() {
        let cloud = Cloud::start();
        cloud.exists(fleet(2));
        cloud.aws.account(ACCOUNT, REGION, |account| {
            account.discovered_resources[0].resource_id = "FLEET0000".to_owned();
        });
        for id in [arn(0), "FLEET0000".to_owned(), arn(1), "FLEET0001".to_owned()] {
            cloud.holds(&id, "COMPLIANT");
        }
        cloud.invoke(&scheduled());
        assert_eq!(
            cloud.shown(),
            [
                ("FLEET0000".to_owned(), "NON_COMPLIANT".to_owned()),
                ("FLEET0001".to_owned(), "NOT_APPLICABLE".to_owned()),
                (arn(0), "NOT_APPLICABLE".to_owned()),
                (arn(1), "NON_COMPLIANT".to_owned()),
            ]
        );
    }

    /// Renamed while it is listed, so that the recorder names it at one look and not at the other.
    #[test]
    fn an_instance_is_put_under_one_id_however_it_is_named() {
        for (first, second) in [("orders", "renamed"), ("renamed", "orders")] {
            for flags in [[true, true], [true, false], [false, true]] {
                let cloud = Cloud::start();
                let mut instances = fleet(101);
                for (index, name, flag) in [(0, first, flags[0]), (100, second, flags[1])] {
                    instances[index] = instance(0, &json!(flag));
                    instances[index]["ReplicationInstanceIdentifier"] = name.into();
                }
                cloud.exists(instances);
                cloud.aws.account(ACCOUNT, REGION, |account| {
                    account.discovered_resources.retain(|resource| resource.resource_id != arn(0));
                    account.discovered_resources.push(DiscoveredResource {
                        resource_type: INSTANCE.to_owned(),
                        resource_id: "XID".to_owned(),
                        resource_name: Some("renamed".to_owned()),
                    });
                });
                cloud.holds(&arn(0), "COMPLIANT");
                cloud.holds("XID", "COMPLIANT");
                assert!(matches!(cloud.invoke(&scheduled()), Outcome::Succeeded(_)));
                let shown: HashMap<_, _> = cloud.shown().into_iter().collect();
                // Which look is the first is not certain: the pages are put as they come.
                let mut both = [&*shown[&arn(0)], &*shown["XID"]];
                both.sort_unstable();
                assert_eq!(both, ["NON_COMPLIANT", "NOT_APPLICABLE"], "{first} {flags:?}");
            }
        }
    }

    #[test]
    fn two_resources_that_only_one_id_is_left_for_show_the_worse() {
        for nameless_first in [true, false] {
            for nameless_is_public in [true, false] {
                let cloud = Cloud::start();
                let nameless =
                    json!({"ReplicationInstanceIdentifier": "foo", "PubliclyAccessible": nameless_is_public});
                let mut other = instance(0, &json!(!nameless_is_public));
                other["ReplicationInstanceIdentifier"] = "foo".into();
                cloud.exists(if nameless_first { vec![nameless, other] } else { vec![other, nameless] });
                cloud.aws.account(ACCOUNT, REGION, |account| {
                    account.discovered_resources = vec![DiscoveredResource {
                        resource_type: INSTANCE.to_owned(),
                        resource_id: "foo".to_owned(),
                        resource_name: Some("foo".to_owned()),
                    }];
                });
                cloud.invoke(&scheduled());
                let shown: HashMap<_, _> = cloud.shown().into_iter().collect();
                let worst = shown.values().filter(|compliance| *compliance == "NON_COMPLIANT").count();
                assert_eq!(worst, 1, "{nameless_first} {nameless_is_public} {shown:?}");
                if nameless_is_public {
                    assert_eq!(shown["foo"], "NON_COMPLIANT", "{nameless_first} {shown:?}");
                }
            }
        }
    }

    #[test]
    fn tags_are_read_in_one_call_a_page_and_halved_where_the_list_is_refused() {
        for maximum in [None, Some(30)] {
            let cloud = Cloud::start();
            let mut instances = fleet(100);
            instances[7]["TagList"] = json!([{"Key": "Approved", "Value": "2026-12-31 OPS-1"}]);
            cloud.exists(instances);
            cloud.aws.account(ACCOUNT, REGION, |account| account.tag_list_maximum = maximum);
            cloud.invoke(&exempting());
            let calls =
                cloud.operations().iter().filter(|operation| *operation == "ListTagsForResource").count();
            assert_eq!(calls, if maximum.is_none() { 1 } else { 7 });
            let compliant: Vec<_> =
                cloud.shown().into_iter().filter(|(_, compliance)| compliance == "COMPLIANT").collect();
            assert_eq!(compliant, [(arn(7), "COMPLIANT".to_owned())]);
        }
    }

    #[test]
    fn an_event_that_comes_twice_gives_the_same_evaluations() {
        let cloud = Cloud::start();
        cloud.exists(fleet(3));
        let run = || {
            cloud.aws.clear_calls();
            cloud.invoke(&scheduled());
            let mut put: Vec<_> = cloud.aws.accepted().into_iter().map(|accepted| accepted.result).collect();
            put.sort_by(|a, b| a.resource_id.cmp(&b.resource_id));
            put
        };
        assert_eq!(run(), run());
    }

    #[test]
    fn warm_events_share_one_connection() {
        let cloud = Cloud::start();
        (0..5).for_each(|number| drop(cloud.invoke(&change(&instance(number, &json!(true))))));
        let connections: std::collections::BTreeSet<_> =
            cloud.aws.calls().iter().map(|call| call.connection).collect();
        assert_eq!((cloud.aws.calls().len(), connections.len()), (5, 1));
    }

    #[test]
    fn time_that_runs_out_is_an_error_that_says_how_far_it_came() {
        let cloud = Cloud::start();
        cloud.exists(fleet(150));
        let mut fault = Fault::always("PutEvaluations", FaultKind::Throttle);
        fault.from_call = 2;
        cloud.aws.inject(fault);
        let outcome = cloud.invoke_within(&scheduled(), Duration::from_secs(2));
        let (kind, message) = error(&outcome);
        assert_eq!(kind, "Throttled", "{message}");
        assert!(message.contains("150 resources listed"), "{message}");
        assert!(
            message.contains("last failed attempt: PutEvaluations: ThrottlingException (request id 0"),
            "{message}"
        );
    }

    #[test]
    fn neither_token_nor_payload_is_ever_written() {
        let cloud = Cloud::start_at_level("DEBUG");
        cloud.aws.inject(Fault { times: Some(1), ..Fault::always("PutEvaluations", FaultKind::EchoToken) });
        let outcome = cloud.invoke(&change(&instance(1, &json!(true))));
        let (kind, message) = error(&outcome);
        assert_eq!(kind, "Denied");
        assert!(message.contains("config:PutEvaluations") && message.contains("request id 0"), "{message}");
        cloud.invoke(&change(&instance(1, &json!(true))));
        std::thread::sleep(Duration::from_millis(200)); // the log line may follow the answer
        let written = format!("{}{}{message}", cloud.function.stdout(), cloud.function.stderr());
        assert!(!written.contains(TOKEN), "{written}");
        assert!(!written.contains("ReplicationInstanceClass"), "{written}");
        let lines: Vec<Value> =
            cloud.function.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2, "one line an invocation: {written}");
        let last = &lines[1];
        assert_eq!(
            (&last["level"], &last["messageType"], &last["rule"], &last["nonCompliant"], &last["awsCalls"]),
            (
                &json!("INFO"),
                &json!("ConfigurationItemChangeNotification"),
                &json!(RULE),
                &json!(1),
                &json!(1)
            )
        );
        assert_eq!((&lines[0]["level"], &lines[0]["errorType"]), (&json!("ERROR"), &json!("Denied")));
    }

    #[test]
    fn an_event_that_is_encoded_twice_is_refused_without_being_quoted() {
        let cloud = Cloud::start();
        let event = change(&instance(1, &json!(true)));
        let mut inner = event.clone();
        inner["invokingEvent"] = json!(event["invokingEvent"].to_string());
        for odd in [Value::from(event.to_string()), inner] {
            let outcome = cloud.invoke(&odd);
            let (kind, message) = error(&outcome);
            assert_eq!(kind, "BadInput");
            assert!(
                message.len() < 300 && !message.contains(TOKEN) && !message.contains("ReplicationInstance"),
                "{message}"
            );
        }
        assert!(!cloud.function.stdout().contains(TOKEN));
    }

    #[test]
    fn a_panic_is_an_error_answer_and_the_function_lives_on() {
        let mut cloud = Cloud::start_program(&crate::support::example("panicking-function"), "INFO");
        let first = cloud.invoke(&scheduled());
        assert!(error(&first).1.contains("the first event panics"), "{first:?}");
        assert_eq!(cloud.invoke(&scheduled()), Outcome::Succeeded(json!("alive")));
        assert!(cloud.function.is_running());
    }

    #[test]
    fn a_role_is_assumed_once_for_each_account() {
        let cloud = Cloud::start();
        let member = "210987654321";
        cloud.aws.account(member, REGION, |account| {
            account.role_names.insert("DmsRule".to_owned());
            account.expect_token(RULE, TOKEN);
        });
        let mut event = change(&instance(1, &json!(true)));
        event["accountId"] = member.into();
        event["ruleParameters"] = json!({"ExecutionRoleName": "DmsRule"}).to_string().into();
        for partition in ["aws", "aws", "aws-cn", "aws-us-gov"] {
            event["configRuleArn"] =
                format!("arn:{partition}:config:{REGION}:{member}:config-rule/config-rule-1").into();
            assert_eq!(cloud.invoke(&event), Outcome::Succeeded(json!({"evaluations": 1})), "{partition}");
        }
        assert_eq!(
            cloud.operations(),
            [
                "AssumeRole",
                "PutEvaluations",
                "PutEvaluations",
                "AssumeRole",
                "PutEvaluations",
                "AssumeRole",
                "PutEvaluations"
            ]
        );
        let calls = cloud.aws.calls();
        assert_eq!(calls[0].request["RoleArn"], format!("arn:aws:iam::{member}:role/DmsRule"));
        assert_eq!(calls[5].request["RoleArn"], format!("arn:aws-us-gov:iam::{member}:role/DmsRule"));
        assert!(cloud.aws.accepted().iter().all(|accepted| accepted.account_id == member));
    }

    /// A message, how it is made, and the operations that it leads to.
    type Message = (&'static str, fn() -> Value, &'static [&'static str]);

    const PERIODIC: &[&str] = &[
        "DescribeReplicationInstances",
        "ListDiscoveredResources",
        "GetComplianceDetailsByConfigRule",
        "PutEvaluations",
    ];

    fn exempting() -> Value {
        let mut event = scheduled();
        event["ruleParameters"] = json!({"exemptionTagKey": "Approved"}).to_string().into();
        event
    }

    /// One event under one fault: a row of the matrix.
    fn cell(name: &str, event: &Value, operation: &str, fault: &FaultKind, times: Option<usize>) -> String {
        let cloud = Cloud::start();
        cloud.exists(fleet(1));
        cloud.record(&instance(0, &json!(true)));
        cloud.aws.inject(Fault { times, ..Fault::always(operation, fault.clone()) });
        let outcome = cloud.invoke_within(event, Duration::from_secs(3));
        let shown = cloud.shown();
        let row = format!(
            "{name:9} {operation:32} {:26} {:5} {}",
            format!("{fault:?}"),
            if times.is_some() { "once" } else { "ever" },
            match &outcome {
                Outcome::Succeeded(_) => "right evaluation",
                Outcome::Failed { error_type, .. } => error_type,
                Outcome::TimedOut => "TIMED OUT",
            }
        );
        assert!(shown.iter().all(|(_, compliance)| compliance == "NON_COMPLIANT"), "{row}: {shown:?}");
        match &outcome {
            Outcome::Succeeded(_) => assert_eq!(shown, [(arn(0), "NON_COMPLIANT".to_owned())], "{row}"),
            Outcome::Failed { error_message, .. } => {
                assert!(error_message.contains("Next:"), "{row}: {error_message}");
            }
            Outcome::TimedOut => panic!("{row}"),
        }
        row
    }

    /// Prints the matrix; `--no-capture` shows it.
    #[test]
    #[expect(clippy::print_stdout, reason = "the matrix is for a reader")]
    fn no_fault_makes_a_public_instance_compliant_or_loses_one() {
        let messages: [Message; 5] = [
            ("change", || change(&instance(0, &json!(true))), &["PutEvaluations"]),
            (
                "oversized",
                || oversized(&instance(0, &json!(true))),
                &["GetResourceConfigHistory", "PutEvaluations"],
            ),
            ("scheduled", scheduled, PERIODIC),
            ("snapshot", snapshot, PERIODIC),
            ("exempting", exempting, &["ListTagsForResource"]),
        ];
        let mut cells = Vec::new();
        for (name, event, operations) in messages {
            for operation in operations {
                for fault in &FAULTS {
                    cells
                        .extend([Some(1), None].map(|times| (name, event, *operation, fault.clone(), times)));
                }
            }
        }
        // Most of a cell is waiting for a deadline; they wait together.
        let next = AtomicUsize::new(0);
        let mut rows: Vec<(usize, String)> = std::thread::scope(|scope| {
            let worker = || {
                let mut rows = Vec::new();
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some((name, event, operation, fault, times)) = cells.get(number)
                {
                    rows.push((number, cell(name, &event(), operation, fault, *times)));
                }
                rows
            };
            let workers: Vec<_> = (0..12).map(|_| scope.spawn(worker)).collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        });
        rows.sort();
        let rows: Vec<String> = rows.into_iter().map(|(_, row)| row).collect();
        println!("{}", rows.join("\n"));
        assert_eq!(rows.len(), (1 + 2 + 4 + 4 + 1) * 15 * 2);
        assert!(rows.iter().filter(|row| row.ends_with("right evaluation")).count() > 60, "retries help");
    }

    #[test]
    fn the_function_needs_no_symbol_newer_than_glibc_2_34() {
        let binary = std::fs::read(env!("CARGO_BIN_EXE_bootstrap")).unwrap();
        let needle = b"GLIBC_2.";
        let newest = binary
            .windows(needle.len() + 2)
            .filter(|window| window.starts_with(needle))
            .filter_map(|window| {
                let digits: String = window[needle.len()..]
                    .iter()
                    .map(|&byte| char::from(byte))
                    .take_while(char::is_ascii_digit)
                    .collect();
                digits.parse::<u32>().ok()
            })
            .max();
        assert!(
            newest.is_some_and(|minor| minor <= 34),
            "provided.al2023 has glibc 2.34; the binary wants 2.{newest:?}"
        );
    }
}
