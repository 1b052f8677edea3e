//! The report as CSV (RFC 4180, UTF-8, a header, lines that end with CR LF): one row for each result and each failure.
//!
//! The column `record` is `result`, `not evaluated` (a rule that was not run for a kind of source), `left out` (a file) or
//! `failure`. A cell without a value is empty. The entries of a list are in one cell,
//! separated by `; `.
//!
//! Spreadsheets read a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break as a formula, and anyone who may
//! create a resource chooses its name. Such a cell starts with an apostrophe, which spreadsheets read as the mark of a
//! text. Programs that need the exact names read the [JSON](crate::json).

use std::io;

use ::csv::{Terminator, WriterBuilder};

use crate::{Evaluation, Failure, NotEvaluated, Report, SourceSummary, commands, fingerprint, text};

/// The names of the columns, in order.
pub const COLUMNS: [&str; 31] = [
    "record",
    "rule",
    "severity",
    "complianceType",
    "unknown",
    "reason",
    "evidence",
    "fix",
    "exemption",
    "annotation",
    "resourceType",
    "resourceId",
    "resourceName",
    "arn",
    "accountId",
    "region",
    "source",
    "sourceKind",
    "line",
    "column",
    "recordedAt",
    "requirements",
    "id",
    "failureKind",
    "message",
    "exempt",
    "accountName",
    "commands",
    "page",
    "exceptionOwner",
    "change",
];

/// Writes the header and the rows.
///
/// # Errors
/// Returns the error of `out`.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    rows.write_record(COLUMNS)?;
    for (name, value) in text::about(report) {
        rows.write_record(run(name, &value).map(|cell| harmless(&cell)))?;
    }
    for evaluation in report.shown() {
        rows.write_record(result(report, evaluation).map(|cell| harmless(&cell)))?;
    }
    for entry in &report.not_evaluated {
        rows.write_record(not_evaluated(entry).map(|cell| harmless(&cell)))?;
    }
    for source in report.left_out() {
        rows.write_record(left_out(source).map(|cell| harmless(&cell)))?;
    }
    for failure in &report.failures {
        rows.write_record(self::failure(failure).map(|cell| harmless(&cell)))?;
    }
    rows.flush()
}

/// Returns the row of a fact about the run: what repeats it, what it covered, and its totals.
fn run(name: &str, value: &str) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "record" => "run".to_owned(),
        "message" => format!("{name}: {value}"),
        _ => String::new(),
    })
}

fn result(report: &Report, evaluation: &Evaluation) -> [String; COLUMNS.len()] {
    let (resource, source) = (&evaluation.resource, &evaluation.source);
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        "result".to_owned(),
        evaluation.rule.identifier.to_owned(),
        evaluation.severity().as_str().to_owned(),
        evaluation.compliance_type().as_str().to_owned(),
        evaluation.is_unknown().to_string(),
        evaluation.reason(),
        evaluation.evidence().join("; "),
        evaluation.fix().unwrap_or_default(),
        evaluation.exemption().unwrap_or_default(),
        evaluation.annotation().to_string(),
        resource.resource_type.clone(),
        resource.id.clone(),
        resource.name.clone(),
        optional(&resource.arn),
        optional(&resource.account_id),
        optional(&resource.region),
        source.name.clone(),
        source.kind.to_string(),
        source.position.map(|position| position.line.to_string()).unwrap_or_default(),
        source.position.map(|position| position.column.to_string()).unwrap_or_default(),
        source.recorded_at.map(text::time).unwrap_or_default(),
        text::requirements(evaluation.rule.requirements).join("; "),
        fingerprint::of_evaluation(evaluation),
        String::new(),
        String::new(),
        evaluation.is_exempt().to_string(),
        resource.account_id.as_ref().and_then(|id| report.account_names.get(id)).cloned().unwrap_or_default(),
        commands(evaluation).join("\n"),
        report.page(evaluation.rule),
        evaluation.exception.as_ref().map(|one| one.owner.clone()).unwrap_or_default(),
        report.change(evaluation).map(|change| change.as_str().to_owned()).unwrap_or_default(),
    ]
}

