//! The lists of what the programs are made of, in CycloneDX, by cargo-cyclonedx.

use std::fs;
use std::path::Path;

use crate::architecture::Architecture;
use crate::cargo::Builder;
use crate::error::Error;
use crate::origin::Origin;

/// The name of the files that cargo-cyclonedx writes, without its ending.
const NAME: &str = "release-sbom";

/// Returns the list of the dependencies of each package for an architecture, with the name of the package. The folder of the
/// checkout is `/workspace` in it.
///
/// cargo-cyclonedx writes beside the manifest of every package of the workspace: the files are removed again.
///
/// # Errors
/// Returns an error if Cargo fails, or a file cannot be read.
pub(crate) fn sboms<const N: usize>(
    builder: &Builder,
    packages: [&'static str; N],
    architecture: Architecture,
    origin: &Origin,
) -> Result<Vec<(&'static str, String)>, Error> {
    let workspace = &builder.folders.workspace;
    let (crates, file) = (workspace.join("crates"), format!("{NAME}.json"));
    let result = builder.run_with(
        &[
            "cyclonedx",
            "--format",
            "json",
            "--spec-version",
            "1.5",
            "--target",
            architecture.triple(),
            "--override-filename",
            NAME,
        ],
        &[("SOURCE_DATE_EPOCH", &origin.time.to_string())],
    );
    let read = |package: &'static str| {
        let path = crates.join(package).join(&file);
        let text = fs::read_to_string(&path).map_err(Error::file(path))?;
        Ok((package, text.replace(&workspace.display().to_string(), "/workspace")))
    };
    let texts = result.and_then(|_| packages.into_iter().map(read).collect());
    remove(&crates, &file)?;
    texts
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
