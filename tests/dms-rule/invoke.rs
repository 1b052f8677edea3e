//! The command line as its user meets it.

#[cfg(test)]
mod command_line {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    use serde_json::Value;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn dms_rule(arguments: &str) -> Output {
        // A shell, as in the README: it expands the pattern.
        Command::new("sh")
            .arg("-c")
            .arg(format!("exec {} {arguments}", env!("CARGO_BIN_EXE_dms-rule")))
            .current_dir(root())
            .output()
            .unwrap()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn the_commands_of_the_readme_run() {
        let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
        let commands: Vec<&str> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("cargo run --locked -p dms-rule -- "))
            .collect();
        assert!(commands.len() >= 4, "{commands:?}");
        for command in commands {
            let output = dms_rule(command);
            assert!(output.status.success(), "{command}: {}", text(&output.stderr));
            assert!(!output.stdout.is_empty(), "{command}");
        }
        for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(root().join(link).exists(), "the README names {link}");
        }
    }

    #[test]
    fn one_event_of_each_kind_is_accepted() {
        for (file, compliance) in [
            ("change-public", &["NON_COMPLIANT"][..]),
            ("change-private", &["COMPLIANT"]),
            ("change-unknown", &["NON_COMPLIANT"]),
            ("change-deleted", &["NOT_APPLICABLE"]),
            ("change-left-scope", &["NOT_APPLICABLE"]),
            ("oversized", &["NON_COMPLIANT"]),
            ("scheduled", &["NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT"]),
            ("scheduled-exempt", &["NON_COMPLIANT", "COMPLIANT", "COMPLIANT"]),
            ("snapshot-delivered", &["NON_COMPLIANT", "NON_COMPLIANT", "COMPLIANT"]),
            ("change-endpoint-plaintext", &["NON_COMPLIANT"]),
            ("change-task-settings-not-recorded", &["NON_COMPLIANT"]),
            ("scheduled-certificates", &["NON_COMPLIANT"]),
            ("scheduled-instance-profiles", &["NON_COMPLIANT"]),
            ("scheduled-keys", &["NON_COMPLIANT", "NON_COMPLIANT", "NON_COMPLIANT"]),
            ("scheduled-tags", &["NON_COMPLIANT", "COMPLIANT"]),
        ] {
            let output = dms_rule(&format!("invoke tests/events/{file}.json --json"));
            assert_eq!(output.status.code(), Some(0), "{file}");
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            let evaluations = document["events"][0]["evaluations"].as_array().unwrap();
            let found: Vec<_> =
                evaluations.iter().map(|evaluation| evaluation["complianceType"].as_str().unwrap()).collect();
            assert_eq!(found, compliance, "{file}");
            assert!(
                evaluations.iter().all(|evaluation| !evaluation["annotation"].as_str().unwrap().is_empty()),
                "{file}"
            );
        }
    }

    #[test]
    fn a_malformed_event_is_told_by_what_is_wrong_with_it() {
        for (file, named) in [
            ("malformed/no-invoking-event", "BadInput: the payload has no invokingEvent"),
            ("malformed/not-json", "BadInput: not JSON"),
            ("malformed/unknown-parameter", "BadInput: unknown rule parameter `exemptTagKey`"),
            ("no-such-file", "No such file"),
        ] {
            let output =
                dms_rule(&format!("invoke tests/events/{file}.json tests/events/change-private.json"));
            assert_eq!(output.status.code(), Some(2), "{file}");
            let page = text(&output.stdout);
            assert!(page.contains(named), "{file}: {page}");
            assert!(
                page.contains("PRIVATE: PubliclyAccessible=false"),
                "the other event is still evaluated: {page}"
            );
        }
    }

    #[test]
    fn a_finding_shows_in_the_exit_code_only_when_asked_for() {
        let code = |arguments: &str| dms_rule(arguments).status.code();
        assert_eq!(code("invoke tests/events/change-public.json"), Some(0));
        assert_eq!(code("invoke tests/events/change-public.json --fail-on non-compliant"), Some(1));
        assert_eq!(code("invoke tests/events/change-private.json --fail-on non-compliant"), Some(0));
        assert_eq!(code("invoke"), Some(2));
        assert_eq!(code("rules no-such-rule"), Some(2));
    }

    #[test]
    fn a_fleet_of_one_s_own_is_what_exists() {
        let file = std::env::temp_dir().join(format!("dms-rule-fleet-{}.json", std::process::id()));
        std::fs::write(&file, r#"{"ReplicationInstances":[{"ReplicationInstanceArn":"arn:aws:dms:us-east-1:123456789012:rep:MINE","ReplicationInstanceIdentifier":"mine","PubliclyAccessible":true}]}"#).unwrap();
        let output = dms_rule(&format!("invoke tests/events/scheduled.json --fleet {}", file.display()));
        std::fs::remove_file(&file).unwrap();
        let page = text(&output.stdout);
        assert!(page.contains("instance mine"), "{page}");
        assert!(!page.contains("orders-migration"), "{page}");
        assert_eq!(dms_rule("invoke tests/events/scheduled.json --fleet Cargo.toml").status.code(), Some(2));
    }

    #[test]
    fn what_is_piped_is_plain_and_every_rule_has_a_page() {
        let page = text(&dms_rule("rules").stdout)
            + &text(&dms_rule("invoke tests/events/change-public.json").stdout);
        assert!(!page.contains('\x1b'), "{page}");
        for rule in rule_core::rules::RULES {
            let row = page.lines().find(|line| line.starts_with(&format!("{} ", rule.identifier))).unwrap();
            for cell in [rule.resource_type.name, rule.severity.as_str(), rule.triggers(), rule.summary()] {
                assert!(row.contains(cell), "{row}");
            }
            let page = text(&dms_rule(&format!("rules {}", rule.identifier)).stdout);
            for part in ["How to fix it", "Parameters of every rule", rule.summary()] {
                assert!(page.contains(part), "{}: {part}", rule.identifier);
            }
            for odd in ["<!--", "**", "|---", "\x1b"] {
                assert!(!page.contains(odd), "{}: {odd}", rule.identifier);
            }
            assert!(
                page.lines().all(|line| line.chars().count() <= 100 || !line.trim().contains(' ')),
                "{page}"
            );
            let markdown = text(&dms_rule(&format!("rules {} --markdown", rule.identifier)).stdout);
            assert_eq!(markdown, rule.page);
        }
    }
}
