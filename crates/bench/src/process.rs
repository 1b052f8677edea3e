//! What the kernel tells of a process.

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a process may go on after it asked for the next event.
const SETTLED_MAXIMUM: Duration = Duration::from_secs(2);

/// The time that its living threads were on a CPU.
fn cpu(id: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let on_cpu = |folder: PathBuf| {
        let text = std::fs::read_to_string(folder.join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(threads.filter_map(|thread| on_cpu(thread.path())).sum())
}

/// The same, once it sleeps: it has asked for the next event, and may still do something before it waits.
pub(crate) fn settled_cpu(id: u32) -> Duration {
    let began = Instant::now();
    let mut before = cpu(id);
    let mut same = 0;
    while same < 3 && began.elapsed() < SETTLED_MAXIMUM {
        std::thread::sleep(Duration::from_millis(1));
        let now = cpu(id);
        same = if now == before && sleeps(id) { same + 1 } else { 0 };
        before = now;
    }
    before
}

/// Whether no thread of it runs or waits for a CPU.
fn sleeps(id: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("stat")).ok()).all(|stat| {
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('S') || rest.starts_with('I'))
    })
}

/// The most memory that it ever had, in KiB.
pub(crate) fn peak_memory(id: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}
