use std::hash::{BuildHasher, RandomState};

/// An id, in sixteen bytes whatever its length: a run remembers every resource of a Region.
///
/// Of a million ids, two have the same fingerprint once in some 10^26 runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u64; 2]);

/// Takes fingerprints: two hashes under different keys, which nobody outside the process knows.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints([RandomState; 2]);

impl Fingerprints {
    pub(crate) fn of(&self, id: &str) -> Fingerprint {
        Fingerprint(self.0.each_ref().map(|keys| keys.hash_one(id)))
    }
}
