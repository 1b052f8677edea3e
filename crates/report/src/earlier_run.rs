//! An earlier run, read from its JSON report, and the comparison with it.

use std::collections::BTreeMap;

use rule_core::{ComplianceType, Outcome};
use serde::Deserialize;

use crate::json::SCHEMA_VERSION;
use crate::text::TOOL;
use crate::{Change, Comparison, Evaluation, Fate, Past, Report, fingerprint};

/// An earlier run: the results of a JSON report that is complete and not filtered.
#[derive(Clone, Debug)]
pub struct EarlierRun {
    /// The path of the report, as it was given.
    name: String,
    /// The time the run began, as the report has it.
    at: String,
    command: String,
    results: BTreeMap<String, EarlierResult>,
}

#[derive(Clone, Debug)]
struct EarlierResult {
    outcome: Outcome,
    rule: String,
    resource: String,
    source: String,
}

/// The members of a JSON report that a comparison reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    tool: Tool,
    at: String,
    command: String,
    complete: bool,
    shown: Shown,
    results: Vec<Entry>,
    failures: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    only: Vec<String>,
    all_results: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    rule: String,
    compliance_type: String,
    unknown: bool,
    resource: Named,
    source: Named,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl EarlierRun {
    /// Reads the JSON report of an earlier run, which a person knows by `name`.
    ///
    /// # Errors
    /// Returns the reason why the report cannot be compared with: another schema, an incomplete or filtered run, a part that is
    /// missing.
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
        let mut results: BTreeMap<String, EarlierResult> = BTreeMap::new();
        for entry in document.results {
            let outcome = outcome(&entry)?;
            let result = EarlierResult {
                outcome,
                rule: entry.rule,
                resource: entry.resource.name,
                source: entry.source.name,
            };
            // Of two results with one id the better one counts: a finding is new rather than known.
            let known = results.entry(entry.id).or_insert_with(|| result.clone());
            if rank(result.outcome) < rank(known.outcome) {
                *known = result;
            }
        }
        Ok(Self { name: name.to_owned(), at: document.at, command: document.command, results })
    }
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

/// Returns a number that is higher for a worse outcome.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Compliant | Outcome::NotApplicable => 0,
        Outcome::Unknown => 1,
        Outcome::NonCompliant => 2,
    }
}

impl Report {
    /// Compares the results with those of an earlier run.
    ///
    /// # Errors
    /// Returns a message if the earlier run is one of another command: its results have other ids.
    pub fn compare(&mut self, earlier: EarlierRun, is_baseline: bool) -> Result<(), String> {
        if earlier.command != self.command.as_str() {
            return Err(format!(
                "it is a report of {TOOL} {}, not of {TOOL} {}",
                earlier.command,
                self.command.as_str()
            ));
        }
        let mut now: BTreeMap<String, &Evaluation> = BTreeMap::new();
        for evaluation in &self.evaluations {
            let worst = now.entry(fingerprint::of_evaluation(evaluation)).or_insert(evaluation);
            if rank(evaluation.outcome()) > rank(worst.outcome()) {
                *worst = evaluation;
            }
        }
        let is_finding = |outcome: Outcome| outcome.compliance_type() == ComplianceType::NonCompliant;
        let mut past = Vec::new();
        for (id, EarlierResult { outcome, rule, resource, source }) in &earlier.results {
            let fate = match now.get(id) {
                _ if !is_finding(*outcome) => continue,
                Some(evaluation) if evaluation.is_non_compliant() => continue,
                Some(evaluation) if evaluation.is_exempt() => Fate::Exempt,
                Some(_) => Fate::Fixed,
                None if self.has_read(rule, source) => Fate::Gone,
                None => Fate::NotEvaluated,
            };
            let (id, rule) = (id.clone(), rule.clone());
            past.push(Past { id, rule, resource: resource.clone(), source: source.clone(), fate });
        }
        past.sort_by(|a, b| (a.fate, &a.rule, &a.resource).cmp(&(b.fate, &b.rule, &b.resource)));
        let known = earlier.results.into_iter().map(|(id, result)| (id, result.outcome)).collect();
        self.comparison = Some(Comparison { name: earlier.name, at: earlier.at, is_baseline, past, known });
        Ok(())
    }

    /// Returns true if this run read a source whole, and ran the rule on all that it holds.
    fn has_read(&self, rule: &str, source: &str) -> bool {
        self.is_complete()
            && self.selected.iter().any(|selected| selected.rule.identifier == rule)
            && !self.not_evaluated.iter().any(|entry| entry.rule.identifier == rule)
            && self
                .sources
                .iter()
                .any(|read| read.name == source && read.is_complete && !read.kind.is_left_out())
    }

