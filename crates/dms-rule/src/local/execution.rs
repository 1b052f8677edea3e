//! A program that runs with the environment of the local AWS.

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use local_aws::Sample;
use tokio::process::Child;

use super::ends::{End, Ends};
use super::environment::{OWN_NAME, command};
use crate::terminal::progress_line;

/// The time that a program has to end after a signal.
const GRACE: Duration = Duration::from_secs(5);

/// Runs a program with the environment, and returns its exit code.
pub(super) async fn execute(
    sample: &Sample,
    program: &OsStr,
    rest: &[OsString],
    mut ends: Ends,
    time: Duration,
    hint: &str,
) -> Result<ExitCode, Box<dyn Error>> {
    let is_shell = rest.is_empty() && io::stdin().is_terminal() && io::stderr().is_terminal();
    if is_shell {
        progress_line(hint);
    }
    let mut child = command(sample, program, rest)?
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    let over = tokio::time::sleep(time);
    tokio::pin!(over);
    loop {
        tokio::select! {
            status = child.wait() => {
                if program == OWN_NAME && io::stderr().is_terminal() {
                    let shell = format!("{} local -- bash", own_name());
                    progress_line(&format!("\nNext, a shell with a local AWS, which lists what to type:\n  {shell}"));
                }
                return Ok(exit_code(status?));
            }
            end = ends.next() => match end {
                // The terminal sends it to the program too.
                End::Interrupt if is_at_terminal() => {}
                end => {
                    signal(&child, end);
                    if end != End::Interrupt {
                        return Ok(exit_code(last_wait(&mut child).await?));
                    }
                }
            },
            () = &mut over => {
                signal(&child, End::HangUp); // a shell at a terminal ignores SIGTERM
                last_wait(&mut child).await?;
                let minutes = match time.as_secs() / 60 {
                    1 => "1 minute".to_owned(),
                    minutes => format!("{minutes} minutes"),
                };
                return Err(format!("{} was ended after {minutes} (--minutes)", program.display()).into());
            }
        }
    }
}

/// Returns true if this program is used at a terminal, which sends signals of its keys to all programs there.
fn is_at_terminal() -> bool {
    io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()
}

/// Waits for the end of a program that got a signal, and ends it if it takes too long.
async fn last_wait(child: &mut Child) -> io::Result<ExitStatus> {
    if let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await {
        return status;
    }
    child.start_kill()?;
    child.wait().await
}

/// Returns the name by which this program was started.
fn own_name() -> String {
    std::env::args().next().unwrap_or_else(|| OWN_NAME.to_owned())
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| signal_of(status).map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(2))
}

#[cfg(unix)]
fn signal(child: &Child, end: End) {
    use rustix::process::{Pid, Signal, kill_process};
    let signal = match end {
        End::Interrupt => Signal::INT,
        End::Terminate => Signal::TERM,
        End::HangUp => Signal::HUP,
    };
    // There is no id once its end was seen.
    if let Some(id) = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)) {
        let _ = kill_process(id, signal); // it may have ended
    }
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_child: &Child, _end: End) {}

#[cfg(not(unix))]
fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_command_is_ended_when_the_time_is_over() {
        let start = Instant::now();
        let sample = Sample::start(None, &[]).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(async {
            let (program, arguments) = (OsStr::new("sleep"), ["60".into()]);
            let time = Duration::from_millis(100);
            execute(&sample, program, &arguments, Ends::new().unwrap(), time, "").await.unwrap_err()
        });
        assert_eq!(error.to_string(), "sleep was ended after 0 minutes (--minutes)");
        assert!(start.elapsed() < GRACE, "{:?}", start.elapsed());
    }
}
