//! A chart of the time and memory of a check by the size of its input.

use std::path::Path;

use plotters::prelude::*;

use crate::error::Error;
use crate::figures::float;
use crate::growth::Growth;

const SIZE: (u32, u32) = (900, 420);

/// A title, the value that is drawn, and true if a line of linear growth is drawn too.
type Line = (&'static str, fn(&Growth) -> f64, bool);

/// Draws time and memory by the number of items. Both axes are logarithmic: linear growth is a straight line.
pub(crate) fn draw(file: &Path, check: &[Growth]) -> Result<(), Error> {
    let (Some(first), Some(last)) = (check.first(), check.last()) else { return Ok(()) };
    let items = (float(first.items)..float(last.items)).log_scale();
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE).map_err(failed)?;
    let halves = root.split_evenly((1, 2));
    let time = |step: &Growth| step.milliseconds.median;
    let memory = |step: &Growth| step.peak_memory_mib;
    let lines: [Line; 2] =
        [("dms-rule check: time, ms", time, true), ("dms-rule check: peak memory, MiB", memory, false)];
    for (area, (title, value, with_line)) in halves.iter().zip(lines) {
        let top = check.iter().map(value).fold(1.0, f64::max) * 2.0;
        let bottom = check.iter().map(value).fold(f64::INFINITY, f64::min) / 2.0;
        let mut chart = ChartBuilder::on(area)
            .caption(title, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(items.clone(), (bottom..top).log_scale())
            .map_err(failed)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc("items in the snapshot")
            .x_label_formatter(&|items| thousands(*items))
            .y_label_formatter(&|value| thousands(*value))
            .draw()
            .map_err(failed)?;
        if with_line {
            // Linear growth, drawn backwards from the largest check.
            let linear = check
                .iter()
                .map(|step| (float(step.items), value(last) * float(step.items) / float(last.items)));
            let within = linear.filter(|(_, value)| *value >= bottom);
            chart.draw_series(LineSeries::new(within, BLACK.mix(0.35))).map_err(failed)?;
        }
        let points = || check.iter().map(|step| (float(step.items), value(step)));
        chart.draw_series(LineSeries::new(points(), BLUE.stroke_width(2))).map_err(failed)?;
        chart.draw_series(points().map(|point| Circle::new(point, 4, BLUE.filled()))).map_err(failed)?;
    }
    root.present().map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Error {
    format!("the plot could not be drawn: {error}").into()
}

fn thousands(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.0} M", value / 1e6),
        value if value >= 1e4 => format!("{:.0} k", value / 1e3),
        value if value >= 1.0 => format!("{value:.0}"),
        value => format!("{value}"),
    }
}
