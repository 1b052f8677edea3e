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
if [ -e "$STUB/error-$operation" ]; then
  cat "$STUB/error-$operation" >&2
  exit 254
fi
if [ -e "$STUB/kill-$operation" ]; then
  rm "$STUB/kill-$operation"
  kill -9 "$PPID"
  exit 1
fi
case $operation in
delete-*)
  printf '%s\n' "$input" >>"$STUB/$operation"
  case $input in *'"arn:new"'*) : >"$STUB/is-taken-back" ;; esac ;;
create-* | stop-* | move-* | start-* | modify-* | test-*)
  printf '%s\n' "$input" >>"$STUB/$operation" ;;
list-tags-for-resource) printf '[["%s"],[%s]]\n' "$(cat "$STUB"/scripts/dms-rule-*/run)" "$(cat "$STUB/old_json")" ;;
describe-connections) if [ -e "$STUB/failing" ]; then rm "$STUB/failing"; echo '[["failed","gone"]]'; else echo '[["successful",null]]'; fi ;;
describe-replication-instances)
  case $query in
  *'[PubliclyAccessible,'*) echo '[[false,"none","none"]]' ;;
  *'[ReplicationInstanceStatus,Publicly'*) cat "$STUB/old_facts" ;;
  *'[ReplicationInstanceClass,'*) cat "$STUB/new_facts" ;;
  *'[ReplicationInstanceArn,ReplicationInstanceStatus]')
    [ ! -e "$STUB/create-replication-instance" ] || [ -e "$STUB/is-taken-back" ] || printf 'arn:new\tavailable\n'
    # A creation that was requested before comes into effect after as many requests as the file has lines.
    if [ -e "$STUB/late-create" ]; then
      sed -i 1d "$STUB/late-create"
      [ -s "$STUB/late-create" ] || mv "$STUB/late-create" "$STUB/create-replication-instance"
    fi ;;
  *"[ReplicationInstanceArn || 'unknown',"*)
    [ -e "$STUB/delete-replication-instance" ] || printf '%s\tavailable\n' "$(cat "$STUB/old")"
    printf 'arn:new\tavailable\n' ;;
  *'[AutoMinorVersionUpgrade,'*) if did '"AutoMinorVersionUpgrade":true' modify-replication-instance; then echo '[[true,"available"]]'; else echo '[[false,"available"]]'; fi ;;
  *'[ReplicationInstanceIdentifier,'*) if did '"ReplicationInstanceIdentifier"' modify-replication-instance; then printf '[[%s,"available"]]\n' "$(cat "$STUB/old_name_json")"; else echo '[["x","available"]]'; fi ;;
  *'EngineVersion || '*) [ -e "$STUB/delete-replication-instance" ] || printf 'available\t3.5.4\n' ;;
  *'[EngineVersion]') echo 3.5.4 ;;
  *) [ -e "$STUB/delete-replication-instance" ] || echo available ;;
  esac ;;
