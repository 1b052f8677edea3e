use aws_client::{FailedAttempt, Reader};
use rule_core::ErrorKind;

use crate::invalid_event::InvalidEvent;

/// The reason why an invocation failed. Its text has the operation, the response of AWS and the next step,
/// and no payload.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The event cannot be evaluated.
    #[error(transparent)]
    InvalidEvent(#[from] InvalidEvent),
    /// An operation of AWS failed.
    #[error("{0}. Next: {next_step}", next_step = .0.next_step(Reader::Function))]
    Aws(#[from] aws_client::Error),
    /// The deadline came before the end of the evaluation.
    #[error(
        "out of time: {listed} resources listed, {accepted} evaluations accepted by AWS Config; \
         last failed attempt: {last}. Next: Lambda invokes again; if it goes on, raise the function's timeout",
        last = .last_failure.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
    )]
    OutOfTime {
        /// The number of resources that DMS listed.
        listed: usize,
        /// The number of evaluations that AWS Config accepted.
        accepted: usize,
        /// The last attempt that failed.
        last_failure: Option<FailedAttempt>,
    },
}

impl Error {
    /// Returns the kind, which decides who must act: Lambda's `errorType`.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidEvent(_) => ErrorKind::BadInput,
            Self::Aws(error) => error.kind(),
            Self::OutOfTime { last_failure, .. } => {
                last_failure.as_ref().map_or(ErrorKind::Internal, FailedAttempt::kind)
            }
        }
    }
}
