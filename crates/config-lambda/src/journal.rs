use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rule_core::ComplianceType;

use crate::ErrorKind;

/// How far one invocation came.
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Entries>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    /// Requests sent, retries included, by operation.
    pub(crate) calls: BTreeMap<&'static str, usize>,
    /// Resources that were listed.
    pub(crate) listed: usize,
    /// Evaluations that AWS Config took.
    pub(crate) accepted: BTreeMap<&'static str, usize>,
    /// The last attempt that failed, in words, and whether it was throttled.
    pub(crate) last_failure: Option<(String, ErrorKind)>,
}

impl Journal {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(&self) -> Entries {
        self.entries().clone()
    }

    pub(crate) fn called(&self, operation: &'static str) {
        *self.entries().calls.entry(operation).or_default() += 1;
    }

    pub(crate) fn listed(&self, resources: usize) {
        self.entries().listed += resources;
    }

    pub(crate) fn accepted(&self, compliance_type: ComplianceType) {
        *self.entries().accepted.entry(compliance_type.as_str()).or_default() += 1;
    }

    pub(crate) fn failed(&self, what: String, kind: ErrorKind) {
        self.entries().last_failure = Some((what, kind));
    }
}

impl Entries {
    pub(crate) fn accepted_in_all(&self) -> usize {
        self.accepted.values().sum()
    }
}
