//! Temporary credentials of the accounts.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Temporary credentials that the server accepts.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The id by which a request names the credentials.
    pub access_key_id: String,
    /// The key that signs requests.
    pub secret_access_key: String,
    /// The token that every request must carry.
    pub session_token: String,
}

impl Credentials {
    /// Derives the credentials of a session of an account. The same arguments give the same credentials.
    pub(crate) fn derive(account_id: &str, session: &str) -> Self {
        let key = HEXLOWER.encode(&Sha256::digest(format!("{account_id}/{session}")));
        let part = |from: usize, to: usize| key.get(from..to).unwrap_or_default().to_owned();
        Self {
            access_key_id: format!("ASIA{}", part(0, 16).to_uppercase()),
            secret_access_key: part(16, 56),
            session_token: format!("local-session-{key}"),
        }
    }
}
