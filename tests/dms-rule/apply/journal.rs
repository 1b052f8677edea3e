//! The journal of a run: what is known of it after a kill.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use remediation::Choices;
use serde_json::Value;

use super::cloud::{Cloud, outcome, task_arn};

const ALL: [&str; 2] = ["--yes-until", "renamed"];

fn file(cloud: &Cloud) -> PathBuf {
    cloud.folder.path().join("plan.json.journal.jsonl")
}

fn append(cloud: &Cloud, text: &str) {
    OpenOptions::new().append(true).open(file(cloud)).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn the_journal_has_each_stop_before_its_call_and_the_snapshot_before_all() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    let entries: Vec<Value> =
        cloud.journal().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let position = |wanted: &dyn Fn(&Value) -> bool| entries.iter().position(wanted).unwrap();
    let entry = |name: &'static str| position(&move |entry: &Value| entry["entry"] == name);
    let call = |name: &'static str| {
        position(&move |entry: &Value| entry["entry"] == "call" && entry["operation"] == name)
    };
    assert_eq!(entry("run"), 0);
    assert!(entry("snapshot") < call("MoveReplicationTask"));
    assert!(entry("open") < call("StopReplicationTask"));
    assert!(call("StartReplicationTask") < entry("closed"));
    assert_eq!(entry("end"), entries.len() - 1);
    let snapshot = &entries[entry("snapshot")];
    assert_eq!(snapshot["tasks"].as_array().unwrap().len(), 3);
    assert!(snapshot["tableStatistics"].get(task_arn("RUNNING")).is_some(), "{snapshot}");
    assert!(entries.iter().all(|entry| entry["time"].as_str().unwrap().ends_with('Z')));
    let credentials = cloud.aws.credentials(super::cloud::ACCOUNT);
    for secret in [credentials.secret_access_key, credentials.session_token] {
        assert!(!cloud.journal().contains(&secret) && !printed.contains(&secret));
    }
}

#[test]
fn a_last_line_that_a_kill_cut_off_is_dropped_and_the_run_goes_on() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "reachable"]);
    // The entry was not written whole, so its stop was never requested: the task is not this run's to start.
    let whole =
        format!(r#"{{"time":"2026-11-27T00:00:00Z","entry":"open","task":"{}"}}"#, task_arn("STOPPED"));
    for torn in ["{", whole.split_at(40).0, whole.split_at(whole.len() - 1).0, "\u{0}\u{0}"] {
        append(&cloud, torn);
        let (code, printed) = cloud.apply(&["--yes-until", "reachable"]);
        assert_eq!(code, 0, "{printed}");
        assert!(!cloud.journal().contains("open"), "{}", cloud.journal());
    }
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
    cloud.assert_safe("torn");
}

#[test]
fn a_last_line_that_lacks_its_line_end_alone_is_kept() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "approved"]);
    // A run stopped the task, and the line end of the entry before its call was lost. Without the entry, somebody else would
    // have stopped it.
    let entry =
        |words: &str| format!(r#"{{"time":"2026-11-27T00:00:00Z",{words}"{}"}}"#, task_arn("RUNNING"));
    let open = entry(r#""entry":"open","task":"#);
    let call = entry(r#""entry":"call","operation":"StopReplicationTask","subject":"#);
    append(&cloud, &format!("{open}\n{call}"));
    cloud.change(|account| {
        let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
        tasks.iter_mut().find(|task| task["Status"] == "running").unwrap()["Status"] = "stopped".into();
    });
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    assert!(cloud.journal().contains(&format!("{open}\n{call}\n")), "{}", cloud.journal());
    cloud.assert_done();
    // One that is JSON and no entry was not cut off.
    append(&cloud, r#"{"time":"t","entry":"other"}"#);
    let before = cloud.journal();
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("is not an entry of a journal"), "{printed}");
    assert_eq!(cloud.journal(), before);
}

#[test]
fn a_journal_that_is_not_whole_in_another_way_is_rejected_and_kept() {
    for odd in ["\n", "{}\n", "odd\n", "{\"time\":\"t\",\"entry\":\"other\"}\n", "\u{0}\u{0}\n"] {
        let cloud = Cloud::start();
        cloud.apply(&["--yes-until", "reachable"]);
        append(&cloud, odd);
        let (before, calls) = (cloud.journal(), cloud.calls("DescribeReplicationInstances").len());
        let (code, printed) = cloud.apply(&ALL);
        assert_eq!(code, 2, "{odd:?}: {printed}");
        assert!(printed.contains("is not an entry of a journal"), "{printed}");
        assert_eq!((cloud.journal(), cloud.calls("DescribeReplicationInstances").len()), (before, calls));
    }
    let cloud = Cloud::start();
    std::fs::write(file(&cloud), "{\"time\":\"t\",\"entry\":\"turnBack\"}\n").unwrap();
    assert_eq!(cloud.apply(&ALL).0, 2);
}

#[test]
fn a_journal_that_another_process_has_is_not_used() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "reachable"]);
    let held = File::open(file(&cloud)).unwrap();
    held.lock().unwrap();
    let before = cloud.calls("DescribeReplicationInstances").len();
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("another `dms-rule apply` uses this journal now"), "{printed}");
    assert_eq!(cloud.calls("DescribeReplicationInstances").len(), before);
    drop(held);
    assert_eq!(cloud.apply(&ALL).0, 0);
}

#[test]
fn nothing_is_taken_back_without_a_journal() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&["--back"]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("there is no journal"), "{printed}");
    assert!(!file(&cloud).exists());
}

#[test]
fn a_newer_plan_is_taken_only_before_the_tasks_are_touched() {
    let newer = Choices { rename: true, ..Choices::default() };
    for (state, wanted) in [("reachable", 0), ("approved", 2), ("verified", 2)] {
        let cloud = Cloud::start();
        let plan = cloud.plan(&newer);
        cloud.apply(&["--yes-until", state]);
        cloud.write_plan(&plan);
        let (code, printed) = cloud.apply(&ALL);
        assert_eq!(code, wanted, "{state}: {printed}");
        if wanted == 0 {
            cloud.assert_done();
        } else {
            assert!(printed.contains("was approved with another plan"), "{printed}");
        }
    }
    let cloud = Cloud::start();
    let other = cloud.plan(&Choices { name: Some("other".to_owned()), ..Choices::default() });
    cloud.apply(&["--yes-until", "reachable"]);
    cloud.write_plan(&other);
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("the journal is of a run for"), "{printed}");
}

#[test]
fn a_journal_that_cannot_be_written_ends_the_run_before_the_call() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&["--yes-until", "renamed", "--journal", "/dev/full"]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("/dev/full: not a file"), "{printed}");
    let plain = cloud.command(&ALL);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]) // half a kilobyte, or one
        .arg(plain.get_program())
        .args(plain.get_args())
        .envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(plain.get_current_dir().unwrap());
    let (code, printed) = outcome(&limited.output().unwrap());
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("plan.json.journal.jsonl: ") && printed.contains("mend the cause"), "{printed}");
    assert_eq!(cloud.calls("StopReplicationTask").len() + cloud.calls("MoveReplicationTask").len(), 0);
    // The line that was written in part is dropped.
    let (code, printed) = cloud.apply(&ALL);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}
