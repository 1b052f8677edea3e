//! Verification of AWS Signature Version 4, after "Create a signed AWS API request" in the IAM User Guide.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use sha2::{Digest, Sha256};

use crate::credentials::Credentials;
use crate::error::AwsError;

/// The headers that a signature must cover. The protocol requires `host` and every `x-amz-*` header of the request.
const REQUIRED_HEADERS: [&str; 3] = ["host", "x-amz-date", "x-amz-security-token"];

/// The services of this server, as signatures name them.
const SERVICES: [&str; 7] = ["account", "config", "dms", "kms", "organizations", "securityhub", "sts"];

/// The account that signed a request, and the Region that the request is for.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account_id: String,
    pub(crate) region: String,
}

/// Verifies the signature of a POST request without a query. `find` returns the account and credentials of an access
/// key id.
///
/// # Errors
/// Returns the error of AWS if the request is not signed, was signed for another service or by unknown credentials,
/// leaves a required header unsigned, or carries a signature other than the one calculated here.
pub(crate) fn verify(
    headers: &HeaderMap,
    path: &str,
    service: &str,
    body: &[u8],
    find: impl FnOnce(&str) -> Option<(String, Credentials)>,
) -> Result<Caller, AwsError> {
    let authorization = header(headers, "authorization").ok_or_else(|| missing("Authentication Token"))?;
    let fields =
        authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or_else(|| wrong("not AWS4-HMAC-SHA256"))?;
    let field = |name: &str| {
        fields
            .split(',')
            .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| wrong(format!("no {name}")))
    };
    let credential: Vec<&str> = field("Credential")?.split('/').collect();
    let [key_id, date, region, scope_service, "aws4_request"] = credential.as_slice() else {
        return Err(wrong("Credential is not KEY/DATE/REGION/SERVICE/aws4_request"));
    };
    if *scope_service != service {
        if SERVICES.contains(scope_service) {
            return Err(wrong(format!("Credential should be scoped to correct service: '{service}'")));
        }
        let message =
            format!("this local AWS has no service {scope_service}; it has {}", SERVICES.join(", "));
        return Err(AwsError::client("UnknownOperationException", message));
    }
    let (account_id, credentials) = find(key_id).ok_or_else(unrecognized)?;
    if header(headers, "x-amz-security-token") != Some(&credentials.session_token) {
        return Err(unrecognized());
    }
    let time = header(headers, "x-amz-date").ok_or_else(|| missing("X-Amz-Date"))?;
    let signed_headers = field("SignedHeaders")?;
    for required in REQUIRED_HEADERS {
        if !signed_headers.split(';').any(|name| name == required) {
            return Err(wrong(format!("{required} is not signed")));
        }
    }
    let request = canonical_request("POST", path, headers, signed_headers, body)?;
    let scope = Scope { date, region, service };
    if field("Signature")? != scope.sign(&request, time, &credentials.secret_access_key)? {
        return Err(wrong("The request signature we calculated does not match the signature you provided."));
    }
    Ok(Caller { account_id, region: (*region).to_owned() })
}

fn missing(part: &str) -> AwsError {
    AwsError::client("MissingAuthenticationTokenException", format!("Request is missing {part}"))
}

fn wrong(message: impl Into<String>) -> AwsError {
    AwsError::new(403, "InvalidSignatureException", message)
}

