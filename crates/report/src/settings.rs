//! The settings that held in a run, beside its arguments.

use std::fmt;

use serde::Serialize;

/// The settings that a run took from a file and from the environment. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The file, if there is one.
    pub file: Option<SettingsFile>,
    /// The settings that held, and did not come from an argument.
    pub values: Vec<Setting>,
}

/// A file of settings. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingsFile {
    /// The path, as it was found or given.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// A setting that held. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The name of the option that it stands for: `fail-on`.
    pub name: String,
    /// Its value; those of a list are joined by commas.
    pub value: String,
    /// The place it is from: the path of the file with a line, or the name of an environment variable.
    pub source: String,
}

impl Settings {
    /// Returns true if no file was read and no variable was set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.file.is_none() && self.values.is_empty()
    }
}

/// Writes file and values in a line: `dms-rule.toml (SHA-256 ab12...): fail-on=high; DMS_RULE_REGION: region=eu-west-1`.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if let Some(SettingsFile { path, sha256 }) = &self.file {
            words.push(format!("{path} (SHA-256 {sha256})"));
        }
        words.extend(
            self.values.iter().map(|Setting { name, value, source }| format!("{name}={value} ({source})")),
        );
        f.write_str(&words.join(", "))
    }
}
