//! Instruction counts: they hardly differ from run to run, so a change can be held against them.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Write as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use local_aws::{Function, FunctionSpec, LocalAws, Outcome};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

use crate::figures::float;
use crate::start::{ACCOUNT, CHANGE, REGION, RULE, TOKEN, invocation};
use crate::{Failure, programs};

/// Warm events are counted between this many and that many.
const FEW: usize = 20;
const MANY: usize = 120;

/// Under valgrind everything is some fifty times slower.
const VALGRIND_MAXIMUM: Duration = Duration::from_mins(2);

/// How many functions of a profile are shown for each crate.
const SHOWN: usize = 3;
const CRATES_SHOWN: usize = 14;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Counts the release, or what the profile `counting` builds, as the gate does. Needs valgrind (apt-get install valgrind).

Examples:
  cargo run --release --locked -p bench -- instructions
  cargo run --release --locked -p bench -- instructions --functions
  cargo run --release --locked -p bench -- instructions --update
  cargo run --locked -p bench -- instructions --profile counting

Exit codes: 0 within the tolerance, or fewer, or updated; 1 more instructions than crates/bench/instructions.json allows;
2 could not count.")]
pub(crate) struct Arguments {
    /// How the function that is counted is built
    #[arg(long, value_enum, value_name = "PROFILE", default_value_t = Build::Release)]
    profile: Build,
    /// Write the figures to crates/bench/instructions.json
    #[arg(long)]
    update: bool,
    /// Tell where the instructions are, by crate and function; in place of the release, of its build with names, in the
    /// profile `profiling`
    #[arg(long)]
    functions: bool,
}

/// A profile of cargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Build {
    /// What is deployed
    Release,
    /// Optimised without the linker's help: for the gate
    Counting,
}

impl Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Release => "release",
            Self::Counting => "counting",
        })
    }
}

/// What is committed.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Committed {
    tolerance_percent: f64,
    instructions: BTreeMap<Build, Figures>,
}

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

/// How figures stand to the committed ones; the worst of them last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Within,
    Fewer,
    TooMany,
}

impl Change {
    fn of(found: usize, known: usize, tolerance_percent: f64) -> Self {
        match (float(found) / float(known) - 1.0) * 100.0 {
            more if more > tolerance_percent => Self::TooMany,
            less if less < -tolerance_percent => Self::Fewer,
            _ => Self::Within,
        }
    }
}

fn file() -> PathBuf {
    programs::root().join("crates/bench/instructions.json")
}

