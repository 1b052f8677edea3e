//! The inputs of a run, in the order in which they were read.

use std::collections::{HashMap, HashSet};

use report::{SourceKind, SourceSummary};

/// The summaries of the inputs, one for each kind of document in an input.
#[derive(Default)]
pub(super) struct Sources {
    summaries: Vec<SourceSummary>,
    indices: HashMap<(String, SourceKind), usize>,
    /// The inputs that were read to their end, in order.
    read: Vec<String>,
    /// The SHA-256 of each of them.
    checksums: HashMap<String, String>,
}

impl Sources {
    /// Adds resources, and records that newer ones replace, to the summary of an input; it begins with none.
    pub(super) fn count(&mut self, input: &str, kind: SourceKind, resources: usize, superseded: usize) {
        let index = *self.indices.entry((input.to_owned(), kind)).or_insert(self.summaries.len());
        if index == self.summaries.len() {
            self.summaries.push(SourceSummary::new(input, kind, 0));
        }
        if let Some(summary) = self.summaries.get_mut(index) {
            summary.resources += resources;
            summary.superseded += superseded;
        }
    }

    /// Returns true if no document of another kind speaks of DMS.
    pub(super) fn are_all(&self, kind: SourceKind) -> bool {
        let kinds = self.summaries.iter().map(|summary| summary.kind);
        kinds.filter(|other| *other != SourceKind::WithoutDms).all(|other| other == kind)
    }

    /// Adds the checksum of an input.
    pub(super) fn add_checksum(&mut self, input: &str, sha256: String) {
        self.read.push(input.to_owned());
        self.checksums.insert(input.to_owned(), sha256);
    }

    /// Returns the summaries, with the checksums of their inputs. An input without a summary could not be evaluated.
    pub(super) fn into_summaries(mut self) -> Vec<SourceSummary> {
        for summary in &mut self.summaries {
            summary.sha256 = self.checksums.get(&summary.name).cloned();
        }
        let summarized: HashSet<&str> = self.summaries.iter().map(|summary| summary.name.as_str()).collect();
        let others = self.read.iter().filter(|input| !summarized.contains(input.as_str()));
        let others = others.map(|input| SourceSummary {
            sha256: self.checksums.get(input).cloned(),
            ..SourceSummary::new(input.as_str(), SourceKind::NotEvaluated, 0)
        });
        let others: Vec<SourceSummary> = others.collect();
        self.summaries.extend(others);
        self.summaries
    }
}
