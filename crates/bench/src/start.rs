//! One start of a program under the loopback runtime: to its first poll, its first event, and many more.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use local_aws::{Function, FunctionSpec, Invocation, LocalAws, Outcome, TimedOutcome};
use serde_json::Value;

use crate::Failure;
use crate::figures::milliseconds;
use crate::process::{peak_memory, settled_cpu};
use crate::throttle::{DutyCycle, Group, Method};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const RULE: &str = "dms-replication-not-public";
pub(crate) const TOKEN: &str = "SAMPLE-RESULT-TOKEN";
pub(crate) const CHANGE: &str = include_str!("../../../tests/events/change-public.json");

/// A start under the smallest share of a CPU may take this long.
const START_MAXIMUM: Duration = Duration::from_mins(1);

/// What bundles of roots are called, in the order in which they are looked for.
const BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// A program that is measured.
#[derive(Clone, Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
    /// It reads all the roots of the system, as it would at AWS; ours has those that it needs in it.
    pub(crate) reads_system_roots: bool,
    /// It says something to AWS.
    pub(crate) calls_aws: bool,
}

/// What one start gave; times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) init_cpu: f64,
    pub(crate) init_wall: f64,
    pub(crate) init_and_first_cpu: f64,
    pub(crate) first_wall: f64,
    pub(crate) peak_memory: usize,
}

/// What the events after the first gave.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    pub(crate) walls: Vec<f64>,
    pub(crate) cpu: f64,
    pub(crate) calls: usize,
    pub(crate) connections: usize,
}

/// A function and its AWS.
struct Started {
    aws: LocalAws,
    function: Function,
    /// Files that it reads.
    _roots: Option<tempfile::NamedTempFile>,
    _cycle: Option<DutyCycle>,
    _group: Option<Group>,
    began: Instant,
}

impl Started {
    fn new(contestant: &Contestant, tls: bool, throttle: Option<Method>) -> Result<Self, Failure> {
        let aws = if tls { LocalAws::start_tls()? } else { LocalAws::start()? };
        aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
        let roots = match aws.ca_file() {
            Some(ca_file) if contestant.reads_system_roots => Some(system_roots(ca_file)?),
            _ => None,
        };
        let env =
            |name: &str, file: &tempfile::NamedTempFile| (name.to_owned(), file.path().display().to_string());
        let mut spec = FunctionSpec {
            program: contestant.program.clone(),
            args: contestant.args.clone(),
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
        let cycle = (throttle == Some(Method::StopAndContinue)).then(|| DutyCycle::of(function.process_id()));
        Ok(Self { aws, function, _roots: roots, _cycle: cycle, _group: group, began })
    }

    /// Until it asks for its next event, of that number; milliseconds since it was started.
    fn polled(&mut self, number: usize) -> Result<f64, Failure> {
        let deadline = Instant::now() + START_MAXIMUM;
        while Instant::now() < deadline {
            if let Some(at) = self.aws.wait_for_poll(number, Duration::from_millis(100)) {
                return Ok(milliseconds(at.duration_since(self.began)));
            }
            if !self.function.is_running() {
                break;
            }
        }
        Err(self.failure("did not ask for an event"))
    }

    fn invoke(&mut self, event: &str) -> Result<f64, Failure> {
        let TimedOutcome { outcome, duration } = self.aws.invoke_timed(&invocation(event));
        match (outcome, duration) {
            (Outcome::Succeeded(_), Some(duration)) => Ok(milliseconds(duration)),
            (outcome, _) => Err(self.failure(&format!("answered {outcome:?}"))),
        }
    }

    fn failure(&self, what: &str) -> Failure {
        let said = [self.function.stdout(), self.function.stderr()].concat();
        let from = said.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
        format!("it {what}. It wrote:\n{}", said.get(from..).unwrap_or_default()).into()
    }
}

pub(crate) fn invocation(event: &str) -> Invocation {
    Invocation {
        payload: event.to_owned(),
        timeout: START_MAXIMUM,
        function_arn: Some(format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:dms-rule")),
    }
}

/// The system's roots, and one more.
fn system_roots(ca_file: &Path) -> Result<tempfile::NamedTempFile, Failure> {
    let mut roots = BUNDLES.iter().find_map(|path| std::fs::read(path).ok()).unwrap_or_default();
    roots.extend(std::fs::read(ca_file)?);
    let file = tempfile::Builder::new().suffix(".pem").tempfile()?;
    std::fs::write(file.path(), roots)?;
    Ok(file)
}

fn named(contestant: &Contestant) -> impl Fn(Failure) -> Failure {
    let name = contestant.name;
    move |error| format!("{name}: {error}").into()
}

/// Starts it once, and gives it one event and `warm` more.
pub(crate) fn measure(contestant: &Contestant, tls: bool, warm: usize) -> Result<(Start, Warm), Failure> {
    measured(contestant, tls, warm).map_err(named(contestant))
}

fn measured(contestant: &Contestant, tls: bool, warm: usize) -> Result<(Start, Warm), Failure> {
    let mut started = Started::new(contestant, tls && contestant.calls_aws, None)?;
    let id = started.function.process_id();
    let init_wall = started.polled(1)?;
    let init_cpu = milliseconds(settled_cpu(id));
    let first_wall = started.invoke(CHANGE)?;
    started.polled(2)?;
    let init_and_first_cpu = milliseconds(settled_cpu(id));
    started.aws.clear_calls();
    let mut walls = Vec::with_capacity(warm);
    for _ in 0..warm {
        walls.push(started.invoke(CHANGE)?);
    }
    started.polled(warm + 2)?;
    let cpu = milliseconds(settled_cpu(id)) - init_and_first_cpu;
    let peak_memory = peak_memory(id).ok_or("its memory could not be read")?;
    let calls = started.aws.calls();
    let expected: Value = serde_json::from_str(CHANGE)?;
    let puts_all = calls.iter().all(|call| call.request.get("ResultToken") == expected.get("resultToken"));
    if contestant.calls_aws && !(calls.len() == warm && puts_all) {
        return Err(started.failure(&format!("made {} calls for {warm} events", calls.len())));
    }
    let connections: HashSet<u64> = calls.iter().map(|call| call.connection).collect();
    let start = Start { init_cpu, init_wall, init_and_first_cpu, first_wall, peak_memory };
    Ok((start, Warm { walls, cpu, calls: calls.len(), connections: connections.len() }))
}

/// Init and the first event over TLS with a small share of a CPU.
pub(crate) fn throttled(contestant: &Contestant, method: Method) -> Result<(f64, f64), Failure> {
    let run = || {
        let mut started = Started::new(contestant, contestant.calls_aws, Some(method))?;
        let init = started.polled(1)?;
        // So that the first event does not profit from what init left over of its share.
        std::thread::sleep(Duration::from_millis(100));
        Ok((init, started.invoke(CHANGE)?))
    };
    run().map_err(named(contestant))
}