fn committed() -> Result<Committed, Failure> {
    let told = |error: &dyn Display| format!("{}: {error}", file().display());
    let text = std::fs::read_to_string(file()).map_err(|error| told(&error))?;
    Ok(serde_json::from_str(&text).map_err(|error| told(&error))?)
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Err("valgrind is not there. Next: apt-get install valgrind".into());
    }
    let mut committed = committed()?;
    let build = arguments.profile;
    let known = committed.instructions.get(&build).copied();
    if known.is_none() && !arguments.update {
        return Err(format!("no figures of the profile {build} are committed. Next: --update").into());
    }
    let mut text = String::new();
    let found = count(arguments, &mut text)?;
    let known = known.unwrap_or(found);
    let mut worst = Change::Within;
    let _ = writeln!(text, "{:32} {:>12} {:>12}", "instructions", "found", "committed"); // a String takes everything
    for ((name, found), (_, known)) in found.rows().into_iter().zip(known.rows()) {
        let change = Change::of(found, known, committed.tolerance_percent);
        worst = worst.max(change);
        let said = match change {
            Change::Within => "",
            Change::Fewer => " FEWER",
            Change::TooMany => " TOO MANY",
        };
        let percent = (float(found) / float(known) - 1.0) * 100.0;
        let _ = writeln!(text, "{name:32} {found:12} {known:12} {percent:+6.1} %{said}");
    }
    let mut out = anstream::stdout().lock();
    write!(out, "{text}")?;
    if arguments.update {
        committed.instructions.insert(build, found);
        std::fs::write(file(), serde_json::to_string_pretty(&committed)? + "\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let tolerance = committed.tolerance_percent;
    match worst {
        Change::Within => {}
        Change::Fewer => writeln!(
            out,
            "More than {tolerance} % below the committed figures. Next: --profile {build} --update, so that they are not lost again"
        )?,
        Change::TooMany => writeln!(
            out,
            "More than {tolerance} % above the committed figures. Next: --functions tells where they are; if they are worth it, or the compiler or the C library is another one, --profile {build} --update"
        )?,
    }
    Ok(ExitCode::from(u8::from(worst == Change::TooMany)))
}

/// Builds the function and counts; writes where the instructions are, if that is asked for.
fn count(arguments: &Arguments, text: &mut String) -> Result<Figures, Failure> {
    let profile_name = match arguments.profile {
        Build::Release if arguments.functions => "profiling".to_owned(), // the release has no names
        build => build.to_string(),
    };
    let program = programs::build("bootstrap", &["--profile", &profile_name, "-p", "config-lambda"])?;
    let bar = crate::bar("runs under valgrind", 5);
    let count = |events, tls| {
        let profile = profile(&program, events, tls);
        bar.inc(1);
        profile
    };
    let (init, first, first_tls) = (count(0, false)?, count(1, false)?, count(1, true)?);
    let (few, many) = (count(FEW, false)?, count(MANY, false)?);
    bar.finish_and_clear();
    let warm = many.minus(&few);
    if arguments.functions {
        let tls = first_tls.minus(&init);
        init.write(text, "Init", 1);
        tls.write(text, "The first event over TLS, beside init", 1);
        warm.write(text, "A warm event", MANY - FEW);
    }
    Ok(Figures {
        init: init.total(),
        init_and_first_event: first.total(),
        init_and_first_event_over_tls: first_tls.total(),
        warm_event: many.total().saturating_sub(few.total()) / (MANY - FEW),
    })
}

/// Runs the function under callgrind for so many events.
fn profile(program: &Path, events: usize, tls: bool) -> Result<Profile, Failure> {
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
    let failed = |function: &Function, what: &str| {
        format!("under valgrind the function {what}. It wrote:\n{}{}", function.stdout(), function.stderr())
    };
    for event in 0..=events {
        aws.wait_for_poll(event + 1, VALGRIND_MAXIMUM)
            .ok_or_else(|| failed(&function, "did not ask for an event"))?;
        if event < events {
            let outcome = aws.invoke(&invocation(CHANGE));
            if !matches!(outcome, Outcome::Succeeded(_)) {
                return Err(failed(&function, &format!("answered {outcome:?}")).into());
            }
        }
    }
    std::thread::sleep(Duration::from_millis(500)); // it has asked; it shall wait
    if let Some(id) = i32::try_from(function.process_id()).ok().and_then(Pid::from_raw) {
        kill_process(id, Signal::TERM)?;
    }
    let began = Instant::now();
    while function.is_running() && began.elapsed() < VALGRIND_MAXIMUM {
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = std::fs::read_to_string(&out).map_err(|_| failed(&function, "left no profile"))?;
    Ok(Profile::read(&text))
}

/// Instructions by function, without those of what it calls.
#[derive(Debug, Default)]
struct Profile(HashMap<String, usize>);

impl Profile {
    /// Reads a file of callgrind: a function's name, then lines of a position and a cost. The line after `calls=` has
    /// the cost of what was called.
    fn read(text: &str) -> Self {
        let mut functions: HashMap<String, usize> = HashMap::new();
        let (mut function, mut is_call) = ("", false);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                function = name;
            } else if line.starts_with("calls=") {
                is_call = true;
            } else if line.starts_with(|first: char| first.is_ascii_digit()) && !std::mem::take(&mut is_call)
            {
                let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<usize>().ok());
                let name = format!("{:#}", rustc_demangle::demangle(function));
                *functions.entry(name).or_default() += cost.unwrap_or_default();
            }
        }
        Self(functions)
    }

    fn total(&self) -> usize {
        self.0.values().sum()
    }

    fn minus(&self, other: &Self) -> Self {
        let rest = |(name, cost): (&String, &usize)| {
            (name.clone(), cost.saturating_sub(other.0.get(name).copied().unwrap_or_default()))
        };
        Self(self.0.iter().map(rest).collect())
    }

    /// The crates with the greatest cost, and their dearest functions.
    fn write(&self, text: &mut String, name: &str, events: usize) {
        let total = self.total() / events;
        let _ = writeln!(text, "{name}: {total} instructions"); // a String takes everything
        let mut crates: HashMap<&str, Vec<(&str, usize)>> = HashMap::new();
        for (function, cost) in &self.0 {
            crates.entry(crate_of(function)).or_default().push((function, cost / events));
        }
        let mut crates: Vec<_> = crates
            .into_iter()
            .map(|(name, mut functions)| {
                functions.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
                (name, functions.iter().map(|(_, cost)| cost).sum::<usize>(), functions)
            })
            .collect();
        crates.sort_by_key(|(_, cost, _)| std::cmp::Reverse(*cost));
        for (name, cost, functions) in crates.into_iter().take(CRATES_SHOWN) {
            let _ = writeln!(text, "  {:5.1} %  {cost:9}  {name}", 100.0 * float(cost) / float(total));
            for (function, cost) in functions.into_iter().take(SHOWN) {
                let short: String = function.chars().take(100).collect();
                let _ = writeln!(text, "           {cost:9}    {short}");
            }
        }
        text.push('\n');
    }
}

/// The crate of a function, as its path or that of the type it is of begins; the C library's have none.
pub(crate) fn crate_of(function: &str) -> &str {
    let path = function.trim_start_matches(['<', '&', '*', '(', '[']);
    let path = path.strip_prefix("mut ").or_else(|| path.strip_prefix("dyn ")).unwrap_or(path);
    match path.split_once("::") {
        Some((name, _)) => name,
        None => "C library and linker",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_both_profiles_are_committed() {
        let committed = committed().unwrap();
        assert!(Build::value_variants().iter().all(|build| committed.instructions.contains_key(build)));
    }

    #[test]
    fn only_more_than_the_tolerance_is_too_many() {
        let changes = [1040, 1030, 1000, 970, 960].map(|found| Change::of(found, 1000, 3.05));
        assert_eq!(changes, [Change::TooMany, Change::Within, Change::Within, Change::Within, Change::Fewer]);
    }
}
