//! Settings, exceptions and comparisons, as the program takes them from files, the environment and arguments.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

const PUBLIC: &str = "dms-replication-not-public";

/// A folder with a template of one public instance, `Orders`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "stack.yaml", &template("true", ""));
    folder
}

fn template(public: &str, metadata: &str) -> String {
    format!(
        "Resources:\n  Orders:\n    Type: AWS::DMS::ReplicationInstance\n{metadata}    Properties:\n      \
         ReplicationInstanceClass: dms.t3.small\n      PubliclyAccessible: {public}\n"
    )
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn run_in(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dms-rule"));
    command.current_dir(folder).env_clear().envs(variables.iter().copied()).args(arguments);
    command.output().unwrap()
}

/// Runs a check of the template on 2026-10-02 with the rule on public instances, and returns exit code and JSON report.
fn check(folder: &TempDir, arguments: &[&str]) -> (i32, Value) {
    check_with(folder, &[], arguments)
}

fn check_with(folder: &TempDir, variables: &[(&str, &str)], arguments: &[&str]) -> (i32, Value) {
    let mut all = vec!["check", "stack.yaml", "--rule", PUBLIC, "--at", "2026-10-02", "--format", "json"];
    all.extend(arguments);
    let output = run_in(folder.path(), variables, &all);
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), report)
}

fn exception(until: &str) -> String {
    format!(
        "[[exception]]\nrule = \"{PUBLIC}\"\nresource = \"Ord*\"\nuntil = {until}\nowner = \"jane\"\n\
         reason = \"vendor cut-over\"\nticket = \"OPS-12\"\n"
    )
}

