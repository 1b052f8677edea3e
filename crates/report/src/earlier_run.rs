//! An earlier run, read from its JSON report, and the comparison with it.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rule_core::{ComplianceType, Exemption, Outcome};
use serde::Deserialize;

use crate::evaluation::key;
use crate::json::SCHEMA_VERSION;
use crate::source::STANDARD_INPUT;
use crate::text::TOOL;
use crate::{Change, Comparison, Evaluation, Fate, Past, Report, Resource, Summary, fingerprint};

/// An earlier run: the results of a JSON report that is complete and not filtered.
#[derive(Clone, Debug)]
pub struct EarlierRun {
    /// The path of the report, as it was given.
    name: String,
    at: DateTime<Utc>,
    command: String,
    /// The severity and the parameters of each rule that ran.
    rules: BTreeMap<String, (String, Vec<(String, String)>)>,
    /// The results by fingerprint. Resources that nothing tells apart have one.
    results: BTreeMap<String, Vec<EarlierResult>>,
}

#[derive(Clone, Debug)]
struct EarlierResult {
    outcome: Outcome,
    /// True if an exemption had ended already.
    is_expired: bool,
    rule: String,
    resource: Resource,
    source: String,
}

/// The members of a JSON report that a comparison reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    tool: Tool,
    at: DateTime<Utc>,
    command: String,
    complete: bool,
    run: Run,
    shown: Shown,
    summary: Counts,
    results: Vec<Entry>,
    failures: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
}

#[derive(Deserialize)]
struct Run {
    rules: Vec<RuleEntry>,
}

#[derive(Deserialize)]
struct RuleEntry {
    rule: String,
    severity: String,
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    only: Vec<String>,
    all_results: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    non_compliant: usize,
    unknown: usize,
    compliant: usize,
    not_applicable: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    rule: String,
    compliance_type: String,
    unknown: bool,
    exemption: Option<String>,
    resource: Resource,
    source: Place,
}

#[derive(Deserialize)]
struct Place {
    name: String,
    line: Option<usize>,
}

impl EarlierRun {
    /// Reads the JSON report of an earlier run, which a person knows by `name`.
    ///
    /// # Errors
    /// Returns the reason why the report cannot be compared with: another schema, an incomplete or filtered run, a part that is
    /// missing or contradicts another one.
    pub fn read(name: &str, json: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Version {
            schema_version: Option<u32>,
        }
        let no_report = |error: serde_json::Error| format!("it is no JSON report of {TOOL}: {error}");
        let version: Version = serde_json::from_slice(json).map_err(no_report)?;
        match version.schema_version {
            Some(SCHEMA_VERSION) => {}
            Some(other) => {
                return Err(format!(
                    "its schemaVersion is {other}, this program writes and reads {SCHEMA_VERSION}: make it again"
                ));
            }
            None => return Err(format!("it is no JSON report of {TOOL}: it has no schemaVersion")),
        }
        let document: Document = serde_json::from_slice(json).map_err(no_report)?;
        if document.tool.name != TOOL {
            return Err(format!("it is a report of {}", document.tool.name));
        }
        if !document.complete || !document.failures.is_empty() {
            return Err("its run was not complete: what it lacks would count as new or as gone".to_owned());
        }
        if !document.shown.only.is_empty() || document.shown.all_results != document.results.len() {
            return Err(format!(
                "it is filtered: it has {} of {} results; write it without --only",
                document.results.len(),
                document.shown.all_results
            ));
        }
        let mut counted = Summary::default();
        let mut results: BTreeMap<String, Vec<EarlierResult>> = BTreeMap::new();
        for entry in document.results {
            let outcome = outcome(&entry)?;
            let Entry { id, rule, exemption, resource, source, .. } = entry;
            if id != fingerprint::of_key(&key(&rule, &resource, &source.name, source.line.is_some())) {
                return Err(format!(
                    "it was changed: the id of a result is not that of {rule}, {}",
                    resource.name
                ));
            }
            *match outcome {
                Outcome::NonCompliant => &mut counted.non_compliant,
                Outcome::Unknown => &mut counted.unknown,
                Outcome::Compliant => &mut counted.compliant,
                Outcome::NotApplicable => &mut counted.not_applicable,
            } += 1;
            let is_expired = exemption.is_some_and(|note| note.starts_with("exemption expired"));
            let result = EarlierResult { outcome, is_expired, rule, resource, source: source.name };
            results.entry(id).or_default().push(result);
        }
        let Counts { non_compliant, unknown, compliant, not_applicable } = document.summary;
        if counted != (Summary { non_compliant, unknown, compliant, not_applicable, exempt: 0 }) {
            return Err("it was changed: its summary does not count its results".to_owned());
        }
        let rules = document.run.rules.into_iter().map(|RuleEntry { rule, severity, parameters }| {
            let parameters = parameters.into_iter().map(|Parameter { name, value }| (name, value));
            (rule, (severity, sorted(parameters.collect())))
        });
        let rules = rules.collect();
        Ok(Self { name: name.to_owned(), at: document.at, command: document.command, rules, results })
    }
}

