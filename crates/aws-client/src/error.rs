use std::fmt;

use rule_core::ErrorKind;

use crate::code;

/// The final failure of an operation of AWS: the operation, its subject and the cause.
///
/// [`Display`](fmt::Display) words the failure, and [`next_step`](Self::next_step) the remedy for its reader. It
/// holds no secret, no result token and no payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    operation: &'static str,
    subject: String,
    request_id: Option<String>,
    cause: Cause,
}

/// The reason why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// AWS responded with an error: its code, and at most 400 characters of its message.
    #[error("{code}{}", colon(message))]
    Service {
        /// The error code, for example `AccessDeniedException`; `HTTP 502` where the response has none.
        code: String,
        /// AWS's own words; empty where there are none.
        message: String,
    },
    /// AWS did not respond in time.
    #[error("timeout: AWS did not respond in time")]
    Timeout,
    /// The connection could not be made, or was lost.
    #[error("no response: the connection could not be made or was lost")]
    Connection,
    /// The response broke off, or is not HTTP.
    #[error("unreadable response: it was cut short or is not what AWS sends")]
    BrokenResponse,
    /// No request was sent: it could not be built or signed.
    #[error("not sent: the request could not be built or signed; are there credentials and a Region?")]
    NotSent,
    /// A failure that the SDK does not explain.
    #[error("unknown")]
    Unknown,
    /// The bytes of the response are not the JSON of this operation. `reason` has a place in them, never a
    /// value.
    #[error("the response {reason}")]
    UnreadableResponse {
        /// The defect, beginning with a verb.
        reason: String,
    },
    /// A page of a listing leads to itself, or there are too many pages.
    #[error("the listing does not end: page {page} leads to itself")]
    EndlessListing {
        /// The number of the page, from 1.
        page: usize,
    },
    /// AWS Config has no item for the moment that a notification is about.
    #[error("AWS Config does not hold the item of {captured} that the notification is about")]
    ItemNotHeld {
        /// The capture time of the item, RFC 3339.
        captured: String,
    },
    /// AWS Config rejected evaluations each time that they were submitted.
    #[error(
        "FailedEvaluations: AWS Config rejected {count} evaluations in {attempts} attempts, the first of {first}"
    )]
    RejectedEvaluations {
        /// The number of evaluations.
        count: usize,
        /// The number of submissions, the first included.
        attempts: u32,
        /// The resource id of one of them.
        first: String,
    },
    /// A TLS client could not be made with the certificates that `AWS_CA_BUNDLE` names.
    #[error("{reason}")]
    CaBundle {
        /// The file and its defect.
        reason: String,
    },
    /// An account of a scan is not the one of the credentials, and no role in it was named.
    #[error("it is not the account of your credentials ({own})")]
    NoRole {
        /// The account of the credentials.
        own: String,
    },
    /// An aggregator did not read one of its sources to the end.
    #[error("could not read this source to the end ({status}): its items may be old or missing")]
    AggregatorSource {
        /// Status, code and message of the last update, as AWS Config reports them.
        status: String,
    },
}

impl Cause {
    /// Returns the cause for a response that lacks a member or has an unusable one.
    pub(crate) fn unreadable(reason: impl Into<String>) -> Self {
        Self::UnreadableResponse { reason: reason.into() }
    }
}

impl Error {
    pub(crate) fn new(operation: &'static str, subject: impl Into<String>, cause: Cause) -> Self {
        Self(Box::new(Details { operation, subject: subject.into(), request_id: None, cause }))
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<&str>) -> Self {
        self.0.request_id = request_id.map(str::to_owned);
        self
    }

    /// Replaces AWS's message by what `rewrite` returns; an error without one stays as it is.
    pub(crate) fn map_message(mut self, rewrite: impl FnOnce(&str) -> String) -> Self {
        if let Cause::Service { message, .. } = &mut self.0.cause {
            *message = rewrite(message);
        }
        self
    }

    /// Returns the kind, which decides who must act.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::Service { code, .. } => code::kind(code),
            Cause::CaBundle { .. } | Cause::NoRole { .. } => ErrorKind::BadInput,
            Cause::Timeout
            | Cause::Connection
            | Cause::BrokenResponse
            | Cause::NotSent
            | Cause::Unknown
            | Cause::UnreadableResponse { .. }
            | Cause::EndlessListing { .. }
            | Cause::ItemNotHeld { .. }
            | Cause::RejectedEvaluations { .. }
            | Cause::AggregatorSource { .. } => ErrorKind::Internal,
        }
    }

    /// Returns the operation of the AWS API, for example `PutEvaluations`. A failure before any operation has the
    /// name of a setting instead, for example `AWS_CA_BUNDLE`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Returns what the operation was about, as it follows its name, for example `of 100 evaluations`; may be
    /// empty.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Returns AWS's error code; `None` where AWS responded with none.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Service { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Returns the request id, which AWS Support needs; `None` if no response of AWS had one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns the reason of the failure.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { operation, subject, request_id, cause } = &*self.0;
        f.write_str(operation)?;
        if !subject.is_empty() {
            write!(f, " {subject}")?;
        }
        write!(f, ": {cause}")?;
        match request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

fn colon(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {}", message.trim_end_matches('.')) }
}
