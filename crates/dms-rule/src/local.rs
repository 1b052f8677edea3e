//! `dms-rule local`: a local AWS with a sample organization, and the environment of programs that use it.

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use local_aws::{Sample, SampleRule};
use rule_core::rules::RULES;
use tokio::process::{Child, Command};

use crate::terminal::{self, print, progress_line};

/// The arguments of `dms-rule local`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The server listens on 127.0.0.1 alone, forwards nothing, and keeps everything in memory: a new start is as the first. Your \
own credentials, profiles and files of the AWS CLI are neither read nor printed.

Without COMMAND it prints lines for another terminal of your shell, and ends with Ctrl-C, with its terminal, with the program \
that started it, with standard input if that is a pipe, or after --minutes. With COMMAND it runs that program with the same \
environment, and ends with it. There the word dms-rule is this program.

The organization has six accounts and three Regions. Yours is 123456789012, orders: in eu-west-1 it has the public instance \
orders-migration, with three tasks. One account has an exempt instance, a service control policy denies one Region to two, \
one lacks the role DmsRuleReader, one is suspended; AWS Config has gaps. DMS takes seconds for what takes minutes in AWS. The exemption counts with \
--rule-parameters '{\"exemptionTagKey\": \"PublicDmsApproved\"}'.

Examples:
  dms-rule local
  dms-rule local -- bash
  dms-rule local -- dms-rule scan
  dms-rule local -- dms-rule coverage --accounts organization --role-name DmsRuleReader
  dms-rule local -- aws dms describe-replication-instances

Exit codes:
  0  it was stopped, or its time is over; with COMMAND, COMMAND ended with 0
  2  it could not start, or COMMAND was ended after --minutes
  With COMMAND any other is that of COMMAND, 128 and the number of the signal if one ended it")]
pub(crate) struct Arguments {
    /// Listen on this port of 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// End after this time
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=1440))]
    minutes: u16,
    /// The program to run, with its arguments
    #[arg(value_name = "COMMAND", last = true)]
    command: Vec<OsString>,
}

/// The name of this program.
const OWN_NAME: &str = "dms-rule";

/// The time that a program has to end after a signal.
const GRACE: Duration = Duration::from_secs(5);

/// The time between two checks that the program which started this one still runs.
const PARENT_CHECK: Duration = Duration::from_secs(1);

/// Settings that would lead a program past the local AWS, or to other credentials.
const UNSET: [&str; 15] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_ENDPOINT_URL_ACCOUNT",
    "AWS_ENDPOINT_URL_CONFIG_SERVICE",
    "AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_ENDPOINT_URL_ORGANIZATIONS",
    "AWS_ENDPOINT_URL_STS",
];

/// The commands to type next, each with what it shows.
const NEXT: [(&str, &str); 5] = [
    ("dms-rule scan", "your account: the public instance first"),
    (
        "dms-rule scan --accounts organization --role-name DmsRuleReader",
        "all accounts, with what could not be read",
    ),
    (
        "dms-rule coverage --accounts organization --role-name DmsRuleReader",
        "where AWS Config evaluates the rules",
    ),
    ("dms-rule plan orders-migration --output json=plan.json", "how the instance becomes private"),
    ("dms-rule apply plan.json", "does it, and asks before what interrupts"),
];

/// Starts the server, and waits for its end.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let rules: Vec<SampleRule> = RULES
        .iter()
        .map(|rule| SampleRule { name: rule.identifier, on_change: rule.resource_type.is_recorded() })
        .collect();
    let sample =
        Sample::start(arguments.port, &rules).map_err(|error| cannot_listen(arguments.port, &error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        let ends = Ends::new()?;
        let time = Duration::from_mins(arguments.minutes.into());
        match arguments.command.split_first() {
            None => serve(&sample, ends, time).await,
            Some((program, rest)) => execute(&sample, program, rest, ends, time).await,
        }
    });
    runtime.shutdown_background();
    code
}

