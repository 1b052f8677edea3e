//! The report as a code quality report of GitLab: a JSON list of violations for the widget of a merge request.
//!
//! NON_COMPLIANT results are violations, UNKNOWN included: CRITICAL is `blocker`, HIGH `critical`, MEDIUM `major`, LOW
//! `minor`. Exempt ones, rules that were not run and files that were left out are `info`. One more violation is about the run:
//! `blocker` if it is incomplete, `critical` if a filter hides what is not compliant, else `info`; its fingerprint differs
//! by that, since GitLab shows the fingerprints that the target branch lacks. Each failure of the run is a `blocker`.
//!
//! GitLab needs a path for each; that of what is in no file does not exist.
//!
//! Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::collections::BTreeMap;
use std::io;

use rule_core::Severity;
use rule_core::text::one_line;
use serde_json::{Value, json};

use crate::text::{self, TOOL};
use crate::{Evaluation, NotEvaluated, Report, fingerprint, path};

/// Writes the list, indented, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut violations = vec![run(report)];
    violations.extend(failures(report));
    let worst = fingerprint::worst_of_each(report);
    let is_listed = |one: &Evaluation| one.is_non_compliant() || one.is_exempt();
    violations.extend(
        worst
            .iter()
            .filter(|(_, one)| is_listed(one))
            .map(|(fingerprint, one)| finding(report, fingerprint, one)),
    );
    violations.extend(not_evaluated(report));
    serde_json::to_writer_pretty(&mut *out, &violations)?;
    out.write_all(b"\n")
}

/// Builds the violation about the run, with all that repeats it.
fn run(report: &Report) -> Value {
    let (severity, state) = match (report.is_complete(), text::hidden(report)) {
        (false, _) => ("blocker", "NOT COMPLETE: resources may be missing"),
        (true, 1..) => ("critical", "FILTERED: NON_COMPLIANT results are missing"),
        (true, 0) => ("info", "complete"),
    };
    let about: Vec<String> =
        text::about(report).iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let description = format!("The run of {TOOL}: {state}; {}", about.join("; "));
    let fingerprint = fingerprint::of_words(&["gitlab", "run", report.command.as_str(), severity]);
    violation(&description, "run", &fingerprint, severity, TOOL, 1)
}

/// Lists the failures, one for each kind and source: GitLab keeps one of several violations with one fingerprint.
fn failures(report: &Report) -> Vec<Value> {
    let mut by_fingerprint: BTreeMap<String, (&str, Vec<String>)> = BTreeMap::new();
    for failure in &report.failures {
        let entry = by_fingerprint.entry(fingerprint::of_failure(failure));
        entry.or_insert_with(|| (&failure.source, Vec::new())).1.push(failure.text());
    }
    let one = |(fingerprint, (source, texts)): (&String, &(&str, Vec<String>))| {
        let description = format!("Could not be evaluated: {source}: {}", texts.join("; "));
        violation(&description, "run", fingerprint, "blocker", source, 1)
    };
    by_fingerprint.iter().map(one).collect()
}

fn finding(report: &Report, fingerprint: &str, evaluation: &Evaluation) -> Value {
    let Evaluation { rule, resource, source, .. } = evaluation;
    let severity = match evaluation.severity() {
        _ if !evaluation.is_non_compliant() => "info",
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    };
    let path = if source.kind.is_live() { path::live(resource) } else { source.name.clone() };
    let line = source.position.map_or(1, |position| position.line);
    let change =
        report.change(evaluation).map(|change| format!(" Change: {}.", change.as_str())).unwrap_or_default();
    let name = resource.unique_name();
    let description = format!("{} Resource: {name}.{change} Page: {}", evaluation.text(), report.page(rule));
    violation(&description, rule.identifier, fingerprint, severity, &path, line)
}

