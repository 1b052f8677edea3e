//! Small programs as rustc makes them, and changes of their bytes.

use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use package::Architecture;

/// The architecture of this machine.
pub(crate) const HERE: Architecture =
    if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 };

/// A small program without symbols.
pub(crate) static STRIPPED: LazyLock<Vec<u8>> = LazyLock::new(|| compile("-Cstrip=symbols"));

/// The same program with debug information.
pub(crate) static DEBUGGABLE: LazyLock<Vec<u8>> = LazyLock::new(|| compile("-Cdebuginfo=2"));

/// Compiles a small program with a flag of rustc.
pub(crate) fn compile(flag: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("program.rs"), folder.path().join("program"));
    fs::write(&source, "fn main() { println!(\"{}\", std::process::id()); }").unwrap();
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.arg(&source).arg("-o").arg(&program).arg(flag);
    assert!(command.status().unwrap().success(), "{command:?}");
    fs::read(program).unwrap()
}

/// Replaces the machine in an ELF header.
pub(crate) fn with_machine(binary: &[u8], machine: u8) -> Vec<u8> {
    let mut binary = binary.to_vec();
    binary[18] = machine; // e_machine
    binary
}

/// Replaces the name of a version of glibc by one of the same length.
pub(crate) fn with_version(binary: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut binary = binary.to_vec();
    let from = format!("{from}\0");
    let at = binary.windows(from.len()).position(|bytes| bytes == from.as_bytes()).unwrap();
    binary[at..at + to.len()].copy_from_slice(to.as_bytes());
    binary
}
