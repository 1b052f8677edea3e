//! The messages of `cargo build --message-format json`
//! (<https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>).

use std::path::PathBuf;

use serde::Deserialize;

/// A compiled part of a package: a library, a program, a build script.
#[derive(Clone, Debug, Deserialize)]
pub struct Artifact {
    /// The package, as a package id specification.
    pub package_id: String,
    /// The features of the package that are turned on.
    pub features: Vec<String>,
    /// The files that were compiled.
    pub filenames: Vec<PathBuf>,
    /// The program, if it is one that the command line named.
    pub executable: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact(Artifact),
    #[serde(other)]
    Other,
}

/// Reads the artifacts, those that were compiled before included. Lines that are no messages of Cargo are skipped.
pub fn artifacts(text: &str) -> impl Iterator<Item = Artifact> {
    text.lines().filter_map(|line| match serde_json::from_str(line) {
        Ok(Message::CompilerArtifact(artifact)) => Some(artifact),
        Ok(Message::Other) | Err(_) => None,
    })
}