fn sorted(mut parameters: Vec<(String, String)>) -> Vec<(String, String)> {
    parameters.sort();
    parameters
}

/// Reads the outcome of a result.
///
/// # Errors
/// Returns a message if it has none that this program writes.
fn outcome(entry: &Entry) -> Result<Outcome, String> {
    match (entry.compliance_type.as_str(), entry.unknown) {
        ("NON_COMPLIANT", false) => Ok(Outcome::NonCompliant),
        ("NON_COMPLIANT", true) => Ok(Outcome::Unknown),
        ("COMPLIANT", false) => Ok(Outcome::Compliant),
        ("NOT_APPLICABLE", false) => Ok(Outcome::NotApplicable),
        (other, _) => Err(format!("it has a result with the complianceType {other:?}")),
    }
}

fn is_finding(outcome: Outcome) -> bool {
    outcome.compliance_type() == ComplianceType::NonCompliant
}

/// A finding, as far as a comparison needs it; the worse is the greater. One whose exemption has ended is worse than one that
/// never had any: it was let through.
type Badness = (bool, bool);

fn badness(outcome: Outcome, is_expired: bool) -> Badness {
    (is_expired, outcome == Outcome::NonCompliant)
}

/// Returns false for a resource in standard input that nothing but its name there tells from others: another input has the same.
fn is_identified(resource: &Resource, source: &str) -> bool {
    source != STANDARD_INPUT || (resource.account_id.is_some() && resource.region.is_some())
}

impl Report {
    /// Compares the results with those of an earlier run. It is a baseline if it may be at most so many days old.
    ///
    /// # Errors
    /// Returns a message if the earlier run is one of another command, whose results have other ids, or is a baseline that is
    /// too old, or later than this run.
    pub fn compare(&mut self, earlier: EarlierRun, days_maximum: Option<u16>) -> Result<(), String> {
        if earlier.command != self.command.as_str() {
            return Err(format!(
                "it is a report of {TOOL} {}, not of {TOOL} {}",
                earlier.command,
                self.command.as_str()
            ));
        }
        let age = self.at.signed_duration_since(earlier.at).num_days();
        if let Some(days) = days_maximum
            && (age > i64::from(days) || earlier.at > self.at)
        {
            return Err(if earlier.at > self.at {
                format!("it is of {}, later than this run", earlier.at)
            } else {
                format!(
                    "it is {age} days old, and what it lets through must end within {days}: make it again"
                )
            });
        }
        let comparable = self.comparable_rules(&earlier);
        let mut now: BTreeMap<String, Vec<&Evaluation>> = BTreeMap::new();
        for evaluation in &self.evaluations {
            now.entry(fingerprint::of_evaluation(evaluation)).or_default().push(evaluation);
        }
        let mut unchanged = BTreeSet::new();
        let mut past = Vec::new();
        for (id, before) in &earlier.results {
            let Some(EarlierResult { rule, resource, source, .. }) = before.first() else { continue };
            let found: Vec<&EarlierResult> = before.iter().filter(|one| is_finding(one.outcome)).collect();
            let is_comparable = comparable.contains(rule) && is_identified(resource, source);
            let here = now.get(id).map(Vec::as_slice).unwrap_or_default();
            let bad: Vec<&&Evaluation> = here.iter().filter(|one| one.is_non_compliant()).collect();
            if is_comparable && covers(&found, &bad) {
                unchanged.insert(id.clone());
            }
            if found.is_empty() || !bad.is_empty() {
                continue;
            }
            let fate = match here {
                _ if !is_comparable => Fate::NotKnown,
                [] if self.has_read(source) => Fate::Gone,
                [] => Fate::NotKnown,
                here if here.iter().any(|one| one.is_exempt()) => Fate::Exempt,
                _ => Fate::Fixed,
            };
            past.push(Past {
                id: id.clone(),
                rule: rule.clone(),
                resource: resource.name.clone(),
                source: source.clone(),
                fate,
            });
        }
        past.sort_by(|a, b| (a.fate, &a.rule, &a.resource).cmp(&(b.fate, &b.rule, &b.resource)));
        self.comparison = Some(Comparison {
            name: earlier.name,
            at: earlier.at,
            is_baseline: days_maximum.is_some(),
            results: earlier.results.values().map(Vec::len).sum(),
            past,
            unchanged,
        });
        Ok(())
    }

