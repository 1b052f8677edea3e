use std::collections::{BTreeMap, BTreeSet, HashSet};

use aws_client::{Fingerprint, Fingerprints, RecordedId};
use rule_core::arn::is_arn;

/// The names that the recorder has for each id that is not an ARN.
pub(crate) type NamesById = BTreeMap<String, BTreeSet<String>>;

/// The ids under which AWS Config records the resources of a type.
///
/// Of an ARN only the fingerprint is kept: it belongs to the resource that has it, and to no other, whatever their
/// names.
#[derive(Debug, Default)]
pub(crate) struct RecordedIds {
    fingerprints: Fingerprints,
    arns: HashSet<Fingerprint>,
    others: NamesById,
}

impl RecordedIds {
    /// Adds an id.
    pub(crate) fn add(&mut self, RecordedId { id, name }: RecordedId) {
        if is_arn(&id) {
            self.arns.insert(self.fingerprints.fingerprint(&id));
        } else {
            self.others.entry(id).or_default().extend(name.filter(|name| !name.is_empty()));
        }
    }

    /// Returns true if AWS Config records a resource under exactly this id.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.others.contains_key(id) || self.arns.contains(&self.fingerprints.fingerprint(id))
    }

    /// Returns the ids that are not ARNs: the only ones that may belong to a resource with another ARN.
    pub(crate) fn others(&self) -> &NamesById {
        &self.others
    }
}
