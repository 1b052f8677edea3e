//! Cargo, run so that the same sources give the same bytes on every machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf, absolute};
use std::process::{Command, Output, Stdio};

use crate::architecture::Architecture;
use crate::binary::Platform;
use crate::error::Error;
use crate::messages;
use crate::toolchain::{Toolchain, linker_variable};

/// A profile of the root `Cargo.toml` in which the function is built.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Profile {
    /// The profile of the function that is deployed.
    Function,
    /// The same code with the names of its functions, for reports that name them.
    Profiling,
}

impl Profile {
    /// Returns the name of the profile, which is also that of Cargo's folder for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Profiling => "profiling",
        }
    }
}

/// The folders of a build.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The checkout.
    pub workspace: PathBuf,
    /// The folder into which Cargo builds.
    pub target: PathBuf,
    /// The folder of Cargo with the sources of the dependencies.
    pub cargo_home: PathBuf,
}

impl Folders {
    /// Derives the folders from a checkout and the variables `CARGO_TARGET_DIR` and `CARGO_HOME`.
    ///
    /// # Errors
    /// Returns [`Error::File`] if the checkout is not there, or the current folder cannot be read.
    pub fn new(workspace: &Path) -> Result<Self, Error> {
        let workspace = workspace.canonicalize().map_err(Error::file(workspace))?; // as Cargo names it
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(target) => absolute(&target).map_err(Error::file(target))?,
            None => workspace.join("target/package/build"),
        };
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
        let cargo_home = absolute(&home).map_err(Error::file(home))?;
        Ok(Self { workspace, target, cargo_home })
    }
}

/// A Cargo with its Rust and its folders.
#[derive(Clone, Debug)]
pub struct Builder {
    cargo: OsString,
    /// The Rust that compiles.
    pub toolchain: Toolchain,
    /// The folders.
    pub folders: Folders,
}

impl Builder {
    /// Finds Cargo in the variable `CARGO`, else in `PATH`, and Rust in `rustc`, else in `RUSTC`, else in `PATH`.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if `rustc` cannot be started, and [`Error::File`] if the checkout is not there.
    pub fn new(workspace: &Path, rustc: Option<OsString>) -> Result<Self, Error> {
        let folders = Folders::new(workspace)?;
        let rustc = rustc.or_else(|| std::env::var_os("RUSTC")).unwrap_or_else(|| "rustc".into());
        let toolchain = Toolchain::query(in_this_folder(rustc)?)?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Ok(Self { cargo, toolchain, folders })
    }

    /// Returns the target triple of an architecture; that of the host if it is `None`.
    #[must_use]
    pub fn triple(&self, architecture: Option<Architecture>) -> &str {
        match architecture {
            Some(architecture) => architecture.triple(),
            None => &self.toolchain.host,
        }
    }

    /// Builds a program of the workspace for any Linux with glibc 2.17 or later, by cargo-zigbuild, with the list of its
    /// dependencies in it, by cargo-auditable. Its standard error passes through. Returns the executable.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if Cargo cannot be started, and [`Error::Cargo`] if it fails or names no executable.
    pub(crate) fn build_portable(
        &self,
        architecture: Architecture,
        program: &str,
        variables: &[(&str, &str)],
    ) -> Result<PathBuf, Error> {
        let arguments = ["auditable", "zigbuild", "--release", "--locked", "-p", program, "--bin", program];
        let triple = architecture.triple();
        let target = format!("{triple}.{}", Platform::Linux.glibc_version());
        let mut command = self.mapped(triple, &arguments, &target)?;
        command.args(["--message-format", "json-render-diagnostics"]);
        command.envs(variables.iter().copied());
        let output = output(command)?;
        let executables = messages::artifacts(&output).filter_map(|artifact| artifact.executable);
        executables.last().ok_or_else(|| Error::Cargo(format!("cargo names no executable of {program}")))
    }

    /// Fetches the sources of the dependencies, and runs Cargo with the compiler flags and the linker for a target.
    /// Its standard error passes through. Returns its standard output.
    pub(crate) fn build(
        &self,
        architecture: Option<Architecture>,
        arguments: &[&str],
    ) -> Result<String, Error> {
        let triple = self.triple(architecture);
        let mut command = self.mapped(triple, arguments, triple)?;
        if let Some(architecture) = architecture
            && let Some(linker) = self.toolchain.linker(architecture)
        {
            let compiler = format!("CC_{}", triple.replace('-', "_"));
            if std::env::var_os(&compiler).is_none() {
                command.env(compiler, &linker); // for the C in ring
            }
            command.env(linker_variable(architecture), linker);
        }
        output(command)
    }

