//! The report as CSV (RFC 4180, UTF-8, a header, lines that end with CR LF): a row a result, and one a failure.
//!
//! The column `record` is `result` or `failure`; what a row has no value for is empty. Lists stand in one cell,
//! separated by `; `.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula, and names come
//! from whoever may create a resource. Such a cell gets an apostrophe in front, which a spreadsheet takes for "this is
//! text". Who reads the file otherwise, and needs names to the letter, reads the [JSON](crate::json).

use std::io;

use ::csv::{Terminator, WriterBuilder};

use crate::{Failure, Judged, Report, fingerprint, words};

/// The header.
pub const COLUMNS: [&str; 25] = [
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
];

/// Writes the header and the rows.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    rows.write_record(COLUMNS)?;
    for judged in &report.judged {
        rows.write_record(result(judged).map(|cell| harmless(&cell)))?;
    }
    for failure in &report.failures {
        rows.write_record(self::failure(failure).map(|cell| harmless(&cell)))?;
    }
    rows.flush()
}

fn result(judged: &Judged) -> [String; COLUMNS.len()] {
    let (resource, source) = (&judged.resource, &judged.source);
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        "result".to_owned(),
        judged.rule.identifier.to_owned(),
        judged.severity().as_str().to_owned(),
        judged.compliance_type().as_str().to_owned(),
        judged.is_unknown().to_string(),
        judged.reason().to_owned(),
        judged.evidence().join("; "),
        judged.fix().unwrap_or_default(),
        judged.exemption().unwrap_or_default(),
        judged.verdict.annotation().to_string(),
        resource.resource_type.clone(),
        resource.id.clone(),
        resource.name.clone(),
        optional(&resource.arn),
        optional(&resource.account_id),
        optional(&resource.region),
        source.name.clone(),
        source.kind.to_owned(),
        source.position.map(|position| position.line.to_string()).unwrap_or_default(),
        source.position.map(|position| position.column.to_string()).unwrap_or_default(),
        source.recorded_at.map(words::time).unwrap_or_default(),
        words::requirements(judged.rule.requirements).join("; "),
        fingerprint::of(judged),
        String::new(),
        String::new(),
    ]
}

fn failure(failure: &Failure) -> [String; COLUMNS.len()] {
    COLUMNS.map(|column| match column {
        "record" => "failure".to_owned(),
        "accountId" => failure.account_id.clone().unwrap_or_default(),
        "region" => failure.region.clone().unwrap_or_default(),
        "source" => failure.source.clone(),
        "failureKind" => failure.kind.as_str().to_owned(),
        "message" => failure.message.clone(),
        _ => String::new(),
    })
}

fn harmless(cell: &str) -> String {
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
    fn a_result_and_a_failure_are_a_row_each() {
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
            "add-tags-to-resource.",
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
            ]
            .as_slice()
        );
    }

    #[test]
    fn the_header_and_the_ends_of_lines_do_not_change() {
        let header: &[u8] = b"record,rule,severity,complianceType,unknown,reason,evidence,fix,exemption,annotation,\
            resourceType,resourceId,resourceName,arn,accountId,region,source,sourceKind,line,column,recordedAt,\
            requirements,id,failureKind,message\r\nresult,";
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
