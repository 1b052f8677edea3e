//! The command line of the library.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use package::deployment_package::{self, DeploymentPackage};
use package::release::{self, ReleaseFolder};
use package::{Architecture, Builder, Error, Program};

const EXAMPLES: &str = "\
Examples:
  cargo run --locked -p package
  cargo run --locked -p package -- x86_64 arm64
  cargo run --locked -p package -- hook x86_64
  cargo run --locked -p package -- arm64 --rustc /usr/bin/rustc
  (cd target/package/x86_64 && sha256sum --check bootstrap.zip.sha256)
  cargo run --locked -p package -- release --arm64-rustc /usr/bin/rustc

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
  RUSTC              the Rust to build with, unless --rustc is given
  CARGO_TARGET_DIR   the folder to build into, instead of target/package/build
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER, CC_aarch64_unknown_linux_gnu
                     another linker and C compiler than aarch64-linux-gnu-gcc
RUSTFLAGS, CARGO_INCREMENTAL and CARGO_PROFILE_... are ignored. The same sources,
Rust and linker give the same bytes.

Exit codes:
  0  every zip is made
  1  a build failed, or its binary is rejected
  2  wrong usage
  3  something must be installed first; the message names it";

/// Makes target/package/ARCHITECTURE/bootstrap.zip, the function as Lambda takes it, and prints its SHA-256.
///
/// The binary is rejected unless it is for the architecture, stripped, and needs no glibc newer than 2.34. Beside the
/// zip is bootstrap.zip.sha256, as sha256sum writes it. The table goes to standard output, messages to standard error;
/// its last column is what Lambda shows as CodeSha256.
#[derive(Debug, Parser)]
#[command(name = "package", version, after_long_help = EXAMPLES, after_help = "More and examples: --help")]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    zip: ZipArguments,
}

#[derive(Debug, clap::Args)]
struct ZipArguments {
    /// Architectures to build for, named as in the templates' parameter Architecture
    #[arg(default_values = ["x86_64"])]
    architectures: Vec<Architecture>,

    /// The Rust to build with, if the usual one lacks the standard library
    #[arg(long, value_name = "PATH")]
    rustc: Option<OsString>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make target/package/ARCHITECTURE/hook.zip, the function of the CloudFormation hook
    Hook(ZipArguments),
    /// Make target/package/release/, all that a release holds
    Release(ReleaseArguments),
}

/// Makes target/package/release/: archives of dms-rule for any Linux with glibc 2.17 or later, bootstrap.zip, wheels,
/// a source distribution, a container image, what they are made of (CycloneDX), how they were built (BUILD.json), SHA256SUMS.
///
/// The checkout must be equal to its commit. The same commit, compilers and tools give the same bytes in any folder.
#[derive(Debug, clap::Args)]
struct ReleaseArguments {
    /// Architectures to build for
    #[arg(default_values = ["x86_64", "arm64"])]
    architectures: Vec<Architecture>,

    /// The Rust for arm64, if the usual one lacks the standard library
    #[arg(long, value_name = "PATH")]
    arm64_rustc: Option<OsString>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::from(if matches!(error, Error::Missing(_)) { 3 } else { 1 })
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let Some(manifest) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        return Err(Error::Missing(
            "start it in the checkout with: cargo run --locked -p package".to_owned(),
        ));
    };
    let workspace = Path::new(&manifest).join("../..");
    match arguments.command {
        Some(Command::Release(arguments)) => make_release(&workspace, arguments),
        Some(Command::Hook(zip)) => make_zips(&workspace, Program::Hook, zip),
        None => make_zips(&workspace, Program::Function, arguments.zip),
    }
}

fn make_zips(workspace: &Path, program: Program, arguments: ZipArguments) -> Result<(), Error> {
    let builder = Builder::new(workspace, arguments.rustc)?;
    let mut architectures = arguments.architectures;
    architectures.dedup();
    // All of them before the first build, which takes minutes.
    for architecture in &architectures {
        builder.toolchain.check(*architecture)?;
    }
    for (number, architecture) in architectures.into_iter().enumerate() {
        let release = &builder.toolchain.release;
        log(&format!("building for {architecture} with Rust {release}; the first time takes some minutes"));
        let package = deployment_package::write(&builder, program, architecture)?;
        print(&package, number == 0)
            .map_err(|source| Error::File { path: "standard output".into(), source })?;
    }
    Ok(())
}

fn make_release(workspace: &Path, arguments: ReleaseArguments) -> Result<(), Error> {
    let mut architectures = arguments.architectures;
    architectures.dedup();
    let mut builders = Vec::new();
    for architecture in architectures {
        let rustc = arguments.arm64_rustc.clone().filter(|_| architecture == Architecture::Arm64);
        builders.push((architecture, Builder::new(workspace, rustc)?));
    }
    log("building a release; that takes some minutes for each architecture");
    let release = release::write(&builders)?;
    print_release(&release).map_err(|source| Error::File { path: "standard output".into(), source })
}

/// Prints a line for each file.
fn print_release(ReleaseFolder { path, files }: &ReleaseFolder) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", path.display())?;
    for (name, bytes, checksum) in files {
        writeln!(out, "{}  {bytes:>10}  {name}", checksum.hex)?;
    }
    Ok(())
}

fn log(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "package: {message}"); // a lost message loses nothing else
}

/// Prints a row of the table; before the first one, its heading.
fn print(package: &DeploymentPackage, is_first: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if is_first {
        writeln!(out, "{:<35} {:>9} {:>9}  {:<64}  CodeSha256", "zip", "bytes", "binary", "SHA-256")?;
    }
    let here = std::env::current_dir().unwrap_or_default();
    let path = package.path.strip_prefix(here).unwrap_or(&package.path).display().to_string();
    let (zip, binary, checksum) = (package.zip_bytes, package.binary_bytes, &package.checksum);
    writeln!(out, "{path:<35} {zip:>9} {binary:>9}  {}  {}", checksum.hex, checksum.base64)
}