    /// Runs Cargo in the checkout and returns its standard output. Its standard error passes through.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if Cargo cannot be started, and [`Error::Cargo`] if it fails or is stopped.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Error> {
        self.run_with(arguments, &[])
    }

    /// Runs Cargo as [`run`](Self::run) does, with variables of the environment.
    ///
    /// # Errors
    /// Returns the errors of [`run`](Self::run).
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<String, Error> {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        output(command)
    }

    /// Fetches the sources of the dependencies for a target triple, and returns a command of Cargo that builds for `target`
    /// into the folder of this build, with the compiler flags that name all folders alike on every machine.
    fn mapped(&self, triple: &str, arguments: &[&str], target: &str) -> Result<Command, Error> {
        // First: the flags name the folders with the sources, as far as they are there.
        self.run(&["fetch", "--locked", "--target", triple])?;
        let mut command = self.command(arguments);
        // For the host's architecture too: without a target, the flags would reach build scripts.
        command.args(["--target", target]).arg("--target-dir").arg(&self.folders.target);
        command.env("CARGO_ENCODED_RUSTFLAGS", encoded(&self.mappings()));
        Ok(command)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cargo);
        command.args(arguments).current_dir(&self.folders.workspace).env("RUSTC", &self.toolchain.rustc);
        for (name, _) in std::env::vars_os() {
            if is_left_out(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        command
    }

    /// Lists folders and the names by which panic messages call them. The last entry that fits a path counts.
    fn mappings(&self) -> Vec<(PathBuf, String)> {
        let Folders { workspace, target, cargo_home } = &self.folders;
        let mut mappings =
            vec![(workspace.clone(), "/workspace".to_owned()), (cargo_home.clone(), "/cargo".to_owned())];
        // Cargo names the folder of a registry after its address, and a mirror has another one.
        if let Ok(registries) = cargo_home.join("registry/src").read_dir() {
            let mut registries: Vec<_> = registries.flatten().map(|registry| registry.path()).collect();
            registries.sort();
            mappings.extend(registries.into_iter().map(|registry| (registry, "/cargo".to_owned())));
        }
        // With the component rust-src, rustc names the folder of its sources; without it, /rustc/COMMIT.
        if let Some(commit) = &self.toolchain.commit {
            let sources = self.toolchain.sysroot.join("lib/rustlib/src/rust");
            mappings.push((sources, format!("/rustc/{commit}")));
        }
        mappings.push((target.clone(), "/target".to_owned()));
        mappings
    }
}

/// Returns true for variables that would change the bytes, or that Cargo sets for a program that it runs: build
/// scripts that read those would run again.
fn is_left_out(variable: &str) -> bool {
    let names = ["RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "CARGO_INCREMENTAL"];
    let starts = ["CARGO_PROFILE_", "CARGO_PKG_", "CARGO_MANIFEST_"];
    names.contains(&variable) || starts.iter().any(|start| variable.starts_with(start))
}

/// Encodes flags in the way that allows spaces in them. Cargo takes them instead of all others.
fn encoded(mappings: &[(PathBuf, String)]) -> OsString {
    let mut flags = OsString::new();
    for (from, to) in mappings {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

fn output(mut command: Command) -> Result<String, Error> {
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let cargo = format!("cargo {}", arguments.join(" "));
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    match output {
        Err(error) => Err(Error::Missing(format!("{cargo} cannot be started: {error}"))),
        Ok(Output { status, stdout, .. }) if status.success() => {
            Ok(String::from_utf8_lossy(&stdout).into_owned())
        }
        Ok(Output { status, .. }) if status.code().is_some() => {
            Err(Error::Cargo(format!("{cargo} failed; its messages are above")))
        }
        // Stopped by a signal, Cargo writes no message.
        Ok(Output { status, .. }) => {
            Err(Error::Cargo(format!("{cargo} was stopped from outside, {status}: start it again")))
        }
    }
}

/// Makes a path absolute, since Cargo runs in another folder. A name without a folder is searched in `PATH` by both.
fn in_this_folder(rustc: OsString) -> Result<OsString, Error> {
    if Path::new(&rustc).components().count() < 2 {
        return Ok(rustc);
    }
    absolute(&rustc).map(Into::into).map_err(|error| Error::Missing(format!("{}: {error}", rustc.display())))
}
