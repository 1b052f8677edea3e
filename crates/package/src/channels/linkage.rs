//! The check of a program before a channel carries it.

use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader as _, ProgramHeader as _};

use super::release::{ChannelError, Program};

/// Checks that a program starts on every Linux of its architecture, and in an image that has nothing else: all that it
/// needs is in it.
///
/// # Errors
/// Returns [`ChannelError::Program`] if it is no ELF file, is for another architecture, or needs a dynamic linker.
pub(super) fn check(program: &Program) -> Result<(), ChannelError> {
    let fault = |fault| ChannelError::Program { architecture: program.architecture, fault };
    let no_elf = |error: object::read::Error| fault(format!("no 64-bit little-endian ELF file: {error}"));
    let binary = program.binary.as_slice();
    let header = FileHeader64::<LittleEndian>::parse(binary).map_err(no_elf)?;
    if header.e_machine(LittleEndian) != program.architecture.machine() {
        return Err(fault("the ELF file is for another architecture".to_owned()));
    }
    let segments = header.program_headers(LittleEndian, binary).map_err(no_elf)?;
    if segments.iter().any(|segment| segment.p_type(LittleEndian) == elf::PT_INTERP) {
        let expected = "it needs the glibc of the machine, which an image and other systems lack: \
                        link it with -C target-feature=+crt-static";
        return Err(fault(expected.to_owned()));
    }
    Ok(())
}
