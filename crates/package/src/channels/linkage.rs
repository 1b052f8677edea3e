//! The glibc that a program needs.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader as _, ProgramHeader as _};

use super::release::{ChannelError, Program};

/// The glibc that a program needs from the machine that it runs on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Linkage {
    /// It needs none: all is in the program.
    Static,
    /// It needs version 2.x, or a newer one.
    Glibc(u32),
}

impl Linkage {
    /// Reads it from the ELF file.
    ///
    /// # Errors
    /// Returns [`ChannelError::Program`] if the file is no ELF file, is for another architecture, or needs a version that
    /// is no plain number, such as `GLIBC_PRIVATE`.
    pub(super) fn read(program: &Program) -> Result<Self, ChannelError> {
        let fault = |fault| ChannelError::Program { architecture: program.architecture, fault };
        let no_elf = |error: object::read::Error| fault(format!("no 64-bit little-endian ELF file: {error}"));
        let binary = program.binary.as_slice();
        let header = FileHeader64::<LittleEndian>::parse(binary).map_err(no_elf)?;
        if header.e_machine(LittleEndian) != program.architecture.machine() {
            return Err(fault("the ELF file is for another architecture".to_owned()));
        }
        let segments = header.program_headers(LittleEndian, binary).map_err(no_elf)?;
        if !segments.iter().any(|segment| segment.p_type(LittleEndian) == elf::PT_INTERP) {
            return Ok(Self::Static);
        }
        let mut oldest = 0;
        for name in versions(header, binary).map_err(no_elf)? {
            // GLIBC_ABI_DT_RELR and GLIBC_PRIVATE are no version that a tag can name.
            let minor = name.strip_prefix("GLIBC_2.").and_then(|minor| minor.split('.').next()?.parse().ok());
            let minor: u32 =
                minor.ok_or_else(|| fault(format!("it needs {name}, which no wheel can state")))?;
            oldest = oldest.max(minor);
        }
        Ok(Self::Glibc(oldest))
    }
}

/// Lists the versions of glibc that the dynamic linker will require.
fn versions(header: &FileHeader64<LittleEndian>, binary: &[u8]) -> object::read::Result<Vec<String>> {
    let sections = header.sections(LittleEndian, binary)?;
    let mut names = Vec::new();
    if let Some((mut files, link)) = sections.gnu_verneed(LittleEndian, binary)? {
        let strings = sections.strings(LittleEndian, binary, link)?;
        while let Some((_, mut versions)) = files.next()? {
            while let Some(version) = versions.next()? {
                let name = String::from_utf8_lossy(version.name(LittleEndian, strings)?).into_owned();
                if name.starts_with("GLIBC_") {
                    names.push(name);
                }
            }
        }
    }
    Ok(names)
}
