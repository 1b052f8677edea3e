//! Builds what carries a release to its users beside the archives: wheels, a source distribution, a container image and a
//! Homebrew formula.
//!
//! [`files`] is pure: the same release gives the same bytes. Every channel has the very program of the archives, so that
//! one checksum answers for all of them. That is why the wheels are written here and not by maturin, which would build
//! the program again: a wheel is a zip with four entries. Maturin builds where no wheel fits, from the source distribution.
//!
//! `cargo binstall` reads `package.metadata.binstall` in `crates/dms-rule/Cargo.toml`, and takes the archives.

mod certificates;
mod folder;
mod homebrew;
mod image;
mod linkage;
mod metadata;
mod release;
mod source_distribution;
mod sources;
mod system;
mod wheel;

pub use release::{ChannelError, Program, Release, ReleaseFile, archive_stem};
pub use sources::{Source, tracked};

/// Builds the files of all channels, in the order in which a release lists them.
///
/// The formula is left out while the release has no address: it would name one that does not exist.
///
/// # Errors
/// Returns a [`ChannelError`] if a program is for another architecture or is no program, if the version is one that Python's packages cannot have, or if a file is too large for its format.
pub fn files(release: &Release) -> Result<Vec<ReleaseFile>, ChannelError> {
    let mut files = Vec::new();
    for program in &release.programs {
        files.push(wheel::wheel(release, program)?);
    }
    let source_distribution = source_distribution::source_distribution(release)?;
    files.push(image::image(release)?);
    if !release.address.is_empty() {
        files.push(homebrew::formula(release, &source_distribution)?);
    }
    files.push(source_distribution);
    Ok(files)
}
