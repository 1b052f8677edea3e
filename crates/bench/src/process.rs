//! CPU time and memory of a process, from `/proc` (<https://man7.org/linux/man-pages/man5/proc.5.html>).

use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The most time that a process may run on after its poll for the next event.
const SETTLED_MAXIMUM: Duration = Duration::from_secs(2);

/// Returns the time that the living threads of a process were on a CPU.
fn cpu(id: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let on_cpu = |folder: PathBuf| {
        let text = std::fs::read_to_string(folder.join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(threads.filter_map(|thread| on_cpu(thread.path())).sum())
}

/// Returns the CPU time of a process once it sleeps: after its poll it may still run for a moment.
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

/// Returns true if no thread of a process runs or waits for a CPU.
fn sleeps(id: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("stat")).ok()).all(|stat| {
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('S') || rest.starts_with('I'))
    })
}

/// Returns the peak memory of a process in KiB. `None` if the process has ended.
pub(crate) fn peak_memory(id: u32) -> Option<usize> {
    status(id, "VmHWM:")
}

/// Returns the memory of a process that is in RAM, in KiB. `None` if the process has ended.
pub(crate) fn memory(id: u32) -> Option<usize> {
    status(id, "VmRSS:")
}

/// Returns the number of open descriptors of a process. `None` if the process has ended.
pub(crate) fn descriptors(id: u32) -> Option<usize> {
    std::fs::read_dir(format!("/proc/{id}/fd")).ok().map(Iterator::count)
}

fn status(id: u32, name: &str) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
