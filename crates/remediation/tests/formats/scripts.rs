//! The scripts run with an `aws` that records its arguments: hostile values run nothing, and arrive as they are.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use remediation::{Plan, formats};
use serde_json::Value;

use crate::hostile::text;
use crate::sample::{OLD, hostile, sample};

/// An `aws` that behaves like a DMS in which every call succeeds at once.
const STUB: &str = r#"#!/bin/sh
operation=$2 input='' query=''
while [ $# -gt 0 ]; do
  case $1 in
  --cli-input-json) input=$2 ;;
  --query) query=$2 ;;
  esac
  shift
done
printf '%s\n%s\n' "$operation" "$input" >>"$STUB/record"
# A script that waits for ever is not what is tested.
[ "$(wc -l <"$STUB/record")" -lt 600 ] || exit 255
task=${input#*'"Values":['}
task=${task%']}]}'}
did() { grep -qF "$1" "$STUB/$2" 2>/dev/null; }
case $operation in
create-* | stop-* | move-* | start-* | delete-* | modify-* | test-*)
  printf '%s\n' "$input" >>"$STUB/$operation" ;;
list-tags-for-resource) printf '[["%s"],[%s]]\n' "$(cat "$STUB"/scripts/dms-rule-*/run)" "$(cat "$STUB/old_json")" ;;
describe-connections) if [ -e "$STUB/failing" ]; then rm "$STUB/failing"; echo '[["failed","gone"]]'; else echo '[["successful",null]]'; fi ;;
describe-replication-instances)
  case $query in
  *'[PubliclyAccessible,'*) echo '[[false,"none","none"]]' ;;
  *'[ReplicationInstanceStatus,Publicly'*) cat "$STUB/old_facts" ;;
  *'[ReplicationInstanceClass,'*) cat "$STUB/new_facts" ;;
  *'[ReplicationInstanceArn,ReplicationInstanceStatus]') [ ! -e "$STUB/create-replication-instance" ] || printf 'arn:new\tavailable\n' ;;
  *'[AutoMinorVersionUpgrade,'*) if did '"AutoMinorVersionUpgrade":true' modify-replication-instance; then echo '[[true,"available"]]'; else echo '[[false,"available"]]'; fi ;;
  *'[ReplicationInstanceIdentifier,'*) if did '"ReplicationInstanceIdentifier"' modify-replication-instance; then printf '[[%s,"available"]]\n' "$(cat "$STUB/old_name_json")"; else echo '[["x","available"]]'; fi ;;
  *'EngineVersion || '*) [ -e "$STUB/delete-replication-instance" ] || printf 'available\t3.5.4\n' ;;
  *'[EngineVersion]') echo 3.5.4 ;;
  *) [ -e "$STUB/delete-replication-instance" ] || echo available ;;
  esac ;;
describe-replication-tasks)
  case $query in
  *'[to_string([ReplicationTaskArn,Status'*) cat "$STUB/task_facts" ;;
  *"[Status ||"*)
    on=$(cat "$STUB/old"); status=running finished=False
    did "$task" stop-replication-task && status=stopped
    case $(grep -F "$task" "$STUB/move-replication-task" 2>/dev/null | tail -n 1) in *'"arn:new"'*) on=arn:new ;; esac
    did "$task" start-replication-task && status=running
    if [ -e "$STUB/finished" ]; then status=stopped finished=True; fi
    if [ -e "$STUB/failed" ]; then status=failed; fi
    printf '%s\t%s\tnone\tTrue\t%s\n' "$status" "$on" "$finished" ;;
  esac ;;
esac
"#;

struct Run {
    folder: tempfile::TempDir,
}

