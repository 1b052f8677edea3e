use std::fmt;

/// The kind of an error: it decides who must act. The function reports it as Lambda's `errorType`; every report
/// groups failures by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// The event, a parameter, a file or the set-up is wrong. Its author must correct it.
    BadInput,
    /// AWS denied a call. The owner of the role or the credentials must act.
    Denied,
    /// AWS throttled the calls until the time was over. No one must act: they are tried again later.
    Throttled,
    /// Any other failure: of AWS, of a response that cannot be used, or of this program.
    Internal,
}

impl ErrorKind {
    /// Returns the name of the kind, for example `BadInput`.
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

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