fn cannot_listen(port: Option<u16>, error: &io::Error) -> String {
    match port {
        Some(port) if error.kind() == ErrorKind::AddrInUse => {
            format!("127.0.0.1:{port} is in use: name another port with --port, or leave the option out")
        }
        Some(port) => format!("127.0.0.1:{port}: {error}"),
        None => format!("127.0.0.1: {error}"),
    }
}

/// Prints the environment, and waits until the server is to end.
async fn serve(sample: &Sample, mut ends: Ends, time: Duration) -> Result<ExitCode, Box<dyn Error>> {
    let minutes = time.as_secs() / 60;
    let endpoint = sample.aws.endpoint();
    let first = format!(
        "A local AWS runs at {endpoint}, for {minutes} minutes or until Ctrl-C. Nothing leaves this machine."
    );
    progress_line(&textwrap::fill(&first, textwrap::termwidth()));
    progress_line("These lines are the environment of another terminal:\n");
    print(&shell_lines(sample))?;
    progress_line(&format!("\n{}", next("There, type")));
    let note = end(&mut ends, time).await?;
    if !note.is_empty() {
        terminal::note(format!("{note}: the local AWS ends"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits until the server is to end, and returns why; an empty text after a signal.
///
/// # Errors
/// Returns an error if no thread is available.
async fn end(ends: &mut Ends, time: Duration) -> io::Result<&'static str> {
    let input_ended = input_ended()?;
    Ok(tokio::select! {
        _ = ends.next() => "",
        () = tokio::time::sleep(time) => "the time is over",
        () = input_ended => "standard input has ended",
        () = parent_ended() => "the program that started it has ended",
    })
}

/// Runs a program with the environment, and returns its exit code.
async fn execute(
    sample: &Sample,
    program: &OsStr,
    rest: &[OsString],
    mut ends: Ends,
    time: Duration,
) -> Result<ExitCode, Box<dyn Error>> {
    let is_shell = rest.is_empty() && io::stdin().is_terminal() && io::stderr().is_terminal();
    if is_shell {
        let minutes = time.as_secs() / 60;
        progress_line(&next(&format!(
            "A local AWS runs until this shell ends, for {minutes} minutes at most. Type"
        )));
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
                    progress_line(&format!("\nThe local AWS has ended with the command. Next: {} local -- bash", own_name()));
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
                let minutes = time.as_secs() / 60;
                return Err(format!("{} was ended after {minutes} minutes (--minutes)", program.display()).into());
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

/// Builds the command of a program. No variable of the AWS CLI but those of the local AWS reaches it.
fn command(sample: &Sample, program: &OsStr, rest: &[OsString]) -> io::Result<Command> {
    let own = std::env::current_exe()?;
    let mut command = if program == OWN_NAME { Command::new(&own) } else { Command::new(program) };
    command.args(rest);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.envs(environment(sample));
    for name in NO_PROXY {
        let hosts = std::env::var(name).unwrap_or_default();
        command.env(name, if hosts.is_empty() { HOST.to_owned() } else { format!("{hosts},{HOST}") });
    }
    if let Some(folder) = folder_to_add(&own) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain([folder]);
        command.env("PATH", std::env::join_paths(folders).unwrap_or(path));
    }
    Ok(command)
}

/// The variables that name the hosts which are not reached by a proxy.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The most characters of a line that is to be copied: a terminal may break longer ones.
const LINE: usize = 78;

const HOST: &str = "127.0.0.1";

/// Returns the variables that lead a program to the local AWS.
fn environment(sample: &Sample) -> [(&'static str, String); 10] {
    let no_file = if cfg!(windows) { "NUL" } else { "/dev/null" };
    [
        ("AWS_ENDPOINT_URL", sample.aws.endpoint()),
        ("AWS_REGION", Sample::REGION.to_owned()),
        ("AWS_DEFAULT_REGION", Sample::REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", sample.credentials.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", sample.credentials.secret_access_key.clone()),
        ("AWS_SESSION_TOKEN", sample.credentials.session_token.clone()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_CONFIG_FILE", no_file.to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", no_file.to_owned()),
        // `apply` observes this DMS more often than AWS's.
        ("DMS_RULE_POLL_MILLISECONDS", "500".to_owned()),
    ]
}

/// Writes the environment as lines for a shell.
fn shell_lines(sample: &Sample) -> String {
    let unset = textwrap::Options::new(LINE).initial_indent("unset ").subsequent_indent("unset ");
    let mut lines = textwrap::fill(&UNSET.join(" "), unset) + "\n";
    for (name, value) in environment(sample) {
        let _ = writeln!(lines, "export {name}={value}"); // a String takes everything
    }
    for name in NO_PROXY {
        let _ = writeln!(lines, "export {name}=\"${{{name}:+${name},}}{HOST}\"");
    }
    if let Some(folder) = std::env::current_exe().ok().and_then(|own| folder_to_add(&own)) {
        let _ = writeln!(
            lines,
            "export PATH=\"$PATH\":'{}'",
            folder.display().to_string().replace('\'', r"'\''")
        );
    }
    lines
}

/// Returns the folder of this program, unless the shell finds a `dms-rule` without it.
fn folder_to_add(own: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_found = std::env::split_paths(&path).any(|folder| folder.join(OWN_NAME).is_file());
    (!is_found).then(|| own.parent().map(Path::to_owned)).flatten()
}

/// Lists the commands to type next.
fn next(beginning: &str) -> String {
    let width = NEXT.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    let wide = textwrap::termwidth() > width + 50;
    let mut text = format!("{beginning}:");
    for (command, shows) in NEXT {
        if wide {
            let _ = write!(text, "\n  {command:width$}  # {shows}");
        } else {
            let _ = write!(text, "\n  # {shows}\n  {command}");
        }
    }
    text
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

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| signal_of(status).map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(2))
}

/// A signal that ends this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Interrupt,
    Terminate,
    HangUp,
}

#[cfg(unix)]
struct Ends([(End, tokio::signal::unix::Signal); 3]);

#[cfg(unix)]
impl Ends {
    /// Catches the signals from now on.
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            (End::Interrupt, signal(SignalKind::interrupt())?),
            (End::Terminate, signal(SignalKind::terminate())?),
            (End::HangUp, signal(SignalKind::hangup())?),
        ]))
    }

    async fn next(&mut self) -> End {
        let [(interrupt, first), (terminate, second), (hang_up, third)] = &mut self.0;
        tokio::select! {
            _ = first.recv() => *interrupt,
            _ = second.recv() => *terminate,
            _ = third.recv() => *hang_up,
        }
    }
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
struct Ends;

