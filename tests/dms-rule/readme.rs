//! The commands of the README.

use crate::support::{root, shell, text};

#[test]
fn the_commands_of_the_readme_run() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let commands: Vec<&str> =
        readme.lines().filter_map(|line| line.strip_prefix("cargo run --locked -p dms-rule -- ")).collect();
    assert!(commands.len() >= 4, "{commands:?}");
    for command in commands {
        let output = shell(command);
        assert!(output.status.success(), "{command}: {}", text(&output.stderr));
        assert!(!output.stdout.is_empty(), "{command}");
    }
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(root().join(link).exists(), "the README names {link}");
    }
}