fn states(report: &Value) -> Vec<&str> {
    report["exceptions"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect()
}

#[test]
fn an_argument_overrides_a_variable_which_overrides_the_file() {
    let folder = folder();
    let code = |variables: &[(&str, &str)], arguments: &[&str]| check_with(&folder, variables, arguments).0;
    assert_eq!(code(&[], &[]), 1);
    write(&folder, "dms-rule.toml", "fail-on = \"never\"\n");
    assert_eq!(code(&[], &[]), 0);
    assert_eq!(code(&[("DMS_RULE_FAIL_ON", "low")], &[]), 1);
    assert_eq!(code(&[("DMS_RULE_FAIL_ON", "low")], &["--fail-on", "never"]), 0);
    assert_eq!(code(&[("DMS_RULE_FAIL_ON", "never")], &["--no-config"]), 1);
    let (_, report) = check_with(&folder, &[("DMS_RULE_UNKNOWN", "warn")], &[]);
    let settings = &report["run"]["settings"];
    assert_eq!(settings["file"]["path"], "dms-rule.toml");
    assert_eq!(
        settings["values"],
        json!([
            { "name": "fail-on", "value": "never", "source": "dms-rule.toml:1" },
            { "name": "unknown", "value": "warn", "source": "DMS_RULE_UNKNOWN" },
        ])
    );
    let (_, report) = check(&folder, &["--fail-on", "low"]);
    assert_eq!(report["run"]["settings"]["values"], json!([]));
}

#[test]
fn the_file_is_found_upwards_named_and_checksummed_in_every_format() {
    let folder = folder();
    write(&folder, "dms-rule.toml", &exception("2026-12-31"));
    write(&folder, "app/infra/stack.yaml", &template("true", ""));
    let formats = [
        "table", "json", "csv", "sarif", "junit", "asff", "ocsf", "html", "markdown", "github", "gitlab",
        "oscal",
    ];
    let outputs: Vec<String> = formats.iter().map(|format| format!("{format}=out/{format}")).collect();
    let mut arguments = vec!["check", "stack.yaml", "--at", "2026-10-02"];
    outputs.iter().for_each(|output| arguments.extend(["--output", output]));
    let below = folder.path().join("app/infra");
    run_in(&below, &[], &arguments);
    let sum = {
        use sha2::{Digest, Sha256};
        data_encoding::HEXLOWER.encode(&Sha256::digest(exception("2026-12-31")))
    };
    let path = folder.path().canonicalize().unwrap().join("dms-rule.toml").display().to_string();
    // A planned resource has no account, so the ASFF list has no finding and no run.
    for format in formats.iter().filter(|format| **format != "asff") {
        let text = std::fs::read_to_string(below.join("out").join(format)).unwrap();
        let text = text.replace("&#x2f;", "/").replace("\\_", "_").replace("\\.", ".").replace("\\-", "-");
        assert!(text.contains(&sum), "{format} lacks the checksum: {text}");
        assert!(text.contains(&path), "{format} lacks the path: {text}");
        assert!(text.contains("owner jane"), "{format} lacks the owner: {text}");
        assert!(text.contains("1 in force") || *format == "json", "{format} lacks the state: {text}");
    }
}

#[test]
fn a_setting_that_cannot_hold_ends_the_run_before_it_begins() {
    let folder = folder();
    for (file, message) in [
        ("fail-on = \"hihg\"", "dms-rule.toml:1: fail-on: invalid value `hihg`: the values are"),
        ("\nrule = \"nope\"", "dms-rule.toml:2: rule: invalid value `nope`: there is no rule `nope`"),
        ("region = \"eu_west_1\"", "dms-rule.toml:1: region: invalid value `eu_west_1`"),
        ("fail-no = \"high\"", "dms-rule.toml:1: there is no setting `fail-no`; did you mean `fail-on`?"),
        ("[[exception]]\nrule = \"dms-endpoint-tagged\"", "dms-rule.toml:1: exception: "),
        ("[severities]\nnope = \"high\"", "dms-rule.toml:1: severities: invalid value `nope=high`"),
    ] {
        write(&folder, "dms-rule.toml", file);
        for command in [&["check", "stack.yaml"][..], &["scan"], &["coverage"], &["config"]] {
            let output = run_in(folder.path(), &[], command);
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(error.contains(message), "{command:?}, {file}: {error}");
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{command:?}, {file}");
        }
    }
    std::fs::remove_file(folder.path().join("dms-rule.toml")).unwrap();
    for (variable, message) in [
        (("DMS_RULE_FAIL_ON", "hihg"), "DMS_RULE_FAIL_ON: fail-on: invalid value `hihg`"),
        (
            ("DMS_RULE_FAILON", "high"),
            "DMS_RULE_FAILON: there is no such setting; did you mean `DMS_RULE_FAIL_ON`?",
        ),
        (("DMS_RULE_CONFIG", "nothing.toml"), "nothing.toml: cannot be read"),
    ] {
        let output = run_in(folder.path(), &[variable], &["check", "stack.yaml"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(message) && output.status.code() == Some(2), "{variable:?}: {error}");
    }
}

#[test]
fn an_argument_on_accounts_overrides_a_setting_that_contradicts_it() {
    let folder = folder();
    write(&folder, "dms-rule.toml", "organizational-unit = \"ou-ab12-34567890\"\nrole-name = \"Reader\"\n");
    // The scan begins, and ends since there are no credentials; with the unit of the file it would name that.
    let output = run_in(
        folder.path(),
        &[("AWS_EC2_METADATA_DISABLED", "true")],
        &["scan", "--accounts", "123456789012", "--format", "json", "--region", "eu-west-1"],
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&Value> = report["run"]["settings"]["values"].as_array().unwrap().iter().collect();
    assert_eq!(names.iter().map(|value| value["name"].as_str().unwrap()).collect::<Vec<_>>(), ["role-name"]);
    let output = run_in(
        folder.path(),
        &[],
        &["scan", "--aggregator", "all", "--region", "eu-west-1", "--format", "json"],
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["run"]["settings"]["values"], json!([]), "an aggregator takes no accounts");
}

#[test]
fn a_severity_that_is_set_counts_for_the_exit_code_and_stands_beside_the_default() {
    let folder = folder();
    write(&folder, "dms-rule.toml", &format!("fail-on = \"high\"\n[severities]\n{PUBLIC} = \"low\"\n"));
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, 0);
    let rule = &report["run"]["rules"][0];
    assert_eq!((&rule["severity"], &rule["defaultSeverity"]), (&json!("LOW"), &json!("CRITICAL")));
    assert_eq!(report["results"][0]["severity"], "LOW");
    assert_eq!(report["summary"]["bySeverity"]["LOW"]["nonCompliant"], 1);
    let table = run_in(folder.path(), &[], &["check", "stack.yaml", "--rule", PUBLIC]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("severity LOW instead of CRITICAL"), "{table}");
}

#[test]
fn parameters_of_one_rule_come_before_those_of_all() {
    let folder = folder();
    let tag =
        |key: &str| format!("{}      Tags: [{{Key: {key}, Value: 2026-12-31}}]\n", template("true", ""));
    write(
        &folder,
        "dms-rule.toml",
        &format!(
            "[rule-parameters]\nexemptionTagKey = \"All\"\n[rule-parameters.{PUBLIC}]\nexemptionTagKey = \"Own\"\n"
        ),
    );
    for (key, is_exempt) in [("Own", true), ("All", false)] {
        write(&folder, "stack.yaml", &tag(key));
        let (_, report) = check(&folder, &[]);
        assert_eq!(report["results"][0]["exempt"], is_exempt, "{key}: {report:#}");
        assert_eq!(
            report["run"]["rules"][0]["parameters"],
            json!([{ "name": "exemptionTagKey", "value": "Own" }])
        );
    }
}

#[test]
fn an_exception_holds_to_its_last_day_and_every_other_is_reported_and_exempts_nothing() {
    let folder = folder();
    for (until, code, state, result) in [
        ("2026-10-02", 0, "in force", "NOT_APPLICABLE"),
        ("2026-10-01", 1, "expired", "NON_COMPLIANT"),
        ("2027-10-03", 1, "too long", "NON_COMPLIANT"),
    ] {
        write(&folder, "dms-rule.toml", &exception(until));
        let (actual, report) = check(&folder, &[]);
        assert_eq!((actual, states(&report).as_slice()), (code, &[state][..]), "{until}");
        assert_eq!(report["results"][0]["complianceType"], result, "{until}");
        assert_eq!(report["summary"]["exempt"], i32::from(code == 0), "{until}");
    }
    write(&folder, "dms-rule.toml", &exception("2026-12-31"));
    let (code, report) = check(&folder, &["--max-exception-days", "30"]);
    assert_eq!((code, states(&report)), (1, vec!["too long"]));
    write(&folder, "stack.yaml", &template("false", ""));
    let (code, report) = check(&folder, &[]);
    assert_eq!((code, states(&report)), (0, vec!["unused"]));
    assert_eq!(report["results"][0]["complianceType"], "COMPLIANT");
}

#[test]
fn an_exception_in_metadata_counts_only_if_the_file_allows_it() {
    let folder = folder();
    let metadata = |entry: &str| template("true", &format!("    Metadata: {{dms-rule: {entry}}}\n"));
    let good =
        format!("{{exceptions: [{{rule: {PUBLIC}, until: 2026-12-31, owner: jane, reason: vendor}}]}}");
    write(&folder, "stack.yaml", &metadata(&good));
    for allowed in [false, true] {
        write(&folder, "dms-rule.toml", &format!("inline-exceptions = {allowed}\n"));
        let (code, report) = check(&folder, &[]);
        assert_eq!(code, i32::from(!allowed));
        assert_eq!(report["refusedExceptions"].as_array().unwrap().len(), usize::from(!allowed));
        assert_eq!(report["results"][0]["exempt"], allowed);
    }
    for entry in [
        "{exceptions: [{rule: dms-replication-not-public, until: 2026-12-31, owner: jane}]}",
        "{exceptions: [{rule: dms-replication-not-public, until: 2026-12-31, owner: jane, reason: [a]}]}",
        "{exceptions: [{rule: dms-replication-not-public, until: !Ref Until, owner: jane, reason: vendor}]}",
        "{exceptions: [{rule: dms-replication-not-public, until: 2026-12-31, owner: jane, reason: vendor, resource: '*'}]}",
        "{exceptions: [{rule: dms-replication-not-public, until: 2026-12-31, owner: a, owner: b, reason: vendor}]}",
        "{exceptions: {rule: dms-replication-not-public}}",
        "[{rule: dms-replication-not-public, until: 2026-12-31, owner: jane, reason: vendor}]",
        "{exception: []}",
        "true",
    ] {
        write(&folder, "stack.yaml", &metadata(entry));
        let (code, report) = check(&folder, &[]);
        assert_eq!(code, 1, "{entry}");
        let refused = report["refusedExceptions"].as_array().unwrap();
        assert_eq!(refused.len(), 1, "{entry}: {refused:?}");
        assert!(refused[0]["origin"].as_str().unwrap().starts_with("stack.yaml:"), "{entry}: {refused:?}");
    }
}

#[test]
fn an_exception_in_a_tag_of_a_plan_exempts_that_resource_alone() {
    let folder = folder();
    let instance = |key: &str, tags: Value| {
        json!({
            "address": format!("aws_dms_replication_instance.it[\"{key}\"]"), "mode": "managed",
            "type": "aws_dms_replication_instance", "name": "it", "index": key,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": { "actions": ["create"], "before": null, "after": {
                "publicly_accessible": true, "replication_instance_id": key, "tags": tags, "tags_all": tags,
            }, "after_unknown": {} },
        })
    };
    let tags = json!({ (format!("dms-rule:exception:{PUBLIC}")): "2026-12-31 owner=jane ticket=OPS-12 reason=vendor cut-over" });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "resource_changes": [instance("*", tags), instance("b", json!({}))],
    });
    write(&folder, "plan.json", &plan.to_string());
    write(&folder, "dms-rule.toml", "inline-exceptions = true\n");
    let output = run_in(
        folder.path(),
        &[],
        &["check", "plan.json", "--rule", PUBLIC, "--at", "2026-10-02", "--format", "json"],
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let exempt = |key: &str| {
        let results = report["results"].as_array().unwrap();
        let name = format!("aws_dms_replication_instance.it[\"{key}\"]");
        results.iter().find(|one| one["resource"]["name"] == name.as_str()).unwrap()["exempt"].clone()
    };
    assert_eq!((exempt("*"), exempt("b")), (json!(true), json!(false)), "{report:#}");
}

