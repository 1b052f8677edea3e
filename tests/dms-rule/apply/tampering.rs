//! A plan that was changed after it was made, or damaged, is not applied.

use remediation::{Choices, Plan};
use serde_json::{Value, json};

use super::cloud::{Cloud, task_arn};

const ALL: [&str; 2] = ["--yes-until", "renamed"];

/// Writes the plan with a change, applies it and returns what was printed. Fails unless it was rejected before any call.
fn rejected(cloud: &Cloud, document: &str) -> String {
    std::fs::write(cloud.plan_file(), document).unwrap();
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(
        printed.to_lowercase().contains("make a new plan") || printed.contains("not a plan"),
        "{printed}"
    );
    assert!(cloud.aws.calls().is_empty(), "{printed}");
    assert_eq!(cloud.journal(), "");
    printed
}

fn document(plan: &Plan) -> Value {
    serde_json::from_str(&remediation::formats::json(plan).unwrap()).unwrap()
}

#[test]
fn a_plan_that_lacks_a_member_or_has_another_is_rejected_before_any_call() {
    let cloud = Cloud::start();
    let whole = document(&cloud.plan(&Choices::default()));
    for name in ["accountId", "tags", "endpoints", "owner", "choices", "notes", "tasks", "ready", "steps"] {
        let mut document = whole.clone();
        document.as_object_mut().unwrap().remove(name).unwrap();
        let printed = rejected(&cloud, &document.to_string());
        assert!(printed.contains(&format!("{name}: ")), "{name}: {printed}");
    }
    for (pointer, name, words) in [
        ("/target", "parameters", "missing field `parameters`"),
        ("/choices", "managed", "choices.managed: missing"),
        ("/instance", "MultiAZ", "target.parameters.MultiAZ"),
        ("/tasks/2", "Status", "notes: task-busy is missing"),
        ("/tasks/0", "ReplicationTaskArn", "notes: task-incomplete is missing"),
        ("/endpoints/0", "engine", "endpoints.0.engine: missing"),
    ] {
        let mut document = whole.clone();
        document.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        let printed = rejected(&cloud, &document.to_string());
        assert!(printed.contains(words), "{pointer}/{name}: {printed}");
    }
    let twice = whole.to_string().replacen("\"region\"", "\"region\": \"eu-west-1\", \"region\"", 1);
    assert!(rejected(&cloud, &twice).contains("gives the member region twice"));
}

#[test]
fn a_plan_with_another_value_is_rejected_before_any_call() {
    let cloud = Cloud::start();
    let whole = document(&cloud.plan(&Choices::default()));
    let elsewhere = "arn:aws:dms:eu-west-2:123456789012:rep:OLDINSTANCE";
    for (pointer, value, words) in [
        (
            "/instance/ReplicationInstanceIdentifier",
            json!("other"),
            "target.identifier: the facts lead to other-private",
        ),
        ("/instance/ReplicationInstanceArn", json!(elsewhere), "region: the instance is in another one"),
        ("/instance/ReplicationInstanceArn", json!("garbage"), "notes: arn-odd is missing"),
        ("/instance/PubliclyAccessible", json!(false), "notes: already-private is missing"),
        ("/instance/PubliclyAccessible", json!("false"), "invalid type"),
        (
            "/instance/EngineVersion",
            json!("3.5.3"),
            "target.parameters.EngineVersion: the facts lead to \"3.5.3\"",
        ),
        ("/instance/ReplicationSubnetGroup/IsReadOnly", json!(true), "notes: zero-etl is missing"),
        ("/instance/ReplicationInstanceStatus", json!("modifying"), "notes: not-available is missing"),
        ("/target/identifier", json!("other"), "target.identifier: the facts lead to orders-private"),
        ("/target/identifier", json!("orders"), "target.identifier: the facts lead to orders-private"),
        ("/target/parameters/PubliclyAccessible", json!(true), "PubliclyAccessible: the facts lead to false"),
        (
            "/target/parameters/PubliclyAccessible",
            json!("false"),
            "PubliclyAccessible: the facts lead to false",
        ),
        ("/target/parameters/PubliclyAccessible", Value::Null, "PubliclyAccessible: the facts lead to false"),
        ("/target/parameters/Tags", json!([]), "target.parameters.Tags: the facts do not lead to it"),
        ("/target/parameters/VpcSecurityGroupIds", json!(["sg-2"]), "target.parameters.VpcSecurityGroupIds"),
        ("/tags/dms-rule:managed-by", json!("terraform"), "owner: the tags name another one"),
        ("/tags/dms-rule:run", json!("other"), "tags.dms-rule:run: such a tag is not copied"),
        ("/owner", json!({"kind": "terraform"}), "managed: the owner contradicts it"),
        ("/choices/name", json!("orders"), "target.identifier: the facts lead to orders"),
        ("/choices/reload", json!("yes"), "invalid type"),
        (
            "/tasks/0/ReplicationTaskArn",
            json!("arn:aws:dms:eu-west-1:999999999999:task:READY"),
            "notes: arn-odd",
        ),
        ("/tasks/0/ReplicationTaskArn", json!(task_arn("RUNNING")), "notes: task-twice is missing"),
        ("/tasks/0/SourceEndpointArn", json!("arn:aws:dms:eu-west-1:123456789012:rep:X"), "notes: arn-odd"),
        ("/tasks/0/ReplicationInstanceArn", json!(elsewhere), "notes: task-incomplete is missing"),
        ("/tasks/0/Status", json!("moving"), "notes: task-busy is missing"),
        ("/tasks/0/Status", json!("stopped"), "the facts do not lead to task-ready"),
        ("/tasks", json!([]), "endpoints: they are not those of the tasks"),
        ("/endpoints", json!([]), "endpoints: they are not those of the tasks"),
        ("/notes", json!([]), "notes: owner-not-seen is missing"),
        ("/accountId", json!("999999999999"), "accountId: the instance is in another account"),
        ("/region", json!("eu-west-2"), "region: the instance is in another one"),
        ("/ready", json!(false), "ready: the notes contradict it"),
        ("/force", json!(true), "force: no plan has it"),
    ] {
        let mut document = whole.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = document.pointer_mut(parent).unwrap();
        match parent {
            Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
            parent => parent[name] = value,
        }
        let printed = rejected(&cloud, &document.to_string());
        assert!(printed.contains(words), "{pointer}: {printed}");
    }
}

