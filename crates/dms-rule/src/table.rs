//! A report for a person at a terminal: by rule, worst first, the failures and the sum at the end.

use std::io::{self, IsTerminal, Write};

use report::{Judged, Looked, Report, Summary};
use rule_core::{ComplianceType, Severity};
use textwrap::core::display_width;

/// The room for the words of a row beside its other columns; with less they go below.
const WORDS_MINIMUM: usize = 44;

/// A longer name or place breaks the column rather than being cut.
const NAME_MAXIMUM: usize = 40;
const PLACE_MAXIMUM: usize = 56;

/// The inputs that are named in the sum.
const INPUTS_SHOWN: usize = 8;

/// How it is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Columns of the terminal; none: lines are not wrapped.
    width: Option<usize>,
    /// Rows that are no finding too.
    all: bool,
    /// The file of each resource: there are several.
    files: bool,
}

impl Look {
    /// For a file or a pipe.
    pub(crate) fn plain(all: bool) -> Self {
        Self { width: None, all, files: false }
    }

    /// As wide as the terminal, if standard output is one.
    pub(crate) fn of_terminal(all: bool) -> Self {
        let width = io::stdout().is_terminal().then(textwrap::termwidth);
        Self { width, all, files: false }
    }
}

/// Writes the table. Colours are ANSI sequences; the stream takes them out where nobody can see them.
pub(crate) fn write(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let look = Look { files: report.command == "check" && report.looked_at.len() > 1, ..look };
    // Sorting puts the results of a rule that differ in kind apart; a person reads a rule at a time.
    let mut rules: Vec<Vec<&Judged>> = Vec::new();
    for judged in &report.judged {
        match rules
            .iter_mut()
            .find(|of| of.first().is_some_and(|first| std::ptr::eq(first.rule, judged.rule)))
        {
            Some(of) => of.push(judged),
            None => rules.push(vec![judged]),
        }
    }
    let mut passed = Vec::new();
    for of in &rules {
        let shown: Vec<&Judged> =
            of.iter().copied().filter(|judged| look.all || judged.is_non_compliant()).collect();
        match (shown.is_empty(), of.first()) {
            (true, Some(first)) => passed.push(first.rule.identifier),
            (false, _) => group(of, &shown, out, look)?,
            _ => {}
        }
    }
    if !passed.is_empty() {
        line(out, look, "", &format!("\x1b[32mNo finding\x1b[0m: {}", passed.join(", ")))?;
        writeln!(out)?;
    }
    failures(report, out, look)?;
    sum(report, out, look)
}

fn group(of: &[&Judged], shown: &[&Judged], out: &mut dyn Write, look: Look) -> io::Result<()> {
    let Some(first) = of.first() else { return Ok(()) };
    let colour = match first.severity() {
        Severity::Critical => "\x1b[1;31m",
        Severity::High => "\x1b[31m",
        Severity::Medium => "\x1b[33m",
        Severity::Low => "\x1b[36m",
    };
    let counts = counted(Summary::of(of.iter().copied()));
    line(
        out,
        look,
        "",
        &format!(
            "{colour}{}\x1b[0m \x1b[1m{}\x1b[0m: {counts}",
            first.severity().as_str(),
            first.rule.identifier
        ),
    )?;
    line(out, look, "  ", &format!("  \x1b[2m{}\x1b[0m", first.rule.summary()))?;
    let rows: Vec<[String; 4]> = shown.iter().map(|judged| row(judged, look.files)).collect();
    let widest = |column: usize, most: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| display_width(cell))
            .max()
            .unwrap_or(0)
            .min(most)
    };
    let (names, places) = (widest(1, NAME_MAXIMUM), widest(2, PLACE_MAXIMUM));
    let before = 2 + 13 + 2 + names + 2 + places + 2;
    for (judged, [result, name, place, words]) in shown.iter().zip(&rows) {
        let colour = match judged.compliance_type() {
            ComplianceType::NonCompliant if judged.is_unknown() => "\x1b[33m",
            ComplianceType::NonCompliant => "\x1b[31m",
            ComplianceType::Compliant => "\x1b[32m",
            ComplianceType::NotApplicable => "\x1b[2m",
        };
        let start =
            format!("  {colour}{result:13}\x1b[0m  {}  {}", padded(name, names), padded(place, places));
        if look.width.is_none_or(|width| width >= before + WORDS_MINIMUM) {
            line(out, look, &" ".repeat(before), &format!("{start}  {words}"))?;
        } else {
            line(out, look, "    ", start.trim_end())?;
            line(out, look, "      ", &format!("      {words}"))?;
        }
    }
    // Most findings of a rule have one remedy: it is said once.
    let mut fixes: Vec<String> = Vec::new();
    for fix in shown.iter().filter_map(|judged| judged.fix()) {
        if !fixes.contains(&fix) {
            fixes.push(fix);
        }
    }
    for fix in fixes {
        line(out, look, "       ", &format!("  \x1b[1mFix\x1b[0m: {}", clean(&fix)))?;
    }
    writeln!(out)
}

