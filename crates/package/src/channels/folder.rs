//! The folder of a release.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use tar::Archive;

use crate::architecture::Architecture;
use crate::archive::Checksum;
use crate::error::Error;
use crate::origin::Origin;

use super::release::{Program, Release, archive_stem};
use super::sources::tracked;
use super::system::libraries;

impl Release {
    /// Reads a release from the folder that holds its archives, and from its commit in a checkout, which may be at another one.
    ///
    /// `version` and `address` are those of the workspace (`version` and `homepage`). The programs of the architectures are
    /// taken out of their archives, so that no channel can carry another one.
    ///
    /// # Errors
    /// Returns [`Error::File`] if an archive cannot be read or holds no program, and [`Error::Missing`] if Git cannot be
    /// started or a library of a program is not on this machine.
    pub fn read(
        folder: &Path,
        (checkout, origin): (&Path, &Origin),
        (version, address): (&str, &str),
        architectures: &[Architecture],
    ) -> Result<Self, Error> {
        let mut programs = Vec::new();
        for architecture in architectures {
            programs.push(program(folder, version, *architecture)?);
        }
        Ok(Self {
            version: version.to_owned(),
            address: address.trim_end_matches('/').to_owned(),
            date: origin.timestamp.clone(),
            programs,
            sources: tracked(checkout, &origin.commit)?,
            commit: origin.commit.clone(),
        })
    }
}

fn program(folder: &Path, version: &str, architecture: Architecture) -> Result<Program, Error> {
    let stem = archive_stem(version, architecture);
    let path = folder.join(format!("{stem}.tar.gz"));
    let archive = fs::read(&path).map_err(Error::file(&path))?;
    let binary = unpacked(&archive, &format!("{stem}/dms-rule")).map_err(Error::file(&path))?;
    let libraries = libraries(architecture, &binary)?;
    Ok(Program { architecture, binary, libraries, archive: Checksum::new(&archive) })
}

fn unpacked(archive: &[u8], name: &str) -> std::io::Result<Vec<u8>> {
    let mut archive = Archive::new(GzDecoder::new(archive));
    for entry in archive.entries()? {
        let mut entry = entry?;
        if &*entry.path_bytes() == name.as_bytes() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
    }
    Err(std::io::Error::new(std::io::ErrorKind::NotFound, format!("{name} is not in the archive")))
}
