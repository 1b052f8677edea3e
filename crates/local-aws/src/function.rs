use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use crate::LocalAws;

/// How to start a function.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments; Lambda gives none.
    pub args: Vec<String>,
    /// Environment variables beside those that Lambda sets.
    pub env: Vec<(String, String)>,
    /// The account whose role the function has.
    pub account_id: String,
    /// The function's Region.
    pub region: String,
}

/// A function: a process with the environment that Lambda gives and no other, and `AWS_CA_BUNDLE` where AWS speaks
/// TLS. Killed when dropped.
#[derive(Debug)]
pub struct Function {
    child: Child,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl Function {
    /// Starts the process; it polls `aws` for invocations.
    ///
    /// # Errors
    /// The program cannot be started.
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

    /// What it wrote to standard output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// What it wrote to standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// Whether it lives.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a pipe to its end on a thread of its own: a full pipe would stop the function.
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
