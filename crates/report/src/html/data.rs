use std::collections::HashMap;
use std::io;

use chrono::SecondsFormat;
use rule_core::Rule;
use serde::Serialize;

use crate::{Judged, Report};

/// What the script reads. Numbers in a finding are places in `strings`, whose first is "nothing".
#[derive(Serialize)]
struct Data<'a> {
    command: &'a str,
    failures: Vec<Failed<'a>>,
    rules: Vec<RuleRow>,
    strings: Vec<String>,
    findings: Vec<Row>,
}

#[derive(Serialize)]
struct Failed<'a> {
    source: &'a str,
    kind: &'a str,
    message: &'a str,
    account: Option<&'a str>,
    region: Option<&'a str>,
}

#[derive(Serialize)]
struct RuleRow {
    id: &'static str,
    severity: &'static str,
    summary: &'static str,
    property: &'static str,
    wanted: &'static str,
    requirements: Vec<(&'static str, &'static [&'static str])>,
}

/// Rule, result, [type, id, name, ARN, account, Region, source, kind of source, recorded, reason, annotation, fix,
/// exemption], evidence, [line, column].
#[derive(Serialize)]
struct Row(usize, u8, [usize; 13], Vec<usize>, Option<[usize; 2]>);

/// The data as JSON that may stand in a script element: it holds no `<`, `>`, `&` and no line separator.
pub(super) fn json(report: &Report) -> io::Result<String> {
    let mut strings = Strings::default();
    strings.place(String::new());
    let mut rules: Vec<RuleRow> = Vec::new();
    let mut places = HashMap::new();
    let mut findings = Vec::with_capacity(report.judged.len());
    for judged in &report.judged {
        let rule = *places.entry(judged.rule.identifier).or_insert_with(|| {
            rules.push(rule_row(judged.rule));
            rules.len() - 1
        });
        findings.push(row(rule, judged, &mut strings));
    }
    let failures = report
        .failures
        .iter()
        .map(|failure| Failed {
            source: &failure.source,
            kind: failure.kind.as_str(),
            message: &failure.message,
            account: failure.account_id.as_deref(),
            region: failure.region.as_deref(),
        })
        .collect();
    let data = Data { command: report.command, failures, rules, strings: strings.list, findings };
    let text = serde_json::to_string(&data)?;
    // All of these stand in strings only, so an escape is the same text.
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    Ok(safe)
}

fn rule_row(rule: &'static Rule) -> RuleRow {
    RuleRow {
        id: rule.identifier,
        severity: rule.severity.as_str(),
        summary: rule.summary(),
        property: rule.property.path,
        wanted: rule.property.wanted,
        requirements: rule.requirements.iter().map(|one| (one.framework, one.ids)).collect(),
    }
}

fn row(rule: usize, judged: &Judged, strings: &mut Strings) -> Row {
    let (resource, source) = (&judged.resource, &judged.source);
    let mut place = |text: &str| strings.place(text.to_owned());
    let texts = [
        place(&resource.resource_type),
        place(&resource.id),
        place(&resource.name),
        place(resource.arn.as_deref().unwrap_or_default()),
        place(resource.account_id.as_deref().unwrap_or_default()),
        place(resource.region.as_deref().unwrap_or_default()),
        place(&source.name),
        place(source.kind),
        place(&source.recorded_at.map_or(String::new(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))),
        place(judged.reason()),
        place(judged.verdict.annotation().as_str()),
        place(&judged.fix().unwrap_or_default()),
        place(&judged.exemption().unwrap_or_default()),
    ];
    let evidence = judged.evidence().iter().map(|line| place(line)).collect();
    let position = source.position.map(|at| [at.line, at.column]);
    Row(rule, super::fixed::result(judged), texts, evidence, position)
}

/// Texts, each once, in the order in which they first came.
#[derive(Default)]
struct Strings {
    list: Vec<String>,
    places: HashMap<String, usize>,
}

impl Strings {
    fn place(&mut self, text: String) -> usize {
        if let Some(place) = self.places.get(&text) {
            return *place;
        }
        self.list.push(text.clone());
        self.places.insert(text, self.list.len() - 1);
        self.list.len() - 1
    }
}
