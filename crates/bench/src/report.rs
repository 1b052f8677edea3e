//! All that was measured: for people a table, for programs JSON.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use crate::figures::{Figure, at, digits, float};
use crate::growth::Growth;
use crate::periodic::Periodic;
use crate::start::{Start, Warm};

/// One program's figures.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) init_cpu_milliseconds: Option<Figure>,
    pub(crate) init_wall_milliseconds: Option<Figure>,
    pub(crate) init_and_first_cpu_milliseconds: Option<Figure>,
    pub(crate) first_event_milliseconds: Option<Figure>,
    pub(crate) share_init_milliseconds: Option<Figure>,
    pub(crate) share_first_event_milliseconds: Option<Figure>,
    pub(crate) share_init_and_first_milliseconds: Option<Figure>,
    pub(crate) warm_p50_milliseconds: Option<Figure>,
    pub(crate) warm_p99_milliseconds: Option<Figure>,
    pub(crate) warm_cpu_microseconds: Option<Figure>,
    pub(crate) plain_http_first_event_milliseconds: Option<Figure>,
    pub(crate) plain_http_warm_p50_milliseconds: Option<Figure>,
    pub(crate) plain_http_warm_cpu_microseconds: Option<Figure>,
    pub(crate) aws_calls_per_warm_event: Option<f64>,
    pub(crate) connections: Option<f64>,
    pub(crate) peak_memory_mib: Option<Figure>,
    pub(crate) binary_bytes: Option<usize>,
    pub(crate) zip_bytes: Option<usize>,
}

/// The runs of one program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    pub(crate) tls: Vec<(Start, Warm)>,
    pub(crate) plain_http: Vec<(Start, Warm)>,
    pub(crate) share: Vec<(f64, f64)>,
}

impl Measured {
    pub(crate) fn new(name: &'static str, runs: &Runs, sizes: Option<(usize, usize)>) -> Self {
        let start = |of: fn(&Start) -> f64| Figure::of(runs.tls.iter().map(|(start, _)| of(start)));
        let percentile = |runs: &[(Start, Warm)], percent| {
            Figure::of(runs.iter().filter_map(|(_, warm)| {
                let mut walls = warm.walls.clone();
                walls.sort_by(f64::total_cmp);
                at(&walls, percent)
            }))
        };
        let cpu = |runs: &[(Start, Warm)]| {
            Figure::of(runs.iter().map(|(_, warm)| warm.cpu * 1000.0 / float(warm.walls.len())))
        };
        let share = |of: fn(&(f64, f64)) -> f64| Figure::of(runs.share.iter().map(of));
        let last = runs.tls.last().map(|(_, warm)| warm);
        Self {
            name,
            init_cpu_milliseconds: start(|start| start.init_cpu),
            init_wall_milliseconds: start(|start| start.init_wall),
            init_and_first_cpu_milliseconds: start(|start| start.init_and_first_cpu),
            first_event_milliseconds: start(|start| start.first_wall),
            share_init_milliseconds: share(|(init, _)| *init),
            share_first_event_milliseconds: share(|(_, first)| *first),
            share_init_and_first_milliseconds: share(|(init, first)| init + first),
            warm_p50_milliseconds: percentile(&runs.tls, 50),
            warm_p99_milliseconds: percentile(&runs.tls, 99),
            warm_cpu_microseconds: cpu(&runs.tls),
            plain_http_first_event_milliseconds: Figure::of(
                runs.plain_http.iter().map(|(start, _)| start.first_wall),
            ),
            plain_http_warm_p50_milliseconds: percentile(&runs.plain_http, 50),
            plain_http_warm_cpu_microseconds: cpu(&runs.plain_http),
            aws_calls_per_warm_event: last.map(|warm| float(warm.calls) / float(warm.walls.len())),
            connections: last.map(|warm| float(warm.connections)),
            peak_memory_mib: start(|start| float(start.peak_memory) / 1024.0),
            binary_bytes: sizes.map(|(bytes, _)| bytes),
            zip_bytes: sizes.map(|(_, zip)| zip),
        }
    }
}

