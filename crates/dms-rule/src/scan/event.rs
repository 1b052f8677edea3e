use std::collections::BTreeMap;

use aws_client::{Error, Reader};
use report::Role;
use rule_core::{ConfigurationItem, ErrorKind, Rule, Verdict};

/// A step of a scan, reported as it happens.
#[derive(Debug)]
pub(crate) enum Event {
    /// The ARN of the caller is known.
    Caller(String),
    /// The names of accounts are known, by id.
    AccountNames(BTreeMap<String, String>),
    /// The roles that are assumed are known, by account.
    Roles(BTreeMap<String, Role>),
    /// The accounts × Regions to scan are known, and the number of listings in each.
    Places {
        /// Account, or aggregator, and Region of each.
        places: Vec<(String, String)>,
        /// The number of listings in each.
        listings: usize,
    },
    /// A listing ended, completely or not, with this number of resources.
    Listed(usize),
    /// A rule is not run, since what is scanned never holds its resources.
    NotEvaluated {
        /// The rule.
        rule: &'static Rule,
        /// The reason, and what holds them.
        reason: &'static str,
    },
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
        /// The extent to which it was read.
        extent: Extent,
    },
    /// A read failed: the results lack the resources that it was for.
    Failure {
        /// The account, if it is about one.
        account_id: Option<String>,
        /// The Region, if it is about one.
        region: Option<String>,
        /// The kind, which decides who must act.
        kind: ErrorKind,
        /// The operation and its error, with the request id.
        message: String,
        /// The message without what differs from place to place.
        cause: String,
        /// The next step.
        next: Option<String>,
    },
    /// A remark for the person who runs the scan; no failure.
    Note(String),
}

/// The extent to which an account and Region, or an aggregator, was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All that the rules need was read.
    Complete,
    /// A part could not be read; the failures name it.
    Partial,
    /// Nothing could be read.
    Nothing,
}

impl Event {
    /// Reports that the scan does not begin, since its options do not fit what AWS has.
    pub(crate) fn refused(message: String, next: String) -> Self {
        Self::Failure {
            account_id: None,
            region: None,
            kind: ErrorKind::BadInput,
            cause: message.clone(),
            message,
            next: Some(next),
        }
    }

    /// Reports an error of AWS in an account and Region.
    pub(crate) fn failure(account_id: Option<&str>, region: Option<&str>, error: &Error) -> Self {
        Self::Failure {
            account_id: account_id.map(str::to_owned),
            region: region.map(str::to_owned),
            kind: error.kind(),
            message: error.to_string(),
            cause: error.without_request(),
            next: Some(error.next_step(Reader::Person)),
        }
    }
}
