use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};

/// The bytes read of all files, as a bar on standard error if that is a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Starts the bar for so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let bar = ProgressBar::new(bytes);
        let style = "{msg:.dim} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Shows the end of the name of the file that is read.
    pub(super) fn show(&self, name: &str) {
        let end: String = name.chars().rev().take(28).collect::<Vec<_>>().into_iter().rev().collect();
        self.0.set_message(end);
    }

    /// Counts the bytes that are read from a reader.
    pub(super) fn wrap<R: Read>(&self, reader: R) -> impl Read + use<R> {
        self.0.wrap_read(reader)
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