    /// Lists the rules that ran here as they did in the earlier run, with the same severity and parameters, and on all that was
    /// read.
    fn comparable_rules(&self, earlier: &EarlierRun) -> BTreeSet<String> {
        let is_same = |rule: &str, severity: &str, parameters: &[(String, String)]| {
            earlier.rules.get(rule).is_some_and(|(theirs, their_parameters)| {
                severity == theirs && sorted(parameters.to_vec()) == *their_parameters
            })
        };
        self.selected
            .iter()
            .filter(|one| is_same(one.rule.identifier, one.rule.severity.as_str(), &one.parameters))
            .filter(|one| {
                !self.not_evaluated.iter().any(|entry| entry.rule.identifier == one.rule.identifier)
            })
            .map(|one| one.rule.identifier.to_owned())
            .collect()
    }

    /// Returns true if this run read a source whole.
    fn has_read(&self, source: &str) -> bool {
        let is_whole = |read: &&crate::SourceSummary| read.is_complete && !read.kind.is_left_out();
        self.is_complete() && self.sources.iter().filter(is_whole).any(|read| read.name == source)
    }

    /// Counts the results with a change since the earlier run.
    pub(crate) fn changed(&self, change: Change) -> usize {
        self.evaluations.iter().filter(|one| self.change(one) == Some(change)).count()
    }

    /// Returns the change of a result since the earlier run; `None` without such a run, and for what is no finding.
    #[must_use]
    pub fn change(&self, evaluation: &Evaluation) -> Option<Change> {
        let comparison = self.comparison.as_ref().filter(|_| evaluation.is_non_compliant())?;
        let is_known = comparison.unchanged.contains(&fingerprint::of_evaluation(evaluation));
        Some(if is_known { Change::Unchanged } else { Change::New })
    }
}

/// Returns true if the earlier run had a finding at least as bad for each one here: resources that nothing tells apart are
/// counted.
fn covers(before: &[&EarlierResult], here: &[&&Evaluation]) -> bool {
    let mut before: Vec<Badness> = before.iter().map(|one| badness(one.outcome, one.is_expired)).collect();
    let is_expired = |one: &Evaluation| matches!(one.verdict.exemption, Exemption::Expired { .. });
    let mut here: Vec<Badness> = here.iter().map(|one| badness(one.outcome(), is_expired(one))).collect();
    before.sort_by_key(|badness| Reverse(*badness));
    here.sort_by_key(|badness| Reverse(*badness));
    let is_covered = |(here, before): (&Badness, &Badness)| here.0 <= before.0 && here.1 <= before.1;
    here.len() <= before.len() && here.iter().zip(&before).all(is_covered)
}
