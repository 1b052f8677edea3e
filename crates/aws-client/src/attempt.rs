use std::fmt;

use rule_core::ErrorKind;
use serde::Deserialize;

use crate::code;

/// The most characters of an error code that are kept; no code of AWS is as long.
const CODE_MAXIMUM: usize = 64;

/// A failed attempt of an operation; the SDK may try again. Of the response it keeps only the error code and
/// the request id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAttempt {
    operation: &'static str,
    code: String,
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(rename = "__type")]
    code: String,
}

impl FailedAttempt {
    /// Reads the error code of a response: of its body, for example `com.amazonaws.dms#AccessDeniedFault`
    /// (Smithy, "AWS JSON 1.1 protocol"), else its HTTP status.
    pub(crate) fn with_response(
        operation: &'static str,
        status: u16,
        request_id: Option<&str>,
        body: &[u8],
    ) -> Self {
        let code = match serde_json::from_slice::<ErrorBody>(body) {
            Ok(ErrorBody { code }) => {
                code.rsplit('#').next().unwrap_or_default().chars().take(CODE_MAXIMUM).collect()
            }
            Err(_) => format!("HTTP {status}"),
        };
        Self { operation, code, request_id: request_id.map(str::to_owned) }
    }

    pub(crate) fn without_response(operation: &'static str) -> Self {
        Self { operation, code: "no response".to_owned(), request_id: None }
    }

    /// Returns the kind of the error code, which decides who must act.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        code::kind(&self.code)
    }
}

impl fmt::Display for FailedAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, code, request_id } = self;
        write!(f, "{operation}: {code} (request id {})", request_id.as_deref().unwrap_or("none"))
    }
}
