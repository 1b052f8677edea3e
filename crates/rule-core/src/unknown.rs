/// The reason why something cannot be known, in words that follow `UNKNOWN: ` in an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown(pub String);

impl Unknown {
    /// Returns the reason in these words.
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}
