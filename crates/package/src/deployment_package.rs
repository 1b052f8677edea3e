//! The deployment packages `bootstrap.zip` and `hook.zip` in `target/package/ARCHITECTURE`, and their checksum files.

use std::fs;
use std::path::PathBuf;

use crate::architecture::Architecture;
use crate::archive::{self, Checksum};
use crate::binary::{self, Platform};
use crate::cargo::{Builder, Profile};
use crate::error::Error;
use crate::function;
use crate::program::Program;

/// A zip that was written.
#[derive(Clone, Debug)]
pub struct DeploymentPackage {
    /// The path of the zip.
    pub path: PathBuf,
    /// The size in bytes of the zip.
    pub zip_bytes: usize,
    /// The size in bytes of the binary in it.
    pub binary_bytes: usize,
    /// The checksum of the zip.
    pub checksum: Checksum,
}

/// Builds a function, checks the binary, and writes the zip and its checksum: `bootstrap.zip` and `bootstrap.zip.sha256`.
///
/// # Errors
/// Returns an error if a step fails, or [`Error::Rejected`] for a binary with faults. Then no zip is left, not even an
/// older one.
pub fn write(
    builder: &Builder,
    program: Program,
    architecture: Architecture,
) -> Result<DeploymentPackage, Error> {
    let folder = builder.folders.workspace.join("target/package").join(architecture.to_string());
    let name = format!("{}.zip", program.zip_stem());
    let path = folder.join(&name);
    let checksum_path = folder.join(format!("{name}.sha256"));
    for old in [&path, &checksum_path] {
        if old.exists() {
            fs::remove_file(old).map_err(Error::file(old))?;
        }
    }

    let executable = function::build(builder, program, Some(architecture), Profile::Function)?.executable;
    let bytes = fs::read(&executable).map_err(Error::file(&executable))?;
    let rejected = |faults: String| Error::Rejected { path: executable.clone(), faults };
    let faults = binary::faults(&bytes, architecture, Platform::Lambda).map_err(rejected)?;
    if !faults.is_empty() {
        return Err(rejected(faults.join("; and ")));
    }

    let zip = archive::zip(&bytes).map_err(|error| rejected(error.to_string()))?;
    let checksum = Checksum::new(&zip);
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    fs::write(&path, &zip).map_err(Error::file(&path))?;
    fs::write(&checksum_path, checksum.line(&name)).map_err(Error::file(&checksum_path))?;
    Ok(DeploymentPackage { path, zip_bytes: zip.len(), binary_bytes: bytes.len(), checksum })
}
