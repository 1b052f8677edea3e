//! The checks of a binary before it is packed: its platform must be able to start it, and it must be no larger than needed.

use std::collections::{BTreeMap, BTreeSet};

use object::LittleEndian;
use object::elf::{self, FileHeader64, SHT_DYNSYM};
use object::read::SymbolIndex;
use object::read::elf::{FileHeader as _, SectionHeader as _, Sym as _};

use crate::architecture::Architecture;

/// The machines that a binary is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Platform {
    /// The runtime `provided.al2023` of Lambda.
    Lambda,
    /// Any Linux with a glibc as old as Rust's standard library supports.
    Linux,
}

impl Platform {
    /// Returns the glibc that is there: that of Amazon Linux 2023 for Lambda
    /// (<https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html>), for Linux the oldest that Rust's standard library
    /// supports (<https://doc.rust-lang.org/rustc/platform-support.html>).
    fn glibc(self) -> [u32; 2] {
        match self {
            Self::Lambda => [2, 34],
            Self::Linux => [2, 17],
        }
    }

    /// Returns the version of that glibc: `2.34`.
    pub(crate) fn glibc_version(self) -> String {
        let [major, minor] = self.glibc();
        format!("{major}.{minor}")
    }

    /// Returns the words for a binary that needs a later one.
    fn advice(self) -> String {
        let version = self.glibc_version();
        match self {
            Self::Lambda => {
                format!("and provided.al2023 has GLIBC_{version}: build on Amazon Linux 2023 or Debian 12")
            }
            Self::Linux => format!("and a release runs with GLIBC_{version}: build with cargo-zigbuild"),
        }
    }
}

/// Versions of glibc, each with the symbols that require it.
pub(crate) type Requirements = BTreeMap<String, BTreeSet<String>>;

/// Lists the reasons why a binary must not be deployed for an architecture. The list is empty if it may be.
///
/// # Errors
/// Returns a message if the bytes are no 64-bit ELF file, or a part of one.
pub fn faults(binary: &[u8], architecture: Architecture, platform: Platform) -> Result<Vec<String>, String> {
    let no_elf = |error| format!("it is no 64-bit little-endian ELF file: {error}");
    let header = FileHeader64::<LittleEndian>::parse(binary).map_err(no_elf)?;
    let mut faults = Vec::new();

    let machine = header.e_machine(LittleEndian);
    if machine != architecture.machine() {
        let found = match machine {
            elf::EM_X86_64 => Architecture::X86_64.to_string(),
            elf::EM_AARCH64 => Architecture::Arm64.to_string(),
            other => format!("ELF machine {}", other.0),
        };
        faults.push(format!("it is for {found}, not for {architecture}: check build.target and the linker"));
    }

    let left = sections_to_strip(header, binary).map_err(no_elf)?;
    if !left.is_empty() {
        faults.push(format!(
            "it is not stripped, it has {}: the profiles in Cargo.toml set strip = \"symbols\"; \
             a Cargo configuration may set it otherwise",
            left.join(", ")
        ));
    }

    for (version, symbols) in requirements(header, binary).map_err(no_elf)? {
        if !is_provided(&version, platform.glibc()) {
            let symbols = Vec::from_iter(symbols).join(", ");
            let for_symbols = if symbols.is_empty() { "" } else { " for " };
            faults.push(format!("it needs {version}{for_symbols}{symbols}, {}", platform.advice()));
        }
    }
    Ok(faults)
}

fn sections_to_strip(
    header: &FileHeader64<LittleEndian>,
    binary: &[u8],
) -> object::read::Result<Vec<String>> {
    let sections = header.sections(LittleEndian, binary)?;
    let mut left = Vec::new();
    for section in sections.iter() {
        let name = String::from_utf8_lossy(sections.section_name(LittleEndian, section)?).into_owned();
        let kind = section.sh_type(LittleEndian);
        if kind == elf::SHT_SYMTAB || name.starts_with(".debug_") || name.starts_with(".zdebug_") {
            left.push(name);
        }
    }
    Ok(left)
}

/// Reads every version of glibc that the dynamic linker will require, and the symbols that are bound to it.
pub(crate) fn requirements(
    header: &FileHeader64<LittleEndian>,
    binary: &[u8],
) -> object::read::Result<Requirements> {
    let sections = header.sections(LittleEndian, binary)?;
    let mut requirements = Requirements::new();
    // Beside the versions of symbols: GLIBC_ABI_DT_RELR has no symbol, and stops an older dynamic linker all the same.
    if let Some((mut files, link)) = sections.gnu_verneed(LittleEndian, binary)? {
        let strings = sections.strings(LittleEndian, binary, link)?;
        while let Some((_, mut versions)) = files.next()? {
            while let Some(version) = versions.next()? {
                let name = String::from_utf8_lossy(version.name(LittleEndian, strings)?).into_owned();
                if name.starts_with("GLIBC_") {
                    requirements.entry(name).or_default();
                }
            }
        }
    }
    let symbols = sections.symbols(LittleEndian, binary, SHT_DYNSYM)?;
    if let Some(versions) = sections.versions(LittleEndian, binary)? {
        for (number, symbol) in symbols.iter().enumerate() {
            let index = versions.version_index(LittleEndian, SymbolIndex(number)).index();
            if let Some(version) = versions.version(index)?
                && let Some(names) = requirements.get_mut(&*String::from_utf8_lossy(version.name()))
            {
                let name = symbol.name(LittleEndian, symbols.strings())?;
                names.insert(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    Ok(requirements)
}

/// Returns true for `GLIBC_` with a number up to that of a platform. Other names are either newer, such as GLIBC_ABI_DT_RELR, or
/// glibc's own, such as GLIBC_PRIVATE.
fn is_provided(version: &str, glibc: [u32; 2]) -> bool {
    let numbers = version.trim_start_matches("GLIBC_").split('.').map(str::parse::<u32>);
    let numbers: Result<Vec<u32>, _> = numbers.collect();
    numbers.is_ok_and(|numbers| numbers.iter().take(2).le(glibc.iter()))
}
