//! AWS Signature Version 4, checked as AWS checks it.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use sha2::{Digest, Sha256};

use crate::answer::AwsError;

/// Keys that this server knows.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Public part.
    pub access_key_id: String,
    /// Secret part.
    pub secret_access_key: String,
    /// Must come with every request.
    pub session_token: String,
}

impl Credentials {
    /// Keys of an account; `name` makes them differ.
    pub(crate) fn of(account_id: &str, name: &str) -> Self {
        let key = hex(&Sha256::digest(format!("{account_id}/{name}")));
        let part = |from: usize, to: usize| key.get(from..to).unwrap_or_default().to_owned();
        Self {
            access_key_id: format!("ASIA{}", part(0, 16).to_uppercase()),
            secret_access_key: part(16, 56),
            session_token: format!("local-session-{key}"),
        }
    }
}

/// Who signed, for where.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) account_id: String,
    pub(crate) region: String,
}

/// Checks the signature of a request. `known` finds the credentials and account of an access key.
pub(crate) fn check(
    headers: &HeaderMap,
    path: &str,
    service: &str,
    body: &[u8],
    known: impl FnOnce(&str) -> Option<(String, Credentials)>,
) -> Result<Signed, AwsError> {
    let missing = |what: &str| {
        AwsError::client("MissingAuthenticationTokenException", format!("Request is missing {what}"))
    };
    let wrong = |what: &str| AwsError::new(403, "InvalidSignatureException", what.to_owned());
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header("authorization").ok_or_else(|| missing("Authentication Token"))?;
    let fields =
        authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(|| wrong("not AWS4-HMAC-SHA256"))?;
    let field = |name: &str| {
        fields
            .split(',')
            .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| wrong(&format!("no {name}")))
    };
    let credential: Vec<&str> = field("Credential")?.split('/').collect();
    let [key_id, date, region, scope_service, "aws4_request"] = credential.as_slice() else {
        return Err(wrong("Credential is not KEY/DATE/REGION/SERVICE/aws4_request"));
    };
    if *scope_service != service {
        return Err(wrong(&format!("Credential should be scoped to correct service: '{service}'")));
    }
    let (account_id, credentials) = known(key_id).ok_or_else(|| {
        AwsError::new(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    })?;
    if header("x-amz-security-token") != Some(&credentials.session_token) {
        return Err(AwsError::new(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ));
    }
    let amz_date = header("x-amz-date").ok_or_else(|| missing("X-Amz-Date"))?;
    let signed_headers = field("SignedHeaders")?;
    for needed in ["host", "x-amz-date", "x-amz-security-token"] {
        if !signed_headers.split(';').any(|name| name == needed) {
            return Err(wrong(&format!("{needed} is not signed")));
        }
    }
    let mut canonical_headers = String::new();
    for name in signed_headers.split(';') {
        let value = header(name).ok_or_else(|| wrong(&format!("signed header {name} is not there")))?;
        canonical_headers += &[name, ":", value.trim(), "\n"].concat();
    }
    let canonical =
        format!("POST\n{path}\n\n{canonical_headers}\n{signed_headers}\n{}", hex(&Sha256::digest(body)));
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let mut key = format!("AWS4{}", credentials.secret_access_key).into_bytes();
    for part in [*date, *region, service, "aws4_request", to_sign.as_str()] {
        key = hmac(&key, part)?;
    }
    if field("Signature")? != hex(&key) {
        return Err(wrong("The request signature we calculated does not match the signature you provided."));
    }
    Ok(Signed { account_id, region: (*region).to_owned() })
}

fn hmac(key: &[u8], text: &str) -> Result<Vec<u8>, AwsError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|error| AwsError::new(500, "InternalFailure", error.to_string()))?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}