#[test]
fn a_text_of_a_plan_or_a_journal_hides_nothing() {
    let cloud = Cloud::start();
    let hostile = "x\u{1b}[2J\u{202e}y\u{200b}z\u{2066}\u{ad}\nNext: rm -r /";
    let is_hidden = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}\u{2066}\u{ad}".contains(c));
    let whole = document(&cloud.plan(&Choices::default()));
    for pointer in ["/target/identifier", "/owner/kind", "/region"] {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap() = json!(hostile);
        let printed = rejected(&cloud, &document.to_string());
        assert!(!printed.contains(is_hidden), "{pointer}: {printed:?}");
        assert!(!printed.contains("\nNext: rm"), "{pointer}: {printed}");
    }
    let mut blocked = cloud.plan(&Choices::default());
    blocked.notes.push(remediation::Note::new(
        remediation::Weight::Blocks,
        "task-busy",
        hostile,
        hostile.to_owned(),
        hostile.to_owned(),
    ));
    cloud.write_plan(&blocked);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains(r"x\u{1b}[2J\u{202e}y\u{200b}z\u{2066}\u{ad}\nNext"), "{printed}");
    assert!(!printed.contains(is_hidden) && !printed.contains("\nNext: rm"), "{printed:?}");

    let entry =
        json!({"time": "t", "entry": "run", "run": "r", "instance": hostile, "target": hostile, "plan": "p"});
    std::fs::write(cloud.folder.path().join("plan.json.journal.jsonl"), format!("{entry}\n")).unwrap();
    cloud.write_plan(&cloud.plan(&Choices::default()));
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("the journal is of a run for x"), "{printed}");
    assert!(!printed.contains(is_hidden) && !printed.contains("\nNext: rm"), "{printed:?}");
}

#[test]
fn a_plan_of_an_earlier_version_with_which_a_run_was_approved_is_gone_on_with() {
    let cloud = Cloud::start();
    let plan = cloud.plan(&Choices::default());
    let (code, printed) = cloud.apply(&["--yes-until", "approved"]);
    assert_eq!(code, 0, "{printed}");
    // As if this version knew of a note that the one that made the plan did not know.
    let mut earlier = plan.clone();
    earlier.notes.retain(|note| note.code != "task-ready");
    let journal = cloud.journal().replace(&digest(&plan), &digest(&earlier));
    cloud.write_plan(&earlier);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    std::fs::write(cloud.folder.path().join("plan.json.journal.jsonl"), journal).unwrap();
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

/// Returns the checksum of a plan as the journal has it.
fn digest(plan: &Plan) -> String {
    let bytes = serde_json::to_vec(plan).unwrap();
    data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(bytes))
}
