//! The Rust that builds, and what it lacks for an architecture.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Architecture, Failure};

/// A `rustc` and what it says of itself.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The program, as it was given.
    pub rustc: OsString,
    /// The target that it builds for by default.
    pub host: String,
    /// Its version.
    pub release: String,
    /// The commit that it was built from, if it knows.
    pub commit: Option<String>,
    /// The folder with its libraries.
    pub sysroot: PathBuf,
}

impl Toolchain {
    /// Asks the program.
    ///
    /// # Errors
    /// It cannot be started, or does not answer as `rustc` does.
    pub fn ask(rustc: OsString) -> Result<Self, Failure> {
        let version = answer(&rustc, &["-vV"])?;
        let field = |name: &str| {
            let value = version.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.filter(|value| *value != "unknown").map(str::to_owned)
        };
        let (Some(host), Some(release)) = (field("host"), field("release")) else {
            let name = rustc.display();
            return Err(Failure::Missing(format!(
                "{name} -vV does not answer as rustc does: give --rustc PATH"
            )));
        };
        let commit = field("commit-hash");
        let sysroot = PathBuf::from(answer(&rustc, &["--print", "sysroot"])?.trim_end());
        Ok(Self { rustc, host, release, commit, sysroot })
    }

    /// What must be installed before it can build for this architecture, in words.
    ///
    /// # Errors
    /// The above.
    pub fn require(&self, architecture: Architecture) -> Result<(), Failure> {
        let triple = architecture.triple();
        let libraries = answer(&self.rustc, &["--print", "target-libdir", "--target", triple])?;
        let has_library = holds_library(Path::new(libraries.trim_end()));
        let linker = self.linker(architecture);
        let has_linker = linker.as_ref().is_none_or(is_program);
        if has_library && has_linker {
            return Ok(());
        }

        let (gcc, debian) = architecture.debian();
        let install = format!("  sudo apt-get install {gcc} libc6-dev-{debian}-cross");
        let mut lines = vec![format!("{architecture} cannot be built here yet; missing:")];
        if !has_library {
            lines.push(format!("  Rust's standard library for {triple}, of Rust {}", self.release));
        }
        if let Some(linker) = linker.filter(|_| !has_linker) {
            let variable = linker_variable(architecture);
            lines.push(format!("  the linker {} (to take another one, set {variable})", linker.display()));
        }
        lines.push("Install it:".to_owned());
        if !has_library {
            lines.push(format!("  rustup target add {triple}"));
        }
        if !has_linker {
            lines.push(install.clone());
        }
        if !has_library {
            lines.extend([
                "Without rustup's server: Debian 12 with its security updates has all of it, Rust too:"
                    .to_owned(),
                format!("  sudo dpkg --add-architecture {debian}"),
                "  sudo apt-get update".to_owned(),
                install,
                format!("  sudo apt-get install rustc-web cargo-web libstd-rust-web-dev:{debian}"),
                format!("  cargo run --locked -p package -- {architecture} --rustc /usr/bin/rustc"),
            ]);
        }
        Err(Failure::Missing(lines.join("\n")))
    }

    /// None: the architecture is the host's, and Rust finds its linker by itself.
    pub(crate) fn linker(&self, architecture: Architecture) -> Option<OsString> {
        if self.host == architecture.triple() {
            return None;
        }
        Some(std::env::var_os(linker_variable(architecture)).unwrap_or_else(|| architecture.linker().into()))
    }
}

/// The variable in which Cargo looks for a linker.
pub(crate) fn linker_variable(architecture: Architecture) -> String {
    format!("CARGO_TARGET_{}_LINKER", architecture.triple().to_uppercase().replace('-', "_"))
}

fn answer(rustc: &OsString, arguments: &[&str]) -> Result<String, Failure> {
    let question = || format!("{} {}", rustc.display(), arguments.join(" "));
    let output = Command::new(rustc).args(arguments).output().map_err(|error| {
        Failure::Missing(format!(
            "{} cannot be started: {error}; give --rustc PATH, or install Rust",
            question()
        ))
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::Missing(format!("{}: {}", question(), said.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// rustc names the folder whether it is there or not.
fn holds_library(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

fn is_program(name: &OsString) -> bool {
    if Path::new(name).components().count() > 1 {
        return Path::new(name).is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
