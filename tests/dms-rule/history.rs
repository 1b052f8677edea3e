//! `dms-rule check --history`: periods by all records, from the files that AWS Config and the AWS CLI write.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{run_check, text};

const ACCOUNT: &str = "123456789012";

/// Returns an item of the instance `name`, captured at `hour` of a day, with what `other` changes in it.
fn item(name: &str, hour: u32, other: &Value) -> Value {
    let mut item = json!({
        "awsAccountId": ACCOUNT, "awsRegion": "eu-west-1", "resourceType": "AWS::DMS::ReplicationInstance",
        "resourceId": name.to_uppercase(), "ARN": format!("arn:aws:dms:eu-west-1:{ACCOUNT}:rep:{}", name.to_uppercase()),
        "configurationItemStatus": "OK", "configurationItemCaptureTime": format!("2026-10-{:02}T{:02}:00:00.000Z", 1 + hour / 24, hour % 24),
        "configuration": {"ReplicationInstanceIdentifier": name}, "tags": {},
    });
    for (member, value) in other.as_object().unwrap() {
        item[member] = value.clone();
    }
    item
}

fn public(name: &str, hour: u32) -> Value {
    item(name, hour, &json!({"configuration": {"PubliclyAccessible": true}}))
}

fn private(name: &str, hour: u32) -> Value {
    item(name, hour, &json!({"configuration": {"PubliclyAccessible": false}}))
}

fn deleted(name: &str, hour: u32) -> Value {
    item(name, hour, &json!({"configurationItemStatus": "ResourceDeleted", "configuration": null}))
}

fn file(folder: &TempDir, name: &str, items: &[Value]) {
    write(folder, name, &json!({"fileVersion": "1.0", "configurationItems": items}));
}

fn write(folder: &TempDir, name: &str, document: &Value) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut bytes = document.to_string().into_bytes();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&bytes).unwrap();
        bytes = gzip.finish().unwrap();
    }
    std::fs::write(path, bytes).unwrap();
}

/// Runs the check on a folder, and returns the history as JSON and the exit code.
fn history(folder: &TempDir, arguments: &[&str]) -> (Value, i32) {
    let path = folder.path().display().to_string();
    let output = run_check(&[&["--history", "--format", "json", &path], arguments].concat(), b"");
    let history = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    (history, output.status.code().unwrap())
}

/// Writes the periods of each resource: its name, then condition and hours, `~` where the start is not known.
fn periods(history: &Value) -> Vec<String> {
    let hour = |time: &Value| {
        let time: chrono::DateTime<chrono::Utc> = time.as_str().unwrap().parse().unwrap();
        (time - "2026-10-01T00:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()).num_hours()
    };
    let one = |period: &Value| {
        let start = if period["startIsKnown"] == true { "" } else { "~" };
        let end = if period["next"].is_null() { "." } else { "" };
        format!(
            " {start}{} {}-{}{end}",
            period["condition"].as_str().unwrap(),
            hour(&period["from"]),
            hour(&period["to"])
        )
    };
    let resources = history["resources"].as_array().unwrap();
    let mut all: Vec<String> = resources
        .iter()
        .map(|resource| {
            let periods = resource["periods"].as_array().unwrap();
            resource["resource"]["id"].as_str().unwrap().to_lowercase()
                + &periods.iter().map(one).collect::<String>()
        })
        .collect();
    all.sort();
    all
}

fn failures(history: &Value) -> Vec<String> {
    history["failures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn periods_come_from_all_records_of_all_files_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    file(
        &folder,
        "AWSLogs/b-snapshot.json.gz",
        &[private("orders", 1), public("orders", 5), public("still", 6)],
    );
    file(
        &folder,
        "AWSLogs/a-history.json.gz",
        &[private("orders", 9), public("orders", 5), public("gone", 2)],
    );
    let cli =
        json!({"configurationItems": [deleted("gone", 7), public("orders", 20), private("orders", 26)]});
    write(&folder, "get-resource-config-history.json", &cli);
    write(&folder, "item.json", &private("quiet", 30));
    let (found, code) = history(&folder, &[]);
    assert_eq!(
        periods(&found),
        [
            "gone ~NON_COMPLIANT 2-7 DELETED 7-30.",
            "orders ~COMPLIANT 1-5 NON_COMPLIANT 5-9 COMPLIANT 9-20 NON_COMPLIANT 20-26 COMPLIANT 26-30.",
            "quiet ~COMPLIANT 30-30.",
            "still ~NON_COMPLIANT 6-30.",
        ]
    );
    assert_eq!((code, &found["complete"]), (1, &json!(true)));
    assert_eq!((&found["end"], &found["endIsGiven"]), (&json!("2026-10-02T06:00:00.000Z"), &json!(false)));
    // Evidence: of the same record in two files the first by name.
    let resources = found["resources"].as_array().unwrap();
    assert_eq!(resources[0]["resource"]["id"], "STILL", "the worst at the end is first");
    let orders = resources.iter().find(|one| one["resource"]["id"] == "ORDERS").unwrap();
    let first = &orders["periods"][1]["first"];
    assert!(first["source"].as_str().unwrap().ends_with("a-history.json.gz"), "{first}");
    assert_eq!(first["capturedAt"], "2026-10-01T05:00:00.000Z");
    // The order in which files are given changes nothing but the list of them.
    let files = [
        "item.json",
        "AWSLogs/b-snapshot.json.gz",
        "get-resource-config-history.json",
        "AWSLogs/a-history.json.gz",
    ];
    let paths = files.map(|name| folder.path().join(name).display().to_string());
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let output = run_check(&[&["--history", "--format", "json"], paths.as_slice()].concat(), b"");
    let again: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&again["resources"], &again["accounts"]), (&found["resources"], &found["accounts"]));
    // 4 h, 6 h and, from its first record on, 5 h are over; 24 h are not.
    let account = &found["accounts"][0];
    let hours = |name: &str| account[name].as_i64().unwrap() / 3_600;
    assert_eq!(
        (&account["exposures"], &account["open"], &account["exact"]),
        (&json!(4), &json!(1), &json!(false))
    );
    assert_eq!(
        (hours("totalSeconds"), hours("medianSecondsToFix"), hours("longestSecondsToFix")),
        (39, 5, 6)
    );
    let (until_fixed, code) = history(&folder, &["--exclude", "b-snapshot.json.gz"]);
    assert_eq!(code, 0, "{until_fixed}");
}

