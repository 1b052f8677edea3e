//! Many events through one process: its memory, descriptors and latency at the end are those of its beginning.

use std::io::Write as _;
use std::ops::Range;
use std::process::ExitCode;
use std::time::Instant;

use local_aws::{Fault, FaultKind, Outcome, TimedOutcome};

use crate::error::Error;
use crate::figures::{float, milliseconds, percentile};
use crate::process::{descriptors, memory};
use crate::programs;
use crate::start::{CHANGE, Program, Run, invocation};

/// The parts of a run after each of which the process is measured.
const PARTS: usize = 20;
/// The events between two with a fault.
const FAULT_EVERY: usize = 1000;
/// The resources that the events are about, in turn.
const RESOURCES: usize = 10_000;
/// The end of the ARN in the event.
const ID: &str = "EXAMPLEORDERSMIGRATION0001";
/// The most that the memory and the latency may have grown since the first part, as a ratio.
const GROWTH: f64 = 1.25;
/// The most descriptors that there may be more.
const DESCRIPTORS: usize = 2;

/// The faults of calls, in turn, and true for one that fails the invocation.
const FAULTS: [(FaultKind, bool); 6] = [
    (FaultKind::Throttle, false),
    (FaultKind::ServerError, false),
    (FaultKind::DropConnection, false),
    (FaultKind::CutShort, false),
    (FaultKind::Garbage, true),
    (FaultKind::Denied, true),
];

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each event is the change of another of 10,000 public instances, over TLS. The call of every thousandth event fails once: by
throttling, an error of the server, a connection that closes, a body that is cut short or no JSON, and a denial.

Examples:
  cargo run --release --locked -p bench -- soak
  cargo run --release --locked -p bench -- soak --events 20000

Exit codes: 0 as at the beginning; 1 more memory, more descriptors, slower, or a wrong outcome; 2 could not measure.")]
pub(crate) struct Arguments {
    /// Events, in twenty parts
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(20_000..=100_000_000))]
    events: u32,
}

/// The process after a part: memory in KiB, times of its events in milliseconds.
struct Sample {
    memory: usize,
    descriptors: usize,
    median: f64,
    p99: f64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let program = Program {
        name: "ours",
        executable: programs::build_function(package::Profile::Function)?,
        args: Vec::new(),
        reads_system_roots: false,
        calls_aws: true,
    };
    let mut run = Run::new(&program, true, None)?;
    run.wait_for_poll(1)?;
    let size = usize::try_from(arguments.events)?.div_ceil(PARTS);
    let began = Instant::now();
    let mut out = anstream::stdout().lock();
    writeln!(out, "   events  memory KiB  descriptors  p50 ms  p99 ms")?;
    let (mut samples, mut failed) = (Vec::new(), 0);
    for number in 1..=PARTS {
        let sample = part(&run, (number - 1) * size..number * size, &mut failed)?;
        let Sample { memory, descriptors, median, p99 } = &sample;
        writeln!(out, "{:>9}  {memory:>10}  {descriptors:>11}  {median:>6.3}  {p99:>6.3}", number * size)?;
        samples.push(sample);
    }
    let seconds = began.elapsed().as_secs_f64();
    writeln!(out, "{failed} invocations failed, all with a fault that fails one; {seconds:.0} s")?;
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Err("no part was measured".into());
    };
    let memory = float(last.memory) / float(first.memory);
    let latency = last.median / first.median;
    let descriptors = last.descriptors.saturating_sub(first.descriptors);
    writeln!(
        out,
        "the last part beside the first: memory {memory:.3}, p50 {latency:.3}, {descriptors} more descriptors"
    )?;
    let is_same = memory <= GROWTH && latency <= GROWTH && descriptors <= DESCRIPTORS;
    Ok(ExitCode::from(u8::from(!is_same)))
}

/// Sends the events of a part, and measures the process.
fn part(run: &Run, events: Range<usize>, failed: &mut usize) -> Result<Sample, Error> {
    let mut times = Vec::with_capacity(events.len());
    for event in events {
        let fault = fault(event);
        if let Some((kind, _)) = fault {
            run.aws.inject(Fault { times: Some(1), ..Fault::always("PutEvaluations", kind.clone()) });
        }
        let id = format!("SOAK{:022}", event % RESOURCES);
        let TimedOutcome { outcome, duration } = run.aws.invoke_timed(&invocation(&CHANGE.replace(ID, &id)));
        let accepted = run.aws.accepted();
        // The fault of a call that takes effect before its response is lost may make it twice.
        let is_evaluated = !accepted.is_empty()
            && accepted.iter().all(|one| {
                one.result.resource_id.ends_with(&id) && one.result.compliance_type == "NON_COMPLIANT"
            });
        let is_right = match &outcome {
            Outcome::Succeeded(_) => is_evaluated,
            Outcome::Failed { .. } => fault.is_some_and(|(_, fails)| *fails) && accepted.is_empty(),
            Outcome::TimedOut => false,
        };
        if !is_right {
            return Err(run.error(&format!("responded to event {event} with {outcome:?}, and {accepted:?}")));
        }
        *failed += usize::from(matches!(outcome, Outcome::Failed { .. }));
        if fault.is_some() {
            run.aws.clear_faults();
        } else {
            times.extend(duration.map(milliseconds));
        }
        run.aws.clear_calls();
    }
    times.sort_by(f64::total_cmp);
    let id = run.function.process_id();
    let time = |percent| percentile(&times, percent).ok_or("no event of a part was timed");
    Ok(Sample {
        memory: memory(id).ok_or("its memory could not be read")?,
        descriptors: descriptors(id).ok_or("its descriptors could not be read")?,
        median: time(50)?,
        p99: time(99)?,
    })
}

/// Returns the fault of the event's call; `None` for most.
fn fault(event: usize) -> Option<&'static (FaultKind, bool)> {
    let number = event + 1;
    if !number.is_multiple_of(FAULT_EVERY) {
        return None;
    }
    FAULTS.get(number / FAULT_EVERY % FAULTS.len())
}