fn not_evaluated(entry: &NotEvaluated) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "record" => "not evaluated".to_owned(),
        "rule" => entry.rule.identifier.to_owned(),
        "severity" => entry.rule.severity.as_str().to_owned(),
        "sourceKind" => entry.kind.to_string(),
        "message" => entry.reason.to_owned(),
        _ => String::new(),
    })
}

fn left_out(source: &SourceSummary) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "record" => "left out".to_owned(),
        "source" => source.name.clone(),
        "sourceKind" => source.kind.to_string(),
        _ => String::new(),
    })
}

fn failure(failure: &Failure) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "record" => "failure".to_owned(),
        "accountId" => failure.account_id.clone().unwrap_or_default(),
        "region" => failure.region.clone().unwrap_or_default(),
        "source" => failure.source.clone(),
        "failureKind" => failure.kind.as_str().to_owned(),
        "message" => failure.text(),
        _ => String::new(),
    })
}

/// Returns the cell, marked as a text if a spreadsheet would read it as a formula.
pub(crate) fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Vec<u8> {
        let mut out = Vec::new();
        write(&crate::sample::report().unwrap(), &mut out).unwrap();
        out
    }

    fn rows() -> Vec<::csv::StringRecord> {
        ::csv::Reader::from_reader(written().as_slice()).into_records().map(Result::unwrap).collect()
    }

    #[test]
    fn each_result_and_each_failure_has_a_row() {
        let rows = rows();
        assert_eq!(rows.iter().filter(|row| &row[0] == "result").count(), 13);
        let subnets = rows.iter().find(|row| &row[12] == "subnets").unwrap();
        let expected = [
            "result",
            "dms-subnet-group-tagged",
            "LOW",
            "NON_COMPLIANT",
            "false",
            "UNTAGGED: no user-defined tags",
            "",
            "add-tags-to-resource",
            "",
            "UNTAGGED: no user-defined tags; subnet group subnets. Fix: add-tags-to-resource.",
            "AWS::DMS::ReplicationSubnetGroup",
            "arn:aws:dms:eu-west-1:123456789012:rep:SUBNETS",
            "subnets",
            "arn:aws:dms:eu-west-1:123456789012:rep:SUBNETS",
            "123456789012",
            "eu-west-1",
            "123456789012 eu-west-1",
            "AWS DMS, live",
            "",
            "",
            "2026-09-30T21:15:00.250Z",
            "Security Hub DMS.5",
            "c905ffc1e3ad4d7d157aeb9a89b39b4525542df2f1b3ef5d9a23713163e90d8e",
            "",
            "",
            "false",
            "orders-prod",
            concat!(
                "aws dms describe-replication-subnet-groups --region eu-west-1\n",
                "aws dms list-tags-for-resource --resource-arn arn:aws:dms:eu-west-1:123456789012:rep:SUBNETS ",
                "--region eu-west-1",
            ),
            "dms-rule rules dms-subnet-group-tagged",
            "",
            "",
        ];
        assert_eq!(subnets, expected.as_slice());
        let failures: Vec<_> = rows.iter().filter(|row| &row[0] == "failure").collect();
        assert_eq!(failures.len(), 4);
        assert_eq!(
            failures[1],
            [
                "failure",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "123456789012",
                "us-east-1",
                "123456789012 us-east-1",
                "",
                "",
                "",
                "",
                "",
                "",
                "Denied",
                "dms:DescribeEndpoints is denied to role/audit; allow it",
                "",
                "",
                "",
                "",
                "",
                "",
            ]
            .as_slice()
        );
    }

    #[test]
    fn the_header_and_the_line_ends_do_not_change() {
        let header: &[u8] = b"record,rule,severity,complianceType,unknown,reason,evidence,fix,exemption,annotation,\
            resourceType,resourceId,resourceName,arn,accountId,region,source,sourceKind,line,column,recordedAt,\
            requirements,id,failureKind,message,exempt,accountName,commands,page,exceptionOwner,change\r\nrun,";
        assert!(written().starts_with(header));
        assert!(written().ends_with(b"\r\n"));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
        }
        let rows = rows();
        assert!(rows.iter().any(|row| row[12].starts_with("'=cmd|' /C \"x\"',\n<script>")));
        assert!(rows.iter().any(|row| row[24].starts_with("'+unexpected")));
    }
}
