//! Exceptions: rules that a person lets some resources off, for a time.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rule_core::text::cut;
use rule_core::{ComplianceType, Exemption, Rule};
use serde::Serialize;
use wildmatch::WildMatch;

use crate::{Evaluation, Report};

/// The length of a reason in an annotation, that of the reason in an exemption tag.
const REASON_MAXIMUM: usize = 48;

/// An exception that somebody answers for, and that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The rule that it lets the resources off.
    pub rule: &'static Rule,
    /// The name, id or ARN of the resources; `*` stands for any characters, `?` for one.
    pub resource: String,
    /// True if `resource` and `file` are names without wildcards: the exception stands beside one resource.
    pub is_exact: bool,
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
    /// Returns what the exemption tag would state on this day: in force or expired, with ticket and reason.
    fn exemption(&self, today: NaiveDate) -> Exemption {
        let words: Vec<&str> = self.ticket.iter().map(String::as_str).chain([self.reason.as_str()]).collect();
        let (day, reason) = (self.until, cut(&words.join(" "), REASON_MAXIMUM));
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
        let Self { exception, state, results } = self;
        let effect = match (state, results) {
            (ExceptionState::InForce, 1) => ": 1 result is exempt".to_owned(),
            (ExceptionState::InForce, count) => format!(": {count} results are exempt"),
            (ExceptionState::Expired, 0) => String::new(),
            (ExceptionState::Unused, _) => ": nothing in this run needs it".to_owned(),
            (ExceptionState::TooLong, _) => ": it exempts nothing, for it ends too late".to_owned(),
            (ExceptionState::Expired, 1) => ": 1 result is not exempt any more".to_owned(),
            (ExceptionState::Expired, count) => format!(": {count} results are not exempt any more"),
        };
        write!(f, "{}{effect}: {exception}", state.as_str())
    }
}

/// A name, or a pattern of names.
enum Pattern {
    Exact(String),
    Wild(WildMatch),
}

impl Pattern {
    fn new(text: &str, is_exact: bool) -> Self {
        if is_exact { Self::Exact(text.to_owned()) } else { Self::Wild(WildMatch::new(text)) }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Exact(known) => known == name,
            Self::Wild(pattern) => pattern.matches(name),
        }
    }
}

/// An exception with its patterns, ready to be compared.
struct Matcher {
    exception: Arc<Exception>,
    resource: Pattern,
    file: Option<Pattern>,
    state: ExceptionState,
    results: usize,
}

impl Matcher {
    fn new(exception: Exception, today: NaiveDate, days_maximum: u16) -> Self {
        let last = today.checked_add_signed(TimeDelta::days(days_maximum.into())).unwrap_or(NaiveDate::MAX);
        let state = if exception.until < today {
            ExceptionState::Expired
        } else if exception.until > last {
            ExceptionState::TooLong
        } else {
            ExceptionState::InForce
        };
        Self {
            resource: Pattern::new(&exception.resource, exception.is_exact),
            file: exception.file.as_deref().map(|file| Pattern::new(file, exception.is_exact)),
            exception: Arc::new(exception),
            state,
            results: 0,
        }
    }

    /// Returns true if the exception is about this result. An account that is not known is not that of the exception.
    fn is_about(&self, Evaluation { rule, resource, source, .. }: &Evaluation) -> bool {
        let names = [Some(&resource.name), Some(&resource.id), resource.arn.as_ref()];
        rule.identifier == self.exception.rule.identifier
            && names.into_iter().flatten().any(|name| self.resource.matches(name))
            && self
                .exception
                .account
                .as_ref()
                .is_none_or(|account| resource.account_id.as_ref() == Some(account))
            && self.file.as_ref().is_none_or(|file| file.matches(&source.name))
    }
}

