use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rule_core::ComplianceType;

use crate::attempt::FailedAttempt;

/// A record of the calls and results of one invocation so far, for its log line and for the error if time
/// runs out.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Entries>);

/// A copy of a [`Journal`] at one moment.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// The number of requests sent, retries included, by operation.
    pub calls: BTreeMap<&'static str, usize>,
    /// The number of resources that DMS listed.
    pub listed: usize,
    /// The number of evaluations that AWS Config accepted, by compliance type.
    pub accepted: BTreeMap<&'static str, usize>,
    /// The last attempt that failed; `None` if all succeeded.
    pub last_failure: Option<FailedAttempt>,
}

impl Journal {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a copy of the entries.
    #[must_use]
    pub fn snapshot(&self) -> Entries {
        self.entries().clone()
    }

    pub(crate) fn count_call(&self, operation: &'static str) {
        *self.entries().calls.entry(operation).or_default() += 1;
    }

    pub(crate) fn count_listed(&self, resources: usize) {
        self.entries().listed += resources;
    }

    pub(crate) fn count_accepted(&self, compliance_type: ComplianceType) {
        *self.entries().accepted.entry(compliance_type.as_str()).or_default() += 1;
    }

    pub(crate) fn record_failure(&self, attempt: FailedAttempt) {
        self.entries().last_failure = Some(attempt);
    }
}

impl Entries {
    /// Returns the number of evaluations that AWS Config accepted.
    #[must_use]
    pub fn accepted_total(&self) -> usize {
        self.accepted.values().sum()
    }
}
