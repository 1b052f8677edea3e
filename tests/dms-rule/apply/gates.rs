//! The consent of a person, and where a run ends without it.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use remediation::Choices;
use serde_json::json;

use super::cloud::{BACK, Cloud, OLD, TASKS, outcome};

/// Applies the plan on a terminal, at which a person types each of these lines once a question is there.
#[cfg(target_os = "linux")]
fn apply_on_a_terminal(cloud: &Cloud, arguments: &[&str], typed: &str) -> (i32, String) {
    let answers: Vec<&str> = typed.split_inclusive('\n').collect();
    apply_with_answers(cloud, arguments, "", &answers, |_| ())
}

/// Applies the plan on a terminal. A person types `ahead` before anything is asked, and each of `answers` once a question
/// is there; `before_an_answer` is called with its number.
#[cfg(target_os = "linux")]
fn apply_with_answers(
    cloud: &Cloud,
    arguments: &[&str],
    ahead: &str,
    answers: &[&str],
    mut before_an_answer: impl FnMut(usize),
) -> (i32, String) {
    let plain = cloud.command(arguments);
    let words = std::iter::once(plain.get_program()).chain(plain.get_args());
    let words: Vec<String> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut command = Command::new("script");
    command
        .args(["-qec", &words.join(" "), "/dev/null"])
        .envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("TERM", "xterm")
        .current_dir(plain.get_current_dir().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take();
    stdin.as_mut().unwrap().write_all(ahead.as_bytes()).unwrap();
    let (mut printed, mut stdout) = (Vec::new(), child.stdout.take().unwrap());
    let mut answers = answers.iter().enumerate();
    let mut asked = 0;
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = stdout.read(&mut bytes) {
        printed.extend_from_slice(&bytes[..count]);
        // The end of a question may be broken into lines.
        let words = String::from_utf8_lossy(&printed).split_whitespace().collect::<String>();
        while words.matches("toendhere:").count() > asked {
            asked += 1;
            match (answers.next(), &mut stdin) {
                (Some((number, answer)), Some(stdin)) => {
                    before_an_answer(number);
                    stdin.write_all(answer.as_bytes()).unwrap();
                }
                _ => stdin = None, // nobody answers any more
            }
        }
    }
    drop(stdin);
    let mut output = child.wait_with_output().unwrap();
    output.stdout = printed;
    outcome(&output)
}

#[test]
#[cfg(target_os = "linux")]
fn words_that_were_typed_before_a_question_are_no_answer_to_it() {
    for (ahead, answers, moved) in [
        ("move\norders\n", &["no\n"][..], 0),
        ("move\n", &["move\n", "no\n"], 3),
        // Both words are typed at the first question.
        ("", &["move\norders\n", "no\n"], 3),
    ] {
        let cloud = Cloud::start();
        let (code, printed) = apply_with_answers(&cloud, &[], ahead, answers, |_| ());
        assert_eq!(code, 1, "{ahead:?} {answers:?}: {printed}");
        assert_eq!(cloud.calls("MoveReplicationTask").len(), moved, "{ahead:?} {answers:?}: {printed}");
        assert_eq!(cloud.instances().len(), 2, "{ahead:?} {answers:?}: {printed}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn tables_that_became_worse_while_a_person_thought_are_shown_before_the_delete() {
    let table = |state: &str| json!({"SchemaName": "shop", "TableName": "orders", "TableState": state});
    let arn = super::cloud::task_arn("RUNNING");
    for (answers, instances) in [(["move\n", "orders\n", "no\n"], 2), (["move\n", "orders\n", "orders\n"], 1)]
    {
        let cloud = Cloud::start();
        let set = |state: &str| {
            cloud.change(|account| account.simulation.tables.insert(arn.clone(), vec![table(state)]));
        };
        set("Table completed");
        let (_, printed) = apply_with_answers(&cloud, &[], "", &answers, |number| {
            if number == 1 {
                set("Table error");
            }
        });
        let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        let good = words.find("[6/8 verified] 1 table compared: none is worse").expect(&printed);
        let asked = words.find("Type `orders` to go on").expect(&printed);
        let worse = words.find("task running: shop.orders is in the state Table error").expect(&printed);
        let again = words.rfind("Type `orders` to go on").expect(&printed);
        assert!(good < asked && asked < worse && worse < again, "{printed}");
        assert_eq!(cloud.instances().len(), instances, "{printed}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_question_names_the_place_and_the_tasks() {
    let cloud = Cloud::start();
    let (_, printed) = apply_on_a_terminal(&cloud, &[], "move\nno\n");
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Account 123456789012, Region eu-west-1."), "{printed}");
    assert!(words.contains("Next, the tasks (3) are moved to it one by one"), "{printed}");
    assert!(words.contains("1 runs now: running."), "{printed}");
    assert!(words.contains("You may end here, wait a day, and run the same command again"), "{printed}");
    assert!(!words.contains("ran when the plan was made"), "{printed}");
    // A person stopped a task since.
    cloud.change(|account| {
        let tasks = account.dms.get_mut("ReplicationTasks").unwrap();
        let task = tasks.iter_mut().find(|one| one["ReplicationTaskIdentifier"] == "running").unwrap();
        task["Status"] = json!("stopped");
    });
    let (_, printed) = apply_on_a_terminal(&cloud, &[], "no\n");
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("1 ran when the plan was made and not now: running (stopped)."), "{printed}");
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_a_person_types_a_word_before_the_stop_and_the_name_before_the_delete() {
    for (typed, code, instances, moved) in [
        ("yes\n", 1, 2, 0),
        ("stop\n", 1, 2, 0),
        ("\n", 1, 2, 0),
        ("move\nstop\n", 1, 2, 3),
        ("move\norders-private\n", 1, 2, 3),
        ("move\norders\n", 0, 1, 3),
    ] {
        let cloud = Cloud::start();
        let (found, printed) = apply_on_a_terminal(&cloud, &[], typed);
        assert_eq!(found, code, "{typed:?}: {printed}");
        assert!(printed.contains("Type `move` to go on"), "{typed:?}: {printed}");
        assert_eq!(printed.contains("Type `orders` to go on"), moved > 0, "{typed:?}: {printed}");
        assert_eq!(cloud.instances().len(), instances, "{typed:?}: {printed}");
        assert_eq!(cloud.calls("MoveReplicationTask").len(), moved, "{typed:?}: {printed}");
        cloud.assert_safe(typed);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_name_that_is_consent_to_the_delete_is_the_observed_one() {
    for (typed, code) in [("orders\n", 1), ("ledger\n", 0)] {
        let cloud = Cloud::start();
        cloud.apply(&["--yes-until", "verified"]);
        cloud.change(|account| {
            let instances = account.dms.get_mut("ReplicationInstances").unwrap();
            let old = instances.iter_mut().find(|one| one["ReplicationInstanceArn"] == OLD).unwrap();
            old["ReplicationInstanceIdentifier"] = json!("ledger");
        });
        let (found, printed) = apply_on_a_terminal(&cloud, &[], typed);
        assert_eq!(found, code, "{typed:?}: {printed}");
        assert!(printed.contains("Type `ledger` to go on"), "{printed}");
        assert_eq!(cloud.calls("DeleteReplicationInstance").len(), usize::from(code == 0), "{printed}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn words_on_a_terminal_are_broken_between_words() {
    let cloud = Cloud::start();
    let (_, printed) = apply_on_a_terminal(&cloud, &[], "no\n");
    let plan = cloud.plan_file();
    // Lines with escape sequences are those of the spinner.
    for line in
        printed.lines().map(|line| line.trim_end_matches('\r')).filter(|line| !line.contains('\u{1b}'))
    {
        // A person ends the line of the request.
        let may_be_long =
            ["dms-rule apply", "Type `move`", plan.to_str().unwrap()].iter().any(|word| line.contains(word));
        assert!(line.chars().count() <= 80 || may_be_long || line.contains("arn:"), "{line:?}: {printed}");
    }
    let command = format!("dms-rule apply {} --back", plan.display());
    assert!(printed.contains(&command), "{printed}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_way_back_stops_no_task_without_consent() {
    let cloud = Cloud::start();
    cloud.apply(&["--yes-until", "verified"]);
    let acts = cloud.aws.calls().len();
    let untouched = |printed: &str| {
        let stops = cloud.aws.calls().into_iter().skip(acts).filter(|call| call.operation.contains("Stop"));
        assert_eq!(stops.count(), 0, "{printed}");
        assert!(!cloud.journal().contains("turnBack"), "{printed}");
    };
    let (code, printed) = cloud.apply(&["--back"]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("Ended before the way back, without consent to it"), "{printed}");
    assert!(
        printed.contains("--back, at a terminal, which asks, or with --yes-until as-before"),
        "{printed}"
    );
    untouched(&printed);
    let (code, printed) = apply_on_a_terminal(&cloud, &["--back"], "stop\n");
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("Type `back` to go on"), "{printed}");
    untouched(&printed);
    // The way forward is open still.
    let (code, printed) = cloud.apply(&["--yes-until", "verified"]);
    assert!(code == 0 && !printed.contains("the way back was begun"), "{printed}");
    let (code, printed) = apply_on_a_terminal(&cloud, &["--back"], "back\n");
    assert_eq!(code, 0, "{printed}");
    cloud.assert_as_before();
}

#[test]
fn each_direction_has_its_own_states_to_end_at() {
    let cloud = Cloud::start();
    for (arguments, words) in [
        (&["--back", "--yes-until", "moved"][..], "has the state as-before only"),
        (&["--yes-until", "as-before"], "the state as-before is that of --back"),
    ] {
        let (code, printed) = cloud.apply(arguments);
        assert_eq!(code, 2, "{printed}");
        assert!(printed.contains(words), "{printed}");
    }
    assert!(cloud.aws.calls().is_empty());
}

#[test]
fn without_a_terminal_no_task_is_touched_unless_an_option_says_so() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&[]);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("before the first task is stopped"), "{printed}");
    assert!(
        printed.contains("plan.json, at a terminal, which asks; or, to remove the private instance, "),
        "{printed}"
    );
    assert!(
        printed.contains(
            "orders (arn:aws:dms:eu-west-1:123456789012:rep:OLDINSTANCE): available, public; tasks:"
        )
    );
    for (name, status, _) in TASKS {
        let task = cloud.task(name);
        assert_eq!((&task["Status"], &task["ReplicationInstanceArn"]), (&json!(status), &json!(OLD)));
    }
    assert!(!cloud.journal().contains("snapshot"));
}

#[test]
fn a_run_ends_at_the_state_that_the_option_names_and_goes_on_from_there() {
    let cloud = Cloud::start_with(&Choices { rename: true, ..Choices::default() });
    let count = |operation: &str| cloud.calls(operation).len();
    for (state, acts) in [
        ("created", [1, 0, 0, 0, 0, 0]),
        ("private", [1, 0, 0, 0, 0, 0]),
        ("reachable", [1, 2, 0, 0, 0, 0]),
        ("approved", [1, 4, 0, 0, 0, 0]),
        ("moved", [1, 4, 1, 3, 0, 0]),
        ("verified", [1, 4, 1, 3, 0, 0]),
        ("deleted", [1, 4, 1, 3, 1, 0]),
        ("renamed", [1, 4, 1, 3, 1, 2]),
    ] {
        let (code, printed) = cloud.apply(&["--yes-until", state]);
        assert_eq!(code, 0, "{state}: {printed}");
        let made = [
            "CreateReplicationInstance",
            "TestConnection",
            "StopReplicationTask",
            "MoveReplicationTask",
            "DeleteReplicationInstance",
            "ModifyReplicationInstance",
        ];
        assert_eq!(made.map(count), acts, "{state}: {printed}");
        assert_eq!(cloud.journal().contains("snapshot"), acts[1] > 2, "{state}");
    }
    cloud.assert_done();
    assert_eq!(cloud.instances()[0]["ReplicationInstanceIdentifier"], "orders");
}

#[test]
fn the_old_instance_is_deleted_only_with_a_consent_of_its_own() {
    let cloud = Cloud::start();
    for until in ["moved", "verified"] {
        let (code, printed) = cloud.apply(&["--yes-until", until]);
        assert_eq!(code, 0, "{printed}");
        assert!(printed.contains("before the public instance is deleted"), "{printed}");
        assert!(printed.contains("at a terminal, which asks; or, to undo the move, "), "{printed}");
    }
    assert_eq!(cloud.instances().len(), 2);
    assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0);
}

#[test]
fn the_way_back_leads_to_the_state_before_from_everywhere() {
    for state in ["created", "reachable", "approved", "verified"] {
        let cloud = Cloud::start();
        cloud.apply(&["--yes-until", state]);
        let (code, printed) = cloud.apply(&BACK);
        assert_eq!(code, 0, "{state}: {printed}");
        assert!(printed.contains("As before"), "{printed}");
        cloud.assert_as_before();
        cloud.assert_safe(state);
        assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 1);
        // A later run begins anew.
        let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
        assert_eq!(code, 0, "{state}: {printed}");
        cloud.assert_done();
        let (code, printed) = cloud.apply(&BACK);
        assert_eq!(code, 1, "{printed}");
        assert!(printed.contains("There is no way back: the old instance no longer exists."), "{printed}");
        assert!(printed.contains("Next: nothing is to be done"), "{printed}");
        cloud.assert_done();
    }
}

#[test]
fn tables_that_are_worse_than_before_keep_the_old_instance() {
    let cloud = Cloud::start();
    let table = |state: &str, failed: i64| {
        json!({
            "SchemaName": "shop", "TableName": "orders", "TableState": state, "ValidationFailedRecords": failed
        })
    };
    let set = |table| {
        let arn = super::cloud::task_arn("RUNNING");
        cloud.change(|account| account.simulation.tables.insert(arn, vec![table]));
    };
    set(table("Table completed", 2));
    let (code, printed) = cloud.apply(&["--yes-until", "approved"]);
    assert_eq!(code, 0, "{printed}");
    for (worse, words) in [
        (table("Table error", 2), "task running: shop.orders is in the state Table error"),
        (table("Table completed", 3), "task running: shop.orders: validation rejects"),
    ] {
        set(worse);
        let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
        assert_eq!(code, 1, "{printed}");
        assert!(printed.contains(words), "{printed}");
        assert_eq!(cloud.instances().len(), 2);
    }
    set(table("Table completed", 2));
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn tables_of_which_nothing_is_known_any_more_keep_the_old_instance() {
    let cloud = Cloud::start();
    let arn = super::cloud::task_arn("RUNNING");
    let set = |tables: Vec<serde_json::Value>| {
        cloud.change(|account| account.simulation.tables.insert(arn.clone(), tables));
    };
    let table =
        json!({"SchemaName": "shop", "TableName": "orders", "TableState": "Table completed", "Inserts": 3});
    set(vec![table.clone()]);
    cloud.apply(&["--yes-until", "verified"]);
    let kept = |words: &str| {
        let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
        assert_eq!(code, 1, "{words}: {printed}");
        assert!(printed.contains(words), "{words}: {printed}");
        assert_eq!(cloud.calls("DeleteReplicationInstance").len(), 0);
    };
    let rejected = local_aws::FaultKind::Rejected {
        code: "InvalidResourceStateFault".to_owned(),
        message: "No.".to_owned(),
    };
    cloud.aws.inject(local_aws::Fault::always("DescribeTableStatistics", rejected));
    kept("task running: not known: DMS gives no table statistics now for the table that it listed before");
    cloud.aws.clear_faults();
    set(Vec::new());
    kept("task running: not known: DMS lists none of the table that it listed before");
    let mut odd = table.clone();
    odd.as_object_mut().unwrap().remove("TableState");
    set(vec![odd]);
    kept("task running: shop.orders: not known: DMS no longer gives its state");
    set(vec![table]);
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}

#[test]
fn a_consent_in_the_journal_is_none_for_another_task() {
    let cloud = Cloud::start();
    let (code, printed) = cloud.apply(&["--yes-until", "approved"]);
    assert_eq!(code, 0, "{printed}");
    assert!(cloud.journal().contains(r#""entry":"snapshot""#), "{printed}");
    let (code, printed) = cloud.apply(&[]);
    assert_eq!(code, 1, "{printed}");
    for operation in ["StopReplicationTask", "MoveReplicationTask", "StartReplicationTask"] {
        assert_eq!(cloud.calls(operation).len(), 0, "{operation}: {printed}");
    }
    let (code, printed) = cloud.apply(&["--yes-until", "renamed"]);
    assert_eq!(code, 0, "{printed}");
    cloud.assert_done();
}
