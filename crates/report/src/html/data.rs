use std::collections::{BTreeMap, HashMap};
use std::io;

use chrono::SecondsFormat;
use rule_core::{Rule, Severity};
use serde::Serialize;

use super::strings::{Strings, script_safe};
use super::{rule_page, state, totals};
use crate::text;
use crate::{Command, Evaluation, Filter, Report, SourceKind, commands};

/// The data that the script of the page reads. Most numbers in a finding, a failure or a place are indices of `strings`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    /// True if a place is more than the account and Region: the run is a check of more than one file.
    several_files: bool,
    /// The filters of the report as they are typed, if there are any.
    only: Option<String>,
    /// The number of results that are not in `findings`.
    unlisted: usize,
    /// The number of those that are NON_COMPLIANT.
    hidden: usize,
    accounts: &'a BTreeMap<String, String>,
    causes: Vec<CauseEntry<'a>>,
    /// Of each failure: index of the cause, source, account, Region, message.
    failures: Vec<[usize; 5]>,
    /// The accounts and Regions that were scanned without a failure and have no resource.
    empty: Vec<[usize; 2]>,
    /// The results by place, all of them.
    places: Vec<PlaceEntry>,
    rules: Vec<RuleEntry>,
    strings: Vec<String>,
    /// The results that are shown.
    findings: Vec<FindingEntry>,
}

#[derive(Serialize)]
struct CauseEntry<'a> {
    kind: &'static str,
    cause: &'a str,
    next: Option<&'a str>,
}