fn row(judged: &Judged, files: bool) -> [String; 4] {
    let result = match judged.compliance_type() {
        ComplianceType::NonCompliant if judged.is_unknown() => "UNKNOWN",
        result => result.as_str(),
    };
    let place = match (judged.source.position, &judged.resource.account_id, &judged.resource.region) {
        (Some(position), _, _) => format!("{}:{}:{}", judged.source.name, position.line, position.column),
        (None, None, None) => judged.source.name.clone(),
        (None, account, region) => {
            let file = files.then_some(&judged.source.name);
            [account.as_ref(), region.as_ref(), file]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" ")
        }
    };
    let reason = judged.reason();
    // The first column says it already.
    let reason =
        if judged.is_unknown() { reason.strip_prefix("UNKNOWN: ").unwrap_or(reason) } else { reason };
    let mut words = vec![reason.to_owned()];
    words.extend(judged.evidence());
    words.extend(judged.exemption());
    [result.to_owned(), clean(&judged.resource.name), clean(&place), clean(&words.join("; "))]
}

fn failures(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    if report.failures.is_empty() {
        return Ok(());
    }
    line(out, look, "", "\x1b[1;31mCOULD NOT FINISH\x1b[0m: the report is not complete")?;
    for failure in &report.failures {
        let text = format!(
            "  \x1b[31m{:9}\x1b[0m  {}: {}",
            failure.kind,
            clean(&failure.source),
            clean(&failure.message)
        );
        line(out, look, "             ", &text)?;
    }
    writeln!(out)
}

fn sum(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    // Of a scan only where something was found: most Regions hold nothing.
    let shown: Vec<&Looked> = if report.command == "scan" {
        line(out, look, "", &format!("  {} accounts × Regions looked at", report.looked_at.len()))?;
        report.looked_at.iter().filter(|looked| looked.resources > 0).collect()
    } else {
        report.looked_at.iter().collect()
    };
    for Looked { name, kind, resources } in shown.iter().take(INPUTS_SHOWN) {
        line(out, look, "    ", &format!("  {}: {kind}, {}", clean(name), of_resources(*resources)))?;
    }
    if let Some(more @ 1..) = shown.len().checked_sub(INPUTS_SHOWN) {
        line(out, look, "", &format!("  ... and {more} more"))?;
    }
    let resources: usize = report.looked_at.iter().map(|looked| looked.resources).sum();
    let counts = counted(Summary::of(&report.judged));
    let failures = match report.failures.len() {
        0 => String::new(),
        1 => "; 1 thing could not be read or asked".to_owned(),
        many => format!("; {many} things could not be read or asked"),
    };
    line(out, look, "", &format!("\x1b[1m{}\x1b[0m: {counts}{failures}.", of_resources(resources)))
}

fn of_resources(count: usize) -> String {
    format!("{count} {}", if count == 1 { "resource" } else { "resources" })
}

fn counted(summary: Summary) -> String {
    let Summary { non_compliant, unknown, compliant, not_applicable } = summary;
    let counts = [
        (non_compliant, "NON_COMPLIANT"),
        (unknown, "UNKNOWN"),
        (compliant, "COMPLIANT"),
        (not_applicable, "NOT_APPLICABLE"),
    ];
    let words: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if words.is_empty() { "no result".to_owned() } else { words.join(", ") }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}

/// Names come from files: what would move the cursor or hide a line does not reach the terminal.
fn clean(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.trim().to_owned()
}

fn line(out: &mut dyn Write, look: Look, indent: &str, text: &str) -> io::Result<()> {
    let Some(width) = look.width else { return writeln!(out, "{text}") };
    let options = textwrap::Options::new(width)
        .subsequent_indent(indent)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false);
    writeln!(out, "{}", textwrap::fill(text, &options))
}
