//! The figures of a run: tables for people, JSON for programs.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use crate::figures::{Figure, digits, float};
use crate::goals::Goal;
use crate::growth::Growth;
use crate::periodic::Periodic;
use crate::program_figures::ProgramFigures;

/// All figures of a run, as `bench.json` has them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The day of the run: `2026-11-26`.
    pub(crate) date: String,
    /// The commit of the checkout; `None` if there is no Git. Uncommitted changes do not show in it.
    pub(crate) commit: Option<String>,
    /// The number of runs of each program.
    pub(crate) runs: usize,
    /// The number of warm events in each run.
    pub(crate) warm_events: usize,
    /// The way by which the share of a CPU was limited.
    pub(crate) share_method: &'static str,
    /// The function and the programs beside it.
    pub(crate) programs: Vec<ProgramFigures>,
    /// A sentence for each figure that could not be measured, with the reason.
    pub(crate) missing: Vec<String>,
    /// The periodic runs, by number of instances.
    pub(crate) periodic: Vec<Periodic>,
    /// The checks of snapshots, by number of items.
    pub(crate) check: Vec<Growth>,
    /// The goals, with the values reached.
    pub(crate) goals: Vec<Goal>,
}

/// The title of a row, and the figure that it shows.
type Row = (&'static str, fn(&ProgramFigures) -> Option<Figure>);

/// The cell of a figure that was not measured.
const MISSING: &str = "–";

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
    /// Returns the figures as tables with titles; a table without rows is left out.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut add = |title: &str, table: &Table| {
            let _ = writeln!(text, "{title}\n{}\n", table.trim_fmt()); // a String takes everything
        };
        if !self.programs.is_empty() {
            let title = format!(
                "Start and events: medians (min–max) of {} interleaved runs, {} warm events each",
                self.runs, self.warm_events
            );
            add(&title, &self.programs_table());
        }
        if !self.periodic.is_empty() {
            let title = "A periodic run, each AWS call 20 ms slower, with tags and earlier results";
            add(title, &self.periodic_table());
        }
        if !self.check.is_empty() {
            add("dms-rule check of a snapshot, one item in ten of DMS", &self.check_table());
        }
        if !self.goals.is_empty() {
            add("Goals", &self.goals_table());
        }
        if !self.programs.is_empty() {
            let _ = writeln!(
                text,
                "floor responds with null and calls nothing. The share of a CPU was limited by {}. plain and boto3 read \
                 the roots of\nthe system, as they do at AWS; ours has those that it needs built in. The zip of a boto3 \
                 rule is small, since\nLambda has boto3.",
                self.share_method
            );
        }
        for missing in &self.missing {
            let _ = writeln!(text, "{missing}");
        }
        text
    }

    /// Returns one column for each program: the measured figures, then its calls, connections and sizes.
    fn programs_table(&self) -> Table {
        let mut table = table(std::iter::once("").chain(self.programs.iter().map(|program| program.name)));
        for (name, figure) in ROWS {
            let cell =
                |program| figure(program).map_or_else(|| MISSING.to_owned(), |figure| figure.to_string());
            table.add_row(std::iter::once(name.to_owned()).chain(self.programs.iter().map(cell)));
        }
        let mut count = |name: &str, value: fn(&ProgramFigures) -> Option<f64>| {
            let cell = |program| {
                value(program).map_or_else(
                    || MISSING.to_owned(),
                    |n| format!("{n:.0$}", if n.fract() == 0.0 { 0 } else { 2 }),
                )
            };
            table.add_row(std::iter::once(name.to_owned()).chain(self.programs.iter().map(cell)));
        };
        count("AWS calls of a warm event", |m| m.aws_calls_per_warm_event);
        count("connections of all warm events", |m| m.connections);
        count("binary, MB", |m| m.binary_bytes.map(|bytes| float(bytes) / 1e6));
        count("zip, MB", |m| m.zip_bytes.map(|bytes| float(bytes) / 1e6));
        table
    }

    /// Returns one row for each number of instances.
    fn periodic_table(&self) -> Table {
        let mut table =
            table(["instances", "AWS calls", "wall, ms", "paging alone, ms", "ratio", "peak memory, MiB"]);
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
        table
    }

    /// Returns one row for each size of the snapshot.
    fn check_table(&self) -> Table {
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
        table
    }

    /// Returns one row for each goal; a value below 1 is shown as a fraction if its bound is one.
    fn goals_table(&self) -> Table {
        let mut table = table(["goal", "bound", "reached", ""]);
        for goal in &self.goals {
            let value = if goal.bound.contains("1/") {
                format!("1/{:.1}", 1.0 / goal.value)
            } else {
                format!("{:.2}", goal.value)
            };
            table.add_row([goal.name, goal.bound, &value, if goal.met { "met" } else { "NOT MET" }]);
        }
        table
    }
}

/// Returns an empty table with these columns, all but the first aligned to the right.
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
