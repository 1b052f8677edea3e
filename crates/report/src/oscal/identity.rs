//! Ids that are the same for the same content.

use sha2::{Digest as _, Sha256};
use uuid::Builder;

use crate::Evaluation;

/// Returns the id of a text: of version 5, as OSCAL allows, with digits of SHA-256.
pub(super) fn uuid(text: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(format!("dms-rule/oscal/{text}")).into();
    let (first, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    Builder::from_sha1_bytes(*first).into_uuid().to_string()
}

/// Returns the id of the resource of an evaluation, the same for every rule.
pub(super) fn of_resource(evaluation: &Evaluation) -> String {
    let key = evaluation.key();
    uuid(&format!("resource/{}", key.split_once('/').map_or(key.as_str(), |(_, resource)| resource)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_of_version_5_and_of_its_text() {
        let id = uuid("a");
        assert_eq!((id.len(), id.chars().nth(14)), (36, Some('5')));
        assert_eq!(id, uuid("a"));
        assert_ne!(id, uuid("b"));
    }
}
