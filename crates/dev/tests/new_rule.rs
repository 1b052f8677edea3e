//! `cargo dev new-rule` in a copy of the folders that it writes to.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use clap::Parser;
use dev::Repository;
use dev::new_rule::{NewRule, create};
use rule_core::ResourceType;
use serde_json::Value;
use tempfile::TempDir;

const LIST: &str = "crates/rule-core/src/rules.rs";

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    new_rule: NewRule,
}

fn parse(arguments: &str) -> Result<NewRule, clap::Error> {
    let arguments = std::iter::once("new-rule").chain(arguments.split(' '));
    Arguments::try_parse_from(arguments).map(|arguments| arguments.new_rule)
}

/// Returns a repository that holds only the list of rules.
fn copy() -> std::io::Result<(TempDir, Repository)> {
    let folder = tempfile::tempdir()?;
    let list = folder.path().join(LIST);
    fs::create_dir_all(list.with_file_name("rules"))?;
    fs::copy(Repository::current().path(LIST), list)?;
    let repository = Repository::at(folder.path());
    Ok((folder, repository))
}

/// Returns every file below a folder, in order.
fn files(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(self::files(&path).into_iter().map(|file| format!("{name}/{file}")));
        } else {
            files.push(name);
        }
    }
    files.sort();
    files
}

#[test]
fn a_rule_is_its_own_files_and_two_lines_in_the_list() {
    let (folder, repository) = copy().unwrap();
    let before = repository.read(LIST).unwrap();
    let new_rule =
        parse("dms-endpoint-quiet --resource-type aws::dms::endpoint --property RedisSettings.Quiet")
            .unwrap();
    let mut written = create(&repository, &new_rule).unwrap();
    written.sort();
    assert_eq!(files(folder.path()), written);
    assert_eq!(
        written,
        [
            LIST,
            "crates/rule-core/src/rules/dms_endpoint_quiet.md",
            "crates/rule-core/src/rules/dms_endpoint_quiet.rs",
            "tests/cases/dms-endpoint-quiet/listed.json",
            "tests/cases/dms-endpoint-quiet/property.json",
        ]
    );
    let after = repository.read(LIST).unwrap();
    let added: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
    assert_eq!(added, ["pub mod dms_endpoint_quiet;", "    &dms_endpoint_quiet::RULE,"]);
    let rule = repository.read("crates/rule-core/src/rules/dms_endpoint_quiet.rs").unwrap();
    assert!(
        rule.contains(r#"Property::flag("RedisSettings.Quiet", Some("redis_settings.quiet"))"#),
        "{rule}"
    );
}

#[test]
fn the_files_of_a_rule_of_every_type_can_be_read() {
    for resource_type in ResourceType::ALL {
        let (_folder, repository) = copy().unwrap();
        let arguments = format!("dms-quiet --resource-type {resource_type} --severity low");
        for file in create(&repository, &parse(&arguments).unwrap()).unwrap() {
            let text = repository.read(&file).unwrap();
            assert!(!text.contains('@'), "{file} has a placeholder: {text}");
            match Path::new(&file).extension().and_then(OsStr::to_str).unwrap() {
                "rs" => drop(syn::parse_file(&text).unwrap()),
                "json" => drop(serde_json::from_str::<Value>(&text).unwrap()),
                extension => assert_eq!(extension, "md"),
            }
        }
    }
}

#[test]
fn a_rule_that_exists_is_not_overwritten() {
    let (_folder, repository) = copy().unwrap();
    let new_rule = parse("dms-quiet --resource-type AWS::DMS::Endpoint").unwrap();
    create(&repository, &new_rule).unwrap();
    let list = repository.read(LIST).unwrap();
    let error = create(&repository, &new_rule).unwrap_err();
    assert_eq!(error.to_string(), "crates/rule-core/src/rules/dms_quiet.rs exists already");
    assert_eq!(repository.read(LIST).unwrap(), list);
}

#[test]
fn a_type_that_no_rule_can_have_is_rejected_with_those_that_can() {
    let error = parse("dms-quiet --resource-type AWS::DMS::MigrationProject").unwrap_err().to_string();
    assert!(error.contains("AWS::DMS::ReplicationSubnetGroup"), "{error}");
}
