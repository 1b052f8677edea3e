//! The goals for speed and size, and the values that are reached.

use serde::Serialize;

use crate::figures::{Figure, float};
use crate::growth::Growth;
use crate::periodic::Periodic;
use crate::program_figures::ProgramFigures;

/// A goal of `docs/performance.md` with the value that is reached.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Goal {
    pub(crate) name: &'static str,
    pub(crate) bound: &'static str,
    pub(crate) value: f64,
    pub(crate) met: bool,
}

impl Goal {
    fn new(name: &'static str, bound: &'static str, value: f64, most: f64) -> Self {
        Self { name, bound, value, met: value <= most }
    }
}

/// Compares the function with the others. Returns the goals for which both figures were measured.
pub(crate) fn for_starts(programs: &[ProgramFigures]) -> Vec<Goal> {
    let find = |name: &str| programs.iter().find(|program| program.name == name);
    let Some(ours) = find("ours") else { return Vec::new() };
    let (floor, plain, boto3) = (find("floor"), find("plain"), find("boto3"));
    let mut goals = Vec::new();
    let mut ratio = |name,
                     bound,
                     other: Option<&ProgramFigures>,
                     figure: fn(&ProgramFigures) -> Option<Figure>,
                     most: f64| {
        if let Some((other, mine)) = other.and_then(figure).zip(figure(ours)) {
            goals.push(Goal::new(name, bound, mine.median / other.median, most));
        }
    };
    ratio("CPU to first poll", "≤ 2 × floor", floor, |m| m.init_cpu_milliseconds, 2.0);
    ratio(
        "CPU of init + first event, TLS",
        "≤ 1/15 of plain",
        plain,
        |m| m.init_and_first_cpu_milliseconds,
        1.0 / 15.0,
    );
    ratio("first event, TLS", "≤ 1/30 of plain", plain, |m| m.first_event_milliseconds, 1.0 / 30.0);
    ratio("first event, TLS", "below boto3", boto3, |m| m.first_event_milliseconds, 1.0);
    ratio(
        "init + first event at 7.2 % of a CPU, TLS",
        "≤ 1/20 of boto3",
        boto3,
        |m| m.share_init_and_first_milliseconds,
        1.0 / 20.0,
    );
    ratio("warm event p50, TLS", "≤ 2.5 × floor", floor, |m| m.warm_p50_milliseconds, 2.5);
    ratio("warm event p50, plain HTTP", "≤ 2.5 × floor", floor, |m| m.plain_http_warm_p50_milliseconds, 2.5);
    ratio("peak memory", "≤ 3.2 × floor", floor, |m| m.peak_memory_mib, 3.2);

    let mut bound = |name, bound, value: Option<f64>, most: f64| {
        goals.extend(value.map(|value| Goal::new(name, bound, value, most)));
    };
    bound("AWS calls of a warm event", "1", ours.aws_calls_per_warm_event, 1.0);
    bound("connections of all warm events", "1", ours.connections, 1.0);
    bound("zip, MB", "≤ 3", ours.zip_bytes.map(|bytes| float(bytes) / 1e6), 3.0);
    goals
}

/// Returns the goals of periodic runs, if there are a smaller and a larger one.
pub(crate) fn for_periodic_runs(runs: &[Periodic]) -> Vec<Goal> {
    let [few, many] = runs else { return Vec::new() };
    let wall = many.wall_milliseconds.median / many.paging_milliseconds;
    let memory = many.peak_memory_mib.median / few.peak_memory_mib.median;
    vec![
        Goal::new("wall of a periodic run over its paging", "≤ 1.15", wall, 1.15),
        Goal::new("its memory, ten times the instances", "≤ 1.15 (flat)", memory, 1.15),
    ]
}

/// Returns the goal of checks. Below 10,000 items, the start of the program would count.
pub(crate) fn for_checks(checks: &[Growth]) -> Option<Goal> {
    let (few, many) = (checks.iter().find(|step| step.items == 10_000)?, checks.last()?);
    let each = |step: &Growth| step.milliseconds.median / float(step.items);
    let name = "time of a check for an item, most over 10,000";
    (many.items > few.items).then(|| Goal::new(name, "≤ 1.25 (linear)", each(many) / each(few), 1.25))
}
