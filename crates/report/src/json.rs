//! The report as one JSON document, for programs that build on it.
//!
//! [`SCHEMA`] describes it. Every member is always present; a value that is not known is null. `schemaVersion` is
//! raised when a member is removed or changes its meaning, not when one is added.

#[cfg(test)]
mod tests;

use std::io;

use rule_core::Severity;
use serde::{Serialize, Serializer};

use crate::text::{self, TOOL, VERSION};
use crate::{
    Change, Comparison, Evaluation, Exception, ExceptionUse, Failure, FailureGroup, NotEvaluated, Past,
    RefusedException, Report, Resource, SecurityHubImport, SelectedRule, Settings, SourceSummary, Summary,
    Totals, by_cause, commands, fingerprint,
};

/// The JSON Schema (2020-12) of the document that [`write()`] writes.
pub const SCHEMA: &str = include_str!("report.schema.json");

pub(crate) const SCHEMA_VERSION: u32 = 2;

/// Writes the report, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Document::new(report))?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    at: String,
    command: &'static str,
    complete: bool,
    run: Run<'a>,
    exceptions: Vec<ExceptionEntry<'a>>,
    refused_exceptions: &'a [RefusedException],
    comparison: Option<ComparisonEntry<'a>>,
    security_hub: Option<&'a SecurityHubImport>,
    shown: Shown,
    summary: Counts,
    totals: Totals,
    #[serde(rename = "lookedAt")]
    sources: &'a [SourceSummary],
    results: Vec<ResultEntry<'a>>,
    not_evaluated: &'a [NotEvaluated],
    causes: Vec<FailureGroup<'a>>,
    failures: &'a [Failure],
}

/// Arguments, settings, caller and rules, which repeat the run.
#[derive(Serialize)]
struct Run<'a> {
    arguments: &'a [String],
    settings: &'a Settings,
    caller: Option<&'a str>,
    rules: Vec<RuleEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry<'a> {
    rule: &'static str,
    severity: &'static str,
    default_severity: &'static str,
    parameters: Vec<ParameterEntry<'a>>,
    met_resources: bool,
}

#[derive(Serialize)]
struct ParameterEntry<'a> {
    name: &'a str,
    value: &'a str,
}

/// An exception, with the number of results that it is about. State, days and that number are null in a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExceptionEntry<'a> {
    rule: &'static str,
    resource: &'a str,
    account_id: Option<&'a str>,
    file: Option<&'a str>,
    until: String,
    owner: &'a str,
    reason: &'a str,
    ticket: Option<&'a str>,
    origin: &'a str,
    state: Option<&'static str>,
    days_left: Option<i64>,
    results: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ComparisonEntry<'a> {
    report: &'a str,
    at: String,
    is_baseline: bool,
    new: usize,
    unchanged: usize,
    past: &'a [Past],
}

/// The part of the results that the document has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    only: Vec<&'static str>,
    results: usize,
    all_results: usize,
    hidden_non_compliant: usize,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    #[serde(flatten)]
    all: Summary,
    #[serde(serialize_with = "object")]
    by_severity: Vec<(&'static str, Summary)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultEntry<'a> {
    id: String,
    rule: &'static str,
    severity: &'static str,
    compliance_type: &'static str,
    unknown: bool,
    reason: String,
    evidence: Vec<String>,
    fix: Option<String>,
    commands: Vec<String>,
    page: String,
    exempt: bool,
    exemption: Option<String>,
    exception: Option<ExceptionEntry<'a>>,
    change: Option<&'static str>,
    annotation: String,
    resource: &'a Resource,
    source: SourceEntry<'a>,
    requirements: Vec<Requirement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceEntry<'a> {
    name: &'a str,
    kind: String,
    line: Option<usize>,
    column: Option<usize>,
    recorded_at: Option<String>,
}

#[derive(Serialize)]
struct Requirement {
    framework: &'static str,
    ids: &'static [&'static str],
}

