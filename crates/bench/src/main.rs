//! How fast and how small the function is, beside others, in one run on one machine.

mod figures;
mod growth;
mod instructions;
mod periodic;
mod plot;
mod process;
mod programs;
mod report;
mod size;
mod start;
mod throttle;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::report::{Measured, Report, Runs};
use crate::start::Contestant;
use crate::throttle::Method;

/// What went wrong, in words.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// How often a periodic run and a check are made.
const FEW_RUNS: usize = 3;

/// Measures the function beside the least one and the usual ones: start, events, memory, size.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "\
Needs Linux. Builds what it measures, with cargo; each function gets Lambda's environment, a Runtime API and an AWS on
the loopback interface, and nothing else.

Examples:
  cargo run --release --locked -p bench
  cargo run --release --locked -p bench -- --plain --python .venv/bin/python
  cargo run --release --locked -p bench -- --runs 3 --only start
  cargo run --release --locked -p bench -- instructions
  cargo run --release --locked -p bench -- size

Exit codes: 0 measured, whatever the figures; 1 `instructions`: more than is committed; 2 could not measure."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Runs of each program, taken in turns
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=1000))]
    runs: u16,
    /// Warm events of each run
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    warm: u16,
    /// Measure a plain rule on the SDK with its default features too; the first time, cargo builds it for minutes
    #[arg(long)]
    plain: bool,
    /// Measure this `bootstrap` instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// The interpreter for the boto3 rule
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: String,
    /// The most items of a snapshot that is checked
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    items: u32,
    /// Measure only this; as often as you like
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Count the instructions of init and of an event with valgrind, and hold them against the committed figures
    Instructions(instructions::Arguments),
    /// Tell what the binary is made of, by crate
    Size(size::Arguments),
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Part {
    /// Init, the first event, warm events, memory and size
    Start,
    /// A run over 1,000 and over 10,000 instances
    Periodic,
    /// `dms-rule check` of larger and larger snapshots
    Check,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(Command::Instructions(arguments)) => instructions::run(arguments),
        Some(Command::Size(arguments)) => size::run(arguments).map(|()| ExitCode::SUCCESS),
        None => run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(anstream::stderr(), "bench: {error}"); // nowhere left to say it
        ExitCode::from(2)
    })
}

/// A bar on standard error, if that is a terminal.
fn bar(what: &'static str, steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {elapsed}");
    ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let wanted = |part: Part| arguments.only.is_empty() || arguments.only.contains(&part);
    let method = Method::find();
    let mut report = Report {
        runs: usize::from(arguments.runs),
        warm_events: usize::from(arguments.warm),
        share_method: method.as_str(),
        programs: Vec::new(),
        missing: Vec::new(),
        periodic: Vec::new(),
        check: Vec::new(),
        goals: Vec::new(),
    };
    let target = programs::target()?;
    let ours = match &arguments.program {
        Some(program) => program.canonicalize().map_err(|error| format!("{}: {error}", program.display()))?,
        None => programs::build("bootstrap", &["--release", "-p", "config-lambda"])?,
    };
    if wanted(Part::Start) {
        starts(arguments, &ours, &target, method, &mut report)?;
    }
    if wanted(Part::Periodic) {
        let bar = bar("periodic runs", 2 * FEW_RUNS);
        for instances in [1_000, 10_000] {
            report.periodic.push(periodic::run(&ours, instances, FEW_RUNS, || bar.inc(1))?);
        }
        bar.finish_and_clear();
    }
    if wanted(Part::Check) {
        let program = programs::build("dms-rule", &["--release", "-p", "dms-rule"])?;
        let steps = growth::steps(usize::try_from(arguments.items)?);
        let bar = bar("checks", steps.len());
        for items in steps {
            report.check.push(growth::run(&program, items, FEW_RUNS)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    report.judge();
    write!(anstream::stdout().lock(), "{}", report.text())?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("bench.json"), serde_json::to_vec_pretty(&report)?)?;
    plot::draw(&folder.join("bench.svg"), &report.check)?;
    writeln!(anstream::stderr(), "bench.json and, of checks, bench.svg are in {}", folder.display())?;
    Ok(())
}

fn starts(
    arguments: &Arguments,
    ours: &Path,
    target: &Path,
    method: Method,
    report: &mut Report,
) -> Result<(), Failure> {
    let binary = |name, program, reads_system_roots, calls_aws| Contestant {
        name,
        program,
        args: Vec::new(),
        reads_system_roots,
        calls_aws,
    };
    let floor = programs::build("floor", &["--release", "-p", "bench"])?;
    let mut contestants =
        vec![binary("floor", floor, false, false), binary("ours", ours.to_owned(), false, true)];
    if arguments.plain {
        let own_target = target.join("bench").join("plain").display().to_string();
        let manifest = programs::root().join("crates/bench/plain/Cargo.toml").display().to_string();
        let program = programs::build(
            "plain",
            &["--release", "--manifest-path", &manifest, "--target-dir", &own_target],
        )?;
        contestants.push(binary("plain", program, true, true));
    } else {
        report.missing.push("plain was left out; --plain builds and measures it.".to_owned());
    }
    if let Some((program, version)) = programs::python(&arguments.python) {
        let rule = programs::root().join("crates/bench/boto3/rule.py").display().to_string();
        contestants.push(Contestant { args: vec![rule], ..binary("boto3", program, true, true) });
        report.missing.push(format!("boto3 is {version}."));
    } else {
        report.missing.push(format!(
            "boto3 was left out: {} has none. Next: pip install boto3 in a venv, and --python PATH to its interpreter.",
            arguments.python
        ));
    }
    let runs = usize::from(arguments.runs);
    let mut all: Vec<Runs> = vec![Runs::default(); contestants.len()];
    let bar = bar("starts", runs * contestants.len());
    for _ in 0..runs {
        for (contestant, runs) in contestants.iter().zip(&mut all) {
            let warm = usize::from(arguments.warm);
            runs.tls.push(start::measure(contestant, true, warm)?);
            runs.plain_http.push(start::measure(contestant, false, warm)?);
            runs.share.push(start::throttled(contestant, method)?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    for (contestant, runs) in contestants.iter().zip(&all) {
        let sizes =
            if contestant.args.is_empty() { Some(programs::sizes(&contestant.program)?) } else { None };
        report.programs.push(Measured::new(contestant.name, runs, sizes));
    }
    Ok(())
}
