use rule_core::Outcome;
use serde::Serialize;

use crate::Evaluation;

/// The number of evaluations by outcome, all of them, whatever a report shows. Serialized for [`json`](crate::json).
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
    /// Resources with an exemption in force, which are among the compliant or those that the rule does not apply to.
    pub exempt: usize,
}

impl Summary {
    /// Counts the evaluations.
    pub fn count<'a>(evaluations: impl IntoIterator<Item = &'a Evaluation>) -> Self {
        let mut summary = Self::default();
        evaluations.into_iter().for_each(|evaluation| summary.add(evaluation));
        summary
    }

    /// Counts one more evaluation.
    pub fn add(&mut self, evaluation: &Evaluation) {
        let count = match evaluation.outcome() {
            Outcome::NonCompliant => &mut self.non_compliant,
            Outcome::Unknown => &mut self.unknown,
            Outcome::Compliant => &mut self.compliant,
            Outcome::NotApplicable => &mut self.not_applicable,
        };
        *count += 1;
        self.exempt += usize::from(evaluation.is_exempt());
    }
}
