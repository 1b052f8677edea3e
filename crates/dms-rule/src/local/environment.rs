//! The environment of programs that use the local AWS.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use local_aws::Sample;
use report::quoted;
use tokio::process::Command;

/// The name of this program.
pub(super) const OWN_NAME: &str = "dms-rule";

/// The name of the AWS CLI. Before 2.13 and 1.29 it does not read `AWS_ENDPOINT_URL`, and Debian 12 has 2.9: without an option
/// it would call AWS itself.
const AWS_CLI: &str = "aws";

/// The body of a function of a shell that gives the AWS CLI that option.
const AWS_FUNCTION: &str = r#"command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@""#;

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

/// The variables that name the hosts which are not reached by a proxy.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The most characters of a line that is to be copied: a terminal may break longer ones.
const LINE: usize = 78;

const HOST: &str = "127.0.0.1";

/// Builds the command of a program. No variable of the AWS CLI but those of the local AWS reaches it.
///
/// # Errors
/// Returns an error if the file of this program is not known.
pub(super) fn command(sample: &Sample, program: &OsStr, rest: &[OsString]) -> io::Result<Command> {
    let own = std::env::current_exe()?;
    let mut command = if program == OWN_NAME { Command::new(&own) } else { Command::new(program) };
    if program == AWS_CLI {
        command.args(["--endpoint-url", &sample.aws.endpoint()]);
    }
    command.args(rest);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.envs(environment(sample));
    if Path::new(program).file_name() == Some(OsStr::new("bash")) {
        command.env(format!("BASH_FUNC_{AWS_CLI}%%"), format!("() {{ {AWS_FUNCTION}; }}"));
        // PS1 itself would be replaced by the files that bash reads when it starts.
        command.env("PROMPT_COMMAND", r"PS1='(local AWS) \$ '");
    }
    for name in NO_PROXY {
        let hosts = std::env::var(name).unwrap_or_default();
        command.env(name, if hosts.is_empty() { HOST.to_owned() } else { format!("{hosts},{HOST}") });
    }
    if let Some(folder) = folder_to_add(&own) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = [folder].into_iter().chain(std::env::split_paths(&path)).collect();
        command.env("PATH", std::env::join_paths(folders).unwrap_or(path));
    }
    Ok(command)
}

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
pub(super) fn shell_lines(sample: &Sample) -> String {
    let unset = textwrap::Options::new(LINE).initial_indent("unset ").subsequent_indent("unset ");
    let mut lines = textwrap::fill(&UNSET.join(" "), unset) + "\n";
    for (name, value) in environment(sample) {
        let _ = writeln!(lines, "export {name}={value}"); // a String takes everything
    }
    let _ = writeln!(lines, "{AWS_CLI}() {{ {AWS_FUNCTION}; }}");
    for name in NO_PROXY {
        let _ = writeln!(lines, "export {name}=\"${{{name}:+${name},}}{HOST}\"");
    }
    if let Some(folder) = std::env::current_exe().ok().and_then(|own| folder_to_add(&own)) {
        let _ = writeln!(lines, "export PATH={}:\"$PATH\"", quoted(&folder.to_string_lossy()));
    }
    lines
}

/// Returns the folder of this program, which comes first in PATH unless the shell finds this program anyway: another
/// `dms-rule` there may be an older one.
fn folder_to_add(own: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(OWN_NAME)).find(|file| file.is_file());
    let real = |file: &Path| file.canonicalize().ok();
    let is_own = found.is_some_and(|found| real(&found) == real(own));
    (!is_own).then(|| own.parent().map(Path::to_owned)).flatten()
}
