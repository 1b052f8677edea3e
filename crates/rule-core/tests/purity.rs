//! The core has no input or output, no async code, no clock and no SDK.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The modules of the standard library that compute only. `net` is here for its addresses, `sync` for `Arc`.
const PURE: [&str; 16] = [
    "borrow",
    "cmp",
    "collections",
    "convert",
    "error",
    "fmt",
    "hash",
    "iter",
    "marker",
    "mem",
    "net",
    "num",
    "ops",
    "str",
    "string",
    "sync",
];

/// Names that would bring in what the core must not have, under any path.
const IMPURE: [&str; 14] = [
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "SystemTime",
    "Instant",
    "Mutex",
    "RwLock",
    "OnceLock",
    "LazyLock",
    "Condvar",
    "Barrier",
    "atomic",
    "mpsc",
];

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_core_depends_on_three_crates() {
    let manifest = std::fs::read_to_string(crate_folder().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: Vec<_> = dependencies
        .lines()
        .filter_map(|line| line.split('.').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names, ["chrono", "serde", "serde_json"]);
    let workspace = std::fs::read_to_string(crate_folder().join("../../Cargo.toml")).unwrap();
    let chrono = workspace.lines().find(|line| line.starts_with("chrono =")).unwrap();
    assert!(chrono.contains("default-features = false") && !chrono.contains("clock"), "{chrono}");
}

#[test]
fn the_core_names_only_modules_of_std_that_compute() {
    let files = sources(&crate_folder().join("src"));
    assert!(files.len() > 19, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for module in modules_of_std(&text) {
            assert!(PURE.contains(&module.as_str()), "{} names std::{module}", file.display());
        }
        for token in tokens(&text) {
            assert!(!IMPURE.contains(&token.as_str()), "{} names {token}", file.display());
            assert!(token != "async", "{} has async code", file.display());
        }
    }
}

#[test]
fn modules_of_std_are_found_in_every_spelling() {
    for (text, expected) in [
        ("use std::fs;", vec!["fs"]),
        ("use std::{\n    env, fmt::{self, Write},\n};", vec!["env", "fmt"]),
        ("let now = ::std::time::SystemTime::now();", vec!["time"]),
        ("use std::collections::{BTreeMap, BTreeSet};", vec!["collections"]),
        ("use std as other;", vec!["as"]),
        ("extern crate std;", vec![";"]),
        ("instead::of and nonstd::fs", vec![]),
    ] {
        assert_eq!(modules_of_std(text), expected.into_iter().map(str::to_owned).collect(), "{text}");
    }
}

/// Returns the names that follow `std` in code and comments: the first segment of each path.
fn modules_of_std(text: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    let mut tokens = tokens(text).into_iter().peekable();
    while let Some(token) = tokens.next() {
        if token != "std" {
            continue;
        }
        let Some(next) = tokens.next() else { break };
        let Some(name) = (if next == "::" { tokens.next() } else { Some(next) }) else { break };
        if name != "{" {
            modules.insert(name);
            continue;
        }
        // A group: the first word, and each one that follows a comma at its own depth.
        let (mut depth, mut is_first) = (1, true);
        while depth > 0
            && let Some(token) = tokens.next()
        {
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," if depth == 1 => is_first = true,
                _ if is_first => {
                    modules.insert(token);
                    is_first = false;
                }
                _ => {}
            }
        }
    }
    modules
}

/// Splits source text into words, `::` and single signs.
fn tokens(text: &str) -> Vec<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut tokens: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in text.chars() {
        let goes_on = (is_word(letter) && is_word(before)) || (letter == ':' && before == ':');
        match tokens.last_mut() {
            Some(token) if goes_on => token.push(letter),
            _ if letter.is_whitespace() => {}
            _ => tokens.push(letter.to_string()),
        }
        before = letter;
    }
    tokens
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
