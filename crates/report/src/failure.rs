use rule_core::ErrorKind;
use serde::{Serialize, Serializer};

/// A file that could not be read completely, or an API call that failed. Serialized for [`json`](crate::json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The path of the file, or the account and Region, as in [`SourceSummary::name`](crate::SourceSummary::name).
    pub source: String,
    /// The cause, by who can remove it.
    #[serde(serialize_with = "name")]
    pub kind: ErrorKind,
    /// The operation, its error and the next step.
    pub message: String,
    /// The account of the call. `None` for a file.
    pub account_id: Option<String>,
    /// The Region of the call. `None` for a file.
    pub region: Option<String>,
}

impl Failure {
    /// Builds the failure of a file that cannot be read or evaluated, by the path of the file.
    #[must_use]
    pub fn in_file(source: String, message: String) -> Self {
        Self { source, kind: ErrorKind::BadInput, message, account_id: None, region: None }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn name<S: Serializer>(kind: &ErrorKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}
