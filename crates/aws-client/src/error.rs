use std::fmt;

use rule_core::ErrorKind;

use crate::code;
use crate::denial::Denial;
use crate::unusable_credentials::UnusableCredentials;

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
    /// The connection could not be made, for a reason that is known.
    #[error("no connection: {0}")]
    NoConnection(ConnectionFailure),
    /// There are no credentials to sign the request with.
    #[error("{0}")]
    Credentials(UnusableCredentials),
    /// The response broke off, or is not HTTP.
    #[error("unreadable response: it was cut short or is not what AWS sends")]
    BrokenResponse,
    /// No request was sent: it could not be built or signed.
    #[error("not sent: the request could not be built or signed; are there credentials and a Region?")]
    NotSent,
    /// No request was sent: its parameters are not those of the operation.
    #[error("not sent: {reason}")]
    InvalidRequest {
        /// The parameter and its defect, without its value.
        reason: String,
    },
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
    /// Security Hub did not accept findings of a batch.
    #[error("FailedFindings: Security Hub rejected {count} findings, the first is {first}: {reason}")]
    RejectedFindings {
        /// The number of findings.
        count: usize,
        /// The id of one of them.
        first: String,
        /// The code and the words of Security Hub about that one.
        reason: String,
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

/// A reason why a connection could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionFailure {
    /// The name of the endpoint has no address.
    #[error("the name of the endpoint cannot be resolved")]
    NameNotResolved,
    /// Nothing listens on the port of the endpoint, or a firewall rejects the connection.
    #[error("the endpoint refused it (the port is closed)")]
    Refused,
    /// There is no way through the network.
    #[error("the network cannot be reached")]
    Unreachable,
    /// The certificate of the server is not trusted, or TLS failed in another way.
    #[error("TLS failed: the certificate of the endpoint is not trusted, or it does not use TLS")]
    Certificate,
}

impl Cause {
    /// Returns the cause for parameters that an operation does not have.
    #[cfg(feature = "migration")]
    pub(crate) fn invalid_request(reason: impl Into<String>) -> Self {
        Self::InvalidRequest { reason: reason.into() }
    }

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
            Cause::Credentials(UnusableCredentials::SignedOut { .. }) => ErrorKind::Denied,
            Cause::CaBundle { .. }
            | Cause::NoRole { .. }
            | Cause::Credentials(_)
            | Cause::InvalidRequest { .. } => ErrorKind::BadInput,
            Cause::Timeout
            | Cause::Connection
            | Cause::NoConnection(_)
            | Cause::BrokenResponse
            | Cause::NotSent
            | Cause::Unknown
            | Cause::UnreadableResponse { .. }
            | Cause::EndlessListing { .. }
            | Cause::ItemNotHeld { .. }
            | Cause::RejectedEvaluations { .. }
            | Cause::RejectedFindings { .. }
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

    /// Returns the policy that denies the call, if AWS's message names one that no permission overrules.
    pub(crate) fn denial(&self) -> Option<Denial> {
        match &self.0.cause {
            Cause::Service { message, .. } if self.kind() == ErrorKind::Denied => Denial::parse(message),
            _ => None,
        }
    }

