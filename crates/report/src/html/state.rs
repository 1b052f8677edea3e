use rule_core::Outcome;

use crate::{Evaluation, Report, Summary};

/// The outcomes in the order of the page, which its script numbers from 0: outcome, name, sign, class of the style.
pub(super) const OUTCOMES: [(Outcome, &str, &str, &str); 4] = [
    (Outcome::NonCompliant, "Not compliant", "✕", "bad"),
    (Outcome::Unknown, "Unknown", "?", "unknown"),
    (Outcome::Compliant, "Compliant", "✓", "good"),
    (Outcome::NotApplicable, "Not applicable", "–", "none"),
];

/// The sign of an exempt result, which is never shown with the sign of its outcome.
pub(super) const EXEMPT: &str = "◇";

/// Returns the number of the outcome in [`OUTCOMES`].
pub(super) fn number(evaluation: &Evaluation) -> usize {
    OUTCOMES.iter().take_while(|(outcome, ..)| *outcome != evaluation.outcome()).count()
}

/// Returns the name of the result: `Not compliant`, or `Exempt, reported as compliant`.
pub(super) fn name(evaluation: &Evaluation) -> String {
    let name = OUTCOMES.get(number(evaluation)).map_or("", |(_, name, ..)| *name);
    if evaluation.is_exempt() {
        format!("Exempt, reported as {}", name.to_lowercase())
    } else {
        name.to_owned()
    }
}

/// Counts all results of a report, whether they are shown or not.
pub(super) fn summary(report: &Report) -> Summary {
    Summary::count(&report.evaluations)
}
