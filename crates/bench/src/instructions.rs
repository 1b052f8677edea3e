//! Instruction counts. From run to run they differ by 0.1 %, so that a change can be compared with committed counts.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use local_aws::{Function, FunctionSpec, LocalAws, Outcome};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

use crate::callgrind::Costs;
use crate::error::Error;
use crate::figures::float;
use crate::programs;
use crate::start::{ACCOUNT, CHANGE, REGION, RULE, TOKEN, invocation};

/// The instructions of a warm event are the difference between a run with this many events and one with that many.
const FEW: usize = 20;
const MANY: usize = 120;

/// The most time for a step of the function. Under valgrind everything is some fifty times slower.
const VALGRIND_MAXIMUM: Duration = Duration::from_mins(2);

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Counts the function as it ships. Needs valgrind (apt-get install valgrind).

Examples:
  cargo run --locked -p bench -- instructions
  cargo run --locked -p bench -- instructions --functions
  cargo run --locked -p bench -- instructions --update

Exit codes: 0 within the tolerance, or fewer, or updated; 1 more instructions than crates/bench/instructions.json allows;
2 could not count.")]
pub(crate) struct Arguments {
    /// Write the figures to crates/bench/instructions.json
    #[arg(long)]
    update: bool,
    /// List crates and functions by their instructions, of the same function built with their names
    #[arg(long)]
    functions: bool,
}

/// The committed figures, as `instructions.json` has them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Baseline {
    tolerance_percent: f64,
    instructions: Figures,
}

/// Numbers of instructions.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Figures {
    init: usize,
    init_and_first_event: usize,
    init_and_first_event_over_tls: usize,
    warm_event: usize,
}

impl Figures {
    fn rows(self) -> [(&'static str, usize); 4] {
        [
            ("init", self.init),
            ("init + first event", self.init_and_first_event),
            ("init + first event over TLS", self.init_and_first_event_over_tls),
            ("a warm event", self.warm_event),
        ]
    }
}

/// The relation of a figure to the committed one, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Within,
    Fewer,
    TooMany,
}

impl Change {
    fn new(found: usize, committed: usize, tolerance_percent: f64) -> Self {
        match percent(found, committed) {
            more if more > tolerance_percent => Self::TooMany,
            less if less < -tolerance_percent => Self::Fewer,
            _ => Self::Within,
        }
    }
}

/// Returns the difference to the committed figure in percent of it.
fn percent(found: usize, committed: usize) -> f64 {
    (float(found) / float(committed) - 1.0) * 100.0
}

fn file() -> PathBuf {
    programs::root().join("crates/bench/instructions.json")
}

fn baseline() -> Result<Baseline, Error> {
    let in_file = |error: &dyn Display| format!("{}: {error}", file().display());
    let text = std::fs::read_to_string(file()).map_err(|error| in_file(&error))?;
    Ok(serde_json::from_str(&text).map_err(|error| in_file(&error))?)
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Err("valgrind is not installed. Next: apt-get install valgrind".into());
    }
    let mut baseline = baseline()?;
    let mut text = String::new();
    let found = count(arguments.functions, &mut text)?;
    let tolerance = baseline.tolerance_percent;
    let mut worst = Change::Within;
    let _ = writeln!(text, "{:32} {:>12} {:>12}", "instructions", "found", "committed"); // a String takes everything
    for ((name, found), (_, committed)) in found.rows().into_iter().zip(baseline.instructions.rows()) {
        let change = Change::new(found, committed, tolerance);
        worst = worst.max(change);
        let mark = match change {
            Change::Within => "",
            Change::Fewer => " FEWER",
            Change::TooMany => " TOO MANY",
        };
        let percent = percent(found, committed);
        let _ = writeln!(text, "{name:32} {found:12} {committed:12} {percent:+6.1} %{mark}");
    }
    let mut out = anstream::stdout().lock();
    write!(out, "{text}")?;
    if arguments.update {
        baseline.instructions = found;
        std::fs::write(file(), serde_json::to_string_pretty(&baseline)? + "\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    match worst {
        Change::Within => {}
        Change::Fewer => writeln!(
            out,
            "More than {tolerance} % below the committed figures. Next: --update, so that the gain is kept"
        )?,
        Change::TooMany => writeln!(
            out,
            "More than {tolerance} % above the committed figures. Next: --functions lists the functions; --update, if \
             the change is worth it, or the compiler or the C library is another one"
        )?,
    }
    Ok(ExitCode::from(u8::from(worst == Change::TooMany)))
}

