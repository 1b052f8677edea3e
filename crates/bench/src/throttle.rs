//! A limit to the share of a CPU that a function of 128 MB gets.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use local_aws::FunctionSpec;
use rustix::process::{Pid, Signal, kill_process};

/// 7.2 % of a CPU: Lambda gives a full one at 1,769 MB
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>).
const QUOTA: Duration = Duration::from_micros(1440);
const PERIOD: Duration = Duration::from_millis(20);

/// A means of the kernel that limits the share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    CgroupV2,
    CgroupV1,
    StopAndContinue,
}

impl Method {
    /// Returns the first method that works on this machine.
    pub(crate) fn find() -> Self {
        [Self::CgroupV2, Self::CgroupV1]
            .into_iter()
            .find(|method| Group::new(*method).is_some())
            .unwrap_or(Self::StopAndContinue)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::CgroupV2 => "cgroup v2, cpu.max 1440 20000",
            Self::CgroupV1 => "cgroup v1, cpu.cfs_quota_us 1440 of 20000",
            Self::StopAndContinue => "SIGSTOP and SIGCONT, 1.44 ms in 20 ms",
        }
    }
}

/// A control group that is removed when dropped.
#[derive(Debug)]
pub(crate) struct Group {
    folder: PathBuf,
}

impl Group {
    pub(crate) fn new(method: Method) -> Option<Self> {
        let parents: &[&str] = match method {
            Method::CgroupV2 => &["/sys/fs/cgroup", "/sys/fs/cgroup/unified"],
            Method::CgroupV1 => &["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"],
            Method::StopAndContinue => &[],
        };
        parents.iter().find_map(|parent| {
            let folder = Path::new(parent).join(format!("bench-{}", std::process::id()));
            fs::create_dir(&folder).ok()?;
            let group = Self { folder };
            let (quota, period) = (QUOTA.as_micros(), PERIOD.as_micros());
            if method == Method::CgroupV2 {
                group.write("cpu.max", &format!("{quota} {period}"))?;
            } else {
                group.write("cpu.cfs_period_us", &period.to_string())?;
                group.write("cpu.cfs_quota_us", &quota.to_string())?;
            }
            Some(group)
        })
    }

    fn write(&self, file: &str, text: &str) -> Option<()> {
        let path = self.folder.join(file);
        if path.exists() { fs::write(path, text).ok() } else { None }
    }

    /// Returns a specification of the same program, started by a shell that enters the group first.
    pub(crate) fn within(&self, spec: FunctionSpec) -> FunctionSpec {
        let mut args = vec!["-c".to_owned(), "echo $$ > \"$0\" && exec \"$@\"".to_owned()];
        args.push(self.folder.join("cgroup.procs").display().to_string());
        args.push(spec.program.display().to_string());
        args.extend(spec.args);
        FunctionSpec { program: "/bin/sh".into(), args, ..spec }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A killed process leaves its group a moment later.
        for _ in 0..100 {
            if fs::remove_dir(&self.folder).is_ok() || !self.folder.exists() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A thread that stops and continues a process until dropped.
#[derive(Debug)]
pub(crate) struct DutyCycle {
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl DutyCycle {
    pub(crate) fn start(id: u32) -> Self {
        let end = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) else { return };
            while !ended.load(Ordering::Relaxed) && kill_process(id, Signal::STOP).is_ok() {
                std::thread::sleep(PERIOD.saturating_sub(QUOTA));
                if kill_process(id, Signal::CONT).is_err() {
                    break;
                }
                std::thread::sleep(QUOTA);
            }
        });
        Self { end, thread: Some(thread) }
    }
}

impl Drop for DutyCycle {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // the thread returns nothing
        }
    }
}
