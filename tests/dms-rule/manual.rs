//! `dms-rule completions` and `dms-rule man`.

use std::process::Command;

use crate::support::{dms_rule, text};

fn printed(arguments: &[&str]) -> String {
    let output = dms_rule().args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn completions_and_the_man_page_are_printed_also_by_their_earlier_names() {
    for (name, word) in [
        ("bash", "complete -F _dms__rule"),
        ("zsh", "#compdef dms-rule"),
        ("fish", "complete -c dms-rule"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = printed(&["completions", name]);
        assert!(script.contains(word), "{name}: {script}");
        assert_eq!(script, printed(&["manual", name]));
        for hidden in ["Runtime API", "rule,function", "rule,manual", "WHAT", "--json", "--markdown"] {
            assert!(!script.contains(hidden), "{name} offers {hidden}");
        }
        assert!(script.contains("exclude-rule"), "{name}");
        // clap's scripts for the other two shells complete no values.
        let has_values = !["powershell", "elvish"].contains(&name);
        assert_eq!(script.contains("sarif"), has_values, "{name}");
    }
    assert!(printed(&["man"]).contains(".TH dms-rule"));
    assert_eq!(printed(&["man"]), printed(&["manual", "man"]));
    let page = printed(&["man", "check"]);
    assert!(page.contains("dms\\-rule\\-check") || page.contains("dms-rule-check"), "{page}");
    assert!(page.contains("sarif") && page.contains("code scanning"), "{page}");
    assert_eq!(page, printed(&["manual", "man", "--command", "check"]));
}

#[test]
fn every_command_that_the_help_shows_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    assert_eq!(printed(&["man", "--all", pages.to_str().unwrap()]), "");
    let help = printed(&["--help"]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names =
        commands.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"check") && !names.contains(&"function") && !names.contains(&"manual"), "{help}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let page = std::fs::read_to_string(pages.join(format!("dms-rule-{name}.1"))).unwrap();
        assert!(page.contains(".TH"), "{name}: {page}");
    }
    assert!(pages.join("dms-rule.1").exists());
}

#[test]
fn an_unknown_command_is_rejected_with_the_nearest() {
    let output = dms_rule().args(["man", "chek"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "dms-rule: there is no command `chek`; did you mean `check`?\n");
}

/// Returns what bash offers for the last of these words.
fn completed(words: &[&str]) -> Vec<String> {
    let script = r#"
        source <("$0" completions bash)
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _dms__rule "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_dms-rule")])
        .args(words)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{words:?}: {}", text(&output.stderr));
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_formats_and_rules() {
    let formats = [
        "table", "json", "csv", "sarif", "junit", "asff", "ocsf", "html", "markdown", "github", "gitlab",
        "oscal",
    ];
    assert_eq!(completed(&["dms-rule", "check", "--format", ""]), formats);
    assert_eq!(completed(&["dms-rule", "scan", "--format", "s"]), ["sarif"]);
    assert_eq!(completed(&["dms-rule", "check", "--rule", "dms-redis"]), ["dms-redis-tls-enabled"]);
    assert_eq!(completed(&["dms-rule", "scan", "--exclude-rule", "dms-kafka"]), ["dms-kafka-tls-enabled"]);
    assert_eq!(completed(&["dms-rule", "rules", "dms-redis"]), ["dms-redis-tls-enabled"]);
    assert_eq!(completed(&["dms-rule", "che"]), ["check"]);
    assert_eq!(completed(&["dms-rule", "check", "--fail"]), ["--fail-on"]);
    assert!(completed(&["dms-rule", "f"]).iter().all(String::is_empty), "function is hidden");
}
