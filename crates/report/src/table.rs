//! The report as a table for a person: by rule, worst first, with the failures and the totals at the end.

use std::io::{self, Write};

use rule_core::text::one_line;
use rule_core::{ComplianceType, Outcome, Severity};
use textwrap::core::display_width;

use crate::commands::next_command;
use crate::text::{self, VERSION, counted};
use crate::{Command, Evaluation, Group, NotEvaluated, Report, SourceSummary, Summary, Totals, by_cause};

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
            table.rule(Summary::count(of_rule(rule.identifier)), &rows, &report.page(rule))?;
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
    fn rule(&mut self, summary: Summary, rows: &[&Evaluation], page: &str) -> io::Result<()> {
        let Some(Evaluation { rule, .. }) = rows.first() else { return Ok(()) };
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
        self.rows(rows, fixes.len() > 1)?;
        if let [fix] = fixes.as_slice() {
            self.line("       ", &format!("  {}: {}", self.paint(BOLD, "Fix"), one_line(fix)))?;
        }
        self.line("       ", &format!("  {}: {page}", self.paint(BOLD, "More")))?;
        self.blank()
    }

    /// Writes the rows of a rule, each with its command and, if they differ, its remedy.
    fn rows(&mut self, rows: &[&Evaluation], has_own_fix: bool) -> io::Result<()> {
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
            let reason = reason(row);
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

    /// Writes what repeats the run, and the filter if there is one.
    fn run(&mut self, report: &Report) -> io::Result<()> {
        if !report.arguments.is_empty() {
            let caller = report.caller.as_ref().map(|arn| format!(", by {arn}")).unwrap_or_default();
            let (command, at) = (text::command_line(report), text::time(report.at));
            let run = format!("{} ({VERSION}, {at}{caller}): {}", one_line(&command), text::rules(report));
            self.line("    ", &format!("  Run: {}", one_line(&run)))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(report: &Report, layout: Layout) -> String {
        let mut out = Vec::new();
        write(report, &mut out, layout).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn sample(layout: Layout) -> String {
        written(&crate::sample::report().unwrap(), layout)
    }

    #[test]
    fn rows_are_grouped_by_rule_with_their_fixes() {
        let expected = "\
MEDIUM dms-endpoint-ssl-configured: 1 NON_COMPLIANT, 1 NOT_APPLICABLE
  A DMS endpoint must connect with TLS where its engine has the setting SslMode.
  NON_COMPLIANT  crm  123456789012 eu-west-1 config/snapshot 1.json  PLAINTEXT: SslMode=none; engine mysql
      aws dms describe-endpoints --filters Name=endpoint-arn,Values=arn:aws:dms:eu-west-1:123456789012:rep:CRM --region eu-west-1
  Fix: modify-endpoint --ssl-mode require, verify-ca or verify-full, whichever the engine takes
  More: dms-rule rules dms-endpoint-ssl-configured

";
        let table = sample(Layout::default());
        assert!(table.contains(expected), "{table}");
        let rules = ["CRITICAL dms-replication", "MEDIUM dms-endpoint", "LOW dms-subnet", "No finding: dms-"];
        assert!(rules.map(|rule| table.find(rule).unwrap()).is_sorted(), "{table}");
    }

    #[test]
    fn failures_and_totals_come_last() {
        let expected = "
COULD NOT FINISH: the report is not complete
  BadInput   notes.txt: not JSON: expected \"{\", <eof> at line 1
  Denied     123456789012 us-east-1: dms:DescribeEndpoints is denied to role/audit; allow it
  Throttled  123456789012 us-west-2: throttled; run it again, later
  Internal   broken.yaml: +unexpected ; run it again

  123456789012 eu-west-1: AWS DMS, live, 6 resources
  config/snapshot 1.json: AWS Config snapshot or history file, 4 resources
  templates/dms é.yaml: CloudFormation template, 2 resources
  plan.json: Terraform plan, 1 resource
  =old/: left out by --exclude
  By severity, NON_COMPLIANT: CRITICAL 6 (1 UNKNOWN), MEDIUM 1, LOW 1
  Run: dms-rule check config templates plan.json (VERSION, 2026-10-01T06:00:00.000Z): dms-replication-not-public, \
dms-endpoint-ssl-configured, dms-replication-task-tagged, dms-subnet-group-tagged, dms-redis-tls-enabled, \
dms-replication-instance-customer-managed-key; all with exemptionTagKey=Approved
13 resources, 13 results: 7 NON_COMPLIANT, 1 UNKNOWN, 4 COMPLIANT, 1 NOT_APPLICABLE (1 of them exempt); 1 left out; 4 read errors.
";
        let table = sample(Layout::default());
        assert!(table.ends_with(&expected.replace("VERSION", VERSION)), "{table}");
    }

    #[test]
    fn a_scan_counts_pairs_of_account_and_region() {
        let Report { at, failures, .. } = crate::sample::report().unwrap();
        let mut report = Report::new(Command::Scan, at);
        assert!(written(&report, Layout::default()).ends_with("\nNOTHING WAS SCANNED.\n"));
        report.failures.clone_from(&failures);
        let expected = "\nNOTHING WAS SCANNED: 4 accounts or Regions not complete (4 API calls failed).\n";
        assert!(written(&report, Layout::default()).ends_with(expected));
        report.failures.clear();
        let kind = crate::SourceKind::LiveDms;
        report.sources.push(SourceSummary::new("123456789012 eu-west-1", kind, 0));
        let nothing = "\nNo DMS resources found in the 1 account and Region that was read.\n";
        assert!(written(&report, Layout::default()).ends_with(nothing));
        report.failures = failures;
        report.sources[0].is_complete = false;
        let part = "NOTHING WAS SCANNED: 4 accounts or Regions not complete (4 API calls failed).\n";
        assert!(written(&report, Layout::default()).ends_with(part));
        report.sources[0].is_complete = true;
        let expected = "  1 account and Region scanned, 4 not at all\nNo DMS resources found in the 1 account and Region that was read; 4 accounts or Regions not complete (4 API calls failed).\n";
        assert!(written(&report, Layout::default()).ends_with(expected));
    }

    #[test]
    fn every_result_is_listed_on_request() {
        let layout = Layout { every_result: true, ..Layout::default() };
        assert!(!sample(Layout::default()).contains("  COMPLIANT      orders"));
        assert!(sample(layout).contains("  COMPLIANT      orders"));
        assert!(sample(layout).contains("  NOT_APPLICABLE  clicks"));
        assert!(!sample(layout).contains("No finding"));
    }

    #[test]
    fn lines_are_wrapped_to_the_width_of_the_terminal() {
        for width in [40, 80, 120, 200] {
            let table = sample(Layout { width: Some(width), ..Layout::default() });
            let fits = |line: &str| {
                ["      aws ", "      dms-rule plan "].iter().any(|start| line.starts_with(start))
                    || display_width(line) <= width
                    || line.split_whitespace().count() == 1
            };
            // A long name is not cut, and its row is padded.
            let lines = table.lines().filter(|line| !line.contains("module.dms") && !line.contains("=cmd"));
            lines.for_each(|line| assert!(fits(line), "{width}: {line}"));
        }
    }

    #[test]
    fn colors_change_no_word() {
        let layout = Layout { width: Some(100), ..Layout::default() };
        let colored = sample(Layout { color: true, ..layout });
        let mut parts = colored.split("\x1b[");
        let first = parts.next().unwrap().to_owned();
        let plain = parts.fold(first, |text, part| text + part.split_once('m').unwrap().1);
        assert_ne!(colored, plain);
        assert_eq!(plain, sample(layout));
    }
}
