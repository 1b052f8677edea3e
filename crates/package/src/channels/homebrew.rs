//! The Homebrew formula.

use crate::architecture::Architecture;
use crate::archive::Checksum;

use super::release::{ChannelError, Release, ReleaseFile};

const TEMPLATE: &str = include_str!("homebrew.rb");

/// Fills the template with the names and checksums of the release.
///
/// # Errors
/// Returns [`ChannelError::Template`] if the release lacks a program that the formula names.
pub(super) fn formula(release: &Release, sources: &ReleaseFile) -> Result<ReleaseFile, ChannelError> {
    let mut values = vec![
        ("@HOMEPAGE@", release.address.clone()),
        ("@VERSION@", release.version.clone()),
        ("@DOWNLOADS@", release.downloads()),
        ("@SOURCE@", sources.name.clone()),
        ("@SOURCE_SHA256@", Checksum::new(&sources.bytes).hex),
    ];
    for program in &release.programs {
        let (name, checksum) = match program.architecture {
            Architecture::X86_64 => ("@X86_64@", "@X86_64_SHA256@"),
            Architecture::Arm64 => ("@ARM64@", "@ARM64_SHA256@"),
        };
        values.push((name, program.archive_name(&release.version)));
        values.push((checksum, program.archive.hex.clone()));
    }
    let mut text = TEMPLATE.to_owned();
    for (placeholder, value) in values {
        text = text.replace(placeholder, &value);
    }
    if text.contains('@') {
        return Err(ChannelError::Template("the Homebrew formula"));
    }
    Ok(ReleaseFile { name: "dms-rule.rb".to_owned(), bytes: text.into_bytes() })
}
