use super::journal::Unusable;

/// A reason why a run ended before its time.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// A call failed.
    #[error("{0}")]
    Aws(#[from] aws_client::Error),
    /// A response is of another shape than the API's.
    #[error("{operation}: the response has a member of another type than the API's")]
    Unreadable {
        /// The operation.
        operation: &'static str,
    },
    /// The journal cannot be written.
    #[error("{0}")]
    Journal(#[from] Unusable),
    /// Standard input cannot be read.
    #[error("standard input: {0}")]
    Input(#[from] std::io::Error),
}

impl Failure {
    /// Returns the next step of a person: a phrase without a full stop.
    pub(super) fn next_step(&self) -> String {
        match self {
            Self::Aws(error) => error.next_step_of_a_migration(),
            Self::Unreadable { .. } => {
                "run the command again; if it goes on, check for a proxy between this machine and AWS"
                    .to_owned()
            }
            Self::Journal(_) => {
                "mend the cause: without its journal a run cannot know which tasks it must start again"
                    .to_owned()
            }
            Self::Input(_) => "run the command again".to_owned(),
        }
    }
}
