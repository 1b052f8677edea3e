//! The report as JUnit XML: a test suite a rule, a test case a resource.
//!
//! NON_COMPLIANT is a failure, NOT_APPLICABLE is skipped, and what could not be read or asked is an error in the suite
//! `could not finish`, so that a run that did not see everything is never green. `file` and `line` on a test case are
//! not in the schema of Jenkins; GitLab and the like read them.

use std::io;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};
use rule_core::ComplianceType;

use crate::{Failure, Judged, Report, words};

/// Writes the document, with a line break at the end.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut document = quick_junit::Report::new(words::TOOL);
    for rule in report.rules() {
        let of_rule = report.judged.iter().filter(|judged| judged.rule.identifier == rule.identifier);
        add_suite(&mut document, rule.identifier, report, of_rule.map(case).collect());
    }
    if !report.failures.is_empty() {
        add_suite(&mut document, "could not finish", report, report.failures.iter().map(error).collect());
    }
    document.serialize(&mut *out).map_err(io::Error::other)
}

fn add_suite(document: &mut quick_junit::Report, name: &str, report: &Report, cases: Vec<TestCase>) {
    let mut suite = TestSuite::new(name);
    suite.set_timestamp(report.at);
    suite.add_test_cases(cases);
    document.add_test_suite(suite);
}

fn case(judged: &Judged) -> TestCase {
    let status = match judged.compliance_type() {
        ComplianceType::Compliant => TestCaseStatus::success(),
        ComplianceType::NotApplicable => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(line(judged.reason())).set_description(text(&words::all(judged)));
            status
        }
        ComplianceType::NonCompliant => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(judged.severity().as_str());
            status.set_message(line(judged.reason())).set_description(text(&failed(judged)));
            status
        }
    };
    let (resource, source) = (&judged.resource, &judged.source);
    let mut case = TestCase::new(line(&format!("{} ({})", resource.name, words::place(source))), status);
    case.set_classname(judged.rule.identifier);
    if judged.compliance_type() == ComplianceType::Compliant {
        case.set_system_out(text(&words::all(judged)));
    }
    if !source.is_live() {
        case.extra.insert("file".into(), text(&source.name));
    }
    if let Some(position) = source.position {
        case.extra.insert("line".into(), position.line.to_string().into());
    }
    case
}

/// What a person needs, a line each.
fn failed(judged: &Judged) -> String {
    let mut lines = vec![judged.reason().to_owned()];
    lines.extend(judged.evidence());
    lines.extend(judged.exemption());
    lines.extend(judged.fix().map(|fix| format!("Fix: {fix}")));
    lines.push(format!("Resource: {}", judged.resource.arn.as_ref().unwrap_or(&judged.resource.id)));
    lines.push(format!("Place: {} ({})", words::place(&judged.source), judged.source.kind));
    lines.iter().map(|line| words::one_line(line)).collect::<Vec<_>>().join("\n")
}

fn error(failure: &Failure) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(failure.kind.as_str()).set_message(line(&failure.message));
    status.set_description(text(&failure.message));
    let mut case = TestCase::new(line(&failure.source), status);
    case.set_classname("could not finish");
    case
}

/// On one line, as attributes are read.
fn line(raw: &str) -> XmlString {
    text(&words::one_line(raw))
}

/// Without what XML cannot hold. Replaced, not removed: the crate would take an escape character and what follows it
/// for a colour.
fn text(raw: &str) -> XmlString {
    let odd = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    XmlString::new(raw.replace(odd, "\u{fffd}"))
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
    fn a_failure_says_what_why_how_and_where() {
        let expected = r#"
        <testcase name="Orders (templates/dms é.yaml:12:7)" classname="dms-replication-not-public" file="templates/dms é.yaml" line="12">
            <failure message="PUBLIC: PubliclyAccessible=true" type="CRITICAL">PUBLIC: PubliclyAccessible=true
exemption not applied: the tags are unknown (nothing is known of it before deployment)
Fix: PubliclyAccessible: false
Resource: Orders
Place: templates/dms é.yaml:12:7 (CloudFormation template)</failure>
        </testcase>"#;
        assert!(written().contains(expected), "{}", written());
    }

    #[test]
    fn what_passes_is_skipped_or_could_not_be_read_says_so() {
        for expected in [
            r#"<testsuites name="dms-rule" tests="17" skipped="1" failures="8" errors="4">"#,
            "<system-out>EXEMPT until 2026-12-31 (OPS-12, &quot;vendor&quot; cut-over): PUBLIC: PubliclyAccessible=true; no public IP; instance exempt.</system-out>",
            r#"<skipped message="NOT APPLICABLE: DMS has no SslMode for the engine kinesis">"#,
            r#"<testsuite name="could not finish" tests="4" skipped="0" errors="4" failures="0""#,
            r#"<error message="throttled; run it again, later" type="Throttled">"#,
        ] {
            assert!(written().contains(expected), "{expected}\n{}", written());
        }
    }

    #[test]
    fn nothing_stands_there_that_xml_cannot_hold_or_that_hides_text() {
        assert!(
            written().contains(
                "=CMD|&apos; /C &quot;X&quot;&apos;, &lt;SCRIPT&gt;ALERT(1)&lt;/SCRIPT&gt; [31MGRÜN"
            )
        );
        assert_eq!(text("a\u{1b}[31mb\u{ffff}\nc").as_str(), "a\u{fffd}[31mb\u{fffd}\nc");
        assert!(!written().contains(|c: char| (c.is_control() && c != '\n') || c == '\u{ffff}'));
    }
}
