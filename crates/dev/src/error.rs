use std::path::PathBuf;

/// A file that cannot be read, written or generated, or a rule that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The path, below the root of the repository.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A file that cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The path, below the root of the repository.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A JSON file whose members are not the expected ones.
    #[error("{path}: {source}")]
    Json {
        /// The path in the repository.
        path: String,
        /// The member and its place.
        source: serde_json::Error,
    },
    /// A document without a block that is generated.
    #[error("{path} has no block `{name}`: expected a line `{start}` and, below it, a line `{end}`")]
    NoBlock {
        /// The path of the document in the repository.
        path: String,
        /// The name of the block.
        name: String,
        /// The mark that the first line begins with.
        start: String,
        /// The mark that the last line consists of.
        end: String,
    },
    /// A document in which a text that others are derived from is not found exactly once.
    #[error("{path} contains this text {count} times, expected once: {text:?}")]
    NotOnce {
        /// The path of the document in the repository.
        path: String,
        /// The text that must occur once.
        text: String,
        /// The number of times that it was found.
        count: usize,
    },
    /// A value that a limit of AWS forbids.
    #[error("{subject} is {actual}: AWS accepts at most {limit} ({page})")]
    OverLimit {
        /// The value, with its unit.
        subject: String,
        /// The size of the value.
        actual: usize,
        /// The largest size that is accepted.
        limit: usize,
        /// The page of AWS that states the limit.
        page: &'static str,
    },
    /// The list of the function's crates, which Cargo does not give.
    #[error("cannot list the crates of the function: {0}")]
    Crates(#[from] package::Error),
    /// A name, a type or a place in the list of rules that a new rule cannot have.
    #[error("{0}")]
    NewRule(String),
    /// A link to a file that the repository does not have.
    #[error("{path} links to {target}, which is not in the repository")]
    Link {
        /// The path of the document in the repository.
        path: String,
        /// The target of the link, as it is written.
        target: String,
    },
    /// A site that mdBook does not build.
    #[error("{0}")]
    Book(String),
}
