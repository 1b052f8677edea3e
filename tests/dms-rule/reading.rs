//! Properties of reading over generated inputs: everything is evaluated or reported, however it is given.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::check;

const PUBLIC: &str = "dms-replication-not-public";

/// The length from which on a document was once read in another way.
const LONG: usize = 65 * 1024 * 1024;

/// The kinds of input that hold one instance.
const KINDS: [&str; 20] = [
    "event",
    "notification",
    "sns",
    "lambda-sns",
    "sqs",
    "eventbridge",
    "item",
    "items",
    "snapshot",
    "history",
    "batch",
    "query",
    "aggregate-item",
    "describe",
    "describe-yaml",
    "created",
    "described-list",
    "template",
    "template-yaml",
    "get-template",
];

/// The kinds in which the type of the resource is a plan's.
const TERRAFORM_KINDS: [&str; 2] = ["plan", "state"];

/// The flag of an instance, as it may be recorded.
fn flags() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        Just(json!("true")),
        Just(json!("False")),
        Just(json!(1))
    ]
}

/// Builds a document of a kind that holds one instance with this name and flag.
fn document(kind: &str, name: &str, flag: &Value) -> String {
    let arn = format!("arn:aws:dms:eu-west-1:123456789012:rep:{}", name.to_uppercase());
    let configuration = json!({"ReplicationInstanceIdentifier": name, "PubliclyAccessible": flag});
    let item = json!({
        "resourceType": "AWS::DMS::ReplicationInstance", "resourceId": arn, "arn": arn, "resourceName": name,
        "awsAccountId": "123456789012", "awsRegion": "eu-west-1", "configurationItemStatus": "OK",
        "configurationItemCaptureTime": "2026-10-01T00:00:00Z", "configuration": configuration,
    });
    let mut described = configuration.clone();
    described["ReplicationInstanceArn"] = arn.as_str().into();
    let notification = json!({
        "messageType": "ConfigurationItemChangeNotification", "configurationItem": item,
        "notificationCreationTime": "2026-10-01T00:00:01Z",
    });
    let text = notification.to_string();
    let template = json!({"Resources": {name: {
        "Type": "AWS::DMS::ReplicationInstance", "Properties": {"PubliclyAccessible": flag},
    }}});
    let address = format!("aws_dms_replication_instance.{name}");
    let planned = json!({"root_module": {"resources": [{
        "address": address, "mode": "managed", "type": "aws_dms_replication_instance", "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "values": {"publicly_accessible": flag, "replication_instance_id": name, "replication_instance_arn": item["arn"]},
    }]}});
    match kind {
        "event" => json!({"invokingEvent": text, "resultToken": "t", "accountId": "123456789012"}),
        "notification" => notification,
        "sns" => json!({"Type": "Notification", "MessageId": "1", "TopicArn": "t", "Message": text}),
        "lambda-sns" => json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "1", "Message": text}}]}),
        "sqs" => json!({"Messages": [{"MessageId": "1", "Body": text}]}),
        "eventbridge" => json!({"detail-type": "Config Configuration Item Change", "detail": notification}),
        "item" => item,
        "items" => json!([item]),
        "snapshot" => json!({"fileVersion": "1.0", "configSnapshotId": "s", "configurationItems": [item]}),
        "history" => json!({"configurationItems": [item]}),
        "batch" => json!({"baseConfigurationItems": [item], "unprocessedResourceKeys": []}),
        "query" => json!({"Results": [item.to_string()], "QueryInfo": {}}),
        "aggregate-item" => json!({"ConfigurationItem": item}),
        "describe" => json!({"ReplicationInstances": [described]}),
        "described-list" => json!([described]),
        "created" => json!({"ReplicationInstance": described}),
        "template" => template,
        "get-template" => json!({"TemplateBody": template.to_string(), "StagesAvailable": ["Original"]}),
        "plan" => json!({"format_version": "1.2", "planned_values": planned}),
        "state" => json!({"format_version": "1.0", "values": planned}),
        "describe-yaml" => {
            return format!(
                "ReplicationInstances:\n- ReplicationInstanceArn: {arn}\n  ReplicationInstanceIdentifier: {name}\n  PubliclyAccessible: {flag}\n"
            );
        }
        "template-yaml" => {
            return format!(
                "Resources:\n  {name}:\n    Type: AWS::DMS::ReplicationInstance\n    Properties:\n      PubliclyAccessible: {flag}\n"
            );
        }
        _ => panic!("{kind}"),
    }
    .to_string()
}