/// A bound that issue 6 sets.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) bound: &'static str,
    pub(crate) value: f64,
    pub(crate) met: bool,
}

/// Everything, as it is written to a file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) runs: usize,
    pub(crate) warm_events: usize,
    pub(crate) share_method: &'static str,
    pub(crate) programs: Vec<Measured>,
    pub(crate) missing: Vec<String>,
    pub(crate) periodic: Vec<Periodic>,
    pub(crate) check: Vec<Growth>,
    pub(crate) goals: Vec<Goal>,
}

type Row = (&'static str, fn(&Measured) -> Option<Figure>);

const ROWS: [Row; 11] = [
    ("CPU to first poll, ms", |m| m.init_cpu_milliseconds),
    ("wall to first poll, ms", |m| m.init_wall_milliseconds),
    ("CPU of init + first event, TLS, ms", |m| m.init_and_first_cpu_milliseconds),
    ("first event, TLS, ms", |m| m.first_event_milliseconds),
    ("at 7.2 % of a CPU: init, ms", |m| m.share_init_milliseconds),
    ("at 7.2 % of a CPU: first event, TLS, ms", |m| m.share_first_event_milliseconds),
    ("warm event p50, TLS, ms", |m| m.warm_p50_milliseconds),
    ("warm event p99, TLS, ms", |m| m.warm_p99_milliseconds),
    ("CPU of a warm event, TLS, µs", |m| m.warm_cpu_microseconds),
    ("warm event p50, plain HTTP, ms", |m| m.plain_http_warm_p50_milliseconds),
    ("peak memory, MiB", |m| m.peak_memory_mib),
];

impl Report {
    fn program(&self, name: &str) -> Option<&Measured> {
        self.programs.iter().find(|program| program.name == name)
    }

    /// Holds the figures against the bounds.
    pub(crate) fn judge(&mut self) {
        let mut goals = self.start_goals();
        let mut bound = |what, bound, value: f64, most: f64| {
            goals.push(Goal { what, bound, value, met: value <= most });
        };
        if let [few, many] = self.periodic.as_slice() {
            let wall = many.wall_milliseconds.median / many.paging_milliseconds;
            bound("wall of a periodic run over its paging", "≤ 1.15", wall, 1.15);
            let memory = many.peak_memory_mib.median / few.peak_memory_mib.median;
            bound("its memory, ten times the instances", "≤ 1.15 (flat)", memory, 1.15);
        }
        // From where the start of the program no longer counts.
        if let (Some(few), Some(many)) =
            (self.check.iter().find(|step| step.items == 10_000), self.check.last())
            && many.items > few.items
        {
            let each = |step: &Growth| step.milliseconds.median / float(step.items);
            let growth = each(many) / each(few);
            bound("time of a check for an item, most over 10,000", "≤ 1.25 (linear)", growth, 1.25);
        }
        self.goals = goals;
    }

    fn start_goals(&self) -> Vec<Goal> {
        let Some(ours) = self.program("ours") else { return Vec::new() };
        let (floor, plain, boto3) = (self.program("floor"), self.program("plain"), self.program("boto3"));
        let mut goals = Vec::new();
        let mut ratio =
            |what, bound, to: Option<&Measured>, of: fn(&Measured) -> Option<Figure>, most: f64| {
                if let Some((other, mine)) = to.and_then(of).zip(of(ours)) {
                    let value = mine.median / other.median;
                    goals.push(Goal { what, bound, value, met: value <= most });
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
        ratio(
            "warm event p50, plain HTTP",
            "≤ 2.5 × floor",
            floor,
            |m| m.plain_http_warm_p50_milliseconds,
            2.5,
        );
        ratio("peak memory", "≤ 3.2 × floor", floor, |m| m.peak_memory_mib, 3.2);
        let mut bound = |what, bound, value: Option<f64>, most: f64| {
            if let Some(value) = value {
                goals.push(Goal { what, bound, value, met: value <= most });
            }
        };
        bound("AWS calls of a warm event", "1", ours.aws_calls_per_warm_event, 1.0);
        bound("connections of all warm events", "1", ours.connections, 1.0);
        bound("zip, MB", "≤ 3", ours.zip_bytes.map(|bytes| float(bytes) / 1e6), 3.0);
        goals
    }

    /// Tables for a person.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut add = |title: &str, table: &Table| {
            let _ = writeln!(text, "{title}\n{}\n", table.trim_fmt()); // a String takes everything
        };
        if !self.programs.is_empty() {
            let mut table =
                table(std::iter::once("").chain(self.programs.iter().map(|program| program.name)));
            for (name, of) in ROWS {
                let cell = |program| of(program).map_or_else(|| "–".to_owned(), |figure| figure.to_string());
                table.add_row(std::iter::once(name.to_owned()).chain(self.programs.iter().map(cell)));
            }
            let mut count = |name: &str, of: fn(&Measured) -> Option<f64>| {
                let cell = |program| {
                    of(program).map_or_else(
                        || "–".to_owned(),
                        |n| format!("{n:.0$}", if n.fract() == 0.0 { 0 } else { 2 }),
                    )
                };
                table.add_row(std::iter::once(name.to_owned()).chain(self.programs.iter().map(cell)));
            };
            count("AWS calls of a warm event", |m| m.aws_calls_per_warm_event);
            count("connections of all warm events", |m| m.connections);
            count("binary, MB", |m| m.binary_bytes.map(|bytes| float(bytes) / 1e6));
            count("zip, MB", |m| m.zip_bytes.map(|bytes| float(bytes) / 1e6));
            let title = format!(
                "Start and events: medians (min–max) of {} interleaved runs, {} warm events each",
                self.runs, self.warm_events
            );
            add(&title, &table);
        }
        if !self.periodic.is_empty() {
            let names =
                ["instances", "AWS calls", "wall, ms", "paging alone, ms", "ratio", "peak memory, MiB"];
            let mut table = table(names);
            for run in &self.periodic {
                table.add_row([
                    run.instances.to_string(),
                    run.calls.to_string(),
                    run.wall_milliseconds.to_string(),
                    format!("{:.0}", run.paging_milliseconds),
                    format!("{:.2}", run.wall_milliseconds.median / run.paging_milliseconds),
                    run.peak_memory_mib.to_string(),
                ]);
            }
            add("A periodic run, each AWS call 20 ms slower, tags and earlier results read", &table);
        }
        if !self.check.is_empty() {
            let mut table = table(["items", "MB", "ms", "µs an item", "MB/s", "peak memory, MiB"]);
            for step in &self.check {
                let (megabytes, time) = (float(step.bytes) / 1e6, step.milliseconds.median);
                let each = time * 1000.0 / float(step.items);
                table.add_row([
                    step.items.to_string(),
                    format!("{megabytes:.1}"),
                    step.milliseconds.to_string(),
                    format!("{each:.*}", digits(each)),
                    format!("{:.0}", megabytes / time * 1000.0),
                    format!("{:.1}", step.peak_memory_mib),
                ]);
            }
            add("dms-rule check of a snapshot, one item in ten of DMS", &table);
        }
        if !self.goals.is_empty() {
            let mut table = table(["goal", "bound", "reached", ""]);
            for goal in &self.goals {
                let value = if goal.bound.contains("1/") {
                    format!("1/{:.1}", 1.0 / goal.value)
                } else {
                    format!("{:.2}", goal.value)
                };
                table.add_row([goal.what, goal.bound, &value, if goal.met { "met" } else { "NOT MET" }]);
            }
            add("Goals", &table);
        }
        if !self.programs.is_empty() {
            let _ = writeln!(
                text,
                "floor answers null and calls nobody. The share of a CPU was kept by {}. plain and boto3 read the system's\nroots, as they do at AWS; ours has those it needs in it. A zip of boto3's rule is small, since Lambda brings boto3.",
                self.share_method
            );
        }
        for missing in &self.missing {
            let _ = writeln!(text, "{missing}");
        }
        text
    }
}

fn table<'a>(names: impl IntoIterator<Item = &'a str>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(names);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
