//! `dms-rule manual`: completions and the man page.

use crate::support::dms_rule;

#[test]
fn completions_and_the_man_page_are_printed() {
    for (name, word) in [
        ("bash", "_dms__rule"),
        ("zsh", "#compdef dms-rule"),
        ("fish", "complete -c dms-rule"),
        ("man", ".TH dms-rule"),
    ] {
        let output = dms_rule().args(["manual", name]).output().unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains(word), "{name}");
    }
}