#[derive(Serialize)]
struct RuleEntry {
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
    property: &'static str,
    wanted: &'static str,
    /// The reference to the page of the rule.
    page: String,
    requirements: Vec<(&'static str, &'static [&'static str])>,
}

/// The results of one account and Region, or of one file: [account, Region, source], the number of each outcome, the
/// number of exempt ones, and a weight that sorts the places, worst first.
#[derive(Serialize)]
struct PlaceEntry([usize; 3], [usize; 4], usize, usize);

/// One evaluation: index of the rule, index of the outcome, [type, id, name, ARN, account, Region, source, kind of source,
/// recorded, reason, annotation, fix, exemption], evidence, [line, column], commands, 1 if it is exempt.
#[derive(Serialize)]
struct FindingEntry(usize, usize, [usize; 13], Vec<usize>, Option<[usize; 2]>, Vec<CommandEntry>, u8);

/// A command: a text in which the script replaces `{arn}` and `{region}` by those of the resource, or in brackets the
/// command as it is.
#[derive(Serialize)]
#[serde(untagged)]
enum CommandEntry {
    Template(usize),
    Literal([usize; 1]),
}

/// Returns the data as JSON that may be in a script element.
///
/// # Errors
/// Returns the error of the serializer.
pub(super) fn json(report: &Report) -> io::Result<String> {
    let mut strings = Strings::new();
    let mut rules: Vec<RuleEntry> = Vec::new();
    let mut indices = HashMap::new();
    let mut findings = Vec::with_capacity(report.evaluations.len());
    for evaluation in report.shown() {
        let rule = *indices.entry(evaluation.rule.identifier).or_insert_with(|| {
            rules.push(rule_entry(report, evaluation.rule));
            rules.len() - 1
        });
        findings.push(finding(rule, evaluation, &mut strings));
    }
    let files = report.sources.iter().filter(|source| !source.kind.is_live() && !source.kind.is_left_out());
    let only: Vec<&str> = report.only.iter().map(|only| Filter::name(*only)).collect();
    let (causes, failures) = failures(report, &mut strings);
    script_safe(&Data {
        several_files: report.command == Command::Check && files.count() > 1,
        only: (!only.is_empty()).then(|| format!("--only {}", only.join(","))),
        unlisted: report.evaluations.len() - findings.len(),
        hidden: text::hidden(report),
        accounts: &report.account_names,
        causes,
        failures,
        empty: empty(report, &mut strings),
        places: places(report, &mut strings),
        rules,
        strings: strings.list,
        findings,
    })
}

fn rule_entry(report: &Report, rule: &'static Rule) -> RuleEntry {
    RuleEntry {
        id: rule.identifier,
        severity: rule.severity.as_str(),
        summary: rule.summary(),
        property: rule.property.path,
        wanted: rule.wanted,
        page: rule_page::reference(report, rule),
        requirements: rule.requirements.iter().map(|one| (one.framework, one.ids)).collect(),
    }
}

fn finding(rule: usize, evaluation: &Evaluation, strings: &mut Strings) -> FindingEntry {
    let (resource, source) = (&evaluation.resource, &evaluation.source);
    let recorded_at = source.recorded_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let texts = [
        resource.resource_type.clone(),
        resource.id.clone(),
        resource.name.clone(),
        resource.arn.clone().unwrap_or_default(),
        resource.account_id.clone().unwrap_or_default(),
        resource.region.clone().unwrap_or_default(),
        source.name.clone(),
        source.kind.to_string(),
        recorded_at.unwrap_or_default(),
        evaluation.reason(),
        evaluation.annotation().to_string(),
        evaluation.fix().unwrap_or_default(),
        evaluation.exemption().unwrap_or_default(),
    ];
    let texts = texts.map(|text| strings.index(text));
    let evidence = evaluation.evidence().into_iter().map(|line| strings.index(line)).collect();
    let position = source.position.map(|position| [position.line, position.column]);
    let commands = commands(evaluation).into_iter().map(|one| command(one, evaluation, strings)).collect();
    let exempt = u8::from(evaluation.is_exempt());
    FindingEntry(rule, state::number(evaluation), texts, evidence, position, commands, exempt)
}

/// Shares a command with the other resources of the rule, if that gives back exactly the command.
fn command(command: String, evaluation: &Evaluation, strings: &mut Strings) -> CommandEntry {
    let (arn, region) = (&evaluation.resource.arn, &evaluation.resource.region);
    if let (Some(arn), Some(region)) = (arn, region)
        && !arn.is_empty()
        && !region.is_empty()
    {
        let shared = command.replace(arn.as_str(), "{arn}").replace(region.as_str(), "{region}");
        let parts: Vec<String> = shared.split("{arn}").map(|part| part.replace("{region}", region)).collect();
        if parts.join(arn) == command {
            return CommandEntry::Template(strings.index(shared));
        }
    }
    CommandEntry::Literal([strings.index(command)])
}

fn failures<'a>(report: &'a Report, strings: &mut Strings) -> (Vec<CauseEntry<'a>>, Vec<[usize; 5]>) {
    let mut causes: Vec<CauseEntry<'a>> = Vec::new();
    let mut indices = HashMap::new();
    let mut failures = Vec::with_capacity(report.failures.len());
    for failure in &report.failures {
        let index = *indices.entry(failure.key()).or_insert_with(|| {
            let (kind, cause, next) = failure.key();
            causes.push(CauseEntry { kind: kind.as_str(), cause, next });
            causes.len() - 1
        });
        failures.push([
            index,
            strings.index(failure.source.as_str()),
            strings.index(failure.account_id.as_deref().unwrap_or_default()),
            strings.index(failure.region.as_deref().unwrap_or_default()),
            strings.index(failure.message.as_str()),
        ]);
    }
    (causes, failures)
}

fn empty(report: &Report, strings: &mut Strings) -> Vec<[usize; 2]> {
    let failed = totals::failed_sources(report);
    let is_empty = |source: &&crate::SourceSummary| {
        source.kind == SourceKind::LiveDms && source.resources == 0 && !failed.contains(source.name.as_str())
    };
    let places = report.sources.iter().filter(is_empty).filter_map(|source| source.name.split_once(' '));
    places.map(|(account, region)| [strings.index(account), strings.index(region)]).collect()
}

fn places(report: &Report, strings: &mut Strings) -> Vec<PlaceEntry> {
    let mut places: Vec<PlaceEntry> = Vec::new();
    let mut indices = HashMap::new();
    for evaluation in &report.evaluations {
        let (resource, source) = (&evaluation.resource, &evaluation.source);
        let key = match (resource.account_id.as_deref(), resource.region.as_deref()) {
            (None, None) => ["", "", source.name.as_str()],
            (account, region) => [account.unwrap_or_default(), region.unwrap_or_default(), ""],
        };
        let index = *indices.entry(key).or_insert_with(|| {
            places.push(PlaceEntry(key.map(|text| strings.index(text)), [0; 4], 0, 0));
            places.len() - 1
        });
        if let Some(PlaceEntry(_, counts, exempt, weight)) = places.get_mut(index) {
            if let Some(count) = counts.get_mut(state::number(evaluation)) {
                *count += 1;
            }
            *exempt += usize::from(evaluation.is_exempt());
            if evaluation.is_non_compliant() {
                *weight += match evaluation.severity() {
                    Severity::Low => 1,
                    Severity::Medium => 5,
                    Severity::High => 25,
                    Severity::Critical => 125,
                };
            }
        }
    }
    places
}
