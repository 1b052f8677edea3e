//! The SDK of AWS stays behind one door.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::path::{Path, PathBuf};

#[test]
fn one_folder_names_the_sdk() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let is_inside = file.components().any(|part| part.as_os_str() == "aws");
        let names_the_sdk = std::fs::read_to_string(&file).unwrap().contains("aws_sdk_");
        assert!(is_inside || !names_the_sdk, "{}", file.display());
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
