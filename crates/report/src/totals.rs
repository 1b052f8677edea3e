use std::collections::BTreeMap;

use rule_core::Severity;
use serde::Serialize;

use crate::{Evaluation, Report, Summary};

/// The results of a run by severity, rule, account, Region and framework: all of them, whatever the report shows.
/// Serialized for [`json`](crate::json).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// By severity, the highest first. Every severity is there.
    #[serde(skip)]
    pub by_severity: Vec<Group>,
    /// By rule, in the order of the rules that ran. A rule that met no resource is there.
    pub by_rule: Vec<Group>,
    /// By account, most NON_COMPLIANT first. Results without an account are not in it.
    pub by_account: Vec<Group>,
    /// By Region, most NON_COMPLIANT first. Results without a Region are not in it.
    pub by_region: Vec<Group>,
    /// By framework, most NON_COMPLIANT first. A result counts for each framework of its rule.
    pub by_framework: Vec<Group>,
}

/// The results that have one severity, rule, account, Region or framework.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// The value that the results have in common, such as the id of the account.
    pub key: String,
    /// The name of the account, if it is known.
    pub name: Option<String>,
    /// The number of results by outcome.
    #[serde(flatten)]
    pub summary: Summary,
}

impl Totals {
    /// Counts the results of a report.
    #[must_use]
    pub fn count(report: &Report) -> Self {
        let by_severity = Severity::ALL.into_iter().rev().map(|severity| {
            let same = report.evaluations.iter().filter(|one| one.severity() == severity);
            Group { key: severity.as_str().to_owned(), name: None, summary: Summary::count(same) }
        });
        Self {
            by_severity: by_severity.collect(),
            by_rule: by_rule(report),
            by_account: by(report, |one| one.resource.account_id.as_deref().into_iter().collect()),
            by_region: by(report, |one| one.resource.region.as_deref().into_iter().collect()),
            by_framework: by(report, |one| one.rule.requirements.iter().map(|each| each.framework).collect()),
        }
    }
}

fn by_rule(report: &Report) -> Vec<Group> {
    let mut rules: Vec<&str> = report.selected.iter().map(|selected| selected.rule.identifier).collect();
    rules.extend(report.rules().iter().map(|rule| rule.identifier));
    let counted = by(report, |one| vec![one.rule.identifier]);
    let mut groups: Vec<Group> = Vec::new();
    for rule in rules {
        if !groups.iter().any(|group| group.key == rule) {
            let known = counted.iter().find(|group| group.key == rule).cloned();
            let none = || Group { key: rule.to_owned(), name: None, summary: Summary::default() };
            groups.push(known.unwrap_or_else(none));
        }
    }
    groups
}

fn by<'a>(report: &'a Report, keys: impl Fn(&'a Evaluation) -> Vec<&'a str>) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Summary> = BTreeMap::new();
    for evaluation in &report.evaluations {
        for key in keys(evaluation) {
            groups.entry(key).or_default().add(evaluation);
        }
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(key, summary)| Group {
            key: key.to_owned(),
            name: report.account_names.get(key).cloned(),
            summary,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.summary.non_compliant + group.summary.unknown));
    groups
}
