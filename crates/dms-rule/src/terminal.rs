//! Standard output and standard error, as the options of every command want them.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget};

/// True after `--quiet`. Like the choice of colors of `anstream`, it is set once, before a command runs.
static QUIET: AtomicBool = AtomicBool::new(false);

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

/// Prints a line on standard error as it is, without the name of the program, unless nothing but failures is wanted.
pub(crate) fn progress_line(text: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        let _ = writeln!(anstream::stderr(), "{text}"); // there is no other place to print it
    }
}

/// Prints a line on standard error. If that fails, there is no other place to print it.
pub(crate) fn failure(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "dms-rule: {text}");
}

/// Returns a progress bar on standard error if that is a terminal. `None` is a length that is not known.
pub(crate) fn progress_bar(length: Option<u64>) -> ProgressBar {
    let is_quiet = QUIET.load(Ordering::Relaxed);
    let target = if is_quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    ProgressBar::with_draw_target(length, target)
}
