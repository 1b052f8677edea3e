//! From the sources to `target/package/ARCHITECTURE/bootstrap.zip`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::archive::{self, Checksum};
use crate::toolchain::{Toolchain, linker_variable};
use crate::{Architecture, Failure, binary};

/// Where things are.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The checkout.
    pub workspace: PathBuf,
    /// What Cargo builds into.
    pub target: PathBuf,
    /// Cargo's own folder, with the sources of the dependencies.
    pub cargo_home: PathBuf,
}

/// A zip that was made.
#[derive(Clone, Debug)]
pub struct Package {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub zip_bytes: usize,
    /// The size of the binary in it.
    pub binary_bytes: usize,
    /// Of the zip.
    pub checksum: Checksum,
}

/// Builds, looks at the binary, zips it and writes the zip and its checksum.
///
/// # Errors
/// Any of that fails, or the binary is refused. Then no zip is there, not even an older one.
pub fn package(
    cargo: &OsString,
    toolchain: &Toolchain,
    folders: &Folders,
    architecture: Architecture,
) -> Result<Package, Failure> {
    let folder = folders.workspace.join("target/package").join(architecture.to_string());
    let path = folder.join("bootstrap.zip");
    let checksum_path = folder.join("bootstrap.zip.sha256");
    for old in [&path, &checksum_path] {
        if old.exists() {
            fs::remove_file(old).map_err(|error| failed(old, &error))?;
        }
    }

    let built = build(cargo, toolchain, folders, architecture)?;
    let bytes = fs::read(&built).map_err(|error| failed(&built, &error))?;
    let refused = |words: &str| Failure::Failed(format!("{} is refused: {words}", built.display()));
    let faults = binary::faults(&bytes, architecture).map_err(|words| refused(&words))?;
    if !faults.is_empty() {
        return Err(refused(&faults.join("; and ")));
    }

    let zip = archive::zip_of(&bytes).map_err(|words| refused(&words))?;
    let checksum = Checksum::of(&zip);
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    fs::write(&path, &zip).map_err(|error| failed(&path, &error))?;
    fs::write(&checksum_path, checksum.line("bootstrap.zip"))
        .map_err(|error| failed(&checksum_path, &error))?;
    Ok(Package { path, zip_bytes: zip.len(), binary_bytes: bytes.len(), checksum })
}

fn build(
    cargo: &OsString,
    toolchain: &Toolchain,
    folders: &Folders,
    architecture: Architecture,
) -> Result<PathBuf, Failure> {
    let triple = architecture.triple();
    // First, so that the folders with the sources are there to be mapped.
    run(command(cargo, toolchain, folders).args(["fetch", "--locked", "--target", triple]))?;

    let mut command = command(cargo, toolchain, folders);
    command.args(["build", "--release", "--locked", "-p", "config-lambda", "--bin", "bootstrap"]);
    // For the host's architecture too: the flags must reach the same crates on every host.
    command.args(["--target", triple]);
    command.arg("--target-dir").arg(&folders.target);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(&mappings(toolchain, folders)));
    if let Some(linker) = toolchain.linker(architecture) {
        let compiler = format!("CC_{}", triple.replace('-', "_"));
        if std::env::var_os(&compiler).is_none() {
            command.env(compiler, &linker); // ring has some C
        }
        command.env(linker_variable(architecture), linker);
    }
    run(&mut command)?;
    Ok(folders.target.join(triple).join("release").join(archive::ENTRY))
}

fn command(cargo: &OsString, toolchain: &Toolchain, folders: &Folders) -> Command {
    let mut command = Command::new(cargo);
    command.current_dir(&folders.workspace).env("RUSTC", &toolchain.rustc);
    // What a user has set for builds of their own would change the bytes.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_BUILD_TARGET").env_remove("CARGO_TARGET_DIR");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PROFILE_RELEASE_") {
            command.env_remove(name);
        }
    }
    command
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let cargo = format!("cargo {}", arguments.join(" "));
    match command.status() {
        Err(error) => Err(Failure::Missing(format!("{cargo} cannot be started: {error}"))),
        Ok(status) if status.success() => Ok(()),
        Ok(status) if status.code().is_some() => {
            Err(Failure::Failed(format!("{cargo} failed; Cargo says why above")))
        }
        // Then Cargo had no time to say anything.
        Ok(status) => {
            Err(Failure::Failed(format!("{cargo} was stopped from outside, {status}: start it again")))
        }
    }
}

/// What stands in the binary in the place of a folder: panic messages name source files. The last that fits counts.
fn mappings(toolchain: &Toolchain, folders: &Folders) -> Vec<(PathBuf, String)> {
    let mut mappings = vec![
        (folders.workspace.clone(), "/workspace".to_owned()),
        (folders.cargo_home.clone(), "/cargo".to_owned()),
    ];
    // A mirror of the registry has a folder of another name.
    let sources = folders.cargo_home.join("registry/src");
    if let Ok(registries) = sources.read_dir() {
        let mut registries: Vec<_> = registries.flatten().map(|registry| registry.path()).collect();
        registries.sort();
        mappings.extend(registries.into_iter().map(|registry| (registry, "/cargo".to_owned())));
    }
    // Where the component rust-src is installed, rustc would name its folder.
    if let Some(commit) = &toolchain.commit {
        mappings.push((toolchain.sysroot.join("lib/rustlib/src/rust"), format!("/rustc/{commit}")));
    }
    mappings.push((folders.target.clone(), "/target".to_owned()));
    mappings
}

/// Encoded, a flag may hold spaces; and Cargo takes these in the place of any others.
fn flags(mappings: &[(PathBuf, String)]) -> OsString {
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

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("{}: {error}", path.display()))
}