impl<'a> Document<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: TOOL, version: VERSION },
            at: text::time(report.at),
            command: report.command.as_str(),
            complete: report.is_complete(),
            run: Run::new(report),
            exceptions: report.exceptions.iter().map(ExceptionEntry::in_run).collect(),
            refused_exceptions: &report.refused_exceptions,
            comparison: report.comparison.as_ref().map(|one| ComparisonEntry::new(report, one)),
            security_hub: report.security_hub.as_ref(),
            shown: Shown {
                only: report.only.iter().map(|only| only.name()).collect(),
                results: report.shown().count(),
                all_results: report.evaluations.len(),
                hidden_non_compliant: text::hidden(report),
            },
            summary: Counts::new(&report.evaluations),
            sources: &report.sources,
            totals: Totals::count(report),
            results: report.shown().map(|evaluation| ResultEntry::new(report, evaluation)).collect(),
            not_evaluated: &report.not_evaluated,
            causes: by_cause(report),
            failures: &report.failures,
        }
    }
}

impl<'a> Run<'a> {
    fn new(report: &'a Report) -> Self {
        let unmet = report.without_resources();
        let entry = |selected: &'a SelectedRule| RuleEntry {
            rule: selected.rule.identifier,
            severity: selected.rule.severity.as_str(),
            default_severity: selected.default_severity().as_str(),
            parameters: selected
                .parameters
                .iter()
                .map(|(name, value)| ParameterEntry { name, value })
                .collect(),
            met_resources: !unmet.iter().any(|rule| rule.identifier == selected.rule.identifier),
        };
        Self {
            arguments: &report.arguments,
            settings: &report.settings,
            caller: report.caller.as_deref(),
            rules: report.selected.iter().map(entry).collect(),
        }
    }
}

impl<'a> ExceptionEntry<'a> {
    fn new(exception: &'a Exception) -> Self {
        Self {
            rule: exception.rule.identifier,
            resource: &exception.resource,
            account_id: exception.account.as_deref(),
            file: exception.file.as_deref(),
            until: exception.until.to_string(),
            owner: &exception.owner,
            reason: &exception.reason,
            ticket: exception.ticket.as_deref(),
            origin: &exception.origin,
            state: None,
            days_left: None,
            results: None,
        }
    }

    fn in_run(ExceptionUse { exception, state, days_left, results }: &'a ExceptionUse) -> Self {
        Self {
            state: Some(state.as_str()),
            days_left: Some(*days_left),
            results: Some(*results),
            ..Self::new(exception)
        }
    }
}

impl<'a> ComparisonEntry<'a> {
    fn new(report: &Report, comparison: &'a Comparison) -> Self {
        Self {
            report: &comparison.name,
            at: text::time(comparison.at),
            is_baseline: comparison.is_baseline,
            new: report.changed(Change::New),
            unchanged: report.changed(Change::Unchanged),
            past: &comparison.past,
        }
    }
}

impl Counts {
    fn new(evaluations: &[Evaluation]) -> Self {
        let by_severity = Severity::ALL.into_iter().rev().map(|severity| {
            let same = evaluations.iter().filter(|evaluation| evaluation.severity() == severity);
            (severity.as_str(), Summary::count(same))
        });
        Self { all: Summary::count(evaluations), by_severity: by_severity.collect() }
    }
}

fn object<S: Serializer>(members: &[(&'static str, Summary)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().copied())
}

impl<'a> ResultEntry<'a> {
    fn new(report: &Report, evaluation: &'a Evaluation) -> Self {
        let Evaluation { rule, resource, source, .. } = evaluation;
        let requirements = rule.requirements.iter();
        Self {
            id: fingerprint::of_evaluation(evaluation),
            rule: rule.identifier,
            severity: rule.severity.as_str(),
            compliance_type: evaluation.compliance_type().as_str(),
            unknown: evaluation.is_unknown(),
            reason: evaluation.reason(),
            evidence: evaluation.evidence(),
            fix: evaluation.fix(),
            commands: commands(evaluation),
            page: report.page(rule),
            exempt: evaluation.is_exempt(),
            exemption: evaluation.exemption(),
            exception: evaluation.exception.as_deref().map(ExceptionEntry::new),
            change: report.change(evaluation).map(Change::as_str),
            annotation: evaluation.annotation().to_string(),
            resource,
            source: SourceEntry {
                name: &source.name,
                kind: source.kind.to_string(),
                line: source.position.map(|position| position.line),
                column: source.position.map(|position| position.column),
                recorded_at: source.recorded_at.map(text::time),
            },
            requirements: requirements
                .map(|requirement| Requirement { framework: requirement.framework, ids: requirement.ids })
                .collect(),
        }
    }
}
