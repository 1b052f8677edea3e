use chrono::{DateTime, Utc};

use crate::annotation::cut;
use crate::{
    ComplianceType, ConfigurationItem, Exemption, Facts, Finding, Input, Rule, RuleParameters, Verdict,
};

/// One way in which a resource that is only planned may turn out: templates decide some of it at deployment.
#[derive(Clone, Debug, PartialEq)]
pub struct Possibility {
    /// What must hold for it, such as (`condition IsProduction`, `true`); nothing where there is no other way.
    pub when: Vec<Choice>,
    /// The resource as it would then be.
    pub item: ConfigurationItem,
}

/// Something that deployment decides, and one outcome of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is decided, such as `parameter Public`.
    pub of: String,
    /// How, such as `true`.
    pub is: String,
}

impl Rule {
    /// The verdict on a resource before it is made: COMPLIANT only if it is so whatever deployment decides.
    ///
    /// Where its ways differ, the verdict is NON_COMPLIANT, `UNKNOWN`, and names what leads to the bad one. Without any
    /// way the resource is never made.
    #[must_use]
    pub fn evaluate_planned(
        &self,
        ways: &[Possibility],
        parameters: &RuleParameters,
        at: Option<DateTime<Utc>>,
    ) -> Verdict {
        let facts = Facts::planned();
        let verdicts: Vec<(&Possibility, Verdict)> = ways
            .iter()
            .map(|way| {
                let input = Input { item: &way.item, facts: &facts, parameters, at };
                let verdict = self.evaluate(&input).unwrap_or_else(|lookup| {
                    // Planned facts leave nothing to look up.
                    let why = format!("{lookup:?} cannot be looked up before deployment");
                    Verdict::new(Finding::unknown(why, ""), String::new())
                });
                (way, verdict)
            })
            .collect();
        let Some((worst, verdict)) = verdicts.iter().max_by_key(|(way, verdict)| {
            // Of the bad ones the one that is known, with the least that leads to it.
            (verdict.compliance_type, !verdict.finding.is_unknown(), std::cmp::Reverse(way.when.len()))
        }) else {
            return Verdict::new(Finding::not_applicable("it is never made"), String::new());
        };
        let same = |other: &Verdict| other.compliance_type == verdict.compliance_type;
        let is_exempt = !matches!(verdict.exemption, Exemption::None);
        if verdict.compliance_type != ComplianceType::NonCompliant
            || verdicts.iter().all(|(_, other)| same(other))
            || is_exempt
        {
            return verdict.clone();
        }
        let path = deciding(worst, verdict, &verdicts);
        let fact = verdict.finding.reason.split_once(": ").map_or("", |(_, fact)| fact);
        let state = verdict.finding.state();
        let reason =
            format!("UNKNOWN: cannot be known before deployment, {state} if {}: {fact}", cut(&path, 100));
        Verdict { finding: Finding { reason, ..verdict.finding.clone() }, ..verdict.clone() }
    }
}

/// Those choices of the bad way without which it would not be bad, in words.
fn deciding(bad: &Possibility, verdict: &Verdict, all: &[(&Possibility, Verdict)]) -> String {
    let matters = |choice: &&Choice| {
        all.iter().any(|(way, other)| {
            other.compliance_type != verdict.compliance_type
                && bad.when.iter().all(|mine| {
                    let its = way.when.iter().find(|its| its.of == mine.of);
                    if mine.of == choice.of { its != Some(mine) } else { its.is_none_or(|its| its == mine) }
                })
        })
    };
    let mut decisive: Vec<&Choice> = bad.when.iter().filter(matters).collect();
    if decisive.is_empty() {
        decisive = bad.when.iter().collect();
    }
    let words: Vec<String> = decisive.iter().map(|Choice { of, is }| format!("{of} is {is}")).collect();
    words.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    fn way(when: &[(&str, &str)], configuration: &str) -> Possibility {
        let when =
            when.iter().map(|(of, is)| Choice { of: (*of).to_owned(), is: (*is).to_owned() }).collect();
        let item = format!(
            r#"{{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"Orders","configurationItemStatus":"OK",
            "configurationItemCaptureTime":1,"configuration":{configuration}}}"#
        );
        Possibility { when, item: ConfigurationItem::from_json(&item).unwrap() }
    }

    fn judged(ways: &[Possibility]) -> (ComplianceType, String) {
        let rule = rules::find("dms-replication-not-public").unwrap();
        let verdict = rule.evaluate_planned(ways, &RuleParameters::default(), None);
        (verdict.compliance_type, verdict.finding.reason)
    }

    const PRIVATE: &str = r#"{"PubliclyAccessible":false}"#;
    const PUBLIC: &str = r#"{"PubliclyAccessible":true}"#;

    #[test]
    fn only_what_is_private_in_every_way_is_compliant() {
        let (a, b) = (way(&[("condition A", "true")], PRIVATE), way(&[("condition A", "false")], PRIVATE));
        assert_eq!(judged(&[a.clone(), b]).0, ComplianceType::Compliant);
        let public = way(&[("condition A", "false")], PUBLIC);
        let reason = "UNKNOWN: cannot be known before deployment, PUBLIC if condition A is false: PubliclyAccessible=true";
        for ways in [[a.clone(), public.clone()], [public.clone(), a]] {
            assert_eq!(judged(&ways), (ComplianceType::NonCompliant, reason.to_owned()));
        }
        assert_eq!(
            judged(&[public.clone(), public]),
            (ComplianceType::NonCompliant, "PUBLIC: PubliclyAccessible=true".to_owned())
        );
        assert_eq!(judged(&[]).0, ComplianceType::NotApplicable);
    }

    #[test]
    fn only_the_choices_that_matter_are_named() {
        let ways: Vec<_> = [("true", "x"), ("true", "y"), ("false", "x"), ("false", "y")]
            .map(|(a, b)| {
                way(&[("condition A", a), ("parameter B", b)], if a == "true" { PUBLIC } else { PRIVATE })
            })
            .into();
        assert!(judged(&ways).1.contains("PUBLIC if condition A is true: "), "{}", judged(&ways).1);
    }

    #[test]
    fn what_is_not_set_has_the_default_of_dms() {
        let (compliance, reason) = judged(&[way(&[], "{}")]);
        assert_eq!(compliance, ComplianceType::NonCompliant);
        assert_eq!(reason, "PUBLIC: PubliclyAccessible is not set, and DMS's default is true");
    }
}
