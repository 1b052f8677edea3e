//! The options that several commands share, and their help.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{check, dms_rule, root, run_check, shell, text};

const EVENT: &str = "tests/inputs/event.json";
const FORMATS: [&str; 12] = [
    "table", "json", "csv", "sarif", "junit", "asff", "ocsf", "html", "markdown", "github", "gitlab", "oscal",
];

fn help(arguments: &[&str], columns: u16) -> String {
    let output = dms_rule().args(arguments).env("COLUMNS", columns.to_string()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    text(&output.stdout)
}

#[test]
fn the_help_names_the_formats_and_what_each_is_for() {
    for command in ["check", "scan"] {
        let page = help(&[command, "--help"], 80);
        for format in FORMATS {
            assert!(page.contains(&format!("          - {format}:")), "{command} {format}: {page}");
        }
        let (_, output) = page.split_once("--output <FORMAT=FILE>").unwrap();
        let (output, _) = output.split_once("\n      --").unwrap();
        assert!(FORMATS.iter().all(|format| output.contains(format)), "{output}");
        assert!(help(&[command, "-h"], 80).contains("junit"), "{command}");
    }
}

#[test]
fn the_help_is_wrapped_once_at_any_width() {
    for command in ["check", "invoke", "rules", "completions", "man"] {
        let wide = help(&[command, "--help"], 100);
        let (_, text_after_options) = wide.split_once("  -h, --help").unwrap();
        for columns in [80, 100, 140] {
            let page = help(&[command, "--help"], columns);
            let longest = page.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(longest <= usize::from(columns.min(100)), "{command} {columns}: {longest}\n{page}");
            // Lists, examples and codes fit into the narrowest terminal, so that no line has a stub under it.
            for line in text_after_options.lines().filter(|line| {
                let indent = line.len() - line.trim_start().len();
                (2..=5).contains(&indent) && !line.trim_start().starts_with("--")
            }) {
                assert!(page.lines().any(|other| other == line), "{command} {columns}: {line}\n{page}");
            }
        }
    }
}

#[test]
fn the_short_help_fits_on_a_screen() {
    for command in ["check", "invoke", "rules", "completions", "man"] {
        let page = help(&[command, "-h"], 80);
        assert!(page.lines().count() <= 45, "{command}: {}\n{page}", page.lines().count());
        assert!(!page.contains("function  "), "{command}");
    }
    assert!(!help(&["-h"], 80).contains("Runtime API"));
}

fn rules_of(report: &Value) -> Vec<&str> {
    report["results"].as_array().unwrap().iter().map(|result| result["rule"].as_str().unwrap()).collect()
}

#[test]
fn an_excluded_rule_does_not_run_and_to_exclude_every_rule_is_an_error() {
    let input = "tests/inputs/configuration-item.json";
    let (all, _) = check(&[input], b"");
    assert!(rules_of(&all).contains(&"dms-replication-not-public"));
    let (rest, code) = check(
        &[input, "--exclude-rule", "DMS-replication-not-public", "--exclude-rule", "dms-endpoint-tagged"],
        b"",
    );
    assert_eq!(code, 1);
    let wanted: Vec<_> =
        rules_of(&all).into_iter().filter(|rule| *rule != "dms-replication-not-public").collect();
    assert_eq!(rules_of(&rest), wanted);
    let both = "dms-replication-instance-tagged,dms-replication-not-public";
    let (rest, _) = check(&[input, "--rule", both, "--exclude-rule", "dms-replication-not-public"], b"");
    assert!(!rules_of(&rest).contains(&"dms-replication-not-public"), "{rest}");
    for nothing in [
        &["--rule", both, "--exclude-rule", both][..],
        &[
            "--severity",
            "critical",
            "--exclude-rule",
            "replication-not-public,instance-profile-not-public,s3-target-not-public",
        ],
    ] {
        let output = run_check(&[&[input], nothing].concat(), b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("no rule to run"), "{}", text(&output.stderr));
    }
}

#[test]
fn an_excluded_rule_does_not_run_for_its_own_event_either() {
    let (report, _) = check(&[EVENT, "--exclude-rule", "dms-replication-not-public"], b"");
    assert!(!rules_of(&report).contains(&"dms-replication-not-public"), "{report}");
    assert!(!rules_of(&report).is_empty(), "{report}");
}

#[test]
fn a_rule_parameter_that_no_rule_takes_or_that_is_no_text_is_rejected() {
    for (parameters, message) in [
        (r#"{"exemptionTagKey": 3}"#, Some("exemptionTagKey is 3, which is no text")),
        (r#"{"exemptionTagKey": true}"#, Some("exemptionTagKey is true, which is no text")),
        (
            r#"{"exemptionTagKeys": "a"}"#,
            Some("has the parameter exemptionTagKeys; did you mean `exemptionTagKey`?"),
        ),
        (r#"{"exemptionTagKey": "3"}"#, None),
        (r#"{"daysToExpiration": 30}"#, None),
        (r#"{"daysToExpiration": false}"#, Some("daysToExpiration is false")),
    ] {
        let output = run_check(&[EVENT, "--fail-on", "never", "--rule-parameters", parameters], b"");
        let errors = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(if message.is_some() { 2 } else { 0 }),
            "{parameters}: {errors}"
        );
        assert!(message.is_none_or(|message| errors.contains(message)), "{parameters}: {errors}");
    }
    let own = [EVENT, "--rule", "dms-endpoint-tagged", "--rule-parameters", r#"{"daysToExpiration": "3"}"#];
    let errors = text(&run_check(&own, b"").stderr);
    assert!(errors.contains("belongs to dms-certificate-not-expiring, which is not run"), "{errors}");
}

#[test]
fn an_input_that_an_option_takes_for_a_value_is_pointed_out() {
    let output = run_check(&["--parameter-overrides", "Public=false", "cfn.yaml"], b"");
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.contains("'cfn.yaml'") && errors.contains("give it before the option"), "{errors}");
    let arguments = ["--parameter-overrides", "Public=false", "--", "tests/inputs/template.yaml"];
    let (report, _) = check(&arguments, b"");
    assert_eq!(report["lookedAt"][0]["name"], "tests/inputs/template.yaml");
}

#[test]
fn a_date_is_its_first_second() {
    let time = |at: &str| {
        let output = run_check(&[EVENT, "--fail-on", "never", "--format", "json", "--at", at], b"");
        serde_json::from_slice::<Value>(&output.stdout).ok().map(|report| report["at"].clone())
    };
    assert_eq!(time("2026-10-01"), time("2026-10-01T00:00:00Z"));
    assert!(time("2026-10-01").is_some());
    for odd in ["2026-13-01", "2026-10", "2026-10-01T", "1.10.2026", "", "10000-01-01"] {
        assert_eq!(time(odd), None, "{odd}");
    }
}

#[test]
fn an_input_that_is_given_twice_is_read_once() {
    let input = std::fs::read(root().join(EVENT)).unwrap();
    let (once, _) = check(&["-"], &input);
    let (twice, code) = check(&["-", "-"], &input);
    assert_eq!((twice["lookedAt"].as_array().unwrap().len(), code), (1, 1), "{twice}");
    assert_eq!(once["results"], twice["results"]);
    let (report, _) = check(&[EVENT, "tests/../tests/inputs/event.json"], b"");
    assert_eq!(report["lookedAt"].as_array().unwrap().len(), 1, "{report}");
}

/// A reader such as `head` has its lines and ends. Nothing is wrong then, and the exit code is that of the whole run.
#[test]
fn a_closed_pipe_ends_every_command_quietly_with_its_own_exit_code() {
    let mut commands = vec![
        ("rules".to_owned(), 0),
        ("rules --format json".to_owned(), 0),
        ("rules dms-endpoint-tagged".to_owned(), 0),
        ("rules dms-endpoint-tagged --format markdown".to_owned(), 0),
        ("man".to_owned(), 0),
        ("completions zsh".to_owned(), 0),
        ("check --help".to_owned(), 0),
        ("invoke tests/events/change-public.json".to_owned(), 0),
        ("invoke tests/events/change-public.json --format json --fail-on critical".to_owned(), 1),
    ];
    commands.extend(FORMATS.map(|format| (format!("check {EVENT} --format {format}"), 1)));
    for (command, code) in commands {
        let mut child = dms_rule()
            .args(command.split(' '))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(code), ""), "{command}");
    }
}

#[test]
fn quiet_leaves_out_notes_and_no_failure() {
    let unknown = br#"{"ReplicationInstances":[{"ReplicationInstanceArn":"arn:aws:dms:us-east-1:123456789012:rep:R"}]}"#;
    let errors = |arguments: &[&str]| text(&run_check(arguments, unknown).stderr);
    let arguments = ["-", "--unknown", "warn", "--format", "json"];
    assert!(errors(&arguments).contains("warning: UNKNOWN"));
    for option in ["-q", "--quiet"] {
        assert_eq!(errors(&[&arguments[..], &[option]].concat()), "");
    }
    assert!(errors(&["no-such-file", "--quiet"]).contains("no-such-file"));
    assert_eq!(shell("--quiet rules").status.code(), Some(0), "before the command too");
}

#[test]
fn colors_are_a_choice_and_no_color_is_honoured() {
    let is_colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command: Command = dms_rule();
        command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        text(&command.envs(variables.iter().copied()).output().unwrap().stdout).contains('\x1b')
    };
    let (force, no_color) = (("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1"));
    for command in [&["rules"][..], &["check", EVENT]] {
        let with = |option: &'static str| [command, &["--color", option]].concat();
        assert!(!is_colored(command, &[]));
        assert!(is_colored(command, &[force]));
        assert!(!is_colored(command, &[force, no_color]));
        assert!(is_colored(&with("always"), &[]));
        assert!(is_colored(&with("always"), &[no_color]), "an option is stronger than the environment");
        assert!(!is_colored(&with("never"), &[force]));
    }
}

#[test]
fn invoke_takes_the_options_of_the_other_commands_and_its_earlier_ones() {
    let event = "invoke tests/events/change-public.json";
    let json = |option: &str| serde_json::from_slice::<Value>(&shell(&format!("{event} {option}")).stdout);
    for option in ["--json", "--format json"] {
        assert_eq!(
            json(option).unwrap()["events"][0]["evaluations"].as_array().unwrap().len(),
            1,
            "{option}"
        );
    }
    let code = |option: &str| shell(&format!("{event} {option}")).status.code();
    for (option, wanted) in [
        ("", 0),
        ("--fail-on never", 0),
        ("--fail-on critical", 1),
        ("--fail-on low", 1),
        ("--fail-on non-compliant", 1),
        ("--json --format table", 2),
    ] {
        assert_eq!(code(option), Some(wanted), "{option}");
    }
    let medium = "invoke tests/events/change-endpoint-plaintext.json --fail-on";
    assert_eq!(shell(&format!("{medium} high")).status.code(), Some(0));
    assert_eq!(shell(&format!("{medium} medium")).status.code(), Some(1));
}
