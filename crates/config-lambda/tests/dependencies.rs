//! The SDK of AWS is behind one crate.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::{Path, PathBuf};

#[test]
fn only_aws_client_names_the_sdk() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut others = 0;
    for entry in crates.read_dir().unwrap() {
        let folder = entry.unwrap().path();
        let names_the_sdk = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).unwrap();
            ["aws_sdk_", "aws_config::", "aws_smithy_"].iter().any(|name| text.contains(name))
        };
        let files: Vec<_> = sources(&folder.join("src")).into_iter().filter(names_the_sdk).collect();
        if folder.ends_with("aws-client") {
            assert!(!files.is_empty());
        } else {
            others += 1;
            assert!(files.is_empty(), "{files:?}");
        }
    }
    assert!(others > 5);
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
