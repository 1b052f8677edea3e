use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use crate::text::cut;
use crate::{
    ComplianceType, ConfigurationItem, Exemption, Facts, Finding, Input, Outcome, ParameterValues, Rule,
    Verdict,
};

/// One possible form of a resource that is only planned: deployment decides some of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Possibility {
    /// The choices that lead to this form, such as `condition IsProduction` is `true`; empty if there is no other
    /// form.
    pub choices: Vec<Choice>,
    /// The resource in this form.
    pub item: ConfigurationItem,
    /// The facts about it: [those of a planned resource](Facts::planned), with what its file is known to leave open.
    pub facts: Facts,
}

/// A value that deployment decides, and one of its possibilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The source of the value, such as `parameter Public`.
    pub subject: String,
    /// One possible value, such as `true`.
    pub value: String,
}

impl Rule {
    /// Returns the verdict on a resource before it exists: COMPLIANT only if every possibility is.
    ///
    /// If they differ, the outcome is [`Unknown`](Outcome::Unknown), and the fact names the choices that lead
    /// to the worst of them. Without any possibility the resource is never created.
    #[must_use]
    pub fn evaluate_planned(
        &self,
        possibilities: &[Possibility],
        parameters: &ParameterValues,
        at: Option<DateTime<Utc>>,
    ) -> Verdict {
        let verdicts: Vec<(&Possibility, Verdict)> = possibilities
            .iter()
            .map(|possibility| {
                let input = Input { item: &possibility.item, facts: &possibility.facts, parameters, at };
                (possibility, self.evaluate_without_lookups(&input))
            })
            .collect();
        // Of several bad ones the one that is known, with the fewest choices that lead to it.
        let worst = verdicts.iter().max_by_key(|(possibility, verdict)| {
            (verdict.compliance_type, !verdict.is_unknown(), Reverse(possibility.choices.len()))
        });
        let Some((possibility, verdict)) = worst else {
            return Verdict::new(Finding::not_applicable("it is never created"), String::new());
        };
        let agree = verdicts.iter().all(|(_, other)| other.compliance_type == verdict.compliance_type);
        if verdict.compliance_type != ComplianceType::NonCompliant
            || agree
            || verdict.exemption != Exemption::None
        {
            return verdict.clone();
        }
        let choices = cut(&deciding(possibility, verdict, &verdicts), 100);
        let Finding { state, fact, .. } = &verdict.finding;
        let finding = Finding {
            outcome: Outcome::Unknown,
            state: "UNKNOWN",
            fact: format!("cannot be known before deployment, {state} if {choices}: {fact}"),
            ..verdict.finding.clone()
        };
        Verdict { finding, ..verdict.clone() }
    }
}

/// Describes those choices of the bad possibility without which it would not be bad.
fn deciding(bad: &Possibility, verdict: &Verdict, all: &[(&Possibility, Verdict)]) -> String {
    let matters = |choice: &&Choice| {
        all.iter().any(|(possibility, other)| {
            other.compliance_type != verdict.compliance_type
                && bad.choices.iter().all(|mine| {
                    let theirs = possibility.choices.iter().find(|theirs| theirs.subject == mine.subject);
                    if mine.subject == choice.subject {
                        theirs != Some(mine)
                    } else {
                        theirs.is_none_or(|theirs| theirs == mine)
                    }
                })
        })
    };
    let mut decisive: Vec<&Choice> = bad.choices.iter().filter(matters).collect();
    if decisive.is_empty() {
        decisive = bad.choices.iter().collect();
    }
    let words: Vec<String> =
        decisive.iter().map(|Choice { subject, value }| format!("{subject} is {value}")).collect();
    words.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    fn possibility(choices: &[(&str, &str)], configuration: &str) -> Possibility {
        let choices = choices
            .iter()
            .map(|(subject, value)| Choice { subject: (*subject).to_owned(), value: (*value).to_owned() })
            .collect();
        let item = format!(
            r#"{{"resourceType":"AWS::DMS::ReplicationInstance","resourceId":"Orders","configurationItemStatus":"OK",
            "configurationItemCaptureTime":1,"configuration":{configuration}}}"#
        );
        Possibility { choices, item: ConfigurationItem::from_json(&item).unwrap(), facts: Facts::planned() }
    }

    fn evaluated(possibilities: &[Possibility]) -> (Outcome, String) {
        let rule = rules::find("dms-replication-not-public").unwrap();
        let verdict = rule.evaluate_planned(possibilities, &ParameterValues::default(), None);
        (verdict.finding.outcome, verdict.finding.reason())
    }

    const PRIVATE: &str = r#"{"PubliclyAccessible":false}"#;
    const PUBLIC: &str = r#"{"PubliclyAccessible":true}"#;

    #[test]
    fn only_a_resource_that_is_private_in_every_possibility_is_compliant() {
        let private = possibility(&[("condition A", "true")], PRIVATE);
        let other = possibility(&[("condition A", "false")], PRIVATE);
        assert_eq!(evaluated(&[private.clone(), other]).0, Outcome::Compliant);
        let public = possibility(&[("condition A", "false")], PUBLIC);
        let reason = "UNKNOWN: cannot be known before deployment, PUBLIC if condition A is false: PubliclyAccessible=true";
        for possibilities in [[private.clone(), public.clone()], [public.clone(), private]] {
            assert_eq!(evaluated(&possibilities), (Outcome::Unknown, reason.to_owned()));
        }
        assert_eq!(
            evaluated(&[public.clone(), public]),
            (Outcome::NonCompliant, "PUBLIC: PubliclyAccessible=true".to_owned())
        );
        assert_eq!(evaluated(&[]).0, Outcome::NotApplicable);
    }

    #[test]
    fn only_the_choices_that_matter_are_named() {
        let possibilities: Vec<_> = [("true", "x"), ("true", "y"), ("false", "x"), ("false", "y")]
            .map(|(a, b)| {
                let choices = [("condition A", a), ("parameter B", b)];
                possibility(&choices, if a == "true" { PUBLIC } else { PRIVATE })
            })
            .into();
        let reason = evaluated(&possibilities).1;
        assert!(reason.contains("PUBLIC if condition A is true: "), "{reason}");
    }

    #[test]
    fn a_property_that_is_not_set_has_the_default_of_dms() {
        let (outcome, reason) = evaluated(&[possibility(&[], "{}")]);
        assert_eq!(outcome, Outcome::NonCompliant);
        assert_eq!(reason, "PUBLIC: PubliclyAccessible is not set, and DMS's default is true");
    }
}
