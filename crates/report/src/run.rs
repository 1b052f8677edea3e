use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rule_core::{Rule, Severity};

use crate::entrance::Entrance;
use crate::{
    Comparison, Evaluation, ExceptionUse, Failure, Filter, NotEvaluated, RefusedException, SecurityHubImport,
    Settings, SourceSummary,
};

/// The results of one run, complete or not.
#[derive(Clone, Debug)]
pub struct Report {
    /// The time the run began. Exemptions and the expiry of certificates are evaluated at this time.
    pub at: DateTime<Utc>,
    /// The command that was run.
    pub command: Command,
    /// The arguments of the command, as they were given.
    pub arguments: Vec<String>,
    /// The settings from a file and the environment.
    pub settings: Settings,
    /// The rules that ran, with their parameters. One that met no resource is among them.
    pub selected: Vec<SelectedRule>,
    /// The ARN of the caller of AWS. `None` for a run without calls, and if it is not known.
    pub caller: Option<String>,
    /// The results that are shown; all of them if there are no filters. The totals count those that are not shown too.
    pub only: Vec<Filter>,
    /// The names of accounts by id, as far as they are known.
    pub account_names: BTreeMap<String, String>,
    /// The address that pages of rules are under, `ADDRESS/RULE`. `None` if there is no such address.
    pub docs_url: Option<String>,
    /// The files, or the accounts and Regions, that were read, in order.
    pub sources: Vec<SourceSummary>,
    /// One evaluation for each pair of resource and rule; worst first after [`Report::sort`].
    pub evaluations: Vec<Evaluation>,
    /// The rules that were not run on all resources of their type.
    pub not_evaluated: Vec<NotEvaluated>,
    /// The exceptions that were given, with their effects.
    pub exceptions: Vec<ExceptionUse>,
    /// The exceptions beside resources that were refused.
    pub refused_exceptions: Vec<RefusedException>,
    /// The comparison with an earlier run, if there is one.
    pub comparison: Option<Comparison>,
    /// The effect on Security Hub. `None` if the run imports nothing there.
    pub security_hub: Option<SecurityHubImport>,
    /// Files that could not be read and API calls that failed. The report is complete only if there are none.
    pub failures: Vec<Failure>,
}

/// A rule that ran, with its parameters.
#[derive(Clone, Debug)]
pub struct SelectedRule {
    /// The rule, with the severity that the settings give it.
    pub rule: &'static Rule,
    /// The names and values of the parameters that differ from their defaults.
    pub parameters: Vec<(String, String)>,
}

impl SelectedRule {
    /// Returns the severity that the rule has if no setting changes it.
    #[must_use]
    pub fn default_severity(&self) -> Severity {
        rule_core::rules::find(self.rule.identifier).map_or(self.rule.severity, |rule| rule.severity)
    }
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
            arguments: Vec::new(),
            settings: Settings::default(),
            selected: Vec::new(),
            caller: None,
            only: Vec::new(),
            account_names: BTreeMap::new(),
            docs_url: None,
            sources: Vec::new(),
            evaluations: Vec::new(),
            not_evaluated: Vec::new(),
            exceptions: Vec::new(),
            refused_exceptions: Vec::new(),
            comparison: None,
            security_hub: None,
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

    /// Returns true if the filters show the evaluation; without filters, every one is shown.
    #[must_use]
    pub fn shows(&self, evaluation: &Evaluation) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.shows(evaluation))
    }

    /// Lists the evaluations that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &Evaluation> {
        self.evaluations.iter().filter(|one| self.shows(one))
    }

    /// Returns the place of the page of a rule: its address, or the command that prints it.
    #[must_use]
    pub fn page(&self, rule: &Rule) -> String {
        match &self.docs_url {
            Some(url) => format!("{}/{}", url.trim_end_matches('/'), rule.identifier),
            None => format!("dms-rule rules {}", rule.identifier),
        }
    }

    /// Returns true if everything could be evaluated: the run had no failure.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    /// Lists the rules that ran and met no resource.
    #[must_use]
    pub fn without_resources(&self) -> Vec<&'static Rule> {
        let met: BTreeSet<&str> = self.evaluations.iter().map(|one| one.rule.identifier).collect();
        let is_met = |rule: &Rule| {
            met.contains(rule.identifier)
                || self.not_evaluated.iter().any(|entry| entry.rule.identifier == rule.identifier)
        };
        self.selected.iter().map(|selected| selected.rule).filter(|rule| !is_met(rule)).collect()
    }

    /// Lists the files and folders that were left out of the run.
    pub fn left_out(&self) -> impl Iterator<Item = &SourceSummary> {
        self.sources.iter().filter(|source| source.kind.is_left_out())
    }

    /// Sorts the evaluations, worst first: by compliance type, severity, known before unknown and what of the Internet enters;
    /// then by rule, account, Region, source, name and position.
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
        Entrance::read(evaluation),
        rule.identifier,
        (resource.account_id.as_deref(), resource.region.as_deref()),
        (source.name.as_str(), resource.name.as_str(), source.position),
    )
}