/// Builds the function and counts. With `by_function`, writes the costliest crates and functions to `text`.
fn count(by_function: bool, text: &mut String) -> Result<Figures, Error> {
    // The function that ships has no names.
    let profile = if by_function { package::Profile::Profiling } else { package::Profile::Function };
    let program = programs::build_function(profile)?;
    let bar = crate::progress::bar("runs under valgrind", 5);
    let count = |events, tls| {
        let costs = run_under_valgrind(&program, events, tls);
        bar.inc(1);
        costs
    };
    let (init, first, first_tls) = (count(0, false)?, count(1, false)?, count(1, true)?);
    let (few, many) = (count(FEW, false)?, count(MANY, false)?);
    bar.finish_and_clear();
    if by_function {
        init.write(text, "Init", 1);
        first_tls.minus(&init).write(text, "The first event over TLS, without init", 1);
        many.minus(&few).write(text, "A warm event", MANY - FEW);
    }
    Ok(Figures {
        init: init.total(),
        init_and_first_event: first.total(),
        init_and_first_event_over_tls: first_tls.total(),
        warm_event: many.total().saturating_sub(few.total()) / (MANY - FEW),
    })
}

/// Runs the function under callgrind for a number of events.
fn run_under_valgrind(program: &Path, events: usize, tls: bool) -> Result<Costs, Error> {
    let aws = if tls { LocalAws::start_tls()? } else { LocalAws::start()? };
    aws.account(ACCOUNT, REGION, |account| account.expect_token(RULE, TOKEN));
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("callgrind.out");
    let args = ["--tool=callgrind", "--demangle=no", "--compress-strings=no", "--compress-pos=no"];
    let mut function = Function::spawn(
        &aws,
        FunctionSpec {
            program: "valgrind".into(),
            args: args
                .map(str::to_owned)
                .into_iter()
                .chain([format!("--callgrind-out-file={}", out.display()), program.display().to_string()])
                .collect(),
            env: Vec::new(),
            account_id: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
        },
    )?;
    let failed = |function: &Function, problem: &str| {
        format!(
            "under valgrind the function {problem}. Its output:\n{}{}",
            function.stdout(),
            function.stderr()
        )
    };
    for event in 0..=events {
        aws.wait_for_poll(event + 1, VALGRIND_MAXIMUM)
            .ok_or_else(|| failed(&function, "did not poll for an event"))?;
        if event < events {
            let outcome = aws.invoke(&invocation(CHANGE));
            if !matches!(outcome, Outcome::Succeeded(_)) {
                return Err(failed(&function, &format!("responded with {outcome:?}")).into());
            }
        }
    }
    std::thread::sleep(Duration::from_millis(500)); // after its poll the function still runs for a moment
    if let Some(id) = i32::try_from(function.process_id()).ok().and_then(Pid::from_raw) {
        kill_process(id, Signal::TERM)?;
    }
    let began = Instant::now();
    while function.is_running() && began.elapsed() < VALGRIND_MAXIMUM {
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = std::fs::read_to_string(&out).map_err(|_| failed(&function, "left no profile"))?;
    Ok(Costs::read(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_figures_can_be_read() {
        let figures = baseline().unwrap().instructions;
        assert!(figures.rows().iter().all(|(_, instructions)| *instructions > 0));
    }

    #[test]
    fn only_more_than_the_tolerance_is_too_many() {
        let changes = [1040, 1030, 1000, 970, 960].map(|found| Change::new(found, 1000, 3.05));
        assert_eq!(changes, [Change::TooMany, Change::Within, Change::Within, Change::Within, Change::Fewer]);
    }
}
