//! Measures the speed and size of the function and of other programs, in one run on one machine.

mod callgrind;
mod error;
mod figures;
mod goals;
mod growth;
mod instructions;
mod periodic;
mod plot;
mod process;
mod program_figures;
mod programs;
mod progress;
mod report;
mod size;
mod soak;
mod start;
mod symbols;
mod throttle;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::error::Error;
use crate::program_figures::{ProgramFigures, Runs};
use crate::progress::bar;
use crate::report::Report;
use crate::start::Program;
use crate::throttle::Method;

/// The number of runs of a periodic run and of a check.
const FEW_RUNS: usize = 3;

/// Measures start, events, memory and size of the function, of a minimal function and of usual ones.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "\
Needs Linux. Builds what it measures, with cargo. Each function runs with Lambda's environment, a Runtime API and an AWS
on the loopback interface, and nothing else.

Examples:
  cargo run --release --locked -p bench
  cargo run --release --locked -p bench -- --plain --python .venv/bin/python
  cargo run --release --locked -p bench -- --runs 3 --only start
  cargo run --locked -p bench -- instructions
  cargo run --locked -p bench -- size
  cargo run --release --locked -p bench -- soak

Exit codes: 0 measured, with any figures; 1 `instructions`: more than is committed, `soak`: the end is not as the beginning;
2 could not measure."
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
    /// Measure a plain rule on the SDK with its default features too; the first build takes minutes
    #[arg(long)]
    plain: bool,
    /// Measure this `bootstrap` instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
    /// The interpreter for the boto3 rule
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: String,
    /// Items of the largest snapshot that is checked
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    items: u32,
    /// Measure only this part; may be repeated
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Count the instructions of init and of an event with valgrind, and compare them with the committed figures
    Instructions(instructions::Arguments),
    /// List the parts of the binary, by crate
    Size(size::Arguments),
    /// Send many events to one process over TLS, with faults, and compare its end with its beginning
    Soak(soak::Arguments),
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
        Some(Command::Soak(arguments)) => soak::run(arguments),
        None => run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(anstream::stderr(), "bench: {error}"); // a lost message loses nothing else
        ExitCode::from(2)
    })
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let wanted = |part: Part| arguments.only.is_empty() || arguments.only.contains(&part);
    let method = Method::find();
    let mut report = Report {
        date: chrono::Utc::now().format("%F").to_string(),
        commit: commit(),
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
        None => programs::build_function(package::Profile::Function)?,
    };
    if wanted(Part::Start) {
        measure_starts(arguments, &ours, method, &mut report)?;
    }
    if wanted(Part::Periodic) {
        let progress = bar("periodic runs", 2 * FEW_RUNS);
        for instances in [1_000, 10_000] {
            report.periodic.push(periodic::run(&ours, instances, FEW_RUNS, || progress.inc(1))?);
        }
        progress.finish_and_clear();
    }
    if wanted(Part::Check) {
        let program = programs::build("dms-rule", "dms-rule", "release")?;
        let steps = growth::steps(usize::try_from(arguments.items)?);
        let progress = bar("checks", steps.len());
        for items in steps {
            report.check.push(growth::run(&program, items, FEW_RUNS)?);
            progress.inc(1);
        }
        progress.finish_and_clear();
    }
    report.goals.extend(goals::for_starts(&report.programs));
    report.goals.extend(goals::for_periodic_runs(&report.periodic));
    report.goals.extend(goals::for_checks(&report.check));
    write!(anstream::stdout().lock(), "{}", report.text())?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("bench.json"), serde_json::to_vec_pretty(&report)?)?;
    plot::draw(&folder.join("bench.svg"), &report.check)?;
    writeln!(
        anstream::stderr(),
        "bench.json and bench.svg, the chart of checks, are in {}",
        folder.display()
    )?;
    Ok(())
}

/// Returns the commit of the checkout. `None` without Git.
fn commit() -> Option<String> {
    let mut git = std::process::Command::new("git");
    let output = git.args(["rev-parse", "--short", "HEAD"]).current_dir(programs::root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn measure_starts(
    arguments: &Arguments,
    ours: &Path,
    method: Method,
    report: &mut Report,
) -> Result<(), Error> {
    let binary = |name, executable, reads_system_roots, calls_aws| Program {
        name,
        executable,
        args: Vec::new(),
        reads_system_roots,
        calls_aws,
    };
    let floor = programs::build("floor", "bench", package::Profile::Function.name())?;
    let mut measured =
        vec![binary("floor", floor, false, false), binary("ours", ours.to_owned(), false, true)];
    if arguments.plain {
        measured.push(binary("plain", programs::build_plain()?, true, true));
    } else {
        report.missing.push("plain is not measured; --plain builds and measures it.".to_owned());
    }
    if let Some((program, version)) = programs::python(&arguments.python) {
        let rule = programs::root().join("crates/bench/boto3/rule.py").display().to_string();
        measured.push(Program { args: vec![rule], ..binary("boto3", program, true, true) });
        report.missing.push(format!("boto3 is {version}."));
    } else {
        report.missing.push(format!(
            "boto3 is not measured: {} has none. Next: pip install boto3 in a venv, and --python PATH to its interpreter.",
            arguments.python
        ));
    }
    let runs = usize::from(arguments.runs);
    let mut all: Vec<Runs> = vec![Runs::default(); measured.len()];
    let progress = bar("starts", runs * measured.len());
    for _ in 0..runs {
        for (program, runs) in measured.iter().zip(&mut all) {
            let warm = usize::from(arguments.warm);
            runs.tls.push(start::measure(program, true, warm)?);
            runs.plain_http.push(start::measure(program, false, warm)?);
            runs.share.push(start::measure_throttled(program, method)?);
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    for (program, runs) in measured.iter().zip(&all) {
        let sizes = if program.args.is_empty() { Some(programs::sizes(&program.executable)?) } else { None };
        report.programs.push(ProgramFigures::new(program.name, runs, sizes));
    }
    Ok(())
}