/// Nothing that is missing or odd is private, and each odd record has a period of its own.
#[test]
fn an_odd_flag_is_a_period_of_unknown() {
    for (odd, expected) in [
        (json!({"configuration": {}}), "UNKNOWN"),
        (json!({"configuration": {"PubliclyAccessible": null}}), "UNKNOWN"),
        (json!({"configuration": {"PubliclyAccessible": ""}}), "UNKNOWN"),
        (json!({"configuration": {"PubliclyAccessible": 0}}), "UNKNOWN"),
        (json!({"configuration": {"PubliclyAccessible": "false "}}), "UNKNOWN"),
        (json!({"configuration": {"PubliclyAccessible": [false]}}), "UNKNOWN"),
        (json!({"configuration": {"publicly_accessible": false}}), "UNKNOWN"),
        (json!({"configuration": {"Settings": {"PubliclyAccessible": false}}}), "UNKNOWN"),
        (
            json!({"configuration": {"PubliclyAccessible": false, "publiclyAccessible": true}}),
            "NON_COMPLIANT",
        ),
        (json!({"configuration": {"PubliclyAccessible": " TRUE "}}), "NON_COMPLIANT"),
        (json!({"configuration": null}), "UNKNOWN"),
        (json!({"configuration": "cut"}), "UNKNOWN"),
        (json!({"configurationItemStatus": "ResourceNotRecorded"}), "UNKNOWN"),
        (
            json!({"resourceType": "aws::dms::replicationinstance", "configuration": {"PubliclyAccessible": true}}),
            "NON_COMPLIANT",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        file(&folder, "a.json", &[private("one", 1), item("one", 3, &odd), private("one", 5)]);
        let (found, code) = history(&folder, &[]);
        let start = if expected == "UNKNOWN" { "~" } else { "" };
        assert_eq!(
            periods(&found),
            [format!("one ~COMPLIANT 1-3 {expected} 3-5 {start}COMPLIANT 5-5.")],
            "{odd}"
        );
        assert_eq!((code, failures(&found).len()), (0, 0), "{odd}: {found}");
        file(&folder, "a.json", &[private("one", 1), item("one", 3, &odd)]);
        assert_eq!(history(&folder, &[]).1, 1, "{odd} at the end");
    }
}

#[test]
fn a_text_that_is_false_is_private_as_in_a_check() {
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "a.json", &[item("one", 1, &json!({"configuration": {"publiclyAccessible": "False"}}))]);
    assert_eq!(periods(&history(&folder, &[]).0), ["one ~COMPLIANT 1-1."]);
}

