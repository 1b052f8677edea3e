//! `dms-rule check`: every kind of input, every format, the exit codes.

use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{check, root, run_check};

const PUBLIC: &str = "dms-replication-not-public";

fn run(arguments: &[&str]) -> Output {
    run_check(arguments, b"")
}

fn public(stdin: &[u8]) -> (Value, i32) {
    check(&["-", "--rule", PUBLIC], stdin)
}

fn results(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let results = report["results"].as_array().unwrap();
    results.iter().map(|result| (text(&result["complianceType"]), text(&result["reason"]))).collect()
}

fn failures(report: &Value) -> Vec<String> {
    let failures = report["failures"].as_array().unwrap();
    failures.iter().map(|failure| failure["message"].as_str().unwrap().to_owned()).collect()
}

/// Writes a file into a folder and returns its path.
fn write(folder: &TempDir, name: &str, bytes: &[u8]) -> String {
    let file = folder.path().join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, bytes).unwrap();
    file.display().to_string()
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(root().join(file)).unwrap()
}

#[test]
fn the_same_instance_gets_its_verdict_from_every_kind_of_input() {
    const RECORDED: &str = "PUBLIC: PubliclyAccessible=true";
    let kinds = [
        ("event.json", "AWS Config event", None),
        ("eventbridge.json", "AWS Config notification", None),
        ("configuration-item.json", "configuration item", None),
        ("history-file.json", "AWS Config snapshot or history file", None),
        ("snapshot.json.gz", "AWS Config snapshot or history file", None),
        ("get-resource-config-history.json", "get-resource-config-history", None),
        ("batch-get-resource-config.json", "batch-get-resource-config", None),
        ("select-resource-config.json", "AWS Config query result", None),
        ("select-aggregate-resource-config.json", "AWS Config query result", None),
        ("describe-replication-instances.json", "describe-replication-instances", None),
        ("describe-replication-instances-query.json", "AWS DMS resources", None),
        ("template.yaml", "CloudFormation template", Some((12, 7))),
        ("template.json", "CloudFormation template", None),
        ("terraform-plan.json", "Terraform plan", None),
        ("terraform-state.json", "Terraform state", None),
    ];
    let files: Vec<_> = std::fs::read_dir(root().join("tests/inputs")).unwrap().collect();
    assert_eq!(files.len(), kinds.len(), "each file is in the table");
    for (file, kind, position) in kinds {
        let path = format!("tests/inputs/{file}");
        let (report, code) = check(&[&path, "--rule", PUBLIC], b"");
        assert_eq!(code, 1, "{file}: {report}");
        assert_eq!(results(&report), [("NON_COMPLIANT".to_owned(), RECORDED.to_owned())], "{file}");
        let source = &report["results"][0]["source"];
        assert_eq!(source["kind"], kind, "{file}");
        assert_eq!(source["name"], path);
        let [input] = report["lookedAt"].as_array().unwrap().as_slice() else { panic!("{file}: {report}") };
        assert_eq!((&input["kind"], &input["resources"]), (&json!(kind), &json!(1)), "{file}");
        if let Some((line, column)) = position {
            assert_eq!((&source["line"], &source["column"]), (&json!(line), &json!(column)), "{file}");
        }
    }
    // Together the records are of one resource, and the templates and plans are apart.
    let (report, code) = check(&["tests/inputs", "--rule", PUBLIC], b"");
    assert_eq!((code, failures(&report).len()), (1, 0));
    let sources = report["lookedAt"].as_array().unwrap();
    let count = |name: &str| sources.iter().map(|source| source[name].as_u64().unwrap()).sum::<u64>();
    assert!(count("resources") + count("superseded") >= kinds.len() as u64, "{report}");
    assert_eq!(count("resources"), results(&report).len() as u64, "{report}");
}

