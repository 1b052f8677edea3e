use std::path::Path;

use local_aws::{Fleet, KmsKey, parse_fleet, parse_keys};

const SAMPLE: &str = include_str!("../sample-fleet.json");

/// The DMS resources and KMS keys of every local account.
#[derive(Debug)]
pub(super) struct Inventory {
    pub(super) fleet: Fleet,
    pub(super) kms_keys: Vec<KmsKey>,
}

/// An error of `--fleet`.
#[derive(Debug, thiserror::Error)]
#[error("--fleet {file}: {message}")]
pub(super) struct FleetError {
    file: String,
    message: String,
}

impl Inventory {
    /// Reads a fleet from a file; without a file, the sample.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or does not hold DMS resources.
    pub(super) fn read(file: Option<&Path>) -> Result<Self, FleetError> {
        let error = |message: &dyn std::fmt::Display| FleetError {
            file: file.map_or_else(|| "(sample)".to_owned(), |file| file.display().to_string()),
            message: message.to_string(),
        };
        let text = match file {
            None => SAMPLE.to_owned(),
            Some(file) => std::fs::read_to_string(file).map_err(|cause| error(&cause))?,
        };
        Ok(Self {
            fleet: parse_fleet(&text).map_err(|cause| error(&cause))?,
            kms_keys: parse_keys(&text).map_err(|cause| error(&cause))?,
        })
    }
}
