//! Time and memory of `dms-rule check` by the number of items in a snapshot.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::Error;
use crate::figures::{Figure, float, milliseconds};
use crate::process::peak_memory;

/// The number of items of which one is of DMS.
const ITEMS_PER_DMS_ITEM: usize = 10;

const CHECK_MAXIMUM: Duration = Duration::from_mins(5);

/// Checks of a snapshot of `items` items.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Growth {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
    pub(crate) milliseconds: Figure,
    pub(crate) peak_memory_mib: f64,
}

/// Returns 100, 1,000 and so on, up to `items`.
pub(crate) fn steps(items: usize) -> Vec<usize> {
    std::iter::successors(Some(100), |step| Some(step * 10)).take_while(|step| *step <= items).collect()
}

pub(crate) fn run(program: &Path, items: usize, runs: usize) -> Result<Growth, Error> {
    let file = snapshot(items)?;
    let bytes = usize::try_from(file.path().metadata()?.len())?;
    let mut peak = 0;
    let mut times = Vec::new();
    for _ in 0..runs {
        let began = Instant::now();
        let mut child = Command::new(program)
            .args(["check", "--rule", "dms-replication-not-public", "--fail-on", "never"])
            .arg(file.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            peak = peak.max(peak_memory(child.id()).unwrap_or_default());
            if began.elapsed() > CHECK_MAXIMUM {
                child.kill()?;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        if !status.success() {
            return Err(format!("dms-rule check of {items} items ended with {status}").into());
        }
        times.push(milliseconds(began.elapsed()));
    }
    let milliseconds = Figure::from_values(times).ok_or("no check was made")?;
    Ok(Growth { items, bytes, milliseconds, peak_memory_mib: float(peak) / 1024.0 })
}

fn snapshot(items: usize) -> Result<tempfile::NamedTempFile, Error> {
    let file = tempfile::Builder::new().prefix("snapshot-").suffix(".json").tempfile()?;
    let mut out = BufWriter::new(&file);
    write!(out, "{{\"fileVersion\":\"1.0\",\"configSnapshotId\":\"0\",\"configurationItems\":[")?;
    for number in 0..items {
        let comma = if number == 0 { "" } else { "," };
        let (kind, id, configuration) = if number % ITEMS_PER_DMS_ITEM == 0 {
            let arn = format!("arn:aws:dms:us-east-1:123456789012:rep:FLEET{number:07}");
            let configuration = format!(
                "{{\"ReplicationInstanceIdentifier\":\"orders-{number}\",\"PubliclyAccessible\":{},\"MultiAZ\":false,\"EngineVersion\":\"3.5.4\",\"ReplicationInstancePrivateIpAddresses\":\"10.0.1.20\"}}",
                number % 20 == 0
            );
            ("AWS::DMS::ReplicationInstance", arn, configuration)
        } else {
            let id = format!("sg-{number:017x}");
            let configuration = format!(
                "{{\"groupId\":\"{id}\",\"ipPermissions\":[{{\"fromPort\":443,\"ipProtocol\":\"tcp\",\"ipRanges\":[\"10.0.0.0/8\"],\"toPort\":443}}],\"ipPermissionsEgress\":[],\"vpcId\":\"vpc-0123456789abcdef0\"}}"
            );
            ("AWS::EC2::SecurityGroup", id, configuration)
        };
        write!(
            out,
            "{comma}{{\"relatedEvents\":[],\"relationships\":[{{\"resourceId\":\"vpc-0123456789abcdef0\",\"resourceType\":\"AWS::EC2::VPC\",\"name\":\"Is contained in Vpc\"}}],\"configuration\":{configuration},\"supplementaryConfiguration\":{{}},\"tags\":{{\"team\":\"orders\"}},\"configurationItemVersion\":\"1.3\",\"configurationItemCaptureTime\":\"2026-10-01T15:03:11.636Z\",\"configurationStateId\":1790866991636,\"awsAccountId\":\"123456789012\",\"configurationItemStatus\":\"OK\",\"resourceType\":\"{kind}\",\"resourceId\":\"{id}\",\"awsRegion\":\"us-east-1\"}}"
        )?;
    }
    write!(out, "]}}")?;
    out.flush()?;
    drop(out);
    Ok(file)
}