#[test]
fn an_unreadable_input_is_reported_and_the_rest_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let item = read("tests/inputs/configuration-item.json");
    let gzip = read("tests/inputs/snapshot.json.gz");
    for (name, bytes, why) in [
        ("cut.json", &item[..item.len() / 2], "cut short"),
        ("cut.json.gz", &gzip[..gzip.len() / 2], "cannot be read"),
        ("empty.json", b"", "is empty"),
        ("binary.json", b"\xfe\x00\x01\xc3\x28", "neither UTF-8 nor UTF-16"),
        ("utf16-without-mark.json", b"{\0\"\0a\0\"\0:\x001\0}\0", "neither UTF-8 nor UTF-16"),
        ("latin-1.json", b"{\"Type\":\"AWS::DMS::Endpoint\",\"\xe9\":1}", "neither UTF-8 nor UTF-16"),
        ("scheduled.json", &read("tests/events/scheduled.json"), "about every resource"),
        ("no-list.json", br#"{"ReplicationInstances":{}}"#, "ReplicationInstances is not a list"),
    ] {
        let bad = write(&folder, name, bytes);
        let (report, code) = check(&[&bad, "tests/inputs/event.json", "--rule", PUBLIC], b"");
        assert_eq!(code, 2, "{name}");
        let failures = failures(&report);
        assert!(failures.len() == 1 && failures[0].contains(why), "{name}: {failures:?}");
        assert_eq!(report["complete"], false);
        assert_eq!(results(&report).len(), 1, "{name}: the other input is checked");
    }
    let (report, code) = check(&["no-such-file.json", "--rule", PUBLIC], b"");
    assert_eq!((code, failures(&report).len()), (2, 1));
}

