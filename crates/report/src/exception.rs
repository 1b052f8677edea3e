//! Exceptions: rules that a person lets some resources off, for a time.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use rule_core::text::cut;
use rule_core::{Exemption, Rule};
use serde::Serialize;

/// The length of a reason in an annotation, that of the reason in an exemption tag.
const REASON_MAXIMUM: usize = 48;

/// An exception that somebody answers for, and that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule that it lets the resources off.
    pub rule: &'static Rule,
    /// The name, id or ARN of the resources; `*` stands for any characters, `?` for one.
    pub resource: String,
    /// The places in [`Report::evaluations`](crate::Report::evaluations), before it is sorted, of the results of the one resource
    /// that it stands beside; `None` for an exception that names its resources.
    pub results: Option<Range<usize>>,
    /// The account of the resources, if only those of one account are meant.
    pub account: Option<String>,
    /// The file that the resources are in, if only those of some files are meant; a pattern like that of `resource`.
    pub file: Option<String>,
    /// The last day on which it is in force, UTC, inclusive, as in an exemption tag.
    pub until: NaiveDate,
    /// The person or team that answers for it.
    pub owner: String,
    /// The reason.
    pub reason: String,
    /// The ticket, if there is one.
    pub ticket: Option<String>,
    /// The place it is written at: `dms-rule.toml:12`.
    pub origin: String,
}

/// The state of an exception on the day of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionState {
    /// It exempts results of this run.
    InForce,
    /// Its last day is over: it exempts nothing.
    Expired,
    /// Its last day is further away than an exception may last: it exempts nothing.
    TooLong,
    /// It is valid, and no result of this run that is not compliant is of its rule and resources.
    Unused,
}

/// An exception with its effect in a run.
#[derive(Clone, Debug)]
pub struct ExceptionUse {
    /// The exception.
    pub exception: Arc<Exception>,
    /// Its state.
    pub state: ExceptionState,
    /// The number of days from that of the run to its last one; negative if that is over.
    pub days_left: i64,
    /// The number of results that it is about: not compliant, of its rule and resources. Those of an exception in force are
    /// exempt.
    pub results: usize,
}

/// An exception beside a resource in a template or plan that exempts nothing: it is malformed, or not allowed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedException {
    /// The place it is written at: `stack.yaml:12:7`.
    pub origin: String,
    /// The resource it is written beside.
    pub resource: String,
    /// The cause.
    pub reason: String,
}

impl ExceptionUse {
    /// The number of days before its end from which an exception in force is due.
    const DUE: i64 = 7;

    /// Returns true if somebody must act on it: it exempts nothing though it should, or ends soon.
    #[must_use]
    pub fn is_due(&self) -> bool {
        match self.state {
            ExceptionState::Expired | ExceptionState::TooLong => true,
            ExceptionState::InForce => self.days_left <= Self::DUE,
            ExceptionState::Unused => false,
        }
    }
}

impl ExceptionState {
    /// Returns the state in words: `in force`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InForce => "in force",
            Self::Expired => "expired",
            Self::TooLong => "too long",
            Self::Unused => "unused",
        }
    }
}

impl Exception {
    /// Returns ticket, owner and reason, as an exemption tag has them after its day.
    #[must_use]
    pub fn words(&self) -> String {
        let ticket = self.ticket.as_ref().map(|ticket| format!("{ticket} ")).unwrap_or_default();
        format!("{ticket}{}: {}", self.owner, self.reason)
    }

    /// Returns what the exemption tag would state on this day: in force or expired, with ticket and reason.
    pub(crate) fn exemption(&self, today: NaiveDate) -> Exemption {
        let (day, reason) = (self.until, cut(&self.words(), REASON_MAXIMUM));
        if today <= day { Exemption::Until { day, reason } } else { Exemption::Expired { day, reason } }
    }
}

/// Writes the exception with all that an auditor reads: `dms-endpoint-tagged, crm-*, until 2026-12-31, owner jane, OPS-12 vendor
/// cut-over (dms-rule.toml:12)`.
impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, resource, account, file, until, owner, reason, ticket, origin, .. } = self;
        write!(f, "{}, {resource}", rule.identifier)?;
        if let Some(account) = account {
            write!(f, " in account {account}")?;
        }
        if let Some(file) = file {
            write!(f, " in {file}")?;
        }
        write!(f, ", until {until}, owner {owner}, ")?;
        if let Some(ticket) = ticket {
            write!(f, "{ticket} ")?;
        }
        write!(f, "{reason} ({origin})")
    }
}

/// Writes the exception with its state and its effect.
impl fmt::Display for ExceptionUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exception, state, days_left, results } = self;
        let effect = match (state, results) {
            (ExceptionState::InForce, count) => {
                let verb = if *count == 1 { "result is" } else { "results are" };
                let days = match days_left {
                    0 => "for its last day".to_owned(),
                    1 => "for 1 more day".to_owned(),
                    days => format!("for {days} more days"),
                };
                format!(" {days}: {count} {verb} exempt")
            }
            (ExceptionState::Expired, 0) => String::new(),
            (ExceptionState::Expired, 1) => ": 1 result is not exempt any more".to_owned(),
            (ExceptionState::Expired, count) => format!(": {count} results are not exempt any more"),
            (ExceptionState::TooLong, _) => ": it exempts nothing, for it ends too late".to_owned(),
            (ExceptionState::Unused, _) => ": nothing in this run needs it".to_owned(),
        };
        write!(f, "{}{effect}: {exception}", state.as_str())
    }
}
