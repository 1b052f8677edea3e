//! The AWS calls of each rule, which the end-to-end test measures and compares with `tests/calls.json`.

use std::collections::BTreeMap;

use rule_core::Rule;
use serde::Deserialize;

use crate::{Error, Repository};

const FILE: &str = "tests/calls.json";

/// A measurement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasuredCalls {
    /// How many resources a periodic run evaluated.
    resources: usize,
    /// By the name of the rule.
    rules: BTreeMap<String, CallsOfRule>,
}

/// The number of calls of each operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsOfRule {
    /// For one change notification; `None` if AWS Config does not record the type.
    change: Option<BTreeMap<String, usize>>,
    /// For one periodic run.
    periodic: BTreeMap<String, usize>,
}

impl MeasuredCalls {
    /// Reads the committed measurement.
    pub(crate) fn read(repository: &Repository) -> Result<Self, Error> {
        Self::from_json(FILE, &repository.read(FILE)?)
    }

    fn from_json(path: &str, json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|source| Error::Json { path: path.to_owned(), source })
    }

    /// Returns the lines of the page of `rule`.
    pub(crate) fn lines(&self, rule: &Rule) -> String {
        let Some(CallsOfRule { change, periodic }) = self.rules.get(rule.identifier) else {
            return "Not measured.\n".to_owned();
        };
        let change = change.as_ref().map(|calls| format!("- A change: {}.\n", list(calls)));
        let periodic = format!("- A periodic run over {} resources: {}.\n", self.resources, list(periodic));
        change.unwrap_or_default() + &periodic
    }
}

fn list(calls: &BTreeMap<String, usize>) -> String {
    calls.iter().map(|(operation, count)| format!("`{operation}` {count}")).collect::<Vec<_>>().join(", ")
}

pub(crate) fn accept(repository: &Repository, measured: &str) -> Result<(), Error> {
    MeasuredCalls::from_json("the measurement", measured)?;
    repository.write(FILE, measured)
}
