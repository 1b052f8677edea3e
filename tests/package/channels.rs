//! The channels of a release, with small programs in its archives. `tests/oracles` installs and starts what they make.

use std::collections::BTreeSet;
use std::process::Command;

use package::Architecture;
use package::archive::Checksum;
use package::channels::{Program, Release, ReleaseFile, Source, files};

use crate::programs::{STRIPPED, compile, with_machine};

const ADDRESS: &str = "https://example.invalid/project";

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), bytes: text.into(), is_executable: path == ".ci/run" }
}

fn release() -> Release {
    let program = compile("-Ctarget-feature=+crt-static");
    let programs = [(Architecture::X86_64, 62), (Architecture::Arm64, 183)].map(|(architecture, machine)| {
        let binary = with_machine(&program, machine);
        Program { architecture, archive: Checksum::new(&binary), binary, libraries: Vec::new() }
    });
    Release {
        version: "1.22.333".to_owned(),
        address: ADDRESS.to_owned(),
        commit: "c0ffee".to_owned(),
        date: "2026-11-27T00:00:00Z".to_owned(),
        programs: programs.to_vec(),
        sources: vec![
            source(".ci/run", "#!"),
            source("LICENSE", "free"),
            source("README.md", "read me"),
            source("pyproject.toml", "[build-system]"),
        ],
    }
}

fn names(files: &[ReleaseFile]) -> Vec<&str> {
    files.iter().map(|file| &*file.name).collect()
}

#[test]
fn every_channel_has_its_file_and_the_same_release_gives_the_same_bytes() {
    let first = files(&release()).unwrap();
    assert_eq!(
        names(&first),
        [
            "dms_rule-1.22.333-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64.whl",
            "dms_rule-1.22.333-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
            "dms-rule-1.22.333-oci.tar",
            "dms-rule.rb",
            "dms_rule-1.22.333.tar.gz",
        ]
    );
    std::thread::sleep(std::time::Duration::from_millis(2_100)); // the clock of a zip counts in steps of two seconds
    assert!(files(&release()).unwrap() == first);
}

#[test]
fn without_an_address_nothing_names_one() {
    let without = files(&Release { address: String::new(), ..release() }).unwrap();
    assert!(!names(&without).contains(&"dms-rule.rb"), "a formula needs an address");
    let image = without.iter().find(|file| file.name.ends_with("-oci.tar")).unwrap();
    assert!(!String::from_utf8_lossy(&image.bytes).contains("org.opencontainers.image.url"));
}

#[test]
fn a_file_that_is_no_program_for_its_machine_is_in_no_channel() {
    for (binary, words) in [
        (with_machine(&STRIPPED, 183), "dms-rule for x86_64: the ELF file is for another architecture"),
        (b"#!/bin/sh".to_vec(), "dms-rule for x86_64: no 64-bit little-endian ELF file"),
    ] {
        let mut release = release();
        release.programs[0].binary = binary;
        let error = files(&release).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
}

#[test]
fn a_wheel_states_the_glibc_that_its_program_needs() {
    let mut release = release();
    release.programs[0].binary = with_machine(&STRIPPED, 62);
    let first = names(&files(&release).unwrap())[0].to_owned();
    let minor = first.strip_prefix("dms_rule-1.22.333-py3-none-manylinux_2_").unwrap();
    let minor: u32 = minor.strip_suffix("_x86_64.whl").unwrap().parse().unwrap();
    assert!((28..100).contains(&minor), "Rust's own linker on this machine: {first}");
}

#[test]
fn a_release_that_lacks_something_has_no_channel() {
    let mut without_license = release();
    without_license.sources.remove(1);
    let mut without_arm64 = release();
    without_arm64.programs.pop();
    for (release, words) in [
        (without_license, "LICENSE is not among the sources"),
        (without_arm64, "the template of the Homebrew formula has a placeholder that no value fills"),
        (Release { version: "1.0.0-rc.1".to_owned(), ..release() }, "version 1.0.0-rc.1: expected numbers"),
    ] {
        let error = files(&release).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
}

/// `cargo binstall` replaces these names (binstalk-fetchers 0.10, `gh_crate_meta.rs`).
fn expanded(template: &str, version: &str, architecture: Architecture) -> String {
    let values = [
        ("{ repo }", ADDRESS),
        ("{ name }", "dms-rule"),
        ("{ version }", version),
        ("{ target }", architecture.triple()),
        ("{ bin }", "dms-rule"),
    ];
    values.into_iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[test]
fn cargo_binstall_finds_the_archives_under_the_one_address() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let metadata: serde_json::Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let addresses: BTreeSet<_> = packages
        .iter()
        .flat_map(|package| ["homepage", "repository"].map(|key| package[key].as_str()))
        .flatten()
        .collect();
    assert!(addresses.len() <= 1, "one constant: {addresses:?}");
    let package = packages.iter().find(|package| package["name"] == "dms-rule").unwrap();
    assert_eq!(package["homepage"], package["repository"]);

    let binstall = &package["metadata"]["binstall"];
    let release = release();
    for program in &release.programs {
        let expand =
            |key: &str| expanded(binstall[key].as_str().unwrap(), &release.version, program.architecture);
        let archive = program.archive_name(&release.version);
        assert_eq!(expand("pkg-url"), format!("{ADDRESS}/releases/download/v1.22.333/{archive}"));
        let folder = archive.strip_suffix(".tar.gz").unwrap();
        assert_eq!(expand("bin-dir"), format!("{folder}/dms-rule"));
    }
    assert_eq!(binstall["pkg-fmt"], "tgz");
}
