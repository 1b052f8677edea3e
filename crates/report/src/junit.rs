//! The report as JUnit XML: one test suite for each rule, with one test case for each resource.
//!
//! NON_COMPLIANT is a failure; NOT_APPLICABLE and what is exempt is skipped. The suite `run` has what repeats the run as
//! properties, and fails if a filter hides a failure. The name of a test case holds the ARN, or account and Region:
//! readers keep one of several cases with the same name, so that a failure could vanish behind it. Each failure of the run is an error in the suite
//! `could not finish`, so that an incomplete run never passes. The attributes `file` and `line` of a test case are not
//! in the schema of Jenkins; GitLab and others read them.

use std::io;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite, XmlString};
use rule_core::ComplianceType;
use rule_core::text::one_line;

use crate::text::{self, TOOL};
use crate::{Evaluation, Failure, NotEvaluated, Report, SourceSummary, commands};

/// The name of the suite about the run itself.
const RUN: &str = "run";

/// The name of the suite that holds the failures of the run.
const INCOMPLETE: &str = "could not finish";

/// The name of the suite of the rules that were not run and the files that were left out, all of them skipped.
const NOT_EVALUATED: &str = "not evaluated";

/// Writes the document, with a line break at the end.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut document = quick_junit::Report::new(TOOL);
    add_run(&mut document, report);
    for rule in report.rules() {
        let of_rule = |evaluation: &&Evaluation| evaluation.rule.identifier == rule.identifier;
        let cases = report.shown().filter(of_rule).map(|evaluation| case(report, evaluation)).collect();
        add_suite(&mut document, rule.identifier, report, cases);
    }
    let not_evaluated: Vec<TestCase> =
        report.not_evaluated.iter().map(not_evaluated).chain(report.left_out().map(left_out)).collect();
    if !not_evaluated.is_empty() {
        add_suite(&mut document, NOT_EVALUATED, report, not_evaluated);
    }
    if !report.failures.is_empty() {
        add_suite(&mut document, INCOMPLETE, report, report.failures.iter().map(error).collect());
    }
    document.serialize(&mut *out).map_err(io::Error::other)
}

/// Adds the suite about the run: its properties repeat it, and its one case fails if a filter hides what is not compliant.
fn add_run(document: &mut quick_junit::Report, report: &Report) {
    let mut suite = TestSuite::new(RUN);
    suite.set_timestamp(report.at);
    for (name, value) in text::about(report) {
        suite.add_property(Property::new(line(name), line(&value)));
    }
    let status = match (text::filter(report), text::hidden(report)) {
        (None, _) => TestCaseStatus::success(),
        (Some(filter), 0) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(line(&filter));
            status
        }
        (Some(filter), _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("filtered").set_message(line(&filter)).set_description(xml(&filter));
            status
        }
    };
    let mut case = TestCase::new("every result is shown", status);
    case.set_classname(RUN);
    suite.add_test_case(case);
    document.add_test_suite(suite);
}

fn add_suite(document: &mut quick_junit::Report, name: &str, report: &Report, cases: Vec<TestCase>) {
    let mut suite = TestSuite::new(name);
    suite.set_timestamp(report.at);
    suite.add_test_cases(cases);
    document.add_test_suite(suite);
}

fn case(report: &Report, evaluation: &Evaluation) -> TestCase {
    let status = match evaluation.compliance_type() {
        ComplianceType::Compliant if !evaluation.is_exempt() => TestCaseStatus::success(),
        ComplianceType::Compliant | ComplianceType::NotApplicable => {
            let mut status = TestCaseStatus::skipped();
            let message =
                evaluation.exemption().filter(|_| evaluation.is_exempt()).unwrap_or(evaluation.reason());
            status.set_message(line(&message)).set_description(xml(&evaluation.text()));
            status
        }
        ComplianceType::NonCompliant => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(evaluation.severity().as_str());
            status.set_message(line(&evaluation.reason())).set_description(xml(&details(report, evaluation)));
            status
        }
    };
    let (resource, source) = (&evaluation.resource, &evaluation.source);
    let mut case =
        TestCase::new(line(&format!("{} ({})", resource.unique_name(), text::place(source))), status);
    case.set_classname(evaluation.rule.identifier);
    if evaluation.compliance_type() == ComplianceType::Compliant && !evaluation.is_exempt() {
        case.set_system_out(xml(&evaluation.text()));
    }
    if !source.kind.is_live() {
        case.extra.insert("file".into(), xml(&source.name));
    }
    if let Some(position) = source.position {
        case.extra.insert("line".into(), position.line.to_string().into());
    }
    case
}

