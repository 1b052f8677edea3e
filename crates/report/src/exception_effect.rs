//! The effect of exceptions on the results of a run.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use rule_core::{ComplianceType, Exemption};
use wildmatch::WildMatch;

use crate::{Evaluation, Exception, ExceptionState, ExceptionUse, Report};

/// An exception with its patterns, ready to be compared.
struct Matcher {
    exception: Arc<Exception>,
    resource: WildMatch,
    file: Option<WildMatch>,
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
            resource: WildMatch::new(&exception.resource),
            file: exception.file.as_deref().map(WildMatch::new),
            exception: Arc::new(exception),
            state,
            results: 0,
        }
    }

    /// Returns true if the exception is about the result at this place. An account that is not known is not that of the exception.
    fn is_about(&self, place: usize, Evaluation { rule, resource, source, .. }: &Evaluation) -> bool {
        if let Some(results) = &self.exception.results {
            return rule.identifier == self.exception.rule.identifier && results.contains(&place);
        }
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
        let today = self.at.date_naive();
        let mut matchers: Vec<Matcher> =
            exceptions.into_iter().map(|one| Matcher::new(one, today, days_maximum)).collect();
        if matchers.is_empty() {
            return;
        }
        for (place, evaluation) in
            self.evaluations.iter_mut().enumerate().filter(|(_, one)| one.is_non_compliant())
        {
            let mut granted: Option<Arc<Exception>> = None;
            for matcher in &mut matchers {
                if !matcher.is_about(place, evaluation) {
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
            let state = if is_unused { ExceptionState::Unused } else { state };
            let days_left = exception.until.signed_duration_since(today).num_days();
            ExceptionUse { exception, state, days_left, results }
        });
        self.exceptions.extend(listed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Summary;

    fn exception(resource: &str, until: &str) -> Exception {
        Exception {
            rule: rule_core::rules::find("dms-replication-not-public").unwrap(),
            resource: resource.to_owned(),
            results: None,
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
            "EXEMPT until 2026-10-01 (OPS-12 jane: vendor cut-over), owner jane, dms-rule.toml:3"
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
        assert!(text.contains("exemption expired on 2026-09-30 (OPS-12 jane: vendor cut-over)"), "{text}");
    }

    #[test]
    fn an_exception_beside_a_resource_is_about_its_results_alone() {
        let before = crate::sample::report().unwrap();
        let place = before.evaluations.iter().position(|one| one.resource.name == "billing").unwrap();
        for (results, is_exempt) in [(place..place + 1, true), (place + 1..place + 2, false), (0..0, false)] {
            let report = applied(vec![Exception { results: Some(results), ..exception("*", "2026-12-31") }]);
            assert_eq!(found(&report, "billing").is_exempt(), is_exempt);
            let is_granted = |one: &&Evaluation| one.exception.is_some();
            assert!(report.evaluations.iter().filter(is_granted).count() <= 1);
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
