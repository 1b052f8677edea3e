use rule_core::ErrorKind;
use serde::{Serialize, Serializer};

/// A file that could not be read completely, or an API call that failed. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The path of the file, or the account and Region, as in [`SourceSummary::name`](crate::SourceSummary::name).
    pub source: String,
    /// The kind, by who can remove the cause.
    #[serde(serialize_with = "name")]
    pub kind: ErrorKind,
    /// The operation and its error, with the request id.
    pub message: String,
    /// The message without what differs from place to place: the same for all failures that have one cause.
    pub cause: String,
    /// The next step of the person who reads the report, without a full stop. `None` if the message gives it.
    pub next: Option<String>,
    /// The account of the call. `None` for a file.
    pub account_id: Option<String>,
    /// The Region of the call. `None` for a file, and for a call that is not about one Region.
    pub region: Option<String>,
}

impl Failure {
    /// Builds the failure of a file that cannot be read or evaluated, by the path of the file.
    #[must_use]
    pub fn in_file(source: String, message: String) -> Self {
        let cause = message.clone();
        Self { source, kind: ErrorKind::BadInput, message, cause, next: None, account_id: None, region: None }
    }

    /// Returns what all failures of one cause have in common: kind, cause and next step.
    pub(crate) fn key(&self) -> (ErrorKind, &str, Option<&str>) {
        (self.kind, &self.cause, self.next.as_deref())
    }

    /// Returns the message with the next step: `MESSAGE. Next: STEP`.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.next {
            Some(next) => format!("{}. Next: {next}", self.message),
            None => self.message.clone(),
        }
    }
}

/// Writes the name of a kind.
///
/// # Errors
/// Returns the error of the serializer.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) fn name<S: Serializer>(kind: &ErrorKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}