#[test]
fn of_records_of_one_time_the_worst_counts() {
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "a.json", &[private("one", 1), public("one", 3)]);
    file(&folder, "b.json", &[private("one", 3), deleted("one", 3)]);
    let (found, code) = history(&folder, &[]);
    assert_eq!((periods(&found), code), (vec!["one ~COMPLIANT 1-3 NON_COMPLIANT 3-3.".to_owned()], 1));
}

#[test]
fn what_has_no_time_or_cannot_be_read_is_a_failure_and_the_rest_is_in_the_history() {
    let mut without_time = public("lost", 2);
    without_time.as_object_mut().unwrap().remove("configurationItemCaptureTime");
    let odd_time = item("lost", 2, &json!({"configurationItemCaptureTime": "yesterday"}));
    let no_status = item("lost", 2, &json!({"configurationItemStatus": "Gone"}));
    let items = |item: &Value| json!({"configurationItems": [item]});
    let batch = json!({"baseConfigurationItems": [without_time]});
    let listed =
        json!({"ReplicationInstances": [{"ReplicationInstanceIdentifier": "x", "PubliclyAccessible": true}]});
    let template = json!({"Resources": {"X": {"Type": "AWS::DMS::ReplicationInstance", "Properties": {}}}});
    let paged = json!({"configurationItems": [], "nextToken": "more"});
    for (name, document, why) in [
        ("no time", items(&without_time), "configurationItemCaptureTime"),
        ("odd time", items(&odd_time), "is not a time"),
        ("odd status", items(&no_status), "Gone"),
        (
            "no object",
            json!({"configurationItems": ["AWS::DMS::ReplicationInstance"]}),
            "it is not an object",
        ),
        ("batch without time", batch, "1 record without a capture time"),
        ("description", listed, "1 record without a capture time"),
        ("template", template, "planned resources have no history"),
        ("cut short", paged, "more follows"),
        (
            "odd type",
            items(&item("x", 1, &json!({"resourceType": "AWS::DMS::Instance"}))),
            "no resource type is known",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        file(&folder, "good.json", &[private("one", 1), public("one", 3), private("one", 4)]);
        write(&folder, "bad.json", &document);
        let (found, code) = history(&folder, &[]);
        assert_eq!((code, &found["complete"]), (2, &json!(false)), "{name}");
        let failures = failures(&found);
        assert!(failures.len() == 1 && failures[0].contains(why), "{name}: {failures:?}");
        assert_eq!(periods(&found), ["one ~COMPLIANT 1-3 NON_COMPLIANT 3-4 COMPLIANT 4-4."], "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), b"{\"configurationItems\":[{").unwrap();
    assert_eq!(history(&folder, &[]).1, 2);
}

#[test]
fn a_given_end_cuts_the_history_or_lengthens_it() {
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "a.json", &[private("one", 1), public("one", 3), private("one", 5)]);
    let (found, code) = history(&folder, &["--at", "2026-10-01T04:00:00Z"]);
    assert_eq!((periods(&found), code), (vec!["one ~COMPLIANT 1-3 NON_COMPLIANT 3-4.".to_owned()], 1));
    assert_eq!((&found["laterRecords"], &found["endIsGiven"]), (&json!(1), &json!(true)));
    let (found, code) = history(&folder, &["--at", "2026-10-02"]);
    assert_eq!(periods(&found), ["one ~COMPLIANT 1-3 NON_COMPLIANT 3-5 COMPLIANT 5-24."]);
    assert_eq!(code, 0);
}

#[test]
fn any_rule_has_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let instance = |hour, multi_az| {
        item("one", hour, &json!({"configuration": {"PubliclyAccessible": true, "MultiAZ": multi_az}}))
    };
    file(&folder, "a.json", &[instance(1, false), instance(3, true)]);
    let (found, code) = history(&folder, &["--rule", "dms-replication-instance-multi-az-enabled"]);
    assert_eq!((periods(&found), code), (vec!["one ~NON_COMPLIANT 1-3 COMPLIANT 3-3.".to_owned()], 0));
    let (found, code) =
        history(&folder, &["--rule", "replication-instance-multi-az-enabled,replication-not-public"]);
    assert_eq!((found["resources"].as_array().unwrap().len(), code), (2, 1));
}

/// The end of a certificate comes without a record: it is not known when, and never compliant meanwhile.
#[test]
fn what_changes_with_time_alone_is_unknown() {
    let certificate = |hour, valid_to: &str| {
        let configuration = json!({"ValidToDate": valid_to, "CertificateIdentifier": "one"});
        let arn = format!("arn:aws:dms:eu-west-1:{ACCOUNT}:cert:ONE");
        item(
            "one",
            hour,
            &json!({"resourceType": "AWS::DMS::Certificate", "ARN": arn, "configuration": configuration}),
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let rule = ["--rule", "dms-certificate-not-expiring", "--at", "2026-10-03"];
    for (valid_to, expected, code) in [
        ("2027-10-01T00:00:00Z", "one ~COMPLIANT 1-48.", 0),
        ("2026-11-01T12:00:00Z", "one ~UNKNOWN 1-48.", 1),
        ("2026-10-20T00:00:00Z", "one ~NON_COMPLIANT 1-48.", 1),
    ] {
        file(&folder, "a.json", &[certificate(1, valid_to)]);
        let (found, found_code) = history(&folder, &rule);
        assert_eq!((periods(&found), found_code), (vec![expected.to_owned()], code), "{valid_to}");
    }
    // A new record comes before the result of the old one changes.
    file(
        &folder,
        "a.json",
        &[certificate(1, "2026-11-01T12:00:00Z"), certificate(2, "2027-10-01T00:00:00Z")],
    );
    assert_eq!(periods(&history(&folder, &rule).0), ["one ~COMPLIANT 1-48."]);
}

/// An exempt instance is as public as any other, and the rule of an event that a resource left changes nothing.
#[test]
fn neither_an_exemption_nor_an_event_hides_a_period() {
    let folder = tempfile::tempdir().unwrap();
    let tags =
        json!({"tags": {"Approved": "2026-12-31 vendor"}, "configuration": {"PubliclyAccessible": true}});
    file(&folder, "a.json", &[item("one", 1, &tags)]);
    let event = json!({
        "version": "1.0", "eventLeftScope": true, "resultToken": "t", "accountId": ACCOUNT,
        "configRuleArn": format!("arn:aws:config:eu-west-1:{ACCOUNT}:config-rule/config-rule-x"),
        "configRuleName": "x", "executionRoleArn": "r",
        "ruleParameters": "{\"ruleIdentifier\":\"dms-replication-instance-multi-az-enabled\"}",
        "invokingEvent": json!({
            "messageType": "ConfigurationItemChangeNotification", "notificationCreationTime": "2026-10-01T05:00:00Z",
            "configurationItem": public("two", 2),
        }).to_string(),
    });
    write(&folder, "event.json", &event);
    let (found, code) = history(&folder, &["--rule-parameters", r#"{"exemptionTagKey":"Approved"}"#]);
    assert_eq!((code, failures(&found)), (1, vec![]), "{found}");
    assert_eq!(periods(&found), ["one ~NON_COMPLIANT 1-2.", "two ~NON_COMPLIANT 2-2."]);
}

#[test]
fn a_history_is_a_table_json_or_csv_and_unknown_counts_as_in_a_check() {
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "a.json", &[public("one", 1), item("one", 3, &json!({"configuration": {}}))]);
    let path = folder.path().display().to_string();
    let csv = folder.path().join("out/history.csv").display().to_string();
    let output = run_check(&["--history", &path, "--output", &format!("csv={csv}")], b"");
    let table = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{table}");
    assert!(table.contains("unknown from 2026-10-01T03:00:00Z") && table.contains("at least"), "{table}");
    assert!(table.contains("to 2026-10-01T03:00:00Z (the latest record)"), "{table}");
    let csv = std::fs::read_to_string(csv).unwrap();
    assert_eq!(csv.lines().filter(|line| line.starts_with("period,")).count(), 2, "{csv}");
    for (arguments, code) in [
        (&["--unknown", "ignore"][..], 0),
        (&["--fail-on", "never"], 0),
        (&["--unknown", "warn"], 0),
        (&[], 1),
    ] {
        assert_eq!(history(&folder, &[arguments, &["--exclude", "out/"]].concat()).1, code, "{arguments:?}");
    }
    for (arguments, why) in [
        (&["--format", "sarif"][..], "table, json or csv"),
        (&["--output", "html=x.html"], "table, json or csv"),
        (&["--only", "unknown"], "cannot be used with"),
        (&["--baseline", "x.json"], "cannot be used with"),
        (&["--assume-defaults"], "cannot be used with"),
    ] {
        let output = run_check(&[&["--history", &path], arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(why), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn without_a_record_there_is_nothing_to_report() {
    let folder = tempfile::tempdir().unwrap();
    file(&folder, "a.json", &[]);
    let (found, code) = history(&folder, &[]);
    assert_eq!((code, &found["end"], &found["resources"]), (0, &Value::Null, &json!([])));
}
