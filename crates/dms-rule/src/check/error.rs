use rule_core::InvalidConfigurationItem;

use super::scanner::ScanError;

/// An error of one input, in words that follow its name. The rest of the input, and the other inputs, are evaluated.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("is neither UTF-8 nor UTF-16 text")]
    Encoding,
    #[error("is empty")]
    Empty,
    /// A document that mentions DMS resources, and is of no kind that is read.
    #[error("{0}")]
    Unsupported(&'static str),
    /// A member of a template that is none of its sections.
    #[error("{0} mentions AWS DMS resources, and is no section of a template: correct its name")]
    Section(String),
    #[error("line {line}: JSON has no comments; remove them")]
    Comment { line: usize },
    #[error("is an error of the AWS CLI in place of its output; correct it, and request the output again")]
    CliError,
    /// A parameter that is given on the command line, and a question about those of the templates.
    #[error("no template among the inputs has the parameter {name}{question}")]
    Parameter { name: String, question: String },
    #[error("documents within documents, nested too deeply")]
    Nested,
    #[error("holds {0} twice, and it cannot be known which one counts")]
    Repeated(&'static str),
    #[error("has no {0}: it is cut short, or not what it seems to be")]
    NoList(&'static str),
    /// A template that a resource of a template or plan names.
    #[error("{resource} names a template that is not among the inputs ({location}); give it too")]
    Elsewhere { resource: String, location: String },
    #[error(
        "holds several kinds of documents at once, such as a template and a list of items; give each a file of its own"
    )]
    Mixed,
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A template or a plan.
    #[error(transparent)]
    Planned(#[from] iac::Error),
    /// An event of AWS Config, with the reason why the function would reject it.
    #[error("{0}")]
    Event(String),
    #[error(
        "is an event about every resource, and holds none; use `dms-rule invoke --fleet FILE` or `dms-rule scan`"
    )]
    EventWithoutResource,
    #[error(transparent)]
    Item(#[from] InvalidConfigurationItem),
    /// A document that is one resource of a response of DMS.
    #[error("{0}")]
    Resource(EntryError),
    /// A member of an output of the AWS CLI by which it is not complete.
    #[error(
        "is cut short: {0} means that more follows; let the AWS CLI print everything, without --max-items and \
         --no-paginate"
    )]
    Paged(String),
    /// A member of an output that names resources that are not in it.
    #[error("lacks the resources in {0}, which AWS Config did not process; request those again")]
    Unprocessed(String),
    #[error("{0} is not a list")]
    NotAList(String),
    /// Entries of a list at the top with the same defect, by the number of the first.
    #[error("entry {number} of the list{} {defect}", and_others(*.others))]
    InList { number: usize, others: usize, defect: String },
    #[error("entry {number} of {list} cannot be evaluated: {error}")]
    Entry { number: usize, list: String, error: EntryError },
}

/// An error of one entry of a list.
#[derive(Debug, thiserror::Error)]
pub(super) enum EntryError {
    /// An entry that shows nothing, in a list that may be of DMS.
    #[error("it holds nothing that shows a resource")]
    Bare,
    #[error("it is not an object")]
    NotAnObject,
    #[error("it is neither text nor an object")]
    NotAQueryResult,
    #[error(transparent)]
    Item(#[from] InvalidConfigurationItem),
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("not UTF-8: {0}")]
    Utf8(#[from] std::str::Utf8Error),
    #[error("no resource type is known by the name {0:?}; name the type as AWS does")]
    Type(String),
    #[error("it could be a resource of two types")]
    Ambiguous,
    #[error("holds {0}")]
    Unidentified(&'static str),
}

/// Returns the words for so many further entries.
fn and_others(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " (and 1 other)".to_owned(),
        count => format!(" (and {count} others)"),
    }
}
