//! Writes an AWS Config snapshot of about the given size, in megabytes: mostly items of other types, and one
//! DMS replication instance in a thousand, every second of them public.
//!
//! `cargo run --release -p dms-rule --example snapshot -- 1000 > snapshot.json`

use std::io::{self, BufWriter, Write};

/// The size of an item of another type, as AWS Config records them.
const PADDING: usize = 1200;

fn main() -> io::Result<()> {
    let megabytes: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10);
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let padding: String = ("abcdefgh\\\" ".repeat(PADDING / 11)).chars().collect();
    let mut written = 0;
    out.write_all(br#"{"fileVersion":"1.0","configSnapshotId":"00000000-0000-4000-8000-000000000000","configurationItems":["#)?;
    let mut number = 0u64;
    while written < megabytes * 1_000_000 {
        let of = number / 1000;
        let item = if number.is_multiple_of(1000) {
            let public = of.is_multiple_of(2);
            item(
                number,
                "AWS::DMS::ReplicationInstance",
                &format!("arn:aws:dms:us-east-1:123456789012:rep:R{of}"),
                &format!(r#"{{"ReplicationInstanceIdentifier":"r{of}","PubliclyAccessible":{public}}}"#),
            )
        } else {
            let id = format!("arn:aws:ec2:us-east-1:123456789012:instance/i-{number:017x}");
            item(
                number,
                "AWS::EC2::Instance",
                &id,
                &format!(r#"{{"instanceId":"i-{number:017x}","userData":"{padding}"}}"#),
            )
        };
        let item = if number == 0 { item } else { format!(",{item}") };
        out.write_all(item.as_bytes())?;
        written += item.len() as u64;
        number += 1;
    }
    out.write_all(b"]}")?;
    out.flush()
}

fn item(number: u64, resource_type: &str, id: &str, configuration: &str) -> String {
    format!(
        r#"{{"configurationItemVersion":"1.3","configurationItemCaptureTime":"2026-10-01T15:03:11.636Z","configurationStateId":{},"awsAccountId":"123456789012","configurationItemStatus":"OK","resourceType":"{resource_type}","resourceId":"{id}","ARN":"{id}","awsRegion":"us-east-1","availabilityZone":"us-east-1a","tags":{{"team":"orders","cost-center":"{number}"}},"relatedEvents":[],"relationships":[{{"resourceType":"AWS::EC2::VPC","resourceId":"vpc-{number:017x}","name":"Is contained in Vpc"}}],"configuration":{configuration},"supplementaryConfiguration":{{}}}}"#,
        1_790_866_991_636 + number
    )
}
