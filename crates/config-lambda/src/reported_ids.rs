use std::collections::HashMap;

use aws_client::{Fingerprint, Fingerprints};
use rule_core::ComplianceType;

/// The ids that a run has reported so far, by their fingerprints.
#[derive(Debug, Default)]
pub(crate) struct ReportedIds {
    fingerprints: Fingerprints,
    /// The worst result under each reported id.
    worst: HashMap<Fingerprint, ComplianceType>,
    /// The reported ids of resources that are not reported under their own; settled when a resource is listed
    /// first.
    elsewhere: HashMap<Fingerprint, Box<str>>,
}

impl ReportedIds {
    /// Returns the id under which a resource is reported, however often it is listed: `recorded`, unless
    /// another resource of this run is reported under that already; then `own`. Where that is taken too, the
    /// two share it, and the worse result is the one that AWS Config shows.
    pub(crate) fn id(&mut self, own: &str, recorded: String) -> String {
        let resource = self.fingerprints.fingerprint(own);
        if let Some(id) = self.elsewhere.get(&resource) {
            return id.to_string();
        }
        let wanted = self.fingerprints.fingerprint(&recorded);
        if self.worst.contains_key(&resource) || self.worst.contains_key(&wanted) {
            return own.to_owned();
        }
        if wanted != resource {
            self.elsewhere.insert(resource, recorded.as_str().into());
        }
        recorded
    }

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