#[test]
fn a_file_that_does_not_mention_dms_is_nothing_to_report_however_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("package.json", &br#"{"name":"x"}"#[..]),
        ("tsconfig.json", b"{ // a comment\n \"strict\": true }"),
        ("prose.yaml", b"hello\n"),
        ("broken.yaml", b"a: [\n"),
        ("scalar.json", b"42"),
        ("latin-1.json", b"{\"name\":\"\xe9\"}"),
        ("latin-1.yaml", b"name: \xe9\n"),
        ("list.json", br#"[1, {"a": null}]"#),
        ("policy.json", br#"{"Statement":[{"Action":"dms:DescribeReplicationInstances","Resource":"*"}]}"#),
        ("acm.json", br#"{"CertificateSummaryList":[{"CertificateArn":"arn:aws:acm:eu-west-1:123456789012:certificate/c"}]}"#),
        ("iam.json", br#"{"InstanceProfiles":[{"InstanceProfileName":"p","Arn":"arn:aws:iam::123456789012:instance-profile/p"}]}"#),
    ] {
        let file = write(&folder, name, bytes);
        let (by_input, code) = check(&["-"], bytes);
        assert_eq!((code, results(&by_input).len()), (0, 0), "{name}: {by_input}");
        let (by_name, code) = check(&[&file], b"");
        assert_eq!((code, results(&by_name).len()), (0, 0), "{name}: {by_name}");
        assert_eq!(by_name["lookedAt"][0]["name"], file);
    }
    let (report, code) = check(&[&folder.path().display().to_string()], b"");
    assert_eq!((code, results(&report).len(), failures(&report).len()), (0, 0, 0), "{report}");
}

#[test]
fn a_folder_is_read_with_its_folders_and_only_broken_files_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let item = read("tests/inputs/configuration-item.json");
    write(&folder, "a/b/item.json", &item);
    write(&folder, "a/package.json", br#"{"name":"x"}"#);
    write(&folder, "a/readme.md", b"no input");
    // What is left out has the mark of its tool, and is listed. A name alone is no mark.
    write(&folder, "a/node_modules/item.json", &item);
    write(&folder, "a/node_modules/.package-lock.json", b"{}");
    write(&folder, ".git/item.json", &item);
    write(&folder, ".git/HEAD", b"ref: refs/heads/main");
    write(&folder, ".git/objects/x", b"");
    write(&folder, "target/item.json", &item);
    write(&folder, "target/CACHEDIR.TAG", b"Signature: 8a477f597d28d172789f06886806bc55\n");
    let path = folder.path().display().to_string();
    let (report, code) = check(&[&path, "--rule", PUBLIC], b"");
    assert_eq!((code, results(&report).len(), failures(&report).len()), (1, 1, 0), "{report}");
    let left_out = |report: &Value| {
        let sources = report["lookedAt"].as_array().unwrap().clone();
        let name = |source: &Value| source["name"].as_str().unwrap().strip_prefix(&path).unwrap().to_owned();
        let is_left_out = |source: &&Value| source["kind"].as_str().unwrap().starts_with("left out");
        sources.iter().filter(is_left_out).map(name).collect::<Vec<_>>()
    };
    assert_eq!(left_out(&report), ["/.git", "/a/node_modules", "/target"]);
    let (report, code) = check(&[&path, "--rule", PUBLIC, "--exclude", "b/"], b"");
    assert_eq!((code, results(&report).len(), failures(&report).len()), (0, 0, 0), "{report}");
    assert_eq!(left_out(&report), ["/.git", "/a/b", "/a/node_modules", "/target"]);
    for marked in ["a/node_modules/.package-lock.json", ".git/HEAD", "target/CACHEDIR.TAG"] {
        std::fs::remove_file(folder.path().join(marked)).unwrap();
    }
    let (report, _) = check(&[&path, "--rule", PUBLIC], b"");
    assert_eq!(left_out(&report), [""; 0]);
    let sources = report["lookedAt"].as_array().unwrap();
    let items = sources.iter().filter(|source| source["kind"] == "configuration item").count();
    assert_eq!(items, 4, "{report}");
    write(&folder, "a/broken.json", b"{\"configurationItems\":[{");
    let (report, code) = check(&[&path, "--rule", PUBLIC], b"");
    assert_eq!((code, results(&report).len(), failures(&report).len()), (2, 1, 1), "{report}");
    let empty = tempfile::tempdir().unwrap();
    let (report, code) = check(&[&empty.path().display().to_string()], b"");
    assert_eq!((code, failures(&report).len()), (2, 1));
}

#[test]
fn links_are_followed_and_a_file_with_two_names_is_read_once() {
    use std::os::unix::fs::symlink;
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let template = read("tests/inputs/template.yaml");
    let linked = write(&other, "a/template.yaml", &template);
    symlink(other.path(), folder.path().join("link")).unwrap();
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    let path = folder.path().display().to_string();
    let (report, code) = check(&[&path, "--rule", PUBLIC], b"");
    assert_eq!((code, results(&report).len(), failures(&report).len()), (1, 1, 0), "{report}");
    symlink(&linked, folder.path().join("again.yaml")).unwrap();
    let (report, code) = check(&[&path, &path, &linked, "--rule", PUBLIC], b"");
    assert_eq!((code, results(&report).len(), failures(&report).len()), (1, 1, 0), "{report}");
}

#[test]
fn a_pattern_leaves_out_what_is_below_the_named_folder_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let item = read("tests/inputs/configuration-item.json");
    write(&folder, "build/repository/item.json", &item);
    write(&folder, "build/repository/old/item.json", &item);
    let path = folder.path().join("build/repository").display().to_string();
    let (report, code) = check(&[&path, "--rule", PUBLIC, "--exclude", "build/", "--exclude", "old"], b"");
    assert_eq!((code, results(&report).len()), (1, 1), "{report}");
    assert_eq!(report["lookedAt"][0]["kind"], "left out by --exclude", "{report}");
    let (report, code) = check(&[&path, "--rule", PUBLIC, "--exclude", "*.json"], b"");
    assert_eq!(
        (code, failures(&report)),
        (2, vec!["nothing is left to read: all of it is left out".to_owned()])
    );
}

fn item(id: &str, time: &str, state: u64, configuration: &str) -> String {
    format!(
        r#"{{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"{id}","configurationItemStatus":"OK","configurationItemCaptureTime":"{time}","configurationStateId":{state},"configuration":{configuration}}}"#
    )
}

const TRUE: &str = r#"{"PubliclyAccessible":true}"#;
const FALSE: &str = r#"{"PubliclyAccessible":false}"#;

#[test]
fn of_several_items_of_a_resource_the_newest_is_evaluated_and_none_is_lost() {
    let (old, new) = ("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
    for (items, wanted) in [
        (vec![item("r", old, 1, FALSE), item("r", new, 2, TRUE)], vec!["NON_COMPLIANT"]),
        (vec![item("r", new, 2, TRUE), item("r", old, 1, FALSE)], vec!["NON_COMPLIANT"]),
        (vec![item("r", new, 2, FALSE), item("r", old, 1, TRUE)], vec!["COMPLIANT"]),
        (vec![item("r", old, 2, TRUE), item("r", old, 1, FALSE)], vec!["NON_COMPLIANT"]),
        // It is unknown which is newer: the worse counts.
        (vec![item("r", old, 1, FALSE), item("r", old, 1, TRUE)], vec!["NON_COMPLIANT"]),
        (vec![item("r", old, 0, TRUE), item("r", old, 1, FALSE)], vec!["NON_COMPLIANT"]),
        (vec![item("r", old, 1, FALSE), item("s", old, 1, TRUE)], vec!["NON_COMPLIANT", "COMPLIANT"]),
    ] {
        let file = format!(r#"{{"configurationItems":[{}]}}"#, items.join(","));
        let (report, _) = public(file.as_bytes());
        let found: Vec<_> = results(&report).into_iter().map(|(compliance, _)| compliance).collect();
        assert_eq!(found, wanted, "{file}");
    }
}

#[test]
fn no_odd_input_passes_or_vanishes() {
    let arn = "arn:aws:dms:us-east-1:123456789012:rep:R";
    for (file, result, failed) in [
        // The flag is missing, null or given twice.
        (format!(r#"{{"ReplicationInstances":[{{"ReplicationInstanceArn":"{arn}"}}]}}"#), Some("UNKNOWN: PubliclyAccessible is missing; DMS's default is public"), false),
        (format!(r#"{{"ReplicationInstances":[{{"ReplicationInstanceArn":"{arn}","PubliclyAccessible":null}}]}}"#), Some("UNKNOWN: PubliclyAccessible is null; DMS's default is public"), false),
        (format!(r#"{{"ReplicationInstances":[{{"ReplicationInstanceArn":"{arn}","PubliclyAccessible":true,"PubliclyAccessible":false}}]}}"#), Some("PUBLIC: PubliclyAccessible=true"), false),
        (r#"{"ReplicationInstances":[{"PubliclyAccessible":false}]}"#.to_owned(), None, true),
        (r#"{"ReplicationInstances":[null]}"#.to_owned(), None, true),
        (r#"{"ReplicationInstances":null}"#.to_owned(), None, true),
        // The response has more pages.
        (r#"{"ReplicationInstances":[],"Marker":"m"}"#.to_owned(), None, true),
        (r#"{"configurationItems":[],"nextToken":"t"}"#.to_owned(), None, true),
        (r#"{"baseConfigurationItems":[],"unprocessedResourceKeys":[{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"r"}]}"#.to_owned(), None, true),
        // The query did not select the configuration, or the type.
        (r#"{"Results":["{\"resourceType\":\"AWS::DMS::ReplicationInstance\",\"resourceId\":\"r\"}"]}"#.to_owned(), Some("UNKNOWN: the configuration is missing; DMS's default is public"), false),
        (r#"{"Results":["{\"resourceId\":\"r\",\"configuration\":{\"PubliclyAccessible\":false}}"]}"#.to_owned(), None, true),
        (r#"{"Results":["{"]}"#.to_owned(), None, true),
        // Of a member given twice, the last does not win.
        (r#"{"Results":["{\"resourceType\":\"AWS::DMS::ReplicationInstance\",\"resourceId\":\"r\",\"configuration\":{\"PubliclyAccessible\":true},\"configuration\":{\"PubliclyAccessible\":false}}"]}"#.to_owned(), None, true),
        // The type in another case, and hidden in an escape.
        (format!(r#"{{"configurationItems":[{}]}}"#, item("r", "2026-10-01T00:00:00Z", 1, TRUE).replace("AWS::DMS", "aws::dms")), Some("PUBLIC: PubliclyAccessible=true"), false),
        (format!(r#"{{"configurationItems":[{}]}}"#, item("r", "2026-10-01T00:00:00Z", 1, TRUE).replace("AWS::DMS", "AWS\\u003a:DMS")), Some("PUBLIC: PubliclyAccessible=true"), false),
        // An item without its required members.
        (r#"{"configurationItems":[{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"r"}]}"#.to_owned(), None, true),
        // Two kinds of input at once.
        (format!(r#"{{"Resources":{{}},"configurationItems":[{}]}}"#, item("r", "2026-10-01T00:00:00Z", 1, TRUE)), Some("PUBLIC: PubliclyAccessible=true"), true),
        // Items that are not objects.
        (r#"{"configurationItems":[["AWS::S3::Bucket"],null]}"#.to_owned(), None, true),
        (format!("[{},{{\"foo\":1}}]", item("r", "2026-10-01T00:00:00Z", 1, TRUE)), Some("PUBLIC: PubliclyAccessible=true"), true),
        // Several documents, one after the other; the second is cut short.
        (format!("{}\n{{\"resourceType\":", item("r", "2026-10-01T00:00:00Z", 1, TRUE)), Some("PUBLIC: PubliclyAccessible=true"), true),
    ] {
        let (report, code) = public(file.as_bytes());
        let found = results(&report);
        assert_eq!(found.first().map(|(_, reason)| reason.as_str()), result, "{file}");
        assert!(found.iter().all(|(compliance, _)| compliance == "NON_COMPLIANT"), "{file}");
        assert_eq!(!failures(&report).is_empty(), failed, "{file}");
        assert_eq!(code, if failed { 2 } else { 1 }, "{file}");
    }
}

#[test]
fn an_event_is_evaluated_by_its_own_rule_unless_another_is_chosen() {
    let file = "tests/events/change-endpoint-plaintext.json";
    let (report, _) = check(&[file], b"");
    let rules: Vec<_> =
        report["results"].as_array().unwrap().iter().map(|result| result["rule"].clone()).collect();
    assert_eq!(rules, [json!("dms-endpoint-ssl-configured")]);
    let (report, _) = check(&[file, "--rule", "dms-endpoint-tagged"], b"");
    assert_eq!(report["results"][0]["rule"], "dms-endpoint-tagged");
    let (report, code) = check(&["tests/events/change-left-scope.json"], b"");
    assert_eq!((report["results"][0]["complianceType"].as_str(), code), (Some("NOT_APPLICABLE"), 0));
}

#[test]
fn exemptions_hold_at_the_given_time() {
    let tagged = item("r", "2026-10-01T00:00:00Z", 1, TRUE)
        .replace("\"configuration\"", r#""tags":{"Approved":"2026-11-30 OPS-12"},"configuration""#);
    for (at, wanted, code) in
        [("2026-11-30T23:00:00Z", "NOT_APPLICABLE", 0), ("2026-12-01T00:00:00Z", "NON_COMPLIANT", 1)]
    {
        let output = run_check(
            &[
                "-",
                "--rule",
                PUBLIC,
                "--format",
                "json",
                "--at",
                at,
                "--rule-parameters",
                r#"{"exemptionTagKey":"Approved"}"#,
            ],
            tagged.as_bytes(),
        );
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(results(&report)[0].0, wanted, "{at}");
        assert_eq!(output.status.code(), Some(code));
    }
}

#[test]
fn the_exit_code_follows_the_findings_and_fail_on() {
    let code = |arguments: &[&str]| run(arguments).status.code().unwrap();
    let public = "tests/inputs/event.json";
    let private = "tests/events/change-private.json";
    assert_eq!(code(&[public]), 1);
    assert_eq!(code(&[private]), 0);
    assert_eq!(code(&[public, "--fail-on", "never"]), 0);
    assert_eq!(code(&[public, "--fail-on", "critical"]), 1);
    assert_eq!(
        code(&[public, "--rule", "dms-replication-instance-multi-az-enabled", "--fail-on", "high"]),
        0
    );
    // Hidden results count all the same.
    assert_eq!(code(&[public, "--only", "compliant"]), 1);
    assert_eq!(code(&[]), 2);
    assert_eq!(code(&[public, "--rule", "no-such-rule"]), 2);
    assert_eq!(code(&[public, "--format", "pdf"]), 2);
    assert_eq!(code(&[public, "--rule-parameters", "{\"exemptTagKey\":\"x\"}"]), 2);
    assert_eq!(code(&[public, "--output", "json=/dev/null/report.json"]), 2);
    assert_eq!(code(&["no-such-file", "--fail-on", "never"]), 2);
}

/// Tags, the manager of a key and what DMS offers are never in the output of the example, so that no instance could pass these
/// rules.
#[test]
fn the_example_of_the_help_ends_with_0_for_a_perfect_instance() {
    let described = |flag: bool| {
        format!(
            r#"{{"ReplicationInstances":[{{"ReplicationInstanceArn":"arn:aws:dms:us-east-1:123456789012:rep:R","ReplicationInstanceIdentifier":"r","PubliclyAccessible":{flag},"MultiAZ":true,"AutoMinorVersionUpgrade":true,"KmsKeyId":"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}]}}"#
        )
    };
    let not_evaluated = |report: &Value| {
        let entries = report["notEvaluated"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (report, code) = check(&["-"], described(false).as_bytes());
    assert_eq!((code, &report["complete"]), (0, &json!(true)), "{report}");
    let wanted = [
        "dms-engine-version-supported",
        "dms-instance-class-supported",
        "dms-replication-instance-customer-managed-key",
        "dms-replication-instance-tagged",
    ];
    assert_eq!(not_evaluated(&report), wanted);
    assert!(results(&report).iter().all(|(compliance, _)| compliance == "COMPLIANT"), "{report}");
    // Each rule stands there once, however many resources there are; with a list of keys it is evaluated.
    let first = described(true).replace(":rep:R", ":rep:S");
    let two = format!("{first}{}", described(false));
    let (report, code) = check(&["-"], two.as_bytes());
    assert_eq!((code, not_evaluated(&report)), (1, wanted.map(str::to_owned).to_vec()), "{report}");
    assert_eq!(report["notEvaluated"][0]["resources"], 2);
    let keys = r#"{"kmsKeyArns":"arn:aws:kms:us-east-1:123456789012:key/1234abcd-*"}"#;
    let (report, code) = check(&["-", "--rule-parameters", keys], described(false).as_bytes());
    assert_eq!(
        (code, not_evaluated(&report)),
        (0, [wanted[0], wanted[1], wanted[3]].map(str::to_owned).to_vec()),
        "{report}"
    );
}

#[test]
fn an_override_counts_only_if_a_template_takes_it() {
    let template = b"Parameters:\n  Public: {Type: String, Default: 'false', AllowedValues: ['true', 'false']}\nConditions:\n  Is: !Equals [!Ref Public, 'true']\nResources:\n  R:\n    Type: AWS::DMS::ReplicationInstance\n    Properties: {PubliclyAccessible: !If [Is, true, false]}\n";
    let outcome = |overrides: &[&str]| {
        let arguments =
            [&["-", "--rule", PUBLIC, "--assume-defaults", "--parameter-overrides"], overrides].concat();
        let (report, code) = check(&arguments, template);
        (
            results(&report).into_iter().map(|(compliance, _)| compliance).collect::<Vec<_>>(),
            failures(&report),
            code,
        )
    };
    assert_eq!(outcome(&["Public=true"]), (vec!["NON_COMPLIANT".to_owned()], vec![], 1));
    assert_eq!(outcome(&["Public=false"]), (vec!["COMPLIANT".to_owned()], vec![], 0));
    assert_eq!(outcome(&["Public=TRUE"]), (vec!["NON_COMPLIANT".to_owned()], vec![], 1));
    let unknown =
        vec!["no template among the inputs has the parameter public; did you mean `Public`?".to_owned()];
    assert_eq!(outcome(&["public=true"]), (vec!["COMPLIANT".to_owned()], unknown, 2));
    assert_eq!(run(&["-", "--parameter-overrides", "A=1", "A=2"]).status.code(), Some(2));
}

#[test]
fn an_error_of_the_aws_cli_in_place_of_its_output_is_no_empty_output() {
    for text in [
        "\nAn error occurred (ExpiredTokenException) when calling the DescribeReplicationInstances operation: expired\n",
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".\n",
        "aws: [ERROR]: The config profile (x) could not be found\n",
    ] {
        let (report, code) = check(&["-"], text.as_bytes());
        assert_eq!((code, failures(&report).len()), (2, 1), "{text}");
    }
}

#[test]
fn an_option_decides_if_unknown_counts() {
    let unknown = item("r", "2026-10-01T00:00:00Z", 1, "{}");
    let public = item("s", "2026-10-01T00:00:00Z", 1, TRUE);
    for (effect, code, warns) in [("fail", 1, false), ("warn", 0, true), ("ignore", 0, false)] {
        let arguments = ["-", "--rule", PUBLIC, "--format", "json", "--unknown", effect];
        let output = run_check(&arguments, unknown.as_bytes());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (output.status.code(), &report["summary"]["unknown"]),
            (Some(code), &json!(1)),
            "{effect}"
        );
        let warning = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            warning.contains("warning: UNKNOWN results") && warning.contains(": 1\n"),
            warns,
            "{effect}: {warning}"
        );
        let output = run_check(&arguments, format!("{unknown}{public}").as_bytes());
        assert_eq!(output.status.code(), Some(1), "{effect}: a known finding counts");
        let output = run_check(&arguments, format!("{unknown}{{").as_bytes());
        assert_eq!(output.status.code(), Some(2), "{effect}: the run is not complete");
    }
}

#[test]
fn several_formats_are_written_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["tests/inputs".to_owned()];
    let formats = [
        "table", "json", "csv", "sarif", "junit", "asff", "ocsf", "html", "markdown", "github", "gitlab",
        "oscal",
    ];
    for format in formats {
        arguments
            .extend(["--output".to_owned(), format!("{format}={}/report.{format}", folder.path().display())]);
    }
    let output = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("the ASFF list: "), "{errors}");
    for format in formats {
        let text = std::fs::read_to_string(folder.path().join(format!("report.{format}"))).unwrap();
        assert!(text.contains(PUBLIC) && text.contains("orders-migration"), "{format}");
        assert!(!text.contains('\x1b'), "{format}");
    }
}

#[test]
fn the_table_lists_the_worst_first_with_its_position() {
    let output = run(&["tests/inputs/template.yaml", "tests/inputs/event.json", "no-such-file.json"]);
    let page = String::from_utf8(output.stdout).unwrap();
    let place = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
    assert!(
        place("CRITICAL dms-replication-not-public: 2 NON_COMPLIANT")
            < place("HIGH dms-replication-instance")
    );
    assert!(page.contains("tests/inputs/template.yaml:12:7"), "{page}");
    assert!(place("COULD NOT FINISH") > place("No finding"));
    assert!(page.trim_end().lines().last().unwrap().ends_with("; 1 read error."), "{page}");
    assert!(!page.contains('\x1b'));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no-such-file.json"));
}

#[test]
fn names_from_files_cannot_control_the_terminal() {
    let hostile = item("r\\u001b[2J\\nCOMPLIANT", "2026-10-01T00:00:00Z", 1, TRUE);
    let output = run_check(&["-", "--rule", PUBLIC], hostile.as_bytes());
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(!page.contains('\x1b') && page.lines().all(|line| !line.starts_with("COMPLIANT")), "{page}");
}
