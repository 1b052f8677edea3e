//! The results that AWS Config may show under an id, by time.

use chrono::{DateTime, Utc};

use crate::rules::Expected;

/// The truth about an id, from a moment on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Truth {
    /// No resource has the id.
    Gone,
    /// A resource has it. If `may_be_cleared`, it may be reported under another id instead: the recorder does not have
    /// this one yet, or has it no longer.
    Exists { expected: Expected, may_be_cleared: bool },
}

impl Truth {
    /// Returns true if a result does not contradict the truth. That a resource is NON_COMPLIANT never does: the facts may
    /// have been unavailable.
    fn allows(self, compliance_type: &str) -> bool {
        match (self, compliance_type) {
            (Self::Gone, _) => compliance_type == "NOT_APPLICABLE",
            (Self::Exists { .. }, "NON_COMPLIANT") => true,
            (Self::Exists { expected, .. }, "COMPLIANT") => {
                matches!(expected, Expected::Compliant | Expected::Managed { is_good: true })
            }
            (Self::Exists { expected, may_be_cleared }, _) => {
                may_be_cleared || matches!(expected, Expected::NotApplicable | Expected::Managed { .. })
            }
        }
    }
}

/// The truths about an id in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timeline(Vec<(DateTime<Utc>, Truth)>);

impl Timeline {
    pub(crate) fn set(&mut self, from: DateTime<Utc>, truth: Truth) {
        if self.0.last().is_none_or(|(_, last)| *last != truth) {
            self.0.push((from, truth));
        }
    }

    /// Returns the moment since which a result has been false all the time; `None` if it is true.
    pub(crate) fn false_since(&self, compliance_type: &str) -> Option<DateTime<Utc>> {
        let since = self.0.iter().rev().take_while(|(_, truth)| !truth.allows(compliance_type));
        since.last().map(|(from, _)| *from)
    }
}
