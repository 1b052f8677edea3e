//! `dms-rule check --history`: the periods of each resource, by all of its records.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{self, Write};
use std::ops::Bound;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use report::history::{Condition, End, History, Observation, csv, json, table};
use report::{Failure, Format, Report, Resource, SourceKind};
use rule_core::{Input, Rule, RuleParameters};

use super::existing::ExistingResource;
use super::records::{Record, RecordedResource};
use crate::results::Results;
use crate::selection::Selection;
use crate::{formats, terminal};

/// Returns the parameters of the rules to run: those that are named, or the first of all.
///
/// # Errors
/// Returns a message if no rule is left, or a parameter is wrong.
pub(super) fn rules(selection: &Selection) -> Result<Vec<RuleParameters>, Box<dyn Error>> {
    selection.chosen_among(&[RuleParameters::default().rule])
}

/// Validates the formats.
///
/// # Errors
/// Returns a message with the first format that a history does not have.
pub(super) fn validate(results: &Results) -> Result<(), String> {
    let mut formats = std::iter::once(results.format).chain(results.output.iter().map(|(format, _)| *format));
    match formats.find(|format| writer(*format).is_none()) {
        Some(format) => Err(format!(
            "--history: a history is written as table, json or csv, and not as {}",
            format.name()
        )),
        None => Ok(()),
    }
}

type Writer = fn(&History, &mut dyn Write) -> io::Result<()>;

fn writer(format: Format) -> Option<Writer> {
    match format {
        Format::Table => Some(table::write),
        Format::Json => Some(json::write),
        Format::Csv => Some(csv::write),
        Format::Sarif
        | Format::Junit
        | Format::Asff
        | Format::Ocsf
        | Format::Html
        | Format::Markdown
        | Format::Github
        | Format::Gitlab
        | Format::Oscal => None,
    }
}

/// Makes the history of all records. `given` is the end of the data, if an option names it.
pub(super) fn history(
    rules: &[RuleParameters],
    report: Report,
    resources: &[RecordedResource],
    given: Option<DateTime<Utc>>,
) -> History {
    let all = resources.iter().flat_map(|resource| &resource.records);
    let (dated, others): (Vec<&Record>, Vec<&Record>) =
        all.filter(|record| is_evaluated(rules, record)).partition(|record| record.resource.is_dated);
    let mut undated: BTreeMap<&str, usize> = BTreeMap::new();
    for record in others {
        *undated.entry(&record.input).or_default() += 1;
    }
    let end = End::new(given, dated.into_iter().map(time));
    let mut observed = Vec::new();
    for resource in resources {
        for parameters in rules {
            let is_of_rule = |record: &&Record| {
                record.resource.is_dated && parameters.rule.applies_to(&record.resource.item)
            };
            let records: Vec<&Record> = resource.records.iter().filter(is_of_rule).collect();
            if let Some(named) = named(&records) {
                observed.push((parameters.rule, named, observations(parameters, &records, end)));
            }
        }
    }
    let rules: Vec<&'static Rule> = rules.iter().map(|parameters| parameters.rule).collect();
    let mut failures = report.failures;
    failures.extend(undated.into_iter().map(|(input, records)| without_time(input, records)));
    let planned = report.sources.iter().filter(|source| is_planned(source.kind) && source.resources > 0);
    failures.extend(planned.map(|source| without_history(&source.name)));
    History { sources: report.sources, failures, ..History::new(rules, observed, end) }
}

fn time(record: &Record) -> DateTime<Utc> {
    record.resource.item.configuration_item_capture_time
}

fn is_evaluated(rules: &[RuleParameters], record: &Record) -> bool {
    rules.iter().any(|parameters| parameters.rule.applies_to(&record.resource.item))
}

fn is_planned(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::CloudFormationTemplate | SourceKind::TerraformPlan)
}

/// Evaluates each record at its own time and at that of the next one, or at the end of the data.
fn observations(parameters: &RuleParameters, records: &[&Record], end: End) -> Vec<Observation> {
    let times: BTreeSet<DateTime<Utc>> = records.iter().map(|record| time(record)).collect();
    let evaluate = |record: &&Record| {
        let own = time(record);
        let later = times.range((Bound::Excluded(own), Bound::Unbounded)).next().copied().or(end.at());
        let observation = observation(parameters, record, own);
        match later.filter(|later| *later > own) {
            Some(later) => observation.until(&self::observation(parameters, record, later)),
            None => observation,
        }
    };
    records.iter().map(evaluate).collect()
}

/// Evaluates a record at a time.
fn observation(parameters: &RuleParameters, record: &Record, at: DateTime<Utc>) -> Observation {
    let ExistingResource { item, facts, .. } = &record.resource;
    let input = Input { item, facts, parameters: &parameters.values, at: Some(at) };
    let verdict = parameters.rule.evaluate_without_lookups(&input);
    Observation::new(item, &verdict, record.input.to_string())
}

/// Returns the resource as its latest record names it; of several of that time as the first in order does.
fn named(records: &[&Record]) -> Option<Resource> {
    let key = |record: &&&Record| {
        let named = Resource::from_item(&record.resource.item);
        let order = (named.arn.is_none(), named.unique_name(), named.resource_type);
        (std::cmp::Reverse(time(record)), order)
    };
    records.iter().min_by_key(key).map(|record| Resource::from_item(&record.resource.item))
}

fn without_time(input: &str, records: usize) -> Failure {
    let records = if records == 1 { "1 record".to_owned() } else { format!("{records} records") };
    let message = format!(
        "{records} without a capture time cannot be in a history; give snapshot or history files of AWS Config, or the \
         output of get-resource-config-history"
    );
    Failure::in_file(input.to_owned(), message)
}

fn without_history(input: &str) -> Failure {
    let message = "planned resources have no history; leave the file out with --exclude".to_owned();
    Failure::in_file(input.to_owned(), message)
}

/// Prints the history, writes the files of `--output`, and returns the exit code: 2 if anything is missing, 1 if a resource is
/// NON_COMPLIANT or UNKNOWN at the end and counts, else 0.
///
/// # Errors
/// Returns an error if a file or standard output cannot be written to.
pub(super) fn write(history: &History, results: &Results) -> Result<ExitCode, Box<dyn Error>> {
    for (format, path) in &results.output {
        if let Some(writer) = writer(*format) {
            formats::write_file(path, |out| writer(history, out))?;
        }
    }
    if let Some(writer) = writer(results.format) {
        terminal::print_with(|out| writer(history, out))?;
    }
    if results.format != Format::Table {
        for failure in &history.failures {
            let (source, text) = (&failure.source, failure.text());
            terminal::failure(rule_core::text::one_line(&format!("{source}: {text}")));
        }
    }
    let fails = history.resources.iter().any(|one| {
        let at_end = one.at_end();
        at_end.is_some_and(Condition::is_bad)
            && results.counts(one.rule.severity, at_end == Some(Condition::Unknown))
    });
    Ok(match (history.is_complete(), fails) {
        (false, _) => ExitCode::from(2),
        (true, true) => ExitCode::from(1),
        (true, false) => ExitCode::SUCCESS,
    })
}
