use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::{Failure, Judged, Report};

/// What identifies a finding from run to run, the same in every format: 64 hexadecimal digits.
pub(crate) fn of(judged: &Judged) -> String {
    hash(&judged.key())
}

/// What identifies a failure from run to run: of the same kind, with the same input or account and Region.
pub(crate) fn of_failure(failure: &Failure) -> String {
    hash(&format!("failure/{}/{}", failure.kind, failure.source))
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // text never fails
        hex
    })
}

/// The results, the worst of each finding only, and its fingerprint.
///
/// A resource that was seen twice, in two files or in a file and in its account, is one finding. Whoever keeps one
/// state a finding would keep the last one read, and that may be the better one.
pub(crate) fn worst_of_each(report: &Report) -> Vec<(String, &Judged)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut worst: Vec<(String, &Judged)> = Vec::new();
    for judged in &report.judged {
        let fingerprint = of(judged);
        match places.get(&fingerprint).and_then(|place| worst.get_mut(*place)) {
            Some((_, kept)) if kept.compliance_type() < judged.compliance_type() => *kept = judged,
            Some(_) => {}
            None => {
                places.insert(fingerprint.clone(), worst.len());
                worst.push((fingerprint, judged));
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
    fn a_finding_keeps_its_fingerprint_and_no_two_share_one() {
        let report = crate::sample::report().unwrap();
        let mut later = crate::sample::report().unwrap();
        for judged in &mut later.judged {
            judged.verdict.finding.reason = "OTHER: words".to_owned();
            judged.source.recorded_at = None;
        }
        let fingerprints: Vec<String> = report.judged.iter().map(of).collect();
        assert_eq!(fingerprints, later.judged.iter().map(of).collect::<Vec<_>>());
        let different: std::collections::HashSet<&String> = fingerprints.iter().collect();
        assert_eq!(different.len(), 13);
    }

    #[test]
    fn of_two_plans_each_has_its_own_finding() {
        let report = crate::sample::report().unwrap();
        let one = report.judged.iter().find(|judged| judged.source.name == "plan.json").unwrap();
        let mut other = one.clone();
        other.source.name = "other.json".to_owned();
        assert_ne!(of(one), of(&other));
    }

    #[test]
    fn a_resource_that_was_seen_twice_keeps_its_worst_result_in_any_order() {
        let mut report = crate::sample::report().unwrap();
        let billing = report.judged.iter().find(|judged| judged.resource.name == "billing").unwrap().clone();
        let mut better = billing.clone();
        better.verdict.compliance_type = ComplianceType::Compliant;
        for twice in [[billing.clone(), better.clone()], [better, billing]] {
            report.judged = twice.into();
            let worst = worst_of_each(&report);
            assert_eq!(worst.len(), 1);
            assert_eq!(worst[0].1.compliance_type(), ComplianceType::NonCompliant);
        }
    }
}
