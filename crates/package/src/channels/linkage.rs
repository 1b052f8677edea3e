//! Reads from a program how it is linked: to which libraries, and to which glibc.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _};

use crate::architecture::Architecture;
use crate::binary::requirements;

/// The dynamic linker, the libraries and the version of glibc that a program needs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Linkage {
    /// The absolute path of the dynamic linker; `None` for a program that is linked statically and needs nothing.
    pub(super) interpreter: Option<String>,
    /// The names of the libraries, such as `libc.so.6`.
    pub(super) libraries: Vec<String>,
    /// The number after `2.` of the oldest glibc that has all of its symbols; 0 for a static program.
    pub(super) glibc: u32,
}

impl Linkage {
    /// Reads it from an ELF file.
    ///
    /// # Errors
    /// Returns a message if the file is no ELF file, is for another architecture, or needs a version of glibc that is no
    /// plain number, such as `GLIBC_PRIVATE`.
    pub(super) fn read(architecture: Architecture, binary: &[u8]) -> Result<Self, String> {
        let no_elf = |error| format!("no 64-bit little-endian ELF file: {error}");
        let header = FileHeader64::<LittleEndian>::parse(binary).map_err(no_elf)?;
        if header.e_machine(LittleEndian) != architecture.machine() {
            return Err("the ELF file is for another architecture".to_owned());
        }
        let mut linkage = Self::default();
        for segment in header.program_headers(LittleEndian, binary).map_err(no_elf)? {
            if let Some(path) = segment.interpreter(LittleEndian, binary).map_err(no_elf)? {
                linkage.interpreter = Some(String::from_utf8_lossy(path).into_owned());
            }
        }
        if linkage.interpreter.is_none() {
            return Ok(linkage);
        }
        linkage.libraries = libraries(header, binary).map_err(no_elf)?;
        for name in requirements(header, binary).map_err(no_elf)?.into_keys() {
            let minor = name.strip_prefix("GLIBC_2.").and_then(|minor| minor.split('.').next()?.parse().ok());
            let minor: u32 = minor.ok_or_else(|| format!("it needs {name}, which is no version of glibc"))?;
            linkage.glibc = linkage.glibc.max(minor);
        }
        Ok(linkage)
    }
}

/// Lists the libraries that the dynamic linker will load.
fn libraries(header: &FileHeader64<LittleEndian>, binary: &[u8]) -> object::read::Result<Vec<String>> {
    let sections = header.sections(LittleEndian, binary)?;
    let mut names = Vec::new();
    if let Some((entries, link)) = sections.dynamic(LittleEndian, binary)? {
        let strings = sections.strings(LittleEndian, binary, link)?;
        for entry in entries {
            if entry.d_tag(LittleEndian) == elf::DT_NEEDED {
                let name = entry.string(LittleEndian, strings)?;
                names.push(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    Ok(names)
}
