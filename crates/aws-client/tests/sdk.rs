//! Only this crate names the AWS SDK.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rule_core::rules::ENGINE_SETTINGS;

#[test]
fn no_other_crate_names_the_sdk() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut named_here = false;
    for file in sources(crates) {
        let names_the_sdk = std::fs::read_to_string(&file).unwrap().contains("aws_sdk_");
        let is_here = file.starts_with(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
        named_here |= is_here && names_the_sdk;
        assert!(is_here || !names_the_sdk, "{}", file.display());
    }
    assert!(named_here, "the folder of this crate was read");
}

/// The SDK is generated from the service model of DMS, and the `Debug` form of a type names its members.
#[test]
fn every_group_of_settings_of_an_endpoint_has_an_entry() {
    let endpoint = format!("{:?}", aws_sdk_dms::types::Endpoint::builder().build());
    let members = endpoint.split([' ', '{']).filter_map(|word| word.strip_suffix(':'));
    let in_the_model: BTreeSet<String> = members
        .filter(|member| member.ends_with("_settings"))
        .map(|member| member.replace('_', ""))
        .collect();
    let known: BTreeSet<String> =
        ENGINE_SETTINGS.iter().map(|settings| settings.group.to_ascii_lowercase()).collect();
    assert!(in_the_model.contains("mongodbsettings"), "{endpoint}");
    assert_eq!(known, in_the_model);
}

/// Lists the source files of all crates, but for the rule that the benchmark compares the function with.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("bench/plain") && !path.ends_with("tests") {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