fn unrecognized() -> AwsError {
    let message = "The security token included in the request is invalid.";
    AwsError::new(403, "UnrecognizedClientException", message)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Builds the canonical request. `signed_headers` are lower-case names separated by semicolons.
fn canonical_request(
    method: &str,
    path: &str,
    headers: &HeaderMap,
    signed_headers: &str,
    body: &[u8],
) -> Result<String, AwsError> {
    let mut canonical_headers = String::new();
    for name in signed_headers.split(';') {
        let value =
            header(headers, name).ok_or_else(|| wrong(format!("the signed header {name} is missing")))?;
        canonical_headers += &[name, ":", value.trim(), "\n"].concat();
    }
    let body_hash = HEXLOWER.encode(&Sha256::digest(body));
    Ok(format!("{method}\n{path}\n\n{canonical_headers}\n{signed_headers}\n{body_hash}"))
}

/// The day, Region and service that a signing key is valid for.
struct Scope<'a> {
    /// The day, such as `20261001`.
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

impl Scope<'_> {
    /// Returns the signature of a canonical request in lower-case hexadecimal. `time` is the value of `x-amz-date`.
    fn sign(&self, canonical_request: &str, time: &str, secret: &str) -> Result<String, AwsError> {
        let Self { date, region, service } = self;
        let request_hash = HEXLOWER.encode(&Sha256::digest(canonical_request));
        let string_to_sign =
            format!("AWS4-HMAC-SHA256\n{time}\n{date}/{region}/{service}/aws4_request\n{request_hash}");
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [date, region, service, "aws4_request", string_to_sign.as_str()] {
            key = hmac(&key, part)?;
        }
        Ok(HEXLOWER.encode(&key))
    }
}

fn hmac(key: &[u8], text: &str) -> Result<Vec<u8>, AwsError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|error| AwsError::new(500, "InternalFailure", error.to_string()))?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

/// The vectors are those of AWS's signing test suite, which the CRT project publishes in `awslabs/aws-c-auth`,
/// `tests/aws-signing-test-suite/v4`; keys, time and host are the same in all of them.
#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const TIME: &str = "20150830T123600Z";
    const SCOPE: Scope<'_> = Scope { date: "20150830", region: "us-east-1", service: "service" };
    const TOKEN: &str = concat!(
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRq",
        "TflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75Y",
        "U9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9K",
        "SYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
    );

    fn headers(more: &[(&'static str, &str)]) -> HeaderMap {
        [("host", "example.amazonaws.com"), ("x-amz-date", TIME)]
            .iter()
            .chain(more)
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn the_published_vectors_give_the_published_signatures() {
        for (method, signature) in [
            // get-vanilla
            ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            // post-vanilla
            ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ] {
            let request = canonical_request(method, "/", &headers(&[]), "host;x-amz-date", b"").unwrap();
            assert_eq!(SCOPE.sign(&request, TIME, SECRET).unwrap(), signature, "{method}");
        }
    }

    /// Verifies `post-sts-header-before`, the vector with a session token, with one header replaced.
    fn verify_vector(name: &'static str, value: &str) -> Result<Caller, AwsError> {
        let authorization = concat!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ",
            "SignedHeaders=host;x-amz-date;x-amz-security-token, ",
            "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
        );
        let mut headers = headers(&[("x-amz-security-token", TOKEN), ("authorization", authorization)]);
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        verify(&headers, "/", "service", b"", |access_key_id| {
            (access_key_id == "AKIDEXAMPLE").then(|| {
                let credentials = Credentials {
                    access_key_id: access_key_id.to_owned(),
                    secret_access_key: SECRET.to_owned(),
                    session_token: TOKEN.to_owned(),
                };
                ("123456789012".to_owned(), credentials)
            })
        })
    }

    #[test]
    fn the_published_request_is_accepted_and_any_change_to_a_signed_header_is_rejected() {
        let caller = verify_vector("host", "example.amazonaws.com").unwrap();
        assert_eq!((caller.account_id.as_str(), caller.region.as_str()), ("123456789012", "us-east-1"));
        for (name, value, code) in [
            ("host", "example.amazonaws.org", "InvalidSignatureException"),
            ("x-amz-date", "20150830T123601Z", "InvalidSignatureException"),
            ("x-amz-security-token", "other", "UnrecognizedClientException"),
        ] {
            assert_eq!(verify_vector(name, value).unwrap_err().code, code, "{name}");
        }
    }
}
