//! The Rust that builds, and the parts that it lacks for an architecture.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::architecture::Architecture;
use crate::error::Error;

/// A `rustc` and its own description.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The program, as it was given.
    pub rustc: OsString,
    /// The target triple of the machine.
    pub host: String,
    /// The version: `1.95.0`.
    pub release: String,
    /// The commit that it was built from, if it knows.
    pub commit: Option<String>,
    /// The folder with its libraries.
    pub sysroot: PathBuf,
}

impl Toolchain {
    /// Runs `rustc` for its description.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if it cannot be started, or does not print what `rustc` prints.
    pub fn query(rustc: OsString) -> Result<Self, Error> {
        let version = output(&rustc, &["-vV"])?;
        let field = |name: &str| {
            let value = version.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.filter(|value| *value != "unknown").map(str::to_owned)
        };
        let (Some(host), Some(release)) = (field("host"), field("release")) else {
            let name = rustc.display();
            return Err(Error::Missing(format!("{name} -vV prints no host and release: give --rustc PATH")));
        };
        let commit = field("commit-hash");
        let sysroot = PathBuf::from(output(&rustc, &["--print", "sysroot"])?.trim_end());
        Ok(Self { rustc, host, release, commit, sysroot })
    }

    /// Checks that the standard library and the linker for an architecture are installed.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if one is not, with the commands that install it.
    pub fn check(&self, architecture: Architecture) -> Result<(), Error> {
        let triple = architecture.triple();
        let libraries = output(&self.rustc, &["--print", "target-libdir", "--target", triple])?;
        let has_library = has_standard_library(Path::new(libraries.trim_end()));
        let missing_linker = self.linker(architecture).filter(|linker| !is_program(linker));
        if has_library && missing_linker.is_none() {
            return Ok(());
        }

        let (compiler, debian) = (architecture.debian_compiler(), architecture.debian_name());
        let install_linker = format!("  sudo apt-get install {compiler} libc6-dev-{debian}-cross");
        let mut lines = vec![format!("{architecture} cannot be built here yet; missing:")];
        if !has_library {
            lines.push(format!("  Rust's standard library for {triple}, of Rust {}", self.release));
        }
        if let Some(linker) = &missing_linker {
            let variable = linker_variable(architecture);
            lines.push(format!("  the linker {} (to use another one, set {variable})", linker.display()));
        }
        lines.push("Install it:".to_owned());
        if !has_library {
            lines.push(format!("  rustup target add {triple}"));
        }
        if missing_linker.is_some() {
            lines.push(install_linker.clone());
        }
        if !has_library {
            lines.extend([
                "Without rustup's server: Debian 12 with its security updates has all of it, Rust too:"
                    .to_owned(),
                format!("  sudo dpkg --add-architecture {debian}"),
                "  sudo apt-get update".to_owned(),
                install_linker,
                format!("  sudo apt-get install rustc-web cargo-web libstd-rust-web-dev:{debian}"),
                format!("  cargo run --locked -p package -- {architecture} --rustc /usr/bin/rustc"),
            ]);
        }
        Err(Error::Missing(lines.join("\n")))
    }

    /// Returns the linker for an architecture. `None` if it is that of the host, whose linker Rust finds by itself.
    pub(crate) fn linker(&self, architecture: Architecture) -> Option<OsString> {
        if self.host == architecture.triple() {
            return None;
        }
        Some(std::env::var_os(linker_variable(architecture)).unwrap_or_else(|| architecture.linker().into()))
    }
}

/// Returns the variable in which Cargo expects a linker
/// (<https://doc.rust-lang.org/cargo/reference/config.html#targettriplelinker>).
pub(crate) fn linker_variable(architecture: Architecture) -> String {
    format!("CARGO_TARGET_{}_LINKER", architecture.triple().to_uppercase().replace('-', "_"))
}

/// Runs `rustc` and returns its standard output.
fn output(rustc: &OsString, arguments: &[&str]) -> Result<String, Error> {
    let command = || format!("{} {}", rustc.display(), arguments.join(" "));
    let output = Command::new(rustc).args(arguments).output().map_err(|error| {
        Error::Missing(format!(
            "{} cannot be started: {error}; give --rustc PATH, or install Rust",
            command()
        ))
    })?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Error::Missing(format!("{}: {}", command(), message.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns true if `folder` has a standard library. rustc names the folder even if it does not exist.
fn has_standard_library(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

/// Returns true if a program is there, in `PATH` unless its name has a folder.
pub(crate) fn is_program(name: &OsStr) -> bool {
    if Path::new(name).components().count() > 1 {
        return Path::new(name).is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
