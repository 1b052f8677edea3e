//! What is refused before it is zipped: a binary that Lambda would not start, or that is larger than it need be.

use std::collections::{BTreeMap, BTreeSet};

use object::LittleEndian;
use object::elf::{self, FileHeader64, SHT_DYNSYM};
use object::read::SymbolIndex;
use object::read::elf::{FileHeader as _, SectionHeader as _, Sym as _};

use crate::Architecture;

/// The glibc of Amazon Linux 2023, and so of `provided.al2023`.
const GLIBC: [u32; 2] = [2, 34];

/// A version of glibc, and the symbols that ask for it.
type Needs = BTreeMap<String, BTreeSet<String>>;

/// What is wrong with a binary for this architecture, in words. Empty: nothing.
///
/// # Errors
/// The bytes are no 64-bit ELF file, or one that is cut short.
pub fn faults(binary: &[u8], architecture: Architecture) -> Result<Vec<String>, String> {
    let no_elf = |error| format!("it is no 64-bit little-endian ELF file: {error}");
    let header = FileHeader64::<LittleEndian>::parse(binary).map_err(no_elf)?;
    let mut faults = Vec::new();

    let machine = header.e_machine(LittleEndian);
    if machine != architecture.machine() {
        let is = match machine {
            elf::EM_X86_64 => "x86_64".to_owned(),
            elf::EM_AARCH64 => "arm64".to_owned(),
            other => format!("ELF machine {}", other.0),
        };
        faults.push(format!("it is for {is}, not for {architecture}: look at build.target and the linker"));
    }

    let left = sections_to_strip(header, binary).map_err(no_elf)?;
    if !left.is_empty() {
        faults.push(format!(
            "it is not stripped, it has {}: the release profile in Cargo.toml says strip = \"symbols\"; \
             look for CARGO_PROFILE_RELEASE_STRIP or a Cargo configuration that says otherwise",
            left.join(", ")
        ));
    }

    for (version, symbols) in needs(header, binary).map_err(no_elf)? {
        if !within_limit(&version) {
            let symbols = Vec::from_iter(symbols).join(", ");
            let [major, minor] = GLIBC;
            faults.push(format!(
                "it needs {version}{}{symbols}, and provided.al2023 has GLIBC_{major}.{minor}: \
                 build on Amazon Linux 2023 or Debian 12",
                if symbols.is_empty() { "" } else { " for " },
            ));
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

/// Every version of glibc that the dynamic linker will ask for, and the symbols that ask for it.
fn needs(header: &FileHeader64<LittleEndian>, binary: &[u8]) -> object::read::Result<Needs> {
    let sections = header.sections(LittleEndian, binary)?;
    let mut needs = Needs::new();
    // Not only what symbols ask for: GLIBC_ABI_DT_RELR has none, and stops an older dynamic linker all the same.
    if let Some((mut files, link)) = sections.gnu_verneed(LittleEndian, binary)? {
        let strings = sections.strings(LittleEndian, binary, link)?;
        while let Some((_, mut versions)) = files.next()? {
            while let Some(version) = versions.next()? {
                let name = String::from_utf8_lossy(version.name(LittleEndian, strings)?).into_owned();
                if name.starts_with("GLIBC_") {
                    needs.entry(name).or_default();
                }
            }
        }
    }
    let symbols = sections.symbols(LittleEndian, binary, SHT_DYNSYM)?;
    if let Some(versions) = sections.versions(LittleEndian, binary)? {
        for (number, symbol) in symbols.iter().enumerate() {
            let index = versions.version_index(LittleEndian, SymbolIndex(number)).index();
            if let Some(version) = versions.version(index)?
                && let Some(of) = needs.get_mut(&*String::from_utf8_lossy(version.name()))
            {
                let name = symbol.name(LittleEndian, symbols.strings())?;
                of.insert(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    Ok(needs)
}

/// Names that are no number, GLIBC_ABI_DT_RELR and GLIBC_PRIVATE among them, are newer or nobody's to use.
fn within_limit(version: &str) -> bool {
    let numbers = version.trim_start_matches("GLIBC_").split('.').map(str::parse::<u32>);
    let numbers: Result<Vec<u32>, _> = numbers.collect();
    numbers.is_ok_and(|numbers| numbers.iter().take(2).le(GLIBC.iter()))
}
