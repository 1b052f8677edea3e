use rule_core::Outcome;
use serde::Serialize;

use crate::Evaluation;

/// The number of evaluations by outcome. Serialized for [`json`](crate::json).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Resources known not to comply.
    pub non_compliant: usize,
    /// Resources of which it is not known; reported as NON_COMPLIANT.
    pub unknown: usize,
    /// Resources that comply, or are exempt and reported so.
    pub compliant: usize,
    /// Resources the rule does not apply to, or exempt and reported so.
    pub not_applicable: usize,
}

impl Summary {
    /// Counts the evaluations.
    pub fn count<'a>(evaluations: impl IntoIterator<Item = &'a Evaluation>) -> Self {
        let mut summary = Self::default();
        for evaluation in evaluations {
            let count = match evaluation.outcome() {
                Outcome::NonCompliant => &mut summary.non_compliant,
                Outcome::Unknown => &mut summary.unknown,
                Outcome::Compliant => &mut summary.compliant,
                Outcome::NotApplicable => &mut summary.not_applicable,
            };
            *count += 1;
        }
        summary
    }
}
