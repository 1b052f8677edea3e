//! Standard output and standard error, as the options of every command want them.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget};
use remediation::formats::shown;

/// True after `--quiet`. Like the choice of colors of `anstream`, it is set once, before a command runs.
static QUIET: AtomicBool = AtomicBool::new(false);

/// The space within a command.
const NO_BREAK: &str = "\u{a0}";

/// The options of every command.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Terminal {
    /// Print no progress and no notes; failures remain
    #[arg(short, long, global = true, display_order = 900)]
    quiet: bool,
    /// Use colors: auto, always or never [default: auto]
    ///
    /// auto uses them on a terminal, unless the environment variable NO_COLOR is set.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true,
        display_order = 901
    )]
    color: ColorChoice,
}

impl Terminal {
    /// Makes everything that is printed from now on follow the options.
    pub(crate) fn apply(self) {
        QUIET.store(self.quiet, Ordering::Relaxed);
        match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// Prints text to standard output, with colors where they are wanted. A reader that ends early is no error: the exit code
/// is that of the whole output.
///
/// # Errors
/// Returns any other error of standard output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    print_with(|out| out.write_all(text.as_bytes()))
}

/// Prints what `write` writes, as [`print()`] does.
///
/// # Errors
/// Returns any error of standard output but that its reader has ended.
pub(crate) fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::new(anstream::stdout());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(|error| io::Error::new(error.kind(), format!("standard output: {error}"))),
    }
}

/// Prints a line on standard error that a person can do without.
pub(crate) fn note(text: impl Display) {
    if !QUIET.load(Ordering::Relaxed) {
        failure(text);
    }
}

/// Prints a line on standard error without the name of the program, unless nothing but failures is wanted.
pub(crate) fn progress_line(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        let _ = write!(anstream::stderr(), "{}", legible(text, stderr_width())); // there is no other place to print it
    }
}

/// Prints lines on standard error. If that fails, there is no other place to print them.
pub(crate) fn failure(text: impl Display) {
    let _ = write!(anstream::stderr(), "{}", legible(&format!("dms-rule: {text}"), stderr_width()));
}

/// Returns the width of the terminal that standard error is; `None` if it is none.
pub(crate) fn stderr_width() -> Option<usize> {
    io::stderr().is_terminal().then(textwrap::termwidth)
}

/// Returns the width of the terminal that standard output is; `None` if it is none.
pub(crate) fn stdout_width() -> Option<usize> {
    io::stdout().is_terminal().then(textwrap::termwidth)
}

/// Returns a command in words that [`legible`] keeps on one line, so that it can be copied.
pub(crate) fn unbroken(command: &str) -> String {
    command.replace(' ', NO_BREAK)
}

/// Returns a text whose lines are wrapped between words to a width, and in which nothing is hidden: characters that control
/// a terminal, are not visible or turn the direction of the text are written as escapes.
pub(crate) fn legible(text: &str, width: Option<usize>) -> String {
    let mut page = String::new();
    for line in text.lines() {
        let line = shown(line);
        match width {
            None => page.push_str(&line),
            Some(width) => {
                let indent = " ".repeat(line.len() - line.trim_start_matches(' ').len() + 2);
                let options = textwrap::Options::new(width.max(20))
                    .subsequent_indent(&indent)
                    .word_splitter(textwrap::WordSplitter::NoHyphenation)
                    .word_separator(textwrap::WordSeparator::AsciiSpace)
                    .break_words(false);
                page.push_str(&textwrap::fill(&line, options));
            }
        }
        page.push('\n');
    }
    page.replace(NO_BREAK, " ")
}

/// Returns a progress bar on standard error if that is a terminal. `None` is a length that is not known.
pub(crate) fn progress_bar(length: Option<u64>) -> ProgressBar {
    let is_quiet = QUIET.load(Ordering::Relaxed);
    let target = if is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    ProgressBar::with_draw_target(length, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_not_within_a_command() {
        let command = unbroken("dms-rule apply 'my plan.json' --back");
        let text =
            format!("Next: mend the cause, then {command}; or end here\n  of a list that is long enough");
        let wrapped = "Next: mend the cause, then\n  dms-rule apply 'my plan.json' --back;\n  or end here\n  \
                       of a list that is long\n    enough\n";
        assert_eq!(legible(&text, Some(28)), wrapped);
        let plain = "Next: mend the cause, then dms-rule apply 'my plan.json' --back; or end here\n  of a list that is \
                     long enough\n";
        assert_eq!(legible(&text, None), plain);
    }

    #[test]
    fn nothing_is_hidden() {
        let odd =
            "a\u{1b}[2Jb\rc\u{202e}d\u{2066}e\u{200b}f\u{ad}g\u{85}h\u{2028}i\u{600}j\u{e0041}k\u{feff}l\tm";
        let shown =
            r"a\u{1b}[2Jb\rc\u{202e}d\u{2066}e\u{200b}f\u{ad}g\u{85}h\u{2028}i\u{600}j\u{e0041}k\u{feff}l\tm";
        for width in [None, Some(1000)] {
            assert_eq!(legible(odd, width), format!("{shown}\n"));
        }
    }
}
