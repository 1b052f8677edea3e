//! The server's address, and everything that ends it.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{dms_rule, text};

/// A server that was started with these arguments, with the lines that it printed.
struct Started {
    child: Child,
    port: u16,
    lines: String,
    _stdout: BufReader<ChildStdout>,
}

/// The last of the lines that are always printed.
const LAST: &str = "export no_proxy=";

fn start(arguments: &[&str], stdin: Stdio) -> Started {
    let mut child = dms_rule()
        .arg("local")
        .args(arguments)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    while !lines.lines().any(|line| line.starts_with(LAST)) {
        assert_ne!(stdout.read_line(&mut lines).unwrap(), 0, "it ended: {lines}");
    }
    Started { child, port: port(&lines), lines, _stdout: stdout }
}

fn port(lines: &str) -> u16 {
    let prefix = "export AWS_ENDPOINT_URL=http://127.0.0.1:";
    lines.lines().find_map(|line| line.strip_prefix(prefix)).unwrap().parse().unwrap()
}

fn is_open(host: &str, port: u16) -> bool {
    match TcpStream::connect((host, port)) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error}");
            false
        }
    }
}

/// Waits until a condition holds.
fn wait(mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn send(signal: &str, id: u32) {
    assert!(Command::new("kill").args([signal, &id.to_string()]).status().unwrap().success());
}

/// Waits for the end of the server, and returns its exit code and what it printed on standard error.
fn ended(mut started: Started) -> (Option<i32>, String) {
    wait(|| started.child.try_wait().unwrap().is_some());
    let mut error = Vec::new();
    started.child.stderr.take().unwrap().read_to_end(&mut error).unwrap();
    assert!(!is_open("127.0.0.1", started.port));
    (started.child.wait().unwrap().code(), text(&error))
}

#[test]
fn a_shell_that_reads_the_lines_works_with_the_local_aws_whatever_was_set() {
    let started = start(&[], Stdio::piped());
    let mut shell = Command::new("sh");
    let script =
        format!("{}\nexec dms-rule scan --rule dms-replication-not-public --fail-on never", started.lines);
    let output = super::with_settings(&mut shell).args(["-c", &script]).env("PATH", path()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("orders-migration"));
    send("-TERM", started.child.id());
    ended(started);
}

/// Returns a PATH with the folder of the program.
fn path() -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dms-rule"));
    format!("{}:/usr/bin:/bin", program.parent().unwrap().display())
}

#[test]
fn each_signal_of_a_terminal_ends_it_and_an_empty_input_does_not() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut started = start(&[], Stdio::null());
        assert!(is_open("127.0.0.1", started.port));
        assert_eq!(started.child.try_wait().unwrap(), None);
        send(signal, started.child.id());
        let (code, error) = ended(started);
        assert_eq!(code, Some(0), "{signal}: {error}");
        assert!(error.contains("dms-rule scan") && error.contains("for 60 minutes"), "{error}");
    }
}

#[test]
fn the_end_of_a_pipe_ends_it() {
    let mut started = start(&["--minutes", "5"], Stdio::piped());
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(started.child.try_wait().unwrap(), None);
    drop(started.child.stdin.take());
    let (code, error) = ended(started);
    assert_eq!(code, Some(0));
    assert!(error.ends_with("dms-rule: standard input has ended: the local AWS ends\n"), "{error}");
    assert!(error.contains("for 5 minutes"), "{error}");
}

#[test]
fn the_end_of_the_program_that_started_it_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines");
    let script = r#"dms-rule local </dev/null >"$0" 2>/dev/null & read -r line"#;
    let mut shell = Command::new("sh")
        .args(["-c", script, file.to_str().unwrap()])
        .env("PATH", path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let read = || std::fs::read_to_string(&file).unwrap_or_default();
    wait(|| read().contains(LAST));
    let port = port(&read());
    std::thread::sleep(Duration::from_millis(1500));
    assert!(is_open("127.0.0.1", port), "its parent lives");
    shell.kill().unwrap();
    shell.wait().unwrap();
    wait(|| !is_open("127.0.0.1", port));
}

#[test]
fn it_listens_on_one_address_and_a_port_in_use_is_an_error() {
    let started = start(&[], Stdio::null());
    let port = started.port.to_string();
    // Another address of the loopback network: a server on all addresses would accept it.
    if cfg!(target_os = "linux") {
        assert!(!is_open("127.0.0.2", started.port));
    }
    let output = dms_rule().args(["local", "--port", &port]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let expected = format!(
        "dms-rule: 127.0.0.1:{port} is in use: name another port with --port, or leave the option out\n"
    );
    assert_eq!((text(&output.stdout), text(&output.stderr)), (String::new(), expected));
    send("-TERM", started.child.id());
    ended(started);
    let again = start(&["--port", &port], Stdio::null());
    assert_eq!(again.port.to_string(), port);
    send("-TERM", again.child.id());
    ended(again);
}

#[test]
fn a_signal_ends_the_command_too() {
    for (signal, number) in [("-TERM", 15), ("-HUP", 1), ("-INT", 2)] {
        let script = r#"echo "$AWS_ENDPOINT_URL $$"; exec sleep 60"#;
        let mut child = dms_rule()
            .args(["local", "--", "sh", "-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (endpoint, id) = line.trim().split_once(' ').unwrap();
        let port = endpoint.rsplit(':').next().unwrap().parse().unwrap();
        assert!(is_open("127.0.0.1", port));
        send(signal, child.id());
        wait(|| child.try_wait().unwrap().is_some());
        assert_eq!(child.wait().unwrap().code(), Some(128 + number), "{signal}");
        assert!(!is_open("127.0.0.1", port));
        assert!(!Command::new("kill").args(["-0", id]).stderr(Stdio::null()).status().unwrap().success());
    }
}
