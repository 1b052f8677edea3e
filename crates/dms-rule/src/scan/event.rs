use aws_client::{Error, Reader};
use rule_core::{ConfigurationItem, ErrorKind, Rule, Verdict};

/// A step of a scan, reported as it happens.
#[derive(Debug)]
pub(crate) enum Event {
    /// The number of accounts × Regions to scan is known.
    Places(usize),
    /// A rule evaluated a resource.
    Evaluation(Box<(ConfigurationItem, &'static Rule, Verdict)>),
    /// An account and Region, or an aggregator, is done.
    PlaceDone {
        /// The account, or the aggregator.
        account_id: String,
        /// The Region that was scanned.
        region: String,
        /// The number of resources found.
        resources: usize,
    },
    /// A read failed: the results lack the resources that it was for.
    Failure {
        /// The account, if it is about one.
        account_id: Option<String>,
        /// The Region, if it is about one.
        region: Option<String>,
        /// The kind, which decides who must act.
        kind: ErrorKind,
        /// The fact and the next step.
        message: String,
    },
    /// A remark for the person who runs the scan; no failure.
    Note(String),
}

impl Event {
    /// Reports an error of AWS in an account and Region.
    pub(crate) fn failure(account_id: Option<&str>, region: Option<&str>, error: &Error) -> Self {
        Self::Failure {
            account_id: account_id.map(str::to_owned),
            region: region.map(str::to_owned),
            kind: error.kind(),
            message: format!("{error}. Next: {}", error.next_step(Reader::Person)),
        }
    }
}
