//! The report as a table for a person: by rule, worst first, with the failures and the totals at the end.

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use rule_core::text::one_line;
use rule_core::{ComplianceType, Outcome, Severity};
use textwrap::core::display_width;

use crate::commands::next_command;
use crate::text::{self, VERSION, counted};
use crate::{
    Change, Command, Evaluation, Fate, Group, NotEvaluated, Report, SourceSummary, Summary, Totals, by_cause,
};

/// The minimum width for the reason of a row beside its other columns. With less, the reason goes on a line of its own.
const REASON_MINIMUM: usize = 44;

/// The maximum width of the name and place columns. A longer text is not cut; it shifts the columns of its row.
const NAME_MAXIMUM: usize = 40;
const PLACE_MAXIMUM: usize = 56;

/// The maximum number of sources listed above the totals.
const SOURCES_MAXIMUM: usize = 8;

/// The number of rows of a scan up to which its failures and totals stand below them.
const ROWS_MAXIMUM: usize = 40;

/// The maximum number of severities, accounts or Regions listed above the totals.
const GROUPS_MAXIMUM: usize = 5;

/// The maximum number of exceptions, and of earlier findings, that are listed.
const LINES_MAXIMUM: usize = 20;

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";
const BOLD_RED: &str = "1;31";

/// The layout of the table. The default is that of a file: no wrapping, no colors, only NON_COMPLIANT resources.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    /// The number of columns of the terminal; `None` to not wrap lines.
    pub width: Option<usize>,
    /// True to color the text with ANSI escape sequences.
    pub color: bool,
    /// True to list every result instead of the NON_COMPLIANT ones only.
    pub every_result: bool,
}

/// Writes the table.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn Write, layout: Layout) -> io::Result<()> {
    // A sorted report has the results of a rule apart if they differ in compliance type; a person reads rule by rule.
    let of_rule = |identifier: &'static str| {
        report.evaluations.iter().filter(move |evaluation| evaluation.rule.identifier == identifier)
    };
    let mut table =
        Table { out, layout, names_files: report.command == Command::Check && report.sources.len() > 1 };
    // The first screen of a long scan tells all that matters; the rows of a short report fit above it.
    let findings = report.shown().filter(|one| layout.every_result || one.is_non_compliant()).count();
    let is_long = report.command == Command::Scan && findings > ROWS_MAXIMUM;
    if is_long {
        table.failures(report)?;
        table.totals(report)?;
        table.blank()?;
    }
    let mut passed = Vec::new();
    for rule in report.rules() {
        let is_row = |evaluation: &&Evaluation| {
            let is_finding = evaluation.is_non_compliant() || evaluation.is_exempt();
            (layout.every_result || is_finding) && report.shows(evaluation)
        };
        let rows: Vec<&Evaluation> = of_rule(rule.identifier).filter(is_row).collect();
        if rows.is_empty() {
            // A rule whose findings a filter hides is none without findings.
            passed.extend(report.only.is_empty().then_some(rule.identifier));
        } else {
            table.rule(report, Summary::count(of_rule(rule.identifier)), &rows)?;
        }
    }
    if !passed.is_empty() {
        table.line("", &format!("{}: {}", table.paint(GREEN, "No finding"), passed.join(", ")))?;
        table.blank()?;
    }
    let unmet: Vec<&str> = report.without_resources().iter().map(|rule| rule.identifier).collect();
    if !unmet.is_empty() && !report.sources.is_empty() {
        table
            .line("", &format!("{}: {}", table.paint(BOLD, "No resource of their type"), unmet.join(", ")))?;
        table.blank()?;
    }
    table.not_evaluated(report)?;
    if is_long {
        return Ok(());
    }
    table.failures(report)?;
    table.totals(report)
}

struct Table<'a> {
    out: &'a mut dyn Write,
    layout: Layout,
    /// True to name the file of each resource that has an account or Region, since there are several files.
    names_files: bool,
}

