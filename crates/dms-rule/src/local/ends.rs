//! The ends of the local AWS: signals, its time, its input, and the program that started it.

use std::io;
use std::time::Duration;

/// The time between two checks that the program which started this one still runs.
const PARENT_CHECK: Duration = Duration::from_secs(1);

/// Waits until the server is to end, and returns why; an empty text after a signal.
///
/// # Errors
/// Returns an error if no thread is available.
pub(super) async fn end(ends: &mut Ends, time: Duration) -> io::Result<&'static str> {
    let input_ended = input_ended()?;
    Ok(tokio::select! {
        _ = ends.next() => "",
        () = tokio::time::sleep(time) => "the time is over",
        () = input_ended => "standard input has ended",
        () = parent_ended() => "the program that started it has ended",
    })
}

/// Completes when standard input ends, if it is a pipe: the program at its other end has ended. Never completes otherwise: in
/// the background of a script, standard input is an empty file.
///
/// # Errors
/// Returns an error if no thread is available.
fn input_ended() -> io::Result<impl Future<Output = ()>> {
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let waits = is_pipe();
    if waits {
        std::thread::Builder::new().name("input".to_owned()).spawn(move || {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink()); // an error is an end too
            drop(sender);
        })?;
    }
    Ok(async move {
        if !waits {
            std::future::pending::<()>().await;
        }
        let _ = receiver.await; // the sender is dropped without a value
    })
}

/// A signal that ends this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Interrupt,
    Terminate,
    HangUp,
}

#[cfg(unix)]
pub(super) struct Ends([(End, tokio::signal::unix::Signal); 3]);

#[cfg(unix)]
impl Ends {
    /// Catches the signals from now on.
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            (End::Interrupt, signal(SignalKind::interrupt())?),
            (End::Terminate, signal(SignalKind::terminate())?),
            (End::HangUp, signal(SignalKind::hangup())?),
        ]))
    }

    pub(super) async fn next(&mut self) -> End {
        let [(interrupt, first), (terminate, second), (hang_up, third)] = &mut self.0;
        tokio::select! {
            _ = first.recv() => *interrupt,
            _ = second.recv() => *terminate,
            _ = third.recv() => *hang_up,
        }
    }
}

/// Returns true if standard input is a pipe or a socket.
#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let metadata =
        io::stdin().as_fd().try_clone_to_owned().and_then(|file| std::fs::File::from(file).metadata());
    metadata.is_ok_and(|metadata| metadata.file_type().is_fifo() || metadata.file_type().is_socket())
}

/// Completes when the program that started this one ends: then another one is the parent.
#[cfg(unix)]
async fn parent_ended() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(PARENT_CHECK).await;
    }
}

#[cfg(not(unix))]
pub(super) struct Ends;

#[cfg(not(unix))]
impl Ends {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    pub(super) async fn next(&mut self) -> End {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        End::Interrupt
    }
}

#[cfg(not(unix))]
fn is_pipe() -> bool {
    false
}

#[cfg(not(unix))]
async fn parent_ended() {
    std::future::pending().await
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_server_ends_when_the_time_is_over() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let note = runtime.block_on(async {
            let mut ends = Ends::new().unwrap();
            let waited = end(&mut ends, Duration::from_millis(100));
            tokio::time::timeout(Duration::from_secs(5), waited).await.unwrap().unwrap()
        });
        // The input of a test may be a pipe that has ended.
        assert!(["the time is over", "standard input has ended"].contains(&note), "{note}");
    }
}
