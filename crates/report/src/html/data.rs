use std::collections::HashMap;
use std::io;

use chrono::SecondsFormat;
use rule_core::Rule;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::fixed::OUTCOMES;
use crate::{Evaluation, Failure, Report};

/// The data that the script of the page reads. Most numbers in a finding are indices of `strings`, the first of which is
/// empty.
#[derive(Serialize)]
struct Data<'a> {
    failures: &'a [Failure],
    rules: Vec<RuleEntry>,
    strings: Vec<String>,
    findings: Vec<FindingEntry>,
}

#[derive(Serialize)]
struct RuleEntry {
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
    property: &'static str,
    wanted: &'static str,
    requirements: Vec<(&'static str, &'static [&'static str])>,
}

/// One evaluation: index of the rule, index of the outcome in [`OUTCOMES`], [type, id, name, ARN, account, Region,
/// source, kind of source, recorded, reason, annotation, fix, exemption], evidence, [line, column].
#[derive(Serialize)]
struct FindingEntry(usize, usize, [usize; 13], Vec<usize>, Option<[usize; 2]>);

/// Returns the data as JSON that may be in a script element: it has no `<`, `>`, `&` and no line separator.
pub(super) fn json(report: &Report) -> io::Result<String> {
    let mut strings = Strings::default();
    strings.index(String::new());
    let mut rules: Vec<RuleEntry> = Vec::new();
    let mut indices = HashMap::new();
    let mut findings = Vec::with_capacity(report.evaluations.len());
    for evaluation in &report.evaluations {
        let rule = *indices.entry(evaluation.rule.identifier).or_insert_with(|| {
            rules.push(rule_entry(evaluation.rule));
            rules.len() - 1
        });
        findings.push(finding(rule, evaluation, &mut strings));
    }
    let data = Data { failures: &report.failures, rules, strings: strings.list, findings };
    let mut bytes = Vec::new();
    data.serialize(&mut Serializer::with_formatter(&mut bytes, ScriptSafe))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn rule_entry(rule: &'static Rule) -> RuleEntry {
    RuleEntry {
        id: rule.identifier,
        severity: rule.severity.as_str(),
        summary: rule.summary(),
        property: rule.property.path,
        wanted: rule.wanted,
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
    FindingEntry(rule, index(evaluation), texts, evidence, position)
}

fn index(evaluation: &Evaluation) -> usize {
    OUTCOMES.iter().take_while(|(outcome, ..)| *outcome != evaluation.outcome()).count()
}

/// Each text once, in the order of its first use.
#[derive(Default)]
struct Strings {
    list: Vec<String>,
    indices: HashMap<String, usize>,
}

impl Strings {
    fn index(&mut self, text: String) -> usize {
        if let Some(index) = self.indices.get(&text) {
            return *index;
        }
        self.list.push(text.clone());
        self.indices.insert(text, self.list.len() - 1);
        self.list.len() - 1
    }
}

/// Writes JSON whose strings have escapes for the characters that could end a script element or a line of its text.
struct ScriptSafe;

impl Formatter for ScriptSafe {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        for part in text.split_inclusive(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let mut characters = part.chars();
            match characters.next_back() {
                Some(last @ ('<' | '>' | '&' | '\u{2028}' | '\u{2029}')) => {
                    write!(writer, "{}\\u{:04x}", characters.as_str(), u32::from(last))?;
                }
                _ => writer.write_all(part.as_bytes())?,
            }
        }
        Ok(())
    }
}