/// Describes a failed test case, one fact a line.
fn details(report: &Report, evaluation: &Evaluation) -> String {
    let (resource, source) = (&evaluation.resource, &evaluation.source);
    let mut lines = vec![evaluation.reason()];
    lines.extend(evaluation.evidence());
    lines.extend(evaluation.exemption());
    lines.extend(evaluation.fix().map(|fix| format!("Fix: {fix}")));
    lines.extend(commands(evaluation).iter().map(|command| format!("Command: {command}")));
    lines.push(format!("Page: {}", report.page(evaluation.rule)));
    lines.push(format!("Resource: {}", resource.arn.as_ref().unwrap_or(&resource.id)));
    lines.push(format!("Place: {} ({})", text::place(source), source.kind));
    lines.iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n")
}

fn not_evaluated(entry: &NotEvaluated) -> TestCase {
    let NotEvaluated { rule, kind, reason, .. } = entry;
    skipped(&format!("{} ({kind})", rule.identifier), reason)
}

fn left_out(source: &SourceSummary) -> TestCase {
    skipped(&source.name, &source.kind.to_string())
}

fn skipped(name: &str, message: &str) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(line(message));
    let mut case = TestCase::new(line(name), status);
    case.set_classname(NOT_EVALUATED);
    case
}

fn error(failure: &Failure) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(failure.kind.as_str()).set_message(line(&failure.text()));
    status.set_description(xml(&failure.text()));
    let mut case = TestCase::new(line(&failure.source), status);
    case.set_classname(INCOMPLETE);
    case
}

/// Returns the text on one line, for an attribute.
fn line(raw: &str) -> XmlString {
    xml(&one_line(raw))
}

/// Replaces the characters that XML does not allow. They are not just removed: `quick_junit` reads an escape character
/// and the text after it as a colour, and would remove both.
fn xml(raw: &str) -> XmlString {
    let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    XmlString::new(raw.replace(forbidden, "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> String {
        let mut out = Vec::new();
        write(&crate::sample::report().unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_failure_has_reason_fix_resource_and_place() {
        let expected = r#"
        <testcase name="Orders (templates/dms é.yaml:12:7)" classname="dms-replication-not-public" file="templates/dms é.yaml" line="12">
            <failure message="PUBLIC: PubliclyAccessible=true" type="CRITICAL">PUBLIC: PubliclyAccessible=true
exemption not applied: the tags are unknown (nothing is known of it before deployment)
Fix: if new, set PubliclyAccessible: false; if it exists, that replaces it and its tasks: see dms-rule plan
Page: dms-rule rules dms-replication-not-public
Resource: Orders
Place: templates/dms é.yaml:12:7 (CloudFormation template)</failure>
        </testcase>"#;
        assert!(written().contains(expected), "{}", written());
    }

    #[test]
    fn passed_skipped_and_incomplete_cases_have_their_text() {
        for expected in [
            r#"<testsuites name="dms-rule" tests="20" skipped="4" failures="8" errors="4">"#,
            concat!(
                "<skipped message=\"EXEMPT until 2026-12-31 (OPS-12, &quot;vendor&quot; cut-over)\">",
                "EXEMPT until 2026-12-31 (OPS-12, &quot;vendor&quot; cut-over): PUBLIC: PubliclyAccessible=true; ",
            ),
            r#"<skipped message="NOT APPLICABLE: DMS has no SslMode for the engine kinesis">"#,
            r#"<testsuite name="could not finish" tests="4" skipped="0" errors="4" failures="0""#,
            r#"<error message="throttled; run it again, later" type="Throttled">"#,
        ] {
            assert!(written().contains(expected), "{expected}\n{}", written());
        }
    }

    #[test]
    fn characters_that_xml_forbids_or_that_hide_text_are_replaced() {
        assert!(
            written().contains(
                "=CMD|&apos; /C &quot;X&quot;&apos;, &lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt; [31MGRÜN"
            )
        );
        assert_eq!(xml("a\u{1b}[31mb\u{ffff}\nc").as_str(), "a\u{fffd}[31mb\u{fffd}\nc");
        assert!(!written().contains(|c: char| (c.is_control() && c != '\n') || c == '\u{ffff}'));
    }
}
