//! Measures how fast a large snapshot is checked, and with how much memory, beside other ways to read the same
//! bytes in the same run. `cargo bench -p dms-rule --bench check -- 1000` for 1,000 MB.

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]
#![expect(clippy::indexing_slicing, reason = "a list of a known length")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run stops with the error")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Runs of each way; the median is printed.
const RUNS: usize = 3;

fn main() {
    let megabytes = std::env::args().find_map(|text| text.parse::<u64>().ok()).unwrap_or(200);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("snapshot-{megabytes}.json"));
    let gzip = folder.join(format!("snapshot-{megabytes}.json.gz"));
    if !gzip.exists() {
        let example =
            PathBuf::from(env!("CARGO_BIN_EXE_dms-rule")).with_file_name("examples").join("snapshot");
        let out = File::create(&file).unwrap();
        let status = Command::new(&example).arg(megabytes.to_string()).stdout(out).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "build it first: cargo build --release -p dms-rule --example snapshot"
        );
        let mut encoder =
            flate2::write::GzEncoder::new(File::create(&gzip).unwrap(), flate2::Compression::fast());
        std::io::copy(&mut File::open(&file).unwrap(), &mut encoder).unwrap();
        encoder.finish().unwrap().flush().unwrap();
    }
    let bytes = file.metadata().unwrap().len();
    println!("{} MB of JSON, {} MB as gzip", bytes / 1_000_000, gzip.metadata().unwrap().len() / 1_000_000);
    println!("{:44} {:>8} {:>8} {:>10}", "", "MB/s", "min s", "peak MiB");
    show("read only", bytes, || (timed(|| read_only(&file)), 0));
    show("serde_json, typed, from a reader", bytes, || (timed(|| typed_reader(&file)), 0));
    show("serde_json, typed, all in memory", bytes, || (timed(|| typed_slice(&file)), 0));
    show("dms-rule check", bytes, || check(&file));
    show("gunzip only", bytes, || (timed(|| gunzip(&gzip)), 0));
    show("dms-rule check, gzip", bytes, || check(&gzip));
}

fn show(name: &str, bytes: u64, mut run: impl FnMut() -> (Duration, u64)) {
    let mut runs: Vec<(Duration, u64)> = (0..RUNS).map(|_| run()).collect();
    runs.sort();
    let (median, peak) = runs[RUNS / 2];
    let peak = if peak == 0 { String::new() } else { (peak / 1024).to_string() };
    let speed = bytes as f64 / 1e6 / median.as_secs_f64();
    println!("{name:44} {speed:8.0} {:8.2} {peak:>10}", runs[0].0.as_secs_f64());
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn read_only(file: &Path) {
    let mut reader = File::open(file).unwrap();
    let mut buffer = vec![0; 1 << 20];
    while reader.read(&mut buffer).unwrap() > 0 {}
}

fn gunzip(file: &Path) {
    let mut reader =
        flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, File::open(file).unwrap()));
    let mut buffer = vec![0; 1 << 18];
    while reader.read(&mut buffer).unwrap() > 0 {}
}

/// Runs the built program. Returns its time, and its peak memory as the kernel reports it.
fn check(file: &Path) -> (Duration, u64) {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dms-rule"))
        .args(["check", "--rule", "dms-replication-not-public", "--fail-on", "never"])
        .arg(file)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success());
    (began.elapsed(), peak)
}

/// The members that a plain, typed reader of the same items would keep.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    resource_type: String,
    #[expect(dead_code, reason = "it is parsed, as a rule would need it")]
    resource_id: String,
    configuration: Configuration,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    publicly_accessible: Option<bool>,
}

fn typed_reader(file: &Path) {
    let reader = BufReader::with_capacity(1 << 18, File::open(file).unwrap());
    let count = Items.deserialize(&mut serde_json::Deserializer::from_reader(reader)).unwrap();
    assert!(count > 0);
}

fn typed_slice(file: &Path) {
    let bytes = std::fs::read(file).unwrap();
    let count = Items.deserialize(&mut serde_json::Deserializer::from_slice(&bytes)).unwrap();
    assert!(count > 0);
}

/// Counts public instances, item by item.
struct Items;

impl<'de> DeserializeSeed<'de> for Items {
    type Value = usize;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = usize;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a snapshot")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut count = 0;
        while let Some(name) = map.next_key::<String>()? {
            if name == "configurationItems" {
                count += map.next_value_seed(Items)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(count)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<usize, A::Error> {
        let mut count = 0;
        while let Some(item) = list.next_element::<Item>()? {
            let is_instance = item.resource_type == "AWS::DMS::ReplicationInstance";
            count += usize::from(is_instance && item.configuration.publicly_accessible == Some(true));
        }
        Ok(count)
    }
}