    /// Returns the change of a result since the earlier run; `None` without such a run, and for what is no finding.
    #[must_use]
    pub fn change(&self, evaluation: &Evaluation) -> Option<Change> {
        let comparison = self.comparison.as_ref().filter(|_| evaluation.is_non_compliant())?;
        let before = comparison.known.get(&fingerprint::of_evaluation(evaluation));
        let is_known = before.is_some_and(|before| rank(*before) >= rank(evaluation.outcome()));
        Some(if is_known { Change::Unchanged } else { Change::New })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::text;

    /// Returns the sample without failures, as a report of an earlier run.
    fn complete() -> Report {
        Report { failures: vec![], not_evaluated: vec![], ..crate::sample::report().unwrap() }
    }

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        crate::json::write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn compared(earlier: &Value, mut now: Report) -> Report {
        let earlier = EarlierRun::read("old.json", earlier.to_string().as_bytes()).unwrap();
        now.compare(earlier, true).unwrap();
        now
    }

    #[test]
    fn the_same_run_has_nothing_new_and_nothing_past() {
        let report = compared(&written(&complete()), complete());
        let comparison = report.comparison.as_ref().unwrap();
        assert_eq!(text::changes(&report, comparison), "0 new, 8 unchanged");
        assert!(comparison.past.is_empty());
    }

    #[test]
    fn a_finding_is_new_unless_the_earlier_run_found_it_at_least_as_bad() {
        let mut earlier = written(&complete());
        for (index, change) in [
            ("billing", json!({ "complianceType": "COMPLIANT", "unknown": false })),
            ("expired", json!({ "complianceType": "NOT_APPLICABLE", "unknown": false })),
            ("crm", json!({ "complianceType": "NON_COMPLIANT", "unknown": true })),
        ] {
            let results = earlier["results"].as_array_mut().unwrap();
            let result = results.iter_mut().find(|result| result["resource"]["name"] == index).unwrap();
            change.as_object().unwrap().iter().for_each(|(name, value)| result[name] = value.clone());
        }
        let report = compared(&earlier, complete());
        for evaluation in &report.evaluations {
            let is_new = ["billing", "expired", "crm"].contains(&evaluation.resource.name.as_str());
            let change =
                evaluation.is_non_compliant().then_some(if is_new { Change::New } else { Change::Unchanged });
            assert_eq!(report.change(evaluation), change, "{}", evaluation.resource.name);
        }
    }

    #[test]
    fn of_two_earlier_results_with_one_id_the_better_counts() {
        let mut earlier = written(&complete());
        let mut better = earlier["results"].as_array().unwrap()[0].clone();
        better["complianceType"] = "COMPLIANT".into();
        better["unknown"] = false.into();
        for place in [0, 1] {
            let mut twice = earlier.clone();
            twice["results"].as_array_mut().unwrap().insert(place, better.clone());
            twice["shown"]["allResults"] = json!(14);
            let report = compared(&twice, complete());
            assert_eq!(text::changes(&report, report.comparison.as_ref().unwrap()), "1 new, 7 unchanged");
        }
        earlier["results"] = json!([]);
        earlier["shown"]["allResults"] = json!(0);
        let report = compared(&earlier, complete());
        assert_eq!(text::changes(&report, report.comparison.as_ref().unwrap()), "8 new, 0 unchanged");
    }

    #[test]
    fn a_past_finding_is_fixed_exempt_gone_or_not_evaluated_and_never_better_than_known() {
        let fate = |change: &dyn Fn(&mut Report)| {
            let mut now = complete();
            change(&mut now);
            let report = compared(&written(&complete()), now);
            report.comparison.unwrap().past.iter().find(|one| one.resource == "billing").map(|one| one.fate)
        };
        let without = |report: &mut Report| report.evaluations.retain(|one| one.resource.name != "billing");
        assert_eq!(fate(&|_| {}), None);
        let fix = |report: &mut Report| {
            let billing = report.evaluations.iter_mut().find(|one| one.resource.name == "billing").unwrap();
            billing.verdict.compliance_type = ComplianceType::Compliant;
        };
        assert_eq!(fate(&fix), Some(Fate::Fixed));
        assert_eq!(fate(&without), Some(Fate::Gone));
        assert_eq!(
            fate(&|report| {
                without(report);
                report.failures = crate::sample::report().unwrap().failures;
            }),
            Some(Fate::NotEvaluated)
        );
        assert_eq!(
            fate(&|report| {
                without(report);
                report.sources.clear();
            }),
            Some(Fate::NotEvaluated)
        );
        assert_eq!(
            fate(&|report| {
                without(report);
                report.selected.clear();
            }),
            Some(Fate::NotEvaluated)
        );
    }

    #[test]
    fn a_report_that_is_filtered_incomplete_of_another_schema_or_command_is_refused() {
        for (pointer, value, words) in [
            ("/schemaVersion", json!(1), "its schemaVersion is 1"),
            ("/schemaVersion", Value::Null, "it has no schemaVersion"),
            ("/complete", json!(false), "its run was not complete"),
            ("/failures", json!([{}]), "its run was not complete"),
            ("/shown/only", json!(["unknown"]), "it is filtered"),
            ("/shown/allResults", json!(20), "it is filtered"),
            ("/results", json!([]), "it is filtered"),
            ("/results/0/complianceType", json!("INSUFFICIENT_DATA"), "complianceType"),
            ("/results/0/id", Value::Null, "it is no JSON report"),
            ("/results", Value::Null, "it is no JSON report"),
            ("/tool/name", json!("other"), "it is a report of other"),
        ] {
            let mut document = written(&complete());
            *document.pointer_mut(pointer).unwrap() = value;
            let refusal = EarlierRun::read("old.json", document.to_string().as_bytes()).unwrap_err();
            assert!(refusal.contains(words), "{pointer}: {refusal}");
        }
        assert!(EarlierRun::read("old.json", b"").is_err());
        assert!(EarlierRun::read("old.json", b"[]").is_err());
        let scan = Report { command: crate::Command::Scan, ..complete() };
        let earlier = EarlierRun::read("old.json", written(&scan).to_string().as_bytes()).unwrap();
        assert!(complete().compare(earlier, true).unwrap_err().contains("dms-rule scan"));
    }
}
