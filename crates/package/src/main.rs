//! See the library: the same with its words for the command line.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

use clap::Parser;
use package::build::{Folders, Package};
use package::toolchain::Toolchain;
use package::{Architecture, Failure};

const EXAMPLES: &str = "\
Examples:
  cargo run --locked -p package
  cargo run --locked -p package -- x86_64 arm64
  cargo run --locked -p package -- arm64 --rustc /usr/bin/rustc
  (cd target/package/x86_64 && sha256sum --check bootstrap.zip.sha256)

arm64 on x86_64 needs Rust's standard library for it and a linker:
  rustup target add aarch64-unknown-linux-gnu
  sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
Without rustup's server: Debian 12 with its security updates has all of it, Rust too:
  sudo dpkg --add-architecture arm64
  sudo apt-get update
  sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross
  sudo apt-get install rustc-web cargo-web libstd-rust-web-dev:arm64
  cargo run --locked -p package -- arm64 --rustc /usr/bin/rustc

Environment:
  RUSTC              the Rust to build with, where --rustc is not given
  CARGO_TARGET_DIR   what to build into, instead of target/package/build
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER, CC_aarch64_unknown_linux_gnu
                     another linker and C compiler than aarch64-linux-gnu-gcc
RUSTFLAGS and CARGO_PROFILE_RELEASE_... are left out. The same sources, Rust and
linker give the same bytes.

Exit codes:
  0  every zip is made
  1  a build failed, or its binary is refused
  2  wrong usage
  3  something is to be installed first; the message says what";

/// Makes target/package/ARCHITECTURE/bootstrap.zip, the function as Lambda takes it, and tells its SHA-256.
///
/// The binary is refused unless it is for the architecture, stripped, and needs no glibc newer than 2.34. Beside the
/// zip is bootstrap.zip.sha256, as sha256sum writes it. The table goes to standard output, all else to standard error;
/// its last column is what Lambda shows as CodeSha256.
#[derive(Debug, Parser)]
#[command(name = "package", version, after_long_help = EXAMPLES, after_help = "More and examples: --help")]
struct Arguments {
    /// What to build for, as the templates' parameter Architecture says it
    #[arg(default_values = ["x86_64"])]
    architectures: Vec<Architecture>,

    /// The Rust to build with, where the usual one lacks the standard library
    #[arg(long, value_name = "PATH")]
    rustc: Option<OsString>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure.to_string());
            ExitCode::from(match failure {
                Failure::Failed(_) => 1,
                Failure::Missing(_) => 3,
            })
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let folders = folders()?;
    let rustc = arguments.rustc.or_else(|| std::env::var_os("RUSTC")).unwrap_or_else(|| "rustc".into());
    let toolchain = Toolchain::ask(in_this_folder(rustc)?)?;
    let mut architectures = arguments.architectures;
    architectures.dedup();
    // All of it before the first build, which takes minutes.
    for architecture in &architectures {
        toolchain.require(*architecture)?;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for (number, architecture) in architectures.into_iter().enumerate() {
        say(&format!(
            "building for {architecture} with Rust {}; the first time takes some minutes",
            toolchain.release
        ));
        let package = package::build::package(&cargo, &toolchain, &folders, architecture)?;
        tell(&package, number == 0).map_err(|error| Failure::Failed(format!("standard output: {error}")))?;
    }
    Ok(())
}

fn folders() -> Result<Folders, Failure> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    // Cargo knows the checkout by its real name.
    let workspace = manifest.and_then(|manifest| manifest.join("../..").canonicalize().ok());
    let Some(workspace) = workspace else {
        return Err(Failure::Missing(
            "start it in the checkout with: cargo run --locked -p package".to_owned(),
        ));
    };
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => absolute(target).map_err(|error| Failure::Failed(error.to_string()))?,
        None => workspace.join("target/package/build"),
    };
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default();
    let cargo_home = absolute(home).map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(Folders { workspace, target, cargo_home })
}

/// Cargo starts it in another folder. A name without a folder is looked up in PATH by both.
fn in_this_folder(rustc: OsString) -> Result<OsString, Failure> {
    if Path::new(&rustc).components().count() < 2 {
        return Ok(rustc);
    }
    absolute(&rustc)
        .map(Into::into)
        .map_err(|error| Failure::Missing(format!("{}: {error}", rustc.display())))
}

fn say(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "package: {words}"); // nowhere left to say it
}

fn tell(package: &Package, first: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if first {
        writeln!(out, "{:<35} {:>9} {:>9}  {:<64}  CodeSha256", "zip", "bytes", "binary", "SHA-256")?;
    }
    let here = std::env::current_dir().unwrap_or_default();
    let path = package.path.strip_prefix(here).unwrap_or(&package.path).display().to_string();
    let (zip, binary, checksum) = (package.zip_bytes, package.binary_bytes, &package.checksum);
    writeln!(out, "{path:<35} {zip:>9} {binary:>9}  {}  {}", checksum.hex, checksum.base64)
}
