use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use rule_core::Rule;

use crate::{Evaluation, Failure, NotEvaluated, SourceSummary};

/// The results of one run, complete or not.
#[derive(Clone, Debug)]
pub struct Report {
    /// The time the run began. Exemptions and the expiry of certificates are evaluated at this time.
    pub at: DateTime<Utc>,
    /// The command that was run.
    pub command: Command,
    /// The files, or the accounts and Regions, that were read, in order.
    pub sources: Vec<SourceSummary>,
    /// One evaluation for each pair of resource and rule; worst first after [`Report::sort`].
    pub evaluations: Vec<Evaluation>,
    /// The rules that were not run on all resources of their type.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Files that could not be read and API calls that failed. The report is complete only if there are none.
    pub failures: Vec<Failure>,
}

/// The command of `dms-rule` that a report comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Evaluates files.
    Check,
    /// Evaluates the resources of accounts and Regions.
    Scan,
}

impl Command {
    /// Returns the command as it is typed: `check` or `scan`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Scan => "scan",
        }
    }
}

impl Report {
    /// Returns a report without results of a run that begins `at` this time.
    #[must_use]
    pub fn new(command: Command, at: DateTime<Utc>) -> Self {
        Self {
            at,
            command,
            sources: Vec::new(),
            evaluations: Vec::new(),
            not_evaluated: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Lists the rules of the evaluations, each once, in the order of their first evaluation.
    #[must_use]
    pub fn rules(&self) -> Vec<&'static Rule> {
        let mut rules: Vec<&'static Rule> = Vec::new();
        for Evaluation { rule, .. } in &self.evaluations {
            if !rules.iter().any(|known| known.identifier == rule.identifier) {
                rules.push(rule);
            }
        }
        rules
    }

    /// Lists the files and folders that were left out of the run.
    pub fn left_out(&self) -> impl Iterator<Item = &SourceSummary> {
        self.sources.iter().filter(|source| source.kind.is_left_out())
    }

    /// Sorts the evaluations, worst first: by compliance type, severity and known before unknown; then by rule,
    /// account, Region, source, name and position.
    pub fn sort(&mut self) {
        self.evaluations.sort_by(|a, b| order(a).cmp(&order(b)));
    }
}

fn order(evaluation: &Evaluation) -> impl Ord + '_ {
    let Evaluation { rule, resource, source, .. } = evaluation;
    (
        Reverse(evaluation.compliance_type()),
        Reverse(evaluation.severity()),
        evaluation.is_unknown(),
        rule.identifier,
        (resource.account_id.as_deref(), resource.region.as_deref()),
        (source.name.as_str(), resource.name.as_str(), source.position),
    )
}
