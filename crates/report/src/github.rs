//! The report as workflow commands of GitHub Actions: printed by a step, they become annotations of files and of the run.
//!
//! The first command is about the run: an error if the run is incomplete, a warning if a filter hides what is not
//! compliant, else a notice. Then come the failures of the run, the NON_COMPLIANT results (CRITICAL and HIGH as errors,
//! MEDIUM as warnings, LOW as notices), the exempt ones, and what was not evaluated, as notices. GitHub shows ten errors, ten
//! warnings and ten notices of a step, and fifty annotations of a job; the first command counts the others, which are in the
//! log of the step all the same.
//!
//! Every line is one command, and names cannot start or end one: texts are on one line, and escaped as the toolkit of
//! the runner does it.
//!
//! Sources: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>, `command.ts` of the
//! package `@actions/core`, and `ExecutionContext.cs` of the runner for the limits.

use std::io;

use rule_core::Severity;
use rule_core::text::one_line;

use crate::text::{self, TOOL, counted};
use crate::{Evaluation, NotEvaluated, Report, SourceSummary, Summary, by_cause, path};

/// The number of annotations of a level that GitHub shows of a step.
const SHOWN_OF_A_LEVEL: usize = 10;

/// Writes the commands, one a line.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut annotations = Vec::new();
    for group in by_cause(report) {
        let title = format!("{TOOL} could not finish: {}", group.kind);
        let mut annotation = Annotation::new(Level::Error, title, vec![group.to_string()]);
        if let [source] = group.sources.as_slice() {
            let is_it = |one: &&SourceSummary| one.name == *source && !one.kind.is_live();
            let file = report.sources.iter().find(is_it);
            annotation.file = file.map(|file| (path::plain(&file.name).to_owned(), None));
        }
        annotations.push(annotation);
    }
    annotations.extend(report.shown().filter(|one| one.is_non_compliant()).map(|one| finding(report, one)));
    let is_let_through = |one: &&Evaluation| one.is_exempt() && !one.is_non_compliant();
    annotations.extend(report.shown().filter(is_let_through).map(|one| finding(report, one)));
    for NotEvaluated { rule, kind, resources, reason } in &report.not_evaluated {
        let title = format!("{} was not evaluated", rule.identifier);
        let message = format!("{} ({kind}): {reason}", text::unevaluated(*resources));
        annotations.push(Annotation::new(Level::Notice, title, vec![message]));
    }
    for source in report.left_out() {
        let message = format!("{}: {}", source.name, source.kind);
        annotations.push(Annotation::new(Level::Notice, format!("{TOOL} left out"), vec![message]));
    }
    write_line(&run(report, &annotations), out)?;
    annotations.iter().try_for_each(|annotation| write_line(annotation, out))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

struct Annotation {
    level: Level,
    /// The path of a file, with line and column if they are known.
    file: Option<(String, Option<(usize, usize)>)>,
    title: String,
    lines: Vec<String>,
}

impl Annotation {
    fn new(level: Level, title: String, lines: Vec<String>) -> Self {
        Self { level, file: None, title, lines }
    }
}

/// Builds the annotation of the run, with all that repeats it.
fn run(report: &Report, annotations: &[Annotation]) -> Annotation {
    let hidden = text::hidden(report);
    let level = match (report.is_complete(), hidden) {
        (false, _) => Level::Error,
        (true, 1..) => Level::Warning,
        (true, 0) => Level::Notice,
    };
    let mut title = format!("{TOOL}: {}", text::outcomes(Summary::count(&report.evaluations)));
    if !report.is_complete() {
        title = format!("{title}; NOT COMPLETE: {}", text::failures(report));
    }
    if hidden > 0 {
        title = format!("{title}; {hidden} NON_COMPLIANT not shown");
    }
    let mut lines = Vec::new();
    let unseen: usize = [Level::Error, Level::Warning, Level::Notice]
        .into_iter()
        .map(|each| {
            let others = annotations.iter().filter(|one| one.level == each).count();
            (others + usize::from(each == level)).saturating_sub(SHOWN_OF_A_LEVEL)
        })
        .sum();
    if unseen > 0 {
        let unseen = counted(unseen, "annotation is", "annotations are");
        lines.push(format!("{unseen} in the log of the step only: GitHub shows ten of each level"));
    }
    lines.extend(text::about(report).iter().map(|(name, value)| format!("{name}: {value}")));
    Annotation::new(level, title, lines)
}

fn finding(report: &Report, evaluation: &Evaluation) -> Annotation {
    let Evaluation { rule, resource, source, .. } = evaluation;
    let level = match evaluation.severity() {
        _ if !evaluation.is_non_compliant() => Level::Notice,
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Notice,
    };
    let result = if evaluation.is_non_compliant() { evaluation.severity().as_str() } else { "EXEMPT" };
    let mut lines = vec![evaluation.text(), format!("Resource: {}", resource.unique_name())];
    lines.push(format!("Place: {}", text::place(source)));
    lines.extend(report.change(evaluation).map(|change| format!("Change: {}", change.as_str())));
    lines.push(format!("Page: {}", report.page(rule)));
    let position = source.position.map(|position| (position.line, position.column));
    let file = (!source.kind.is_live()).then(|| (path::plain(&source.name).to_owned(), position));
    Annotation { level, file, title: format!("{result} {}", rule.identifier), lines }
}

