//! The libraries of Debian that the image needs beside the program.

use std::fs;
use std::path::Path;

use crate::architecture::Architecture;
use crate::error::Error;

use super::linkage::Linkage;
use super::release::ReleaseFile;

/// Reads the dynamic linker and the libraries of a program, each under its path in the image, with glibc's licence. For
/// the architecture of this machine they are Debian's own, for another those of its cross compiler: `libc6-arm64-cross`.
/// The list is empty for a static program.
///
/// # Errors
/// Returns [`Error::Missing`] if a library is not here, and [`Error::Rejected`] if the program cannot be read.
pub(super) fn libraries(architecture: Architecture, binary: &[u8]) -> Result<Vec<ReleaseFile>, Error> {
    let linkage = Linkage::read(architecture, binary)
        .map_err(|faults| Error::Rejected { path: format!("dms-rule for {architecture}").into(), faults })?;
    let Some(interpreter) = linkage.interpreter else {
        return Ok(Vec::new());
    };
    let linker = interpreter.trim_start_matches('/').to_owned();
    let mut files = vec![ReleaseFile { bytes: read(architecture, &interpreter)?, name: linker.clone() }];
    for library in linkage.libraries {
        // /lib is in the path of every dynamic linker of glibc.
        let name = format!("lib/{library}");
        let bytes = read(architecture, &library)?;
        // The linker can be a library too, and under the same path.
        if name != linker {
            files.push(ReleaseFile { name, bytes });
        }
    }
    let licence = "/usr/share/doc/libc6/copyright";
    let bytes = fs::read(licence).map_err(Error::file(licence))?;
    files.push(ReleaseFile { name: licence.trim_start_matches('/').to_owned(), bytes });
    Ok(files)
}

fn read(architecture: Architecture, library: &str) -> Result<Vec<u8>, Error> {
    let name = Path::new(library).file_name().unwrap_or_default();
    let triple = architecture.triple().replace("-unknown", "");
    let folders = [format!("/lib/{triple}"), format!("/usr/{triple}/lib")];
    for folder in &folders {
        let path = Path::new(folder).join(name);
        if path.exists() {
            return fs::read(&path).map_err(Error::file(path));
        }
    }
    Err(Error::Missing(format!("{library} for {architecture} is not in {}", folders.join(" and "))))
}
