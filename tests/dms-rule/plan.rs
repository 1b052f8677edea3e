//! `dms-rule plan` from saved responses: what is missing, odd or cut short is never read as "nothing".

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{dms_rule, root, text};

const OLD: &str = "arn:aws:dms:eu-west-1:123456789012:rep:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG";

/// Copies the saved responses of the instance that is ready to be replaced.
fn saved() -> TempDir {
    let folder = TempDir::new().unwrap();
    for entry in fs::read_dir(root().join("tests/plans/orders-migration")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

/// Changes a saved response.
fn change(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut saved: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut saved);
    fs::write(path, saved.to_string()).unwrap();
}

/// Plans in a folder, and returns the exit code, the plan and what was printed on standard error.
fn plan(folder: &Path, arguments: &[&str]) -> (i32, Value, String) {
    let output = dms_rule()
        .args(["plan", "--format", "json", "--from"])
        .arg(folder)
        .args(arguments)
        .env_clear()
        .output()
        .unwrap();
    let plan = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), plan, text(&output.stderr))
}

fn codes(plan: &Value, weight: &str) -> Vec<String> {
    let notes = plan["notes"].as_array().unwrap().iter().filter(|note| note["weight"] == weight);
    notes.map(|note| note["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_instance_is_planned_from_saved_responses_without_an_account() {
    let folder = saved();
    for name in ["orders-migration", "Orders-Migration", OLD] {
        let (code, plan, error) = plan(folder.path(), &[name]);
        assert_eq!((code, error.as_str()), (0, ""), "{name}");
        assert_eq!(plan["target"]["identifier"], "orders-migration-private");
        assert_eq!(plan["target"]["parameters"]["PubliclyAccessible"], json!(false));
        assert_eq!(plan["region"], "eu-west-1");
        let order: Vec<&Value> =
            plan["tasks"].as_array().unwrap().iter().map(|task| &task["ReplicationTaskIdentifier"]).collect();
        assert_eq!(order, ["archive-once", "customers-cdc", "orders-cdc"]);
    }
}

#[test]
fn a_response_that_is_not_there_blocks_what_depends_on_it() {
    for (file, code) in [
        ("tags.json", "tags-unknown"),
        ("tasks.json", "tasks-unknown"),
        ("endpoints.json", "endpoints-unknown"),
    ] {
        let folder = saved();
        fs::remove_file(folder.path().join(file)).unwrap();
        let (exit, plan, error) = plan(folder.path(), &["orders-migration"]);
        assert_eq!(exit, 1, "{file}: {error}");
        assert_eq!(codes(&plan, "blocks"), [code], "{file}");
    }
    let folder = saved();
    fs::remove_file(folder.path().join("instances.json")).unwrap();
    let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
    assert_eq!(exit, 2);
    assert!(error.contains("save aws dms describe-replication-instances"), "{error}");
}

#[test]
fn a_response_that_was_cut_short_or_is_odd_is_an_error_that_names_the_file() {
    type Change = fn(&Path);
    let cases: [(&str, Change, &str); 6] = [
        ("tasks.json", |path| change_member(path, "Marker", &json!("more")), "cut short: it has Marker"),
        (
            "route-tables.json",
            |path| change_member(path, "NextToken", &json!("more")),
            "cut short: it has NextToken",
        ),
        (
            "tasks.json",
            |path| change_member(path, "ReplicationTasks", &json!({})),
            "ReplicationTasks is no list",
        ),
        ("tasks.json", |path| fs::write(path, "{\"ReplicationTasks\": [").unwrap(), "not JSON"),
        (
            "tasks.json",
            |path| fs::write(path, "{\"ReplicationTasks\": [], \"ReplicationTasks\": []}").unwrap(),
            "gives the member ReplicationTasks twice",
        ),
        (
            "tasks.json",
            |path| fs::write(path, "{\"Tasks\": []}").unwrap(),
            "none of the lists that a plan reads",
        ),
    ];
    for (file, change, message) in cases {
        let folder = saved();
        change(&folder.path().join(file));
        let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
        assert_eq!(exit, 2, "{message}");
        assert!(error.contains(file) && error.contains(message), "{message}: {error}");
    }
}

#[test]
fn a_marker_is_one_in_every_spelling_unless_nothing_follows() {
    let names = [
        "marker",
        "NEXTMARKER",
        "NextToken",
        "next_token",
        "startingToken",
        "IsTruncated",
        "isTruncated",
        "truncated",
    ];
    for name in names {
        for value in [json!("more"), json!(true), json!(1), json!(["a"]), json!({"a": 1}), json!("false")] {
            let folder = saved();
            change_member(&folder.path().join("tasks.json"), name, &value);
            let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
            assert_eq!(exit, 2, "{name} {value}");
            assert!(error.contains(&format!("tasks.json: cut short: it has {name}")), "{error}");
        }
    }
    let folder = saved();
    for (name, value) in names.into_iter().zip([json!(""), Value::Null, json!(false), json!([]), json!({})]) {
        change_member(&folder.path().join("tasks.json"), name, &value);
    }
    assert_eq!(plan(folder.path(), &["orders-migration"]).0, 0);
}

#[test]
fn a_member_that_no_response_has_is_an_error() {
    for name in [
        "NextPageToken",
        "HasMore",
        "PaginationToken",
        "ContinuationToken",
        "nextPage",
        "replicationTasks",
        "replication_tasks",
        "Tasks",
    ] {
        for value in [json!("more"), json!(false), json!([])] {
            let folder = saved();
            change_member(&folder.path().join("tasks.json"), name, &value);
            let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
            assert_eq!(exit, 2, "{name} {value}");
            let words = format!("tasks.json: {name} is no member of a response that a plan reads");
            assert!(error.contains(&words), "{error}");
        }
        let folder = saved();
        change_member(&folder.path().join("tasks.json"), name, &Value::Null);
        assert_eq!(plan(folder.path(), &["orders-migration"]).0, 0, "{name}");
    }
    let folder = saved();
    change_member(&folder.path().join("quotas.json"), "UniqueAccountIdentifier", &json!("eu-west-1-x"));
    change_member(&folder.path().join("tasks.json"), "ResponseMetadata", &json!({"HTTPStatusCode": 200}));
    assert_eq!(plan(folder.path(), &["orders-migration"]).0, 0);
}

#[test]
fn a_storage_that_no_instance_has_blocks() {
    for storage in [0, -50] {
        let folder = saved();
        let path = folder.path().join("instances.json");
        let mut document: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        document["ReplicationInstances"][0]["AllocatedStorage"] = json!(storage);
        fs::write(&path, document.to_string()).unwrap();
        let (exit, plan, error) = plan(folder.path(), &["orders-migration"]);
        assert_eq!(exit, 1, "{error}");
        assert!(codes(&plan, "blocks").contains(&"storage-odd".to_owned()), "{plan}");
    }
}

#[test]
fn what_is_given_twice_is_one_if_equal_and_else_an_error() {
    for (file, list, member) in [
        ("instances.json", "ReplicationInstances", "ReplicationInstanceStatus"),
        ("tasks.json", "ReplicationTasks", "Status"),
        ("endpoints.json", "Endpoints", "EngineName"),
        ("tags.json", "TagList", "Value"),
    ] {
        for second in [file, "second.json"] {
            if second != file && file == "tags.json" {
                continue; // a second list of tags is of another instance
            }
            let folder = saved();
            let read = |name: &str| -> Value {
                serde_json::from_slice(&fs::read(folder.path().join(name)).unwrap()).unwrap()
            };
            let once = plan(folder.path(), &["orders-migration"]).1;
            let entry = read(file)[list][0].clone();
            let write = |entry: &Value| {
                if second == file {
                    change(folder.path(), file, |saved| {
                        saved[list].as_array_mut().unwrap().push(entry.clone());
                    });
                } else {
                    fs::write(folder.path().join(second), json!({list: [entry]}).to_string()).unwrap();
                }
            };
            write(&entry);
            let (exit, twice, error) = plan(folder.path(), &["orders-migration"]);
            assert_eq!((exit, twice), (0, once), "{list}: {error}");
            let mut other = entry.clone();
            other[member] = json!("other");
            write(&other);
            let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
            assert_eq!(exit, 2, "{list}");
            assert!(error.contains("twice, and the two differ"), "{list}: {error}");
            assert!(error.contains(file) || error.contains(second), "{list}: {error}");
        }
    }
}

#[test]
fn a_name_of_several_instances_is_an_error_with_what_can_be_named() {
    let folder = saved();
    let add = |arn: Option<&str>| {
        change(folder.path(), "instances.json", |saved| {
            let instances = saved["ReplicationInstances"].as_array_mut().unwrap();
            let mut other = instances[0].clone();
            other.as_object_mut().unwrap().remove("ReplicationInstanceArn");
            if let Some(arn) = arn {
                other["ReplicationInstanceArn"] = json!(arn);
            }
            instances.push(other);
        });
    };
    let other = "arn:aws:dms:us-east-1:123456789012:rep:OTHER";
    add(Some(other));
    let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
    assert_eq!(exit, 2);
    assert!(error.contains(&format!("name one by its ARN: {OLD}, {other}")), "{error}");
    add(None);
    let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
    assert_eq!(exit, 2);
    assert!(error.contains("not all of them have an ARN") && !error.contains("by its ARN"), "{error}");
}

#[test]
fn an_arn_that_is_none_blocks() {
    for (file, list, member) in [
        ("instances.json", "ReplicationInstances", "ReplicationInstanceArn"),
        ("tasks.json", "ReplicationTasks", "ReplicationTaskArn"),
        ("tasks.json", "ReplicationTasks", "SourceEndpointArn"),
    ] {
        for arn in ["x:y:z:eu-west-1:123456789012", "arn:aws:dms:eu-west-1:123456789012:task:", "garbage"] {
            let folder = saved();
            change(folder.path(), file, |saved| saved[list][0][member] = json!(arn));
            let (exit, plan, error) = plan(folder.path(), &["orders-migration", "--region", "eu-west-1"]);
            assert_eq!(exit, 1, "{member} {arn}: {error}");
            assert!(codes(&plan, "blocks").contains(&"arn-odd".to_owned()), "{member} {arn}: {plan}");
        }
    }
}

#[test]
fn two_outputs_that_are_one_file_are_rejected_before_anything_is_written() {
    let run = |folder: &Path, outputs: &[&str]| {
        let mut command = dms_rule();
        command.args(["plan", "orders-migration", "--from"]).arg(root().join("tests/plans/orders-migration"));
        for output in outputs {
            command.arg(format!("--output={output}"));
        }
        let output = command.current_dir(folder).env_clear().output().unwrap();
        (output.status.code().unwrap(), text(&output.stderr))
    };
    for outputs in [
        ["json=a", "markdown=a"],
        ["json=a", "markdown=./b/../a"],
        ["json=a", "json=a"],
        ["sh=scripts/", "json=scripts/1-prepare.sh"],
        ["sh=scripts", "json=scripts/1-prepare.sh"],
    ] {
        let folder = TempDir::new().unwrap();
        let (exit, error) = run(folder.path(), &outputs);
        assert_eq!(exit, 2, "{outputs:?}: {error}");
        assert!(error.contains("twice"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{outputs:?}");
    }
    let folder = TempDir::new().unwrap();
    let (exit, error) = run(folder.path(), &["json=scripts", "sh=scripts"]);
    assert_eq!(exit, 2);
    assert!(error.contains("as a file and as a folder"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let (exit, error) = run(folder.path(), &["json=a", "markdown=b/a", "sh=scripts/"]);
    assert_eq!(exit, 0, "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("a"), folder.path().join("link")).unwrap();
        assert_eq!(run(folder.path(), &["json=a", "markdown=link"]).0, 2);
    }
}

/// Writes the scripts of the plan of saved responses into `scripts`, and returns the exit code and the error.
#[cfg(unix)]
fn write_scripts(from: &Path, folder: &Path) -> (i32, String) {
    let output = dms_rule()
        .args(["plan", "orders-migration", "--output", "sh=scripts", "--from"])
        .arg(from)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    (output.status.code().unwrap(), text(&output.stderr))
}

#[cfg(unix)]
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[cfg(unix)]
#[test]
fn scripts_are_written_into_a_folder_and_none_of_an_earlier_plan_stays_there() {
    let (ready, blocked, folder) = (saved(), saved(), TempDir::new().unwrap());
    fs::remove_file(blocked.path().join("tags.json")).unwrap();
    let scripts = folder.path().join("scripts");
    assert_eq!(write_scripts(ready.path(), folder.path()), (0, String::new()));
    let all = ["1-prepare.sh", "2-move.sh", "3-delete.sh", "back.sh"];
    assert_eq!(names(&scripts), all);
    fs::write(scripts.join("back.sh"), "#!/bin/sh\n# back.sh: mine.\n").unwrap();
    assert_eq!(write_scripts(blocked.path(), folder.path()), (1, String::new()));
    assert_eq!(names(&scripts), ["1-prepare.sh", "back.sh"], "a file that is not ours is not removed");
    let refusal = fs::read_to_string(scripts.join("1-prepare.sh")).unwrap();
    assert!(refusal.ends_with("exit 1\n"), "{refusal}");
    // A file is no folder.
    let other = TempDir::new().unwrap();
    fs::write(other.path().join("scripts"), "mine").unwrap();
    let (exit, error) = write_scripts(ready.path(), other.path());
    assert_eq!(exit, 2);
    assert!(error.contains("cannot be written"), "{error}");
    assert_eq!(fs::read_to_string(other.path().join("scripts")).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn scripts_that_are_needed_to_end_a_run_stay() {
    let (ready, blocked, folder) = (saved(), saved(), TempDir::new().unwrap());
    fs::remove_file(blocked.path().join("tags.json")).unwrap();
    let scripts = folder.path().join("scripts");
    assert_eq!(write_scripts(ready.path(), folder.path()).0, 0);
    let run = scripts.join("dms-rule-orders-0");
    fs::create_dir(&run).unwrap();
    fs::write(run.join("run"), "script-0\n").unwrap();
    assert_eq!(
        write_scripts(ready.path(), folder.path()).0,
        0,
        "no task was touched, and each script is replaced"
    );
    let before = fs::read(scripts.join("1-prepare.sh")).unwrap();
    let (exit, error) = write_scripts(blocked.path(), folder.path());
    assert_eq!(exit, 2);
    assert!(error.contains("began a move") && error.contains("dms-rule-orders-0"), "{error}");
    fs::write(run.join("approved"), "yes\n").unwrap();
    assert_eq!(write_scripts(ready.path(), folder.path()).0, 2);
    assert_eq!(names(&scripts).len(), 5);
    fs::write(run.join("ended"), "yes\n").unwrap();
    assert_eq!(write_scripts(ready.path(), folder.path()).0, 0, "its move has ended");
    fs::remove_file(run.join("ended")).unwrap();
    assert_eq!(fs::read(scripts.join("1-prepare.sh")).unwrap(), before);
    fs::rename(&run, scripts.join("dms-rule-orders-0-script-0-taken-back")).unwrap();
    assert_eq!(write_scripts(blocked.path(), folder.path()).0, 1);
    assert_eq!(names(&scripts).len(), 2);
}

fn change_member(path: &Path, member: &str, value: &Value) {
    let (folder, file) = (path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap());
    change(folder, file, |saved| saved[member] = value.clone());
}

/// Returns the exit code and the JSON plan of saved responses.
fn planned(folder: &Path) -> (i32, Value) {
    let (exit, planned, _) = plan(folder, &["orders-migration"]);
    (exit, planned)
}

#[test]
fn tags_of_several_resources_in_one_response_go_to_their_own() {
    let folder = saved();
    let path = folder.path().join("tags.json");
    let before = planned(folder.path());
    let tags: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let arn = before.1["instance"]["ReplicationInstanceArn"].clone();
    let of = |arn: &Value, tag: &Value| {
        let mut tag = tag.clone();
        tag["ResourceArn"] = arn.clone();
        tag
    };
    let own: Vec<Value> = tags["TagList"].as_array().unwrap().iter().map(|tag| of(&arn, tag)).collect();
    assert!(!own.is_empty());
    let mut other = of(&json!("arn:aws:dms:eu-west-1:123456789012:rep:OTHER"), &own[0]);
    other["Value"] = "another".into();
    let write = |tags: Vec<Value>| fs::write(&path, json!({"TagList": tags}).to_string()).unwrap();
    write([own.clone(), vec![other.clone()]].concat());
    assert_eq!(planned(folder.path()), before);
    // Of these it is not known which are the instance's: as without the file.
    for tags in [vec![other.clone()], [own, vec![other, tags["TagList"][0].clone()]].concat()] {
        write(tags);
        let unknown = planned(folder.path());
        fs::remove_file(&path).unwrap();
        assert_eq!(unknown, planned(folder.path()));
        assert_ne!(unknown, before);
    }
}

#[test]
fn items_of_an_aggregator_and_empty_lists_of_items_are_read() {
    let folder = saved();
    let before = planned(folder.path());
    for empty in ["Results", "configurationItems", "BaseConfigurationItems"] {
        fs::write(folder.path().join("empty.json"), json!({(empty): []}).to_string()).unwrap();
        assert_eq!(planned(folder.path()), before, "{empty}");
    }
    let rest = json!({"BaseConfigurationItems": [], "UnprocessedResourceIdentifiers": [{"ResourceId": "x"}]});
    fs::write(folder.path().join("empty.json"), rest.to_string()).unwrap();
    let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
    assert!(exit == 2 && error.contains("UnprocessedResourceIdentifiers"), "{error}");
    let item = json!({"resourceType": "AWS::EC2::VPCEndpoint", "configuration": {"vpcEndpointId": "vpce-0"}});
    let mut read = Vec::new();
    for list in ["BaseConfigurationItems", "baseConfigurationItems"] {
        fs::write(folder.path().join("empty.json"), json!({(list): [item]}).to_string()).unwrap();
        read.push(planned(folder.path()));
    }
    assert_eq!(read[0], read[1]);
}

#[test]
fn an_instance_that_no_file_has_is_an_error_that_names_those_that_are_there() {
    let folder = saved();
    let (exit, _, error) = plan(folder.path(), &["orders"]);
    assert_eq!(exit, 2);
    assert!(error.contains("no file has the instance orders; they have: orders-migration"), "{error}");
    let (exit, _, error) = plan(folder.path(), &["arn:aws:dms:eu-west-1:123456789012:task:A"]);
    assert_eq!(exit, 2);
    assert!(error.contains("a plan is for a replication instance"), "{error}");
    let (exit, _, error) = plan(folder.path(), &["orders-migration", "--region", "us-east-1"]);
    assert_eq!(exit, 2);
    assert!(error.contains("the instance is not in us-east-1"), "{error}");
}

#[test]
fn a_flag_that_is_no_boolean_is_not_read_as_one() {
    for value in [json!("false"), json!(0), json!([])] {
        let folder = saved();
        change(folder.path(), "instances.json", |saved| {
            saved["ReplicationInstances"][0]["PubliclyAccessible"] = value.clone();
        });
        let (exit, _, error) = plan(folder.path(), &["orders-migration"]);
        assert_eq!(exit, 2, "{value}: {error}");
    }
    for value in [Value::Null, json!(false)] {
        let folder = saved();
        change(folder.path(), "instances.json", |saved| {
            saved["ReplicationInstances"][0]["PubliclyAccessible"] = value.clone();
        });
        let (exit, _, _) = plan(folder.path(), &["orders-migration"]);
        assert_eq!(exit, 1, "{value}");
    }
}

#[test]
fn the_fix_of_another_rule_has_its_commands_or_says_why_there_is_none() {
    let run = |arn: &str, rule: &str, arguments: &[&str]| {
        let output = dms_rule()
            .args(["plan", arn, "--rule", rule, "--from", "tests/plans/orders-migration"])
            .args(arguments)
            .env_clear()
            .output()
            .unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let (code, printed, error) = run(OLD, "dms-replication-instance-multi-az-enabled", &[]);
    assert_eq!(code, 0, "{error}");
    assert!(printed.contains("aws dms modify-replication-instance") && printed.contains(OLD), "{printed}");
    assert!(printed.contains("interrupts:"), "{printed}");
    let endpoint = "arn:aws:dms:eu-west-1:123456789012:endpoint:ORACLE";
    let (code, printed, error) = run(endpoint, "dms-endpoint-tagged", &["--format", "json"]);
    assert_eq!(code, 0, "{error}");
    let fix: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&fix["rule"], &fix["arn"]), (&json!("dms-endpoint-tagged"), &json!(endpoint)));
    assert!(fix["commands"][0].as_str().unwrap().starts_with("aws dms add-tags-to-resource"), "{printed}");
    let (code, _, error) = run(endpoint, "dms-replication-instance-multi-az-enabled", &[]);
    assert_eq!(code, 2);
    assert!(error.contains("is about AWS::DMS::ReplicationInstance: expected its ARN"), "{error}");
    let (code, _, error) = run(&format!("{endpoint}2"), "dms-endpoint-ssl-configured", &[]);
    assert_eq!(code, 2);
    assert!(error.contains("no file has"), "{error}");
}