impl Table<'_> {
    /// Writes a rule with its rows, which are not empty, and their remedies.
    fn rule(&mut self, report: &Report, summary: Summary, rows: &[&Evaluation]) -> io::Result<()> {
        let Some(Evaluation { rule, .. }) = rows.first() else { return Ok(()) };
        let page = report.page(rule);
        let color = match rule.severity {
            Severity::Critical => BOLD_RED,
            Severity::High => RED,
            Severity::Medium => YELLOW,
            Severity::Low => CYAN,
        };
        let (severity, name) = (self.paint(color, rule.severity.as_str()), self.paint(BOLD, rule.identifier));
        self.line("", &format!("{severity} {name}: {}", text::outcomes(summary)))?;
        self.line("  ", &format!("  {}", self.paint(DIM, rule.summary())))?;
        // Most rows of a rule have the same remedy; others have theirs below them.
        let mut fixes: Vec<String> = rows.iter().filter_map(|row| row.fix()).collect();
        fixes.sort();
        fixes.dedup();
        self.rows(report, rows, fixes.len() > 1)?;
        if let [fix] = fixes.as_slice() {
            self.line("       ", &format!("  {}: {}", self.paint(BOLD, "Fix"), one_line(fix)))?;
        }
        self.line("       ", &format!("  {}: {page}", self.paint(BOLD, "More")))?;
        self.blank()
    }

    /// Writes the rows of a rule, each with its command and, if they differ, its remedy.
    fn rows(&mut self, report: &Report, rows: &[&Evaluation], has_own_fix: bool) -> io::Result<()> {
        let names: Vec<String> = rows.iter().map(|row| one_line(&row.resource.name)).collect();
        let places: Vec<String> = rows.iter().map(|row| one_line(&self.place(row))).collect();
        let (name_width, place_width) = (widest(&names, NAME_MAXIMUM), widest(&places, PLACE_MAXIMUM));
        let indent = 2 + 13 + 2 + name_width + 2 + place_width + 2;
        for ((row, name), place) in rows.iter().zip(&names).zip(&places) {
            let (result, color) = match row.outcome() {
                Outcome::Compliant | Outcome::NotApplicable if row.is_exempt() => ("EXEMPT", YELLOW),
                Outcome::Unknown => ("UNKNOWN", YELLOW),
                Outcome::NonCompliant => (ComplianceType::NonCompliant.as_str(), RED),
                Outcome::Compliant => (ComplianceType::Compliant.as_str(), GREEN),
                Outcome::NotApplicable => (ComplianceType::NotApplicable.as_str(), DIM),
            };
            let result = self.paint(color, &format!("{result:13}"));
            let start = format!("  {result}  {}  {}", padded(name, name_width), padded(place, place_width));
            let reason = match report.change(row) {
                Some(Change::New) => format!("{}: {}", self.paint(BOLD, "new"), reason(row)),
                _ => reason(row),
            };
            if self.layout.width.is_none_or(|width| width >= indent + REASON_MINIMUM) {
                self.line(&" ".repeat(indent), &format!("{start}  {reason}"))?;
            } else {
                self.line("    ", start.trim_end())?;
                self.line("      ", &format!("      {reason}"))?;
            }
            if let (true, Some(fix)) = (has_own_fix, row.fix()) {
                self.line("           ", &format!("      {}: {}", self.paint(BOLD, "Fix"), one_line(&fix)))?;
            }
            // A command is not wrapped, so that it can be copied.
            if let Some(command) = next_command(row) {
                writeln!(self.out, "      {}", self.paint(DIM, &one_line(&command)))?;
            }
        }
        Ok(())
    }

    /// Returns the position in a template, or account and Region, or the file.
    fn place(&self, evaluation: &Evaluation) -> String {
        let Evaluation { resource, source, .. } = evaluation;
        match (source.position, &resource.account_id, &resource.region) {
            (Some(_), _, _) | (None, None, None) => text::place(source),
            (None, account, region) => {
                let file = self.names_files.then_some(&source.name);
                let parts = [account.as_ref(), region.as_ref(), file];
                parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn not_evaluated(&mut self, report: &Report) -> io::Result<()> {
        if report.not_evaluated.is_empty() {
            return Ok(());
        }
        let title = self.paint(BOLD, "Not evaluated");
        self.line("", &format!("{title}: these rules need data that such a source never has"))?;
        for NotEvaluated { rule, kind, resources, reason } in &report.not_evaluated {
            let resources = text::unevaluated(*resources);
            self.line("      ", &format!("  {} ({kind}, {resources}): {reason}", rule.identifier))?;
        }
        self.blank()
    }

    fn failures(&mut self, report: &Report) -> io::Result<()> {
        if report.failures.is_empty() {
            return Ok(());
        }
        let title = self.paint(BOLD_RED, "COULD NOT FINISH");
        self.line("", &format!("{title}: the report is not complete"))?;
        for group in by_cause(report) {
            let kind = self.paint(RED, &format!("{:9}", group.kind));
            self.line("             ", &format!("  {kind}  {}", one_line(&group.to_string())))?;
        }
        self.blank()
    }

    fn totals(&mut self, report: &Report) -> io::Result<()> {
        let sources: Vec<&SourceSummary> = match report.command {
            Command::Check => {
                let read = || report.sources.iter().filter(|source| !source.kind.is_left_out());
                let (with, without): (Vec<_>, Vec<_>) = read().partition(|source| source.resources > 0);
                [with, without].concat()
            }
            Command::Scan => {
                self.line("    ", &format!("  {}", text::coverage(report)))?;
                // Most Regions of an account have no DMS resources. Many places are counted by account and Region below.
                let with = report.sources.iter().filter(|source| source.resources > 0).collect::<Vec<_>>();
                if with.len() > SOURCES_MAXIMUM { Vec::new() } else { with }
            }
        };
        for SourceSummary { name, kind, resources, superseded, sha256, is_complete } in
            sources.iter().take(SOURCES_MAXIMUM)
        {
            let mut counts = vec![counted(*resources, "resource", "resources")];
            if *superseded > 0 {
                counts.push(counted(*superseded, "older record", "older records"));
            }
            counts.extend((!is_complete).then(|| "read in part".to_owned()));
            counts.extend(sha256.as_ref().map(|sum| format!("SHA-256 {sum:.12}...")));
            let text = format!("  {}: {kind}, {}", one_line(name), counts.join(", "));
            self.line("    ", &text)?;
        }
        if let Some(more @ 1..) = sources.len().checked_sub(SOURCES_MAXIMUM) {
            self.line("", &format!("  ... and {more} more"))?;
        }
        for source in report.left_out() {
            self.line("    ", &format!("  {}: {}", one_line(&source.name), source.kind))?;
        }
        self.groups(report)?;
        self.exceptions(report)?;
        self.comparison(report)?;
        if let Some(import) = &report.security_hub {
            self.line("    ", &format!("  Security Hub: {import}"))?;
        }
        self.run(report)?;
        let left_out = match report.left_out().count() {
            0 => String::new(),
            count => format!("; {count} left out"),
        };
        let mut sign = ";";
        let total = match report.sources.iter().map(|source| source.resources).sum() {
            0 if report.evaluations.is_empty() => {
                let (nothing, own_sign) = text::nothing_found(report);
                sign = own_sign;
                self.paint(BOLD, &nothing)
            }
            count => {
                let resources = self.paint(BOLD, &counted(count, "resource", "resources"));
                let results = counted(report.evaluations.len(), "result", "results");
                format!("{resources}, {results}: {}", text::outcomes(Summary::count(&report.evaluations)))
            }
        };
        let failures = match report.failures.len() {
            0 => String::new(),
            _ => format!("{sign} {}", text::failures(report)),
        };
        self.line("", &format!("{total}{left_out}{failures}."))
    }

    /// Writes the NON_COMPLIANT results by severity and, if there are several, by account and Region.
    fn groups(&mut self, report: &Report) -> io::Result<()> {
        let Totals { by_severity, by_account, by_region, .. } = Totals::count(report);
        for (title, groups, least) in
            [("By severity", by_severity, 1), ("By account", by_account, 2), ("By Region", by_region, 2)]
        {
            let is_found = |group: &&Group| group.summary.non_compliant + group.summary.unknown > 0;
            let found: Vec<&Group> = groups.iter().filter(is_found).collect();
            if groups.len() < least || found.is_empty() {
                continue;
            }
            let words = |Group { key, name, summary }: &&Group| {
                let name = name.as_ref().map(|name| format!(" {}", one_line(name))).unwrap_or_default();
                let unknown = match summary.unknown {
                    0 => String::new(),
                    unknown => format!(" ({unknown} UNKNOWN)"),
                };
                format!("{}{name} {}{unknown}", one_line(key), summary.non_compliant + summary.unknown)
            };
            let mut named: Vec<String> = found.iter().take(GROUPS_MAXIMUM).map(words).collect();
            if let Some(more @ 1..) = found.len().checked_sub(GROUPS_MAXIMUM) {
                named.push(format!("and {more} more"));
            }
            self.line("    ", &format!("  {title}, NON_COMPLIANT: {}", named.join(", ")))?;
        }
        Ok(())
    }

    /// Writes the exceptions by state, and each of them.
    fn exceptions(&mut self, report: &Report) -> io::Result<()> {
        let Some(counts) = text::exceptions(report) else { return Ok(()) };
        self.line("    ", &format!("  Exceptions: {counts}"))?;
        let listed: Vec<String> = text::each_exception(report).map(|(_, text)| one_line(&text)).collect();
        self.some("    ", &listed)
    }

    /// Writes texts of one line each, not too many of them.
    fn some(&mut self, indent: &str, lines: &[String]) -> io::Result<()> {
        for line in lines.iter().take(LINES_MAXIMUM) {
            self.line("        ", &format!("{indent}{line}"))?;
        }
        match lines.len().checked_sub(LINES_MAXIMUM) {
            Some(more @ 1..) => {
                self.line("        ", &format!("{indent}... and {more} more, which the format json lists"))
            }
            _ => Ok(()),
        }
    }

    /// Writes the changes since an earlier run, with what is no finding any more.
    fn comparison(&mut self, report: &Report) -> io::Result<()> {
        let Some(comparison) = &report.comparison else { return Ok(()) };
        let line = format!("Compared: {}", text::comparison(report, comparison));
        self.line("    ", &format!("  {}", one_line(&line)))?;
        let past = comparison.past.iter().map(|past| {
            let fate = self.paint(if past.fate == Fate::Fixed { GREEN } else { YELLOW }, past.fate.as_str());
            format!("{fate}: {}", one_line(&past.to_string()))
        });
        let past: Vec<String> = past.collect();
        self.some("    ", &past)
    }

    /// Writes what repeats the run, and the filter if there is one.
    fn run(&mut self, report: &Report) -> io::Result<()> {
        if !report.arguments.is_empty() {
            let caller = report.caller.as_ref().map(|arn| format!(", by {arn}")).unwrap_or_default();
            let (command, at) = (text::command_line(report), text::time(report.at));
            let run = format!("{} ({VERSION}, {at}{caller}): {}", one_line(&command), text::rules(report));
            self.line("    ", &format!("  Run: {}", one_line(&run)))?;
        }
        if !report.settings.is_empty() {
            self.line("    ", &format!("  Settings: {}", one_line(&report.settings.to_string())))?;
        }
        match text::filter(report) {
            Some(filter) => self.line("    ", &format!("  {}: {filter}", self.paint(YELLOW, "Filtered"))),
            None => Ok(()),
        }
    }

    fn paint(&self, color: &str, text: &str) -> String {
        if self.layout.color { format!("\x1b[{color}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Writes `text`, wrapped to the width of the layout; further lines begin with `indent`.
    fn line(&mut self, indent: &str, text: &str) -> io::Result<()> {
        let Some(width) = self.layout.width else { return writeln!(self.out, "{text}") };
        let options = textwrap::Options::new(width)
            .subsequent_indent(indent)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .break_words(false);
        writeln!(self.out, "{}", textwrap::fill(text, &options))
    }

    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }
}

/// Returns the reason of a row with evidence and exemption. Its first column has the word UNKNOWN already.
fn reason(evaluation: &Evaluation) -> String {
    let fact = &evaluation.verdict.finding.fact;
    let mut parts = vec![if evaluation.is_unknown() { fact.clone() } else { evaluation.reason() }];
    parts.extend(evaluation.evidence());
    parts.extend(evaluation.exemption());
    one_line(&parts.join("; "))
}

fn widest(cells: &[String], maximum: usize) -> usize {
    cells.iter().map(|cell| display_width(cell)).max().unwrap_or(0).min(maximum)
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}
