//! The figures of a program, computed from its runs.

use serde::Serialize;

use crate::figures::{Figure, float, percentile};
use crate::start::{Start, Warm};

/// The figures of a program, as `bench.json` has them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProgramFigures {
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

/// All runs of a program: over TLS, over plain HTTP, and with a share of a CPU (init and first event in milliseconds).
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    pub(crate) tls: Vec<(Start, Warm)>,
    pub(crate) plain_http: Vec<(Start, Warm)>,
    pub(crate) share: Vec<(f64, f64)>,
}

impl ProgramFigures {
    pub(crate) fn new(name: &'static str, runs: &Runs, sizes: Option<(usize, usize)>) -> Self {
        let start =
            |value: fn(&Start) -> f64| Figure::from_values(runs.tls.iter().map(|(start, _)| value(start)));
        let wall = |runs: &[(Start, Warm)], percent| {
            Figure::from_values(runs.iter().filter_map(|(_, warm)| {
                let mut walls = warm.walls.clone();
                walls.sort_by(f64::total_cmp);
                percentile(&walls, percent)
            }))
        };
        let cpu = |runs: &[(Start, Warm)]| {
            Figure::from_values(runs.iter().map(|(_, warm)| warm.cpu * 1000.0 / float(warm.walls.len())))
        };
        let share = |value: fn(&(f64, f64)) -> f64| Figure::from_values(runs.share.iter().map(value));
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
            warm_p50_milliseconds: wall(&runs.tls, 50),
            warm_p99_milliseconds: wall(&runs.tls, 99),
            warm_cpu_microseconds: cpu(&runs.tls),
            plain_http_first_event_milliseconds: Figure::from_values(
                runs.plain_http.iter().map(|(start, _)| start.first_wall),
            ),
            plain_http_warm_p50_milliseconds: wall(&runs.plain_http, 50),
            plain_http_warm_cpu_microseconds: cpu(&runs.plain_http),
            aws_calls_per_warm_event: last.map(|warm| float(warm.calls) / float(warm.walls.len())),
            connections: last.map(|warm| float(warm.connections)),
            peak_memory_mib: start(|start| float(start.peak_memory) / 1024.0),
            binary_bytes: sizes.map(|(bytes, _)| bytes),
            zip_bytes: sizes.map(|(_, zip)| zip),
        }
    }
}
