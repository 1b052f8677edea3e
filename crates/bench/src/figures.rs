//! Medians of runs and their format.

use std::fmt::{self, Display};
use std::time::Duration;

use serde::Serialize;

/// The median, least and greatest value of several runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Figure {
    /// Computes the figure. `None` if there are no values.
    pub(crate) fn from_values(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Some(Self { median: percentile(&values, 50)?, min: *values.first()?, max: *values.last()? })
    }
}

impl Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, min, max } = self;
        let digits = digits(*median);
        write!(f, "{median:.digits$}")?;
        if (max - min).abs() > f64::EPSILON {
            write!(f, " ({min:.digits$}–{max:.digits$})")?;
        }
        Ok(())
    }
}

/// Returns the number of decimals that gives three significant digits, and none above 100.
pub(crate) fn digits(value: f64) -> usize {
    match value {
        value if value < 1.0 => 3,
        value if value < 10.0 => 2,
        value if value < 100.0 => 1,
        _ => 0,
    }
}

/// Returns a percentile of sorted values. `None` if there are none.
pub(crate) fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    sorted.get((sorted.len().checked_sub(1)?) * percent / 100).copied()
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Converts a count; infinity above 4,294,967,295, which no count here reaches.
pub(crate) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
