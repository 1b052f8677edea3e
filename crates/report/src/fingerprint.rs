use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::{Evaluation, Failure, Report};

/// Returns the 64 hexadecimal digits that identify an evaluation from run to run, the same in every format.
pub(crate) fn of_evaluation(evaluation: &Evaluation) -> String {
    of_key(&evaluation.key())
}

/// Returns the 64 hexadecimal digits that identify the evaluation with this [key](crate::Evaluation::key).
pub(crate) fn of_key(key: &str) -> String {
    hash(key)
}

/// Returns the 64 hexadecimal digits that identify a failure from run to run: a kind, and a source.
pub(crate) fn of_failure(failure: &Failure) -> String {
    hash(&format!("failure/{}/{}", failure.kind, failure.source))
}

/// Returns the 64 hexadecimal digits that identify a run of a command with its arguments.
pub(crate) fn of_run(report: &Report) -> String {
    hash(&format!("run/{}", crate::text::command_line(report)))
}

/// Returns the 64 hexadecimal digits that identify something by these words.
pub(crate) fn of_words(words: &[&str]) -> String {
    hash(&words.join("/"))
}

fn hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text))
}

/// Lists each fingerprint of the results that are shown once, with the worst of its evaluations.
///
/// A resource that is read twice, from two files or from a file and its account, has one fingerprint. A system that
/// keeps one state for each fingerprint would keep the last, which may be the better one.
pub(crate) fn worst_of_each(report: &Report) -> Vec<(String, &Evaluation)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut worst: Vec<(String, &Evaluation)> = Vec::new();
    for evaluation in report.shown() {
        let fingerprint = of_evaluation(evaluation);
        match places.get(&fingerprint).and_then(|place| worst.get_mut(*place)) {
            Some((_, kept)) if kept.compliance_type() < evaluation.compliance_type() => *kept = evaluation,
            Some(_) => {}
            None => {
                places.insert(fingerprint.clone(), worst.len());
                worst.push((fingerprint, evaluation));
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use rule_core::ComplianceType;

    use super::*;

    #[test]
    fn a_fingerprint_depends_on_rule_and_resource_only() {
        let report = crate::sample::report().unwrap();
        let mut later = crate::sample::report().unwrap();
        for evaluation in &mut later.evaluations {
            evaluation.verdict.finding.fact = "another fact".to_owned();
            evaluation.source.recorded_at = None;
        }
        let fingerprints: Vec<String> = report.evaluations.iter().map(of_evaluation).collect();
        assert_eq!(fingerprints, later.evaluations.iter().map(of_evaluation).collect::<Vec<_>>());
        let different: std::collections::HashSet<&String> = fingerprints.iter().collect();
        assert_eq!(different.len(), 13);
    }

    #[test]
    fn the_same_resource_in_two_plans_has_two_fingerprints() {
        let report = crate::sample::report().unwrap();
        let one = report.evaluations.iter().find(|evaluation| evaluation.source.name == "plan.json").unwrap();
        let mut other = one.clone();
        other.source.name = "other.json".to_owned();
        assert_ne!(of_evaluation(one), of_evaluation(&other));
    }

    #[test]
    fn a_resource_read_twice_keeps_its_worst_result_in_any_order() {
        let mut report = crate::sample::report().unwrap();
        let billing = report
            .evaluations
            .iter()
            .find(|evaluation| evaluation.resource.name == "billing")
            .unwrap()
            .clone();
        let mut better = billing.clone();
        better.verdict.compliance_type = ComplianceType::Compliant;
        for twice in [[billing.clone(), better.clone()], [better, billing]] {
            report.evaluations = twice.into();
            let worst = worst_of_each(&report);
            assert_eq!(worst.len(), 1);
            assert_eq!(worst[0].1.compliance_type(), ComplianceType::NonCompliant);
        }
    }
}
