use std::fmt;

/// The kind of an error: it decides who must act. The function reports it as Lambda's `errorType`; every report
/// groups failures by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorKind {
    /// The event, a parameter, a file or the set-up is wrong: whoever gave it.
    BadInput,
    /// AWS denied a call: whoever owns the role or the credentials.
    Denied,
    /// AWS asked to slow down until the time was over: nobody; it is tried again later.
    Throttled,
    /// Anything else: AWS failed, a response was unusable, or this program is wrong.
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
