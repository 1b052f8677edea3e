//! The signals that end a scan: SIGINT, as Ctrl-C sends it, and SIGTERM.

use std::io::{self, Write};
use std::process;
use std::thread;

use tokio::sync::oneshot;

/// The exit code of a program that the second signal ends at once.
const ENDED_AT_ONCE: i32 = 130;

/// Catches the first signal, which prints `note` and completes the future that is returned. The second one ends the program
/// at once.
///
/// # Errors
/// Returns an error if signals cannot be caught.
pub(crate) fn first_signal(note: &'static str) -> io::Result<oneshot::Receiver<()>> {
    let (sender, receiver) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _entered = runtime.enter();
        Signals::new()?
    };
    // A thread of its own: writing the report takes the time of the main thread.
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async move {
            signals.next().await;
            let _ = writeln!(anstream::stderr(), "dms-rule: {note}"); // there is no other place to write it
            let _ = sender.send(()); // the scan may have ended
            signals.next().await;
            process::exit(ENDED_AT_ONCE);
        });
    })?;
    Ok(receiver)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