#[test]
fn with_a_baseline_only_what_is_new_counts_and_all_is_reported() {
    let folder = folder();
    let (code, report) = check(&folder, &[]);
    assert_eq!(code, 1);
    write(&folder, "baseline.json", &report.to_string());
    let (code, report) = check(&folder, &["--baseline", "baseline.json"]);
    assert_eq!((code, &report["results"][0]["change"]), (0, &json!("unchanged")));
    assert_eq!(report["summary"]["nonCompliant"], 1);
    let second = template("true", "").replacen("Orders", "Billing", 1);
    write(
        &folder,
        "stack.yaml",
        &format!("{}{}", template("true", ""), second.trim_start_matches("Resources:\n")),
    );
    let (code, report) = check(&folder, &["--baseline", "baseline.json"]);
    assert_eq!(
        (code, &report["comparison"]["new"], &report["comparison"]["unchanged"]),
        (1, &json!(1), &json!(1))
    );
    let (code, _) = check(&folder, &["--compare", "baseline.json", "--fail-on", "never"]);
    assert_eq!(code, 0);
    write(&folder, "stack.yaml", &template("false", ""));
    let (code, report) = check(&folder, &["--compare", "baseline.json"]);
    assert_eq!((code, &report["comparison"]["past"][0]["fate"]), (0, &json!("fixed")));
    let table =
        run_in(folder.path(), &[], &["check", "stack.yaml", "--rule", PUBLIC, "--compare", "baseline.json"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("Compared: 0 new, 0 unchanged, 1 fixed since baseline.json"), "{table}");
}

#[test]
fn a_baseline_that_is_filtered_incomplete_or_no_report_is_refused() {
    let folder = folder();
    let (_, whole) = check(&folder, &[]);
    let (_, filtered) = check(&folder, &["--only", "compliant"]);
    write(&folder, "broken.json", "{\"Resources\": {\"A\": {\"Type\": \"AWS::DMS::Endpoint\"");
    let (code, incomplete) = check(&folder, &["broken.json"]);
    assert_eq!(code, 2);
    let mut older = whole.clone();
    older["schemaVersion"] = json!(1);
    let mut scanned = whole;
    scanned["command"] = json!("scan");
    for (name, report, message) in [
        ("filtered", filtered.to_string(), "it is filtered"),
        ("incomplete", incomplete.to_string(), "its run was not complete"),
        ("older", older.to_string(), "its schemaVersion is 1"),
        ("scan", scanned.to_string(), "it is a report of dms-rule scan"),
        ("text", "no JSON".to_owned(), "it is no JSON report of dms-rule"),
    ] {
        write(&folder, "baseline.json", &report);
        for option in ["--baseline", "--compare"] {
            let output = run_in(folder.path(), &[], &["check", "stack.yaml", option, "baseline.json"]);
            let error = String::from_utf8(output.stderr).unwrap();
            let begin = format!("{option} baseline.json: ");
            assert!(error.contains(&begin) && error.contains(message), "{name}: {error}");
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{name}");
        }
    }
}

/// The tag that the function in AWS Config reads says what the exception in the file says.
#[test]
fn an_exception_as_a_tag_has_the_same_effect_and_words() {
    let arn = "arn:aws:dms:eu-west-1:123456789012:rep:ORDERS";
    let item = |tags: &str| {
        format!(
            r#"{{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"{arn}","resourceName":"orders","ARN":"{arn}",
            "accountId":"123456789012","awsRegion":"eu-west-1","configurationItemStatus":"OK",
            "configurationItemCaptureTime":"2026-10-01T00:00:00Z","tags":{tags},
            "configuration":{{"PubliclyAccessible":true}}}}"#
        )
    };
    let folder = folder();
    let settings = format!("[rule-parameters]\nexemptionTagKey = \"Approved\"\n{}", exception("2026-12-31"));
    write(&folder, "dms-rule.toml", &settings.replace("Ord*", arn));
    let output = run_in(folder.path(), &[], &["config", "--tags"]);
    let script = String::from_utf8(output.stdout).unwrap();
    let tags =
        script.split("--tags '").nth(1).unwrap_or_else(|| panic!("{script}")).split('\'').next().unwrap();
    let tags: Value = serde_json::from_str(tags).unwrap();
    assert_eq!(tags, json!([{ "Key": "Approved", "Value": "2026-12-31 OPS-12 vendor cut-over" }]));
    assert!(
        script.contains(&format!("--resource-arn {arn} ")) && script.contains("--region eu-west-1"),
        "{script}"
    );
    let result = |file: &str, tags: &str| {
        write(&folder, "stack.yaml", &item(tags));
        write(&folder, "dms-rule.toml", file);
        let (_, report) = check(&folder, &[]);
        let result = &report["results"][0];
        (result["complianceType"].clone(), result["annotation"].clone(), result["exempt"].clone())
    };
    let by_file = result(&settings.replace("Ord*", arn), "{}");
    let tag = format!("{{{}: {}}}", tags[0]["Key"], tags[0]["Value"]);
    let by_tag = result("[rule-parameters]\nexemptionTagKey = \"Approved\"\n", &tag);
    assert_eq!(by_file, by_tag);
    assert_eq!(by_file.2, true);
    write(
        &folder,
        "dms-rule.toml",
        &format!("{}{}", exception("2026-12-31"), exception("2026-12-31").replace("Ord*", arn)),
    );
    let output = run_in(folder.path(), &[], &["config", "--tags"]);
    let script = String::from_utf8(output.stdout).unwrap();
    assert!(script.contains("# no tag, its resource is not one ARN: "), "{script}");
    assert!(script.contains("# no tag, the settings give its rule no exemptionTagKey: "), "{script}");
    assert!(!script.contains("\naws "), "{script}");
}