impl Report {
    /// Applies exceptions to the results that are not compliant, and lists them with their states. A result that one in force
    /// is about becomes NOT_APPLICABLE, exempt; any other exception changes no compliance type.
    ///
    /// An exception may end at most so many days after the day of the run.
    pub fn apply_exceptions(&mut self, exceptions: Vec<Exception>, days_maximum: u16) {
        let today = day(self.at);
        let mut matchers: Vec<Matcher> =
            exceptions.into_iter().map(|one| Matcher::new(one, today, days_maximum)).collect();
        if matchers.is_empty() {
            return;
        }
        for evaluation in self.evaluations.iter_mut().filter(|one| one.is_non_compliant()) {
            let mut granted: Option<Arc<Exception>> = None;
            for matcher in &mut matchers {
                if !matcher.is_about(evaluation) {
                    continue;
                }
                matcher.results += 1;
                match matcher.state {
                    ExceptionState::InForce if granted.is_none() => {
                        granted = Some(Arc::clone(&matcher.exception));
                    }
                    // An exemption tag that has something to say keeps its word.
                    ExceptionState::Expired if evaluation.verdict.exemption == Exemption::None => {
                        evaluation.verdict.exemption = matcher.exception.exemption(today);
                    }
                    _ => {}
                }
            }
            if let Some(exception) = granted {
                evaluation.verdict.exemption = exception.exemption(today);
                evaluation.verdict.compliance_type = ComplianceType::NotApplicable;
                evaluation.exception = Some(exception);
            }
        }
        let listed = matchers.into_iter().map(|Matcher { exception, state, results, .. }| {
            let is_unused = state == ExceptionState::InForce && results == 0;
            ExceptionUse { exception, state: if is_unused { ExceptionState::Unused } else { state }, results }
        });
        self.exceptions.extend(listed);
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Summary;

    fn exception(resource: &str, until: &str) -> Exception {
        Exception {
            rule: rule_core::rules::find("dms-replication-not-public").unwrap(),
            resource: resource.to_owned(),
            is_exact: false,
            account: None,
            file: None,
            until: until.parse().unwrap(),
            owner: "jane".to_owned(),
            reason: "vendor cut-over".to_owned(),
            ticket: Some("OPS-12".to_owned()),
            origin: "dms-rule.toml:3".to_owned(),
        }
    }

    fn applied(exceptions: Vec<Exception>) -> Report {
        let mut report = Report { exceptions: vec![], ..crate::sample::report().unwrap() };
        report.apply_exceptions(exceptions, 365);
        report
    }

    fn found<'a>(report: &'a Report, name: &str) -> &'a Evaluation {
        report.evaluations.iter().find(|one| one.resource.name == name).unwrap()
    }

    fn states(report: &Report) -> Vec<(ExceptionState, usize)> {
        report.exceptions.iter().map(|one| (one.state, one.results)).collect()
    }

    #[test]
    fn an_exception_in_force_exempts_like_a_tag_and_counts_as_exempt() {
        let before = Summary::count(&crate::sample::report().unwrap().evaluations);
        let report = applied(vec![exception("bill*", "2026-10-01")]);
        let billing = found(&report, "billing");
        assert!(billing.is_exempt());
        assert_eq!(billing.compliance_type(), ComplianceType::NotApplicable);
        assert_eq!(
            billing.exemption().unwrap(),
            "EXEMPT until 2026-10-01 (OPS-12 vendor cut-over), owner jane, dms-rule.toml:3"
        );
        let after = Summary::count(&report.evaluations);
        assert_eq!(after.exempt, before.exempt + 1);
        assert_eq!(after.non_compliant, before.non_compliant - 1);
        assert_eq!(states(&report), [(ExceptionState::InForce, 1)]);
    }

    #[test]
    fn an_exception_that_is_over_too_long_or_about_another_account_or_file_exempts_nothing() {
        let other = |change: fn(&mut Exception)| {
            let mut one = exception("billing", "2026-12-31");
            change(&mut one);
            one
        };
        for (given, state) in [
            (exception("billing", "2026-09-30"), (ExceptionState::Expired, 1)),
            (exception("billing", "2027-10-02"), (ExceptionState::TooLong, 1)),
            (exception("Billing", "2026-12-31"), (ExceptionState::Unused, 0)),
            (exception("orders", "2026-12-31"), (ExceptionState::Unused, 0)), // it is compliant
            (other(|one| one.account = Some("999999999999".to_owned())), (ExceptionState::Unused, 0)),
            (other(|one| one.file = Some("other.yaml".to_owned())), (ExceptionState::Unused, 0)),
        ] {
            let words = given.to_string();
            let report = applied(vec![given]);
            let billing = found(&report, "billing");
            assert!(billing.is_non_compliant() && !billing.is_exempt(), "{words}");
            assert_eq!(states(&report), [state], "{words}");
        }
    }

    #[test]
    fn the_last_day_of_an_exception_that_may_last_so_long_is_in_force() {
        let report = applied(vec![exception("billing", "2027-10-01")]);
        assert!(found(&report, "billing").is_exempt());
    }

    #[test]
    fn an_expired_exception_is_in_the_text_of_its_finding() {
        let report = applied(vec![exception("billing", "2026-09-30")]);
        let text = found(&report, "billing").text();
        assert!(text.contains("exemption expired on 2026-09-30 (OPS-12 vendor cut-over)"), "{text}");
    }

    #[test]
    fn an_exact_name_has_no_wildcards() {
        for (resource, is_exact, is_exempt) in
            [("bill*", true, false), ("bill*", false, true), ("billing", true, true)]
        {
            let report = applied(vec![Exception { is_exact, ..exception(resource, "2026-12-31") }]);
            assert_eq!(found(&report, "billing").is_exempt(), is_exempt, "{resource}");
        }
    }

    #[test]
    fn an_exception_never_changes_what_is_compliant_or_is_of_another_rule() {
        let before = crate::sample::report().unwrap();
        let report = applied(vec![exception("*", "2026-12-31")]);
        before.evaluations.iter().zip(&report.evaluations).for_each(|(before, after)| {
            let is_excepted =
                before.rule.identifier == "dms-replication-not-public" && before.is_non_compliant();
            assert_eq!(after.exception.is_some(), is_excepted);
            assert_eq!(after.compliance_type() == before.compliance_type(), !is_excepted);
        });
    }
}
