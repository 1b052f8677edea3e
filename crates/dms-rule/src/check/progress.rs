use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::progress_bar;

/// The bytes read of all files, on standard error if that is a terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Starts a bar for so many bytes; a count without an end if it is not known how many there are.
    pub(super) fn new(bytes: Option<u64>) -> Self {
        let bar = progress_bar(bytes);
        if let Ok(style) = ProgressStyle::with_template(template(bytes)) {
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

/// Returns the layout of the line. Without a length nothing in it claims to know how much is left.
fn template(bytes: Option<u64>) -> &'static str {
    match bytes {
        Some(_) => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
        None => "{spinner} {msg} {bytes} read, {bytes_per_sec}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_length_nothing_claims_to_know_how_much_is_left() {
        for word in ["total", "eta", "bar", "percent"] {
            assert!(!template(None).contains(word), "{word}");
        }
        assert_eq!(Progress::new(None).0.length(), None);
        assert_eq!(Progress::new(Some(7)).0.length(), Some(7));
    }
}