fn not_evaluated(report: &Report) -> Vec<Value> {
    let rules = report.not_evaluated.iter().map(|NotEvaluated { rule, kind, resources, reason }| {
        let words = ["gitlab", "not evaluated", rule.identifier, &kind.to_string()];
        let description = format!("Not evaluated: {} ({kind}): {reason}", text::unevaluated(*resources));
        violation(&description, rule.identifier, &fingerprint::of_words(&words), "info", TOOL, 1)
    });
    let files = report.left_out().map(|source| {
        let fingerprint = fingerprint::of_words(&["gitlab", "left out", &source.name]);
        violation(&format!("{}: {}", source.name, source.kind), "run", &fingerprint, "info", &source.name, 1)
    });
    rules.chain(files).collect()
}

/// Builds a violation. A path is relative to the root of the repository and does not begin with `./`.
fn violation(
    description: &str,
    check: &str,
    fingerprint: &str,
    severity: &str,
    path: &str,
    line: usize,
) -> Value {
    let path = path::plain(path).trim_start_matches('/');
    json!({
        "description": one_line(description),
        "check_name": if check == "run" { format!("{TOOL}/run") } else { check.to_owned() },
        "fingerprint": fingerprint,
        "severity": severity,
        "location": { "path": if path.is_empty() { TOOL } else { path }, "lines": { "begin": line } },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::Filter;

    fn violations(report: &Report) -> Vec<Value> {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_finding_in_a_template_has_its_line() {
        let all = violations(&crate::sample::report().unwrap());
        let found = all.iter().find(|one| one["location"]["lines"]["begin"] == 12).unwrap();
        let expected = json!({
            "description": concat!(
                "PUBLIC: PubliclyAccessible=true; exemption not applied: the tags are unknown (nothing is known of it ",
                "before deployment); instance Orders. Fix: if new, set PubliclyAccessible: false; if it exists, that ",
                "replaces it and its tasks: see dms-rule plan. Resource: Orders. ",
                "Page: dms-rule rules dms-replication-not-public",
            ),
            "check_name": "dms-replication-not-public",
            "fingerprint": "3fa4cf384c66f7d6b7688768bf65850322cea1e61fc8e2cc227d0e458209cf81",
            "severity": "blocker",
            "location": { "path": "templates/dms é.yaml", "lines": { "begin": 12 } },
        });
        assert_eq!(*found, expected);
    }

    #[test]
    fn the_run_is_a_violation_whose_fingerprint_depends_on_its_state() {
        let mut report = crate::sample::report().unwrap();
        let incomplete = violations(&report)[0].clone();
        report.failures.clear();
        let complete = violations(&report)[0].clone();
        report.only = vec![Filter::Compliant];
        let filtered = violations(&report)[0].clone();
        let severities = [&incomplete, &complete, &filtered].map(|one| one["severity"].as_str().unwrap());
        assert_eq!(severities, ["blocker", "info", "critical"]);
        let fingerprints: HashSet<&str> =
            [&incomplete, &complete, &filtered].map(|one| one["fingerprint"].as_str().unwrap()).into();
        assert_eq!(fingerprints.len(), 3);
    }

    #[test]
    fn several_failures_of_one_source_are_one_violation_with_all_messages() {
        let mut report = crate::sample::report().unwrap();
        let mut other = report.failures[0].clone();
        other.message = "another message".to_owned();
        report.failures.push(other);
        let all = violations(&report);
        let fingerprints: HashSet<&str> =
            all.iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(fingerprints.len(), all.len());
        assert!(all.iter().any(|one| {
            let text = one["description"].as_str().unwrap();
            text.contains("not JSON") && text.contains("another message")
        }));
    }

    #[test]
    fn a_path_is_relative() {
        let mut report = crate::sample::report().unwrap();
        report.evaluations.truncate(1);
        for (name, expected) in [("./a.json", "a.json"), ("/srv/a.json", "srv/a.json"), ("/", "dms-rule")] {
            report.evaluations[0].source.name = name.to_owned();
            report.evaluations[0].source.kind = crate::SourceKind::ConfigEvent;
            let all = violations(&report);
            assert!(all.iter().any(|one| one["location"]["path"] == expected), "{name}: {all:#?}");
        }
    }
}
