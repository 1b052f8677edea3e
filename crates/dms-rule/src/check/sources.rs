//! The inputs of a run, in the order in which they were read.

use std::collections::HashMap;

use report::{SourceKind, SourceSummary};

/// The summaries of the inputs, one for each kind of document in an input.
#[derive(Default)]
pub(super) struct Sources {
    summaries: Vec<SourceSummary>,
    indices: HashMap<(String, SourceKind), usize>,
    /// The inputs that were read to their end, with their SHA-256.
    checksums: Vec<(String, String)>,
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
        self.checksums.push((input.to_owned(), sha256));
    }

    /// Returns the summaries, with the checksums of their inputs. An input without a summary could not be evaluated.
    pub(super) fn into_summaries(mut self) -> Vec<SourceSummary> {
        for (input, sha256) in self.checksums {
            if !self.summaries.iter().any(|summary| summary.name == input) {
                self.summaries.push(SourceSummary::new(input.as_str(), SourceKind::NotEvaluated, 0));
            }
            for summary in self.summaries.iter_mut().filter(|summary| summary.name == input) {
                summary.sha256 = Some(sha256.clone());
            }
        }
        self.summaries
    }
}