describe-replication-tasks)
  case $query in
  *'to_string([ReplicationTaskArn,Status'*)
    if [ -e "$STUB/listed" ]; then cat "$STUB/listed"; fi
    on=$(cat "$STUB/old")
    if [ -e "$STUB/move-replication-task" ]; then on=arn:new; fi
    while read -r facts; do printf '%s\tnone\tstopped\t%s\n' "$on" "$facts"; done <"$STUB/task_facts" ;;
  *"[Status ||"*)
    on=$(cat "$STUB/old"); status=running finished=False
    did "$task" stop-replication-task && status=stopped
    case $(grep -F "$task" "$STUB/move-replication-task" 2>/dev/null | tail -n 1) in *'"arn:new"'*) on=arn:new ;; esac
    did "$task" start-replication-task && status=running
    if [ -e "$STUB/finished" ]; then status=stopped finished=True; fi
    if [ -e "$STUB/failed" ]; then status=failed; fi
    if [ -e "$STUB/status" ]; then status=$(cat "$STUB/status"); fi
    printf '%s\t%s\tnone\tTrue\t%s\t%s\n' "$status" "$on" "$finished" "$(cat "$STUB/broken" 2>/dev/null || echo False)"
    # A stop that was requested before comes into effect only now.
    if [ -e "$STUB/late" ]; then mv "$STUB/late" "$STUB/stop-replication-task"; fi ;;
  *LastFailureMessage*) echo '[["Stop Reason FATAL_ERROR","the log is gone"]]' ;;
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

    /// Writes the scripts, and runs the first parts.
    fn begun(plan: &Plan, parts: usize) -> Self {
        let run = Self::write(plan);
        for part in &PARTS[..parts] {
            let (code, printed) = run.run("dash", part);
            assert_eq!(code, Some(0), "{part:?}: {printed}");
        }
        run
    }

    /// Writes a file that the stub reads.
    fn set(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn unset(&self, name: &str) {
        std::fs::remove_file(self.folder.path().join(name)).unwrap();
    }

    /// Deletes the old instance, and returns what was printed. The exit code and the request must agree.
    fn delete(&self) -> (Option<i32>, String) {
        let before = self.requests("delete-replication-instance").len();
        let (code, printed) = self.run("dash", &["3-delete.sh", "--delete=orders-migration"]);
        let requests = self.requests("delete-replication-instance").len() - before;
        assert_eq!(requests, usize::from(code == Some(0)), "{printed}");
        (code, printed)
    }

    /// Returns the names of the markers of tasks, which the scripts use.
    fn markers(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path().join("scripts/2-move.sh")).unwrap();
        let words = text.split("each_task_back()").next().unwrap().split('\'');
        words.filter(|word| word.starts_with("task-")).map(str::to_owned).collect()
    }

    /// Marks every task with each ending.
    fn mark(&self, endings: &[&str]) {
        for marker in self.markers() {
            for ending in endings {
                std::fs::write(self.state().join(format!("{marker}.{ending}")), "x\n").unwrap();
            }
        }
    }

    /// Counts the files of an ending, wherever they are.
    fn count(&self, ending: &str) -> usize {
        self.files().iter().filter(|file| file.extension().is_some_and(|other| other == ending)).count()
    }

    fn unmark(&self) {
        for file in self.files() {
            if file
                .extension()
                .is_some_and(|ending| ["open", "closed", "requested"].iter().any(|one| ending == *one))
            {
                std::fs::remove_file(file).unwrap();
            }
        }
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
    run.mark(&["open", "requested"]);
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

/// Returns the sample with one status of all tasks.
fn all(status: &str) -> Plan {
    let mut plan = sample();
    for task in &mut plan.tasks {
        task.status = Some(status.to_owned());
    }
    plan
}

#[test]
fn a_failed_task_keeps_the_old_instance_unless_it_had_failed_before_and_was_never_touched() {
    let run = Run::begun(&sample(), 2);
    run.set("status", "failed\n");
    for marks in [&["open", "requested"][..], &["open"], &["closed"], &[]] {
        run.unmark();
        run.mark(marks);
        let (code, printed) = run.delete();
        assert_eq!(code, Some(1), "{marks:?}");
        assert!(printed.contains("failed on the new instance"), "{marks:?}: {printed}");
        assert!(printed.contains("the log is gone"), "{printed}");
    }
    for (marks, code) in [(&["open"][..], 1), (&["closed"], 1), (&[], 0)] {
        let run = Run::begun(&all("failed"), 1);
        run.set("status", "failed\n");
        assert_eq!(run.run("dash", &["2-move.sh"]).0, Some(0));
        run.mark(marks);
        assert_eq!(run.delete().0, Some(code), "{marks:?}");
    }
}

#[test]
fn a_task_that_dms_stopped_for_an_error_keeps_the_old_instance() {
    let run = Run::begun(&sample(), 2);
    run.set("status", "stopped\n");
    run.set("broken", "True\n");
    for marks in [&["closed"][..], &["open", "requested"], &[]] {
        run.unmark();
        run.mark(marks);
        let (code, printed) = run.delete();
        assert_eq!(code, Some(1), "{marks:?}");
        assert!(printed.contains("DMS stopped the task") && printed.contains("FATAL_ERROR"), "{printed}");
    }
    run.mark(&["closed"]);
    run.set("broken", "False\n");
    assert_eq!(run.delete().0, Some(0), "a person may stop a task that was moved");
    let run = Run::begun(&all("stopped"), 1);
    run.set("status", "stopped\n");
    run.set("broken", "True\n");
    assert_eq!(run.run("dash", &["2-move.sh"]).0, Some(0));
    assert_eq!(run.delete().0, Some(0), "it was at rest before, and stays so");
}

#[test]
fn the_reasons_of_a_failure_are_those_that_dms_documents() {
    let text = &formats::shell(&sample())[2].text;
    for reason in [
        "RECOVERABLE_ERROR",
        "FATAL_ERROR",
        "EXPRESS_LICENSE_LIMITS_REACHED",
        "STOPPED_DUE_TO_LOW_MEMORY",
        "STOPPED_DUE_TO_LOW_DISK",
    ] {
        assert!(text.contains(&format!("contains(StopReason || '','{reason}')")), "{reason}");
    }
}

#[test]
fn a_task_that_may_be_on_the_old_instance_or_comes_to_it_keeps_it() {
    let rows = [
        "unknown\tnone\trunning\t[\"X\"]".to_owned(),
        "None\tnone\tstopped\t[\"X\"]".to_owned(),
        format!("{}\tnone\tstopped\t[\"X\"]", OLD.to_lowercase()),
        format!(" {OLD}\tnone\tstopped\t[\"X\"]"),
        format!("arn:third\t{OLD}\tmoving\t[\"X\"]"),
        format!("arn:third\t{}\tmoving\t[\"X\"]", OLD.to_lowercase()),
        "arn:third\tunknown\tmoving\t[\"X\"]".to_owned(),
        format!("{OLD}\tnone\tstopped\t[\"X\"]"),
    ];
    let before = Run::write(&sample());
    let run = Run::begun(&sample(), 2);
    for row in rows {
        for run in [&before, &run] {
            run.set("listed", format!("{row}\n"));
        }
        let (code, printed) = before.run("dash", &["1-prepare.sh"]);
        assert_eq!(code, Some(1), "{row}");
        assert!(printed.contains("[\"X\"]"), "{printed}");
        let (code, printed) = run.delete();
        assert_eq!(code, Some(1), "{row}");
        assert!(
            printed.contains("a task is still on the old instance") && printed.contains("[\"X\"]"),
            "{printed}"
        );
    }
    assert_eq!(before.requests("create-replication-instance").len(), 0);
    let filters = before.requests("describe-replication-tasks");
    assert!(filters.iter().all(|request| *request == serde_json::json!({})), "{filters:?}");
    for run in [&before, &run] {
        run.set("listed", format!("arn:third\tnone\tstopped\t[]\narn:third\tarn:new\tmoving\t[]\narn:third\t{OLD}\tfailed-move\t[]\n"));
    }
    assert_eq!(before.run("dash", &["1-prepare.sh"]).0, Some(0));
    assert_eq!(run.delete().0, Some(0));
}

#[test]
fn only_a_task_of_which_a_stop_was_requested_is_started() {
    for (marks, starts) in [(&["open"][..], 0), (&["open", "requested"], 3)] {
        let run = Run::begun(&sample(), 1);
        std::fs::write(run.state().join("approved"), "yes\n").unwrap();
        run.mark(marks);
        let stopped: Vec<String> = sample().tasks.iter().map(|task| format!("\"{}\"", task.arn())).collect();
        run.set("stop-replication-task", stopped.join("\n"));
        let (code, printed) = run.run("dash", &["2-move.sh"]);
        assert_eq!(code, Some(0), "{printed}");
        assert_eq!(run.requests("start-replication-task").len(), starts, "{marks:?}: {printed}");
        assert_eq!(run.requests("move-replication-task").len(), 3);
        assert_eq!((run.count("open"), run.count("requested"), run.count("closed")), (0, 0, 3));
        assert_eq!(printed.contains("it is not started"), starts == 0, "{printed}");
    }
}

#[test]
fn a_stop_is_marked_before_its_call_and_unmarked_only_if_the_first_one_was_rejected() {
    let rejected = "\nAn error occurred (InvalidResourceStateFault) when calling the StopReplicationTask operation: no\n";
    for (killed, error, requested) in [
        (false, rejected, 0),
        (
            false,
            "\naws: [ERROR]: An error occurred (ThrottlingException) when calling the StopReplicationTask operation (reached max retries: 0): no\n",
            0,
        ),
        (true, rejected, 1),
        (false, "\nConnection was closed before we received a valid response\n", 1),
        (
            false,
            "\nAn error occurred (InternalFailure) when calling the StopReplicationTask operation: An error occurred (InvalidResourceStateFault) when calling the StopReplicationTask operation: no\n",
            1,
        ),
    ] {
        let run = Run::begun(&sample(), 1);
        if killed {
            run.set("kill-stop-replication-task", "");
            assert_eq!(run.run("dash", &["2-move.sh"]).0, None);
            assert_eq!((run.count("open"), run.count("requested")), (1, 1));
        }
        run.set("error-stop-replication-task", error);
        let (code, printed) = run.run("dash", &["2-move.sh"]);
        assert_eq!(code, Some(1), "{printed}");
        assert!(printed.contains("was not stopped"), "{printed}");
        assert_eq!((run.count("open"), run.count("requested")), (1, requested), "{error}");
        run.unset("error-stop-replication-task");
        let (code, printed) = run.run("dash", &["2-move.sh"]);
        assert_eq!(code, Some(0), "{printed}");
        assert_eq!(run.requests("start-replication-task").len(), 3);
        assert_eq!((run.count("open"), run.count("requested")), (0, 0));
    }
}

#[test]
fn a_stop_that_comes_into_effect_on_the_way_back_is_undone() {
    let run = Run::begun(&sample(), 1);
    run.unset("create-replication-instance");
    std::fs::write(run.state().join("approved"), "yes\n").unwrap();
    run.mark(&["open", "requested"]);
    // The task that is observed first runs then, and is stopped later.
    let first = sample().tasks.last().unwrap().arn().to_owned();
    run.set("late", format!("\"{first}\"\n"));
    let (code, printed) = run.run("dash", &["back.sh"]);
    assert_eq!(code, Some(0), "{printed}");
    let starts = run.requests("start-replication-task");
    assert_eq!(starts.len(), 1, "{printed}");
    assert_eq!(starts[0]["ReplicationTaskArn"], first);
    assert_eq!((run.count("open"), run.count("closed")), (0, 3), "{printed}");
}

#[test]
fn an_error_that_quotes_another_is_not_read_as_nothing() {
    let fault = |code: &str, operation: &str| {
        format!("An error occurred ({code}) when calling the {operation} operation: ")
    };
    let missing = fault("ResourceNotFoundFault", "DescribeReplicationTasks");
    let denied = fault("AccessDeniedFault", "DescribeReplicationTasks");
    for (error, is_nothing) in [
        (format!("\n{missing}none\n"), true),
        (format!("\naws: [ERROR]: {missing}none\n\nAdditional error details:\n"), true),
        (format!("a warning of Python\n\n{missing}none\n"), true),
        (format!("\n{}", missing.replace(": ", " (reached max retries: 0): none\n")), true),
        (format!("\n{denied}{missing}\n"), false),
        (format!("\n{denied}\n{missing}\n"), false),
        (format!("\nx {missing}\n"), false),
        (format!("\n{}\n", fault("ResourceNotFoundFault", "DescribeReplicationInstances")), false),
        (format!("\n{}{missing}\n", fault("ResourceNotFoundFault", "AssumeRole")), false),
        (format!("\nAn error occurred (NoRegion): {missing}\n"), false),
        (String::new(), false),
    ] {
        let run = Run::begun(&sample(), 2);
        run.set("error-describe-replication-tasks", &error);
        let (code, printed) = run.delete();
        assert_eq!(code == Some(0), is_nothing, "{error}: {printed}");
        assert_eq!(printed.contains("nothing is known"), !is_nothing, "{error}: {printed}");
    }
}

#[test]
fn an_error_of_the_aws_cli_does_not_control_the_terminal() {
    let run = Run::write(&sample());
    let mut error = "\u{e9}\u{20ac}\u{1b}[2J\u{7}\u{9b}2J\u{80}\u{9f}\u{200b}\u{200f}\u{2028}\u{202a}\u{202e}\u{2066}\u{2069}\u{2027}end"
        .as_bytes()
        .to_vec();
    // Bytes that a removal would join.
    error.extend(b"\xc2\x07\x80 \xc2\xc2\x9b\x9b \xe2\x80\xe2\x80\xae\xae");
    run.set("error-describe-replication-instances", error);
    for shell in [&["dash"][..], &["bash"], &["busybox", "sh"]] {
        let Some((shell, arguments)) = shell.split_first() else { continue };
        if Command::new(shell).arg("--help").output().is_err() && *shell == "busybox" {
            continue;
        }
        let (code, printed) = run.run(shell, &[arguments, &["1-prepare.sh"]].concat());
        assert_eq!(code, Some(1), "{printed}");
        assert!(printed.contains("\u{e9}\u{20ac}[2J?2J?????????\u{2027}end?"), "{printed:?}");
        let odd = |c: char| {
            (c != '\n' && c.is_control())
                || "\u{200b}\u{200f}\u{2028}\u{202a}\u{202e}\u{2066}\u{2069}".contains(c)
        };
        assert!(!printed.contains(odd), "{printed:?}");
    }
}

/// A creation without a response may come into effect after the run was taken back.
#[test]
fn the_way_back_waits_for_a_creation_that_may_still_appear() {
    for (error, is_known) in [
        ("Read timeout on endpoint URL", false),
        ("An error occurred (InternalFault) when calling the CreateReplicationInstance operation: x", false),
        (
            "An error occurred (ResourceQuotaExceededFault) when calling the CreateReplicationInstance operation: x",
            true,
        ),
    ] {
        let run = Run::write(&sample());
        run.set("error-create-replication-instance", format!("{error}\n"));
        let (code, printed) = run.run("dash", &["1-prepare.sh"]);
        assert_eq!(code, Some(1), "{printed}");
        assert_eq!(run.state().join("created").exists(), !is_known, "{error}");
        run.unset("error-create-replication-instance");
        if !is_known {
            run.set("late-create", "x\n".repeat(6));
        }
        let (code, printed) = run.run("dash", &["back.sh"]);
        assert_eq!(code, Some(0), "{error}: {printed}");
        assert_eq!(printed.contains("may still have an effect"), !is_known, "{printed}");
        assert_eq!(run.requests("delete-replication-instance").len(), usize::from(!is_known), "{printed}");
    }
}

/// The first rejection says that nothing was created; one after a request without a response says nothing.
#[test]
fn a_rejection_after_a_creation_without_a_response_says_nothing() {
    let run = Run::write(&sample());
    run.set("error-create-replication-instance", "Read timeout on endpoint URL\n");
    run.run("dash", &["1-prepare.sh"]);
    let fault = "An error occurred (ResourceAlreadyExistsFault) when calling the CreateReplicationInstance operation: x\n";
    run.set("error-create-replication-instance", fault);
    run.run("dash", &["1-prepare.sh"]);
    assert!(run.state().join("created").exists());
    // It never appears.
    let (code, printed) = run.run("dash", &["back.sh"]);
    assert_eq!(code, Some(0), "{printed}");
    assert_eq!(run.requests("delete-replication-instance").len(), 0, "{printed}");
}
