//! Reports of runs that hide, lack or exempt something: in no format does one read as clean.

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::run_check;

const FORMATS: [&str; 12] = [
    "table", "json", "csv", "sarif", "junit", "asff", "ocsf", "html", "markdown", "github", "gitlab", "oscal",
];

const PUBLIC: &str = "dms-replication-not-public";

/// Returns an item of a replication instance.
fn instance(public: bool, tags: &str) -> String {
    let arn = "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS";
    format!(
        r#"{{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"{arn}","resourceName":"orders","ARN":"{arn}",
        "accountId":"123456789012","awsRegion":"eu-west-1","configurationItemStatus":"OK",
        "configurationItemCaptureTime":"2026-10-01T00:00:00Z","tags":{tags},
        "configuration":{{"PubliclyAccessible":{public}}}}}"#
    )
}

/// Returns the report of a check of standard input, with further arguments, in every format.
fn written(item: &str, arguments: &[&str]) -> Vec<(&'static str, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = |format: &str| folder.path().join(format);
    let mut all: Vec<String> =
        ["-", "--rule", PUBLIC, "--at", "2026-10-02T00:00:00Z"].map(str::to_owned).into();
    all.extend(arguments.iter().map(|&argument| argument.to_owned()));
    for format in FORMATS {
        all.extend(["--output".to_owned(), format!("{format}={}", path(format).display())]);
    }
    run_check(&all.iter().map(String::as_str).collect::<Vec<_>>(), item.as_bytes());
    FORMATS.map(|format| (format, std::fs::read_to_string(path(format)).unwrap())).to_vec()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Returns the state of the finding about the run, in OSCAL.
fn oscal_run(document: &Value) -> &str {
    let findings = document["assessment-results"]["results"][0]["findings"].as_array().unwrap();
    let run = findings.iter().find(|one| one["target"]["target-id"] == "dms-rule-run").unwrap();
    run["target"]["status"]["state"].as_str().unwrap()
}

/// Returns the compliance status of the finding about the run, in ASFF or OCSF.
fn run_status(list: &Value) -> &str {
    let is_run = |one: &&Value| one["GeneratorId"] == "dms-rule/run" || one["compliance"]["control"] == "run";
    let run = list.as_array().unwrap().iter().find(is_run).unwrap();
    run["Compliance"]["Status"].as_str().or(run["compliance"]["status"].as_str()).unwrap()
}

fn rows(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_filtered_report_counts_and_names_what_it_hides() {
    for (format, text) in written(&instance(true, "{}"), &["--only", "compliant"]) {
        match format {
            "table" => {
                let expected = "Filtered: --only compliant: 0 of 1 result are shown, and 1 that is not shown is NON_COMPLIANT";
                assert!(text.contains(expected) && text.contains("1 result: 1 NON_COMPLIANT"), "{text}");
                assert!(!text.contains("No finding"), "{text}");
            }
            "json" => {
                let report = json(&text);
                assert_eq!(report["summary"]["nonCompliant"], 1, "{text}");
                assert_eq!(report["shown"]["only"], serde_json::json!(["compliant"]), "{text}");
                assert_eq!(
                    (&report["shown"]["hiddenNonCompliant"], &report["results"]),
                    (&1.into(), &Value::Array(vec![]))
                );
            }
            "csv" => {
                let rows = rows(&text);
                assert!(
                    rows.iter()
                        .any(|row| row.starts_with("run,") && row.contains("--only compliant: 0 of 1")),
                    "{text}"
                );
                assert!(rows.iter().any(|row| row.contains("totals: 1 NON_COMPLIANT")), "{text}");
            }
            "sarif" => {
                let run = &json(&text)["runs"][0];
                let note = &run["invocations"][0]["toolConfigurationNotifications"][0];
                assert_eq!(note["level"], "warning", "{text}");
                assert_eq!(run["automationDetails"]["id"], "dms-rule/check/only-compliant/", "{text}");
            }
            "junit" => assert!(
                text.contains(r#"failures="1""#) && text.contains("1 that is not shown is NON_COMPLIANT"),
                "{text}"
            ),
            "asff" => assert_eq!(run_status(&json(&text)), "WARNING", "{text}"),
            "ocsf" => assert_eq!(run_status(&json(&text)), "Warning", "{text}"),
            "markdown" => {
                let title = "# AWS DMS: 1 NON\\_COMPLIANT; 1 NON\\_COMPLIANT result not shown\n";
                assert!(text.starts_with(title) && text.contains("--only compliant: 0 of 1"), "{text}");
            }
            "github" => {
                assert!(
                    text.starts_with(
                        "::warning title=dms-rule%3A 1 NON_COMPLIANT; 1 NON_COMPLIANT not shown"
                    )
                );
            }
            "gitlab" => {
                let run = &json(&text)[0];
                assert_eq!(run["severity"], "critical", "{text}");
                assert!(run["description"].as_str().unwrap().contains("FILTERED"), "{text}");
            }
            "oscal" => assert_eq!(oscal_run(&json(&text)), "not-satisfied", "{text}"),
            _ => assert!(text.contains("--only compliant: 0 of 1 result are shown"), "{format}"),
        }
    }
}

#[test]
fn an_incomplete_report_is_so_in_every_format() {
    for (format, text) in written(&instance(false, "{}"), &["no-such-file.json"]) {
        match format {
            "table" => {
                assert!(text.contains("COULD NOT FINISH") && text.contains("no-such-file.json"), "{text}");
            }
            "json" => {
                let report = json(&text);
                assert_eq!(report["complete"], false, "{text}");
                assert_eq!(report["causes"][0]["sources"][0], "no-such-file.json", "{text}");
            }
            "csv" => {
                assert!(rows(&text).iter().any(|row| row.starts_with("failure,")), "{text}");
                assert!(rows(&text).iter().any(|row| row.contains("complete: false")), "{text}");
            }
            "sarif" => {
                assert_eq!(json(&text)["runs"][0]["invocations"][0]["executionSuccessful"], false, "{text}");
            }
            "junit" => assert!(text.contains(r#"errors="1""#), "{text}"),
            "asff" => assert_eq!(run_status(&json(&text)), "WARNING", "{text}"),
            "ocsf" => assert_eq!(run_status(&json(&text)), "Warning", "{text}"),
            "markdown" => {
                assert!(text.lines().next().unwrap().ends_with("; NOT COMPLETE"), "{text}");
                assert!(text.contains("| no-such-file.json |"), "{text}");
            }
            "github" => {
                assert!(
                    text.starts_with("::error title=dms-rule%3A 1 COMPLIANT; NOT COMPLETE%3A 1 read error::")
                );
                assert!(
                    text.contains(
                        "\n::error title=dms-rule could not finish%3A BadInput::no-such-file.json: "
                    )
                );
            }
            "gitlab" => {
                let blockers: Vec<Value> = json(&text).as_array().unwrap().clone();
                let paths: Vec<&str> = blockers
                    .iter()
                    .filter(|one| one["severity"] == "blocker")
                    .map(|one| one["location"]["path"].as_str().unwrap())
                    .collect();
                assert_eq!(paths, ["dms-rule", "no-such-file.json"], "{text}");
            }
            "oscal" => {
                assert_eq!(oscal_run(&json(&text)), "not-satisfied", "{text}");
                assert!(text.contains("no-such-file.json"), "{text}");
            }
            _ => assert!(text.contains("The report is not complete"), "{format}"),
        }
    }
}

#[test]
fn an_exempt_resource_is_counted_and_marked_in_every_format() {
    let exempt = instance(true, r#"{"Approved":"2026-12-31 OPS-12"}"#);
    for compliance in ["COMPLIANT", "NOT_APPLICABLE"] {
        let parameters = format!(r#"{{"exemptionTagKey":"Approved","exemptionCompliance":"{compliance}"}}"#);
        for (format, text) in written(&exempt, &["--rule-parameters", &parameters]) {
            match format {
                "table" => {
                    let total = format!("1 {compliance} (1 of them exempt)");
                    assert!(text.contains("  EXEMPT ") && text.contains(&total), "{text}");
                    assert!(!text.contains("No finding"), "{text}");
                }
                "json" => {
                    let report = json(&text);
                    assert_eq!(
                        (&report["summary"]["exempt"], &report["results"][0]["exempt"]),
                        (&1.into(), &true.into())
                    );
                    assert_eq!(report["results"][0]["complianceType"], compliance, "{text}");
                }
                "csv" => {
                    assert!(text.contains("EXEMPT until 2026-12-31") && text.contains(",true,"), "{text}");
                }
                "sarif" => {
                    let suppression = &json(&text)["runs"][0]["results"][0]["suppressions"][0];
                    assert_eq!(suppression["status"], "accepted", "{text}");
                }
                "junit" => assert!(text.contains(r#"<skipped message="EXEMPT until 2026-12-31"#), "{text}"),
                "asff" => assert!(text.contains(r#""dms-rule/Exempt": "true""#), "{text}"),
                "ocsf" => assert!(text.contains(r#""status": "Suppressed""#), "{text}"),
                "markdown" => {
                    let title = "## Exempt: dms-replication-not-public\n\n1 resource is exempt. ";
                    assert!(text.contains(title) && text.contains("EXEMPT until 2026-12-31"), "{text}");
                    assert!(text.lines().next().unwrap().ends_with("(1 of them exempt)"), "{text}");
                }
                "github" => {
                    let line = ",title=EXEMPT dms-replication-not-public::EXEMPT until 2026-12-31";
                    assert!(text.contains(line) && text.contains("(1 of them exempt)::"), "{text}");
                }
                "gitlab" => {
                    let violation = &json(&text)[1];
                    assert_eq!(violation["severity"], "info", "{text}");
                    assert!(violation["description"].as_str().unwrap().starts_with("EXEMPT until"), "{text}");
                }
                "oscal" => {
                    let result = &json(&text)["assessment-results"]["results"][0];
                    assert_eq!(result["risks"][0]["status"], "deviation-approved", "{text}");
                    assert_eq!(result["findings"][1]["target"]["status"]["state"], "not-satisfied", "{text}");
                }
                _ => assert!(text.contains("EXEMPT until 2026-12-31"), "{format}"),
            }
        }
    }
}

#[test]
fn every_report_says_how_to_repeat_the_run() {
    let sha256 = "SHA-256";
    for (format, text) in written(&instance(true, "{}"), &["--severity", "high"]) {
        for word in [env!("CARGO_PKG_VERSION"), PUBLIC, "--severity"] {
            assert!(text.contains(word), "{format}: {word}");
        }
        // The lists of findings have a line for the run, but none for each file.
        if !["asff"].contains(&format) {
            let digits = |word: &str| word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(text.contains(sha256) || text.split('"').any(digits), "{format}: {text}");
        }
    }
}

#[test]
fn a_rule_that_met_no_resource_is_named() {
    let item = instance(true, "{}");
    let output = run_check(
        &["-", "--rule", PUBLIC, "--rule", "dms-redis-tls-enabled", "--format", "json"],
        item.as_bytes(),
    );
    let rules = json(&String::from_utf8(output.stdout).unwrap())["run"]["rules"].clone();
    let met: Vec<(&str, bool)> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| (rule["rule"].as_str().unwrap(), rule["metResources"].as_bool().unwrap()))
        .collect();
    assert_eq!(met, [(PUBLIC, true), ("dms-redis-tls-enabled", false)]);
    let output = run_check(&["-", "--rule", PUBLIC, "--rule", "dms-redis-tls-enabled"], item.as_bytes());
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("No resource of their type: dms-redis-tls-enabled"), "{page}");
}

#[test]
fn findings_for_security_hub_are_written_as_files_for_one_call_each() {
    let folder = tempfile::tempdir().unwrap();
    let target = format!("asff={}/", folder.path().display());
    let check = || run_check(&["-", "--rule", PUBLIC, "--output", &target], instance(true, "{}").as_bytes());
    assert_eq!(check().status.code(), Some(1));
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["123456789012-eu-west-1-001.json"]);
    let again = check();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("is not empty"));
}

#[test]
fn what_asff_cannot_hold_makes_every_report_of_the_run_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let target = format!("json={}/report.json", folder.path().display());
    let template =
        "Resources:\n  A: {Type: AWS::DMS::ReplicationInstance, Properties: {PubliclyAccessible: false}}\n";
    let output =
        run_check(&["-", "--rule", PUBLIC, "--format", "asff", "--output", &target], template.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let report = json(&std::fs::read_to_string(folder.path().join("report.json")).unwrap());
    assert_eq!(report["complete"], false);
    assert_eq!(report["failures"][0]["source"], "the ASFF list");
}

#[test]
fn every_input_has_the_checksum_of_its_bytes_whether_it_could_be_read_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}{}", instance(true, "{}"), " ".repeat(1 << 20));
    let broken = format!(r#"{{"resourceType":"AWS::DMS::Endpoint",{}"#, "\n".repeat(1 << 20));
    let files = [("item.json", instance(false, "{}")), ("long.json", long), ("broken.json", broken)];
    for (name, text) in &files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = run_check(&[folder.path().to_str().unwrap(), "--format", "json"], b"");
    let report = json(&String::from_utf8(output.stdout).unwrap());
    let sources = report["lookedAt"].as_array().unwrap();
    for (name, text) in &files {
        let of_file = |source: &&Value| source["name"].as_str().unwrap().ends_with(&format!("/{name}"));
        let expected = HEXLOWER.encode(&Sha256::digest(text));
        let found: Vec<&Value> = sources.iter().filter(of_file).map(|source| &source["sha256"]).collect();
        assert_eq!(found, [&Value::from(expected)], "{name}: {sources:?}");
    }
}

#[test]
fn the_reports_of_an_earlier_run_are_no_input() {
    let folder = tempfile::tempdir().unwrap();
    let template =
        "Resources:\n  A: {Type: AWS::DMS::ReplicationInstance, Properties: {PubliclyAccessible: false}}\n";
    std::fs::write(folder.path().join("template.yaml"), template).unwrap();
    let inputs = folder.path().to_str().unwrap();
    let mut arguments =
        vec![inputs.to_owned(), "--format=json".to_owned(), "--rule".to_owned(), PUBLIC.to_owned()];
    for format in ["json", "sarif", "ocsf", "markdown", "github", "gitlab", "oscal"] {
        arguments.extend(["--output".to_owned(), format!("{format}={inputs}/report.{format}")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    for _ in 0..2 {
        let output = run_check(&arguments, b"");
        let report = json(&String::from_utf8(output.stdout).unwrap());
        assert_eq!(
            (output.status.code(), report["results"].as_array().unwrap().len()),
            (Some(0), 1),
            "{report}"
        );
    }
}

#[test]
fn beside_the_commands_for_github_nothing_is_printed() {
    let output = run_check(&["-", "##[add-matcher]x.json", "--format", "github"], b"");
    let (printed, errors) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!((output.status.code(), errors.as_str()), (Some(2), ""));
    assert!(printed.contains("##[add-matcher]x.json"), "{printed}");
    assert!(
        printed.lines().all(|line| line.starts_with("::error ") || line.starts_with("::notice ")),
        "{printed}"
    );
}