    /// Words the cause of the failure: the same for all failures that have one cause, in any account and Region. It has
    /// no request id, ARN, account id, Region or name of a resource, and names the operation only if that matters.
    #[must_use]
    pub fn without_request(&self) -> String {
        let Details { operation, cause, .. } = &*self.0;
        if let Some(denial) = self.denial() {
            return denial.to_string();
        }
        match cause {
            Cause::Service { code, message } => {
                let is_denied = self.kind() == ErrorKind::Denied;
                if is_denied && !code::is_about_credentials(code) && *operation == "AssumeRole" {
                    return format!(
                        "{operation}: {code}: the role does not exist, or does not trust the caller"
                    );
                }
                let message = colon(&without_names(message));
                if code::is_about_credentials(code) {
                    format!("{code}{message}")
                } else {
                    format!("{operation}: {code}{message}")
                }
            }
            Cause::Connection | Cause::NoConnection(_) => cause.to_string(),
            Cause::NoRole { .. } => {
                "the account is not the one of your credentials, and no role in it is named".to_owned()
            }
            Cause::EndlessListing { .. } => format!("{operation}: the listing does not end"),
            Cause::UnreadableResponse { reason } => {
                let reason = reason.split(" (line ").next().unwrap_or_default();
                format!("{operation}: the response {}", without_names(reason))
            }
            Cause::RejectedFindings { reason, .. } => {
                format!("{operation}: Security Hub rejected findings: {}", without_names(reason))
            }
            Cause::AggregatorSource { status } => {
                let status = status.split(':').next().unwrap_or_default();
                format!("an aggregator could not read a source to the end ({status})")
            }
            Cause::Timeout
            | Cause::BrokenResponse
            | Cause::NotSent
            | Cause::InvalidRequest { .. }
            | Cause::Unknown
            | Cause::Credentials(_)
            | Cause::ItemNotHeld { .. }
            | Cause::RejectedEvaluations { .. }
            | Cause::CaBundle { .. } => format!("{operation}: {cause}"),
        }
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

/// Replaces each word of a message that may differ from place to place by `...`: those with a digit, with a colon inside
/// them or in quotes. Ids, ARNs, account ids, Regions and most names have one of them.
fn without_names(message: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut quote = None;
    for word in message.split_whitespace() {
        let opened = word.chars().next().filter(|first| "'\"`".contains(*first));
        let is_quoted = quote.is_some() || opened.is_some();
        let mark = quote.or(opened);
        let rest = if quote.is_some() { word } else { word.get(1..).unwrap_or_default() };
        quote = mark.filter(|mark| !rest.contains(*mark));
        let inner = word.trim_end_matches([':', '.', ',']);
        let is_name = is_quoted
            || word.contains(|letter: char| letter.is_ascii_digit())
            || (inner.contains(':') && inner.matches(':').count() > 1);
        let word = if is_name { "..." } else { word };
        if !(is_name && words.last() == Some(&"...")) {
            words.push(word);
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(operation: &'static str, code: &str, message: &str) -> Error {
        Error::new(operation, "", Cause::Service { code: code.to_owned(), message: message.to_owned() })
    }

    #[test]
    fn a_cause_is_the_same_in_every_account_and_region() {
        let explicit = |account: &str, region: &str, operation: &'static str| {
            let message = format!(
                "User: arn:aws:sts::{account}:assumed-role/r/s is not authorized to perform: dms:{operation} on resource: \
                 arn:aws:dms:{region}:{account}:*:* with an explicit deny in a service control policy"
            );
            service(operation, "AccessDeniedException", &message).without_request()
        };
        let one = explicit("111111111111", "me-south-1", "DescribeEndpoints");
        assert_eq!(one, "denied by a service control policy of the organization");
        assert_eq!(one, explicit("222222222222", "eu-west-1", "DescribeCertificates"));
        let role = |account: &str| {
            let message = format!(
                "User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: sts:AssumeRole on resource: \
                 arn:aws:iam::{account}:role/DmsRuleReader"
            );
            service("AssumeRole", "AccessDenied", &message).without_request()
        };
        assert_eq!(
            role("111111111111"),
            "AssumeRole: AccessDenied: the role does not exist, or does not trust the caller"
        );
        assert_eq!(role("111111111111"), role("222222222222"));
        let plain = |account: &str, operation: &'static str| {
            let message = format!(
                "User: arn:aws:sts::{account}:assumed-role/r/s is not authorized to perform: dms:{operation} on resource: \
                 * because no identity-based policy allows the dms:{operation} action"
            );
            service(operation, "AccessDeniedException", &message).without_request()
        };
        assert_eq!(
            plain("111111111111", "DescribeEndpoints"),
            "DescribeEndpoints: AccessDeniedException: User: ... is not authorized to perform: dms:DescribeEndpoints on \
             resource: * because no identity-based policy allows the dms:DescribeEndpoints action"
        );
        assert_eq!(plain("111111111111", "DescribeEndpoints"), plain("222222222222", "DescribeEndpoints"));
        assert_ne!(plain("111111111111", "DescribeEndpoints"), plain("111111111111", "DescribeCertificates"));
    }

    #[test]
    fn words_that_may_be_names_are_left_out_of_a_cause() {
        for (message, expected) in [
            ("Rate exceeded", "Rate exceeded"),
            ("Key 'arn:aws:kms:eu-west-1:1:key/a' does not exist", "Key ... does not exist"),
            ("the instance \"my orders\" of eu-west-1 in 111111111111", "the instance ... of ... in ..."),
            ("id 0b2f-11: gone", "id ... gone"),
            ("a `b` c", "a ... c"),
        ] {
            assert_eq!(without_names(message), expected);
        }
    }
}
