//! One start of a program with a local Runtime API and AWS: up to its first poll, its first event, and more events.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use local_aws::{Function, FunctionSpec, Invocation, LocalAws, Outcome, TimedOutcome};
use serde_json::Value;

use crate::error::Error;
use crate::figures::milliseconds;
use crate::process::{peak_memory, settled_cpu};
use crate::throttle::{DutyCycle, Group, Method};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const RULE: &str = "dms-replication-not-public";
pub(crate) const TOKEN: &str = "SAMPLE-RESULT-TOKEN";
pub(crate) const CHANGE: &str = include_str!("../../../tests/events/change-public.json");

/// The most time for a start with the smallest share of a CPU.
const START_MAXIMUM: Duration = Duration::from_mins(1);

/// Files with the roots of the system, by distribution. The first that exists counts.
const BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// A program that is measured.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) executable: PathBuf,
    pub(crate) args: Vec<String>,
    /// True if it reads all roots of the system, as it would at AWS. The function has those that it needs built in.
    pub(crate) reads_system_roots: bool,
    /// True if it calls AWS for each event.
    pub(crate) calls_aws: bool,
}

/// The figures of one start: times in milliseconds, memory in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) init_cpu: f64,
    pub(crate) init_wall: f64,
    pub(crate) init_and_first_cpu: f64,
    pub(crate) first_wall: f64,
    pub(crate) peak_memory: usize,
}

/// The figures of the events after the first: times in milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    pub(crate) walls: Vec<f64>,
    pub(crate) cpu: f64,
    pub(crate) calls: usize,
    pub(crate) connections: usize,
}

/// A running program and its AWS.
pub(crate) struct Run {
    pub(crate) aws: LocalAws,
    pub(crate) function: Function,
    /// The file of roots that it reads.
    _roots: Option<tempfile::NamedTempFile>,
    _cycle: Option<DutyCycle>,
    _group: Option<Group>,
    began: Instant,
}

impl Run {
    /// Starts a program and its AWS.
    pub(crate) fn new(program: &Program, tls: bool, throttle: Option<Method>) -> Result<Self, Error> {
        let aws = if tls { LocalAws::start_tls()? } else { LocalAws::start()? };
        aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
        let roots = match aws.ca_file() {
            Some(ca_file) if program.reads_system_roots => Some(system_roots(ca_file)?),
            _ => None,
        };
        let env =
            |name: &str, file: &tempfile::NamedTempFile| (name.to_owned(), file.path().display().to_string());
        let mut spec = FunctionSpec {
            program: program.executable.clone(),
            args: program.args.clone(),
            env: roots
                .iter()
                .flat_map(|file| [env("AWS_CA_BUNDLE", file), env("SSL_CERT_FILE", file)])
                .collect(),
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
        };
        let group = throttle.and_then(Group::new);
        if let Some(group) = &group {
            spec = group.within(spec);
        }
        let began = Instant::now();
        let function = Function::spawn(&aws, spec)?;
        let cycle =
            (throttle == Some(Method::StopAndContinue)).then(|| DutyCycle::start(function.process_id()));
        Ok(Self { aws, function, _roots: roots, _cycle: cycle, _group: group, began })
    }

    /// Waits for a poll, the first of which has number 1. Returns the milliseconds since the start.
    pub(crate) fn wait_for_poll(&mut self, number: usize) -> Result<f64, Error> {
        let deadline = Instant::now() + START_MAXIMUM;
        while Instant::now() < deadline {
            if let Some(at) = self.aws.wait_for_poll(number, Duration::from_millis(100)) {
                return Ok(milliseconds(at.duration_since(self.began)));
            }
            if !self.function.is_running() {
                break;
            }
        }
        Err(self.error("did not poll for an event"))
    }

    fn invoke(&mut self, event: &str) -> Result<f64, Error> {
        let TimedOutcome { outcome, duration } = self.aws.invoke_timed(&invocation(event));
        match (outcome, duration) {
            (Outcome::Succeeded(_), Some(duration)) => Ok(milliseconds(duration)),
            (outcome, _) => Err(self.error(&format!("responded with {outcome:?}"))),
        }
    }

    pub(crate) fn error(&self, problem: &str) -> Error {
        let output = [self.function.stdout(), self.function.stderr()].concat();
        let from = output.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
        format!("it {problem}. Its output ends with:\n{}", output.get(from..).unwrap_or_default()).into()
    }
}

pub(crate) fn invocation(event: &str) -> Invocation {
    Invocation {
        payload: event.to_owned(),
        timeout: START_MAXIMUM,
        function_arn: Some(format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:dms-rule")),
    }
}

/// Writes the roots of the system and one more to a file.
fn system_roots(ca_file: &Path) -> Result<tempfile::NamedTempFile, Error> {
    let mut roots = BUNDLES.iter().find_map(|path| std::fs::read(path).ok()).unwrap_or_default();
    roots.extend(std::fs::read(ca_file)?);
    let file = tempfile::Builder::new().suffix(".pem").tempfile()?;
    std::fs::write(file.path(), roots)?;
    Ok(file)
}

/// Adds the name of the program to an error.
fn named(program: &Program) -> impl Fn(Error) -> Error {
    let name = program.name;
    move |error| format!("{name}: {error}").into()
}

/// Starts a program once, and sends it one event and `warm` more.
pub(crate) fn measure(program: &Program, tls: bool, warm: usize) -> Result<(Start, Warm), Error> {
    run(program, tls, warm).map_err(named(program))
}

fn run(program: &Program, tls: bool, warm: usize) -> Result<(Start, Warm), Error> {
    let mut run = Run::new(program, tls && program.calls_aws, None)?;
    let id = run.function.process_id();
    let init_wall = run.wait_for_poll(1)?;
    let init_cpu = milliseconds(settled_cpu(id));
    let first_wall = run.invoke(CHANGE)?;
    run.wait_for_poll(2)?;
    let init_and_first_cpu = milliseconds(settled_cpu(id));
    run.aws.clear_calls();
    let mut walls = Vec::with_capacity(warm);
    for _ in 0..warm {
        walls.push(run.invoke(CHANGE)?);
    }
    run.wait_for_poll(warm + 2)?;
    let cpu = milliseconds(settled_cpu(id)) - init_and_first_cpu;
    let peak_memory = peak_memory(id).ok_or("its memory could not be read")?;
    let calls = run.aws.calls();
    let expected: Value = serde_json::from_str(CHANGE)?;
    let submits_all = calls.iter().all(|call| call.request.get("ResultToken") == expected.get("resultToken"));
    if program.calls_aws && !(calls.len() == warm && submits_all) {
        return Err(run.error(&format!("made {} calls for {warm} events", calls.len())));
    }
    let connections: HashSet<u64> = calls.iter().map(|call| call.connection).collect();
    let start = Start { init_cpu, init_wall, init_and_first_cpu, first_wall, peak_memory };
    Ok((start, Warm { walls, cpu, calls: calls.len(), connections: connections.len() }))
}

/// Returns the milliseconds of init and of the first event over TLS, with a small share of a CPU.
pub(crate) fn measure_throttled(program: &Program, method: Method) -> Result<(f64, f64), Error> {
    let measure = || {
        let mut run = Run::new(program, program.calls_aws, Some(method))?;
        let init = run.wait_for_poll(1)?;
        // The first event must not use what init has left over of its share.
        std::thread::sleep(Duration::from_millis(100));
        Ok((init, run.invoke(CHANGE)?))
    };
    measure().map_err(named(program))
}
