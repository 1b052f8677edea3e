//! The inputs of a run, in the order in which they were read.

use std::collections::HashMap;

use report::{SourceKind, SourceSummary};

/// The summaries of the inputs, one for each kind of document in an input.
#[derive(Default)]
pub(super) struct Sources {
    summaries: Vec<SourceSummary>,
    indices: HashMap<(String, SourceKind), usize>,
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

    /// Returns the summaries.
    pub(super) fn into_summaries(self) -> Vec<SourceSummary> {
        self.summaries
    }
}
