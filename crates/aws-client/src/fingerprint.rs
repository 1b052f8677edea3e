use std::hash::{BuildHasher, RandomState};

/// An id of any length in sixteen bytes: a run keeps one for every resource of a Region.
///
/// Of a million ids, two have the same fingerprint once in some 10^26 runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u64; 2]);

/// Computes fingerprints: two hashes under random keys that do not leave the process.
#[derive(Debug, Default)]
pub struct Fingerprints([RandomState; 2]);

impl Fingerprints {
    /// Computes the fingerprint of an id.
    #[must_use]
    pub fn fingerprint(&self, id: &str) -> Fingerprint {
        Fingerprint(self.0.each_ref().map(|keys| keys.hash_one(id)))
    }
}
