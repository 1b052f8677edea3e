//! The source distribution: the checkout, as Homebrew and pip build it where no program of the release fits.

use super::metadata::{PYTHON_NAME, core_metadata};
use super::release::{ChannelError, Release, ReleaseFile};
use crate::tarball::Tarball;

/// The statements for pip, which a source distribution must have (PEP 517); the checkout has them.
const PYPROJECT: &str = "pyproject.toml";

/// Builds the source distribution
/// (<https://packaging.python.org/en/latest/specifications/source-distribution-format/>).
pub(super) fn source_distribution(release: &Release) -> Result<ReleaseFile, ChannelError> {
    let folder = format!("{PYTHON_NAME}-{}", release.version);
    let name = format!("{folder}.tar.gz");
    release.source(PYPROJECT)?;
    let mut files = vec![("PKG-INFO", core_metadata(release)?.into_bytes(), 0o644)];
    for source in &release.sources {
        let mode = if source.is_executable { 0o755 } else { 0o644 };
        files.push((&source.path, source.bytes.clone(), mode));
    }
    let mut tarball = Tarball::new();
    for (path, bytes, mode) in files {
        tarball.file(&format!("{folder}/{path}"), &bytes, mode).map_err(ChannelError::archive(&name))?;
    }
    let bytes = tarball.gzip().map_err(ChannelError::archive(&name))?;
    Ok(ReleaseFile { name, bytes })
}