#[cfg(not(unix))]
impl Ends {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> End {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        End::Interrupt
    }
}

#[cfg(not(unix))]
fn signal(_child: &Child, _end: End) {}

#[cfg(not(unix))]
fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
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
    use std::time::Instant;

    use super::*;

    fn run<T>(work: impl AsyncFnOnce(Sample, Ends) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { work(Sample::start(None, &[]).unwrap(), Ends::new().unwrap()).await })
    }

    #[test]
    fn a_command_is_ended_when_the_time_is_over() {
        let start = Instant::now();
        let error = run(async |sample, ends| {
            let arguments = ["60".into()];
            execute(&sample, OsStr::new("sleep"), &arguments, ends, Duration::from_millis(100))
                .await
                .unwrap_err()
        });
        assert_eq!(error.to_string(), "sleep was ended after 0 minutes (--minutes)");
        assert!(start.elapsed() < GRACE, "{:?}", start.elapsed());
    }

    #[test]
    fn the_server_ends_when_the_time_is_over() {
        let time = Duration::from_millis(100);
        let note = run(async |_, mut ends| {
            tokio::time::timeout(GRACE, end(&mut ends, time)).await.unwrap().unwrap()
        });
        assert!(["the time is over", "standard input has ended"].contains(&note), "{note}");
    }
}