#[test]
fn every_file_in_the_documents_is_accepted() {
    let folder = folder();
    let page = std::fs::read_to_string(crate::support::root().join("docs/settings.md")).unwrap();
    let readme = std::fs::read_to_string(crate::support::root().join("README.md")).unwrap();
    let help = run_in(folder.path(), &[], &["config", "--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, example) = help.split_once("# dms-rule.toml\n").unwrap();
    let example = example.split("\n\nExamples").next().unwrap();
    let mut files: Vec<&str> = vec![example];
    for text in [&page, &readme] {
        files.extend(text.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap()));
    }
    assert!(files.len() > 3, "{files:?}");
    for file in files {
        write(&folder, "dms-rule.toml", file);
        let output = run_in(folder.path(), &[], &["config"]);
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_settings_are_printed_with_their_places_and_the_schema_has_each() {
    let folder = folder();
    write(
        &folder,
        "dms-rule.toml",
        &format!(
            "fail-on = \"high\"\nexternal-id = \"agreed\"\nrole-name = \"R\"\n{}",
            exception("2026-12-31")
        ),
    );
    let output = run_in(folder.path(), &[("DMS_RULE_REGION", "eu-west-1,eu-central-1")], &["config"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |name: &str| {
        let line = text
            .lines()
            .find(|line| line.split(' ').next() == Some(name))
            .unwrap_or_else(|| panic!("{name}: {text}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("fail-on"), "fail-on high dms-rule.toml:1");
    assert_eq!(row("region"), "region eu-west-1,eu-central-1 DMS_RULE_REGION");
    assert_eq!(row("unknown"), "unknown fail default");
    assert!(!text.contains("agreed"), "an external id is not printed: {text}");
    assert!(text.contains("owner jane, OPS-12 vendor cut-over (dms-rule.toml:4)"), "{text}");
    let output = run_in(folder.path(), &[], &["config", "--schema", "--no-config"]);
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    let members: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    for line in text.lines().skip(2).take_while(|line| !line.is_empty()) {
        let name = line.split(' ').next().unwrap();
        assert!(members.iter().any(|member| *member == name), "{name} is not in the schema");
    }
    assert_eq!(
        schema["properties"]["fail-on"]["enum"],
        json!(["never", "low", "medium", "high", "critical"])
    );
}