/// Makes a document longer without changing its content.
fn padded(document: &str, length: usize) -> String {
    let missing = length.saturating_sub(document.len());
    match document.as_bytes().first() {
        // White space between a value and the end, and a member that no reader knows.
        Some(b'{') if missing > 40 => {
            let (start, _) = document.rsplit_once('}').unwrap();
            format!("{start},\"Padding\":\"{}\"{}}}", "x".repeat(missing / 2), " ".repeat(missing / 2))
        }
        Some(b'[') => format!("{document}{}", " ".repeat(missing)),
        _ => format!("# {}\n{document}", "x".repeat(missing)),
    }
}

fn run(arguments: &[&str], stdin: &[u8]) -> (Value, i32) {
    check(&[&["--rule", PUBLIC], arguments].concat(), stdin)
}

/// Returns the one verdict of a report: the compliance type and the state.
fn verdict(report: &Value) -> (String, String) {
    let [result] = report["results"].as_array().unwrap().as_slice() else { panic!("one result: {report}") };
    assert_eq!(report["failures"], json!([]), "{report}");
    let reason = result["reason"].as_str().unwrap();
    let state = reason.split(':').next().unwrap().to_owned();
    (result["complianceType"].as_str().unwrap().to_owned(), state)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn check_every_way(kind: &str, flag: &Value, length: usize) {
    let wanted = match flag {
        Value::Bool(false) => "COMPLIANT",
        Value::String(text) if text.eq_ignore_ascii_case("false") => "COMPLIANT",
        _ => "NON_COMPLIANT",
    };
    let text = padded(&document(kind, "orders", flag), length);
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("of an account");
    std::fs::create_dir(&inner).unwrap();
    let file = inner.join("input.json");
    std::fs::write(&file, &text).unwrap();
    let (named, code) = run(&[file.to_str().unwrap()], b"");
    assert_eq!(verdict(&named).0, wanted, "{kind} {flag} {length}");
    assert_eq!(code, i32::from(wanted != "COMPLIANT"), "{kind} {flag} {length}");
    let (in_folder, folder_code) = run(&[folder.path().to_str().unwrap()], b"");
    let (by_stdin, stdin_code) = run(&["-"], text.as_bytes());
    for (way, (report, its_code)) in
        [("folder", (in_folder, folder_code)), ("standard input", (by_stdin, stdin_code))]
    {
        assert_eq!((verdict(&report), its_code), (verdict(&named), code), "{kind} {flag} {length} {way}");
    }
    if length < LONG {
        std::fs::write(&file, gzip(text.as_bytes())).unwrap();
        let (report, its_code) = run(&[file.to_str().unwrap()], b"");
        assert_eq!((verdict(&report), its_code), (verdict(&named), code), "{kind} {flag} gzip");
    }
}

#[test]
fn an_instance_gets_its_verdict_from_every_kind_of_input_however_it_is_given() {
    let lengths = prop_oneof![4 => Just(0), 1 => 60_000..80_000_usize];
    let kinds: Vec<&str> = KINDS.into_iter().chain(TERRAFORM_KINDS).collect();
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let result = runner.run(&(prop::sample::select(kinds), flags(), lengths), |(kind, flag, length)| {
        check_every_way(kind, &flag, length);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn a_document_over_64_mebibytes_gets_the_same_verdict() {
    // One of each way to recognize a document: a list, an object, an envelope, YAML, Terraform.
    for kind in ["snapshot", "items", "event", "template", "template-yaml", "plan"] {
        check_every_way(kind, &json!(true), LONG);
    }
    check_every_way("plan", &json!(false), LONG);
}

/// A file of a random folder.
#[derive(Clone, Debug)]
struct RandomFile {
    folders: Vec<&'static str>,
    ending: &'static str,
    /// The kinds of its documents and their flags; empty for a file without DMS.
    documents: Vec<(&'static str, bool)>,
    /// Bytes that are cut off its end; 0 for a whole file.
    cut: usize,
    is_gzip: bool,
}

fn random_file() -> impl Strategy<Value = RandomFile> {
    let folder = prop::sample::select(vec!["a", "target", "node_modules", ".hidden", "cdk.out", "é"]);
    let ending = prop::sample::select(vec![".json", ".yaml", ".template", "", ".txt", ".JSON", ".old"]);
    let kinds = prop::sample::select(
        KINDS.into_iter().chain(TERRAFORM_KINDS).filter(|kind| !kind.ends_with("yaml")).collect::<Vec<_>>(),
    );
    let documents = prop::collection::vec((kinds, any::<bool>()), 0..3);
    let cut = prop_oneof![5 => Just(0), 1 => 1..40_usize];
    (prop::collection::vec(folder, 0..3), ending, documents, cut, any::<bool>()).prop_map(
        |(folders, ending, documents, cut, is_gzip)| RandomFile { folders, ending, documents, cut, is_gzip },
    )
}

#[test]
fn every_resource_of_a_random_folder_is_in_the_results_or_its_file_in_a_failure() {
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let result = runner.run(&prop::collection::vec(random_file(), 1..7), |files| {
        let folder = tempfile::tempdir().unwrap();
        let mut expected = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let path = file.folders.iter().fold(folder.path().to_owned(), |path, name| path.join(name));
            std::fs::create_dir_all(&path).unwrap();
            let path = path.join(format!("f{number}{}", file.ending));
            let names: Vec<String> = (0..file.documents.len()).map(|n| format!("r{number}x{n}")).collect();
            let texts: Vec<String> = file
                .documents
                .iter()
                .zip(&names)
                .map(|((kind, flag), name)| document(kind, name, &json!(flag)))
                .collect();
            let mut text = if texts.is_empty() {
                r#"{"name": "x", "list": [1, 2]}"#.to_owned()
            } else {
                texts.join("\n")
            };
            if !texts.is_empty() {
                text.truncate(text.len() - file.cut.min(text.len() / 2));
            }
            let bytes = if file.is_gzip { gzip(text.as_bytes()) } else { text.into_bytes() };
            std::fs::write(&path, bytes).unwrap();
            let flags: Vec<bool> = file.documents.iter().map(|(_, flag)| *flag).collect();
            expected.push((
                path.display().to_string(),
                names.into_iter().zip(flags).collect::<Vec<_>>(),
                file.cut > 0,
            ));
        }
        let (report, code) = run(&[folder.path().to_str().unwrap()], b"");
        let results = report["results"].as_array().unwrap();
        let failed: BTreeSet<&str> = report["failures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|failure| failure["source"].as_str().unwrap())
            .collect();
        let mut is_public = false;
        for (path, resources, is_cut) in &expected {
            for (name, flag) in resources {
                let found: Vec<&Value> = results
                    .iter()
                    .filter(|result| {
                        // Behind the first document of a file an id has the number of its document.
                        let known = result["resource"]["name"].as_str().unwrap();
                        let known = known.split(" (document").next().unwrap();
                        known.eq_ignore_ascii_case(name) || known.ends_with(&format!(".{name}"))
                    })
                    .collect();
                if !failed.contains(path.as_str()) {
                    prop_assert_eq!(found.len(), 1, "{} of {}: {}", name, path, report);
                }
                for result in found {
                    let wanted = if *flag { "NON_COMPLIANT" } else { "COMPLIANT" };
                    prop_assert_eq!(&result["complianceType"], wanted, "{} of {}", name, path);
                    is_public |= *flag;
                }
            }
            // A file without DMS is nothing to report, a file that is cut short always is.
            prop_assert!(!(resources.is_empty() && failed.contains(path.as_str())), "{}: {}", path, report);
            let is_whole = resources.is_empty() || !*is_cut;
            prop_assert_eq!(!is_whole, failed.contains(path.as_str()), "{}: {}", path, report);
        }
        let wanted = if failed.is_empty() { i32::from(is_public) } else { 2 };
        prop_assert_eq!(code, wanted, "{}", report);
        Ok(())
    });
    result.unwrap();
}