fn write_line(annotation: &Annotation, out: &mut dyn io::Write) -> io::Result<()> {
    let Annotation { level, file, title, lines } = annotation;
    let command = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let mut properties = Vec::new();
    if let Some((path, position)) = file {
        properties.push(format!("file={}", property(path)));
        properties.extend(position.map(|(line, column)| format!("line={line},col={column}")));
    }
    properties.push(format!("title={}", property(title)));
    let message: Vec<String> = lines.iter().map(|line| data(line)).collect();
    writeln!(out, "::{command} {}::{}", properties.join(","), message.join("%0A"))
}

/// Escapes a text for the message of a command (`escapeData` of the toolkit). It has no line break and no control character.
fn data(text: &str) -> String {
    one_line(text).replace('%', "%25")
}

/// Escapes a text for a property of a command (`escapeProperty` of the toolkit).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Filter;

    fn lines(report: &Report) -> Vec<String> {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_finding_in_a_template_is_an_error_at_its_line() {
        let report = crate::sample::report().unwrap();
        let expected = concat!(
            "::error file=templates/dms é.yaml,line=12,col=7,title=CRITICAL dms-replication-not-public::",
            "PUBLIC: PubliclyAccessible=true; exemption not applied: the tags are unknown (nothing is known of it before ",
            "deployment); instance Orders. Fix: if new, set PubliclyAccessible: false; if it exists, that replaces it ",
            "and its tasks: see dms-rule plan.%0AResource: Orders%0APlace: templates/dms é.yaml:12:7",
            "%0APage: dms-rule rules dms-replication-not-public",
        );
        assert!(lines(&report).iter().any(|line| line == expected), "{:#?}", lines(&report));
    }

    #[test]
    fn the_first_command_is_an_error_if_the_run_is_incomplete_and_a_warning_if_findings_are_hidden() {
        let mut report = crate::sample::report().unwrap();
        let first = lines(&report).swap_remove(0);
        assert!(first.starts_with("::error title=dms-rule%3A "), "{first}");
        assert!(first.contains("NOT COMPLETE%3A 4 read errors::"), "{first}");
        report.failures.clear();
        let first = lines(&report).swap_remove(0);
        assert!(first.starts_with("::notice title=dms-rule%3A "), "{first}");
        report.only = vec![Filter::Compliant];
        let first = lines(&report).swap_remove(0);
        assert!(first.starts_with("::warning ") && first.contains("8 NON_COMPLIANT not shown"), "{first}");
    }

    #[test]
    fn a_hostile_name_starts_no_command_and_no_property() {
        let mut report = crate::sample::report().unwrap();
        let mut hostile = report.evaluations[0].clone();
        hostile.source.name = "x::,line=1\r\n::add-mask::%0A%3A\u{85}##[error]\u{2028}y".to_owned();
        hostile.resource.name.clone_from(&hostile.source.name);
        report.failures.clear();
        report.evaluations = vec![hostile];
        let lines = lines(&report);
        for line in &lines {
            assert!(line.starts_with("::error ") || line.starts_with("::notice "), "{line}");
            assert!(!line.contains(|c: char| c.is_control() || c == '\u{2028}'), "{line}");
        }
        let start = "::error file=x%3A%3A%2Cline=1 %3A%3Aadd-mask%3A%3A%250A%253A ##[error] y,title=CRITICAL";
        assert!(lines.iter().any(|line| line.starts_with(start)), "{lines:#?}");
    }

    #[test]
    fn a_failure_of_one_file_is_at_that_file() {
        let mut report = crate::sample::report().unwrap();
        report.sources.push(SourceSummary::new("./broken.yaml", crate::SourceKind::NotEvaluated, 0));
        report.failures.truncate(1);
        report.failures[0].source = "./broken.yaml".to_owned();
        let start =
            "::error file=broken.yaml,title=dms-rule could not finish%3A BadInput::./broken.yaml: not JSON";
        assert!(lines(&report).iter().any(|line| line.starts_with(start)), "{:#?}", lines(&report));
    }

    #[test]
    fn annotations_that_github_does_not_show_are_counted_and_written() {
        let mut report = crate::sample::report().unwrap();
        report.failures.clear();
        report.not_evaluated.clear();
        report.sources.clear();
        let known = report.evaluations.iter().find(|one| one.resource.name == "billing").unwrap().clone();
        report.evaluations = vec![known; 13];
        let lines = lines(&report);
        assert_eq!(lines.len(), 14);
        assert!(lines[0].contains("::3 annotations are in the log of the step only"), "{}", lines[0]);
    }
}
