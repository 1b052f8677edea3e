//! The lists of what the programs are made of, in CycloneDX, by cargo-cyclonedx.

use std::fs;
use std::path::Path;

use crate::architecture::Architecture;
use crate::cargo::Builder;
use crate::error::Error;
use crate::origin::Origin;

/// Returns the list of the dependencies of a package for an architecture. The folder of the checkout is `/workspace` in it.
///
/// cargo-cyclonedx writes beside the manifest of each package: the files are removed again.
///
/// # Errors
/// Returns an error if Cargo fails, or the file cannot be read.
pub(crate) fn sbom(
    builder: &Builder,
    package: &str,
    architecture: Architecture,
    origin: &Origin,
) -> Result<String, Error> {
    let workspace = &builder.folders.workspace;
    let manifest = format!("crates/{package}/Cargo.toml");
    let name = "release-sbom";
    let result = builder.run_with(
        &[
            "cyclonedx",
            "--manifest-path",
            &manifest,
            "--format",
            "json",
            "--spec-version",
            "1.5",
            "--target",
            architecture.triple(),
            "--override-filename",
            name,
        ],
        &[("SOURCE_DATE_EPOCH", &origin.time.to_string())],
    );
    let file = format!("{name}.json");
    let path = workspace.join("crates").join(package).join(&file);
    let text = result.and_then(|_| fs::read_to_string(&path).map_err(Error::file(&path)));
    remove(&workspace.join("crates"), &file)?;
    Ok(text?.replace(&workspace.display().to_string(), "/workspace"))
}

/// Removes a file from every folder of a folder.
fn remove(crates: &Path, name: &str) -> Result<(), Error> {
    for entry in crates.read_dir().map_err(Error::file(crates))?.flatten() {
        let file = entry.path().join(name);
        if file.exists() {
            fs::remove_file(&file).map_err(Error::file(&file))?;
        }
    }
    Ok(())
}
