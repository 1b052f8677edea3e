//! Faults on demand.

use serde::Deserialize;

/// A failure that the server simulates, and the requests that it affects.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The operation that fails; `None` for every operation of AWS.
    #[serde(default)]
    pub operation: Option<String>,
    /// The Region in which requests fail; `None` for all.
    #[serde(default)]
    pub region: Option<String>,
    /// The account whose requests fail; `None` for all.
    #[serde(default)]
    pub account_id: Option<String>,
    /// The first matching request that fails, counted from 1.
    #[serde(default = "first")]
    pub from_call: usize,
    /// The number of requests that fail; `None` for all from the first on.
    #[serde(default)]
    pub times: Option<usize>,
    /// The kind of failure.
    pub kind: FaultKind,
}

fn first() -> usize {
    1
}

impl Fault {
    /// Builds a fault of every request of `operation`, in all accounts and Regions.
    #[must_use]
    pub fn always(operation: &str, kind: FaultKind) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            region: None,
            account_id: None,
            from_call: 1,
            times: None,
            kind,
        }
    }
}

/// A kind of failure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum FaultKind {
    /// Responds with ThrottlingException.
    Throttle,
    /// Responds with HTTP status 500.
    ServerError,
    /// Responds with HTTP status 503.
    Unavailable,
    /// Responds with an error: the role lacks the permission.
    Denied,
    /// Responds with an error: a service control policy denies the call.
    DeniedByOrganization,
    /// Responds with an error: the session token has expired.
    ExpiredToken,
    /// Responds with an error: AWS does not know the access key.
    UnknownAccessKey,
    /// Responds with an error: the signature is wrong.
    WrongSignature,
    /// Reads the request and closes the connection; the request has no effect.
    DropConnection,
    /// Closes the connection after the request took effect.
    DropAfter,
    /// Keeps the connection open without a response until the faults are cleared, and closes it then; the request has
    /// no effect. A test that waits for the call in the list of calls can kill the client just before the effect.
    NoResponse,
    /// As `NoResponse`, after the request took effect.
    NoResponseAfter,
    /// Responds with HTTP status 400 and an error of the service, such as `KMSKeyNotAccessibleFault`.
    Rejected {
        /// The code of the error.
        code: String,
        /// The message of the error.
        message: String,
    },
    /// Responds with HTTP status 200 and a body that is not JSON; the request has no effect.
    Garbage,
    /// Responds with HTTP status 200, the length of the whole body and half of its bytes; the request takes effect.
    CutShort,
    /// Responds with HTTP status 200 and no body; the request has no effect.
    EmptyBody,
    /// Responds with HTTP status 200 and `{}`; the request takes effect.
    EmptyObject,
    /// Responds with HTTP status 200 and an error as the body; the request has no effect.
    ErrorWithSuccess,
    /// Responds about another KMS key than the one of the request.
    AnotherKey,
    /// Delays the true response.
    Slow {
        /// The delay.
        milliseconds: u64,
    },
    /// Returns the first evaluations of a batch as `FailedEvaluations` and does not store them.
    FailedEvaluations {
        /// The number of evaluations that fail.
        count: usize,
    },
    /// Returns the first findings of a batch as `FailedFindings` and does not store them.
    FailedFindings {
        /// The number of findings that fail.
        count: usize,
    },
    /// Responds with an empty list and a token; the request with that token gets the page that was due.
    EmptyPageWithToken,
    /// Responds with an empty list and the token of the request, so that the listing never ends.
    RepeatedToken,
    /// Responds with AccessDeniedException, with the result token in its message.
    EchoToken,
}

impl FaultKind {
    /// Returns true if the client gets no response and the connection stays open.
    pub(crate) fn is_silent(&self) -> bool {
        matches!(self, Self::NoResponse | Self::NoResponseAfter)
    }

    /// Returns true if the connection is closed without a response.
    pub(crate) fn is_dropped(&self) -> bool {
        matches!(self, Self::DropConnection | Self::DropAfter)
    }

    /// Returns the body that is sent in place of the true one; `None` if that is sent, or a part of it.
    pub(crate) fn body(&self) -> Option<&'static str> {
        match self {
            Self::Garbage => Some("<html>a proxy was here</html>"),
            Self::EmptyBody => Some(""),
            Self::EmptyObject => Some("{}"),
            Self::ErrorWithSuccess => Some(r#"{"__type": "InternalFailure"}"#),
            _ => None,
        }
    }
}

/// A fault with the number of requests that matched it so far.
#[derive(Debug)]
pub(crate) struct FaultCounter {
    fault: Fault,
    matches: usize,
}

impl FaultCounter {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { fault, matches: 0 }
    }

    /// Returns true if the fault keeps clients waiting.
    pub(crate) fn is_silent(&self) -> bool {
        self.fault.kind.is_silent()
    }

    /// Counts a request if it matches the fault; returns the kind if the request is to fail.
    pub(crate) fn count(&mut self, operation: &str, account_id: &str, region: &str) -> Option<FaultKind> {
        let fault = &self.fault;
        let includes =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        if !(includes(&fault.operation, operation)
            && includes(&fault.account_id, account_id)
            && includes(&fault.region, region))
        {
            return None;
        }
        self.matches += 1;
        let is_over = fault.times.is_some_and(|times| self.matches >= fault.from_call + times);
        (self.matches >= fault.from_call && !is_over).then(|| fault.kind.clone())
    }
}