impl Run {
    /// Writes the scripts of a plan that nothing blocks, and what the stub needs of its values.
    fn write(plan: &Plan) -> Self {
        let mut plan = plan.clone();
        plan.notes.retain(|note| !note.blocks());
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("scripts")).unwrap();
        let scripts = formats::shell(&plan);
        for script in &scripts {
            std::fs::write(folder.path().join("scripts").join(script.name), &script.text).unwrap();
        }
        std::fs::write(folder.path().join("aws"), STUB).unwrap();
        std::fs::set_permissions(folder.path().join("aws"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let values = scripts[0].text.split("# ---- What all").next().unwrap();
        for name in ["old", "old_json", "old_name_json", "old_facts", "new_facts", "task_facts"] {
            let script = format!("{values}\nprintf '%s\\n' \"${name}\"");
            let output =
                Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
            std::fs::write(folder.path().join(name), output.stdout).unwrap();
        }
        Self { folder }
    }

    fn run(&self, shell: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        let output = Command::new(shell)
            .args(arguments)
            .current_dir(self.folder.path().join("scripts"))
            .env("PATH", path)
            .env("STUB", self.folder.path())
            .env("DMS_RULE_PAUSE", "0")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&printed).into_owned())
    }

    /// Returns the calls of the AWS CLI: the operation and its parameters.
    fn calls(&self) -> Vec<(String, Value)> {
        let record = std::fs::read_to_string(self.folder.path().join("record")).unwrap_or_default();
        let lines: Vec<&str> = record.lines().collect();
        let call = |pair: &[&str]| (pair[0].to_owned(), serde_json::from_str(pair[1]).unwrap());
        lines.chunks(2).map(call).collect()
    }

    fn requests(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls().into_iter().filter(|(name, _)| name == operation);
        calls.map(|(_, request)| request).collect()
    }

    /// Returns the folder of the run.
    fn state(&self) -> PathBuf {
        let entries = std::fs::read_dir(self.folder.path().join("scripts")).unwrap();
        entries.map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap()
    }

    /// Returns every file of the folder.
    fn files(&self) -> Vec<PathBuf> {
        fn add(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { add(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        add(self.folder.path(), &mut files);
        files
    }
}

const PARTS: [&[&str]; 4] = [&["1-prepare.sh"], &["2-move.sh"], &["3-delete.sh", "--delete=x"], &["back.sh"]];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn a_hostile_plan_runs_nothing_but_the_aws_cli(text in text()) {
        let run = Run::write(&hostile(&text));
        for part in PARTS {
            run.run("dash", part);
        }
        prop_assert!(run.files().iter().all(|file| file.file_name().unwrap() != "PWNED"), "{:?}", run.files());
        // Requests of JSON are whole, or `calls` would panic.
        run.calls();
    }

    #[test]
    fn hostile_values_arrive_as_they_are(text in text()) {
        let mut plan = hostile(&text);
        plan.instance.replication_instance_arn = Some(OLD.to_owned());
        plan.instance.replication_instance_identifier = Some("orders".to_owned());
        let run = Run::write(&plan);
        for part in [&["1-prepare.sh"][..], &["2-move.sh"], &["3-delete.sh", "--delete=orders"]] {
            let (code, printed) = run.run("dash", part);
            prop_assert_eq!(code, Some(0), "{}", printed);
            prop_assert!(printed.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{printed:?}");
        }
        let create = &run.requests("create-replication-instance")[0];
        for (name, value) in &plan.target.parameters {
            prop_assert_eq!(&create[name], value);
        }
        let tags = create["Tags"].as_array().unwrap();
        for (key, value) in &plan.tags {
            prop_assert!(tags.iter().any(|tag| tag["Key"] == *key && tag["Value"] == *value), "{tags:?}");
        }
        let moved: Vec<Value> = run.requests("move-replication-task").iter().map(|one| one["ReplicationTaskArn"].clone()).collect();
        let planned: Vec<Value> = plan.tasks.iter().map(|task| task.arn().into()).collect();
        prop_assert_eq!(moved, planned);
        prop_assert!(run.files().iter().all(|file| file.file_name().unwrap() != "PWNED"));
    }
}

#[test]
fn a_value_that_ends_a_quotation_runs_nothing() {
    for text in [
        "q '$(touch PWNED)'q",
        "q '; touch PWNED; 'q",
        "q `touch PWNED`q",
        "q \n touch PWNED\nq",
        "q $(touch PWNED)q",
    ] {
        let run = Run::write(&hostile(text));
        for part in PARTS {
            run.run("dash", part);
        }
        assert!(run.files().iter().all(|file| file.file_name().unwrap() != "PWNED"), "{text}");
    }
}

#[test]
fn every_shell_runs_the_scripts_alike() {
    for shell in ["dash", "bash"] {
        let run = Run::write(&sample());
        let (code, printed) = run.run(shell, &["1-prepare.sh"]);
        assert_eq!(code, Some(0), "{printed}");
        assert_eq!(run.requests("stop-replication-task").len(), 0);
        for part in [&["2-move.sh"][..], &["3-delete.sh", "--delete=orders-migration"]] {
            let (code, printed) = run.run(shell, part);
            assert_eq!(code, Some(0), "{printed}");
        }
        let calls: Vec<String> = run.calls().into_iter().map(|(operation, _)| operation).collect();
        let first = |operation: &str| calls.iter().position(|call| call == operation).unwrap();
        let last = |operation: &str| calls.iter().rposition(|call| call == operation).unwrap();
        assert!(last("test-connection") < first("stop-replication-task"));
        assert!(last("start-replication-task") < first("delete-replication-instance"));
    }
}

#[test]
fn an_endpoint_whose_last_test_failed_is_tested_again_before_a_task_is_moved() {
    let run = Run::write(&sample());
    assert_eq!(run.run("dash", &["1-prepare.sh"]).0, Some(0));
    std::fs::write(run.state().join("approved"), "yes\n").unwrap();
    std::fs::write(run.folder.path().join("failing"), "").unwrap();
    let (code, printed) = run.run("dash", &["2-move.sh"]);
    assert_eq!(code, Some(0), "{printed}");
    assert_eq!(run.requests("test-connection").len(), sample().endpoints.len() + 1);
    let calls: Vec<String> = run.calls().into_iter().map(|(operation, _)| operation).collect();
    let last_test = calls.iter().rposition(|call| call == "test-connection");
    assert!(last_test < calls.iter().position(|call| call == "move-replication-task"));
}

#[test]
fn a_task_whose_load_ended_by_itself_is_moved_and_not_started() {
    let run = Run::write(&sample());
    assert_eq!(run.run("dash", &["1-prepare.sh"]).0, Some(0));
    std::fs::write(run.state().join("approved"), "yes\n").unwrap();
    std::fs::write(run.folder.path().join("finished"), "").unwrap();
    let text = std::fs::read_to_string(run.folder.path().join("scripts/2-move.sh")).unwrap();
    for marker in text.split('\'').filter(|word| word.starts_with("task-")) {
        std::fs::write(run.state().join(format!("{marker}.open")), "").unwrap();
    }
    let (code, printed) = run.run("dash", &["2-move.sh"]);
    assert_eq!(code, Some(0), "{printed}");
    assert_eq!(run.requests("move-replication-task").len(), 3);
    assert_eq!(run.requests("start-replication-task").len(), 0);
    assert!(run.files().iter().all(|file| file.extension().is_none_or(|ending| ending != "open")));
}

#[test]
fn a_task_that_failed_after_the_move_keeps_the_old_instance() {
    let run = Run::write(&sample());
    for part in &PARTS[..2] {
        let (code, printed) = run.run("sh", part);
        assert_eq!(code, Some(0), "{part:?}: {printed}");
    }
    let delete = format!("--delete={}", sample().instance.identifier());
    std::fs::write(run.folder.path().join("failed"), "").unwrap();
    let (code, printed) = run.run("sh", &["3-delete.sh", &delete]);
    assert_ne!(code, Some(0), "{printed}");
    assert!(printed.contains("failed on the new instance"), "{printed}");
    assert_eq!(run.requests("delete-replication-instance").len(), 0);
    std::fs::remove_file(run.folder.path().join("failed")).unwrap();
    let (code, printed) = run.run("sh", &["3-delete.sh", &delete]);
    assert_eq!(code, Some(0), "{printed}");
}

#[test]
fn the_way_back_that_was_begun_closes_the_way_forward_while_there_is_one() {
    let run = Run::write(&sample());
    assert_eq!(run.run("dash", &["1-prepare.sh"]).0, Some(0));
    std::fs::write(run.state().join("back"), "yes\n").unwrap();
    let (code, printed) = run.run("dash", &["2-move.sh"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("the way back was begun"), "{printed}");
    // The old instance is gone.
    std::fs::write(run.folder.path().join("delete-replication-instance"), "").unwrap();
    let (code, printed) = run.run("dash", &["back.sh"]);
    assert_eq!(code, Some(1));
    assert!(printed.contains("there is no way back: the old instance no longer exists"), "{printed}");
    std::fs::write(run.state().join("approved"), "yes\n").unwrap();
    let (code, printed) = run.run("dash", &["2-move.sh"]);
    assert_eq!(code, Some(0), "{printed}");
}

#[test]
fn a_blocked_plan_has_a_script_that_calls_nothing() {
    let mut plan = sample();
    plan.notes.push(remediation::Note::new(
        remediation::Weight::Blocks,
        "quota",
        "a'b",
        "no room".to_owned(),
        "ask".to_owned(),
    ));
    let scripts = formats::shell(&plan);
    assert_eq!(scripts.len(), 1);
    assert!(!scripts[0].text.contains("aws"), "{}", scripts[0].text);
    let output = Command::new("sh").args(["-c", &scripts[0].text]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a'b: no room; ask"));
}
