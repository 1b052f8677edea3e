use std::collections::HashMap;

use aws_client::{Fingerprint, Fingerprints};
use rule_core::ComplianceType;

/// The ids that a run has reported so far, by their fingerprints.
#[derive(Debug, Default)]
pub(crate) struct ReportedIds {
    fingerprints: Fingerprints,
    /// The worst result under each reported id.
    worst: HashMap<Fingerprint, ComplianceType>,
}

impl ReportedIds {
    /// Adds a result under an id, and returns the worst one before it; `None` if it is the first.
    pub(crate) fn add(&mut self, id: &str, result: ComplianceType) -> Option<ComplianceType> {
        let id = self.fingerprints.fingerprint(id);
        let before = self.worst.get(&id).copied();
        self.worst.insert(id, before.map_or(result, |before| before.max(result)));
        before
    }

    /// Returns true if a result was reported under this id.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.worst.contains_key(&self.fingerprints.fingerprint(id))
    }
}
