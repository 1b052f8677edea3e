//! The function as a process, in the environment that Lambda gives it.

use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::local_aws::LocalAws;

/// The program, environment and owner of a function.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// The executable.
    pub program: PathBuf,
    /// The arguments of the program; Lambda passes none.
    pub args: Vec<String>,
    /// Environment variables in addition to those that Lambda sets; one with the same name replaces Lambda's.
    pub env: Vec<(String, String)>,
    /// The account that owns the function and its role.
    pub account_id: String,
    /// The function's Region.
    pub region: String,
}

/// A running function. Its environment holds the variables that Lambda sets ("Defined runtime environment variables"
/// in the Lambda developer guide), those of its specification, and `AWS_CA_BUNDLE` if the server uses TLS; none is
/// inherited. The process is killed when this value is dropped.
#[derive(Debug)]
pub struct Function {
    child: Child,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl Function {
    /// Starts the process, which polls `aws` for invocations.
    ///
    /// # Errors
    /// Returns an error if the program cannot be started.
    pub fn spawn(aws: &LocalAws, spec: FunctionSpec) -> io::Result<Self> {
        let credentials = aws.credentials(&spec.account_id);
        let mut command = Command::new(&spec.program);
        command
            .args(&spec.args)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin/:/bin")
            .env("_HANDLER", "bootstrap")
            .env("LAMBDA_TASK_ROOT", "/var/task")
            .env("AWS_LAMBDA_RUNTIME_API", aws.runtime_api())
            .env("AWS_LAMBDA_FUNCTION_NAME", "dms-rule")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .env("AWS_REGION", &spec.region)
            .env("AWS_DEFAULT_REGION", &spec.region)
            .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", credentials.session_token)
            .env("AWS_ENDPOINT_URL", aws.endpoint());
        if let Some(ca_file) = aws.ca_file() {
            command.env("AWS_CA_BUNDLE", ca_file);
        }
        let mut child = command
            .envs(spec.env)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        Ok(Self { child, stdout, stderr })
    }

    /// Returns the standard output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// Returns the standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// Returns true if the process has not ended.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Returns the process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill(); // the process may have ended
        let _ = self.child.wait();
    }
}

/// Reads a pipe to its end on a new thread, since a full pipe would block the function.
fn collect(pipe: Option<impl Read + Send + 'static>) -> Arc<Mutex<Vec<u8>>> {
    let collected = Arc::new(Mutex::new(Vec::new()));
    if let Some(mut pipe) = pipe {
        let sink = Arc::clone(&collected);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                let bytes = buffer.get(..read).unwrap_or_default();
                sink.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            }
        });
    }
    collected
}

fn text(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}
