//! The crates and features that a program is made of, as Cargo names them and as a committed file lists them.

use std::collections::BTreeSet;
use std::fmt;
use std::fmt::Write as _;

use crate::architecture::Architecture;

/// The format for `cargo tree` that [`read_tree`] reads: package and features.
pub(crate) const TREE_FORMAT: &str = "{p}|{f}";

const HEADING: &str = "\
# The crates of the function, each with its compatible version and its features.
# Written by `cargo dev generate`. A test compares them with those of the function that the tests run.
";

/// The crates of a program.
pub type Crates = BTreeSet<Crate>;

/// A crate with the features that are turned on.
///
/// `Display` gives its line in the committed file: `base64 0.22: alloc, default, std`.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Crate {
    name: String,
    /// The numbers of the version that all compatible releases share: `1`, `0.22`, `0.0.3`.
    version: String,
    features: BTreeSet<String>,
}

impl Crate {
    /// Reads a package id of Cargo, such as `registry+https://…#serde@1.0.229` or `path+file:///…/rule-core#0.1.0`
    /// (<https://doc.rust-lang.org/cargo/reference/pkgid-spec.html>).
    #[must_use]
    pub fn from_package_id(id: &str, features: &[String]) -> Self {
        let (source, fragment) = id.rsplit_once('#').unwrap_or(("", id));
        let (name, version) = fragment
            .rsplit_once('@')
            .unwrap_or_else(|| (source.rsplit('/').next().unwrap_or_default(), fragment));
        Self::new(name, version, features.iter().map(String::as_str))
    }

    fn new<'a>(name: &str, version: &str, features: impl Iterator<Item = &'a str>) -> Self {
        Self {
            name: name.to_owned(),
            version: compatible(version),
            features: features.filter(|feature| !feature.is_empty()).map(str::to_owned).collect(),
        }
    }
}

impl fmt::Display for Crate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)?;
        for (number, feature) in self.features.iter().enumerate() {
            write!(f, "{} {feature}", if number == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

/// Returns a version up to its first number that is not 0.
fn compatible(version: &str) -> String {
    let zeros = version.split('.').take_while(|number| *number == "0").count();
    version.split('.').take(zeros + 1).collect::<Vec<_>>().join(".")
}

/// Reads what `cargo tree --prefix none --format` [`TREE_FORMAT`] prints.
pub(crate) fn read_tree(text: &str) -> Crates {
    let read = |line: &str| {
        let line = line.strip_suffix(" (*)").unwrap_or(line); // Cargo's mark of a crate that it printed before
        let (package, features) = line.split_once('|')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        Some(Crate::new(name, version, features.split(',')))
    };
    text.lines().filter_map(read).collect()
}

/// Writes the committed file. A crate that not every architecture has is followed by the names of those that have it.
pub(crate) fn to_file(resolved: &[(Architecture, Crates)]) -> String {
    let all: Crates = resolved.iter().flat_map(|(_, crates)| crates).cloned().collect();
    let mut text = HEADING.to_owned();
    for one in &all {
        let _ = write!(text, "{one}"); // a String takes everything
        let with: Vec<_> = resolved.iter().filter(|(_, crates)| crates.contains(one)).collect();
        if with.len() < resolved.len() {
            for (architecture, _) in with {
                let _ = write!(text, " [{architecture}]");
            }
        }
        text.push('\n');
    }
    text
}

/// Compares the crates of a program with the lines of the committed file that are for its architecture. Returns a line
/// for each difference: `+` before a crate that only the program has, `-` before one that only the file has.
///
/// A crate with another set of features is a difference in both directions.
#[must_use]
pub fn differences(file: &str, architecture: Architecture, crates: &Crates) -> Vec<String> {
    let mark = format!(" [{architecture}]");
    let expected: BTreeSet<&str> = file
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_suffix(&*mark).or_else(|| (!line.ends_with(']')).then_some(line)))
        .collect();
    let found: BTreeSet<String> = crates.iter().map(Crate::to_string).collect();
    let added = found.iter().filter(|line| !expected.contains(line.as_str())).map(|line| format!("+ {line}"));
    let missing = expected.iter().filter(|line| !found.contains(**line)).map(|line| format!("- {line}"));
    added.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crates(lines: &[&str]) -> Crates {
        read_tree(&lines.join("\n"))
    }

    #[test]
    fn a_version_is_cut_after_the_number_that_decides_on_compatibility() {
        let versions = ["1.0.229", "12.3.4", "0.22.1", "0.10.0", "0.0.3", "0.0.0", "1.0.0-rc.1"];
        assert_eq!(versions.map(compatible), ["1", "12", "0.22", "0.10", "0.0.3", "0.0.0", "1"]);
    }

    #[test]
    fn package_ids_and_the_tree_name_a_crate_alike() {
        let features = ["std".to_owned(), "alloc".to_owned()];
        let registry = "registry+https://github.com/rust-lang/crates.io-index#base64@0.22.1";
        assert_eq!(
            Crates::from([
                Crate::from_package_id(registry, &features),
                Crate::from_package_id("path+file:///checkout/crates/rule-core#0.1.0", &[])
            ]),
            crates(&["base64 v0.22.1|alloc,std (*)", "rule-core v0.1.0 (/checkout/crates/rule-core)|"])
        );
    }

    #[test]
    fn a_crate_or_feature_that_is_added_or_gone_is_a_difference() {
        let shipped = crates(&["base64 v0.22.1|std", "serde v1.0.0|"]);
        let file = to_file(&Architecture::ALL.map(|architecture| (architecture, shipped.clone())));
        let compare = |lines| differences(&file, Architecture::X86_64, &crates(lines));
        assert_eq!(compare(&["base64 v0.22.5|std", "serde v1.2.0|"]), [""; 0]);
        assert_eq!(
            compare(&["base64 v0.22.1|std", "serde v1.0.0|rc"]),
            ["+ serde 1: rc", "- serde 1"],
            "a feature"
        );
        assert_eq!(
            compare(&["base64 v0.22.1|std", "base64 v0.23.0|std", "serde v1.0.0|"]),
            ["+ base64 0.23: std"],
            "a crate in a second version"
        );
        assert_eq!(compare(&["serde v1.0.0|"]), ["- base64 0.22: std"]);
    }

    #[test]
    fn a_crate_of_one_architecture_is_expected_there_only() {
        let (x86_64, arm64) = (crates(&["a v1.0.0|"]), crates(&["a v1.0.0|", "b v1.0.0|std"]));
        let file = to_file(&[(Architecture::X86_64, x86_64.clone()), (Architecture::Arm64, arm64.clone())]);
        assert!(file.ends_with("\na 1\nb 1: std [arm64]\n"), "{file}");
        assert_eq!(differences(&file, Architecture::X86_64, &x86_64), [""; 0]);
        assert_eq!(differences(&file, Architecture::Arm64, &arm64), [""; 0]);
        assert_eq!(differences(&file, Architecture::X86_64, &arm64), ["+ b 1: std"]);
        assert_eq!(differences(&file, Architecture::Arm64, &x86_64), ["- b 1: std"]);
    }
}
