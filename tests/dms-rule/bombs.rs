//! Small files that grow when they are read: each is a failure, within bounded memory.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::text;

/// The most address space that a check gets, in KiB.
const MEMORY: usize = 1_500_000;

/// Checks a file within the memory. Returns the exit code and what was printed.
fn check(file: &Path) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" check \"$1\"")])
        .arg(env!("CARGO_BIN_EXE_dms-rule"))
        .arg(file)
        .env_clear()
        .output()
        .unwrap();
    (output.status.code(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
}

/// Returns gzip of a text in which a part is repeated.
fn gzip(begin: &[u8], part: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(begin).unwrap();
    for _ in 0..times {
        encoder.write_all(part).unwrap();
    }
    encoder.finish().unwrap()
}

/// Returns a template whose aliases repeat a list ten times at each level.
fn aliases() -> Vec<u8> {
    let level = |level: usize| {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        format!("a{level}: &a{level} [{list}]\n")
    };
    let mut yaml: String = std::iter::once("a0: &a0 [x]\n".to_owned()).chain((1..12).map(level)).collect();
    yaml += "Resources: {A: {Type: 'AWS::DMS::ReplicationInstance', Properties: {Tags: *a11}}}\n";
    yaml.into_bytes()
}

/// Returns a template with a property that is nested a hundred thousand times.
fn nested_yaml() -> Vec<u8> {
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    format!("Resources: {{A: {{Type: 'AWS::DMS::Endpoint', Properties: {{Tags: {deep}}}}}}}\n").into_bytes()
}

/// Returns an item with a configuration that is nested a hundred thousand times.
fn nested_item() -> Vec<u8> {
    let deep = [r#"{"a":"#.repeat(100_000), "1".to_owned(), "}".repeat(100_000)].concat();
    format!(r#"{{"configurationItems":[{{"resourceType":"AWS::DMS::Endpoint","configuration":{deep}}}]}}"#)
        .into_bytes()
}

#[test]
fn a_small_file_that_grows_is_a_failure_within_bounded_memory() {
    let folder = TempDir::new().unwrap();
    let huge = b"{\"ReplicationInstances\":[{\"PubliclyAccessible\":1e400,\"ReplicationInstanceIdentifier\":\"a\"}]}";
    for (name, content, message) in [
        (
            "value.json.gz",
            gzip(b"{\"Endpoints\":[{\"a\":\"", &b"x".repeat(1 << 20), 260),
            "more than 256 MiB",
        ),
        ("list.json", [b"[".repeat(300_000), b"]".repeat(300_000)].concat(), "nested too deeply"),
        ("item.json", nested_item(), "recursion limit"),
        ("template.yaml", nested_yaml(), "recursion limit exceeded"),
        ("aliases.yaml", aliases(), "too large, with what its aliases repeat"),
        ("number.json", huge.to_vec(), "number out of range"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, &content).unwrap();
        assert!(content.len() < 4 << 20, "{name}");
        let (code, printed) = check(&file);
        assert_eq!(code, Some(2), "{name}: {printed}");
        assert!(printed.contains(message), "{name}: {}", printed.lines().last().unwrap());
    }
}
