//! The results of a run for a person at a terminal.

use std::fmt::Write as _;

use local_aws::{AcceptedEvaluation, Call, EvaluationResult};

use super::run::{EventResult, RuleResults, Run};

/// The most evaluations of one event, and results of one rule, that are printed.
const SHOWN: usize = 12;

/// Renders the results, with colours.
pub(super) fn render(run: &Run, is_sample: bool) -> String {
    let mut lines = Vec::new();
    run.events.iter().for_each(|event| add_event(event, &mut lines));
    run.rules.iter().for_each(|rule| add_rule(rule, &mut lines));
    if is_sample {
        lines.push("\nThe DMS resources were a sample; use --fleet FILE for yours.".to_owned());
    }
    lines.iter().fold(String::new(), |page, line| page + line + "\n")
}

/// Wraps the page to the width of the terminal; the second column stays aligned.
pub(super) fn wrap(page: &str) -> String {
    let options = textwrap::Options::with_termwidth()
        .subsequent_indent("              ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .break_words(false);
    page.lines().map(|line| textwrap::fill(line, &options) + "\n").collect()
}

fn add_event(event: &EventResult, lines: &mut Vec<String>) {
    lines.push(format!("\x1b[1m{}\x1b[0m", event.file));
    lines.extend(event.description.as_ref().map(|description| format!("  event       {description}")));
    for AcceptedEvaluation { result, test_mode, .. } in event.evaluations.iter().take(SHOWN) {
        let EvaluationResult { compliance_type, resource_type, resource_id, .. } = result;
        let colour = colour(compliance_type);
        let note = if *test_mode { "  (test mode: validated, not stored)" } else { "" };
        lines.push(format!(
            "  evaluation  {colour}{compliance_type:14}\x1b[0m  {resource_type}  {resource_id}{note}"
        ));
        lines.push(format!("  reason      {}", result.annotation.as_deref().unwrap_or("none")));
    }
    if let Some(more) = event.evaluations.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("  ...         {more} more evaluations; --format json shows all"));
    }
    match &event.error {
        Some(error) => {
            lines.push(format!("  \x1b[31merror\x1b[0m       {}: {}", error.error_type, error.message));
        }
        None if event.evaluations.is_empty() => {
            lines.push("  evaluation  none: there are no resources of the rule's type".to_owned());
        }
        None => {}
    }
    if !event.calls.is_empty() {
        lines.push(format!("  calls       {}", calls(&event.calls)));
    }
    lines.push(String::new());
}

fn add_rule(rule: &RuleResults, lines: &mut Vec<String>) {
    lines.push(format!("\x1b[1mAWS Config now shows for rule {}\x1b[0m", rule.rule));
    if rule.results.is_empty() {
        lines.push("  no results".to_owned());
    }
    for EvaluationResult { compliance_type, resource_id, .. } in rule.results.iter().take(SHOWN) {
        lines.push(format!("  {}{compliance_type:14}\x1b[0m  {resource_id}", colour(compliance_type)));
    }
    if let Some(more) = rule.results.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        lines.push(format!("  ... and {more} more"));
    }
}

fn colour(compliance_type: &str) -> &'static str {
    match compliance_type {
        "COMPLIANT" => "\x1b[32m",
        "NON_COMPLIANT" => "\x1b[31m",
        _ => "\x1b[2m",
    }
}

/// Lists operations in their order; equal ones in a row are counted. The status of a response is stated where it is not 200.
fn calls(calls: &[Call]) -> String {
    let is_fine = |call: &Call| call.status == Some(200) && call.error_code.is_none();
    let mut words = String::new();
    let is_equal = |a: &Call, b: &Call| {
        a.operation == b.operation && a.status == b.status && a.error_code == b.error_code
    };
    for group in calls.chunk_by(is_equal) {
        let Some(call) = group.first() else { continue };
        if !words.is_empty() {
            words.push_str(", ");
        }
        words.push_str(&call.operation);
        if !is_fine(call) {
            let status =
                call.status.map_or_else(|| "no response".to_owned(), |status| format!("HTTP {status}"));
            let _ = write!(words, " {status}"); // writing to a String cannot fail
        }
        if let Some(code) = &call.error_code {
            let _ = write!(words, " {code}");
        }
        if group.len() > 1 {
            let _ = write!(words, " ×{}", group.len());
        }
    }
    match calls {
        [_] if calls.iter().all(is_fine) => words.push_str(" (HTTP 200)"),
        _ if calls.iter().all(is_fine) => words.push_str(" (all HTTP 200)"),
        _ => {}
    }
    words
}
