use std::fmt;

/// Who must act on an error. The word is Lambda's `errorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The event, the rule's parameters or its set-up is wrong: whoever owns the AWS Config rule.
    BadInput,
    /// AWS refused the function's role: whoever owns the role.
    Denied,
    /// AWS asked to slow down until the time was over: nobody; Lambda invokes again.
    Throttled,
    /// Anything else: AWS failed, the answer was unusable, or this program is wrong.
    Internal,
}

impl ErrorKind {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadInput => "BadInput",
            Self::Denied => "Denied",
            Self::Throttled => "Throttled",
            Self::Internal => "Internal",
        }
    }
}

/// Why an invocation failed: what was tried, what AWS said, and what to do next. Never holds a result token or a
/// payload.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::BadInput, message)
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Who must act.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Error> for lambda_runtime::Diagnostic {
    fn from(error: Error) -> Self {
        Self { error_type: error.kind.as_str().to_owned(), error_message: error.message }
    }
}
